"""Hashes of named arrays: what tells whether two of them, or all of a file, are the same to the bit."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def hash_of_arrays(arrays: Mapping[str, NDArray[Any]], words: str = "") -> str:
    """Return the SHA-256 of some words and of arrays with their names, types and shapes, in hexadecimal.

    >>> len(hash_of_arrays({"X": np.zeros((1, 2))}))
    64
    """
    total = hashlib.sha256(words.encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.reshape(-1).data)
    return total.hexdigest()
