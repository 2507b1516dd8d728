"""Prediction and evaluation as programs: slices of rows, shared out whole among threads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine import entry
from glassnet.engine.codes import KINDS
from glassnet.engine.crew import lent_crew
from glassnet.engine.executor import constants_of, shapes_of, signed
from glassnet.engine.lowering import lines_of
from glassnet.engine.program import assemble
from glassnet.engine.rewriting import can_be_sparse
from glassnet.engine.workspace import Data, Memory
from glassnet.network.lowering import output_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.engine.program import Program
    from glassnet.network.structure import Structure

ROWS_AT_ONCE = 64
"""The rows of a slice: they, their lists, and what a layer leaves for the next one stay in the second cache."""
LEAST_SHARE = 4
"""How many slices a thread takes at least, if it need not leave some to the others."""
THREAD_WORK = 20_000_000
"""The multiplications from which on a second thread is worth its start (some 60 µs)."""


class Prediction:
    """A network's prediction, or evaluation, as a program; its memory is kept from call to call.

    Parameters
    ----------
    network : Structure
    evaluates : bool
        Whether targets are given, and the loss and right answers wanted.
    weighted : bool
        Whether samples have weights.
    sparse : bool
        Whether zeros of X are left out, where that can be.

    Attributes
    ----------
    rows_at_once : int
        The rows of a slice.
    """

    rows_at_once = ROWS_AT_ONCE

    def __init__(
        self, network: Structure, *, evaluates: bool = False, weighted: bool = False, sparse: bool = False
    ) -> None:
        self.network, self.evaluates, self.weighted = network, evaluates, weighted
        self.sparse = sparse and can_be_sparse(network.tape("predict"))
        self._work = sum(network.multiplications)
        self._workers: list[tuple[Program, Memory]] = []

    def _program(self) -> tuple[Program, Memory]:
        """Return a thread's program with memory of its own."""
        network = self.network
        tape = network.tape("predict")
        shapes = shapes_of(network, tape)
        output = output_name(network.places[-1])
        counts = output if self.evaluates and network.output_kind != "values" else ""
        lines = lines_of(tape, shapes, counts=counts, loss=self.evaluates, sparse=self.sparse)
        if not self.weighted:
            lines = [line.without("weights") for line in lines]
        used = {name for line in lines for name in (*line.inputs, *line.outputs)} | {"X", output}
        given = {**network.parameters, **network.state, **constants_of(network)}
        program = assemble(
            lines,
            {name: shape for name, shape in shapes.items() if name in used},
            {name: array for name, array in given.items() if name in used},
            ROWS_AT_ONCE,
            network.dtype,
            1,
        )
        return program, Memory(network, program, 1, sparse=self.sparse, weighted=self.weighted, output=output)

    def run(
        self,
        x: NDArray[Any],
        t: NDArray[Any] | None = None,
        weights: NDArray[Any] | None = None,
        table: NDArray[Any] | None = None,
        outputs: NDArray[Any] | None = None,
        threads: int = 1,
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Run over rows of inputs; return the mean loss and the right answers of each slice.

        Parameters
        ----------
        x : array
            Rows, of the network's type or of bytes.
        t, weights : arrays, optional
            Rows of the network's type.
        table : array, optional
            The numbers that bytes stand for.
        outputs : array, optional
            Where outputs go.
        threads : int
            How many threads may be used.
        """
        rows = len(x)
        slices = -(-rows // ROWS_AT_ONCE)
        threads = max(1, min(threads, slices, rows * self._work // THREAD_WORK))
        while len(self._workers) < threads:
            self._workers.append(self._program())
        losses, right = np.zeros(slices), np.zeros((slices, 1), dtype=np.int64)
        data = Data(x, t, weights, table, outputs, in_place=x.dtype == self.network.dtype)
        work = entry.interpreter(self.network.dtype)
        none, nothing = np.zeros(0, dtype=np.int64), np.full(slices, np.nan)
        keeps, shares = np.zeros((0, 3), dtype=np.int64), Shares(slices, threads)
        zero, seed = self.network.dtype.type(0), signed(self.network.seed)

        def part(thread: int) -> None:
            program, memory = self._workers[thread]
            for first, last in shares:
                work(
                    0, 1, 0, memory.contexts[0], memory.lists, zero, program.table, program.settings, program.where,
                    program.columns, data.addresses, none, first * ROWS_AT_ONCE, ROWS_AT_ONCE,
                    min(rows, last * ROWS_AT_ONCE), 0, seed, nothing[first:last], losses[first:last],
                    right[first:last], 0, len(program.table), keeps,
                )  # fmt: skip

        if threads == 1:
            part(0)
        else:
            with lent_crew(threads) as crew:
                crew.run(part)
        return losses, right[:, 0]


class Shares:
    """Slices, shared out among threads as they ask for them: fewer and fewer at a time, so that all end together.

    A second thread begins up to 0.2 ms later than the first one, which wakes it.

    >>> list(Shares(10, threads=1)), list(Shares(10, threads=2))
    ([(0, 10)], [(0, 4), (4, 7), (7, 9), (9, 10)])
    """

    def __init__(self, slices: int, threads: int) -> None:
        self._next, self._slices, self._threads = 0, slices, threads
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[tuple[int, int]]:
        while True:
            with self._lock:
                first, left = self._next, self._slices - self._next
                fair = -(-left // self._threads)
                share = fair if self._threads == 1 else min(fair, max(LEAST_SHARE, fair // 2))
                self._next += min(share, left)
            if not left:
                return
            yield first, min(first + share, self._slices)


def readable(x: NDArray[Any], dtype: np.dtype[Any]) -> bool:
    """Say whether compiled code can read rows as they stand."""
    return x.flags.c_contiguous and (x.dtype == dtype or x.dtype.name == "uint8") and x.dtype.name in KINDS
