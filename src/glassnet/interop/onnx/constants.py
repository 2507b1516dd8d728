"""What a graph works out without its input: constants, and the sizes of arrays for a Reshape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.call import MOST_INTEGERS
from glassnet.interop.onnx.pieces import Sizes
from glassnet.mathematics.checks import DataError, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.interop.onnx.call import Call


def sizes_of(call: Call) -> Sizes:
    """Return what Shape gives: `N`, and the sizes of a sample."""
    if call.attribute("start", 0) != 0 or call.attribute("end") is not None:
        raise call.no("only the whole shape of the rows is read")
    if call.rows.shape is None:
        raise call.no("the shape of the input is not known in the file")
    return Sizes(("N", *call.rows.shape))


def _constant(call: Call) -> NDArray[Any]:
    for name in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        value = call.attribute(name)
        if value is not None:
            if isinstance(value, np.ndarray):
                return value
            whole = name.startswith("value_int")
            return np.array(value, dtype=np.int64 if whole else np.float32)
    raise call.no("it is no array of numbers")


def _same(call: Call) -> Any:
    return call.given(0)


def cast_type(call: Call) -> np.dtype[Any]:
    """Return the type of numbers that a Cast is to."""
    from onnx import TensorProto, helper

    kinds = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.INT32}
    kind = call.attribute("to")
    if kind not in kinds:
        raise call.no("it is to no type of numbers that is read")
    return np.dtype(helper.tensor_dtype_to_np_dtype(kind))


def _cast(call: Call) -> Any:
    kind = cast_type(call)
    if isinstance(call.given(0), Sizes):
        return call.given(0)
    array = _array(call, 0)
    call.charge(array.size)
    with np.errstate(all="ignore"):
        return array.astype(kind)


def _elementwise(function: Callable[..., Any]) -> Callable[[Call], NDArray[Any]]:
    def work_out(call: Call) -> NDArray[Any]:
        arrays = [_array(call, place) for place in range(len(call.inputs))]
        call.charge(math.prod(np.broadcast_shapes(*(array.shape for array in arrays))))
        with np.errstate(all="ignore"):
            return np.asarray(function(*arrays))

    return work_out


def _quotient(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """Divide; of whole numbers what is behind the point is cut off, as ONNX has it."""
    if a.dtype.kind not in "iu" or b.dtype.kind not in "iu":
        return np.asarray(np.true_divide(a, b))
    if not np.all(b):
        raise DataError("whole numbers are divided by 0")
    return np.asarray((a - np.fmod(a, b)) // b)


def _concat(call: Call) -> Any:
    if any(isinstance(value, Sizes) for value in call.inputs):
        sizes = [size for place in range(len(call.inputs)) for size in call.integers(place, "inputs")]
        if len(sizes) > MOST_INTEGERS:
            raise call.no(f"no array has {len(sizes)} axes")
        return Sizes(tuple(sizes))
    arrays = [_array(call, place) for place in range(len(call.inputs))]
    call.charge(sum(array.size for array in arrays))
    return np.concatenate(arrays, axis=int(call.attribute("axis", 0)))


def _gather(call: Call) -> Any:
    wanted = call.integers(1, "indices")
    if not isinstance(call.given(0), Sizes) or any(isinstance(index, str) for index in wanted):
        raise call.no("only sizes are gathered")
    values = call.given(0).values
    if any(not -len(values) <= int(index) < len(values) for index in wanted):
        raise DataError(f"{call.node.words} asks for the size {describe(wanted)} of {len(values)}")
    return Sizes(tuple(values[int(index)] for index in wanted))


def _reshape(call: Call) -> Any:
    if isinstance(call.given(0), Sizes):
        return call.given(0)
    array = _array(call, 0)
    shape = [int(size) for size in call.integers(1, "shape") if not isinstance(size, str)]
    return array.reshape([array.shape[axis] if size == 0 else size for axis, size in enumerate(shape)])


def _transpose(call: Call) -> NDArray[Any]:
    return _array(call, 0).transpose(call.attribute("perm"))


def _unsqueeze(call: Call) -> Any:
    if isinstance(call.given(0), Sizes):
        return call.given(0)
    return np.expand_dims(_array(call, 0), tuple(call.axes() or ()))


def _squeeze(call: Call) -> Any:
    if isinstance(call.given(0), Sizes):
        return call.given(0)
    axes = call.axes()
    return np.squeeze(_array(call, 0), None if axes is None else tuple(axes))


def _array(call: Call, place: int) -> NDArray[Any]:
    value = call.given(place)
    if not isinstance(value, np.ndarray):
        raise call.no("it works on sizes of arrays")
    return value


CONSTANT: Final[dict[str, Callable[[Call], Any]]] = {
    "Constant": _constant,
    "Identity": _same,
    "Cast": _cast,
    "Add": _elementwise(np.add),
    "Sub": _elementwise(np.subtract),
    "Mul": _elementwise(np.multiply),
    "Div": _elementwise(_quotient),
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
"""The operators that are worked out on constants, each a call -> an array, or sizes."""
