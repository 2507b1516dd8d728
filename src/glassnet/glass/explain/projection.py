"""The nearest point of a box that satisfies some linear inequalities: a step of the search for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SWEEPS, STEPS = 200, 40
ROUNDING = 1e-12


def nearest_point(
    x: NDArray[np.float64],
    normals: NDArray[np.float64],
    bounds: NDArray[np.float64],
    low: float,
    high: float,
) -> NDArray[np.float64]:
    """Return the point nearest to x with low ≤ point ≤ high and normals @ point ≥ bounds.

    Parameters
    ----------
    x : array of shape (n,)
    normals : array of shape (m, n)
    bounds : array of shape (m,)
    low, high : float
        They may be −∞ and ∞.

    Returns
    -------
    array of shape (n,)
        Where no point of the box satisfies all, one that goes far towards it.

    Notes
    -----
    The point is clip(x + Σ λⱼ normalⱼ) with λ ≥ 0: each λ in turn is made as small as its inequality allows, until none
    changes (Hildreth's method). One inequality takes one turn.

    Examples
    --------
    >>> nearest_point(np.zeros(2), np.array([[1.0, 1.0]]), np.array([1.0]), -np.inf, np.inf).round(6)
    array([0.5, 0.5])
    >>> nearest_point(np.zeros(2), np.array([[3.0, 1.0]]), np.array([3.5]), 0.0, 1.0).round(6)  # the first is full
    array([1. , 0.5])
    """
    kept = np.any(normals != 0, axis=1)
    normals, bounds = normals[kept], bounds[kept]
    multipliers = np.zeros(len(bounds))
    shifted = x.astype(np.float64)
    for _ in range(SWEEPS):
        before = multipliers.copy()
        for index, (normal, bound) in enumerate(zip(normals, bounds, strict=True)):
            without = shifted - multipliers[index] * normal
            multipliers[index] = _smallest_multiplier(without, normal, float(bound), low, high)
            shifted = without + multipliers[index] * normal
        if len(bounds) <= 1 or np.allclose(before, multipliers, rtol=1e-7, atol=0):
            break
    return np.clip(shifted, low, high)


def _smallest_multiplier(
    x: NDArray[np.float64], normal: NDArray[np.float64], bound: float, low: float, high: float
) -> float:
    """Return the least λ ≥ 0 with normal · clip(x + λ normal) ≥ bound.

    The left side never falls as λ grows, and is made of straight pieces: Newton's method, kept between a λ that is too
    small and one that is large enough, ends on the right piece.
    """
    if np.isinf(low) and np.isinf(high):
        return max(0.0, (bound - float(normal @ x)) / float(normal @ normal))
    if float(normal @ np.clip(x, low, high)) >= bound:
        return 0.0
    ends = np.where(normal > 0, high, low)
    moves = normal != 0
    farthest = float(np.max((ends[moves] - x[moves]) / normal[moves]))  # where all are at their ends
    if float(normal[moves] @ ends[moves]) <= bound:
        return farthest
    smaller, larger, multiplier = 0.0, farthest, 0.0
    scale = abs(bound) + float(np.abs(normal) @ np.abs(x))
    for _ in range(STEPS):
        point = x + multiplier * normal
        gap = bound - float(normal @ np.clip(point, low, high))
        if abs(gap) <= ROUNDING * (scale + multiplier * float(normal @ normal)):
            break
        smaller, larger = (multiplier, larger) if gap > 0 else (smaller, multiplier)
        free = normal[(point >= low) & (point <= high)]
        slope = float(free @ free)
        multiplier = multiplier + gap / slope if slope > 0 else np.inf
        if not smaller < multiplier < larger:
            multiplier = (smaller + larger) / 2 if np.isfinite(larger) else 2 * smaller + 1
    return multiplier
