"""`Network`, the public face: each method hands on to a function in its own room below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.glass.card.writing import Card, write_card
from glassnet.glass.doctor.examination import diagnose
from glassnet.glass.explain.explaining import explain
from glassnet.glass.network_drawing import draw_network
from glassnet.glass.refusal.detector import PIXELS, NotADigit
from glassnet.glass.refusal.fitting import SHARE, fit_not_a_digit
from glassnet.glass.refusal.packaged import packaged_detector
from glassnet.glass.refusal.verdict import Verdict, classify_or_refuse, judge
from glassnet.glass.summary import summary
from glassnet.glass.trace import PassTrace, last_batch, trace
from glassnet.interop.model_file import read_model, write_model
from glassnet.interop.trace_file import read_trace, write_trace
from glassnet.mathematics.checks import DataError
from glassnet.network import reference
from glassnet.network.gradient_check import numerical_gradients
from glassnet.training import evaluation
from glassnet.training.fit import FitArguments, fit
from glassnet.training.partial_fit import PartialArguments, partial_fit
from glassnet.training.run import Trainable
from glassnet.training.temperature import calibrated

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.dataset import Dataset
    from glassnet.data.scaling import Scaling
    from glassnet.glass.doctor.finding import Report
    from glassnet.glass.explain.explanation import Explanation
    from glassnet.glass.graph_drawing import Drawing
    from glassnet.network.tape import Mode
    from glassnet.training.history import History
    from glassnet.training.optimizers import Optimizer


class Trace(PassTrace):
    """Every number of one pass through a network: read-only arrays by name, each with its shape and formula.

    `net.trace(x, t)` makes one, and `net.last_batch()` one of what a training really ran. It prints as a table, and a
    notebook shows it as one whose numbers unfold.

    Attributes
    ----------
    names : tuple of str
        `X`, `Z1`, `A1`, …, `loss`, `dZ2`, `dW2`, …, in the order in which they were computed.
    parameters : dict
        `W1`, `b1`, … as they were then.
    address : TraceAddress
        What the numbers are a function of: hashes of model and input, seed, step, mode, executor. The same address
        gives the same bits on one machine.
    tape : Tape
        The steps that computed them.
    mode : str
        `train` or `predict`.
    before : Trace or None
        The trace before the update, if this one is `trace.after(…)`.
    update : Optimizer or None
        What made that update.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 2), gn.Sigmoid(), gn.Dense(2, 1)], loss="mean_squared_error")
    >>> trace = net.trace([[1.0, 0.0]], [1.0])
    >>> trace["Z1"].shape, trace.formula("Z1")
    ((1, 2), 'X @ W1 + b1')
    """

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the trace in one file, whole or not at all; `glassnet.load_trace` opens it.

        Parameters
        ----------
        path : path
            Ends in .json for a small trace, which then reads as text, or in .safetensors for one of any size.

        Returns
        -------
        Path

        Raises
        ------
        ArgumentError
            If the path ends otherwise, or the trace is too large for JSON.
        DataError
            If it cannot be written; what was there is untouched. Also for layers or losses of your own, which are code.

        Notes
        -----
        The file describes the network, and holds every array with its formula. The trace before an update is not in it.
        """
        return write_trace(self, path)


def load_trace(path: str | os.PathLike[str]) -> Trace:
    """Load a trace that `Trace.save` wrote; nothing in the file is executed.

    Parameters
    ----------
    path : path
        Ends in .json or .safetensors.

    Returns
    -------
    Trace
        Bit for bit what was saved, with all that a trace can do.

    Raises
    ------
    ArgumentError
        If the path ends otherwise.
    DataError
        If the file is missing, damaged, cut short, not a trace, or from a newer version, or if its numbers are not
        those of its address.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> trace = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error").trace([[1.0, 2.0]], [3.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = gn.load_trace(trace.save(pathlib.Path(folder) / "trace.json"))
    >>> again.address == trace.address, bool(again["loss"] == trace["loss"])
    (True, True)
    """
    return read_trace(path, Trace)


