"""One step of a training at a time by the engine: a call of machine code each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine import entry
from glassnet.network.places import is_weight
from glassnet.sklearn.steps import ReferenceStepper, sum_of_squares, threads_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model import Network
    from glassnet.sklearn.solvers import Solver
    from glassnet.sklearn.source import Source
    from glassnet.sklearn.steps import Look


class CompiledStepper:
    """Steps by the engine: one call of machine code each.

    Parameters
    ----------
    network : Network
    solver : Solver
        One that has a rule.
    source : Source
        The samples, in memory.
    batch_size : int
    threads : int or None
    """

    def __init__(self, network: Network, solver: Solver, source: Source, batch_size: int, threads: int | None) -> None:
        from glassnet.engine.codes import UPDATES
        from glassnet.engine.crew import lent_crew
        from glassnet.engine.executor import Training

        rule = solver.rule
        if rule is None:
            raise AssertionError(solver)
        self._network, self._solver = network, solver
        self._reference = ReferenceStepper(network, solver)
        entry.interpreter(network.dtype)
        self._lent = lent_crew(threads_for(threads, 3 * batch_size * sum(network.multiplications)))
        crew = self._lent.__enter__()
        try:
            self._training = Training(
                network, rule, solver.slots, source.data(), batch_size, crew,
                sparse=source.is_sparse, weighted=source.is_weighted, fuse=False,
            )  # fmt: skip
        except BaseException:
            self.close()
            raise
        lines = self._training.program.lines
        updates = [index for index, line in enumerate(lines) if line.operation in UPDATES]
        weights = [index for index in updates if is_weight(lines[index].outputs[0])]
        settings = self._training.program.settings
        self._first_update = updates[0] if updates else len(lines)
        self._settings = settings
        self._updates = slice(updates[0], updates[-1] + 1) if _adjoin(updates) else updates
        self._own_decay = float(settings[weights[0], 0]) if weights else 0.0
        self._weights = np.array(weights)
        self._arrays = [array for name, array in network.parameters.items() if is_weight(name)]
        self._call = _Call(self._training) if crew.threads == 1 else None
        self.can_be_kept = crew.threads == 1  # a crew would be lent for as long
        self._kind = (batch_size, source.is_weighted, self._training.sparse)
        self._left: tuple[int, float] | None = None
        """Of the last step, how many rows it had and its loss; None where plain NumPy made it."""
        self._rates = np.zeros(1)
        self._changing = len(rule.settings)

    def suits(self, network: Network, solver: Solver, source: Source, batch_size: int) -> bool:
        """Say whether other samples may be trained on by the same program; if so, they take the place of the last."""
        kind = (batch_size, source.is_weighted, self._training.sparse)
        if network is not self._network or solver is not self._solver or kind != self._kind:
            return False
        self._training.data = source.data()
        return True

    def begin(self, source: Source, order: NDArray[np.int64]) -> None:
        """Begin an epoch."""
        self._source, self._order = source, order
        self._reference.begin(source, order)
        self._rows, self._at = source.laid_out(order)

    def step(self, start: int, stop: int, rate: float, decay: float, look: Look | None = None) -> tuple[float, bool]:
        """Make an update; where the loss is not finite, in plain NumPy, as scikit-learn would."""
        solver = self._solver
        self._settings[self._weights, 0] = self._own_decay + decay
        if self._changing:
            self._settings[self._updates, 1 : 1 + self._changing] = solver.settings()
        self._rates[0] = rate
        rows = self._source.stage(start, stop) if self._at is None else (start, len(self._source))  # it looks ahead
        if look is not None:
            return self._looked_at(start, stop, rows, rate, decay, look)
        made, loss = self._run(*rows)
        self._left = (stop - start, loss) if made else None
        if made:
            solver.t += 1
            return loss, True
        return self._reference.step(start, stop, rate, decay)

    def _run(self, start: int, stop: int, first: int = 0, last: int | None = None) -> tuple[bool, float]:
        if self._call is not None:
            return self._call(self._rows, start, stop, self._rates, self._solver.t, first, last)
        part = slice(first, last)
        made, losses, _ = self._training.run(self._rows, start, stop, self._rates, self._solver.t, part=part)
        return bool(made), float(losses[0])

    def _looked_at(
        self, start: int, stop: int, rows: tuple[int, int], rate: float, decay: float, look: Look
    ) -> tuple[float, bool]:
        made, loss = self._run(*rows, 0, self._first_update)
        self._left = (stop - start, loss) if made else None
        if not made:
            return self._reference.step(start, stop, rate, decay, look)
        if not look(self.values):
            return loss, False
        self._run(*rows, self._first_update)
        self._solver.t += 1
        return loss, True

    def values(self) -> dict[str, Any]:
        """Return what the last step left in memory."""
        return self._reference.values() if self._left is None else self._training.values(*self._left)

    def squares(self) -> float:
        """Return the sum of the squares of all weights."""
        return sum_of_squares(self._arrays)

    def rest(self) -> None:
        """Let the samples go, until others come."""
        del self._source, self._training.data
        self._reference.rest()

    def close(self) -> None:
        """Give the threads back."""
        self._lent.__exit__(None, None, None)


class _Call:
    """A call of the engine by one thread, its arguments laid out beforehand."""

    def __init__(self, training: Any) -> None:
        self._training = training
        self._run = entry.interpreter(training.network.dtype)
        program, memory = training.program, training.memory
        self._head = (0, 1, training.crew.barrier, memory.contexts[0], memory.lists, training.zero)
        self._program = (program.table, program.settings, program.where, program.columns)
        self._losses, self._right = np.zeros(1), np.zeros((1, 1), dtype=np.int64)
        self._kept = np.zeros((0, 3), dtype=np.int64)
        self._last = len(program.table)
        parameters = training.network.parameters
        self._copies = [
            (program.arrays[name][..., : array.shape[-1]], array)
            for name, array in parameters.items()
            if name in program.arrays
        ]

    def __call__(
        self, order: NDArray[np.int64], start: int, stop: int, rates: NDArray[np.float64], step: int,
        first: int = 0, last: int | None = None,
    ) -> tuple[bool, float]:  # fmt: skip
        """Make a step; return whether it was made, and its loss."""
        training = self._training
        for copy, array in self._copies:
            copy[...] = array
        made = self._run(
            *self._head, *self._program, training.data.addresses, order, start, training.batch_size, stop, step,
            training.seed, rates, self._losses, self._right, first, self._last if last is None else last, self._kept,
        )  # fmt: skip
        for copy, array in self._copies:
            array[...] = copy
        return bool(made), float(self._losses[0])


def _adjoin(numbers: list[int]) -> bool:
    """Say whether numbers follow one another without a gap."""
    return bool(numbers) and numbers == list(range(numbers[0], numbers[-1] + 1))
