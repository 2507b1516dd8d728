"""Each operation of the tape in ONNX's operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from glassnet.interop.portable import Line, Program


class GraphWriter:
    """The nodes and constants of a graph that is being written.

    Attributes
    ----------
    nodes : list of NodeProto
    constants : list of TensorProto
        Each array is there once, under the network's own name for it.
    """

    def __init__(self, program: Program, names: Mapping[str, str]) -> None:
        self.dtype = program.dtype
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._arrays = program.arrays
        self._names = names
        self._written: set[str] = set()

    def value(self, name: str) -> str:
        """Return what a value of the program is called in the graph."""
        return self._names.get(name, name)

    def node(self, operator: str, inputs: list[str], output: str, *, note: str = "", **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, doc_string=note, **attributes))
        return output

    def array(self, name: str) -> str:
        """Return the name of an array of the network's, which is written into the graph."""
        return self.constant(name, self._arrays[name])

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Return the name of a constant, which is written into the graph once."""
        from onnx import numpy_helper

        if name not in self._written:
            self._written.add(name)
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def number(self, line: Line, name: str, value: float, dtype: Any = None) -> str:
        """Return the name of a constant that is one number."""
        return self.constant(f"{line.output}.{name}", np.array(value, self.dtype if dtype is None else dtype))

    @staticmethod
    def type_of(dtype: str) -> int:
        """Return ONNX's number for a type of numbers."""
        from onnx import helper

        number: int = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return number


def write_line(writer: GraphWriter, line: Line, following: Line | None) -> None:
    """Add the nodes for an operation; `following` is the one that is done with it, if there is such a one."""
    if following is not None:
        _batch_normalization(writer, line, following)
    elif line.operation in SIMPLE:
        writer.node(SIMPLE[line.operation], [writer.value(line.input)], writer.value(line.output), note=line.formula)
    else:
        OPERATORS[line.operation](writer, line)


def _affine(writer: GraphWriter, line: Line) -> None:
    inputs = [writer.value(line.input), *(writer.array(name) for name in line.names.values())]
    writer.node("Gemm", inputs, writer.value(line.output), note=line.formula)


def _maxout_pieces(writer: GraphWriter, line: Line) -> None:
    weights, biases = (writer._arrays[line.names[own]] for own in ("W", "b"))  # noqa: SLF001  # of one room
    for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
        W_name = writer.constant(f"{line.names['W']}.{k}", W)
        b_name = writer.constant(f"{line.names['b']}.{k}", b)
        writer.node("Gemm", [writer.value(line.input), W_name, b_name], f"{line.output}.{k}", note=line.formula)


def _maximum(writer: GraphWriter, line: Line) -> None:
    pieces = [f"{line.input}.{k}" for k in range(line.n_in // line.n_out)]
    writer.node("Max", pieces, writer.value(line.output), note=line.formula)


def _batch_normalization(writer: GraphWriter, line: Line, following: Line) -> None:
    arrays = [following.names["gamma"], following.names["beta"], line.names["mean"], line.names["variance"]]
    writer.node(
        "BatchNormalization",
        [writer.value(line.input), *map(writer.array, arrays)],
        writer.value(following.output),
        note=f"{line.output} = {line.formula}; {following.formula}",
        epsilon=line.settings["eps"],
    )


def _softmax(writer: GraphWriter, line: Line) -> None:
    writer.node("Softmax", [writer.value(line.input)], writer.value(line.output), note=line.formula, axis=-1)


def _leaky_relu(writer: GraphWriter, line: Line) -> None:
    # The slope is a constant rather than LeakyRelu's attribute, which has float32's digits for a float64 network too;
    # nor has onnxruntime a LeakyRelu for every type.
    slope = writer.number(line, "alpha", line.settings["alpha"])
    writer.node("PRelu", [writer.value(line.input), slope], writer.value(line.output), note=line.formula)


def _prelu(writer: GraphWriter, line: Line) -> None:
    inputs = [writer.value(line.input), writer.array(line.names["alpha"])]
    writer.node("PRelu", inputs, writer.value(line.output), note=line.formula)


def _elu(writer: GraphWriter, line: Line) -> None:
    x, y, alpha = writer.value(line.input), writer.value(line.output), line.settings["alpha"]
    if writer.dtype == np.float32:
        writer.node("Elu", [x], y, note=line.formula, alpha=alpha)
        return
    # onnxruntime has no Elu of float64: relu(x) + alpha (exp(min(x, 0)) - 1).
    zero, one = writer.number(line, "zero", 0), writer.number(line, "one", 1)
    above = writer.node("Relu", [x], f"{y}.above")
    least = writer.node("Min", [x, zero], f"{y}.least")
    exponential = writer.node("Exp", [least], f"{y}.exp")
    below = writer.node("Sub", [exponential, one], f"{y}.below")
    scaled = writer.node("Mul", [below, writer.number(line, "alpha", alpha)], f"{y}.scaled")
    writer.node("Add", [above, scaled], y, note=line.formula)


def _scale_pixels(writer: GraphWriter, line: Line) -> None:
    """As in `glassnet.data.scaling`: in float32, whatever the network's own."""
    x = writer.node("Cast", [writer.value(line.input)], "x.float32", to=writer.type_of("float32"))
    for operator, name, neutral in (("Div", "divisor", 1.0), ("Mul", "factor", 1.0), ("Add", "offset", 0.0)):
        value = line.settings[name]
        if value != neutral:
            x = writer.node(operator, [x, writer.number(line, name, value, np.float32)], f"x.{operator.lower()}")
    _fed(writer, line, x)


def _standardize(writer: GraphWriter, line: Line) -> None:
    """As in `glassnet.data.preprocessing`: in float64, then float32."""
    mean, std = (writer.array(line.names[own]) for own in ("mean", "std"))
    x = writer.node("Sub", [writer.value(line.input), mean], "x.sub", note=line.formula)
    x = writer.node("Div", [x, std], "x.div", note=line.formula)
    _fed(writer, line, writer.node("Cast", [x], "x.float32", to=writer.type_of("float32")))


def _fed(writer: GraphWriter, line: Line, x: str) -> None:
    """Give what preprocessing made to the network, in its own type."""
    if writer.dtype == np.float32:
        last = writer.nodes[-1]  # it gives what the network is fed already
        last.name = last.output[0] = writer.value(line.output)
        last.doc_string = line.formula
    else:
        writer.node("Cast", [x], writer.value(line.output), to=writer.type_of(writer.dtype.name))


SIMPLE = {"identity": "Identity", "sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu"}
"""Operations that are one operator of ONNX's, with nothing to set."""
OPERATORS: dict[str, Callable[[GraphWriter, Line], None]] = {
    "affine": _affine,
    "maxout_pieces": _maxout_pieces,
    "maximum": _maximum,
    "softmax": _softmax,
    "leaky_relu": _leaky_relu,
    "prelu": _prelu,
    "elu": _elu,
    "scale_pixels": _scale_pixels,
    "standardize": _standardize,
}
"""The others, but for batch normalization."""
