"""Products of a batch of one row: nothing is packed, every weight is read where it stands.

What is 0 in the row is left out, as most of a picture of a digit is: of 784 rows of W some 150 are read. Going back,
one pass over W gives the gradient of the input and changes W.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from glassnet.engine.compiling import kernel
from glassnet.engine.memory import cast
from glassnet.engine.vectors import INT, MACHINE, VectorBuilder, cases

VECTORS = 8
"""How many vectors of columns are worked on at a time."""
VECTOR_BYTES = MACHINE.bytes


class _Columns:
    """Some vectors of columns; of the last one only the lanes that there are.

    Rows of W may be whole vectors long: then nothing is masked in them (2% of a step of 784-100-100-100-10).
    """

    def __init__(self, vb: VectorBuilder, vectors: int, columns: Any, *, whole: bool) -> None:
        self.vb, self.vectors, self.whole = vb, vectors, whole
        self.mask = vb.first_lanes(vb.builder.sub(columns, INT((vectors - 1) * vb.lanes)))

    def load(self, address: Any, *, whole: bool = False) -> list[Any]:
        """Load the vectors from an address on."""
        last = self.vb.offset(address, self.vectors - 1)
        values = [self.vb.load(self.vb.offset(address, v)) for v in range(self.vectors - 1)]
        return [*values, self.vb.load(last) if whole else self.vb.load_some(last, self.mask)]

    def store(self, values: list[Any], address: Any, *, whole: bool = False) -> None:
        """Store the vectors from an address on."""
        last = self.vb.offset(address, self.vectors - 1)
        for v, value in enumerate(values[:-1]):
            self.vb.store(value, self.vb.offset(address, v))
        if whole:
            self.vb.store(values[-1], last)
        else:
            self.vb.store_some(values[-1], last, self.mask)


def _by_vectors(vb: VectorBuilder, columns: Any, w_row: Any) -> Any:
    """Yield the columns for each number of vectors that there may be, and rows of W that are whole vectors or not."""
    builder = vb.builder
    count = builder.sdiv(builder.add(columns, INT(vb.lanes - 1)), INT(vb.lanes))
    whole = builder.zext(builder.icmp_signed("==", builder.srem(w_row, INT(vb.lanes)), INT(0)), INT)
    for is_whole in cases(builder, whole, (0, 1)):
        for vectors in cases(builder, count, range(1, VECTORS + 1)):
            yield _Columns(vb, vectors, columns, whole=bool(is_whole))


@intrinsic
def list_numbers(typing, zero, n, x, places, values):
    """Write the places and values of what is not 0 in a row; return how many there are.

    Both lists need room for a vector behind their end.
    """
    signature = types.intp(zero, *[types.intp] * 4)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, n, x, places, values = arguments
        loop = vb.loop(builder.sdiv(builder.add(n, INT(vb.lanes - 1)), INT(vb.lanes)), [INT(0)])
        first, count = builder.mul(loop.index, INT(vb.lanes)), loop.values[0]
        mask = vb.first_lanes(builder.sub(n, first))
        value = vb.load_some(builder.add(x, vb.bytes_of(first)), mask)
        found = builder.fcmp_unordered("!=", value, vb.zero)
        vb.store(vb.compress(value, found), builder.add(values, vb.bytes_of(count)))
        at = builder.add(places, builder.mul(count, INT(4)))
        vb.store_indices(vb.places(found, first), at)
        return loop.end([builder.add(count, vb.count(found))])[0]

    return signature, codegen


@intrinsic
def listed_product(typing, zero, count, places, values, w, w_row, z, columns, bias):
    """Z = Σ value · W[place] + bias (0: none) for at most `VECTORS` vectors of columns.

    Two rows at a time go into sums of their own, since each addition waits for the last one to the same sum.
    """
    signature = types.void(zero, *[types.intp] * 8)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, count, places, values, w, w_row, z, columns, bias = arguments
        stride = vb.bytes_of(w_row)
        for part in _by_vectors(vb, columns, w_row):

            def added(i: Any, sums: list[Any], part: _Columns = part) -> list[Any]:
                number = vb.spread(vb.load_number(builder.add(values, vb.bytes_of(i))))
                place = vb.load_index(builder.add(places, builder.mul(i, INT(4))))
                row = part.load(builder.add(w, builder.mul(place, stride)), whole=part.whole)
                return [vb.multiply_add(number, weights, total) for weights, total in zip(row, sums, strict=True)]

            vectors = part.vectors
            pairs = vb.loop(builder.ashr(count, INT(1)), [vb.zero] * (2 * vectors))
            first = builder.mul(pairs.index, INT(2))
            one = added(first, pairs.values[:vectors])
            other = added(builder.add(first, INT(1)), pairs.values[vectors:])
            sums = pairs.end([*one, *other])
            sums = [builder.fadd(sums[v], sums[v + vectors]) for v in range(vectors)]
            rest = vb.loop(builder.and_(count, INT(1)), sums)
            sums = rest.end(added(builder.sub(count, INT(1)), rest.values))
            has_bias = builder.zext(builder.icmp_signed("!=", bias, INT(0)), INT)
            for biased in cases(builder, has_bias, (0, 1)):
                biases = part.load(bias) if biased else []
                values_ = [builder.fadd(*pair) for pair in zip(sums, biases, strict=True)] if biased else sums
                part.store(values_, z)
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def listed_update(typing, zero, factor, count, places, values, w, w_row, dz, columns):
    """W[place] += factor · value · dz for at most `VECTORS` vectors of columns."""
    signature = types.void(zero, zero, *[types.intp] * 7)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, factor, count, places, values, w, w_row, dz, columns = arguments
        stride = vb.bytes_of(w_row)
        for part in _by_vectors(vb, columns, w_row):
            slope = part.load(dz)
            loop = vb.loop(count, [])
            number = vb.load_number(builder.add(values, vb.bytes_of(loop.index)))
            place = vb.load_index(builder.add(places, builder.mul(loop.index, INT(4))))
            _add_to_row(vb, part, builder.add(w, builder.mul(place, stride)), builder.fmul(factor, number), slope)
            loop.end([])
        return context.get_dummy_value()

    return signature, codegen


def _add_to_row(vb: VectorBuilder, part: _Columns, address: Any, step: Any, slope: list[Any]) -> list[Any]:
    """Add step · slope to a row of W, and return the row as it was."""
    old = part.load(address, whole=part.whole)
    spread = vb.spread(step)
    new = [vb.multiply_add(spread, s, weights) for s, weights in zip(slope, old, strict=True)]
    part.store(new, address, whole=part.whole)
    return old


@intrinsic
def update_and_slope(typing, zero, factor, n_in, x, w, w_row, dz, columns, dx, adds):
    """Dx = dz @ Wᵀ (or dx += that, if `adds`), and W += factor · xᵀ @ dz, in one pass over some columns of W."""
    signature = types.void(zero, zero, *[types.intp] * 8)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vb = VectorBuilder(context, builder, zero)
        _, factor, n_in, x, w, w_row, dz, columns, dx, adds = arguments
        stride = vb.bytes_of(w_row)
        kind = ir.FunctionType(vb.element, [vb.element, vb.type])
        add_up = vb.intrinsic(f"llvm.vector.reduce.fadd.{vb.suffix}", kind)
        for part in _by_vectors(vb, columns, w_row):
            slope = part.load(dz)
            loop = vb.loop(n_in, [])
            there = vb.bytes_of(loop.index)
            number = vb.load_number(builder.add(x, there))
            at = builder.add(w, builder.mul(loop.index, stride))
            old = _add_to_row(vb, part, at, builder.fmul(factor, number), slope)
            total = vb.zero
            for s, weights in zip(slope, old, strict=True):
                total = vb.multiply_add(s, weights, total)
            target = builder.add(dx, there)
            before = vb.load_number(target)
            before = builder.select(builder.icmp_signed("!=", adds, INT(0)), before, before.type(0.0))
            vb.store_number(builder.call(add_up, [before, total], fastmath=("reassoc",)), target)
            loop.end([])
        return context.get_dummy_value()

    return signature, codegen


@kernel
def affine_row(n_in, n_out, x, w, w_row, b, z, zero, size, room):
    """Z = x @ W + b for one row; `room` is the address of memory for two lists."""
    width = VECTORS * VECTOR_BYTES // size
    values = room + lists_apart(n_in)
    count = list_numbers(zero, n_in, x, room, values)
    for c in range(0, n_out, width):
        bias = b + c * size if b else b
        listed_product(zero, count, room, values, w + c * size, w_row, z + c * size, min(width, n_out - c), bias)


@kernel
def update_row(n_in, n_out, x, dz, w, w_row, factor, zero, size, room):
    """W += factor · xᵀ @ dz for one row x and dz."""
    width = VECTORS * VECTOR_BYTES // size
    values = room + lists_apart(n_in)
    count = list_numbers(zero, n_in, x, room, values)
    for c in range(0, n_out, width):
        listed_update(zero, factor, count, room, values, w + c * size, w_row, dz + c * size, min(width, n_out - c))


@kernel
def row_backward(n_in, n_out, x, dz, w, w_row, dx, factor, zero, size):
    """Dx = dz @ Wᵀ for one row, and W += factor · xᵀ @ dz (factor 0: W stays)."""
    width = VECTORS * VECTOR_BYTES // size
    for c in range(0, n_out, width):
        columns = min(width, n_out - c)
        update_and_slope(cast(zero, 0), factor, n_in, x, w + c * size, w_row, dz + c * size, columns, dx, c)


@kernel
def lists_apart(n_in):
    """Return how many bytes behind the columns of a row's list its numbers begin."""
    return (4 * n_in + 7) // 8 * 8 + VECTOR_BYTES


def room_for(n_in: int, size: int) -> int:
    """Return the bytes that the lists of a row take."""
    return (4 + size) * n_in + 8 + 2 * VECTOR_BYTES
