"""The functions of whole rows, softmax, log-sum-exp and maxout, each with its Jacobian and its backward formula.

They are public in `glassnet.functions`, beside the elementwise ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ShapeError, describe
from glassnet.mathematics.function import vectorial

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _check_rows(name: str, x: NDArray[Any]) -> None:
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ShapeError(f"{name} must get a last axis with one number or more, got {describe(x)}. Pass a row.")


def _softmax_backward(dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    return y * (dy - xp.sum(dy * y, axis=-1, keepdims=True))


def _softmax_jacobian(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    return y[..., :, None] * (np.eye(y.shape[-1], dtype=y.dtype) - y[..., None, :])


@vectorial(
    jacobian=_softmax_jacobian,
    backward=_softmax_backward,
    formula="exp(x) / sum(exp(x))",
    derivative_formula="y_i (δ_ij - y_j); backward: y (dy - sum(dy y))",
    value_range=(0.0, 1.0),
)
def softmax(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Softmax over the last axis, yₖ = exp(xₖ) / Σᵢ exp(xᵢ): numbers in (0, 1) that add up to 1.

    Parameters
    ----------
    x : array of shape (..., n)

    Returns
    -------
    array of x's shape
        −∞ gives 0; a row with nan or +∞, or of −∞ alone, gives nan.

    Notes
    -----
    The row's largest x is subtracted first, which changes nothing but prevents overflow (lectures 002 and 004).
    `softmax.derivative(x)` is the Jacobian, of shape (..., n, n).

    Examples
    --------
    >>> softmax([0.3, 2.9, 4.0])  # lecture 002
    array([0.01821127, 0.24519181, 0.73659691])
    >>> softmax([1000.0, -1000.0])
    array([1., 0.])
    """
    _check_rows("softmax", x)
    exponentials = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return exponentials / xp.sum(exponentials, axis=-1, keepdims=True)


@vectorial(
    jacobian=lambda x, y: softmax.value(x),
    backward=lambda dy, x, y, xp=np: dy[..., None] * softmax.value(x, xp=xp),
    formula="log(sum(exp(x)))",
    derivative_formula="softmax(x)",
)
def log_sum_exp(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Log-sum-exp over the last axis, log Σᵢ exp(xᵢ), a smooth maximum, with derivative softmax(x).

    Parameters
    ----------
    x : array of shape (..., n)

    Returns
    -------
    array of shape (...)
        ∞ for a row with +∞, −∞ for a row of −∞ alone, nan for a row with nan.

    Notes
    -----
    The row's largest x is taken out of the sum first, as in softmax, and nothing overflows.

    Examples
    --------
    >>> log_sum_exp([1000.0, 1000.0]).round(4)
    np.float64(1000.6931)
    """
    _check_rows("log_sum_exp", x)
    largest = xp.max(x, axis=-1, keepdims=True)
    shift = xp.where(xp.isfinite(largest), largest, 0)
    return shift[..., 0] + xp.log(xp.sum(xp.exp(x - shift), axis=-1))


def maxout_pieces(x: NDArray[Any], W: NDArray[Any], b: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Return the affine pieces of a maxout, x @ W[k] + b[k], of shape (pieces, ..., n_out)."""
    leading = (slice(None), *(None,) * (x.ndim - 1), slice(None))
    products = xp.tensordot(W, x, axes=([1], [-1]))  # of shape (pieces, n_out, ...)
    result: NDArray[Any] = xp.permute_dims(products, (0, *range(2, x.ndim + 1), 1)) + b[leading]
    return result


def _maxout_jacobian(x: NDArray[Any], y: NDArray[Any], W: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    winner = np.argmax(maxout_pieces(x, W, b), axis=0)
    return W[winner, :, np.arange(W.shape[2])]


def _maxout_backward(
    dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], W: NDArray[Any], b: NDArray[Any], *, xp: Any = np
) -> NDArray[Any]:
    # A network has steps of its own for this; here `xp` is NumPy.
    return np.einsum("...o,...oi->...i", dy, _maxout_jacobian(x, y, W, b))


@vectorial(
    jacobian=_maxout_jacobian,
    backward=_maxout_backward,
    formula="max over k of (x @ W[k] + b[k])",
    derivative_formula="W of the winning piece (the first of equals)",
    piecewise_linear=True,
)
def maxout(x: NDArray[Any], W: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """Maxout, the largest of several affine pieces: maxₖ (x @ W[k] + b[k]).

    Parameters
    ----------
    x : array of shape (..., n_in)
    W : array of shape (pieces, n_in, n_out)
    b : array of shape (pieces, n_out)

    Returns
    -------
    array of shape (..., n_out)

    Notes
    -----
    It generalizes ReLU (pieces x and 0) and leaky ReLU (x and αx); its gradient vanishes nowhere, at the price of more
    parameters. Where pieces are equal the first one counts. `maxout.derivative(x, W, b)` is the Jacobian by x, of shape
    (..., n_out, n_in). Source: lecture 000, with two pieces; Goodfellow et al., "Maxout networks", 2013.

    Examples
    --------
    >>> W = np.array([[[1.0]], [[-1.0]]])
    >>> maxout([[2.0], [-3.0]], W, np.zeros((2, 1)))  # max(x, -x) = |x|
    array([[2.],
           [3.]])
    """
    shape = np.shape(W)
    if len(shape) != 3 or x.ndim == 0 or x.shape[-1] != shape[1] or np.shape(b) != shape[::2] or shape[0] == 0:
        raise ShapeError(
            "maxout must get x (..., n_in), W (pieces, n_in, n_out) and b (pieces, n_out), "
            f"got {x.shape}, {shape} and {np.shape(b)}. Make n_in, n_out and pieces (one or more) agree."
        )
    return np.asarray(maxout_pieces(x, W, b).max(axis=0))
