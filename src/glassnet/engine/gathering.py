"""Bringing the samples of a batch together, and what in them is not 0 into lists."""

from __future__ import annotations

import numpy as np
from numba import carray

from glassnet.engine.ahead import ask_for_row, fill
from glassnet.engine.codes import (
    AHEAD,
    BEGINS,
    BLOCKS,
    BYTES,
    FIRST_INPUT,
    FLOAT32,
    FLOAT64,
    IN_PLACE,
    LIST_COLUMNS,
    LIST_VALUES,
    OUT,
    OUT_NUMBER,
    ROOM,
    SIZE,
    SOURCES,
    T_NUMBER,
    TIMES_ASKED,
    WEIGHTS,
    WEIGHTS_NUMBER,
    X_KIND,
    X_NUMBER,
    X_PLACE,
    X_TABLE,
    T,
    X,
)
from glassnet.engine.compiling import kernel
from glassnet.engine.memory import pointer
from glassnet.engine.sparse_rows import GROUP, list_columns
from glassnet.engine.vectors import MACHINE

VECTOR_BYTES = MACHINE.bytes
ROWS_AHEAD = 2
"""How many rows ahead memory is asked for."""


@kernel
def gather(data, order, start, rows, batch, following, where, columns, context, lists, copies, zero):
    """Bring rows r0 … r1 of a batch, which begins at `start` of the order, into X, t and weights.

    Rows are asked for a little ahead (41 to 30 µs for 100 rows of 784); the rows of the next batch, of `following`
    rows, are left in a queue for the products, which ask for them as they work. Where only lists of what is not 0 are
    made of X, they may be made of the data as it stands: then X is copied only if `copies` says so.

    Returns whether all numbers that were copied into X are finite.
    """
    r0, r1 = rows
    finite = True
    size, kind = context[SIZE], data[X_KIND]
    n_in = columns[context[X_NUMBER]]
    in_place = data[X] + start * n_in * size
    where[context[X_NUMBER]] = in_place if kind == IN_PLACE else context[X_PLACE]
    x, t = where[context[X_NUMBER]], context[T_NUMBER]
    row_bytes = n_in * number_bytes(kind, size)
    direct = lists[SOURCES] != 0 and kind < BYTES and row_bytes == n_in * size
    fill(context[AHEAD], data[X], row_bytes, order, start + batch + r0, start + batch + min(r1, following),
         lists[TIMES_ASKED])  # fmt: skip
    for i in range(r0, r1):
        source = order[start + i] if len(order) else start + i
        at = data[X] + source * row_bytes
        if len(order):
            if i + ROWS_AHEAD < r1:
                ask_for_row(data[X] + order[start + i + ROWS_AHEAD] * row_bytes, row_bytes)
            if t >= 0 and i < following:
                ask_for_row(data[T] + order[start + batch + i] * columns[t] * size, columns[t] * size)
        if lists[SOURCES]:
            carray(pointer(lists[SOURCES], np.int64(0)), (r1,))[i] = at if direct else x + i * n_in * size
        if kind != IN_PLACE and (copies or not direct):
            target = carray(pointer(x + i * n_in * size, zero), (n_in,))
            take_row(kind, at, data[X_TABLE], target, zero)
            if kind != BYTES:
                finite &= all_finite(target, zero)
        if t >= 0:
            n = columns[t]
            copy(carray(pointer(data[T] + source * n * size, zero), (n,)),
                 carray(pointer(where[t] + i * n * size, zero), (n,)))  # fmt: skip
        if context[WEIGHTS_NUMBER] >= 0:
            weights = carray(pointer(data[WEIGHTS] + source * size, zero), (1,))
            copy(weights, carray(pointer(where[context[WEIGHTS_NUMBER]] + i * size, zero), (1,)))
    return finite


@kernel
def all_finite(numbers, zero):
    """Say whether there is neither nan nor inf among numbers: 0 times these is nan, and so is a sum with it."""
    total = zero
    for j in range(len(numbers)):
        total += zero * numbers[j]
    return total == zero


@kernel
def take_row(kind, source, table, target, zero):
    """Copy a row of data, of whatever type, to where the network reads it."""
    n_in = len(target)
    if kind == BYTES:
        numbers = carray(pointer(table, zero), (256,))
        pixels = carray(pointer(source, np.uint8(0)), (n_in,))
        for j in range(n_in):
            target[j] = numbers[pixels[j]]
    elif kind == FLOAT32:
        copy(carray(pointer(source, np.float32(0)), (n_in,)), target)
    else:
        copy(carray(pointer(source, np.float64(0)), (n_in,)), target)


@kernel
def number_bytes(kind, size):
    """Return how many bytes a number of the data takes."""
    if kind == BYTES:
        return 1
    if kind == FLOAT32:
        return 4
    return 8 if kind == FLOAT64 else size


@kernel
def hand_out(data, start, n, where, columns, context, zero):
    """Copy the n rows of a batch's outputs, which begins at `start`, to where all outputs stand."""
    width, size = columns[context[OUT_NUMBER]], context[SIZE]
    copy(carray(pointer(where[context[OUT_NUMBER]], zero), (n * width,)),
         carray(pointer(data[OUT] + start * width * size, zero), (n * width,)))  # fmt: skip


@kernel
def keep(arrays):
    """Copy arrays: of each, where it stands, where it is to be kept, and how many bytes it takes."""
    for i in range(len(arrays)):
        source, target, count = arrays[i]
        copy(carray(pointer(source, np.uint8(0)), (count,)), carray(pointer(target, np.uint8(0)), (count,)))


@kernel
def copy(source, target):
    """Copy numbers, of another type perhaps."""
    for j in range(len(target)):
        target[j] = source[j]


@kernel
def list_rows(row, columns, block, context, lists, zero):
    """List what is not 0 in groups of rows of X, block after block; return whether all of it is finite."""
    r0, r1, _, _ = block
    finite = True
    size, blocks, room = context[SIZE], lists[BLOCKS], lists[ROOM]
    n_in = columns[row[FIRST_INPUT]]
    begins = carray(pointer(lists[BEGINS], np.int32(0)), ((r1 + GROUP - 1) // GROUP, blocks + 1))
    for i in range(r0, r1, GROUP):
        group, end = i // GROUP, 0
        for k in range(blocks):
            begins[group, k] = end
            end = list_columns(
                zero, r1 - i, block_begin(k, blocks, n_in, size), block_begin(k + 1, blocks, n_in, size),
                lists[SOURCES] + i * 8, lists[LIST_COLUMNS] + group * room * 4, lists[LIST_VALUES] + i * room * size,
                room, end,
            )  # fmt: skip
        begins[group, blocks] = end
        for j in range(i, min(i + GROUP, r1)):
            listed = carray(pointer(lists[LIST_VALUES] + j * room * size, zero), (end,))
            finite &= all_finite(listed, zero)
    return finite


@kernel
def block_begin(k, blocks, n_in, size):
    """Return the column of X with which a block begins: blocks are whole vectors wide, up to the last one's end."""
    lanes = VECTOR_BYTES // size
    vectors = (n_in + lanes - 1) // lanes
    return min(n_in, vectors * k // blocks * lanes)
