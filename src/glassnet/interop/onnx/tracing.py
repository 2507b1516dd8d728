"""Following the rows through a graph: which pieces they go through, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from glassnet.interop.onnx.call import Call
from glassnet.interop.onnx.constants import CONSTANT, sizes_of
from glassnet.interop.onnx.joining import BRANCHES, JOINING
from glassnet.interop.onnx.pieces import Rows
from glassnet.interop.onnx.row_operators import ON_ROWS
from glassnet.interop.onnx.shaping import SHAPING
from glassnet.mathematics.checks import DataError, describe, did_you_mean

if TYPE_CHECKING:
    from glassnet.interop.onnx.graph import Graph, Node
    from glassnet.interop.onnx.pieces import Piece

Value = Any
"""An array that is constant, `Rows`, `Sizes`, or None for an input that is left out."""
WIDEST: Final = 2**24
"""How many numbers a sample may have."""
ROOM: Final = 2**26
"""How many numbers constants may grow by as they are worked out, besides those that the file has."""

WITH_WHOLE_NUMBERS: Final = frozenset({*SHAPING, "ai.onnx.ml::Scaler"})
"""The operators that do the same with whole numbers; a Scaler makes them float before it computes."""


class Tracer:
    """The values of a graph by name, as its nodes are gone through in order."""

    def __init__(self, graph: Graph, output: str | None) -> None:
        self.graph = graph
        self.output = _output(graph, output)
        self.values: dict[str, Value] = dict(graph.constants)
        self.room = ROOM + 8 * sum(array.size for array in graph.constants.values())
        self.values[self.input] = self._given()

    @property
    def input(self) -> str:
        """The name of the one input."""
        if len(self.graph.inputs) != 1:
            names = ", ".join(map(describe, list(self.graph.inputs)[:5])) or "none"
            raise DataError(f"its graph must have one input, got {len(self.graph.inputs)}: {names}")
        return next(iter(self.graph.inputs))

    def _given(self) -> Rows:
        shape, whole = self.graph.inputs[self.input], self.input in self.graph.whole
        if shape is not None and len(shape) < 2:
            raise DataError(f"its input must be rows, (N, n_in), got the shape {describe(shape)}")
        if shape is not None and len(shape) > 2 and any(size is None for size in shape[1:]):
            raise DataError(f"its input must be rows, or samples of a known shape, got the shape {describe(shape)}")
        if shape is None or any(size is None or size < 1 for size in shape[1:]):
            return Rows(None, batch=None if shape is None else shape[0], whole=whole)
        rows = Rows(tuple(size for size in shape[1:] if size is not None), batch=shape[0], whole=whole)
        if rows.width is not None and rows.width > WIDEST:
            raise DataError(f"its input has samples of the shape {describe(shape[1:])}, more than {WIDEST:,} numbers")
        return rows

    def pieces(self) -> list[Piece]:
        """Return the pieces that lead from the input to the output."""
        for node in _needed(self.graph, self.output):
            if node.output in self.values:
                raise DataError(f"{node.words} writes {describe(node.output)}, which is there already")
            self.values[node.output] = self._value(node)
        value = self.values[self.output]
        if not isinstance(value, Rows):
            raise DataError(f"{describe(self.output)} does not follow from its input")
        return value.pieces()

    def _value(self, node: Node) -> Value:
        call = Call(node, tuple(self._read(node, name) for name in node.inputs), self.charge)
        rows = sum(isinstance(value, Rows) for value in call.inputs)
        if node.operator == "Shape" and rows:
            return sizes_of(call)
        if rows == 0:
            if node.operator not in CONSTANT:
                raise call.no("it works out a constant in a way that is not read")
            return CONSTANT[node.operator](call)
        if node.operator not in WITH_WHOLE_NUMBERS and any(
            isinstance(value, Rows) and value.whole for value in call.inputs
        ):
            raise call.no(
                "it computes with whole numbers, which are cut and overflow. Cast the input to float before it"
            )
        if rows > 1:
            if node.operator not in JOINING:
                raise call.no(BRANCHES)
            return JOINING[node.operator](call)
        if node.operator not in ON_ROWS:
            raise call.no(_hint(node))
        return ON_ROWS[node.operator](call)

    def charge(self, node: Node, numbers: int) -> None:
        """Count numbers that a node makes before it makes them; refuse what no honest file needs."""
        self.room -= numbers
        if self.room < 0:
            raise DataError(f"{node.words} makes arrays that are far larger than those in the file")

    def _read(self, node: Node, name: str) -> Value:
        if not name:
            return None
        if name not in self.values:
            raise DataError(
                f"{node.words} reads {describe(name)}, which nothing before it writes: a graph without circles, in the "
                "order in which it is computed, is expected"
            )
        return self.values[name]


def _output(graph: Graph, wanted: str | None) -> str:
    """Return the name of the value that is the network's output."""
    written = [node.output for node in graph.nodes]
    if wanted is not None:
        if wanted not in written:
            raise DataError(f"its graph writes no {describe(wanted)}.{did_you_mean(wanted, written)}")
        return wanted
    if len(graph.outputs) != 1:
        names = ", ".join(map(describe, graph.outputs[:5]))
        raise DataError(f"its graph has {len(graph.outputs)} outputs: {names}. Choose one with output=")
    return graph.outputs[0]


def _needed(graph: Graph, output: str) -> list[Node]:
    """Return the nodes that the output follows from, in order: what else a graph computes need not be understood."""
    needed, kept = {output}, []
    for node in reversed(graph.nodes):
        if node.output in needed:
            kept.append(node)
            needed.update(node.inputs)
    return kept[::-1]


def _hint(node: Node) -> str:
    """Say what to do about an operator that no layer is."""
    if node.operator == "LogSoftmax" and node.inputs:
        return (
            f"no layer gives logarithms. output={node.inputs[0]!r} ends the network before it; put a Softmax() there "
            "for the probabilities"
        )
    if node.operator in ("ArgMax", "TopK", "ai.onnx.ml::ZipMap", "ai.onnx.ml::ArrayFeatureExtractor") and node.inputs:
        return f"it chooses among outputs, which classify does. output={node.inputs[0]!r} ends the network before it"
    known = sorted({*ON_ROWS, *JOINING})
    return (
        f"no layer of glassnet's does that.{did_you_mean(node.operator, known)} What can be read is {', '.join(known)}"
    )
