"""ONNX's operators that change the shape of samples, or nothing: (node, inputs, rows, charge) -> rows after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.constants import Charge, axes_of, cast_type, integers_of
from glassnet.mathematics.checks import DataError, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.interop.onnx.graph import Node
    from glassnet.interop.onnx.pieces import Rows


def no(node: Node, reason: str) -> DataError:
    """Return the error that a node cannot be represented."""
    return DataError(f"{node.words} cannot be represented: {reason}")


def _nothing(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    return rows


def _cast(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    if cast_type(node).kind != "f":
        raise no(node, "it makes whole numbers of the rows")
    return rows


def _flatten(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    axis = node.attributes.get("axis", 1)
    if axis != 1 and not (rows.shape is not None and axis == -len(rows.shape)):
        raise no(node, f"it must flatten each sample, got axis {axis}")
    return rows.shaped(None if rows.width is None else (rows.width,))


def _reshape(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    first, *sizes = integers_of(node, inputs[1] if len(inputs) > 1 else None, "shape") or [0]
    sample = [int(size) for size in sizes if not isinstance(size, str)]
    width = rows.width
    if (
        len(sample) != len(sizes)
        or not sample
        or first not in ("N", 0, -1, rows.batch)
        or (first == -1 and -1 in sample)
    ):
        raise no(node, f"it must keep the rows and shape each sample, got {describe([first, *sizes])}")
    if sample.count(-1) == 1:
        known = int(np.prod([size for size in sample if size != -1], dtype=object))
        if width is None:
            return rows.shaped(None)
        sample[sample.index(-1)] = width // known if known > 0 else 0
    product = int(np.prod(sample, dtype=object))
    if min(sample) < 1 or product != (width or product):
        raise no(node, f"samples of {width} numbers cannot get the shape {describe(tuple(sizes))}")
    return rows.shaped(tuple(sample))


def _squeeze(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    axes = axes_of(node, inputs)
    if rows.shape is None or (axes is not None and 0 in axes):
        raise no(node, "it must keep the rows, and the shape of the input be known")
    dimensions = len(rows.shape) + 1
    gone = {axis % dimensions for axis in axes} if axes else {at for at, size in enumerate(rows.shape, 1) if size == 1}
    kept = tuple(size for at, size in enumerate(rows.shape, start=1) if at not in gone)
    if 0 in gone or int(np.prod(kept, dtype=object)) != rows.width:
        raise no(node, f"it must take away axes of size 1 of samples of the shape {rows.shape}")
    return rows.shaped(kept or (1,))


def _transpose(node: Node, inputs: list[Any], rows: Rows, charge: Charge) -> Rows:
    order = node.attributes.get("perm")
    if order is None or list(order) != sorted(order):
        raise no(node, "it changes the order of the axes")
    return rows


SHAPING: Final[dict[str, Callable[[Node, list[Any], Rows, Charge], Rows]]] = {
    "Identity": _nothing,
    "Cast": _cast,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
}
