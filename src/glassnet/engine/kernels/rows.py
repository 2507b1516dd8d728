"""The kernels of whole rows, rows r0 to r1: softmax, and its loss; and the maximum over the pieces of a maxout.

References: `vector_functions.softmax`, `fused_losses`, and `maximum` of `layers.maxout`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.engine.compiling import elementwise, formula, kernel
from glassnet.engine.kernels import exponential
from glassnet.engine.kernels.blocks import lengthened, unsigned

if TYPE_CHECKING:
    from numpy.typing import NDArray


@elementwise
def _exponentials(x: NDArray[Any], r0: int, r1: int) -> None:
    """Replace the numbers of some rows by their exponentials.

    All rows in one loop, since rows are short (ten classes) and vector registers long: softmax of 100 × 10 numbers
    takes 1.4 µs if it takes the exponentials row by row, and 0.6 µs so.
    """
    start, stop, zero, n = lengthened(x, r0, r1, 0, x.shape[1])
    for i in range(start, stop):
        for j in range(zero, n):
            x[i, j] = exponential.exp(x[i, j])


@kernel
def largest_of_row(z: NDArray[Any], i: int) -> Any:
    """Return the largest number of a row; a nan that this misses makes the row's sum of exponentials nan."""
    _, _, zero, n = unsigned(0, 0, 0, z.shape[1])
    largest = z[i, zero]
    for j in range(zero, n):
        largest = z[i, j] if z[i, j] > largest else largest
    return largest


@formula
def difference(x: Any, y: Any) -> Any:
    """Return x − y, as a number that no sum around it takes apart."""
    return x - y


@formula
def slope_of_fused(dlosses: Any, y: Any, weight: Any, t: Any) -> Any:
    """Return the derivative of the mean loss by a net input: the row's share · (y Σt − t)."""
    return dlosses * (y * weight - t)


@kernel
def softmax(x: NDArray[Any], y: NDArray[Any], r0: int, r1: int) -> None:
    """Y = exp(x) / Σ exp(x) over each row; a row with nan or ∞, or of −∞ alone, gives nan."""
    start, stop, zero, n = unsigned(r0, r1, 0, x.shape[1])
    for i in range(start, stop):
        largest = largest_of_row(x, i)
        for j in range(zero, n):
            y[i, j] = difference(x[i, j], largest)
    _exponentials(y, r0, r1)
    for i in range(start, stop):
        total = y.dtype.type(0)
        for j in range(zero, n):
            total += y[i, j]
        for j in range(zero, n):
            y[i, j] /= total


@kernel
def softmax_backward(dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], dx: NDArray[Any], r0: int, r1: int) -> None:
    """Compute dx = y (dy − Σ dy y)."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    for i in range(start, stop):
        total = y.dtype.type(0)
        for j in range(zero, n):
            total += dy[i, j] * y[i, j]
        for j in range(zero, n):
            dx[i, j] = y[i, j] * difference(dy[i, j], total)


@kernel
def softmax_with_loss(
    z: NDArray[Any],
    t: NDArray[Any],
    dlosses: NDArray[Any],
    y: NDArray[Any],
    losses: NDArray[Any],
    dz: NDArray[Any],
    r0: int,
    r1: int,
) -> None:
    """Compute y = softmax(z), its categorical cross-entropy with t, and the gradient of z, in one.

    The same numbers as `softmax`, `softmax_categorical_cross_entropy` and its backward give one after another, with one
    exponential for each number instead of two, and every row read while it is at hand.
    """
    start, stop, zero, n = unsigned(r0, r1, 0, z.shape[1])
    for i in range(start, stop):
        largest, product = largest_of_row(z, i), z.dtype.type(0)
        for j in range(zero, n):
            y[i, j] = difference(z[i, j], largest)
            product += t[i, j] * y[i, j]
        losses[i] = product
    _exponentials(y, r0, r1)
    for i in range(start, stop):
        total = weight = y.dtype.type(0)
        for j in range(zero, n):
            total += y[i, j]
            weight += t[i, j]
        losses[i] = weight * exponential.log(total) - losses[i]
        for j in range(zero, n):
            y[i, j] /= total
            dz[i, j] = slope_of_fused(dlosses[i], y[i, j], weight, t[i, j])


@elementwise
def sum_of_parts(parts: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = parts[0] + parts[1], of shape (2, rows, columns or more)."""
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = parts[0, i, j] + parts[1, i, j]


@elementwise
def maximum(pieces: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = max over k of pieces[k], of shape (pieces, rows, columns); nan if one is nan."""
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = pieces[0, i, j]
        for k in range(1, pieces.shape[0]):
            for j in range(c0, c1):
                y[i, j] = y[i, j] if comes_first(y[i, j], pieces[k, i, j]) else pieces[k, i, j]


@formula
def comes_first(first: Any, second: Any) -> bool:
    """Say whether the first of two numbers is the largest: of equals it is, and nan is larger than all."""
    return first >= second or first != first  # noqa: PLR0124  # nan alone differs from itself


@elementwise
def maximum_backward(
    dy: NDArray[Any], pieces: NDArray[Any], dpieces: NDArray[Any], r0: int, r1: int, c0: int, c1: int
) -> None:
    """Compute dpieces[k] = dy where pieces[k] is the first largest (or the first nan, as in `numpy.argmax`), else 0."""
    zero = dy.dtype.type(0)
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for k in range(pieces.shape[0]):
            for j in range(c0, c1):
                dpieces[k, i, j] = dy[i, j]
            for before in range(k):
                for j in range(c0, c1):
                    beaten = comes_first(pieces[before, i, j], pieces[k, i, j])
                    dpieces[k, i, j] = zero if beaten else dpieces[k, i, j]
            for after in range(k + 1, pieces.shape[0]):
                for j in range(c0, c1):
                    beats = comes_first(pieces[k, i, j], pieces[after, i, j])
                    dpieces[k, i, j] = dpieces[k, i, j] if beats else zero
