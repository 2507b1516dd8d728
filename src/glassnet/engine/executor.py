"""The compiled executor: a network's training and prediction as programs, and the memory that they work in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine import entry
from glassnet.engine.codes import PARTS, PRODUCTS, UPDATES
from glassnet.engine.cores import LINE_BYTES
from glassnet.engine.lines import means_of, parts_of, slot_name
from glassnet.engine.lowering import lines_of
from glassnet.engine.program import assemble
from glassnet.engine.rewriting import can_be_sparse
from glassnet.engine.vectors import MACHINE
from glassnet.engine.workspace import Data, Memory
from glassnet.network.lowering import output_name
from glassnet.network.reference import run_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from glassnet.engine.crew import Crew
    from glassnet.engine.lines import Line, Rule
    from glassnet.network.structure import Structure
    from glassnet.network.tape import Size, Tape

SPARSE_BELOW = 0.35
"""The share of numbers that are not 0 below which products leave the zeros out; at 0.35 both ways cost the same."""


def shapes_of(network: Structure, tape: Tape) -> dict[str, tuple[Size, ...]]:
    """Return the shape of every name that a tape reads or writes."""
    shapes: dict[str, tuple[Size, ...]] = {"X": ("N", network.n_in), "t": ("N", network.n_out), "weights": ("N",)}
    shapes["lists"] = ("N",)  # what is not 0 in rows of X, in memory of its own
    shapes |= {name: array.shape for arrays in (network.parameters, network.state) for name, array in arrays.items()}
    shapes |= {name: array.shape for name, array in constants_of(network).items()}
    for step in tape:
        shapes |= dict(zip(step.outputs, step.shapes, strict=True))
        if step.operation == "affine" and step.inputs[0] == "X":
            shapes[parts_of(step.output)] = (PARTS, *step.shape)
        if step.operation == "normalize_backward":
            shapes |= dict.fromkeys(means_of(step.output), (step.shape[-1],))
    return shapes


def constants_of(network: Structure) -> dict[str, NDArray[Any]]:
    """Return the arrays that a loss's settings are: a σ for each output."""
    sigma = getattr(network.loss_function, "settings", {}).get("sigma", 1.0)
    return {"sigma": np.broadcast_to(sigma, (network.n_out,)).astype(network.dtype)}


