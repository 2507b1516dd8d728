"""The rules of the computational graph: what each operation computes, and beside it what it sends backward.

An operation makes y of its inputs a and b. When dy = ∂L/∂y comes back from above, it passes on to each input the
product of dy and its own local derivative: the chain rule. Kinks: |x| has the derivative 0 at 0, and where maximum
or max has a tie, the derivative is shared equally (ReLU, with its own rule, is in `functions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.mathematics.checks import ShapeError
from glassnet.mathematics.functions import log_sum_exp, softmax
from glassnet.mathematics.fused_losses import FUSED_LOSSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


class Forward(NamedTuple):
    """What the forward pass left at a node: its value y, its options, such as an axis, and its inputs a, b and c."""

    y: NDArray[Any]
    options: Mapping[str, Any]
    a: NDArray[Any]
    b: Any = None
    c: Any = None


class Rule(NamedTuple):
    """An operation: its value from its inputs, and for each input what ∂L/∂y becomes there."""

    value: Callable[..., Any]
    backward: tuple[Callable[[NDArray[Any], Forward], Any], ...]


def rule_of_function(
    name: str,
    value: Callable[[NDArray[Any]], Any],
    backward: Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], Any],
) -> Rule:
    """Return the rule of a function that is not in `RULES`; what its `backward(dy, x, y)` returns is checked."""

    def checked(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
        dx = np.asarray(backward(dy, at.a, at.y))
        if dx.shape != at.a.shape:
            raise ShapeError(
                f"The backward of {name} must return the shape {at.a.shape} of x, got {dx.shape}. "
                "Return ∂L/∂x, one number for each element of x."
            )
        return dx

    return Rule(value, (checked,))


def _power_to_base(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
    # Where b = 0 the value is 1 whatever a is; the formula would give 0 · ∞ at a = 0.
    return dy * np.where(at.b == 0, 0.0, at.b * np.power(at.a, at.b - 1))


def _power_to_exponent(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
    # 0 to any positive power is 0, and stays so. Elsewhere, without a log a, there is no derivative.
    without_log = np.where((at.a == 0) & (at.b > 0), 0.0, np.nan)
    return dy * np.where(at.a > 0, at.y * np.log(at.a), without_log)


def _matmul_to_left(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
    b = at.b[:, None] if at.b.ndim == 1 else at.b
    product = _as_matrix_product(dy, at) @ np.swapaxes(b, -1, -2)
    return product[..., 0, :] if at.a.ndim == 1 else product


def _matmul_to_right(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
    a = at.a[None, :] if at.a.ndim == 1 else at.a
    product = np.swapaxes(a, -1, -2) @ _as_matrix_product(dy, at)
    return product[..., 0] if at.b.ndim == 1 else product


def _as_matrix_product(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
    """Give dy back the axis of length 1 that `@` drops for each vector."""
    if at.b.ndim == 1:
        dy = np.expand_dims(dy, -1)
    return np.expand_dims(dy, -2) if at.a.ndim == 1 else dy


def _mean(a: NDArray[Any], axis: Any, keepdims: bool) -> Any:
    total = np.sum(a, axis=axis, keepdims=keepdims)
    return total / float(np.divide(a.size, np.size(total)))


def _spread(reduced: NDArray[Any], at: Forward) -> NDArray[Any]:
    """Repeat what a reduction left along the axes that it reduced."""
    if not at.options["keepdims"]:
        axis = at.options["axis"]
        reduced = np.expand_dims(reduced, tuple(range(at.a.ndim)) if axis is None else axis)
    return np.broadcast_to(reduced, at.a.shape)


def _share_of_largest(at: Forward) -> NDArray[Any]:
    """Return 1 where the largest element is, 1/k at each of k equal ones, 0 elsewhere."""
    largest = at.a == _spread(at.y, at)
    return largest / np.sum(largest, axis=at.options["axis"], keepdims=True)


def _share_of_larger(mine: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    return np.where(mine == other, 0.5, mine > other)


def _put_back(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
    gradient = np.zeros_like(at.a)
    np.add.at(gradient, at.options["index"], dy)  # adds up where an element was taken more than once
    return gradient


_SOFTMAX_LOSS = FUSED_LOSSES["softmax_categorical_cross_entropy"]


def _rows(values: NDArray[Any]) -> NDArray[Any]:
    return values.reshape(-1, values.shape[-1])


def _softmax_with_loss(z: NDArray[Any], t: NDArray[Any]) -> Any:
    return _SOFTMAX_LOSS.per_sample(_rows(z), _rows(t)).mean()


def softmax_loss_slope(y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
    """Return the derivative of the mean loss of y = softmax(z) by z: (y − t) / N where each row of t sums to 1.

    >>> softmax_loss_slope(np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))
    array([[ 0.25, -0.25]])
    """
    slope = _SOFTMAX_LOSS.derivative(_rows(y), _rows(t))
    return np.asarray(slope / len(slope)).reshape(y.shape)


def _softmax_loss_to_targets(dy: NDArray[Any], at: Forward) -> NDArray[Any]:
    z = _rows(at.a)
    shifted = z - z.max(axis=1, keepdims=True)
    minus_log_y = log_sum_exp.value(shifted)[:, None] - shifted
    return dy * (minus_log_y / len(z)).reshape(at.a.shape)


# The names are NumPy's, so that np.exp(variable) finds "exp".
RULES: dict[str, Rule] = {
    "add": Rule(np.add, (lambda dy, _: dy, lambda dy, _: dy)),
    "subtract": Rule(np.subtract, (lambda dy, _: dy, lambda dy, _: -dy)),
    "multiply": Rule(np.multiply, (lambda dy, at: dy * at.b, lambda dy, at: dy * at.a)),
    "divide": Rule(np.divide, (lambda dy, at: dy / at.b, lambda dy, at: -dy * at.y / at.b)),
    "power": Rule(np.power, (_power_to_base, _power_to_exponent)),
    "matmul": Rule(np.matmul, (_matmul_to_left, _matmul_to_right)),
    "maximum": Rule(
        np.maximum,
        (lambda dy, at: dy * _share_of_larger(at.a, at.b), lambda dy, at: dy * _share_of_larger(at.b, at.a)),
    ),
    "negative": Rule(np.negative, (lambda dy, _: -dy,)),
    "square": Rule(np.square, (lambda dy, at: dy * 2 * at.a,)),
    "exp": Rule(np.exp, (lambda dy, at: dy * at.y,)),
    "log": Rule(np.log, (lambda dy, at: dy / at.a,)),
    "log10": Rule(np.log10, (lambda dy, at: dy / (at.a * np.log(10.0)),)),
    "sqrt": Rule(np.sqrt, (lambda dy, at: dy / (2 * at.y),)),
    "absolute": Rule(np.absolute, (lambda dy, at: dy * np.sign(at.a),)),
    "sin": Rule(np.sin, (lambda dy, at: dy * np.cos(at.a),)),
    "cos": Rule(np.cos, (lambda dy, at: -dy * np.sin(at.a),)),
    "sum": Rule(np.sum, (_spread,)),
    "mean": Rule(_mean, (lambda dy, at: _spread(dy, at) / (at.a.size / max(at.y.size, 1)),)),
    "max": Rule(np.max, (lambda dy, at: _spread(dy, at) * _share_of_largest(at),)),
    "reshape": Rule(np.reshape, (lambda dy, at: np.reshape(dy, at.a.shape),)),
    "transpose": Rule(np.transpose, (lambda dy, at: np.transpose(dy, _inverse(at.options["axes"])),)),
    "getitem": Rule(lambda a, index: a[index], (_put_back,)),
    "affine": Rule(lambda x, W, b: x @ W + b, (_matmul_to_left, _matmul_to_right, lambda dy, _: dy)),
    "softmax_with_loss": Rule(
        _softmax_with_loss,
        (lambda dy, at: dy * softmax_loss_slope(softmax.value(at.a), at.b), _softmax_loss_to_targets),
    ),
}


def _inverse(axes: Any) -> Any:
    return None if axes is None else np.argsort(np.arange(len(axes))[list(axes)])


def undo_broadcasting(gradient: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Sum a gradient over the axes along which an array of `shape` was repeated.

    >>> undo_broadcasting(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    gradient = np.asarray(gradient)
    added = gradient.ndim - len(shape)
    repeated = tuple(
        axis for axis, length in enumerate(gradient.shape) if axis < added or (shape[axis - added] == 1 and length != 1)
    )
    if repeated:
        gradient = np.sum(gradient, axis=repeated, keepdims=True)
    return gradient.reshape(shape)
