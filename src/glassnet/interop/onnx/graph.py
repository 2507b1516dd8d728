"""A graph as plain Python, out of the bytes of an ONNX file: nothing outside the file is read, nothing is executed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.mathematics.checks import DataError, describe
from glassnet.mathematics.libraries import need

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MOST_NODES: Final = 100_000
"""A graph with more is refused: no multilayer perceptron has so many."""
OLDEST_OPSET: Final = 7
"""Since then the operators mean what they mean today."""
STANDARD = ("", "ai.onnx")
NUMBERS = ("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "BOOL")
"""The types of arrays that are read; not text, nor what is packed into parts of bytes."""


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Attributes
    ----------
    words : str
        What it is called in messages: its name or place, and its operator.
    operator : str
        With its domain, if that is not ONNX's own.
    inputs : tuple of str
        Names of values; an empty one is an input that is left out.
    output : str
        Of several outputs the first.
    attributes : mapping
    """

    words: str
    operator: str
    inputs: tuple[str, ...]
    output: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Graph:
    """What a file says is computed.

    Attributes
    ----------
    nodes : tuple of Node
        Each reads only what stands before it.
    constants : mapping
        Arrays by name.
    inputs : mapping
        Name → shape, without those that are constants; None for a size that is open, or for the whole shape.
    whole : frozenset of str
        Those inputs whose numbers are whole ones.
    outputs : tuple of str
    properties : mapping
        What else the file says, by key.
    """

    nodes: tuple[Node, ...]
    constants: Mapping[str, NDArray[Any]]
    inputs: Mapping[str, tuple[int | None, ...] | None]
    whole: frozenset[str]
    outputs: tuple[str, ...]
    properties: Mapping[str, str]


def read_graph(content: bytes) -> Graph:
    """Return the graph that the bytes of a file hold, or raise `DataError`."""
    onnx = need("onnx", extra="onnx", what="reading ONNX files")
    try:
        model = onnx.ModelProto.FromString(content)
    except Exception as error:  # noqa: BLE001  # protobuf's own, of which there are several
        raise DataError(f"it is no ONNX file, or is damaged or cut short ({_short(error)})") from None
    graph = model.graph
    if not graph.node or not graph.output:
        raise DataError("it is no ONNX file, or an empty one: it has no graph that computes something")
    if len(graph.node) > MOST_NODES:
        raise DataError(f"its graph has {len(graph.node):,} nodes; a multilayer perceptron has at most {MOST_NODES:,}")
    for opset in model.opset_import:
        if opset.domain in STANDARD and opset.version < OLDEST_OPSET:
            raise DataError(
                f"it is of ONNX's opset {opset.version}, older than {OLDEST_OPSET}. "
                "Bring it up to date with onnx.version_converter"
            )
    if graph.sparse_initializer:
        raise DataError("it has sparse arrays, which are not read. Save it with dense ones")
    constants: dict[str, NDArray[Any]] = {}
    for tensor in graph.initializer:
        if tensor.name in constants:
            raise DataError(f"it has two arrays that are called {describe(tensor.name)}")
        constants[tensor.name] = as_array(tensor)
    return Graph(
        tuple(_as_node(node, place) for place, node in enumerate(graph.node, start=1)),
        constants,
        {value.name: _shape(value) for value in graph.input if value.name not in constants},
        frozenset(value.name for value in graph.input if _is_whole(onnx, value)),
        tuple(value.name for value in graph.output),
        {entry.key: entry.value for entry in model.metadata_props},
    )


def as_array(tensor: Any) -> NDArray[Any]:
    """Return the numbers of a tensor that stand in the file itself, or raise `DataError`."""
    from onnx import TensorProto, numpy_helper

    words = f"its array {describe(tensor.name)}"
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise DataError(
            f"{words} stands in another file, which is not opened. Save it in one piece: "
            "onnx.save(onnx.load(path), path, save_as_external_data=False)"
        )
    kind = TensorProto.DataType.Name(tensor.data_type) if tensor.data_type in TensorProto.DataType.values() else "?"
    if kind not in NUMBERS:
        raise DataError(f"{words} is of the type {kind}, which is not read")
    shape = tuple(tensor.dims)
    if any(size < 0 for size in shape) or math.prod(shape) > MOST_NUMBERS:
        raise DataError(f"{words} has the shape {describe(shape)}, which no array can have")
    try:
        array = np.asarray(numpy_helper.to_array(tensor))
    except Exception as error:  # noqa: BLE001  # whatever ONNX raises for what is damaged
        raise DataError(f"{words} is damaged: it does not hold what its shape {shape} says ({_short(error)})") from None
    if array.shape != shape:
        raise DataError(f"{words} is damaged: it does not hold what its shape {shape} says")
    # A type of fewer digits, which NumPy may not have, is read as float32.
    return array.astype(np.float32) if kind in ("FLOAT16", "BFLOAT16") else array


MOST_NUMBERS: Final = 2**31
"""An ONNX file of one piece has fewer bytes."""


def _as_node(node: Any, place: int) -> Node:
    operator = node.op_type if node.domain in STANDARD else f"{node.domain}::{node.op_type}"
    name = describe(node.name) if node.name else f"{place}"
    return Node(
        f"node {name} ({_short(operator)})",
        operator,
        tuple(node.input),
        node.output[0] if node.output else "",
        {attribute.name: _as_value(attribute) for attribute in node.attribute},
    )


def _as_value(attribute: Any) -> Any:
    """Return the value of an attribute as plain Python; of a graph within, or of text, only that it is there."""
    from onnx import AttributeProto

    kinds = {
        AttributeProto.FLOAT: "f",
        AttributeProto.INT: "i",
        AttributeProto.FLOATS: "floats",
        AttributeProto.INTS: "ints",
    }
    if attribute.type == AttributeProto.TENSOR:
        return as_array(attribute.t)
    field = kinds.get(attribute.type)
    if field is None:
        return None
    value = getattr(attribute, field)
    return value if isinstance(value, int | float) else list(value)


def _shape(value: Any) -> tuple[int | None, ...] | None:
    """Return the shape of an input, as far as it is known."""
    kind = value.type.tensor_type
    if not kind.HasField("shape"):
        return None
    return tuple(size.dim_value if size.HasField("dim_value") else None for size in kind.shape.dim)


def _is_whole(onnx: Any, value: Any) -> bool:
    """Say whether the numbers of an input are whole ones, or truth values."""
    kind, kinds = value.type.tensor_type.elem_type, onnx.TensorProto.DataType
    return kind in kinds.values() and kinds.Name(kind).startswith(("INT", "UINT", "BOOL"))


def _short(words: object) -> str:
    text = " ".join(str(words).split()).rstrip(".")
    return text if len(text) <= 120 else f"{text[:116]} …"
