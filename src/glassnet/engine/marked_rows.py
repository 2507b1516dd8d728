"""The gradient of W where X is mostly zeros, column after column of X, for processors with few registers.

A column's row of C, up to 8 vectors, stays in registers while all rows of X that are not 0 in that column add their
share: x · dz. Which rows these are is a mark for each, 64 in a word, so that nothing is added for a 0. Along lists that
four rows share (`sparse_rows.add_transposed_product`) two numbers of three were 0 for MNIST, and a row of C was loaded
and stored for every four rows: with AVX2 this takes 0.55 to 0.61 of that time. (With 32 registers it was not tried.)
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from glassnet.engine.compiling import kernel
from glassnet.engine.memory import cast
from glassnet.engine.panels import PANEL_BYTES, PANEL_VECTORS, VECTOR_BYTES, access, panel_begin, panels_of
from glassnet.engine.vectors import BIT, INT, INT32, VectorBuilder, cases

WORD = 64
"""How many marks are read at a time; they are written in planes of half as many."""
ROWS = 2 * WORD
"""How many rows of X are worked on at a time: those of dZ, side by side, stay in the first cache."""
COLUMNS = 1024
"""How many columns are marked at a time."""
PLANE_BYTES = 4 * COLUMNS
ROOM = ROWS * PANEL_BYTES + 2 * ROWS // WORD * PLANE_BYTES
"""The bytes of memory that a thread needs for rows of dZ and for marks."""


@kernel
def add_by_columns(alpha, beta, n, first, last, sources, dz, dz_row, c, c_row, width, room, size):
    """C[first:last, width] ← β·C + α·X[n, first:last]ᵀ @ dZ[n, width]; β = 0 takes C for nothing, whatever it holds.

    Parameters
    ----------
    first, last : int
        The columns of X, which begin with whole vectors.
    sources : address
        Of the addresses of X's rows.
    c : address
        Of the row of C that belongs to the column `first`.
    room : address
        Of `ROOM` bytes for the thread alone.
    size : int
        Bytes of a number.
    """
    marks, panels = room + ROWS * PANEL_BYTES, panels_of(width, size)
    for begin in range(first, last, COLUMNS):
        end = min(last, begin + COLUMNS)
        for r in range(0, n, ROWS):
            rows, keep = min(ROWS, n - r), beta if r == 0 else cast(alpha, 1)
            mark_rows(alpha, rows, begin, end, sources + 8 * r, marks)
            for i in range(panels):
                at = panel_begin(i, panels, width, size)
                add_marked(
                    alpha, keep, rows, begin, end - begin, sources + 8 * r, marks, dz + (r * dz_row + at) * size,
                    dz_row, room, c + ((begin - first) * c_row + at) * size, c_row,
                    panel_begin(i + 1, panels, width, size) - at,
                )  # fmt: skip


@intrinsic
def mark_rows(typing, zero, rows, first, last, sources, marks):
    """Set bit r % 32 of plane r // 32 for each column from first to last in which row r is not 0, all others to 0.

    Parameters
    ----------
    marks : address
        Of planes of 32-bit integers, `PLANE_BYTES` apart, two for each `WORD` rows.
    """
    signature = types.void(zero, *[types.intp] * 5)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, rows, first, last, sources, marks = arguments
        kind = ir.VectorType(INT32, vb.lanes)
        none = ir.Constant(kind, [0] * vb.lanes)
        columns = builder.sub(last, first)
        whole = builder.sdiv(columns, INT(vb.lanes))
        rest = builder.sub(columns, builder.mul(whole, INT(vb.lanes)))
        some = builder.zext(builder.icmp_signed(">", rest, INT(0)), INT)
        plane = vb.loop(builder.mul(_words(vb, rows), INT(2)), [marks])
        clear = vb.loop(builder.add(whole, some), [plane.values[0]])
        vb.store_indices(none, clear.values[0])
        clear.end([builder.add(clear.values[0], INT(4 * vb.lanes))])
        plane.end([builder.add(plane.values[0], INT(PLANE_BYTES))])

        row = vb.loop(rows, [sources])
        x = builder.add(vb.load_address(row.values[0]), vb.bytes_of(first))
        target = builder.add(marks, builder.mul(builder.ashr(row.index, INT(5)), INT(PLANE_BYTES)))
        bit = vb.spread(builder.shl(INT32(1), builder.trunc(builder.and_(row.index, INT(31)), INT32)))

        def mark(turn: Any, mask: Any = None) -> None:
            there = builder.mul(turn, INT(vb.lanes))
            at = builder.add(x, vb.bytes_of(there))
            number = vb.load(at) if mask is None else vb.load_some(at, mask)
            found = builder.select(builder.fcmp_unordered("!=", number, vb.zero), bit, none)
            place = builder.add(target, builder.mul(there, INT(4)))
            vb.store_indices(builder.or_(vb.load_indices(place), found), place)

        turn = vb.loop(whole, [])
        mark(turn.index)
        turn.end([])
        turn = vb.loop(some, [])
        mark(whole, vb.first_lanes(rest))
        turn.end([])
        row.end([builder.add(row.values[0], INT(8))])
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def add_marked(typing, alpha, beta, rows, first, depth, sources, marks, dz, dz_row, panel, c, c_row, width):
    """C[depth, width] ← β·C + α·X[rows, first : first + depth]ᵀ @ dZ[rows, width], along the marks of X.

    `panel` is room for the rows of dZ; width is at most `PANEL_VECTORS` vectors.
    """
    signature = types.void(alpha, alpha, *[types.intp] * 11)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, alpha)
        alpha_, beta_, rows, first, depth, sources, marks, dz, dz_row, panel, c, c_row, width = arguments
        factor, keep = vb.spread(alpha_), vb.spread(beta_)
        keeps = builder.fcmp_unordered("!=", beta_, beta_.type(0.0))
        vectors_in_all = builder.sdiv(builder.add(width, INT(vb.lanes - 1)), INT(vb.lanes))
        for vectors in cases(builder, vectors_in_all, range(1, PANEL_VECTORS + 1)):
            row_bytes = vectors * VECTOR_BYTES
            get, put = access(vb, width, vectors, c_row)
            row = vb.loop(rows, [dz, panel])
            for v in range(vectors):
                vb.store(builder.fmul(factor, get(v, vb.offset(row.values[0], v))), vb.offset(row.values[1], v))
            row.end([builder.add(row.values[0], vb.bytes_of(dz_row)), builder.add(row.values[1], INT(row_bytes))])

            column = vb.loop(depth, [c, marks])
            target, mark = column.values
            there = vb.bytes_of(builder.add(first, column.index))
            before = [builder.fmul(keep, get(v, vb.offset(target, v))) for v in range(vectors)]
            word = vb.loop(
                _words(vb, rows), [mark, sources, panel, *(builder.select(keeps, b, vb.zero) for b in before)]
            )
            mark_at, x_at, dz_at, *sums = word.values
            sums = _add_rows(vb, _word(vb, mark_at), there, x_at, (dz_at, row_bytes), sums)
            steps = (2 * PLANE_BYTES, 8 * WORD, WORD * row_bytes)
            after = [builder.add(at, INT(step)) for at, step in zip((mark_at, x_at, dz_at), steps, strict=True)]
            for v, value in enumerate(word.end([*after, *sums])[3:]):
                put(value, v, vb.offset(target, v))
            column.end([builder.add(target, vb.bytes_of(c_row)), builder.add(mark, INT(4))])
        return context.get_dummy_value()

    return signature, codegen


def _add_rows(vb: VectorBuilder, marks: Any, there: Any, x_at: Any, dz: tuple[Any, int], sums: list[Any]) -> list[Any]:
    """Return sums with x · dz of each row that a word marks; x stands `there` in its row."""
    builder, (dz_at, row_bytes) = vb.builder, dz
    count = builder.call(vb.intrinsic("llvm.ctpop.i64", ir.FunctionType(INT, [INT])), [marks])
    loop = vb.loop(count, [marks, *sums])
    left, *sums = loop.values
    first_mark = vb.intrinsic("llvm.cttz.i64", ir.FunctionType(INT, [INT, BIT]))
    row = builder.call(first_mark, [left, BIT(1)])
    x = vb.load_address(builder.add(x_at, builder.mul(row, INT(8))))
    number = vb.spread(vb.load_number(builder.add(x, there)))
    slopes = builder.add(dz_at, builder.mul(row, INT(row_bytes)))
    sums = [vb.multiply_add(number, vb.load(vb.offset(slopes, v)), total) for v, total in enumerate(sums)]
    return loop.end([builder.and_(left, builder.sub(left, INT(1))), *sums])[1:]


def _words(vb: VectorBuilder, rows: Any) -> Any:
    """Return how many words mark so many rows."""
    return vb.builder.sdiv(vb.builder.add(rows, INT(WORD - 1)), INT(WORD))


def _word(vb: VectorBuilder, address: Any) -> Any:
    """Return a column's marks of `WORD` rows, from two planes."""
    low, high = (vb.load_index(vb.builder.add(address, INT(plane * PLANE_BYTES))) for plane in (0, 1))
    return vb.builder.or_(vb.builder.and_(low, INT(2**32 - 1)), vb.builder.shl(high, INT(32)))
