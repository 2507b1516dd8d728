"""Random numbers without a state: a hash of a counter.

A dropout mask has to come out the same whoever computes it, in whatever order and in however many pieces. So its
numbers are not drawn one after another; each is a hash of where it stands: (seed, step, layer, element).

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011 (the idea); the mixing function is the
finalizer of MurmurHash3 by Austin Appleby, applied twice with the two halves of the key.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_GOLDEN = 0x9E3779B97F4A7C15
_MASK64 = 2**64 - 1
_MASK32 = 2**32 - 1


def hash_key(seed: int, step: int, layer: int) -> tuple[int, int]:
    """Mix (seed, step, layer) into two 32-bit keys.

    >>> hash_key(0, 0, 0) != hash_key(0, 1, 0) != hash_key(0, 0, 1)
    True
    """
    key = 0
    for number in (seed, step, layer):
        # splitmix64 of the sum so far: each number is spread over all 64 bits before the next comes in.
        key = (key + number + _GOLDEN) & _MASK64
        key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & _MASK64
        key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & _MASK64
        key ^= key >> 31
    return key >> 32, key & _MASK32


def _times(h: NDArray[np.uint32], factor: int) -> NDArray[np.uint32]:
    """Return the lower 32 bits of a product of 32-bit numbers (in place)."""
    h *= np.uint32(factor)
    return h


def _times_in_64_bits(h: Any, factor: int) -> Any:
    """Return the same for numbers below 2³² that are kept in 64 bits, signed, of which none is ever too large."""
    high = (h * (factor >> 16)) & 0xFFFF
    return (h * (factor & 0xFFFF) + (high << 16)) & _MASK32


def _mix(h: Any, times: Callable[[Any, int], Any]) -> Any:
    """Spread every bit of a 32-bit number over all of them (in place)."""
    h ^= h >> 16
    h = times(h, 0x85EBCA6B)
    h ^= h >> 13
    h = times(h, 0xC2B2AE35)
    h ^= h >> 16
    return h


def hashed_integers(key: tuple[int, int], count: int, *, xp: Any = np, device: Any = None) -> NDArray[Any]:
    """Return the 32-bit hashes of the counters 0 … count − 1 under the key.

    They are of uint32 in NumPy; not every other array library can reckon with that, so that there they are of int64.

    >>> hashed_integers(hash_key(0, 0, 0), 4).dtype, len(set(hashed_integers(hash_key(0, 0, 0), 1000).tolist()))
    (dtype('uint32'), 1000)
    """
    first, second = key
    word, times = (np.uint32, _times) if xp is np else (xp.int64, _times_in_64_bits)
    h = _mix(xp.arange(count, dtype=word, device=device) ^ first, times)
    h ^= second
    return _mix(h, times)


def dropout_mask(  # noqa: PLR0913  # what the mask is a function of, and where it is to be
    shape: tuple[int, ...],
    rate: float,
    seed: int,
    step: int,
    layer: int,
    dtype: Any = np.float32,
    *,
    xp: Any = np,
    device: Any = None,
) -> NDArray[Any]:
    """Return a mask that is 0 with probability `rate` and 1 / (1 − rate) otherwise, so that its mean is 1.

    Parameters
    ----------
    shape : tuple of int
        Its shape; the element's position in row-major order is the counter.
    rate : float
        The share of zeros, from 0 up to but not including 1.
    seed, step, layer : int
        What the mask is a function of.
    dtype : dtype, default float32
        The type of the mask.
    xp : module, default NumPy
        The library, of the array API standard, whose array the mask is to be; all give the same bits.
    device : optional
        Where it is to be, as that library says it.

    Returns
    -------
    array of the given shape

    Notes
    -----
    Source: Srivastava et al., "Dropout", 2014, with the scaling done in training ("inverted dropout").

    Examples
    --------
    >>> dropout_mask((2, 4), 0.5, seed=0, step=0, layer=1).shape
    (2, 4)
    >>> abs(dropout_mask((100, 1000), 0.2, seed=1, step=7, layer=2).mean() - 1) < 0.01
    np.True_
    """
    threshold = min(round(rate * 2**32), _MASK32)
    kept = hashed_integers(hash_key(seed, step, layer), math.prod(shape), xp=xp, device=device) >= threshold
    return xp.reshape(xp.astype(kept, dtype) * (1 / (1 - rate)), shape)
