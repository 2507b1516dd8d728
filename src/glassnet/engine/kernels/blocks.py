"""The block of an array that a thread works on: rows r0 to r1 and columns c0 to c1, the ends not included.

Every kernel takes its block after its arrays: (inputs…, output, r0, r1, c0, c1, settings…). Arrays are C-contiguous and
do not overlap, and nothing outside the block is written. Indices are unsigned in the loops: Numba would have to ask of
signed ones, in every turn, whether they count from the end, and then the loop takes one number at a time (sigmoid of
100 × 50 numbers: 5.9 µs, unsigned 1.7 µs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.compiling import formula

if TYPE_CHECKING:
    from numpy.typing import NDArray


@formula
def unsigned(r0: int, r1: int, c0: int, c1: int) -> tuple[Any, Any, Any, Any]:
    """Return the block for the loops of a kernel."""
    return np.uint64(r0), np.uint64(r1), np.uint64(c0), np.uint64(c1)


@formula
def lengthened(array: NDArray[Any], r0: int, r1: int, c0: int, c1: int) -> tuple[Any, Any, Any, Any]:
    """Return the block for loops that treat all elements alike: rows that are whole become one long row.

    They lie one after another in memory, so that the first row's index, counted on, runs through all of them, and the
    few numbers that a vector register's length leaves over at the end occur once, not once a row (the sigmoid above:
    1.3 µs).
    """
    if c0 == 0 and c1 == array.shape[1] and r0 < r1:
        return np.uint64(r0), np.uint64(r0 + 1), np.uint64(0), np.uint64((r1 - r0) * c1)
    return np.uint64(r0), np.uint64(r1), np.uint64(c0), np.uint64(c1)
