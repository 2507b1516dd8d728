"""The losses: of each row r0 to r1, from outputs y (or net inputs z) and targets t, and their gradients; their mean.

References: `glassnet.mathematics.losses` and `fused_losses`; the mean, `network.loss`; right answers,
`mathematics.targets`. A backward kernel gives dlosses[i] · ∂losses[i]/∂y[i, j]. Numbers in a row are summed in the
array's own type, as the references do; sums over rows in float64, so that they do not wear down over many rows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.compiling import elementwise, formula, kernel
from glassnet.engine.kernels import exponential
from glassnet.engine.kernels.blocks import unsigned
from glassnet.engine.kernels.rows import comes_first, difference, largest_of_row, slope_of_fused

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF_LOG_2_PI = 0.5 * math.log(2 * math.pi)


@formula
def _squared(x: Any) -> Any:
    return x * x


@kernel
def mean_squared_error(y: NDArray[Any], t: NDArray[Any], losses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute (1 / n) Σ (y − t)²."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    for i in range(start, stop):
        total = y.dtype.type(0)
        for j in range(zero, n):
            total += _squared(y[i, j] - t[i, j])
        losses[i] = total / y.dtype.type(n)


@elementwise
def mean_squared_error_backward(
    dlosses: NDArray[Any], y: NDArray[Any], t: NDArray[Any], dy: NDArray[Any], r0: int, r1: int
) -> None:
    """Compute dlosses · 2 (y − t) / n."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    two, size = y.dtype.type(2), y.dtype.type(n)
    for i in range(start, stop):
        for j in range(zero, n):
            dy[i, j] = dlosses[i] * (two * (y[i, j] - t[i, j]) / size)


