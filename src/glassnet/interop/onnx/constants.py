"""What a graph works out without its input: constants, and the sizes of arrays for a Reshape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.pieces import Rows, Sizes
from glassnet.mathematics.checks import DataError, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.interop.onnx.graph import Node

Charge = Any
"""A function (node, numbers) that is told of numbers before they are made, and refuses too many."""


def sizes_of(node: Node, rows: Rows) -> Sizes:
    """Return what Shape gives: `N`, and the sizes of a sample."""
    if node.operator != "Shape" or node.attributes.get("start", 0) != 0 or "end" in node.attributes:
        raise DataError(f"{node.words} cannot be represented: only the whole shape of the rows is read")
    if rows.shape is None:
        raise DataError(f"{node.words} cannot be represented: the shape of the input is not known in the file")
    return Sizes(("N", *rows.shape))


def number_of(node: Node, value: Any, what: str) -> float:
    """Return a constant that is one number."""
    if not isinstance(value, np.ndarray) or value.size != 1:
        raise DataError(f"{node.words} cannot be represented: its {what} must be one constant number")
    return float(value.reshape(())[()])


def integers_of(node: Node, value: Any, what: str) -> list[int | str]:
    """Return whole numbers out of a constant or of sizes; `N` stands for the rows."""
    if isinstance(value, Sizes):
        return list(value.values)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu" or value.size > 64:
        raise DataError(f"{node.words} cannot be represented: its {what} must be constant whole numbers")
    return [int(number) for number in value.reshape(-1)]


def axes_of(node: Node, inputs: list[Any]) -> list[int] | None:
    """Return the axes of a Squeeze, Unsqueeze: an attribute in older files, an input in newer ones."""
    given = node.attributes.get("axes")
    if given is None and len(inputs) > 1 and inputs[1] is not None:
        given = integers_of(node, inputs[1], "axes")
    return None if given is None else [int(axis) for axis in given]


def _constant(node: Node, inputs: list[Any], charge: Charge) -> NDArray[Any]:
    for name in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        value = node.attributes.get(name)
        if value is not None:
            if isinstance(value, np.ndarray):
                return value
            whole = name.startswith("value_int")
            return np.array(value, dtype=np.int64 if whole else np.float32)
    raise DataError(f"{node.words} cannot be represented: it is no array of numbers")


def _same(node: Node, inputs: list[Any], charge: Charge) -> Any:
    return inputs[0]


def cast_type(node: Node) -> np.dtype[Any]:
    """Return the type of numbers that a Cast is to."""
    from onnx import TensorProto, helper

    kinds = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.INT32}
    kind = node.attributes.get("to")
    if kind not in kinds:
        raise DataError(f"{node.words} cannot be represented: it is to no type of numbers that is read")
    return np.dtype(helper.tensor_dtype_to_np_dtype(kind))


def _cast(node: Node, inputs: list[Any], charge: Charge) -> Any:
    kind = cast_type(node)
    if isinstance(inputs[0], Sizes):
        return inputs[0]
    array = _array(node, inputs, 0)
    charge(node, array.size)
    with np.errstate(all="ignore"):
        return array.astype(kind)


def _elementwise(function: Callable[..., Any]) -> Callable[[Node, list[Any], Charge], NDArray[Any]]:
    def work_out(node: Node, inputs: list[Any], charge: Charge) -> NDArray[Any]:
        arrays = [_array(node, inputs, place) for place in range(len(inputs))]
        charge(node, math.prod(np.broadcast_shapes(*(array.shape for array in arrays))))
        with np.errstate(all="ignore"):
            return np.asarray(function(*arrays))

    return work_out


def _concat(node: Node, inputs: list[Any], charge: Charge) -> Any:
    if any(isinstance(value, Sizes) for value in inputs):
        return Sizes(tuple(size for value in inputs for size in integers_of(node, value, "inputs")))
    arrays = [_array(node, inputs, place) for place in range(len(inputs))]
    charge(node, sum(array.size for array in arrays))
    return np.concatenate(arrays, axis=int(node.attributes.get("axis", 0)))


def _gather(node: Node, inputs: list[Any], charge: Charge) -> Any:
    wanted = integers_of(node, inputs[1], "indices")
    if not isinstance(inputs[0], Sizes) or any(isinstance(index, str) for index in wanted):
        raise DataError(f"{node.words} cannot be represented: only sizes are gathered")
    values = inputs[0].values
    if any(not -len(values) <= int(index) < len(values) for index in wanted):
        raise DataError(f"{node.words} asks for the size {describe(wanted)} of {len(values)}")
    return Sizes(tuple(values[int(index)] for index in wanted))


def _reshape(node: Node, inputs: list[Any], charge: Charge) -> Any:
    if isinstance(inputs[0], Sizes):
        return inputs[0]
    array = _array(node, inputs, 0)
    shape = [int(size) for size in integers_of(node, inputs[1], "shape") if not isinstance(size, str)]
    return array.reshape([array.shape[axis] if size == 0 else size for axis, size in enumerate(shape)])


def _transpose(node: Node, inputs: list[Any], charge: Charge) -> NDArray[Any]:
    return _array(node, inputs, 0).transpose(node.attributes.get("perm"))


def _unsqueeze(node: Node, inputs: list[Any], charge: Charge) -> Any:
    if isinstance(inputs[0], Sizes):
        return inputs[0]
    return np.expand_dims(_array(node, inputs, 0), tuple(axes_of(node, inputs) or ()))


def _squeeze(node: Node, inputs: list[Any], charge: Charge) -> Any:
    if isinstance(inputs[0], Sizes):
        return inputs[0]
    axes = axes_of(node, inputs)
    return np.squeeze(_array(node, inputs, 0), None if axes is None else tuple(axes))


def _array(node: Node, inputs: list[Any], place: int) -> NDArray[Any]:
    if place >= len(inputs) or not isinstance(inputs[place], np.ndarray):
        raise DataError(f"{node.words} cannot be represented: it works on sizes of arrays")
    array: NDArray[Any] = inputs[place]
    return array


CONSTANT: Final[dict[str, Callable[[Node, list[Any], Charge], Any]]] = {
    "Constant": _constant,
    "Identity": _same,
    "Cast": _cast,
    "Add": _elementwise(np.add),
    "Sub": _elementwise(np.subtract),
    "Mul": _elementwise(np.multiply),
    "Div": _elementwise(np.true_divide),
    "Neg": _elementwise(np.negative),
    "Sqrt": _elementwise(np.sqrt),
    "Reciprocal": _elementwise(np.reciprocal),
    "Concat": _concat,
    "Gather": _gather,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
}
"""The operators that are worked out on constants, each (node, inputs, charge) -> array or sizes."""
