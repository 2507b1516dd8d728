"""Writing machine code by vectors: what Numba's own loops cannot say.

A matrix product is fast when its sums stay in vector registers while they grow. Numba compiles loops over arrays and
leaves the registers to LLVM, which spills them; so the innermost loops are written here in LLVM's own terms, through
`numba.extending.intrinsic`. `VectorBuilder` holds the few words in which they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils, types

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INT = ir.IntType(64)
INT32 = ir.IntType(32)
BIT = ir.IntType(1)


class Machine(NamedTuple):
    """What the processor's vector registers allow.

    Attributes
    ----------
    bytes : int
        The size of a vector register.
    registers : int
        How many there are.
    tile_rows, tile_vectors : int
        The tile of a product that stays in registers: rows × vectors of sums.
    listed_rows, panel_vectors : int
        Where products leave zeros out, how many rows share a list, and how many vectors of sums each has.
    """

    bytes: int
    registers: int
    tile_rows: int
    tile_vectors: int
    listed_rows: int
    panel_vectors: int


def _machine() -> Machine:
    """Find out what this processor has.

    14 × 2 of 32 registers were the best of the tiles tried with AVX-512 (8 × 3: 139 to 191 GFLOP/s on a core, 12 × 2:
    175 to 195, 14 × 2: 195 to 225, on products of 128 × 512 × 784 and its gradients), 4 × 3 of 16 with AVX2 (6 × 2
    takes 3 to 15% longer).
    """
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        return Machine(64, 32, 14, 2, 4, 4)
    if features.get("avx2"):
        return Machine(32, 16, 4, 3, 1, 8)
    if features.get("neon"):
        return Machine(16, 32, 12, 2, 4, 4)
    return Machine(16, 16, 6, 2, 4, 2)


AVX2_BYTES = 32
MACHINE = _machine()


class VectorBuilder:
    """Words for vectors of one type of number, on top of LLVM's builder.

    Parameters
    ----------
    context, builder
        What `intrinsic` hands over.
    number : numba type
        float32 or float64.
    """

    def __init__(self, context: Any, builder: Any, number: Any) -> None:
        self.builder = builder
        self.element = context.get_value_type(number)
        self.size = 4 if number == types.float32 else 8
        self.lanes = MACHINE.bytes // self.size
        self.type = ir.VectorType(self.element, self.lanes)
        self.suffix = f"v{self.lanes}f{8 * self.size}"
        self.zero = ir.Constant(self.type, [0.0] * self.lanes)

    def bytes_of(self, count: Any) -> Any:
        """Return how many bytes so many numbers take."""
        return self.builder.mul(count, INT(self.size))

    def offset(self, address: Any, count: int) -> Any:
        """Return the address `count` vectors further on."""
        return self.builder.add(address, INT(count * MACHINE.bytes)) if count else address

    def _pointer(self, address: Any, kind: Any) -> Any:
        return self.builder.inttoptr(address, kind.as_pointer())

    def load(self, address: Any) -> Any:
        """Load a vector from an address of no particular alignment."""
        return self.builder.load(self._pointer(address, self.type), align=self.size)

    def store(self, value: Any, address: Any) -> None:
        """Store a vector."""
        self.builder.store(value, self._pointer(address, self.type), align=self.size)

    def load_some(self, address: Any, mask: Any) -> Any:
        """Load the lanes of the mask; the others are 0, and their memory is not touched."""
        kind = ir.FunctionType(self.type, [self.type.as_pointer(), INT32, ir.VectorType(BIT, self.lanes), self.type])
        function = self.intrinsic(f"llvm.masked.load.{self.suffix}.p0", kind)
        return self.builder.call(function, [self._pointer(address, self.type), INT32(self.size), mask, self.zero])

    def store_some(self, value: Any, address: Any, mask: Any) -> None:
        """Store the lanes of the mask."""
        kind = ir.FunctionType(
            ir.VoidType(), [self.type, self.type.as_pointer(), INT32, ir.VectorType(BIT, self.lanes)]
        )
        function = self.intrinsic(f"llvm.masked.store.{self.suffix}.p0", kind)
        self.builder.call(function, [value, self._pointer(address, self.type), INT32(self.size), mask])

    def first_lanes(self, count: Any) -> Any:
        """Return the mask of the first `count` lanes, all of them if there are no more."""
        lanes = ir.Constant(ir.VectorType(INT32, self.lanes), list(range(self.lanes)))
        some = self.builder.select(self.builder.icmp_signed("<", count, INT(self.lanes)), count, INT(self.lanes))
        return self.builder.icmp_signed("<", lanes, self.spread(self.builder.trunc(some, INT32)))

    def load_number(self, address: Any) -> Any:
        """Load one number."""
        return self.builder.load(self._pointer(address, self.element), align=self.size)

    def store_number(self, value: Any, address: Any) -> None:
        """Store one number."""
        self.builder.store(value, self._pointer(address, self.element), align=self.size)

    def load_index(self, address: Any) -> Any:
        """Load a 32-bit index as a 64-bit integer."""
        return self.builder.sext(self.builder.load(self._pointer(address, INT32), align=4), INT)

    def load_address(self, address: Any) -> Any:
        """Load a 64-bit integer."""
        return self.builder.load(self._pointer(address, INT), align=8)

    def store_address(self, value: Any, address: Any) -> None:
        """Store a 64-bit integer."""
        self.builder.store(value, self._pointer(address, INT), align=8)

    def spread(self, value: Any) -> Any:
        """Return a vector with the same number in each lane."""
        kind = ir.VectorType(value.type, self.lanes)
        undefined = ir.Constant(kind, ir.Undefined)
        first = self.builder.insert_element(undefined, value, INT32(0))
        return self.builder.shuffle_vector(
            first, undefined, ir.Constant(ir.VectorType(INT32, self.lanes), [0] * self.lanes)
        )

    def shuffle(self, a: Any, b: Any, lanes: Sequence[int]) -> Any:
        """Return lanes of two vectors: from `lanes` on, those of b."""
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(INT32, len(lanes)), list(lanes)))

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        """Return a · b + c, in one operation where the processor has one."""
        kind = ir.FunctionType(self.type, [self.type] * 3)
        return self.builder.call(self.intrinsic(f"llvm.fmuladd.{self.suffix}", kind), [a, b, c])

    def load_indices(self, address: Any) -> Any:
        """Load a vector of 32-bit integers."""
        return self.builder.load(self._pointer(address, ir.VectorType(INT32, self.lanes)), align=4)

    def store_indices(self, value: Any, address: Any) -> None:
        """Store a vector of 32-bit integers."""
        self.builder.store(value, self._pointer(address, value.type), align=4)

    def places(self, mask: Any, first: Any) -> Any:
        """Return first + i for the lanes i of a mask, moved together at the beginning, as 32-bit integers."""
        spread = self.spread(self.builder.trunc(first, INT32))
        if MACHINE.registers == 16:
            return self.builder.add(spread, self._moved_together(mask))
        lanes = ir.Constant(spread.type, list(range(self.lanes)))
        return self._compress(self.builder.add(spread, lanes), mask, f"v{self.lanes}i32")

    def compress(self, value: Any, mask: Any) -> Any:
        """Return the numbers in the lanes of the mask moved together at the beginning."""
        if MACHINE.bytes != AVX2_BYTES:
            return self._compress(value, mask, self.suffix)
        wide, order = ir.VectorType(INT32, AVX2_BYTES // 4), self._moved_together(mask)
        if self.size == 8:  # AVX2 moves 4 bytes at a time: each number's two halves
            low = self.builder.add(order, order)
            high = self.builder.add(low, ir.Constant(order.type, [1] * self.lanes))
            order = self.shuffle(low, high, [half + i for i in range(self.lanes) for half in (0, self.lanes)])
        function = self.intrinsic("llvm.x86.avx2.permd", ir.FunctionType(wide, [wide, wide]))
        return self.builder.bitcast(self.builder.call(function, [self.builder.bitcast(value, wide), order]), self.type)

    def _compress(self, value: Any, mask: Any, suffix: str) -> Any:
        """Return lanes moved together, as LLVM does it: one instruction with AVX-512, otherwise one lane at a time."""
        kind = ir.FunctionType(value.type, [value.type, mask.type, value.type])
        function = self.intrinsic(f"llvm.experimental.vector.compress.{suffix}", kind)
        return self.builder.call(function, [value, mask, ir.Constant(value.type, ir.Undefined)])

    def _moved_together(self, mask: Any) -> Any:
        """Return the numbers of a mask's lanes moved together at the beginning, from a table of all masks.

        Without AVX-512's instruction for it; LLVM's own way took 138 µs to list 100 digits, this one 8.
        """
        kind = ir.VectorType(ir.IntType(8), self.lanes)
        name = f"glassnet.moved_together.{self.lanes}"
        table = self.builder.module.globals.get(name)
        if table is None:
            rows = [[i for i in range(self.lanes) if number >> i & 1] for number in range(2**self.lanes)]
            rows = [row + [0] * (self.lanes - len(row)) for row in rows]
            value = ir.Constant(ir.ArrayType(kind, len(rows)), [ir.Constant(kind, row) for row in rows])
            table = cgutils.global_constant(self.builder.module, name, value)
        number = self.builder.zext(self.builder.bitcast(mask, ir.IntType(self.lanes)), INT)
        row = self.builder.load(self.builder.gep(table, [INT(0), number], inbounds=True), align=1)
        return self.builder.zext(row, ir.VectorType(INT32, self.lanes))

    def count(self, mask: Any) -> Any:
        """Return how many lanes a mask has."""
        bits = ir.IntType(self.lanes)
        function = self.intrinsic(f"llvm.ctpop.i{self.lanes}", ir.FunctionType(bits, [bits]))
        return self.builder.zext(self.builder.call(function, [self.builder.bitcast(mask, bits)]), INT)

    def prefetch(self, address: Any, *, near: int = 3, write: bool = False) -> None:
        """Ask for a line of memory: into the first cache (near = 3) or the second (2), to be written as well or not."""
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, INT32, INT32, INT32])
        pointer = self.builder.inttoptr(address, byte)
        self.builder.call(self.intrinsic("llvm.prefetch.p0", kind), [pointer, INT32(int(write)), INT32(near), INT32(1)])

    def intrinsic(self, name: str, kind: Any) -> Any:
        """Return one of LLVM's own functions."""
        return cgutils.get_or_insert_function(self.builder.module, kind, name)

    def loop(self, count: Any, carried: Sequence[Any]) -> Loop:
        """Begin a loop that runs `count` times (not at all if that is 0) and carries values from turn to turn."""
        return Loop(self.builder, count, carried)


