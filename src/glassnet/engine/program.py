"""From a tape to a program: the same steps as a table of numbers, and a place in memory for every name.

The interpreter runs the table; it is compiled once, whatever the network. What a step needs is in one row: the code of
its operation, whether all threads must meet before it, how its work is shared among them, and the numbers of the names
that it reads and writes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.codes import (
    CODES,
    COLUMNS,
    FIELDS,
    FIRST_INPUT,
    INPUTS,
    INTEGERS,
    OUTPUT,
    OUTPUTS,
    ROWS,
    SETTINGS,
    SHARED,
)
from glassnet.engine.cores import LINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from glassnet.engine.lines import Line
    from glassnet.network.tape import Size


@dataclass
class Program:
    """What the interpreter runs.

    Attributes
    ----------
    table : int64 array (steps, FIELDS)
    settings : float64 array (steps, SETTINGS)
    names : dict
        The number of each name.
    where, columns : int64 arrays
        By number: the address, and the length of the last axis.
    arrays : dict
        The arrays that belong to the program, by name, with room for `capacity` rows.
    capacity : int
        How many rows a batch may have.
    """

    table: NDArray[np.int64]
    settings: NDArray[np.float64]
    names: dict[str, int]
    where: NDArray[np.int64]
    columns: NDArray[np.int64]
    arrays: dict[str, NDArray[Any]]
    capacity: int
    lines: tuple[Line, ...]
    kept: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Return the number of a name, or −1 if the program has no such array."""
        return self.names.get(name, -1)


def assemble(
    lines: Sequence[Line], shapes: Mapping[str, tuple[Size, ...]], given: Mapping[str, NDArray[Any]],
    capacity: int, dtype: np.dtype[Any], threads: int, wider: Mapping[str, int] | None = None,
) -> Program:  # fmt: skip
    """Give each name a place, and write the table.

    Parameters
    ----------
    lines : sequence of Line
        The steps in the order in which they run.
    shapes : mapping
        The shape of every name, with `N` for the rows of the batch.
    given : mapping
        Arrays that are there already and are worked on in place: parameters, state, slots.
    capacity : int
        What `N` is at most.
    dtype : numpy dtype
    threads : int
        With one thread nobody has to meet.
    wider : mapping, optional
        Names whose rows are to stand further apart than they are long: how far.
    """
    own = {name: tuple(capacity if size == "N" else int(size) for size in shape) for name, shape in shapes.items()
           if name not in given}  # fmt: skip
    own |= {name: (*own[name][:-1], width) for name, width in (wider or {}).items()}
    arrays = _arena(own, dtype)
    known = {**arrays, **given}
    names = {name: number for number, name in enumerate(known)}
    where = np.array([array.ctypes.data for array in known.values()], dtype=np.int64)
    columns = np.array([array.shape[-1] if array.ndim else 1 for array in known.values()], dtype=np.int64)
    table = np.full((len(lines), FIELDS), -1, dtype=np.int64)
    settings = np.zeros((len(lines), SETTINGS))
    meetings = _meetings(lines) if threads > 1 else [False] * len(lines)
    for row, (line, meets) in enumerate(zip(lines, meetings, strict=True)):
        counts = [len(given) for given in (line.inputs, line.outputs, line.integers, line.settings)]
        rooms = (INPUTS, OUTPUTS, FIELDS - INTEGERS, SETTINGS)
        if any(count > room for count, room in zip(counts, rooms, strict=True)):
            raise AssertionError(line)
        shape: tuple[Size, ...] = shapes[line.outputs[0]] if line.outputs else ("N",)
        table[row, 0], table[row, 1], table[row, 2] = CODES[line.operation], meets, SHARED.index(line.share)
        # The rows of the batch are known when it runs; the rows of a parameter now.
        table[row, ROWS] = -1 if "N" in shape else math.prod(int(size) for size in shape[:-1])
        table[row, COLUMNS] = 1 if not shape or shape == ("N",) else int(shape[-1])
        for place, name in enumerate(line.inputs):
            table[row, FIRST_INPUT + place] = names[name] if name else -1
        for place, name in enumerate(line.outputs):
            table[row, OUTPUT + place] = names[name]
        table[row, INTEGERS : INTEGERS + len(line.integers)] = line.integers
        settings[row, : len(line.settings)] = line.settings
    return Program(table, settings, names, where, columns, arrays, capacity, tuple(lines), given)


def _arena(shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[Any]) -> dict[str, NDArray[Any]]:
    """Return arrays of these shapes as views of one block of memory, each beginning on a line of its own."""
    unit = LINE_BYTES // dtype.itemsize
    sizes = {name: -(-int(np.prod(shape)) // unit) * unit for name, shape in shapes.items()}
    block = np.zeros(sum(sizes.values()) + unit, dtype=dtype)
    at = (-block.ctypes.data % LINE_BYTES) // dtype.itemsize
    arrays = {}
    for name, shape in shapes.items():
        arrays[name] = block[at : at + int(np.prod(shape))].reshape(shape)
        at += sizes[name]
    return arrays


def _meetings(lines: Sequence[Line]) -> list[bool]:
    """Say before which lines all threads must have come so far.

    A thread may go on as long as it reads only what it wrote itself, its own share of an array, and writes nothing that
    another may still be reading or has written.
    """
    written = dict.fromkeys(("X", "t", "weights"), "rows")  # each thread has gathered its rows
    written["X"] = next((line.share for line in lines if line.operation == "list_columns"), "rows")
    read: dict[str, set[str]] = {}
    result = []
    for line in lines:
        reads = {name: ("all" if name in line.reads_all else line.share) for name in line.inputs if name}
        waits = any(written.get(name, how) not in {how, "every"} for name, how in reads.items())
        waits |= any(
            read.get(name, set()) - {line.share} or written.get(name, line.share) != line.share for name in line.outputs
        )
        result.append(waits)
        if waits:
            written, read = {}, {}
        for name, how in reads.items():
            read.setdefault(name, set()).add(how)
        for name in line.outputs:
            written[name] = line.share
    return result
