"""Dropout: the mask, a hash of (seed, step, layer, element), and products with it.

The same bits as `glassnet.mathematics.counter_hash` gives, whichever block is worked out first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.compiling import elementwise, formula
from glassnet.engine.kernels.blocks import lengthened

if TYPE_CHECKING:
    from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
SECOND_MULTIPLIER = np.uint64(0x94D049BB133111EB)


@formula
def hash_key(seed: int, step: int, layer: int) -> tuple[Any, Any]:
    """Mix (seed, step, layer), whole numbers of 64 bits, into two 32-bit keys. Reference: `counter_hash.hash_key`."""
    key = np.uint64(0)
    for number in (np.uint64(seed), np.uint64(step), np.uint64(layer)):
        key = key + number + GOLDEN
        key = (key ^ (key >> np.uint64(30))) * FIRST_MULTIPLIER
        key = (key ^ (key >> np.uint64(27))) * SECOND_MULTIPLIER
        key ^= key >> np.uint64(31)
    return np.uint32(key >> np.uint64(32)), np.uint32(key)


@formula
def threshold_of(rate: float) -> Any:
    """Return the smallest hash that is kept. Reference: `counter_hash.dropout_mask`."""
    return np.uint32(min(round(rate * 2.0**32), 2**32 - 1))


@formula
def _mixed(h: Any) -> Any:
    """Spread every bit of a 32-bit number over all of them. Reference: `counter_hash._mix`."""
    h = np.uint32(h ^ (h >> np.uint32(16)))
    h = np.uint32(h * np.uint32(0x85EBCA6B))
    h = np.uint32(h ^ (h >> np.uint32(13)))
    h = np.uint32(h * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@formula
def _hashed(counter: Any, first: Any, second: Any) -> Any:
    """Return the hash of an element's position under the two keys. Reference: `counter_hash.hashed_integers`."""
    return _mixed(np.uint32(_mixed(np.uint32(np.uint32(counter) ^ first)) ^ second))


@elementwise
def mask_like(
    mask: NDArray[Any], r0: int, r1: int, c0: int, c1: int, seed: int, step: int, layer: int, rate: float
) -> None:
    """Mask = 0 with probability `rate`, else 1 / (1 − rate); it depends on the element's place in the whole array."""
    (first, second), threshold = hash_key(seed, step, layer), threshold_of(rate)
    zero, kept = mask.dtype.type(0), mask.dtype.type(1.0 / (1.0 - rate))
    width = np.uint64(mask.shape[1])
    r0, r1, c0, c1 = lengthened(mask, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            mask[i, j] = kept if _hashed(i * width + j, first, second) >= threshold else zero


@elementwise
def dropout(
    x: NDArray[Any],
    mask: NDArray[Any],
    y: NDArray[Any],
    r0: int,
    r1: int,
    c0: int,
    c1: int,
    seed: int,
    step: int,
    layer: int,
    rate: float,
) -> None:
    """Compute the mask and y = x · mask in one pass: `mask_like` and `multiply`."""
    (first, second), threshold = hash_key(seed, step, layer), threshold_of(rate)
    zero, kept = mask.dtype.type(0), mask.dtype.type(1.0 / (1.0 - rate))
    width = np.uint64(mask.shape[1])
    r0, r1, c0, c1 = lengthened(mask, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            factor = kept if _hashed(i * width + j, first, second) >= threshold else zero
            mask[i, j] = factor
            y[i, j] = x[i, j] * factor


@elementwise
def multiply(x: NDArray[Any], y: NDArray[Any], product: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> None:
    """Compute x · y, elementwise. Reference: `layers.dropout.multiply`."""
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            product[i, j] = x[i, j] * y[i, j]
