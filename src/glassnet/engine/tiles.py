"""The innermost loops of matrix products: a tile of sums that stays in registers, and bringing the operands to it.

All addresses are integers, in bytes; strides and counts are in numbers. The type of `alpha` (or `zero`) says whether
the numbers are float32 or float64. Each function here is a word of Numba's own language, to be called in a kernel.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from glassnet.engine.cores import LINE_BYTES
from glassnet.engine.vectors import INT, MACHINE, VectorBuilder, cases

ASKS_WITHIN = MACHINE.registers > 16
"""Whether the innermost loop asks for what is needed later. Of 4 × 3 vectors it has half as many operations as of
14 × 2, and what it takes to ask would be a fifth of them: there, lines are asked for between the tiles."""
PLAIN, ADD, BIAS = 0, 1, 2
"""What becomes of a tile: C = α·sums, C = β·C + α·sums, or C = sums + bias of the column."""


@intrinsic
def tile(
    typing, rows, columns, depth, a, a_row, a_depth, b, c, c_row, alpha, beta, mode, bias, ahead, ahead_row, ahead_rows
):
    """C[rows, columns] from Σ over depth of A[row, k] · B[k, column], B packed in panels of the tile's width.

    rows is at most `MACHINE.tile_rows`, columns at most `MACHINE.tile_vectors` vectors. The A of row i and depth k is
    at a + i·a_row + k·a_depth, so that a transposed A costs nothing.

    While the sums grow, C is asked for, since weights that a gradient is added to come from far away; and, where the
    loop asks (`ASKS_WITHIN`), with each depth k a line of what is needed later: of r = 2 ** ahead_rows rows of
    `ahead_row` bytes at `ahead`, the line k div r of the row k mod r.
    """
    integers = [types.intp] * 9
    signature = types.void(*integers, alpha, alpha, *[types.intp] * 5)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, alpha)
        rows, columns = arguments[:2]
        vectors = builder.sdiv(builder.add(columns, INT(vb.lanes - 1)), INT(vb.lanes))
        choice = builder.add(builder.mul(rows, INT(8)), vectors)
        numbers = [8 * r + v for r in range(1, MACHINE.tile_rows + 1) for v in range(1, MACHINE.tile_vectors + 1)]
        for number in cases(builder, choice, numbers):
            _tile(vb, number // 8, number % 8, *arguments[1:])
        return context.get_dummy_value()

    return signature, codegen


def _tile(
    vb: VectorBuilder,
    rows: int,
    vectors: int,
    columns: Any,
    depth: Any,
    a: Any,
    a_row: Any,
    a_depth: Any,
    b: Any,
    c: Any,
    c_row: Any,
    alpha: Any,
    beta: Any,
    mode: Any,
    bias: Any,
    ahead: Any,
    ahead_row: Any,
    ahead_rows: Any,
) -> None:
    """Write the tile of one size."""
    builder = vb.builder
    step, row_bytes = vb.bytes_of(a_depth), vb.bytes_of(a_row)
    # Processors add a register, once or twice, to an address as they load: two rows need no sum of their own.
    starts = [builder.add(a, builder.mul(row_bytes, INT(row))) for row in range(0, rows, 3)]
    c_rows = [builder.add(c, builder.mul(vb.bytes_of(c_row), INT(row))) for row in range(rows)]
    for row in range(rows):
        for v in range(vectors):
            vb.prefetch(vb.offset(c_rows[row], v), write=True)
    loop = vb.loop(depth, [b, *starts, *[vb.zero] * (rows * vectors)])
    if ASKS_WITHIN:
        line = builder.mul(builder.ashr(loop.index, ahead_rows), INT(LINE_BYTES))
        row_mask = builder.sub(builder.shl(INT(1), ahead_rows), INT(1))
        ahead_at = builder.mul(builder.and_(loop.index, row_mask), ahead_row)
        vb.prefetch(builder.add(ahead, builder.add(ahead_at, line)), near=2)
    b_at, at, sums = loop.values[0], loop.values[1 : 1 + len(starts)], loop.values[1 + len(starts) :]
    b_row = [vb.load(vb.offset(b_at, v)) for v in range(vectors)]
    grown = []
    for row in range(rows):
        x = vb.spread(vb.load_number(builder.add(at[row // 3], builder.mul(row_bytes, INT(row % 3)))))
        grown += [vb.multiply_add(x, b_row[v], sums[row * vectors + v]) for v in range(vectors)]
    b_next = builder.add(b_at, INT(MACHINE.tile_vectors * MACHINE.bytes))
    sums = loop.end([b_next, *(builder.add(address, step) for address in at), *grown])[1 + len(starts) :]

    mask = vb.first_lanes(builder.sub(columns, INT((vectors - 1) * vb.lanes)))
    factor, keep = vb.spread(alpha), vb.spread(beta)
    places = [(row, v, vb.offset(c_rows[row], v)) for row in range(rows) for v in range(vectors)]

    def put(value: Any, v: int, address: Any) -> None:
        if v + 1 < vectors:
            vb.store(value, address)
        else:
            vb.store_some(value, address, mask)

    def get(v: int, address: Any) -> Any:
        return vb.load(address) if v + 1 < vectors else vb.load_some(address, mask)

    for chosen in cases(builder, mode, [PLAIN, ADD, BIAS]):
        biases = [get(v, vb.offset(bias, v)) for v in range(vectors)] if chosen == BIAS else []
        for row, v, address in places:
            value = sums[row * vectors + v]
            if chosen == BIAS:
                put(builder.fadd(value, biases[v]), v, address)
            elif chosen == PLAIN:
                put(builder.fmul(factor, value), v, address)
            else:
                put(vb.multiply_add(factor, value, builder.fmul(keep, get(v, address))), v, address)


@intrinsic
def pack(typing, zero, depth, columns, b, b_row, panel):
    """Copy B[0:depth, 0:columns], at most a tile wide, into a panel of the tile's width, with zeros behind."""
    signature = types.void(zero, *[types.intp] * 5)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, depth, columns, b, b_row, panel = arguments
        masks = [vb.first_lanes(builder.sub(columns, INT(v * vb.lanes))) for v in range(MACHINE.tile_vectors)]
        loop = vb.loop(depth, [b, panel])
        source, target = loop.values
        for v in range(MACHINE.tile_vectors):
            vb.store(vb.load_some(vb.offset(source, v), masks[v]), vb.offset(target, v))
        width = INT(MACHINE.tile_vectors * MACHINE.bytes)
        loop.end([builder.add(source, vb.bytes_of(b_row)), builder.add(target, width)])
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def pack_transposed(typing, zero, depth, columns, b, b_row, panel):
    """Copy the transpose of B[0:columns, 0:depth], columns at most one vector, into one vector's width of a panel.

    Squares of lanes × lanes are transposed in registers. The panel is written, with zeros, up to a whole number of
    lanes of depth.
    """
    signature = types.void(zero, *[types.intp] * 5)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, depth, columns, b, b_row, panel = arguments
        turns = builder.sdiv(builder.add(depth, INT(vb.lanes - 1)), INT(vb.lanes))
        loop = vb.loop(turns, [INT(0)])
        done = loop.values[0]
        mask = vb.first_lanes(builder.sub(depth, done))
        nothing = vb.first_lanes(INT(0))
        source = builder.add(b, vb.bytes_of(done))
        square = []
        for row in range(vb.lanes):
            # A row past the last is read where the first one is, with no lane: nothing outside is touched.
            there = builder.icmp_signed("<", INT(row), columns)
            address = builder.add(source, builder.mul(vb.bytes_of(b_row), builder.select(there, INT(row), INT(0))))
            square.append(vb.load_some(address, builder.select(there, mask, nothing)))
        width = MACHINE.tile_vectors * MACHINE.bytes
        target = builder.add(panel, builder.mul(done, INT(width)))
        for row, value in enumerate(transposed(vb, square)):
            vb.store(value, builder.add(target, INT(row * width)))
        loop.end([builder.add(done, INT(vb.lanes))])
        return context.get_dummy_value()

    return signature, codegen


def transposed(vb: VectorBuilder, square: list[Any]) -> list[Any]:
    """Return the columns of a square of lanes × lanes numbers, given its rows: log₂ lanes rounds of exchanges."""
    lanes = vb.lanes
    half = 1
    while half < lanes:
        result = list(square)
        for row in range(lanes):
            if row & half:
                continue
            a, b = square[row], square[row + half]
            low = [i if not i & half else lanes + i - half for i in range(lanes)]
            high = [i + half if not i & half else lanes + i for i in range(lanes)]
            result[row], result[row + half] = vb.shuffle(a, b, low), vb.shuffle(a, b, high)
        square = result
        half *= 2
    return square
