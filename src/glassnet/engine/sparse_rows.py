"""The innermost loops of matrix products with a matrix X that is mostly zeros, such as pictures of digits.

Some rows of X, a group, share one list: the columns in which any of them is not 0. Products with X go along that list,
and what is 0 in all rows of the group stays out of the sum. With 32 registers groups are of four rows: a row of W is
loaded once for four rows of Z. On MNIST (19% not 0) the lists hold 37% of the columns, and a product takes 0.37 of the
time of the dense one. A list for each row would hold half as many numbers, yet it was no faster, since each number then
loads its own row of W. With 16 registers four rows have room for 3 vectors of sums each, and one row with 8 is faster
(0.7 to 0.85 of the time of a product, of which the longer lists take back a third for 50 units, little for many); the
gradient of W is then made by `marked_rows`. Numbers are read where X's rows stand: copied beside the list, a step of
784-50-10 took 2% longer.

X's columns are worked on in blocks, each with lists of its own, whose rows of W, or sums of its gradient, are kept in a
panel (`panels`).
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from glassnet.engine.ahead import ask_ahead, ask_for
from glassnet.engine.codes import PARTS
from glassnet.engine.panels import PANEL_VECTORS, Panel, access, is_panel, vectors_in
from glassnet.engine.vectors import INT, MACHINE, VectorBuilder, cases

GROUP = MACHINE.listed_rows
"""How many rows share a list."""
NEXT_LINES = 3
"""How many lines of the next group's list are asked for: 48 columns; a block usually has 50."""
BLOCK = 128 if MACHINE.registers > 16 else 196
"""About how many columns of X make a block: its panel of W stays in the first cache. (96 and 160 cost 1 to 3%.)"""
FROM_ZERO = -1
"""In the place of a bias: Z becomes the product alone, whatever it holds."""


def blocks_of(n_in: int) -> int:
    """Return into how many blocks the columns of X are divided, as many in each of its parts.

    >>> blocks_of(3), blocks_of(6 * BLOCK)
    (2, 6)
    """
    return PARTS * max(1, round(n_in / BLOCK / PARTS))


@intrinsic
def list_columns(typing, zero, rows, first, last, sources, columns):
    """List the columns from first to last in which any of a group's rows is not 0.

    Their numbers are moved together by vectors: no branch depends on the data. There must be room for a vector behind
    the end of the list.

    Returns how many they are, and whether all numbers are finite: 0 times nan or inf is nan, and so is a sum with it.

    Parameters
    ----------
    rows : int
        How many rows there are, from the group's first one on.
    sources : address
        Of the addresses of the rows.
    columns : address
        Of the list: 32-bit integers.
    """
    signature = types.UniTuple(types.intp, 2)(zero, *[types.intp] * 5)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, rows, first, last, sources, columns = arguments
        places = [vb.load_address(at) for at in _group(vb, sources, INT(8), rows)]
        columns_in_all = builder.sub(last, first)
        whole = builder.sdiv(columns_in_all, INT(vb.lanes))
        rest = builder.sub(columns_in_all, builder.mul(whole, INT(vb.lanes)))

        def listed(column: Any, end: Any, sums: list[Any], mask: Any = None) -> list[Any]:
            addresses = [builder.add(at, vb.bytes_of(column)) for at in places]
            numbers = [vb.load(at) if mask is None else vb.load_some(at, mask) for at in addresses]
            found = vb.first_lanes(INT(0))
            for number in numbers:
                found = builder.or_(found, builder.fcmp_unordered("!=", number, vb.zero))
            vb.store_indices(vb.places(found, column), builder.add(columns, builder.mul(end, INT(4))))
            sums = [vb.multiply_add(number, vb.zero, total) for number, total in zip(numbers, sums, strict=True)]
            return [builder.add(end, vb.count(found)), *sums]

        loop = vb.loop(whole, [INT(0), *[vb.zero] * GROUP])
        column = builder.add(first, builder.mul(loop.index, INT(vb.lanes)))
        values = loop.end(listed(column, loop.values[0], loop.values[1:]))
        loop = vb.loop(builder.zext(builder.icmp_signed(">", rest, INT(0)), INT), values)
        column = builder.sub(last, rest)
        count, *sums = loop.end(listed(column, loop.values[0], loop.values[1:], vb.first_lanes(rest)))
        wrong = vb.first_lanes(INT(0))
        for total in sums:
            wrong = builder.or_(wrong, builder.fcmp_unordered("!=", total, vb.zero))
        finite = builder.zext(builder.icmp_signed("==", vb.count(wrong), INT(0)), INT)
        return context.make_tuple(builder, signature.return_type, [count, finite])

    return signature, codegen


