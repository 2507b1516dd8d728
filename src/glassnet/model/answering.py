"""What a network answers: outputs, classes, whether it is a digit at all, how right it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.glass.refusal.detector import PIXELS, NotADigit
from glassnet.glass.refusal.fitting import SHARE, fit_not_a_digit
from glassnet.glass.refusal.packaged import packaged_detector
from glassnet.glass.refusal.verdict import Verdict, classify_or_refuse, judge
from glassnet.mathematics.checks import DataError
from glassnet.training import evaluation
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.scaling import Scaling
    from glassnet.network.tape import Mode


class Answering(Trainable):
    """What a network answers, and how right that is."""

    refusal: NotADigit | None = None

    def predict(self, x: ArrayLike) -> NDArray[Any]:
        """Return the outputs for some inputs, in predict mode, at most 1,024 rows at a time.

        Parameters
        ----------
        x : array of shape (N, n_in)
            One row a sample. Or what gives batches, as for `fit`: the outputs are in the order in which they come, and
            targets, if there are any, are left aside.

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

    def accuracy(self, x: ArrayLike, t: ArrayLike | None = None) -> float:
        """Return the share of inputs whose class is the one of the targets.

        Parameters
        ----------
        x : array of shape (N, n_in)
            Or what gives batches (x, t), as for `fit`, without t.
        t : array
            Class indices, or rows; of rows with several ones each of them is right, of rows of zeros no class is.

        Returns
        -------
        float
            From 0 to 1. With several outputs an input's class is the largest of them, also where they are sigmoids
            whose labels do not exclude each other. How many of such labels are right, each by itself, says
            ``((net.predict(x) >= 0.5) == t).mean()``.

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
        t: ArrayLike | None = None,
        *,
        mode: Mode = "predict",
        sample_weight: ArrayLike | None = None,
        step: int = 0,
    ) -> float:
        """Return the loss averaged over the samples.

        Parameters
        ----------
        x : array of shape (N, n_in)
            Or, in predict mode, what gives batches (x, t) or (x, t, sample_weight), as for `fit`, without t.
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
