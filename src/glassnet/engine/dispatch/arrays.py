"""Finding the arrays that a line names."""

from __future__ import annotations

from numba import carray

from glassnet.engine.compiling import kernel
from glassnet.engine.memory import pointer


@kernel
def matrix(row, place, where, columns, n, zero):
    """Return the array that a line has at a place, as n rows."""
    number = row[place]
    return carray(pointer(where[number], zero), (n, columns[number]))


@kernel
def vector(row, place, where, n, zero):
    """Return the array that a line has at a place, as n numbers in a row."""
    return carray(pointer(where[row[place]], zero), (n,))


@kernel
def address(row, place, where):
    """Return the address of what a line has at a place, 0 for nothing."""
    return where[row[place]] if row[place] >= 0 else 0
