"""Random numbers without a state: a hash of a counter.

A dropout mask has to come out the same whoever computes it, in whatever order and in however many pieces. So its
numbers are not drawn one after another; each is a hash of where it stands: (seed, step, layer, element).

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011 (the idea); the mixing function is the
finalizer of MurmurHash3 by Austin Appleby, applied twice with the two halves of the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GOLDEN = 0x9E3779B97F4A7C15
_MASK64 = 2**64 - 1


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
    return key >> 32, key & 0xFFFFFFFF


def _mix(h: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spread every bit of a 32-bit number over all of them (in place)."""
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def hashed_integers(key: tuple[int, int], count: int) -> NDArray[np.uint32]:
    """Return the 32-bit hashes of the counters 0 … count − 1 under the key.

    >>> hashed_integers(hash_key(0, 0, 0), 4).dtype, len(set(hashed_integers(hash_key(0, 0, 0), 1000).tolist()))
    (dtype('uint32'), 1000)
    """
    first, second = key
    h = _mix(np.arange(count, dtype=np.uint32) ^ np.uint32(first))
    h ^= np.uint32(second)
    return _mix(h)


def dropout_mask(
    shape: tuple[int, ...], rate: float, seed: int, step: int, layer: int, dtype: Any = np.float32
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
    threshold = np.uint32(min(round(rate * 2**32), 2**32 - 1))
    kept = hashed_integers(hash_key(seed, step, layer), int(np.prod(shape))) >= threshold
    return (kept * np.dtype(dtype).type(1 / (1 - rate))).reshape(shape)
