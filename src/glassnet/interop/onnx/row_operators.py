"""ONNX's operators on rows: which piece each is, (node, inputs, rows, charge) -> rows after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.constants import Charge, number_of
from glassnet.interop.onnx.pieces import Applied, Largest, Linear, Normalized, Part, Rows, Scaled
from glassnet.interop.onnx.shaping import SHAPING, no
from glassnet.network.layers import ELU, Dropout, LeakyReLU, PReLU, ReLU, Sigmoid, Softmax, Tanh

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.interop.onnx.graph import Node
    from glassnet.network.layer import Layer

ONE, ZERO = np.array(1.0), np.array(0.0)


def constant(node: Node, inputs: list[Any], place: int, what: str, dimensions: int | None = None) -> NDArray[Any]:
    """Return an input of a node that is to be a constant array of numbers."""
    value = inputs[place] if place < len(inputs) else None
    if not isinstance(value, np.ndarray):
        raise no(node, f"its {what} must be constant")
    if dimensions is not None and value.ndim != dimensions:
        raise no(node, f"its {what} must have {dimensions} axes, got the shape {value.shape}")
    return value


def _vector(node: Node, value: NDArray[Any], width: int, what: str) -> NDArray[Any]:
    """Return a constant as one number for each of `width` columns."""
    if value.size == 1:
        return np.full(width, value.reshape(-1)[0])
    if value.size != width or value.shape[-1:] != (width,):
        raise no(node, f"its {what} must be one number for each of {width} columns, got the shape {value.shape}")
    return value.reshape(width)


def _linear(node: Node, rows: Rows, W: NDArray[Any], b: NDArray[Any] | None) -> Rows:
    if 0 in W.shape:
        raise no(node, f"its weights must not be empty, got the shape {W.shape}")
    if rows.shape is not None and len(rows.shape) != 1:
        raise no(node, f"it works along the last axis of samples of the shape {rows.shape}. Flatten them before it")
    if rows.width not in (None, len(W)):
        raise no(node, f"its weights are for {len(W)} columns, and there are {rows.width}")
    return rows.then(Linear(W, b), (W.shape[1],))


def _gemm(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    if inputs[0] is not rows or node.attributes.get("transA", 0):
        raise no(node, "the rows must be its first input, and not be transposed")
    W = constant(node, inputs, 1, "weights", 2)
    W = W.T if node.attributes.get("transB", 0) else W
    W = _times(node, W, float(node.attributes.get("alpha", 1.0)), charge)
    if len(inputs) < 3 or inputs[2] is None:
        return _linear(node, rows, W, None)
    b = _vector(node, constant(node, inputs, 2, "bias"), W.shape[1], "bias")
    return _linear(node, rows, W, _times(node, b, float(node.attributes.get("beta", 1.0)), charge))


def _times(node: Node, array: NDArray[Any], factor: float, charge: Charge) -> NDArray[Any]:
    if factor == 1:
        return array
    charge(node, array.size)
    return array * array.dtype.type(factor)


def _matmul(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    if inputs[0] is not rows:
        raise no(node, "the rows must be its first input")
    return _linear(node, rows, constant(node, inputs, 1, "weights", 2), None)


def _scaling(operator: str) -> Callable[[Node, list[Any], Rows, Charge], Rows]:
    def piece(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
        if len(inputs) != 2:
            raise no(node, f"it must have two inputs, got {len(inputs)}")
        first = inputs[0] is rows
        value = constant(node, inputs, 1 if first else 0, "other input")
        numbers, shape = _for_columns(node, value, rows, charge)
        with np.errstate(all="ignore"):
            return rows.then(SCALINGS[operator](node, numbers, first), shape)

    return piece


def _for_columns(
    node: Node, value: NDArray[Any], rows: Rows, charge: Charge
) -> tuple[NDArray[np.float64], tuple[int, ...] | None]:
    """Return what is added or multiplied, as one number or one for each column, and the shape of the samples."""
    if value.size == 1:
        return value.astype(np.float64).reshape(()), rows.shape
    shape = rows.shape or value.shape[-1:]
    sample = value[0] if value.ndim == len(shape) + 1 and len(value) == 1 else value
    try:
        fits = sample.ndim <= len(shape) and np.broadcast_shapes(sample.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise no(node, f"its other input must fit samples of the shape {shape}, got the shape {value.shape}")
    charge(node, int(np.prod(shape)))
    return np.broadcast_to(sample, shape).astype(np.float64).reshape(-1), shape


def _division(node: Node, numbers: NDArray[np.float64], first: bool) -> Scaled:  # noqa: FBT001  # of one table
    if not first:
        raise no(node, "it divides by the rows")
    return Scaled(1 / numbers, ZERO)


SCALINGS: Final[dict[str, Callable[[Node, NDArray[np.float64], bool], Scaled]]] = {
    "Add": lambda _, numbers, first: Scaled(ONE, numbers),
    "Sub": lambda _, numbers, first: Scaled(ONE, -numbers) if first else Scaled(-ONE, numbers),
    "Mul": lambda _, numbers, first: Scaled(numbers, ZERO),
    "Div": _division,
}


def _applied(layer: Callable[[Node], Layer]) -> Callable[[Node, list[Any], Rows, Charge], Rows]:
    def piece(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
        return rows.then(Applied(layer(node)), rows.shape)

    return piece


def decimal(node: Node, name: str, default: float) -> float:
    """Return an attribute, which has float32's digits, as the shortest decimal that is the same there: 0.1, not 0.10000000149."""
    return float(str(np.float32(node.attributes.get(name, default))))


