"""The interpreter: it runs the lines of a program, batch after batch, as machine code.

It is compiled once for float32 and once for float64, whatever the network, and kept on disk. Each thread runs it from
beginning to end; where a line's `meets` is set, all wait for each other.
"""

from __future__ import annotations

import numpy as np

from glassnet.engine.codes import (
    BY_BLOCKS,
    BY_COLUMNS,
    BY_ONE,
    BY_PARTS,
    BY_ROWS,
    CODES,
    COLUMNS,
    FIRST_INPUT,
    LAST_ACTIVATION,
    LAST_ACTIVATION_BACKWARD,
    LAST_LOSS,
    LAST_NORMALIZATION,
    LAST_PRODUCT,
    OUT,
    OUT_NUMBER,
    OUTPUT,
    PARTS,
    ROWS,
    SIZE,
    X_NUMBER,
    X_PARTS,
)
from glassnet.engine.compiling import kernel
from glassnet.engine.dispatch import layers, products, updates
from glassnet.engine.dispatch import losses as of_losses
from glassnet.engine.dispatch.arrays import matrix
from glassnet.engine.gathering import gather, hand_out, keep, list_rows
from glassnet.engine.memory import found_finite, meet, tell_not_finite
from glassnet.engine.sparse_rows import GROUP
from glassnet.engine.vectors import MACHINE

WEIGHTED_MEAN = CODES["weighted_mean"]
COUNT_RIGHT = CODES["count_right"]
LIST_COLUMNS = CODES["list_columns"]
AFFINE_SPARSE = CODES["affine_sparse"]
AFFINE_DW_SPARSE = CODES["affine_dW_sparse"]
TILE_VECTORS = MACHINE.tile_vectors
UNIT = MACHINE.bytes * TILE_VECTORS
"""Columns are shared in whole tiles: so many bytes."""