class Network(Trainable):
    """A multilayer perceptron made of layers.

    Parameters
    ----------
    layers : list of Layer
        From input to output; each must take as many numbers as the one before gives.
    loss : str, loss function or Loss, optional
        `mean_squared_error`, `mean_absolute_error`, `binary_cross_entropy`, `categorical_cross_entropy`,
        `gaussian_nll`, or your own `gn.Loss`. By default what suits the last layer: categorical cross-entropy after
        Softmax, binary after Sigmoid, squares otherwise.
    seed : int, default 0
        What initial values, shuffling and dropout masks are a function of. The same seed gives the same bits.
    dtype : "float32" or "float64"
        Of parameters and of all that is computed.

    Attributes
    ----------
    layers : tuple of Layer
    parameters : dict
        `W1`, `b1`, `W2`, …: live views, assignable in place. Dense and Maxout are numbered 1, 2, …; the parameters of
        other layers carry the number of the last of those before them: `gamma1`, `beta1`, `alpha1`.
    state : dict
        What is kept besides parameters: `running_mean1`, `running_variance1`.
    preprocessing : dict
        How an input is made from a picture or a table's row; saved with the model.
    metadata : dict
        How the network was trained; saved with the model.
    refusal : NotADigit or None
        What `judge` and `classify(x, refuse=True)` refuse by, once `fit_refusal` has made it; saved with the model.
        Without it they refuse by a detector that comes with glassnet.

    Raises
    ------
    ShapeError, ArgumentError, ArgumentTypeError
        If sizes do not agree, or something is no layer or no known name.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(784, 50), gn.Sigmoid(), gn.Dense(50, 10), gn.Softmax()], seed=0)
    >>> print(net)
    layer              output   parameters
    1  Dense(784, 50)  (N, 50)  W1 (784, 50), b1 (50,)  39,250
    2  Sigmoid()       (N, 50)                               0
    3  Dense(50, 10)   (N, 10)  W2 (50, 10), b2 (10,)      510
    4  Softmax()       (N, 10)                               0
    39,760 parameters, float32; loss: categorical_cross_entropy
    """

    refusal: NotADigit | None = None

    def predict(self, x: ArrayLike) -> NDArray[Any]:
        """Return the outputs for some inputs, in predict mode, at most 1,024 rows at a time.

        Parameters
        ----------
        x : array of shape (N, n_in)
            One row a sample.

        Returns
        -------
        array of shape (N, n_out)

        Raises
        ------
        ShapeError, ArgumentTypeError
            If x does not fit the first layer, or holds no real numbers.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.Network([gn.Dense(2, 3), gn.Softmax()]).predict([[0.0, 0.0]]).round(3)
        array([[0.333, 0.333, 0.333]], dtype=float32)
        """
        fast = self._row_predictor
        return evaluation.predict(self, x) if fast is None else fast(x)

    def predictor(self) -> Callable[[ArrayLike], NDArray[Any]]:
        """Return `predict` in its fastest form, for loops that predict one row at a time.

        Returns
        -------
        callable (x) -> array of shape (N, n_out)
            It follows the network: parameters that change, change what it predicts.

        Notes
        -----
        It is compiled when it is made, which takes some seconds the first time on a machine. Where nothing can be
        compiled it is `predict` itself. `predict` comes to use it by itself when it is asked for many single rows.

        Examples
        --------
        >>> import glassnet as gn
        >>> import numpy as np
        >>> net = gn.Network([gn.Dense(2, 3), gn.Softmax()])
        >>> predictor = net.predictor()
        >>> predictor(np.zeros((1, 2), dtype=np.float32)).round(3)
        array([[0.333, 0.333, 0.333]], dtype=float32)
        """
        return evaluation.predictor(self)

    def classify(self, x: ArrayLike, *, refuse: bool = False) -> NDArray[np.intp]:
        """Return the class of each input: the largest output, or of one sigmoid output whether p ≥ ½.

        Parameters
        ----------
        x : array of shape (N, n_in)
        refuse : bool, default False
            Whether what is no digit gets −1, by a network that reads digits. `judge` says why.

        Returns
        -------
        array of shape (N,)
            Class indices from 0.

        Raises
        ------
        DataError
            If the network is a regression, or is to refuse and does not read digits.
        ShapeError, ArgumentTypeError
            If x does not fit the first layer, or holds no real numbers.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 2, init=([[-1.0, 1.0]], [0.0, 0.0])), gn.Softmax()])
        >>> net.classify([[-3.0], [3.0]])
        array([0, 1])
        """
        answers = evaluation.classify(self, x)
        return classify_or_refuse(answers, self._able_to_refuse(), x) if refuse else answers

    def fit_refusal(  # what a training needs
        self,
        x: ArrayLike,
        t: ArrayLike,
        *,
        scaling: Scaling | str | None = None,
        share: float = SHARE,
        seed: int | None = None,
        executor: str = "auto",
        threads: int | None = None,
    ) -> NotADigit:
        """Learn to refuse what is no digit, from the digits that the network was trained on.

        A small network of its own learns to tell the strokes of these digits from those of letters, scribbles, shapes,
        textures and noise, which are made for it. The limits are chosen on a quarter of the digits that is held out.

        Parameters
        ----------
        x : array of shape (N, 784)
            The training digits, at least 1,000, as the network is fed them: light ink on black in MNIST's form.
        t : array
            Their classes, as for `fit`. Never give digits that you mean to test on.
        scaling : str or gn.Scaling, optional
            As for `fit`: how x becomes what the network is fed.
        share : float, default 0.0065
            The share of digits that may be refused, above 0 and below 0.5. Of the held-out digits somewhat fewer
            are, so that chance does not break it.
        seed : int, optional
            Of all that is drawn at random; by default the network's.
        executor, threads
            As for `fit`, of the small network.

        Returns
        -------
        NotADigit
            Also kept as `net.refusal`, and saved with the network: 0.55 MB.

        Raises
        ------
        ArgumentError
            If the network does not take 28 × 28 pixels or has not 10 classes, or an argument cannot be used.
        DataError
            If there are too few digits.

        Notes
        -----
        The network itself is not changed, and what is learnt does not depend on it: further training spoils nothing.
        With all of MNIST it takes half a minute to a minute on two slow cores.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(784, 10), gn.Softmax()])
        >>> (x, t), (x_test, t_test) = gn.load_mnist()
        >>> detector = net.fit_refusal(x[:1_000], t[:1_000], executor="reference")  # a few digits, to be quick
        >>> print(net.judge(0 * x_test[:1])[0])
        not a digit: no ink to speak of, 0.0 pixels' worth; the digit with the least has 29.6.
        """
        self.refusal = fit_not_a_digit(
            self, x, t, scaling=scaling, share=share, seed=seed, executor=executor, threads=threads
        )
        return self.refusal

    def judge(self, x: ArrayLike, *, language: str = "en") -> list[Verdict]:
        """Say of each picture which digit it is, or that it is none, with the evidence.

        What refuses is what `fit_refusal` made, or else the detector that comes with glassnet, made in the same way
        from MNIST's training digits.

        Parameters
        ----------
        x : array of shape (N, 784)
            As the network is fed them.
        language : "en" or "ko", default "en"
            Of the evidence.

        Returns
        -------
        list of Verdict
            Each prints as a sentence; `.digit` is None if it is refused, `.answer` what the network says all the same.

        Raises
        ------
        DataError
            If the network does not read digits.
        ArgumentError, ShapeError, ArgumentTypeError
            If x does not fit the first layer, or there is no such language.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(784, 10), gn.Softmax()])
        >>> print(net.judge([[0.0] * 784], language="ko")[0])
        숫자가 아닙니다: 잉크가 거의 없습니다. 픽셀 0.0개 분량인데, 잉크가 가장 적은 숫자도 ...개 분량입니다.
        """
        return judge(self, self._able_to_refuse(), x, language)

    @property
    def can_refuse(self) -> bool:
        """Whether `judge` and `classify(x, refuse=True)` can be asked: whether the network reads digits."""
        return (self.refusal or packaged_detector(self, self.preprocessing)) is not None

    def _able_to_refuse(self) -> NotADigit:
        detector = self.refusal or packaged_detector(self, self.preprocessing)
        if detector is None:
            raise DataError(
                "this network does not read digits of 28 × 28 pixels in 10 classes, and knows nothing else to refuse. "
                "Use classify without refuse."
            )
        return detector

    def refusal_for_file(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]] | None:
        """Return what a model file holds of `refusal`."""
        return None if self.refusal is None else (self.refusal.to_dict(), self.refusal.arrays())

    def take_refusal(self, description: Any, arrays: dict[str, NDArray[Any]]) -> None:
        """Take `refusal` out of a model file."""
        if self.n_in != PIXELS:
            raise DataError(f"its refusal is for 28 × 28 pixels, but its network takes {self.n_in} numbers")
        self.refusal = NotADigit.from_file(description, arrays)

    def accuracy(self, x: ArrayLike, t: ArrayLike) -> float:
        """Return the share of inputs whose class is the one of the targets.

        Parameters
        ----------
        x : array of shape (N, n_in)
        t : array
            Class indices, or rows; of rows with several ones each of them is right.

        Returns
        -------
        float
            From 0 to 1.

        Raises
        ------
        DataError
            If the network is a regression, there is no row, or a class index is out of range.
        ShapeError, ArgumentTypeError
            If x or t does not fit.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 2, init=([[-1.0, 1.0]], [0.0, 0.0])), gn.Softmax()])
        >>> net.accuracy([[-3.0], [3.0]], [0, 0])
        0.5
        """
        return evaluation.accuracy(self, x, t)

    def loss(
        self,
        x: ArrayLike,
        t: ArrayLike,
        *,
        mode: Mode = "predict",
        sample_weight: ArrayLike | None = None,
        step: int = 0,
    ) -> float:
        """Return the loss averaged over the samples.

        Parameters
        ----------
        x : array of shape (N, n_in)
        t : array
            Class indices, one-hot or soft rows for a classifier; values for a regression.
        mode : "predict" or "train"
            In train mode dropout drops and batch normalization takes the batch's own statistics.
        sample_weight : array of shape (N,), optional
            Weights of the average.
        step : int, default 0
            Which dropout masks train mode uses.

        Returns
        -------
        float

        Raises
        ------
        ShapeError, ArgumentTypeError, DataError
            If x, t or the weights do not fit the network or each other.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init="zeros")], loss="mean_squared_error")
        >>> net.loss([[1.0], [1.0]], [2.0, 4.0])
        10.0
        """
        return evaluation.loss(self, x, t, mode=mode, sample_weight=sample_weight, step=step)

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
            raises `ArgumentError` then. The first compilation on a machine takes half a minute, and is kept.
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

    def trace(self, x: ArrayLike, t: ArrayLike | None = None, *, mode: Mode = "train", step: int = 0) -> Trace:
        """Return every number of a pass, forward and, given targets, backward, by name; nothing is changed.

        Parameters
        ----------
        x : array of shape (N, n_in)
        t : array, optional
            Targets; without them there is no loss and no gradient.
        mode : "train" or "predict"
        step : int, default 0
            Which dropout masks train mode uses.

        Returns
        -------
        Trace
            `trace["Z1"]`, `trace["dW1"]`, …; `trace.why("Z2[0,3]")` explains one number.

        Raises
        ------
        ShapeError, ArgumentTypeError, DataError
            If x or t does not fit the network or each other, or there is no row.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init=([[2.0]], [1.0]))], loss="mean_squared_error")
        >>> trace = net.trace([[3.0]], [5.0])
        >>> float(trace["Z1"][0, 0]), trace.formula("dW1"), float(trace["dW1"][0, 0])
        (7.0, 'Xᵀ @ dZ1', 12.0)
        """
        return trace(self, x, t, mode=mode, step=step, kind=Trace)

    def last_batch(self) -> Trace:
        """Return every number of the step that was trained on last: what that step computed, not a rerun.

        Returns
        -------
        Trace
            As `trace` of that batch in train mode, from the parameters before the step's update. Where the compiled
            executor put a gradient of W straight into W, it is worked out from the numbers that it came from.

        Raises
        ------
        DataError
            If the network has not been trained in this process.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
        >>> history = net.fit([[1.0, 2.0]], [3.0], epochs=1, verbose=0)
        >>> batch = net.last_batch()
        >>> batch["X"], bool(batch["loss"] == history.steps["loss"][-1])
        (array([[1., 2.]], dtype=float32), True)
        """
        return last_batch(self, Trace)

    def draw(
        self,
        *,
        trace: PassTrace | None = None,
        by: str | None = None,
        sample: int = 0,
        units: bool | None = None,
        theme: str = "auto",
        title: str | None = None,
        description: str | None = None,
    ) -> Drawing:
        """Draw the network in SVG: a small one's units and weights, a large one's layers.

        A line is the thicker the larger its number is among those of its layer; solid blue is positive, dashed
        vermilion negative. The exact numbers appear under the pointer. Layers that see a square picture also show
        their first units' weights as small pictures.

        Parameters
        ----------
        trace : Trace, optional
            Of this network: its parameters are drawn, and the units are filled by its numbers.
        by : "weight", "gradient" or "activation", optional
            What lines show: W; dW; or x · W, what each line brings to the sum. Units show dA or A. By default
            `activation` with a trace, else `weight`; the other two need a trace.
        sample : int, default 0
            Which of the trace's samples fills the units.
        units : bool, optional
            Whether units are drawn one by one; by default where no layer has more than 16.
        theme : "auto", "light" or "dark"
            With "auto", as the reader's system or browser prefers.
        title, description : str, optional
            What the picture shows, for a screen reader; by default made from the network, in English.

        Returns
        -------
        Drawing
            With `.svg`, `.save(path)`, and shown by notebooks.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If the trace is of another network, lacks what is to be shown, or another argument cannot be used.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1), gn.Sigmoid()])
        >>> net.draw()
        Drawing(title='Network 2-3-1, 13 parameters')
        >>> "W1[0,2] = " in net.draw(trace=net.trace([[0.0, 1.0]], [1]), by="gradient").svg
        True
        """
        return draw_network(
            self,
            trace=trace,
            by=by,
            sample=sample,
            units=units,
            theme=theme,
            title=title,
            description=description,
        )

    def diagnose(  # noqa: PLR0913  # all that one may know of a training
        self,
        x: ArrayLike | None = None,
        t: ArrayLike | None = None,
        *,
        history: History | None = None,
        validation_data: tuple[ArrayLike, ...] | None = None,
        optimizer: Optimizer | str | None = None,
        shuffle: bool | None = None,
        scaling: Scaling | str | None = None,
        language: str = "en",
    ) -> Report:
        """Find what is wrong with the network, its data and its training, with the numbers that show it.

        Parameters
        ----------
        x : array of shape (N, n_in), optional
            What it is, or is to be, trained on. Without it the layers and the loss alone are looked at.
        t : array, optional
            Targets, as for `fit`; with them gradients and labels are looked at.
        history : History, optional
            What `fit` returned.
        validation_data : (x, t), optional
            Searched for rows that are trained on.
        optimizer : Optimizer or str, optional
            By default that of the last training.
        shuffle : bool, optional
            What `fit` was told: with False the order of the labels is looked at. By default the last batch that was
            trained on tells.
        scaling : str or gn.Scaling, optional
            What `fit` was told.
        language : "en" or "ko", default "en"

        Returns
        -------
        Report
            The findings, the gravest first: each with its code, evidence, why that is harmful, and what to do.

        Raises
        ------
        GlassnetError
            If an argument cannot be used, or x and t do not fit the network.

        Notes
        -----
        Nothing is changed. With a history that gives reason to doubt the learning rate, some rates are tried on copies
        (`gn.learning_rate_range_test`), which takes as long as some 800 steps of NumPy. `gn.Doctor` does the same from
        within a training.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(784, 10), gn.Softmax(), gn.Softmax()])
        >>> print(net.diagnose())
        ERROR  Softmax applied twice  [softmax-twice]
          found: layer 3, Softmax() takes probabilities from another Softmax. With 10 classes no probability can exceed
          0.232, so that the cross-entropy never falls below 1.46.
          why: Probabilities lie between 0 and 1; a second softmax of such close numbers is nearly uniform.
          do: Keep one Softmax, as the last layer. The loss takes probabilities: nothing is to be added for it.
        <BLANKLINE>
        Examined: structure.
        """
        return diagnose(
            self,
            x,
            t,
            history=history,
            validation_data=validation_data,
            optimizer=optimizer,
            shuffle=shuffle,
            scaling=scaling,
            language=language,
        )

    def explain(  # noqa: PLR0913  # all that may be asked about one answer
        self,
        x: ArrayLike,
        *,
        why: int | str | None = None,
        why_not: int | str | None = None,
        layer: str | int | None = None,
        data: Dataset | tuple[ArrayLike, ArrayLike] | None = None,
        scaling: Scaling | str | None = None,
        neighbours: int = 5,
        baseline: ArrayLike | str = "zeros",
        turn_to: int | str | None = "any",
        limits: tuple[float, float] | None = None,
        language: str = "en",
    ) -> Explanation:
        """Explain an answer: what each hidden unit and each input adds, what is near, what little would turn it.

        Parameters
        ----------
        x : array of shape (n_in,) or (1, n_in)
            One sample, as the network is fed it.
        why, why_not : int or str, optional
            The two classes, by number or name, whose logits' difference is explained; by default the answer against
            the runner-up. Of one sigmoid output it is the logit, log(p / (1 − p)). Of a regression `why` is the output
            that is explained (by default the largest), `why_not` another that is taken off it.
        layer : str or int, optional
            The hidden layer whose units are asked, `"A1"` or 1; by default the last.
        data : (x_train, t_train) or Dataset, optional
            Where neighbours are looked for. They also help to find the smallest change.
        scaling : str or gn.Scaling, optional
            What `fit` was told: how the data's x becomes what the network is fed. By default a Dataset goes through the
            model's own preprocessing, and arrays are taken as they are.
        neighbours : int, default 5
            How many.
        baseline : "zeros", "mean" or array of shape (n_in,), default "zeros"
            What inputs are measured from; `mean` is that of the data.
        turn_to : "any", int, str or None, default "any"
            The class that the smallest change is to lead to; None leaves the search out.
        limits : (low, high), optional
            Between which the changed numbers lie. By default those of the model's pictures, or 0 and 1, if x lies
            between them, else none; (−inf, inf) is without any.
        language : "en" or "ko", default "en"

        Returns
        -------
        Explanation
            It prints as a table; `.plot()` draws it, `.save(path)` writes JSON.

        Raises
        ------
        GlassnetError
            If an argument cannot be used, or x or the outputs are not finite.

        Notes
        -----
        All is worked out in float64 and in predict mode. Where the way to the logits is piecewise linear (Dense, ReLU,
        LeakyReLU, PReLU, Maxout, BatchNorm, Dropout, Identity), contributions are exact: gradient · (x − baseline), and
        what the local linear map gives at the baseline, which at 0 is the sum of the local biases. Elsewhere they are
        integrated gradients (Sundararajan et al., 2017), with points enough for a completeness error of 1e-5, or that
        is said. Which it was, `exact` tells. From the last hidden layer on every usual network is linear. The change is
        the smallest that a search by the local planes found (after DeepFool; Moosavi-Dezfooli et al., 2016); that it
        turns the network's own answer has been tried.

        Examples
        --------
        >>> import glassnet as gn
        >>> layers = [gn.Dense(2, 2, init=([[1.0, 0.0], [0.0, 1.0]], [0.0, -1.0])), gn.ReLU(), gn.Dense(2, 2, init=(
        ...     [[2.0, 0.0], [0.0, 1.0]], [0.5, 0.0])), gn.Softmax()]
        >>> print(gn.Network(layers).explain([1.0, 3.0]))
        Why 0 and not 1: logit 2.5 − 2 = +0.5
          The network answers 0: 0 has output 0.6225, 1 has output 0.3775.
        <BLANKLINE>
        By unit of hidden layer A1 (exact)
          unit     value  adds
          A1[0,0]  1      +2    ████████████████
          A1[0,1]  2      -2    ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
          bias            +0.5  ████
          sum             +0.5
        <BLANKLINE>
        By input (exact)
          input   value  adds
          X[0,1]  3      -3    ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
          X[0,0]  1      +2    ███████████
          local biases   +1.5  ████████
          sum            +0.5
        <BLANKLINE>
        Smallest change found that turns the answer
          From 0 to 1: L2 size 0.2236, 2 of 2 inputs changed, margin ...
        """
        return explain(
            self,
            x,
            why=why,
            why_not=why_not,
            layer=layer,
            data=data,
            scaling=scaling,
            neighbours=neighbours,
            baseline=baseline,
            turn_to=turn_to,
            limits=limits,
            language=language,
        )

    def save(self, path: str | os.PathLike[str], *, training_state: bool = False) -> Path:
        """Save the network in one safetensors file, whole or not at all.

        Parameters
        ----------
        path : path
            Usually ends in .safetensors; its folder must exist.
        training_state : bool, default False
            Whether what `fit(resume=True)` needs is saved too.

        Returns
        -------
        Path

        Raises
        ------
        DataError
            If it cannot be written; what was there is untouched. Also for layers or losses of your own, which are code.
        """
        return write_model(self, path, training_state=training_state)

    def __str__(self) -> str:
        return summary(self)

    def partial_fit(  # noqa: PLR0913  # what fit is told of one batch
        self,
        x: ArrayLike,
        t: ArrayLike,
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
            As for `fit`.
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

    def calibrate(self, x: ArrayLike, t: ArrayLike) -> Network:
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
            If the network is a regression, or its last activation follows no Dense, Maxout or BatchNorm; or if the
            logits are not finite.
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

    def card(self, data: Any = None, *, name: str = "", licence: str = "", language: str = "en") -> Card:
        """Return a model card in Markdown: what the network is, how it was trained, how well it does, its limits.

        Parameters
        ----------
        data : Dataset or (x, t), optional
            What it is measured on: a data set's test samples (all, if it has none), through the model's own
            preprocessing; or arrays as the network is fed them. Without it nothing is measured, and the card says so.
        name : str, optional
            The model's name; by default its widths.
        licence : str, optional
            Of the data that it was trained on, if it is not one that glassnet knows.
        language : "en" or "ko", default "en"

        Returns
        -------
        Card
            It prints as Markdown, `.save(path)` writes it, and `.measured` holds the figures.

        Raises
        ------
        GlassnetError
            If the data do not fit the network.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 2, init=([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])), gn.Softmax()])
        >>> card = net.card(([[3.0, 0.0], [0.0, 3.0]], [0, 1]), name="the larger of two")
        >>> card.measured.accuracy, str(card).splitlines()[0]
        (1.0, '# Model card: the larger of two')
        """
        return write_card(self, data, name=name, licence=licence, language=language)


def load(path: str | os.PathLike[str]) -> Network:
    """Load a network that `Network.save` wrote; nothing in the file is executed.

    Parameters
    ----------
    path : path

    Returns
    -------
    Network

    Raises
    ------
    DataError
        If the file is missing, damaged, cut short, not glassnet's, or from a newer version.

    Notes
    -----
    Arrays come back bit for bit, nan and inf among them, if a training went so far.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = gn.Network([gn.Dense(2, 1)]).save(pathlib.Path(folder) / "model.safetensors")
    ...     gn.load(path).layers
    (Dense(2, 1),)
    """
    return read_model(path, Network)
