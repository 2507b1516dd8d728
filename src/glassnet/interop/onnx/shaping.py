"""ONNX's operators that change the shape of samples, or nothing: a call -> the rows after it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet.interop.onnx.constants import cast_type
from glassnet.mathematics.checks import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.interop.onnx.call import Call
    from glassnet.interop.onnx.pieces import Rows


def _nothing(call: Call) -> Rows:
    return call.rows


def _cast(call: Call) -> Rows:
    kind = cast_type(call)
    if kind.kind != "f":
        raise call.no("it makes whole numbers of the rows")
    if kind == np.float16:
        raise call.no("it rounds the rows to float16, and what is beyond 65,504 to infinity. Write the file in float32")
    return replace(call.rows, whole=False)


def _flatten(call: Call) -> Rows:
    axis = call.attribute("axis", 1)
    if axis != 1 and not (call.rows.shape is not None and axis == -len(call.rows.shape)):
        raise call.no(f"it must flatten each sample, got axis {axis}")
    return call.rows.shaped(None if call.rows.width is None else (call.rows.width,))


def _reshape(call: Call) -> Rows:
    first, *sizes = call.integers(1, "shape") or [0]
    sample = [int(size) for size in sizes if not isinstance(size, str)]
    width = call.rows.width
    copied = 0 if not call.attribute("allowzero", 0) else "N"  # what 0 stands for
    keeps_rows = first in ("N", copied, call.rows.batch) or (first == -1 and -1 not in sample)
    if not keeps_rows or not sample or len(sample) != len(sizes):
        raise call.no(f"it must keep the rows and shape each sample, got {describe([first, *sizes])}")
    if sample.count(-1) == 1:
        if width is None:
            return call.rows.shaped(None)
        known = math.prod(size for size in sample if size != -1)
        sample[sample.index(-1)] = width // known if known > 0 else 0
    if min(sample) < 1 or math.prod(sample) != (width or math.prod(sample)):
        raise call.no(f"samples of {width} numbers cannot get the shape {describe(tuple(sizes))}")
    return call.rows.shaped(tuple(sample))


def _squeeze(call: Call) -> Rows:
    shape, axes = call.rows.shape, call.axes()
    if shape is None:
        raise call.no("the shape of the input is not known in the file")
    ones = [at for at, size in enumerate(shape, start=1) if size == 1]
    gone = ones if axes is None else [axis % (len(shape) + 1) for axis in axes]
    if not set(gone) <= set(ones):
        raise call.no(f"it must take away axes of size 1 of samples of the shape {shape}, got the axes {gone}")
    return call.rows.shaped(tuple(size for at, size in enumerate(shape, start=1) if at not in gone) or (1,))


def _transpose(call: Call) -> Rows:
    order = call.attribute("perm")
    if order is None or list(order) != sorted(order):
        raise call.no("it changes the order of the axes")
    return call.rows


SHAPING: Final[dict[str, Callable[[Call], Rows]]] = {
    "Identity": _nothing,
    "Cast": _cast,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
}
