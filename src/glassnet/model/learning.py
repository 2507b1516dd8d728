"""How a network learns: its gradients, and its training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.network import reference
from glassnet.network.gradient_check import numerical_gradients
from glassnet.training.fit import FitArguments, fit
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.tape import Mode
    from glassnet.training.history import History
    from glassnet.training.optimizers import Optimizer


class Learning(Trainable):
    """Gradients and training."""

    def gradients(
        self, x: ArrayLike, t: ArrayLike, *, mode: Mode = "train", sample_weight: ArrayLike | None = None, step: int = 0
    ) -> dict[str, NDArray[Any]]:
        """Return ∂loss/∂parameter for each parameter, by backpropagation; nothing is changed.

        Parameters
        ----------
        x, t, mode, sample_weight, step
            As for `loss`: the derivative is that of the same number.

        Returns
        -------
        dict
            `{"W1": array, "b1": array, …}`, each of its parameter's shape.

        Raises
        ------
        ShapeError, ArgumentTypeError, DataError
            If x, t or the weights do not fit the network or each other.

        Notes
        -----
        Source: lectures 000 and 002.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init="zeros")], loss="mean_squared_error")
        >>> net.gradients([[1.0], [1.0]], [2.0, 4.0])  # the mean of 2 (0 - t)
        {'W1': array([[-6.]], dtype=float32), 'b1': array([-6.], dtype=float32)}
        """
        return reference.gradients(self, x, t, mode=mode, sample_weight=sample_weight, step=step)

    def numerical_gradients(
        self, x: ArrayLike, t: ArrayLike, *, mode: Mode = "train", step: int = 0
    ) -> dict[str, NDArray[Any]]:
        """Return ∂loss/∂parameter by central differences in float64: slow, for comparison.

        Parameters
        ----------
        x, t, mode, step
            As for `loss`.

        Returns
        -------
        dict
            `{"W1": array, …}` in float64: (L(w + h) − L(w − h)) / 2h for each number w, with h = 1e-4.

        Raises
        ------
        ShapeError, ArgumentTypeError, DataError
            If x or t does not fit the network or each other.

        Notes
        -----
        Source: lecture 002. `gn.gradient_check` compares the two.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init="zeros")], loss="mean_squared_error")
        >>> net.numerical_gradients([[1.0], [1.0]], [2.0, 4.0])["W1"].round(6)
        array([[-6.]])
        """
        return numerical_gradients(self, x, t, mode=mode, step=step)

    def fit(  # noqa: PLR0913  # the contract's one place for all that a training can be told
        self,
        x: ArrayLike,
        t: ArrayLike,
        *,
        optimizer: Optimizer | str | None = None,
        epochs: int = 5,
        batch_size: int | str | None = None,
        validation_data: tuple[ArrayLike, ...] | None = None,
        validation_fraction: float | None = None,
        sample_weight: ArrayLike | None = None,
        class_weight: Any = None,
        callbacks: Sequence[Any] = (),
        shuffle: bool = True,
        augmentation: Any = None,
        scaling: Any = None,
        max_steps: int | None = None,
        resume: bool = False,
        executor: str = "auto",
        threads: int | None = None,
        verbose: int = 1,
    ) -> History:
        """Train the network in place, from its present parameters.

        Parameters
        ----------
        x : array of shape (N, n_in)
            Finite numbers.
        t : array
            Class indices, one-hot or soft rows for a classifier; values for a regression.
        optimizer : Optimizer or str, default Adam()
            `gn.SGD(0.1)`, `gn.Momentum(…)`, …, with a rate or a schedule of `gn.schedules`.
        epochs : int, default 5
            How often all samples are gone through.
        batch_size : int or "full", default 100 (or N, if that is less)
            Samples in a step: 1 is online learning, "full" is gradient descent on all.
        validation_data : (x, t) or (x, t, sample_weight), optional
            Measured after each epoch, never trained on.
        validation_fraction : float, optional
            Instead: the share of x and t that is taken out at random for it.
        sample_weight : array of shape (N,), optional
            How much each sample counts: the loss of a batch, and of an epoch, is Σ wᵢ lᵢ / Σ wᵢ. Accuracies count every
            sample alike.
        class_weight : dict, list or "balanced", optional
            How much each class counts, on top; a row of shares has the mean weight of its classes. Validation is not
            weighted by class.
        callbacks : list
            Of `gn.callbacks`, or functions of the run that are called after each epoch.
        shuffle : bool, default True
            Whether the order is drawn anew each epoch.
        augmentation : callable (x, rng) -> x, optional
            Changes the inputs of each batch, such as `gn.Augmentation()` for digits.
        scaling : str or gn.Scaling, optional
            How x, and the x of validation, become what the network is fed: `unit` is x / 255. Images of uint8 stay so
            in memory, a quarter of float32, and are scaled a batch at a time. It is not part of the network: `predict`
            and `evaluate` take what the network is fed, x / 255, and a `resume` wants it again.
        max_steps : int, optional
            End after so many steps, within an epoch if need be.
        resume : bool, default False
            Go on with the optimizer, the shuffle and the step count of the last fit, or of the checkpoint that was
            loaded, instead of fresh ones. `epochs` counts those of this call. What was interrupted within an epoch goes
            on with a new epoch. A schedule takes all the steps, made and to come, for its length: see `gn.schedules`.
        executor : "auto", "compiled" or "reference"
            Which executor runs the tape: machine code, or plain NumPy step by step. They agree to rounding. `auto`
            compiles all but small trainings and what is written in Python, and says once if it cannot; `compiled`
            raises `ArgumentError` then. The first compilation on a machine takes half a minute, and is kept. Elsewhere
            than in NumPy (see `to`) it is always the reference executor.
        threads : int, optional
            How many threads work; by default as many as there are cores, or one where steps are short. The compiled
            executor gives the same bits with any number; with more than there are cores, short steps take many times as
            long, since threads wait for each other.
        verbose : int, default 1
            0 for silence; otherwise a bar on a terminal, a line an epoch elsewhere.

        Returns
        -------
        History
            Every metric by epoch and by step, and why the training ended.

        Raises
        ------
        GlassnetError
            If an argument cannot be used; nothing has been changed then.

        Notes
        -----
        Ctrl-C ends the training after the step under way and returns the history so far. A loss of nan or inf stops it
        before the update; `history.stopped` names the step, the layer and the likely cause.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 4), gn.Tanh(), gn.Dense(4, 1), gn.Sigmoid()], seed=1)
        >>> x, t = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
        >>> history = net.fit(x, t, optimizer=gn.Adam(0.1), epochs=200, verbose=0)
        >>> net.classify(x)
        array([0, 1, 1, 0])
        """
        arguments = FitArguments(
            optimizer=optimizer,
            epochs=epochs,
            batch_size=batch_size,
            validation_data=validation_data,
            validation_fraction=validation_fraction,
            sample_weight=sample_weight,
            class_weight=class_weight,
            callbacks=callbacks,
            shuffle=shuffle,
            augmentation=augmentation,
            scaling=scaling,
            max_steps=max_steps,
            resume=resume,
            executor=executor,
            threads=threads,
            verbose=verbose,
        )
        return fit(self, x, t, arguments)