def _softmax(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    axis = node.attributes.get("axis", -1)
    if (rows.shape is not None and len(rows.shape) != 1) or axis not in (-1, 1):
        raise no(node, f"it must be over the columns of rows, got axis {axis} of samples of the shape {rows.shape}")
    return rows.then(Applied(Softmax()), rows.shape)


def _prelu(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    slopes = constant(node, inputs, 1, "slopes")
    if inputs[0] is not rows:
        raise no(node, "the rows must be its first input")
    if slopes.size == 1:
        return rows.then(Applied(LeakyReLU(_decimal_of(slopes))), rows.shape)
    numbers, shape = _for_columns(node, slopes, rows, charge)
    return rows.then(Applied(PReLU(), numbers), shape)


def _decimal_of(array: NDArray[Any]) -> float:
    """Return one number as the shortest decimal that is the same in its own type."""
    return float(str(array.reshape(())[()]))


def _batch_normalization(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    if node.attributes.get("training_mode", 0) or inputs[0] is not rows:
        raise no(node, "it is in training mode. Write the file for prediction")
    names = ("scale", "bias", "mean", "variance")
    gamma, beta, mean, variance = (constant(node, inputs, at, name, 1) for at, name in enumerate(names, start=1))
    width = len(gamma)
    if any(len(array) != width for array in (beta, mean, variance)) or rows.shape not in (None, (width,)):
        raise no(node, f"its arrays must have one number for each column, got {width} for samples of {rows.shape}")
    return rows.then(Normalized(gamma, beta, mean, variance, decimal(node, "epsilon", 1e-5)), (width,))


def _dropout(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    rate = decimal(node, "ratio", 0.5)
    if len(inputs) > 1 and inputs[1] is not None:
        rate = number_of(node, inputs[1], "ratio")
    if len(inputs) > 2 and inputs[2] is not None and number_of(node, inputs[2], "training_mode"):
        raise no(node, "it is in training mode. Write the file for prediction")
    return rows.then(Applied(Dropout(_decimal_of(np.array(rate, np.float32)))), rows.shape)


def _clip(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    least, most = (
        number_of(node, inputs[at], name) if len(inputs) > at and inputs[at] is not None else node.attributes.get(name)
        for at, name in ((1, "min"), (2, "max"))
    )
    if least != 0 or (most is not None and np.isfinite(np.float32(most)) and most < np.finfo(np.float32).max):
        raise no(node, f"only from 0 up it is a ReLU, got from {least} to {most}")
    return rows.then(Applied(ReLU()), rows.shape)


def _against_zero(piece: Callable[[Node], Any]) -> Callable[[Node, list[Any], Rows, Charge], Rows]:
    def of(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
        others = [value for value in inputs if value is not rows]
        if len(inputs) != 2 or len(others) != 1 or number_of(node, others[0], "other input") != 0:
            raise no(node, "only against 0 it is a part of a layer")
        return rows.then(piece(node), rows.shape)

    return of


def _exp(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    return rows.then(Part("exp", node.words), rows.shape)


ON_ROWS: Final[dict[str, Callable[[Node, list[Any], Rows, Charge], Rows]]] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    **{name: _scaling(name) for name in SCALINGS},
    "Sum": _scaling("Add"),
    "BatchNormalization": _batch_normalization,
    "Relu": _applied(lambda node: ReLU()),
    "Sigmoid": _applied(lambda node: Sigmoid()),
    "Tanh": _applied(lambda node: Tanh()),
    "LeakyRelu": _applied(lambda node: LeakyReLU(decimal(node, "alpha", 0.01))),
    "Elu": _applied(lambda node: ELU(decimal(node, "alpha", 1.0))),
    "PRelu": _prelu,
    "Softmax": _softmax,
    "Dropout": _dropout,
    "Clip": _clip,
    "Max": _against_zero(lambda node: Applied(ReLU())),
    "Min": _against_zero(lambda node: Part("least", node.words)),
    "Exp": _exp,
    "Neg": lambda node, inputs, rows, charge: rows.then(Scaled(-ONE, ZERO), rows.shape),
    **SHAPING,
}


def _maxout(node: Node, inputs: list[Any]) -> Rows:
    """Max of several products of the same rows: a maxout."""
    pieces = [value.piece if isinstance(value, Rows) else None for value in inputs]
    linear = [piece for piece in pieces if isinstance(piece, Linear)]
    before = {value.before for value in inputs if isinstance(value, Rows)}
    same = len(linear) == len(inputs) and len(before) == 1 and len({piece.W.shape for piece in linear}) == 1
    given = before.pop()
    if not same or given is None:
        raise no(
            node, "it must choose among products of the same rows with weights of the same shape, as a maxout does"
        )
    biases = [np.zeros(piece.W.shape[1], piece.W.dtype) if piece.b is None else piece.b for piece in linear]
    W = np.stack([piece.W for piece in linear])
    return given.then(Largest(W, np.stack(biases)), W.shape[2:])


def _elu(node: Node, inputs: list[Any]) -> Rows:
    """relu(x) + alpha (exp(min(x, 0)) - 1): how an ELU is written where there is no Elu."""
    for above, below in (inputs, inputs[::-1]) if len(inputs) == 2 else ():
        scaled: list[Scaled] = []
        rows = below
        while isinstance(rows, Rows) and isinstance(rows.piece, Scaled):
            scaled.append(rows.piece)
            rows = rows.before
        parts = []
        while isinstance(rows, Rows) and isinstance(rows.piece, Part):
            parts.append(rows.piece.name)
            rows = rows.before
        relu = isinstance(above, Rows) and isinstance(above.piece, Applied) and isinstance(above.piece.layer, ReLU)
        if relu and parts == ["exp", "least"] and scaled and above.before is rows and rows is not None:
            whole = scaled[-1]
            for piece in reversed(scaled[:-1]):
                whole = whole.then(piece)
            if whole.scale.size == 1 and float(whole.shift) == -float(whole.scale):
                return rows.then(Applied(ELU(float(whole.scale))), rows.shape)
    raise no(node, "it joins two branches of the graph; a multilayer perceptron is one chain of layers")


JOINING: Final[dict[str, Callable[[Node, list[Any]], Rows]]] = {"Max": _maxout, "Add": _elu}
"""Operators that join several branches into one layer, (node, inputs) -> rows."""
