"""What compiled code works in and reads from: memory of each thread, lists, and the addresses of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine import marked_rows, products
from glassnet.engine.ahead import ROWS as ROWS_AHEAD
from glassnet.engine.codes import IN_PLACE, KINDS, LISTS, PARTS
from glassnet.engine.cores import LINE_BYTES
from glassnet.engine.panels import PANEL_BYTES
from glassnet.engine.single_row import room_for
from glassnet.engine.sparse_rows import GROUP, blocks_of
from glassnet.engine.vectors import MACHINE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.engine.program import Program
    from glassnet.network.structure import Structure


def asks_of(program: Program, size: int, blocks: int, parts: int) -> int:
    """Return how often products ask for lines of the next batch for each group of a part's rows.

    Over all products of a training: 784-50-10 was 2% faster so than with all lines in the first product. A prediction
    says a third more, and so asks for three quarters of the lines: its rows follow one another, and the processor
    fetches lines by itself (10,000 predictions, 784-50-100-10: 10% faster than with all).
    """
    products = [line for line in program.lines if line.operation.endswith("_sparse")]
    width = int(program.columns[program.number(products[0].outputs[0])]) * size
    asks = blocks // parts * -(-width // PANEL_BYTES)
    if len(products) == 1:
        return asks * 4 // 3
    return asks * len(products) if GROUP > 1 else asks  # `marked_rows` asks for nothing


class Memory:
    """What each thread has for itself, and the lists of what is not 0 in X."""

    def __init__(
        self, network: Structure, program: Program, threads: int, *, sparse: bool, weighted: bool, output: str = "",
    ) -> None:  # fmt: skip
        size = network.dtype.itemsize
        blocks, lanes = blocks_of(network.n_in), MACHINE.bytes // size
        widest_block = (-(-network.n_in // lanes // blocks) + 1) * lanes
        panels = max(
            products.PANEL_BYTES,
            marked_rows.ROOM,
            widest_block * PANEL_BYTES,
            *(room_for(place.n_in, size) for place in network.places),
        )
        panels = -(-panels // LINE_BYTES) * LINE_BYTES
        self._panels = np.empty(threads * panels + LINE_BYTES, dtype=np.uint8)
        first = -(-self._panels.ctypes.data // LINE_BYTES) * LINE_BYTES
        numbers = [
            program.number("X"),
            program.arrays["X"].ctypes.data,
            program.number("t"),
            program.number("weights") if weighted else -1,
            program.number(output),
        ]
        parts = PARTS if any(line.share == "parts" for line in program.lines) else 1
        self._queues = np.zeros((threads, ROWS_AHEAD + parts * program.capacity + 1), dtype=np.int64)
        self.contexts = [
            np.array([first + thread * panels, size, *numbers, program.capacity, queue.ctypes.data], dtype=np.int64)
            for thread, queue in enumerate(self._queues)
        ]
        self.lists = np.zeros(LISTS, dtype=np.int64)
        if sparse:
            groups = -(-program.capacity // GROUP)
            room = widest_block + lanes  # up to a vector is written behind a list's end
            self._counts = np.zeros((blocks, groups + 1), dtype=np.int32)
            self._columns = np.empty((blocks, groups + 1, room), dtype=np.int32)
            self._sources = np.zeros((parts, program.capacity), dtype=np.int64)
            at = [array.ctypes.data for array in (self._counts, self._columns, self._sources)]
            self.lists[:] = *at, room, groups + 1, blocks, asks_of(program, size, blocks, parts), parts


class Data:
    """Samples as compiled code reads them: addresses, and what keeps them alive."""

    def __init__(
        self, x: NDArray[Any], t: NDArray[Any] | None = None, weights: NDArray[Any] | None = None,
        table: NDArray[Any] | None = None, outputs: NDArray[Any] | None = None, *, in_place: bool = False,
    ) -> None:  # fmt: skip
        arrays = (x, table, t, weights, outputs)
        self._alive = [None if array is None else np.ascontiguousarray(array) for array in arrays]
        at = [0 if array is None else array.ctypes.data for array in self._alive]
        self.addresses = np.array([at[0], IN_PLACE if in_place else KINDS[x.dtype.name], *at[1:]], dtype=np.int64)