def density(x: NDArray[Any], rows: int = 100) -> float:
    """Return the share of numbers that are not 0, by some rows evenly spread."""
    sample = x[:: max(1, len(x) // rows)]
    return float(np.count_nonzero(sample)) / max(sample.size, 1)


def is_sparse(x: NDArray[Any], table: NDArray[Any] | None = None) -> bool:
    """Say whether so many inputs are 0 that products are to leave them out; of bytes, with what they stand for."""
    return (table is None or table[0] == 0) and density(x) < SPARSE_BELOW


COPIED_BYTES = 2_000_000
"""The size of parameters up to which weights whose rows are no whole vectors are copied, for each stretch of steps, to
where every row begins with a line of memory: a vector that lies across two lines takes twice as long."""


def widths_of_copies(network: Structure, lines: Sequence[Line]) -> dict[str, int]:
    """Return which weights are worked on in a copy, and how far apart its rows are: those that only products touch."""
    lanes = MACHINE.bytes // network.dtype.itemsize
    products = {*PRODUCTS} - {"maxout_pieces", "maxout_dW", "maxout_dx"}
    touched = {name for line in lines if line.operation not in products for name in (*line.inputs, *line.outputs)}
    return {
        name: -(-array.shape[-1] // lanes) * lanes
        for name, array in network.parameters.items()
        if array.ndim == 2
        and array.shape[-1] % lanes
        and name not in touched
        and network.parameters.flat.nbytes <= COPIED_BYTES
    }


def widths_of_parts(
    lines: Sequence[Line], shapes: Mapping[str, tuple[Size, ...]], dtype: np.dtype[Any]
) -> dict[str, int]:
    """Return how far apart the rows of products of parts of X are: whole lines of memory."""
    unit = LINE_BYTES // dtype.itemsize
    names = [line.inputs[0] for line in lines if line.operation == "sum_of_parts"]
    return {name: -(-int(shapes[name][-1]) // unit) * unit for name in names}


def signed(seed: int) -> int:
    """Return the last 64 bits of a seed, all that the hash uses of it, as a signed integer."""
    low = seed % 2**64
    return low - 2**64 if low >= 2**63 else low


class Training:
    """A network's training as a program.

    Parameters
    ----------
    network : Structure
    rule : Rule
        The optimizer's.
    slots : mapping
        parameter → slot → array.
    data : Data
    batch_size : int
    crew : Crew
    sparse, weighted : bool
        Whether zeros of X are left out; whether samples have weights.
    fuse : bool
        Whether gradients of weights may go straight into the weights.
    kept_in : mapping, optional
        Arrays whose memory may be used for `kept`, by name: new memory costs more than copying.

    Attributes
    ----------
    kept : dict
        Parameters and state as they were before the last step of a run that was to keep them, by name.
    """

    def __init__(  # noqa: PLR0913  # all that a training is
        self, network: Structure, rule: Rule, slots: Mapping[str, Mapping[str, NDArray[Any]]], data: Data,
        batch_size: int, crew: Crew, *, sparse: bool = False, weighted: bool = False, fuse: bool = True,
        kept_in: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:  # fmt: skip
        self.network, self.crew, self.data, self.batch_size = network, crew, data, batch_size
        tape = network.tape("train", input_gradient=False)
        shapes = shapes_of(network, tape)
        kept = {slot_name(name, slot): array for name, own in slots.items() for slot, array in own.items()}
        shapes |= {name: array.shape for name, array in kept.items()}
        counts = output_name(network.places[-1]) if network.output_kind != "values" else ""
        self.sparse = sparse and batch_size > 1 and can_be_sparse(tape)
        lines = lines_of(tape, shapes, rule, counts=counts, sparse=self.sparse, fuse=fuse,
                         single=batch_size == 1)  # fmt: skip
        if not weighted:
            del shapes["weights"]
            lines = [line.without("weights") for line in lines]
        always = {"weight_shares"} if batch_size == 1 and not weighted else set()  # the one sample's share: all
        shares = [line.outputs[0] for line in lines if line.operation in always]
        lines = [line for line in lines if line.operation not in always]
        used = {name for line in lines for name in (*line.inputs, *line.outputs)} | {"X", "t", "weights"}
        shapes = {name: shape for name, shape in shapes.items() if name in used}
        given = {**network.parameters, **network.state, **kept, **constants_of(network)}
        given = {name: array for name, array in given.items() if name in shapes}
        self.shapes = shapes
        wider = widths_of_copies(network, lines)
        given = {name: array for name, array in given.items() if name not in wider}
        self.program = assemble(lines, shapes, given, batch_size, network.dtype, crew.threads,
                                wider | widths_of_parts(lines, shapes, network.dtype))  # fmt: skip
        for name in shares:
            self.program.arrays[name][:] = 1
        self._copies = {name: self.program.arrays[name][:, : shapes[name][-1]] for name in wider}
        self.kept = self._room_to_keep(kept_in or {})
        self.memory = Memory(network, self.program, crew.threads, sparse=self.sparse, weighted=weighted)
        self.zero = network.dtype.type(0)
        self.seed = signed(network.seed)

    def run(  # noqa: PLR0913  # what to run, and how
        self, order: NDArray[np.int64], position: int, total: int, rates: NDArray[np.float64], step: int,
        *, keep: bool = False, part: slice = slice(None), threads: int | None = None,
    ) -> tuple[int, NDArray[np.float64], NDArray[np.int64]]:  # fmt: skip
        """Make a step for each of the rates; return how many were made, their losses and right answers.

        Parameters
        ----------
        order : int64 array
            The samples in the order in which they come; an empty one: as they stand.
        position, total : int
            Where in the order the first batch begins, and where the last one ends.
        rates : float64 array
        step : int
            How many updates were made before.
        keep : bool
            Whether parameters and state are to be kept in `kept` as they are before the last step.
        part : slice
            Of the program's lines, those to run.
        threads : int, optional
            How many of the crew work; by default all.
        """
        steps, threads = len(rates), self.crew.threads if threads is None else threads
        losses, right = np.zeros(steps), np.zeros((steps, threads), dtype=np.int64)
        if not steps:
            return 0, losses, right[:, 0]
        program, memory = self.program, self.memory
        first, last, _ = part.indices(len(program.table))
        run = entry.interpreter(self.network.dtype)

        def work(thread: int) -> int:
            return run(
                thread, threads, self.crew.barrier, memory.contexts[thread], memory.lists, self.zero, program.table,
                program.settings, program.where, program.columns, self.data.addresses, order, position, self.batch_size,
                total, step, self.seed, rates, losses, right, first, last, arrays,
            )  # fmt: skip

        arrays = self._to_keep if keep else self._to_keep[:0]
        for name, copy in self._copies.items():
            copy[...] = self.network.parameters[name]
        made = int(self.crew.run(work, threads))
        for name, copy in self._copies.items():
            self.network.parameters[name][...] = copy
        return made, losses, right.sum(axis=1)

    def _room_to_keep(self, given: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return room for parameters and state; of weights that are worked on in a copy, as they stand in that."""
        kept, places = {}, []
        for name, array in {**self.network.parameters, **self.network.state}.items():
            now = self.program.arrays[name] if name in self._copies else array
            room = given.get(name)
            if room is None or (room.shape, room.strides, room.dtype) != (now.shape, now.strides, now.dtype):
                room = np.empty_like(now)
            kept[name] = room[..., : array.shape[-1]]
            places.append([now.ctypes.data, room.ctypes.data, now.nbytes])
        self._to_keep = np.array(places, dtype=np.int64).reshape(-1, 3)
        return kept

    @property
    def updates(self) -> int:
        """Where in the program the updates begin, if gradients are not fused into them."""
        return next(index for index, line in enumerate(self.program.lines) if line.operation in UPDATES)

    def values(self, rows: int, loss: float) -> dict[str, NDArray[Any]]:
        """Return what the last step left in memory, as views by name; what was never stored is worked out.

        What only the program has, such as parts of sums, is left out.
        """
        known: dict[str, Any] = {"weights": None}
        tape = self.network.tape("train", input_gradient=False)
        names = {"X", "t", "weights"}.union(*(step.outputs for step in tape))
        for name, array in self.program.arrays.items():
            if name not in names:
                continue
            shape = self.shapes[name]
            at = tuple(slice(rows) if size == "N" else slice(None) for size in shape)
            known[name] = array[at]
        known["loss"] = self.network.dtype.type(loss)
        for step in tape:
            if step.phase != "state" and step.output not in known:
                run_step(step, known)
        return known
