"""ONNX's arithmetic of rows with constants, which scales and shifts columns: a call -> the rows after it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.pieces import Rows, Scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.interop.onnx.call import Call

ONE, ZERO = np.array(1.0), np.array(0.0)


def for_columns(call: Call, value: NDArray[Any], what: str) -> tuple[NDArray[np.float64], tuple[int, ...] | None]:
    """Return a constant as one number, or one for each column, and the shape of the samples."""
    if value.size == 1:
        return value.astype(np.float64).reshape(()), call.rows.shape
    shape = call.rows.shape or value.shape[-1:]
    sample = value[0] if value.ndim == len(shape) + 1 and len(value) == 1 else value
    try:
        fits = sample.ndim <= len(shape) and np.broadcast_shapes(sample.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits or sample.size == 0:
        raise call.no(f"its {what} must fit samples of the shape {shape}, got the shape {value.shape}")
    call.charge(math.prod(shape))
    return np.broadcast_to(sample, shape).astype(np.float64).reshape(-1), shape


def _scaling(scaled: Callable[[Call, NDArray[np.float64]], Scaled]) -> Callable[[Call], Rows]:
    def rows_after(call: Call) -> Rows:
        if len(call.inputs) != 2:
            raise call.no(f"it must have two inputs, got {len(call.inputs)}")
        other = call.constant(1 if _rows_are_first(call) else 0, "other input")
        numbers, shape = for_columns(call, other, "other input")
        with np.errstate(all="ignore"):
            return call.rows.then(scaled(call, numbers), shape)

    return rows_after


def _rows_are_first(call: Call) -> bool:
    return isinstance(call.given(0), Rows)


def _difference(call: Call, numbers: NDArray[np.float64]) -> Scaled:
    return Scaled(ONE, -numbers) if _rows_are_first(call) else Scaled(-ONE, numbers)


def _quotient(call: Call, numbers: NDArray[np.float64]) -> Scaled:
    if not _rows_are_first(call):
        raise call.no("it divides by the rows")
    return Scaled(1 / numbers, ZERO)


def _negative(call: Call) -> Rows:
    return call.rows.then(Scaled(-ONE, ZERO), call.rows.shape)


def _scaler(call: Call) -> Rows:
    """(x - offset) * scale, as scikit-learn's StandardScaler is written."""
    offset, scale = (np.array(call.attribute(name, [default])) for name, default in (("offset", 0.0), ("scale", 1.0)))
    mean, _ = for_columns(call, offset, "offset")
    factor, shape = for_columns(call, scale, "scale")
    return call.rows.then(Scaled(factor, -mean * factor), shape)


_sum = _scaling(lambda _, numbers: Scaled(ONE, numbers))
SCALINGS: Final[dict[str, Callable[[Call], Rows]]] = {
    "Add": _sum,
    "Sum": _sum,
    "Sub": _scaling(_difference),
    "Mul": _scaling(lambda _, numbers: Scaled(numbers, ZERO)),
    "Div": _scaling(_quotient),
    "Neg": _negative,
    "ai.onnx.ml::Scaler": _scaler,
}
