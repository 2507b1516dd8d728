"""How a network learns: its gradients, and its training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from glassnet.network import reference
from glassnet.network.gradient_check import numerical_gradients
from glassnet.training.fit import FitArguments, fit
from glassnet.training.partial_fit import PartialArguments, partial_fit
from glassnet.training.run import Trainable
from glassnet.training.temperature import calibrated

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
        x: Any,
        t: ArrayLike | None = None,
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
        verbose: int | str = 1,
    ) -> History:
        """Train the network in place, from its present parameters.

        Parameters
        ----------
        x : array of shape (N, n_in), or what gives batches
            Finite numbers: an array, a table of pandas or polars, a tensor of PyTorch. Or, without t, batches (x, t) or
            (x, t, sample_weight): a generator function, an iterable, a PyTorch `Dataset` or `DataLoader`, or
            `gn.batches(…)`. They are trained on as they come, and only a few are in memory at a time.
        t : array
            Class indices, one-hot or soft rows for a classifier; values for a regression.
        optimizer : Optimizer or str, default Adam()
            `gn.SGD(0.1)`, `gn.Momentum(…)`, …, with a rate or a schedule of `gn.schedules`.
        epochs : int, default 5
            How often all samples are gone through.
        batch_size : int or "full", default 100 (or N, if that is less)
            Samples in a step: 1 is online learning, "full" is gradient descent on all.
        validation_data : (x, t) or (x, t, sample_weight), optional
            Measured after each epoch, never trained on. It may come in batches, as `gn.batches(…)` or a `DataLoader`.
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
        verbose : int or str, default 1
            0 for silence; 1 for a bar on a terminal, one output that is updated in a notebook, and a line an epoch
            elsewhere; or `"rich"`, `"tqdm"` (extra `tqdm`), `"plain"` for one of them wherever it is.

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
        before the update; `history.stopped` names the step, the layer and the likely cause. Where a source of batches
        raises an error midway, the reference executor has made the steps before it; the compiled one, which takes some
        batches at a time, may not have made the last ones of them.

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

    def partial_fit(  # noqa: PLR0913  # what fit is told of one batch
        self,
        x: ArrayLike,
        t: ArrayLike | None = None,
        *,
        optimizer: Optimizer | str | None = None,
        batch_size: int | str = "full",
        sample_weight: ArrayLike | None = None,
        scaling: Any = None,
        executor: str = "auto",
        threads: int | None = None,
    ) -> float:
        """Train on one batch that has just come, and return its loss before the update.

        What the optimizer remembers, and the count of steps, go on from call to call, and from a `fit` before: it is
        `fit(x, t, epochs=1, shuffle=False, resume=True)` without history, callbacks and display, and starts at once.

        Parameters
        ----------
        x : array of shape (N, n_in)
        t : array
            As for `fit`. What gives batches is for `fit`, or gone through in a loop of one's own.
        optimizer : Optimizer or str, optional
            In the first call, by default Adam(). Later ones go on with it; another one of the same kind changes its
            settings, such as the rate. A schedule is refused, since nobody knows how many calls will follow.
        batch_size : int or "full", default "full"
            By default all of x is one step; otherwise x is gone through once, in its order.
        sample_weight, scaling, executor, threads
            As for `fit`. `auto` compiles what would be worth it for some hundred calls.

        Returns
        -------
        float
            The mean loss over the rows, each as the network was when it saw them.

        Raises
        ------
        GlassnetError
            If an argument cannot be used, or x and t do not fit; nothing has been changed then.

        Notes
        -----
        A loss of nan or inf is returned with a warning that says where it began; the update is not made.
        `net.training_state = None` makes the next call begin afresh; parameters stay.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init="zeros")], loss="mean_squared_error")
        >>> [round(net.partial_fit([[1.0]], [2.0], optimizer=gn.SGD(0.1)), 4) for _ in range(3)]
        [4.0, 1.44, 0.5184]
        """
        arguments = PartialArguments(
            optimizer=optimizer,
            batch_size=batch_size,
            sample_weight=sample_weight,
            scaling=scaling,
            executor=executor,
            threads=threads,
        )
        return partial_fit(self, x, t, arguments)

    def calibrate(self, x: ArrayLike, t: ArrayLike) -> Self:
        """Return a copy whose probabilities are as sure as it is often right, by temperature scaling.

        The layer before the last activation is divided by the temperature T that makes the log loss on x and t least:
        softmax((A @ W + b) / T) = softmax(A @ (W / T) + b / T). So the copy is an ordinary network, which every export
        and every executor takes as it is. The order of the classes, and with it every answer, stays.

        Parameters
        ----------
        x : array of shape (N, n_in)
            Samples that were held back from training: on those that it was trained on, a network is too sure.
        t : array
            Their targets.

        Returns
        -------
        Network
            `metadata["temperature"]` is T: above 1 where the network was too sure. To train it further begins afresh.

        Raises
        ------
        DataError
            If the network is a regression, or its last activation follows no Dense, Maxout or BatchNorm; if the
            logits are not finite; or if the metadata hold a temperature of before that is no number above 0.
        ShapeError, ArgumentTypeError
            If x or t does not fit.

        Notes
        -----
        It is exact up to the rounding of W / T. `gn.metrics.expected_calibration_error` and `gn.plots.reliability`
        show what it brought, on data that are neither trained on nor calibrated on. Source: Guo et al., 2017.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init=([[2.0]], [0.0])), gn.Sigmoid()])
        >>> calm = net.calibrate([[1.0], [1.0], [1.0], [1.0]], [1, 1, 1, 0])  # sure by 0.88, right by 0.75
        >>> net.predict([[1.0]]).round(2), calm.predict([[1.0]]).round(2)
        (array([[0.88]], dtype=float32), array([[0.75]], dtype=float32))
        """
        return calibrated(self, x, t)
