"""From a line that is a matrix product to its kernel, run on a thread's block."""

from __future__ import annotations

from numba import carray

from glassnet.engine.codes import (
    AHEAD,
    BLOCKS,
    CAPACITY,
    CODES,
    FIRST_INPUT,
    INTEGERS,
    INTO_VELOCITY,
    INTO_WEIGHTS,
    OUTPUT,
    PANEL,
    PRODUCTS,
    ROOM,
    SIZE,
    X_PARTS,
)
from glassnet.engine.compiling import kernel
from glassnet.engine.dispatch.arrays import address
from glassnet.engine.gathering import block_begin, lists_of, rows_of_part, sources_of
from glassnet.engine.kernels import optimizers
from glassnet.engine.marked_rows import add_by_columns
from glassnet.engine.memory import cast, pointer
from glassnet.engine.panels import panel_begin, panels_of
from glassnet.engine.products import multiply
from glassnet.engine.single_row import affine_row, row_backward, update_row
from glassnet.engine.sparse_rows import FROM_ZERO, GROUP, add_product, add_transposed_product
from glassnet.engine.tiles import ADD, BIAS, PLAIN

(
    _,
    _,
    AFFINE,
    AFFINE_DW,
    AFFINE_DX,
    MAXOUT_PIECES,
    MAXOUT_DW,
    MAXOUT_DX,
    AFFINE_ROW,
    UPDATE_ROW,
    _,
) = (CODES[name] for name in PRODUCTS)


@kernel
def product(code, row, settings, where, columns, n, block, context, zero, rate):
    """Run a dense matrix product, piece after piece for a Maxout.

    There is one call of `multiply` for all of them: with four, the engine took 6 s longer to compile.
    """
    if code >= AFFINE_ROW:
        single_row(code, row, settings, where, columns, context, zero, rate)
        return
    r0, r1, c0, c1 = block
    size, capacity, out = context[SIZE], context[CAPACITY], row[OUTPUT]
    pieces = row[INTEGERS] if code >= MAXOUT_PIECES else 1
    one = cast(zero, 1)
    for k in range(pieces):
        factor, keep, mode, bias, transposed = one, zero, PLAIN, 0, False
        top, bottom = r0, r1
        if code in (AFFINE, MAXOUT_PIECES):  # Z = X @ W + b
            n_in, n_out = columns[row[FIRST_INPUT]], columns[out]
            w_row = columns[row[FIRST_INPUT + 1]]
            depth, a_row, a_depth, b_row, c_row = n_in, n_in, 1, w_row, n_out
            a = address(row, FIRST_INPUT, where) + r0 * n_in * size
            b = address(row, FIRST_INPUT + 1, where) + (k * n_in * w_row + c0) * size
            c = where[out] + ((k * capacity + r0) * n_out + c0) * size
            bias = address(row, FIRST_INPUT + 2, where)
            if bias:
                mode, bias = BIAS, bias + (k * n_out + c0) * size
        elif code in (AFFINE_DX, MAXOUT_DX):  # dX = dZ @ Wᵀ, or the sum of that over the pieces
            n_in, n_out = columns[out], columns[row[FIRST_INPUT]]
            w_row = columns[row[FIRST_INPUT + 1]]
            depth, a_row, a_depth, b_row, c_row, transposed = n_out, n_out, 1, w_row, n_in, True
            a = address(row, FIRST_INPUT, where) + (k * capacity + r0) * n_out * size
            b = address(row, FIRST_INPUT + 1, where) + (k * n_in + c0) * w_row * size
            c = where[out] + (r0 * n_in + c0) * size
            if k:
                mode, keep = ADD, one
        else:  # dW = Xᵀ @ dZ; the rows of a Maxout's pieces stand one below the other
            n_in, n_out, w_row = columns[row[FIRST_INPUT]], columns[row[FIRST_INPUT + 1]], columns[out]
            top, bottom = max(r0, k * n_in), min(r1, (k + 1) * n_in)
            depth, a_row, a_depth, b_row, c_row = n, 1, n_in, n_out, w_row
            a = address(row, FIRST_INPUT, where) + (top - k * n_in) * size
            b = address(row, FIRST_INPUT + 1, where) + (k * capacity * n_out + c0) * size
            c = where[out] + (top * w_row + c0) * size
            if code == AFFINE_DW:
                factor, keep, mode = gradient_goes(row, settings, rate, zero)
        multiply(
            max(bottom - top, 0), c1 - c0, depth, a, a_row, a_depth, b, b_row, c, c_row, factor, keep, mode, bias,
            context[PANEL], size, transposed, context[AHEAD],
        )  # fmt: skip


@kernel
def update_bias(row, place, dz, where, n_out, zero, rate):
    """Change the bias that a line has at a place, if it has one, by the net input's gradient."""
    if row[place] >= 0:
        bias, slope = carray(pointer(where[row[place]], zero), (1, n_out)), carray(pointer(dz, zero), (1, n_out))
        optimizers.sgd(bias, slope, 0, 1, 0, n_out, rate, 0.0)


