"""The activation functions and their chain rules; the references are in `glassnet.mathematics.functions`.

Derivatives are multiplied by, as the references do, and not chosen by: where dy is nan or infinite, dx shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.engine.compiling import elementwise
from glassnet.engine.kernels import exponential
from glassnet.engine.kernels.blocks import lengthened, unsigned

if TYPE_CHECKING:
    from numpy.typing import NDArray


@elementwise
def same(x: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = x. Reference: `operations.same`, `functions.identity`."""
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = x[i, j]


identity = same


@elementwise
def identity_backward(
    dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], dx: NDArray[Any], r0: int, r1: int, c0: int, c1: int
) -> None:
    """Compute dx = dy. Reference: `functions.identity`."""
    same(dy, dx, r0, r1, c0, c1)


@elementwise
def sigmoid(x: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = 1 / (1 + exp(−x)). Reference: `functions.sigmoid`."""
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = exponential.sigmoid(x[i, j])


@elementwise
def sigmoid_backward(
    dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], dx: NDArray[Any], r0: int, r1: int, c0: int, c1: int
) -> None:
    """Compute dx = dy · y (1 − y). Reference: `functions.sigmoid`."""
    one = y.dtype.type(1)
    r0, r1, c0, c1 = lengthened(dy, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            dx[i, j] = dy[i, j] * (y[i, j] * (one - y[i, j]))


@elementwise
def tanh(x: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = tanh(x). Reference: `functions.tanh`."""
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = exponential.tanh(x[i, j])


@elementwise
def tanh_backward(
    dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], dx: NDArray[Any], r0: int, r1: int, c0: int, c1: int
) -> None:
    """Compute dx = dy · (1 − y)(1 + y). Reference: `functions.tanh`."""
    one = y.dtype.type(1)
    r0, r1, c0, c1 = lengthened(dy, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            dx[i, j] = dy[i, j] * ((one - y[i, j]) * (one + y[i, j]))


@elementwise
def relu(x: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = max(0, x). Reference: `functions.relu`."""
    zero = x.dtype.type(0)
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = zero if x[i, j] < zero else x[i, j]  # this way round nan stays nan


@elementwise
def relu_backward(
    dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], dx: NDArray[Any], r0: int, r1: int, c0: int, c1: int
) -> None:
    """Compute dx = dy where x > 0, else dy · 0. Reference: `functions.relu`."""
    leaky_relu_backward(dy, x, y, dx, r0, r1, c0, c1, 0.0)


@elementwise
def leaky_relu(x: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int, alpha: float) -> None:
    """Y = x where x > 0, else α x. Reference: `functions.leaky_relu`."""
    zero, slope = x.dtype.type(0), x.dtype.type(alpha)
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = x[i, j] if x[i, j] > zero else slope * x[i, j]


@elementwise
def leaky_relu_backward(
    dy: NDArray[Any],
    x: NDArray[Any],
    y: NDArray[Any],
    dx: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    alpha: float,
) -> None:
    """Compute dx = dy where x > 0, else dy · α. Reference: `functions.leaky_relu`."""
    zero, one, slope = x.dtype.type(0), x.dtype.type(1), x.dtype.type(alpha)
    r0, r1, c0, c1 = lengthened(dy, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            dx[i, j] = dy[i, j] * (one if x[i, j] > zero else slope)


@elementwise
def elu(x: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int, alpha: float) -> None:
    """Y = x where x > 0, else α (exp(x) − 1). Reference: `functions.elu`."""
    zero, scale = x.dtype.type(0), x.dtype.type(alpha)
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            negative = zero if x[i, j] > zero else x[i, j]
            y[i, j] = x[i, j] if x[i, j] > zero else scale * exponential.expm1(negative)


@elementwise
def elu_backward(
    dy: NDArray[Any],
    x: NDArray[Any],
    y: NDArray[Any],
    dx: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    alpha: float,
) -> None:
    """Compute dx = dy where x > 0, else dy (y + α). Reference: `functions.elu`."""
    zero, one, scale = x.dtype.type(0), x.dtype.type(1), x.dtype.type(alpha)
    r0, r1, c0, c1 = lengthened(dy, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            dx[i, j] = dy[i, j] * (one if x[i, j] > zero else y[i, j] + scale)


@elementwise
def prelu(x: NDArray[Any], alpha: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = x where x > 0, else α x, with one α for each column. Reference: `functions.prelu`."""
    zero = x.dtype.type(0)
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = x[i, j] if x[i, j] > zero else alpha[j] * x[i, j]


@elementwise
def prelu_backward(
    dy: NDArray[Any],
    x: NDArray[Any],
    y: NDArray[Any],
    alpha: NDArray[Any],
    dx: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
) -> None:
    """Compute dx = dy where x > 0, else dy · α. Reference: `functions.prelu`."""
    zero, one = x.dtype.type(0), x.dtype.type(1)
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            dx[i, j] = dy[i, j] * (one if x[i, j] > zero else alpha[j])


@elementwise
def prelu_dalpha(dy: NDArray[Any], x: NDArray[Any], dalpha: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Compute dα = Σ dy · min(x, 0) over the rows. Reference: `functions.prelu_alpha_derivative`."""
    zero = x.dtype.type(0)
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for j in range(c0, c1):
        dalpha[j] = zero
    for i in range(r0, r1):
        for j in range(c0, c1):
            dalpha[j] += dy[i, j] * (zero if x[i, j] > zero else x[i, j])
