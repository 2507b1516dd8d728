"""Bringing the samples of a batch together, and what in them is not 0 into lists."""

from __future__ import annotations

import numpy as np
from numba import carray

from glassnet.engine.ahead import all_asked, ask_for_row, empty, put
from glassnet.engine.codes import (
    AHEAD,
    ASKS,
    BLOCKS,
    BYTES,
    CAPACITY,
    COUNTS,
    FIRST_INPUT,
    FLOAT32,
    FLOAT64,
    GROUPS,
    IN_PLACE,
    LIST_COLUMNS,
    OUT,
    OUT_NUMBER,
    ROOM,
    SIZE,
    SOURCES,
    T_NUMBER,
    WEIGHTS,
    WEIGHTS_NUMBER,
    X_KIND,
    X_NUMBER,
    X_PARTS,
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
def gather(data, order, start, own, listed, n, batch, following, where, columns, context, lists, copies, zero):
    """Bring a thread's rows of a batch of n, which begins at `start` of the order, into X, t and weights.

    Of t and weights these are the rows `own`, of X those of `listed` (`rows_of_part`). Rows that nobody asked for are
    asked for a little ahead (41 to 30 µs for 100 rows of 784); the rows of the next batch, of `following` rows, are
    left in a queue for the products, which ask for them as they work.

    Returns whether all numbers that were copied into X are finite.
    """
    finite = gather_inputs(
        data, order, start, listed, n, batch, following, where, columns, context, lists, copies, zero
    )
    size, t = context[SIZE], context[T_NUMBER]
    for i in range(own[0], own[1]):
        source = order[start + i] if len(order) else start + i
        if t >= 0:
            wide = columns[t]
            if len(order) and i < following:
                ask_for_row(data[T] + order[start + batch + i] * wide * size, wide * size)
            copy(carray(pointer(data[T] + source * wide * size, zero), (wide,)),
                 carray(pointer(where[t] + i * wide * size, zero), (wide,)))  # fmt: skip
        if context[WEIGHTS_NUMBER] >= 0:
            weights = carray(pointer(data[WEIGHTS] + source * size, zero), (1,))
            copy(weights, carray(pointer(where[context[WEIGHTS_NUMBER]] + i * size, zero), (1,)))
    return finite


@kernel
def gather_inputs(data, order, start, listed, n, batch, following, where, columns, context, lists, copies, zero):
    """Bring a thread's rows of each part of X together, and leave those of the next batch in the thread's queue.

    Where only lists of what is not 0 are made of X, they may be made of the data as it stands: then X is copied only if
    `copies` says so.
    """
    size, kind, parts, blocks = context[SIZE], data[X_KIND], max(1, lists[X_PARTS]), lists[BLOCKS]
    n_in = columns[context[X_NUMBER]]
    in_place = data[X] + start * n_in * size
    x = in_place if kind == IN_PLACE else context[X_PLACE]
    of_number = number_bytes(kind, size)
    row_bytes = n_in * of_number
    as_it_stands = kind < BYTES and of_number == size
    if context[CAPACITY] == 1 and as_it_stands and not copies:
        return take_one_row(data, order, start, batch, following, where, context, n_in, row_bytes, zero)
    # Set once, and to the same by all threads: another one may be reading it already.
    where[context[X_NUMBER]] = x
    direct = lists[SOURCES] != 0 and as_it_stands
    widest = n_in if parts == 1 else n_in - block_begin(blocks // parts * (parts - 1), blocks, n_in, size)
    asked = all_asked(context[AHEAD])
    empty(context[AHEAD], widest * of_number, lists[ASKS], GROUP)
    finite = True
    for part in range(parts):
        r0, r1 = rows_of_part(listed, part, parts, n)
        c0, c1 = 0, n_in
        if parts > 1:
            c0 = block_begin(part * (blocks // parts), blocks, n_in, size)
            c1 = block_begin((part + 1) * (blocks // parts), blocks, n_in, size)
        skipped, length = c0 * of_number, (c1 - c0) * of_number
        put(context[AHEAD], data[X] + skipped, row_bytes, order, start + batch + r0, start + batch + min(r1, following))
        for i in range(r0, r1):
            source = order[start + i] if len(order) else start + i
            at = data[X] + source * row_bytes
            if len(order) and not asked and i + ROWS_AHEAD < r1:
                ask_for_row(data[X] + order[start + i + ROWS_AHEAD] * row_bytes + skipped, length)
            if lists[SOURCES]:
                sources = carray(pointer(sources_of(part, 0, context, lists), np.int64(0)), (r1,))
                sources[i] = at if direct else x + i * n_in * size
            if kind != IN_PLACE and (copies or not direct):
                target = carray(pointer(x + (i * n_in + c0) * size, zero), (c1 - c0,))
                take_row(kind, at + skipped, data[X_TABLE], target, zero)
                if kind != BYTES:
                    finite &= all_finite(target, zero)
    return finite


@kernel
def take_one_row(data, order, start, batch, following, where, context, n_in, row_bytes, zero):
    """Have the one row of a batch read where it stands, and ask for the next one (3% of a step of 784-100-100-100-10).

    Returns whether its numbers are finite.
    """
    where[context[X_NUMBER]] = data[X] + (order[start] if len(order) else start) * row_bytes
    if len(order) and following > 0:
        ask_for_row(data[X] + order[start + batch] * row_bytes, row_bytes)
    return all_finite(carray(pointer(where[context[X_NUMBER]], zero), (n_in,)), zero)


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
def list_rows(row, columns, n, block, context, lists, zero):
    """List what is not 0 in groups of rows of X, block after block; return whether all of it is finite."""
    finite = True
    size, blocks, parts, n_in = context[SIZE], lists[BLOCKS], lists[X_PARTS], columns[row[FIRST_INPUT]]
    for part in range(parts):
        r0, r1 = rows_of_part(block, part, parts, n)
        for i in range(r0, r1, GROUP):
            for k in range(part * (blocks // parts), (part + 1) * (blocks // parts)):
                counts, listed = lists_of(k, i, lists)
                count, good = list_columns(
                    zero, r1 - i, block_begin(k, blocks, n_in, size), block_begin(k + 1, blocks, n_in, size),
                    sources_of(part, i, context, lists), listed,
                )  # fmt: skip
                carray(pointer(counts, np.int32(0)), (1,))[0] = count
                finite &= good != 0
    return finite


@kernel
def lists_of(k, first, lists):
    """Return where the lists of a block stand, for the groups of rows from `first` on: their lengths, and the first."""
    place = k * lists[GROUPS] + first // GROUP
    return lists[COUNTS] + place * 4, lists[LIST_COLUMNS] + place * lists[ROOM] * 4


@kernel
def sources_of(part, first, context, lists):
    """Return where the addresses of a part's rows stand, from the row `first` on."""
    return lists[SOURCES] + (part * context[CAPACITY] + first) * 8


@kernel
def rows_of_part(block, part, parts, n):
    """Return which of a part's n rows a thread works on; its block counts the groups of rows of all parts."""
    before = part * ((n + GROUP - 1) // GROUP * GROUP) if parts > 1 else 0
    first, last = max(block[0] - before, 0), min(block[1] - before, n)
    return first, max(first, last)


@kernel
def block_begin(k, blocks, n_in, size):
    """Return the column of X with which a block begins: blocks are whole vectors wide, up to the last one's end."""
    lanes = VECTOR_BYTES // size
    vectors = (n_in + lanes - 1) // lanes
    return min(n_in, vectors * k // blocks * lanes)
