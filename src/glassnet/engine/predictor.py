"""Prediction of one row at a time, with as little around it as there can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine import entry
from glassnet.engine.codes import ACTIVATIONS
from glassnet.engine.executor import shapes_of
from glassnet.engine.lowering import lines_of
from glassnet.engine.program import assemble
from glassnet.engine.workspace import Memory
from glassnet.network.lowering import output_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.engine.lines import Line
    from glassnet.network.structure import Structure

KNOWN = {"affine_row", "normalize", "scale_and_shift", *ACTIVATIONS} - {"maximum"}
"""What a network may do for it."""


class RowPredictor:
    """A network's prediction, bound: call it with one row of the network's type, again and again.

    Anything else, as several rows, lists or other types of numbers, it hands on.

    Parameters
    ----------
    network : Structure
    otherwise : callable
        What predicts all that is not one row.
    """

    def __init__(self, network: Structure, otherwise: Callable[[Any], NDArray[Any]]) -> None:
        self.shape = (1, network.n_in)
        self._out_shape, self._dtype = (1, network.n_out), network.dtype
        self._otherwise = otherwise
        tape = network.tape("predict")
        shapes, output = shapes_of(network, tape), output_name(network.places[-1])
        lines = lines_of(tape, shapes, loss=False, single=True)
        used = {name for line in lines for name in (*line.inputs, *line.outputs)} | {"X", output}
        given = {name: array for name, array in {**network.parameters, **network.state}.items() if name in used}
        known = {name: shape for name, shape in shapes.items() if name in used}
        self._program = assemble(lines, known, given, 1, network.dtype, 1)
        self._memory = Memory(network, self._program, 1, sparse=False, weighted=False, output=output)
        program = self._program
        self._fixed = (program.table, program.settings, program.where, program.columns, self._memory.contexts[0])
        self._run = entry.row_predictor(network.dtype)

    def __call__(self, x: Any) -> NDArray[Any]:
        """Return the outputs (N, n_out) for the inputs (N, n_in)."""
        try:
            if x.shape == self.shape:
                out = np.empty(self._out_shape, self._dtype)
                self._run(*self._fixed, x, out)
                return out
        except (AttributeError, TypeError):  # no array, or one of other numbers, or with gaps
            pass
        return self._otherwise(x)


def can_predict_rows(network: Structure) -> bool:
    """Say whether all that a network does to predict has its form for one row."""
    tape = network.tape("predict")
    lines: list[Line] = lines_of(tape, shapes_of(network, tape), loss=False, single=True)
    return all(line.operation in KNOWN for line in lines)
