"""ONNX's operators on rows: which piece each is, a call -> the rows after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.pieces import Applied, Linear, Normalized, Part, Piece, Rows
from glassnet.interop.onnx.scalings import SCALINGS, for_columns
from glassnet.interop.onnx.shaping import SHAPING
from glassnet.network.layers import ELU, Dropout, LeakyReLU, PReLU, ReLU, Sigmoid, Softmax, Tanh

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.interop.onnx.call import Call
    from glassnet.network.layer import Layer

TRAINING = "it is in training mode. Write the file for prediction"


def _gemm(call: Call) -> Rows:
    call.rows_first()
    if call.attribute("transA", 0):
        raise call.no("the rows must not be transposed")
    W = call.constant(1, "weights", 2)
    W = _times(call, W.T if call.attribute("transB", 0) else W, "alpha")
    if call.given(2) is None:
        return _linear(call, W, None)
    return _linear(call, W, _times(call, _bias(call, W.shape[1]), "beta"))


def _matmul(call: Call) -> Rows:
    call.rows_first()
    return _linear(call, call.constant(1, "weights", 2), None)


def _linear(call: Call, W: NDArray[Any], b: NDArray[Any] | None) -> Rows:
    if 0 in W.shape:
        raise call.no(f"its weights must not be empty, got the shape {W.shape}")
    rows = call.rows
    if rows.shape is not None and len(rows.shape) != 1:
        raise call.no(f"it works along the last axis of samples of the shape {rows.shape}. Flatten them before it")
    if rows.width not in (None, len(W)):
        raise call.no(f"its weights are for {len(W)} columns, and there are {rows.width}")
    return rows.then(Linear(W, b), (W.shape[1],))


def _bias(call: Call, width: int) -> NDArray[Any]:
    """Return the third input of a Gemm as one number for each column."""
    value = call.constant(2, "bias")
    if value.size == 1:
        return np.full(width, value.reshape(-1)[0])
    if value.size != width or value.shape[-1:] != (width,):
        raise call.no(f"its bias must be one number for each of {width} columns, got the shape {value.shape}")
    return value.reshape(width)


def _times(call: Call, array: NDArray[Any], factor: str) -> NDArray[Any]:
    """Return an array times a factor that is an attribute."""
    number = float(call.attribute(factor, 1.0))
    if number == 1:
        return array
    call.charge(array.size)
    return np.asarray(array * array.dtype.type(number))


def _softmax(call: Call) -> Rows:
    axis, shape = call.attribute("axis", -1), call.rows.shape
    if (shape is not None and len(shape) != 1) or axis not in (-1, 1):
        raise call.no(f"it must be over the columns of rows, got axis {axis} of samples of the shape {shape}")
    return call.rows.then(Applied(Softmax()), shape)


def _prelu(call: Call) -> Rows:
    call.rows_first()
    given = call.constant(1, "slopes")
    slopes, shape = for_columns(call, given, "slopes")
    layer = Applied(LeakyReLU(_shortest(given))) if given.size == 1 else Applied(PReLU(), slopes)
    return call.rows.then(layer, shape)


def _shortest(array: NDArray[Any]) -> float:
    """Return one number as the shortest decimal that is the same in its own type."""
    return float(str(array.reshape(())[()]))


def _batch_normalization(call: Call) -> Rows:
    call.rows_first()
    if call.attribute("training_mode", 0):
        raise call.no(TRAINING)
    names = ("scale", "bias", "mean", "variance")
    gamma, beta, mean, variance = (call.constant(at, name, 1) for at, name in enumerate(names, start=1))
    width = len(gamma)
    if any(len(array) != width for array in (beta, mean, variance)) or call.rows.shape not in (None, (width,)):
        raise call.no(f"its arrays must have one number for each column, got {width} for samples of {call.rows.shape}")
    return call.rows.then(Normalized(gamma, beta, mean, variance, call.decimal("epsilon", 1e-5)), (width,))


def _dropout(call: Call) -> Rows:
    rate = call.decimal("ratio", 0.5) if call.given(1) is None else call.number(1, "ratio")
    if call.given(2) is not None and call.number(2, "training_mode"):
        raise call.no(TRAINING)
    return call.rows.then(Applied(Dropout(_shortest(np.array(rate, np.float32)))), call.rows.shape)


def _clip(call: Call) -> Rows:
    least, most = (
        call.attribute(name) if call.given(at) is None else call.number(at, name)
        for at, name in ((1, "min"), (2, "max"))
    )
    if least != 0 or (most is not None and most < float(np.finfo(np.float32).max)):
        raise call.no(f"only from 0 up it is a ReLU, got from {least} to {most}")
    return call.rows.then(Applied(ReLU()), call.rows.shape)


def _against_zero(piece: Callable[[Call], Piece]) -> Callable[[Call], Rows]:
    def rows_after(call: Call) -> Rows:
        if len(call.inputs) == 1:  # the largest of one is it itself
            return call.rows
        other = 1 if isinstance(call.given(0), Rows) else 0
        if len(call.inputs) != 2 or call.number(other, "other input") != 0:
            raise call.no("only against 0 it is a part of a layer")
        return call.rows.then(piece(call), call.rows.shape)

    return rows_after


def _piece(piece: Callable[[Call], Piece]) -> Callable[[Call], Rows]:
    return lambda call: call.rows.then(piece(call), call.rows.shape)


def _layer(layer: Callable[[], Layer]) -> Callable[[Call], Rows]:
    return _piece(lambda _: Applied(layer()))


ON_ROWS: Final[dict[str, Callable[[Call], Rows]]] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    **SCALINGS,
    "BatchNormalization": _batch_normalization,
    "Relu": _layer(ReLU),
    "Sigmoid": _layer(Sigmoid),
    "Tanh": _layer(Tanh),
    "LeakyRelu": _piece(lambda call: Applied(LeakyReLU(call.decimal("alpha", 0.01)))),
    "Elu": _piece(lambda call: Applied(ELU(call.decimal("alpha", 1.0)))),
    "PRelu": _prelu,
    "Softmax": _softmax,
    "Dropout": _dropout,
    "Clip": _clip,
    "Max": _against_zero(lambda _: Applied(ReLU())),
    "Min": _against_zero(lambda call: Part("least", call.node.words)),
    "Exp": _piece(lambda call: Part("exp", call.node.words)),
    **SHAPING,
}