@kernel
def share(how, rows, columns, thread, threads, unit):
    """Return the block of a thread: first and last row, first and last column."""
    if threads == 1 and how != BY_PARTS:  # no division: 2% of a step of 784-100-100-100-10 with one row
        return 0, rows, 0, columns
    if how == BY_ROWS or how == BY_BLOCKS:
        # Whole groups of rows, which share a list of what is not 0 in them; or, of W, whole vectors of X's columns.
        whole = unit // TILE_VECTORS if how == BY_BLOCKS and GROUP == 1 else GROUP
        first = rows * thread // threads // whole * whole
        last = rows if thread + 1 == threads else rows * (thread + 1) // threads // whole * whole
        return first, last, 0, columns
    if how == BY_PARTS:
        groups = PARTS * ((rows + GROUP - 1) // GROUP)
        return groups * thread // threads * GROUP, groups * (thread + 1) // threads * GROUP, 0, columns
    if how == BY_COLUMNS:
        units = (columns + unit - 1) // unit
        first = min(columns, units * thread // threads * unit)
        return 0, rows, first, min(columns, units * (thread + 1) // threads * unit)
    if how == BY_ONE and thread > 0:
        return 0, 0, 0, 0
    return 0, rows, 0, columns


def work(
    thread, threads, barrier, context, lists, zero, table, settings, where, columns,
    data, order, position, batch, total, step, seed, rates, losses, right, first, last, kept,
):  # fmt: skip
    """Run lines first … last of a program on one batch for each of `rates`; return on how many.

    It ends where the mean of the losses is not finite, before anything is changed, unless rates are nan: then nothing
    is trained. Nan or inf among the inputs of a batch makes its loss nan, whatever the network would make of it.

    Parameters
    ----------
    thread, threads : int
        Which thread this is, of how many that work together.
    barrier : int
        Where threads meet (`memory.meet`).
    context, lists, data : int64 arrays
        Addresses and sizes; `codes` names the fields.
    zero : float32 or float64
        Of the network's type.
    table, settings, where, columns : arrays
        The program.
    order : int64 array
        The samples in the order in which they come; none: as they stand.
    position, batch, total : int
        Where the first batch begins, how many rows a batch has, and where the last one ends.
    step : int
        How many updates were made before.
    seed : int
    rates, losses, right : arrays
        By batch: the learning rate; out: the loss, and the right answers that each thread counted.
    first, last : int
    kept : int64 array
        What is to be copied before the last batch (`gathering.keep`).
    """
    unit = UNIT // context[SIZE]
    for number in range(len(rates)):
        start, rate = position + number * batch, rates[number]
        n = min(batch, total - start)
        if not meet(barrier, threads):
            return number
        finite = True
        if first == 0:
            own = share(BY_ROWS, n, 1, thread, threads, unit)[:2]
            listed = share(BY_PARTS, n, 1, thread, threads, unit)[:2] if lists[X_PARTS] > 1 else own
            following, copies = min(batch, total - start - batch), number + 1 == len(rates)
            finite = gather(
                data, order, start, own, listed, n, batch, following, where, columns, context, lists, copies, zero
            )
            if not finite:
                tell_not_finite(barrier, threads)
        if thread == 0 and number + 1 == len(rates):  # nothing is updated before all have met once more
            keep(kept)
        for index in range(first, last):
            row = table[index]
            code = row[0]
            if row[1] and not meet(barrier, threads):
                return number
            rows = n if row[ROWS] < 0 else row[ROWS]
            block = share(row[2], rows, row[COLUMNS], thread, threads, unit)
            if code == WEIGHTED_MEAN:
                value = of_losses.mean_loss(row, where, n, zero)
                if not found_finite(barrier, threads, finite):
                    value = np.nan
                if thread == 0:
                    losses[number] = value
                if not np.isfinite(value) and rate == rate:
                    if first == 0:  # so that one can look at what went wrong
                        gather(data, order, start, own, listed, n, batch, 0, where, columns, context, lists, True, zero)
                    return number
            elif code == COUNT_RIGHT:
                right[number, thread] = of_losses.right_answers(row, where, columns, n, block, zero)
            elif not (block[0] < block[1] and block[2] < block[3]):
                pass  # no work for this thread
            elif code == LIST_COLUMNS:
                if not list_rows(row, columns, n, block, context, lists, zero):
                    finite = False
                    tell_not_finite(barrier, threads)
            elif code == AFFINE_SPARSE:
                products.affine_sparse(row, where, columns, n, block, context, lists, zero)
            elif code == AFFINE_DW_SPARSE:
                products.affine_dw_sparse(row, settings[index], where, columns, n, block, context, lists, zero, rate)
            elif code <= LAST_PRODUCT:
                products.product(code, row, settings[index], where, columns, n, block, context, zero, rate)
            elif code <= LAST_ACTIVATION:
                layers.activation(code, row, settings[index], where, columns, n, block, context, zero)
            elif code <= LAST_ACTIVATION_BACKWARD:
                layers.activation_backward(code, row, settings[index], where, columns, n, block, context, zero)
            elif code <= LAST_NORMALIZATION:
                layers.normal(code, row, settings[index], where, columns, n, block, context, zero, step + number, seed)
            elif code <= LAST_LOSS:
                of_losses.loss(code, row, where, columns, n, block, zero)
            else:
                updates.update(code, row, settings[index], where, columns, rows, block, zero, rate, step + number)
        if data[OUT]:
            hand_out(data, start, n, where, columns, context, zero)
    return len(rates)


def predict_row(table, settings, where, columns, context, x, out):
    """Run a program that predicts one row at a time: from x to out, both of one row."""
    zero = x.dtype.type(0)
    where[context[X_NUMBER]], where[context[OUT_NUMBER]] = x.ctypes.data, out.ctypes.data
    for index in range(len(table)):
        row = table[index]
        code, width = row[0], row[COLUMNS]
        block = (0, 1, 0, width)
        if code <= LAST_PRODUCT:
            products.single_row(code, row, settings[index], where, columns, context, zero, 0.0)
        elif code <= LAST_ACTIVATION:
            layers.activation(code, row, settings[index], where, columns, 1, block, context, zero)
        else:
            y, given = (
                matrix(row, OUTPUT, where, columns, 1, zero),
                matrix(row, FIRST_INPUT, where, columns, 1, zero),
            )
            layers.normalize(code, row, settings[index], where, columns, 1, block, zero, given, y)