@kernel
def single_row(code, row, settings, where, columns, context, zero, rate):
    """Run a product of a program for batches of one row."""
    first, second, out = where[row[FIRST_INPUT]], where[row[FIRST_INPUT + 1]], where[row[OUTPUT]]
    size, room = context[SIZE], context[PANEL]
    if code == AFFINE_ROW:
        bias = address(row, FIRST_INPUT + 2, where)
        w_row = columns[row[FIRST_INPUT + 1]]
        affine_row(columns[row[FIRST_INPUT]], columns[row[OUTPUT]], first, second, w_row, bias, out, zero, size, room)
    elif code == UPDATE_ROW:
        n_in, n_out = columns[row[FIRST_INPUT]], columns[row[FIRST_INPUT + 1]]
        update_row(n_in, n_out, first, second, out, columns[row[OUTPUT]], cast(zero, -rate), zero, size, room)
        update_bias(row, OUTPUT + 1, second, where, n_out, zero, rate)
    else:
        n_in, n_out = columns[row[OUTPUT]], columns[row[FIRST_INPUT]]
        x, w_row = where[row[FIRST_INPUT + 2]], columns[row[FIRST_INPUT + 1]]
        row_backward(n_in, n_out, x, first, second, w_row, out, cast(zero, -rate), zero, size)
        update_bias(row, OUTPUT + 2, first, where, n_out, zero, rate)


@kernel
def gradient_goes(row, settings, rate, zero):
    """Return α, β and the mode of the product that a gradient is."""
    if row[INTEGERS] == INTO_WEIGHTS:
        return cast(zero, -rate), cast(zero, 1 - rate * settings[0]), ADD
    if row[INTEGERS] == INTO_VELOCITY:
        return cast(zero, -rate), cast(zero, settings[1]), ADD
    return cast(zero, 1), zero, PLAIN


@kernel
def affine_sparse(row, where, columns, n, block, context, lists, zero):
    """Z = X @ W + b with zeros of X left out; of several parts of X, each into a Z of its own, the first with b."""
    _, _, c0, c1 = block
    w, out, size, blocks, parts = row[FIRST_INPUT + 1], row[OUTPUT], context[SIZE], lists[BLOCKS], lists[X_PARTS]
    n_in, n_out, w_row = columns[row[FIRST_INPUT]], columns[out], columns[w]
    bias, of_part = address(row, FIRST_INPUT + 2, where), blocks // parts
    for part in range(parts):
        r0, r1 = rows_of_part(block, part, parts, n)
        if r0 == r1:  # another thread's part: not even its panels are made
            continue
        z = where[out] + (part * context[CAPACITY] + r0) * n_out * size
        panels = panels_of(c1 - c0, size)
        for i in range(panels):
            c = c0 + panel_begin(i, panels, c1 - c0, size)
            wide = c0 + panel_begin(i + 1, panels, c1 - c0, size) - c
            for k in range(part * of_part, (part + 1) * of_part):
                first, start = block_begin(k, blocks, n_in, size), 0
                if k == part * of_part:
                    start = bias + c * size if bias and part == 0 else FROM_ZERO
                counts, listed = lists_of(k, r0, lists)
                add_product(
                    zero, r1 - r0, block_begin(k + 1, blocks, n_in, size) - first, counts, listed, lists[ROOM],
                    sources_of(part, r0, context, lists), first, where[w] + (first * w_row + c) * size, w_row,
                    context[PANEL], z + c * size, n_out, wide, start, context[AHEAD],
                )  # fmt: skip


@kernel
def affine_dw_sparse(row, settings, where, columns, n, block, context, lists, zero, rate):
    """Run dW, or the update by it, with zeros of X left out; threads that share rows of W share blocks of X."""
    r0, r1, c0, c1 = block
    dz, out, size, blocks = row[FIRST_INPUT + 1], row[OUTPUT], context[SIZE], lists[BLOCKS]
    n_in, n_out, w_row = columns[row[FIRST_INPUT]], columns[dz], columns[out]
    factor, keep, _ = gradient_goes(row, settings, rate, zero)
    of_part = blocks // lists[X_PARTS]
    if GROUP == 1:
        for part in range(lists[X_PARTS]):
            first = max(r0, block_begin(part * of_part, blocks, n_in, size))
            last = min(r1, block_begin((part + 1) * of_part, blocks, n_in, size))
            add_by_columns(
                factor, keep, n, first, last, sources_of(part, 0, context, lists), where[dz] + c0 * size, n_out,
                where[out] + (first * w_row + c0) * size, w_row, c1 - c0, context[PANEL], size,
            )  # fmt: skip
        return
    k0, k1 = (r0 * blocks + n_in // 2) // n_in, (r1 * blocks + n_in // 2) // n_in
    panels = panels_of(c1 - c0, size)
    for i in range(panels):
        c = c0 + panel_begin(i, panels, c1 - c0, size)
        wide = c0 + panel_begin(i + 1, panels, c1 - c0, size) - c
        for k in range(k0, k1):
            first, part = block_begin(k, blocks, n_in, size), k // of_part
            counts, listed = lists_of(k, 0, lists)
            add_transposed_product(
                factor, keep, n, block_begin(k + 1, blocks, n_in, size) - first, counts, listed, lists[ROOM],
                sources_of(part, 0, context, lists), first, where[dz] + c * size, n_out, context[PANEL],
                where[out] + (first * w_row + c) * size, w_row, wide, context[AHEAD],
            )  # fmt: skip
