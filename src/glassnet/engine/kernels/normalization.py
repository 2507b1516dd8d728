"""Sums and means over the rows r0 to r1 of the columns c0 to c1, and the steps of batch normalization.

References: the operations of the same names in `layers.batchnorm`, `layers.dense` and `layers.maxout`. Statistics are
vectors with one number for each column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.compiling import elementwise
from glassnet.engine.kernels.blocks import unsigned

if TYPE_CHECKING:
    from numpy.typing import NDArray


@elementwise
def sum_of_rows(x: NDArray[Any], total: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Compute Σ x over the rows.

    Four rows at a time, so that the sums are fetched and stored a quarter as often.
    """
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    fours = r0 + (r1 - r0) // np.uint64(4) * np.uint64(4)
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    for j in range(c0, c1):
        total[j] = x.dtype.type(0)
    for i in range(r0, fours, four):
        for j in range(c0, c1):
            total[j] += (x[i, j] + x[i + one, j]) + (x[i + two, j] + x[i + three, j])
    for i in range(fours, r1):
        for j in range(c0, c1):
            total[j] += x[i, j]


@elementwise
def sum_of_products(x: NDArray[Any], y: NDArray[Any], total: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Compute Σ x y over the rows."""
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for j in range(c0, c1):
        total[j] = x.dtype.type(0)
    for i in range(r0, r1):
        for j in range(c0, c1):
            total[j] += x[i, j] * y[i, j]


@elementwise
def _divided(total: NDArray[Any], rows: int, c0: int, c1: int) -> None:
    """Turn sums over rows into means."""
    _, _, c0, c1 = unsigned(0, 0, c0, c1)
    count = total.dtype.type(rows)
    for j in range(c0, c1):
        total[j] /= count


@elementwise
def mean_of_rows(x: NDArray[Any], mean: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Compute the mean of x over the rows."""
    sum_of_rows(x, mean, r0, r1, c0, c1)
    _divided(mean, r1 - r0, c0, c1)


@elementwise
def variance_of_rows(
    x: NDArray[Any], mean: NDArray[Any], variance: NDArray[Any], r0: int, r1: int, c0: int, c1: int
) -> None:
    """Compute the mean squared distance from the mean over the rows."""
    start, stop, left, right = unsigned(r0, r1, c0, c1)
    for j in range(left, right):
        variance[j] = x.dtype.type(0)
    for i in range(start, stop):
        for j in range(left, right):
            variance[j] += (x[i, j] - mean[j]) * (x[i, j] - mean[j])
    _divided(variance, r1 - r0, c0, c1)


@elementwise
def normalize(
    x: NDArray[Any],
    mean: NDArray[Any],
    variance: NDArray[Any],
    y: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    eps: float,
) -> None:
    """Y = (x − mean) / √(variance + eps)."""
    small = x.dtype.type(eps)
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = (x[i, j] - mean[j]) / np.sqrt(variance[j] + small)


@elementwise
def scale_and_shift(
    x: NDArray[Any], gamma: NDArray[Any], beta: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int
) -> None:
    """Y = γ x + β."""
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = gamma[j] * x[i, j] + beta[j]


@elementwise
def scale(x: NDArray[Any], gamma: NDArray[Any], y: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Y = γ x: the operation `multiply` where its second input has one number for each column."""
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] = gamma[j] * x[i, j]


@elementwise
def unscale(
    dn: NDArray[Any], variance: NDArray[Any], dx: NDArray[Any], r0: int, r1: int, c0: int, c1: int, eps: float
) -> None:
    """Compute dx = dn / √(variance + eps)."""
    small = dn.dtype.type(eps)
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            dx[i, j] = dn[i, j] / np.sqrt(variance[j] + small)


@elementwise
def normalize_backward(
    dn: NDArray[Any],
    normalized: NDArray[Any],
    variance: NDArray[Any],
    dx: NDArray[Any],
    mean_dn: NDArray[Any],
    mean_product: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    eps: float,
) -> None:
    """Compute dx = (dn − mean of dn − normalized · mean of (dn · normalized)) / √(variance + eps).

    `mean_dn` and `mean_product` are room for the two means.
    """
    small = dn.dtype.type(eps)
    mean_of_rows(dn, mean_dn, r0, r1, c0, c1)
    sum_of_products(dn, normalized, mean_product, r0, r1, c0, c1)
    _divided(mean_product, r1 - r0, c0, c1)
    r0, r1, c0, c1 = unsigned(r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            means = mean_dn[j] + normalized[i, j] * mean_product[j]
            dx[i, j] = (dn[i, j] - means) / np.sqrt(variance[j] + small)


@elementwise
def running_average(running: NDArray[Any], batch: NDArray[Any], c0: int, c1: int, momentum: float) -> None:
    """Compute running ← momentum · running + (1 − momentum) · batch."""
    _, _, c0, c1 = unsigned(0, 0, c0, c1)
    keep, take = running.dtype.type(momentum), running.dtype.type(1.0 - momentum)
    for j in range(c0, c1):
        running[j] = keep * running[j] + take * batch[j]


@elementwise
def running_variance(
    running: NDArray[Any], variance: NDArray[Any], rows: int, c0: int, c1: int, momentum: float
) -> None:
    """Take the unbiased variance of a batch of that many rows into the running one; one row has none."""
    if rows == 1:
        return
    _, _, c0, c1 = unsigned(0, 0, c0, c1)
    keep, take = running.dtype.type(momentum), running.dtype.type(1.0 - momentum)
    unbiased = running.dtype.type(rows / (rows - 1))
    for j in range(c0, c1):
        running[j] = keep * running[j] + take * (variance[j] * unbiased)
