"""Asking for the next batch's rows while the present batch is worked on.

A row of a shuffled order comes from anywhere in memory: 100 rows of 784 numbers took 30 to 50 µs to copy, as long as
the arithmetic of a small network. Asked for a few lines at a time, over all of the step, they are in the second cache
when their turn comes (3 to 4 µs); asked for all at once they keep the memory busy no less than when they are read.

A queue is five 64-bit integers: the address of the next row's address, the end of the addresses, how many bytes of that
row were asked for, the bytes of a row, and how many lines are asked for at a time. Each thread has its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, types
from numba.extending import intrinsic

from glassnet.engine.compiling import kernel
from glassnet.engine.cores import LINE_BYTES
from glassnet.engine.memory import pointer
from glassnet.engine.vectors import INT, VectorBuilder

AT, END, DONE, ROW_BYTES, LINES = range(5)
"""Fields of a queue."""
ROWS = 8
"""Where its rows' addresses stand."""
LINES_AT_A_TIME = 32
"""How many lines a dense product asks for with each of its tiles."""


def lines_of(vb: VectorBuilder, count: Any) -> Any:
    """Return how many lines of memory so many bytes take."""
    return vb.builder.ashr(vb.builder.add(count, INT(LINE_BYTES - 1)), INT(LINE_BYTES.bit_length() - 1))


def ask_for(vb: VectorBuilder, address: Any, lines: Any, *, near: int) -> None:
    """Ask for some lines of memory behind an address."""
    loop = vb.loop(lines, [address])
    vb.prefetch(loop.values[0], near=near)
    loop.end([vb.builder.add(loop.values[0], INT(LINE_BYTES))])


def ask_ahead(vb: VectorBuilder, queue: Any) -> None:
    """Ask for the next lines in a queue, of two rows at most."""
    builder = vb.builder
    places = [builder.add(queue, INT(8 * field)) for field in (AT, END, DONE, ROW_BYTES, LINES)]
    at, end, done, row_bytes, lines = (vb.load_address(place) for place in places)
    for _ in range(2):
        there = builder.icmp_signed("<", at, end)
        left = lines_of(vb, builder.sub(row_bytes, done))
        more = builder.icmp_signed(">", left, lines)
        count = builder.select(there, builder.select(more, lines, left), INT(0))
        ask_for(vb, builder.add(vb.load_address(at), done), count, near=2)
        further = builder.add(done, builder.mul(lines, INT(LINE_BYTES)))
        done = builder.select(builder.and_(there, more), further, INT(0))
        at = builder.select(builder.or_(more, builder.not_(there)), at, builder.add(at, INT(8)))
        lines = builder.sub(lines, count)
    vb.store_address(done, places[2])
    vb.store_address(at, places[0])


@intrinsic
def ask_for_row(typing, address, count):
    """Ask for the lines of memory in which so many bytes stand."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, types.float32)
        ask_for(vb, arguments[0], lines_of(vb, arguments[1]), near=2)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), codegen


@intrinsic
def ask_for_some(typing, queue):
    """Ask for the next lines in a queue."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        ask_ahead(VectorBuilder(context, builder, types.float32), arguments[0])
        return context.get_dummy_value()

    return types.void(types.intp), codegen


@kernel
def empty(queue, row_bytes, asks, rows):
    """Make a queue empty, for rows of so many bytes; lines will be asked for so often for some rows (0: unknown)."""
    fields = carray(pointer(queue, np.int64(0)), (ROWS,))
    fields[AT], fields[END] = queue + ROWS * 8, queue + ROWS * 8
    fields[DONE], fields[ROW_BYTES], fields[LINES] = 0, row_bytes, LINES_AT_A_TIME
    if asks:
        fields[LINES] = ((row_bytes + LINE_BYTES - 1) // LINE_BYTES * rows + asks - 1) // asks


@kernel
def all_asked(queue):
    """Say whether a queue has had rows, and all of them have been asked for.

    Of a thread that had no part in the last steps they may be those of an older batch: then the next rows come later.
    """
    fields = carray(pointer(queue, np.int64(0)), (ROWS,))
    return fields[AT] == fields[END] and fields[END] > queue + ROWS * 8


@kernel
def put(queue, data, row_bytes, order, first, last):
    """Put the samples that stand at first … last of the order at a queue's end; of an empty order, as they stand."""
    fields = carray(pointer(queue, np.int64(0)), (ROWS,))
    rows = carray(pointer(fields[END], np.int64(0)), (max(last - first, 0),))
    for place in range(first, last):
        rows[place - first] = data + (order[place] if len(order) else place) * row_bytes
    fields[END] += max(last - first, 0) * 8