@intrinsic
def add_product(
    typing, zero, rows, depth, counts, columns, room, sources, first, w, w_row, panel, z, z_row, width, bias, queue,
):  # fmt: skip
    """Z[rows, width] += X[rows, first : first + depth] @ W[depth, width].

    With the address of a bias, Z becomes the bias and that; with `FROM_ZERO`, that alone.

    Parameters
    ----------
    counts : address
        Of 32-bit integers: how long the list of each group of rows is.
    columns : address
        Of the first group's list; each has room for so many 32-bit integers.
    sources : address
        Of the addresses of X's rows.
    panel : address
        Room for a panel of `depth` rows.
    queue : address
        Of what to ask for meanwhile (`ahead.ask_ahead`).
    """
    signature = types.void(zero, *[types.intp] * 15)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, rows, depth, counts, columns, room, sources, first, w, w_row, panel, z, z_row = arguments[:13]
        width, bias, queue = arguments[13:]
        given, fresh = builder.icmp_signed(">", bias, INT(0)), builder.icmp_signed("==", bias, INT(FROM_ZERO))
        for vectors in cases(builder, vectors_in(vb, width), range(1, PANEL_VECTORS + 1)):
            get, put = access(vb, width, vectors, z_row)
            direct = is_panel(vb, w_row)
            row = vb.loop(builder.select(direct, INT(0), depth), [w, panel])
            source, target = row.values
            for v in range(vectors):
                vb.store(get(v, vb.offset(source, v)), vb.offset(target, v))
            row.end([builder.add(source, vb.bytes_of(w_row)), vb.offset(target, PANEL_VECTORS)])
            in_use = Panel(vb, direct, (w, w_row), panel)

            groups = _Groups(vb, rows, counts, columns, room, sources, z, z_row)
            ask_ahead(vb, queue)
            starts = [builder.select(given, bias, target) for target in groups.others]
            begin = [get(v, vb.offset(start, v)) for start in starts for v in range(vectors)]
            entry = vb.loop(groups.count, [builder.select(fresh, vb.zero, value) for value in begin])
            in_panel, numbers = groups.entry(entry.index, in_use, first)
            weights = [vb.load(vb.offset(in_panel, v)) for v in range(vectors)]
            sums = []
            for i, number in enumerate(numbers):
                sums += [vb.multiply_add(number, weights[v], entry.values[i * vectors + v]) for v in range(vectors)]
            sums = entry.end(sums)
            for i, target in enumerate(groups.others):
                for v in range(vectors):
                    put(sums[i * vectors + v], v, vb.offset(target, v))
            groups.end()
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def add_transposed_product(
    typing, alpha, beta, rows, depth, counts, columns, room, sources, first, dz, dz_row, panel, c, c_row, width, queue,
):  # fmt: skip
    """C[depth, width] ← β·C + α·X[rows, first : first + depth]ᵀ @ dZ[rows, width].

    β = 0 takes C for nothing, whatever it holds. With β = 1, sums may go straight into C. The other parameters are
    those of `add_product`.
    """
    signature = types.void(alpha, alpha, *[types.intp] * 14)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, alpha)
        alpha_, beta_, rows, depth, counts, columns, room, sources, first, dz, dz_row = arguments[:11]
        panel, c, c_row, width, queue = arguments[11:]
        factor, keep = vb.spread(alpha_), vb.spread(beta_)
        adds = builder.zext(builder.fcmp_unordered("!=", beta_, beta_.type(0.0)), INT)
        for vectors in cases(builder, vectors_in(vb, width), range(1, PANEL_VECTORS + 1)):
            get, put = access(vb, width, vectors)
            adds_up = builder.fcmp_ordered("==", beta_, beta_.type(1.0))
            direct = builder.and_(is_panel(vb, c_row), adds_up)
            in_use = Panel(vb, direct, (c, c_row), panel)
            scale = builder.select(direct, factor, vb.spread(alpha_.type(1.0)))
            depth_of_panel = builder.select(direct, INT(0), depth)
            row = vb.loop(depth_of_panel, [panel])
            for v in range(vectors):
                vb.store(vb.zero, vb.offset(row.values[0], v))
            row.end([vb.offset(row.values[0], PANEL_VECTORS)])

            groups = _Groups(vb, rows, counts, columns, room, sources, dz, dz_row)
            ask_ahead(vb, queue)
            groups.ask_for_next()
            slopes = []
            for i, source in enumerate(groups.others):
                there = builder.icmp_signed("<", INT(i), groups.left)
                found = [builder.select(there, get(v, vb.offset(source, v)), vb.zero) for v in range(vectors)]
                slopes += [builder.fmul(scale, slope) for slope in found]
            entry = vb.loop(groups.count, [])
            in_panel, numbers = groups.entry(entry.index, in_use, first)
            sums = [vb.load(vb.offset(in_panel, v)) for v in range(vectors)]
            for i, number in enumerate(numbers):
                sums = [vb.multiply_add(number, slopes[i * vectors + v], sums[v]) for v in range(vectors)]
            for v in range(vectors):
                vb.store(sums[v], vb.offset(in_panel, v))
            entry.end([])
            groups.end()

            for number in cases(builder, adds, (0, 1)):
                row = vb.loop(depth_of_panel, [panel, c])
                source, target = row.values
                for v in range(vectors):
                    value = builder.fmul(factor, vb.load(vb.offset(source, v)))
                    if number:
                        kept = builder.fmul(keep, get(v, vb.offset(target, v)))
                        value = vb.multiply_add(factor, vb.load(vb.offset(source, v)), kept)
                    put(value, v, vb.offset(target, v))
                row.end([vb.offset(source, PANEL_VECTORS), builder.add(target, vb.bytes_of(c_row))])
        return context.get_dummy_value()

    return signature, codegen


