"""Output function and loss in one, worked out from the net input z: nothing is clipped, nothing cancels.

−log softmax(z) and −log σ(z) need no probability: they are differences of z. The derivative by z is as simple as it is
stable, y − t, where the two separate steps would divide a vanishing slope by a vanishing probability. z is finite: an
infinite one gives nan.

Source: lecture 002 (softmax with loss); Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 6.2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.functions import log_sum_exp, sigmoid, softmax, softplus
from glassnet.mathematics.losses import binary_cross_entropy, categorical_cross_entropy

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.mathematics.function import Function
    from glassnet.mathematics.loss_function import LossFunction


@dataclass(frozen=True)
class FusedLoss:
    """An output function and a loss that are worked out together.

    Attributes
    ----------
    function, loss : Function, LossFunction
        The two that it stands for.
    per_sample : callable (z, t, xp=numpy) -> array (N,)
        The loss of each row, from its net input; xp is the library whose arrays it gets.
    derivative : callable (y, t, xp=numpy) -> array (N, n_out)
        The derivative of each row's loss by its net input, from its output.
    output_derivative : callable (y, t) -> array (N, n_out)
        The derivative of each row's loss by its output, `loss.derivative_formula` with nothing clipped: infinite where
        a probability that is wanted is 0. No gradient is computed from it; it is for those who ask what it would be.
    formula, derivative_formula : str
        Both in words.
    """

    function: Function
    loss: LossFunction
    per_sample: Callable[..., NDArray[Any]]
    derivative: Callable[..., NDArray[Any]]
    output_derivative: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
    formula: str
    derivative_formula: str

    @property
    def name(self) -> str:
        """The name of the operation in a tape."""
        return f"{self.function.name}_{self.loss.name}"


def _softmax_cross_entropy(z: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    shifted = z - xp.max(z, axis=1, keepdims=True)
    return xp.sum(t, axis=1) * log_sum_exp.value(shifted, xp=xp) - xp.sum(t * shifted, axis=1)


def _softmax_cross_entropy_derivative(y: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    return y * xp.sum(t, axis=1, keepdims=True) - t


def _slope_of_log(t: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Return t / y, the derivative of t log y by y: ±inf at y = 0, but 0 where there is no t to weigh it by."""
    with np.errstate(all="ignore"):
        return np.where((t == 0) & (y == 0), 0, t / y)


def _softmax_cross_entropy_output_derivative(y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
    return 0 - _slope_of_log(t, y)  # not −t / y, which writes its zeros as −0


def _sigmoid_cross_entropy(z: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    # softplus(z) − t z, with the part that would cancel for large z taken out first.
    return xp.sum((xp.maximum(z, 0) - t * z) + softplus.value(xp.minimum(z, -z), xp=xp), axis=1)


def _sigmoid_cross_entropy_derivative(y: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:  # noqa: ARG001
    return y - t


def _sigmoid_cross_entropy_output_derivative(y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
    # (y − t) / (y (1 − y)) in two terms: it is 1 at y = t = 0 and −1 at y = t = 1, not 0 / 0.
    return _slope_of_log(1 - t, 1 - y) - _slope_of_log(t, y)


FUSED_LOSSES = {
    fused.name: fused
    for fused in (
        FusedLoss(
            softmax,
            categorical_cross_entropy,
            _softmax_cross_entropy,
            _softmax_cross_entropy_derivative,
            _softmax_cross_entropy_output_derivative,
            formula="-Σ t log softmax(z)",
            derivative_formula="y Σt - t",
        ),
        FusedLoss(
            sigmoid,
            binary_cross_entropy,
            _sigmoid_cross_entropy,
            _sigmoid_cross_entropy_derivative,
            _sigmoid_cross_entropy_output_derivative,
            formula="-Σ (t log σ(z) + (1 - t) log(1 - σ(z)))",
            derivative_formula="y - t",
        ),
    )
}