@kernel
def mean_absolute_error(y: NDArray[Any], t: NDArray[Any], losses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute (1 / n) Σ |y − t|."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    for i in range(start, stop):
        total = y.dtype.type(0)
        for j in range(zero, n):
            total += abs(y[i, j] - t[i, j])
        losses[i] = total / y.dtype.type(n)


@elementwise
def mean_absolute_error_backward(
    dlosses: NDArray[Any], y: NDArray[Any], t: NDArray[Any], dy: NDArray[Any], r0: int, r1: int
) -> None:
    """Compute dlosses · sign(y − t) / n, with sign(0) = 0."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    one, size = y.dtype.type(1), y.dtype.type(n)
    for i in range(start, stop):
        for j in range(zero, n):
            sign = y[i, j] - t[i, j]  # 0 and nan are their own signs
            sign = one if sign > 0 else sign
            sign = -one if sign < 0 else sign
            dy[i, j] = dlosses[i] * (sign / size)


@formula
def _clipped(p: Any, eps: Any, one: Any) -> Any:
    """Return a probability within [eps, 1 − eps]; nan stays nan."""
    p = eps if p < eps else p
    return one - eps if p > one - eps else p


@formula
def _epsilon(y: NDArray[Any]) -> Any:
    """Return the distance from 1 to the next number of y's type."""
    return y.dtype.type(np.finfo(y.dtype).eps)


@formula
def _log_likelihood(p: Any, t: Any, one: Any) -> Any:
    return t * exponential.log(p) + (one - t) * exponential.log(one - p)


@kernel
def binary_cross_entropy(y: NDArray[Any], t: NDArray[Any], losses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute −Σ (t log p + (1 − t) log(1 − p)), with p = y clipped."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    one, eps = y.dtype.type(1), _epsilon(y)
    for i in range(start, stop):
        total = y.dtype.type(0)
        for j in range(zero, n):
            total += _log_likelihood(_clipped(y[i, j], eps, one), t[i, j], one)
        losses[i] = -total


@elementwise
def binary_cross_entropy_backward(
    dlosses: NDArray[Any], y: NDArray[Any], t: NDArray[Any], dy: NDArray[Any], r0: int, r1: int
) -> None:
    """Compute dlosses · (y − t) / (y (1 − y)), and 0 · dlosses where y is clipped: the loss is flat there."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    one, eps = y.dtype.type(1), _epsilon(y)
    for i in range(start, stop):
        for j in range(zero, n):
            p = _clipped(y[i, j], eps, one)
            slope = (p - t[i, j]) / (p * (one - p))
            flat = (y[i, j] < eps) | (y[i, j] > one - eps)
            dy[i, j] = dlosses[i] * (y.dtype.type(0) if flat else slope)


@kernel
def categorical_cross_entropy(y: NDArray[Any], t: NDArray[Any], losses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute −Σ t log y, with y clipped."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    one, eps = y.dtype.type(1), _epsilon(y)
    for i in range(start, stop):
        total = y.dtype.type(0)
        for j in range(zero, n):
            total += t[i, j] * exponential.log(_clipped(y[i, j], eps, one))
        losses[i] = -total


@elementwise
def categorical_cross_entropy_backward(
    dlosses: NDArray[Any], y: NDArray[Any], t: NDArray[Any], dy: NDArray[Any], r0: int, r1: int
) -> None:
    """Compute dlosses · −t / y, and 0 · dlosses where y is clipped: the loss is flat there."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    one, eps = y.dtype.type(1), _epsilon(y)
    for i in range(start, stop):
        for j in range(zero, n):
            flat = (y[i, j] < eps) | (y[i, j] > one - eps)
            dy[i, j] = dlosses[i] * (y.dtype.type(0) if flat else -t[i, j] / y[i, j])


@formula
def _surprise(distance: Any, spread: Any, half: Any, constant: Any) -> Any:
    return half * _squared(distance / spread) + exponential.log(spread) + constant


@kernel
def gaussian_nll(y: NDArray[Any], t: NDArray[Any], losses: NDArray[Any], r0: int, r1: int, sigma: NDArray[Any]) -> None:
    """Compute Σ (½ ((y − t) / σ)² + log σ + ½ log 2π), with one σ for each output."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    half, constant = y.dtype.type(0.5), y.dtype.type(HALF_LOG_2_PI)
    for i in range(start, stop):
        total = y.dtype.type(0)
        for j in range(zero, n):
            total += _surprise(y[i, j] - t[i, j], y.dtype.type(sigma[j]), half, constant)
        losses[i] = total


@elementwise
def gaussian_nll_backward(
    dlosses: NDArray[Any],
    y: NDArray[Any],
    t: NDArray[Any],
    dy: NDArray[Any],
    r0: int,
    r1: int,
    sigma: NDArray[Any],
) -> None:
    """Compute dlosses · (y − t) / σ²."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    for i in range(start, stop):
        for j in range(zero, n):
            spread = y.dtype.type(sigma[j])
            dy[i, j] = dlosses[i] * ((y[i, j] - t[i, j]) / (spread * spread))


@kernel
def softmax_categorical_cross_entropy(z: NDArray[Any], t: NDArray[Any], losses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute −Σ t log softmax(z) as Σt · log Σ exp(z − max z) − Σ t (z − max z)."""
    start, stop, zero, n = unsigned(r0, r1, 0, z.shape[1])
    for i in range(start, stop):
        largest = largest_of_row(z, i)
        total = weight = product = z.dtype.type(0)
        for j in range(zero, n):
            shifted = difference(z[i, j], largest)
            total += exponential.exp(shifted)
            weight += t[i, j]
            product += t[i, j] * shifted
        losses[i] = weight * exponential.log(total) - product


@kernel
def softmax_categorical_cross_entropy_backward(
    dlosses: NDArray[Any], y: NDArray[Any], t: NDArray[Any], dz: NDArray[Any], r0: int, r1: int
) -> None:
    """Compute dlosses · (y Σt − t), with y = softmax(z)."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    for i in range(start, stop):
        weight = t.dtype.type(0)
        for j in range(zero, n):
            weight += t[i, j]
        for j in range(zero, n):
            dz[i, j] = slope_of_fused(dlosses[i], y[i, j], weight, t[i, j])


@formula
def _softplus_less(z: Any, t: Any, none: Any) -> Any:
    """Return log(1 + exp(z)) − t z, with the part that would cancel for large z taken out first."""
    positive = none if z < none else z
    return (positive - t * z) + exponential.log1p(exponential.exp(-abs(z)))


@kernel
def sigmoid_binary_cross_entropy(z: NDArray[Any], t: NDArray[Any], losses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute −Σ (t log σ(z) + (1 − t) log(1 − σ(z))) as Σ (max(z, 0) − t z + log(1 + exp(−|z|)))."""
    start, stop, zero, n = unsigned(r0, r1, 0, z.shape[1])
    none = z.dtype.type(0)
    for i in range(start, stop):
        total = none
        for j in range(zero, n):
            total += _softplus_less(z[i, j], t[i, j], none)
        losses[i] = total


@elementwise
def sigmoid_binary_cross_entropy_backward(
    dlosses: NDArray[Any], y: NDArray[Any], t: NDArray[Any], dz: NDArray[Any], r0: int, r1: int
) -> None:
    """Compute dlosses · (y − t), with y = σ(z)."""
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    for i in range(start, stop):
        for j in range(zero, n):
            dz[i, j] = dlosses[i] * (y[i, j] - t[i, j])


@kernel
def mean_of_losses(losses: NDArray[Any], r0: int, r1: int) -> Any:
    """Return the mean over the rows, in float64: `weighted_mean` of weights that are all alike."""
    total = 0.0
    start, stop, _, _ = unsigned(r0, r1, 0, 0)
    for i in range(start, stop):
        total += np.float64(losses[i])
    return total / (r1 - r0)


@kernel
def _total_weight(weights: NDArray[Any], r0: int, r1: int) -> Any:
    """Return the sum of the weights; 1 instead if all are 0."""
    total = 0.0
    start, stop, _, _ = unsigned(r0, r1, 0, 0)
    for i in range(start, stop):
        total += np.float64(weights[i])
    return total if total > 0 else 1.0


@kernel
def weighted_mean(losses: NDArray[Any], weights: NDArray[Any], r0: int, r1: int) -> Any:
    """Return Σ wᵢ lᵢ / Σ wᵢ over the rows, in float64; 0 if all weights are 0."""
    total = 0.0
    start, stop, _, _ = unsigned(r0, r1, 0, 0)
    for i in range(start, stop):
        total += np.float64(losses[i]) * np.float64(weights[i])
    return total / _total_weight(weights, r0, r1)


@elementwise
def equal_shares(dlosses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute dlosses = 1 / the number of rows: `weight_shares` of weights that are all alike."""
    share = dlosses.dtype.type(1.0 / (r1 - r0))
    start, stop, _, _ = unsigned(r0, r1, 0, 0)
    for i in range(start, stop):
        dlosses[i] = share


@elementwise
def weight_shares(weights: NDArray[Any], dlosses: NDArray[Any], r0: int, r1: int) -> None:
    """Compute dlosses = wᵢ / Σ w over the rows."""
    total = dlosses.dtype.type(_total_weight(weights, r0, r1))
    start, stop, _, _ = unsigned(r0, r1, 0, 0)
    for i in range(start, stop):
        dlosses[i] = weights[i] / total


@kernel
def count_right(y: NDArray[Any], t: NDArray[Any], r0: int, r1: int) -> int:
    """Return how many rows prefer a class that their targets prefer. Reference: `targets.right_answers`."""
    right = 0
    start, stop, zero, n = unsigned(r0, r1, 0, y.shape[1])
    for i in range(start, stop):
        if n == 1:
            right += (y[i, zero] >= 0.5) == (t[i, zero] >= 0.5)
            continue
        # The target beside the largest output; of equals, and of nan, the first one counts.
        best, beside, highest = y[i, zero], t[i, zero], t[i, zero]
        for j in range(zero, n):
            stays = comes_first(best, y[i, j])
            beside = beside if stays else t[i, j]
            best = best if stays else y[i, j]
            highest = highest if comes_first(highest, t[i, j]) else t[i, j]
        right += (beside == highest) & (beside > 0)
    return right