class _Groups:
    """The loop over groups of rows of X, and of Z or dZ."""

    def __init__(
        self, vb: VectorBuilder, rows: Any, counts: Any, columns: Any, room: Any, sources: Any, other: Any,
        other_row: Any,
    ) -> None:  # fmt: skip
        self._vb, builder = vb, vb.builder
        self._steps = [
            INT(4), builder.mul(room, INT(4)), INT(8 * GROUP), vb.bytes_of(builder.mul(other_row, INT(GROUP))),
            INT(-GROUP),
        ]  # fmt: skip
        turns = builder.sdiv(builder.add(rows, INT(GROUP - 1)), INT(GROUP))
        self._loop = vb.loop(turns, [counts, columns, sources, other, rows])
        counts_at, self._columns, sources_at, other_at, self.left = self._loop.values
        self.count = vb.load_index(counts_at)
        self._rows = [vb.load_address(at) for at in _group(vb, sources_at, INT(8), self.left)]
        self.others = _group(vb, other_at, vb.bytes_of(other_row), self.left)

    def ask_for_next(self) -> None:
        """Ask for the beginning of the next group's list, which another thread may have written."""
        ask_for(self._vb, self._vb.builder.add(self._columns, self._steps[1]), INT(NEXT_LINES), near=3)

    def entry(self, index: Any, panel: Panel, first: Any) -> tuple[Any, list[Any]]:
        """Return the address of a listed column's row in the panel, which begins with the column `first`; and vectors.

        Each is full of a row's number in that column.
        """
        vb, builder = self._vb, self._vb.builder
        column = vb.load_index(builder.add(self._columns, builder.mul(index, INT(4))))
        in_panel = builder.add(panel.address, builder.mul(builder.sub(column, first), panel.row_bytes))
        return in_panel, [vb.spread(vb.load_number(builder.add(row, vb.bytes_of(column)))) for row in self._rows]

    def end(self) -> None:
        """End the loop's body."""
        builder = self._vb.builder
        self._loop.end([builder.add(v, step) for v, step in zip(self._loop.values, self._steps, strict=True)])


def _group(vb: VectorBuilder, address: Any, step: Any, rows: Any) -> list[Any]:
    """Return the addresses of a group's rows. Of fewer rows the last one stands in for those that are missing."""
    builder = vb.builder
    addresses = [address]
    for i in range(1, GROUP):
        there = builder.icmp_signed("<", INT(i), rows)
        addresses.append(builder.add(addresses[-1], builder.select(there, step, INT(0))))
    return addresses
