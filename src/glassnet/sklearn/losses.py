"""The losses that the estimators know by name, beyond those that every network knows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ShapeError, as_float_array, check_number
from glassnet.network.layer import Layer
from glassnet.network.loss import LOSSES, Loss, NamedLoss, TargetKind, as_loss

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class Exponential(Layer):
    """A = exp(Z): the output of a regression of counts, whose mean is positive.

    It never falls to 0, where exp underflows: the loss divides by it, and a gradient of 0 · t / 0 would be lost.

    Examples
    --------
    >>> Exponential().forward(np.zeros((1, 1)))
    array([[1.]])
    """

    def forward(self, x: NDArray[Any], **parameters: NDArray[Any]) -> NDArray[Any]:
        """Return exp(x), but no less than the smallest number that a count may be divided by."""
        limits = np.finfo(x.dtype)
        return np.maximum(np.exp(x), limits.tiny / limits.eps**2)

    def backward(self, dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], **parameters: NDArray[Any]) -> NDArray[Any]:
        """Return dy · exp(x)."""
        return dy * y

    def __repr__(self) -> str:
        return "Exponential()"


class HalfPoissonDeviance(Loss):
    """Half the Poisson deviance, Σ (t log(t / y) − t + y), of a mean y above 0 and a count t of at least 0.

    Examples
    --------
    >>> HalfPoissonDeviance().forward(np.array([[1.0]]), np.array([[1.0]]))
    array([0.])
    """

    targets: ClassVar[TargetKind | None] = "values"

    def forward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the loss of each sample."""
        some = np.where(t > 0, t, 1)  # t log t is 0 at 0
        return np.sum(t * np.log(some / np.where(t > 0, y, 1)) - t + y, axis=1)

    def backward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return 1 − t / y."""
        return 1 - t / np.maximum(y, np.finfo(y.dtype).tiny)


@dataclass(frozen=True)
class Huber(Loss):
    """Huber's loss: ½ e² of small errors e = y − t, δ (|e| − ½ δ) of large ones; the mean over the outputs.

    Parameters
    ----------
    delta : float, default 1
        From which size an error is large, above 0.

    Notes
    -----
    Source: Huber, "Robust estimation of a location parameter", 1964.

    Examples
    --------
    >>> Huber().forward(np.array([[0.5], [3.0]]), np.zeros((2, 1)))
    array([0.125, 2.5  ])
    """

    delta: float = 1.0

    targets: ClassVar[TargetKind | None] = "values"

    def __post_init__(self) -> None:
        object.__setattr__(self, "delta", check_number("Huber's delta", self.delta, above=0))

    def forward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the loss of each sample."""
        size = np.abs(y - t)
        small = np.minimum(size, self.delta)
        return np.mean(small * (size - 0.5 * small), axis=1)

    def backward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the error, cut off at ±δ, over the number of outputs."""
        return np.clip(y - t, -self.delta, self.delta) / y.shape[1]


class FunctionLoss(Loss):
    """A user's function `f(y, t)` of outputs and targets (N, n_out) that gives each sample's loss, (N,).

    Its derivative is found by central differences in float64, one output after another: two calls for each output and
    step. A `gn.Loss` with a `backward` of its own is faster.

    Examples
    --------
    >>> quartic = FunctionLoss(lambda y, t: ((y - t) ** 4).sum(axis=1))
    >>> quartic.backward(np.array([[2.0]]), np.array([[1.0]])).round(6)
    array([[4.]])
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def forward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the loss of each sample."""
        losses = as_float_array(self.function(y, t), "what the loss function returns")
        if losses.shape != (len(y),):
            raise ShapeError(
                f"the loss function must return one number for each of {len(y)} samples, got {losses.shape}. "
                "Sum or average over axis 1."
            )
        return losses

    def backward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the central difference of the function by each output."""
        at, aim = y.astype(np.float64), t.astype(np.float64)
        result = np.empty_like(at)
        for column in range(at.shape[1]):
            step = 1e-6 * np.maximum(1, np.abs(at[:, column]))
            above, below = at.copy(), at.copy()
            above[:, column] += step
            below[:, column] -= step
            result[:, column] = (self.forward(above, aim) - self.forward(below, aim)) / (2 * step)
        return result

    def __repr__(self) -> str:
        return f"FunctionLoss({getattr(self.function, '__name__', self.function)!s})"


@dataclass(frozen=True)
class Criterion:
    """The loss of a network, and how its number is told.

    Attributes
    ----------
    loss : Loss
    told : callable or None
        From the network's loss to the number in `loss_curve_`; None where they are the same.
    """

    loss: Loss
    shift: float = 0.0
    scale: float = 1.0

    def told(self, value: float) -> float:
        """Return the loss as `loss_curve_` tells it."""
        return (value - self.shift) / self.scale


REGRESSION_LOSSES = {"poisson": HalfPoissonDeviance, "huber": Huber}
ALIASES = {"absolute_error": "mean_absolute_error"}
CROSS_ENTROPIES = frozenset({"binary_cross_entropy", "categorical_cross_entropy"})
"""The losses of probabilities, which the unbounded outputs of a regression are not."""
REGRESSION_NAMES = frozenset({"squared_error", *REGRESSION_LOSSES, *ALIASES} | set(LOSSES))


def regression_criterion(loss: Any, n_out: int) -> Criterion:
    """Return the loss of a regression of so many outputs.

    scikit-learn's half squared error is told as a mean over the outputs and differentiated as a sum. That is the
    Gaussian's negative log-likelihood, which compiled code has, but for a constant.

    >>> regression_criterion("squared_error", 2).told(0.5 * 8 + math.log(2 * math.pi))
    2.0
    """
    if isinstance(loss, str) and loss == "squared_error":
        return Criterion(NamedLoss("gaussian_nll"), n_out * 0.5 * math.log(2 * math.pi), n_out)
    if isinstance(loss, str) and loss in REGRESSION_LOSSES:
        return Criterion(REGRESSION_LOSSES[loss]())
    own = _own(loss)
    if getattr(own, "name", None) in CROSS_ENTROPIES:
        raise ArgumentError(
            f"loss must be one of numbers without bounds for MLPRegressor, got {own!r}, which is of "
            "probabilities. Use MLPClassifier for classes, 'squared_error' for numbers, 'poisson' for counts."
        )
    return Criterion(own)


def classification_criterion(loss: Any, *, exclusive: bool) -> Criterion:
    """Return the loss of a classifier whose classes exclude each other, or do not.

    >>> classification_criterion("log_loss", exclusive=True).loss
    NamedLoss('categorical_cross_entropy')
    """
    if isinstance(loss, str) and loss == "log_loss":
        return Criterion(NamedLoss("categorical_cross_entropy" if exclusive else "binary_cross_entropy"))
    own = _own(loss)
    if not exclusive and getattr(own, "name", None) == "categorical_cross_entropy":
        raise ArgumentError(
            "loss='categorical_cross_entropy' must go with three classes or more that exclude each other: each sigmoid "
            "output by itself would best be 1 always. Use 'log_loss' or 'binary_cross_entropy'."
        )
    return Criterion(own)


def _own(loss: Any) -> Loss:
    if isinstance(loss, str):
        return as_loss(ALIASES.get(loss, loss))
    if isinstance(loss, Loss | type) or not callable(loss) or hasattr(loss, "per_sample"):
        return as_loss(loss)
    return FunctionLoss(loss)
