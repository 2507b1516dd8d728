"""The rules of the optimizers, each in one pass over a block of a parameter w, its gradient g and its slots.

References: the classes of `glassnet.training.optimizers`, whose `apply` these are: `decay` is the weight decay of this
parameter, 0 for none. Numbers of a whole step are worked out in float64, once for each call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.compiling import elementwise, formula
from glassnet.engine.kernels.blocks import lengthened

if TYPE_CHECKING:
    from numpy.typing import NDArray


@formula
def _decayed(w: Any, g: Any, decay: Any) -> Any:
    """Return the gradient with the weight decay in it; without one it is untouched, infinite w or not."""
    return g + decay * w if decay != 0 else g


@elementwise
def sgd(w: NDArray[Any], g: NDArray[Any], r0: int, r1: int, c0: int, c1: int, rate: float, decay: float) -> None:
    """W ← w − η g."""
    eta, pull = w.dtype.type(rate), w.dtype.type(decay)
    r0, r1, c0, c1 = lengthened(w, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            w[i, j] -= eta * _decayed(w[i, j], g[i, j], pull)


@elementwise
def momentum(
    w: NDArray[Any],
    g: NDArray[Any],
    v: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    rate: float,
    mu: float,
    decay: float,
) -> None:
    """V ← μ v − η g, w ← w + v."""
    eta, keep, pull = w.dtype.type(rate), w.dtype.type(mu), w.dtype.type(decay)
    r0, r1, c0, c1 = lengthened(w, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            speed = keep * v[i, j] - eta * _decayed(w[i, j], g[i, j], pull)
            v[i, j] = speed
            w[i, j] += speed


@elementwise
def nesterov(
    w: NDArray[Any],
    g: NDArray[Any],
    v: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    rate: float,
    mu: float,
    decay: float,
) -> None:
    """V ← μ v − η g, w ← w + μ v − η g."""
    eta, keep, pull = w.dtype.type(rate), w.dtype.type(mu), w.dtype.type(decay)
    r0, r1, c0, c1 = lengthened(w, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            push = eta * _decayed(w[i, j], g[i, j], pull)
            speed = keep * v[i, j] - push
            v[i, j] = speed
            w[i, j] += keep * speed - push


@elementwise
def adagrad(
    w: NDArray[Any],
    g: NDArray[Any],
    h: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    rate: float,
    eps: float,
    decay: float,
) -> None:
    """H ← h + g², w ← w − η g / (√h + ε)."""
    eta, small, pull = w.dtype.type(rate), w.dtype.type(eps), w.dtype.type(decay)
    r0, r1, c0, c1 = lengthened(w, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            slope = _decayed(w[i, j], g[i, j], pull)
            square = h[i, j] + slope * slope
            h[i, j] = square
            w[i, j] -= eta * slope / (np.sqrt(square) + small)


@elementwise
def rmsprop(
    w: NDArray[Any],
    g: NDArray[Any],
    h: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    rate: float,
    rho: float,
    eps: float,
    decay: float,
) -> None:
    """H ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε)."""
    eta, small, pull = w.dtype.type(rate), w.dtype.type(eps), w.dtype.type(decay)
    keep, take = w.dtype.type(rho), w.dtype.type(1.0 - rho)
    r0, r1, c0, c1 = lengthened(w, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            slope = _decayed(w[i, j], g[i, j], pull)
            square = keep * h[i, j] + take * (slope * slope)
            h[i, j] = square
            w[i, j] -= eta * slope / (np.sqrt(square) + small)


@elementwise
def _adam(
    w: NDArray[Any],
    g: NDArray[Any],
    m: NDArray[Any],
    v: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    step: int,
    decay: float,
    shrink: float,
) -> None:
    """Apply Adam's rule to shrink · w, with the weight decay in the gradient."""
    number = w.dtype.type
    keep1, take1, keep2, take2 = number(beta1), number(1.0 - beta1), number(beta2), number(1.0 - beta2)
    eta, correction = number(rate / (1.0 - beta1**step)), number(1.0 / (1.0 - beta2**step))
    small, pull, factor = number(eps), number(decay), number(shrink)
    r0, r1, c0, c1 = lengthened(w, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            slope = _decayed(w[i, j], g[i, j], pull)
            mean = keep1 * m[i, j] + take1 * slope
            square = keep2 * v[i, j] + take2 * (slope * slope)
            m[i, j] = mean
            v[i, j] = square
            w[i, j] = factor * w[i, j] - eta * (mean / (np.sqrt(square * correction) + small))


@elementwise
def adam(
    w: NDArray[Any],
    g: NDArray[Any],
    m: NDArray[Any],
    v: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    step: int,
    decay: float,
) -> None:
    """M ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε), at the update `step`, from 1."""
    _adam(w, g, m, v, r0, r1, c0, c1, rate, beta1, beta2, eps, step, decay, 1.0)


@elementwise
def adamw(
    w: NDArray[Any],
    g: NDArray[Any],
    m: NDArray[Any],
    v: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    step: int,
    decay: float,
) -> None:
    """W ← (1 − η λ) w, then as `adam` without decay."""
    _adam(w, g, m, v, r0, r1, c0, c1, rate, beta1, beta2, eps, step, 0.0, 1.0 - rate * decay)