class Loop:
    """A counted loop whose carried values stay in registers.

    In its body, `.values` are the carried values and `.index` the count of turns so far; `.end` takes the next ones.
    """

    def __init__(self, builder: Any, count: Any, carried: Sequence[Any]) -> None:
        self.builder = builder
        self._before = builder.block
        self._body = builder.append_basic_block("loop")
        self._after = builder.append_basic_block("after")
        self._first = list(carried)
        self._count = count
        builder.cbranch(builder.icmp_signed(">", count, INT(0)), self._body, self._after)
        builder.position_at_end(self._body)
        self.index = builder.phi(INT)
        self.index.add_incoming(INT(0), self._before)
        self.values = []
        for value in self._first:
            phi = builder.phi(value.type)
            phi.add_incoming(value, self._before)
            self.values.append(phi)

    def end(self, following: Sequence[Any]) -> list[Any]:
        """End the loop's body with the values of the next turn; return the values after the loop."""
        builder, end = self.builder, self.builder.block
        index = builder.add(self.index, INT(1))
        self.index.add_incoming(index, end)
        for phi, value in zip(self.values, following, strict=True):
            phi.add_incoming(value, end)
        builder.cbranch(builder.icmp_signed("<", index, self._count), self._body, self._after)
        builder.position_at_end(self._after)
        results = []
        for first, value in zip(self._first, following, strict=True):
            phi = builder.phi(value.type)
            phi.add_incoming(first, self._before)
            phi.add_incoming(value, end)
            results.append(phi)
        return results


def cases(builder: Any, value: Any, numbers: Sequence[int]) -> Iterator[int]:
    """Yield each number in turn, with the builder where the code for `value == number` belongs."""
    after = builder.append_basic_block("cases.end")
    switch = builder.switch(value, after)
    for number in numbers:
        block = builder.append_basic_block(f"case.{number}")
        switch.add_case(INT(number), block)
        builder.position_at_end(block)
        yield number
        builder.branch(after)
    builder.position_at_end(after)
