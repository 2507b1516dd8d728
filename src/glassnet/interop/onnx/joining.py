"""ONNX's operators that join several branches of a graph into what is one layer: a call -> the rows after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.pieces import Applied, Largest, Linear, Part, Rows, Scaled
from glassnet.network.layers import ELU, ReLU

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.interop.onnx.call import Call

BRANCHES: Final = "it joins two branches of the graph; a multilayer perceptron is one chain of layers"


def _maxout(call: Call) -> Rows:
    """Max of several products of the same rows: a maxout."""
    branches = [value for value in call.inputs if isinstance(value, Rows)]
    linear = [branch.piece for branch in branches if isinstance(branch.piece, Linear)]
    given = branches[0].before
    alike = all(branch.before is given for branch in branches) and len({piece.W.shape for piece in linear}) == 1
    if not alike or len(linear) != len(call.inputs) or given is None:
        raise call.no("it must choose among products of the same rows with weights of the same shape, as a maxout does")
    call.charge(sum(piece.W.size for piece in linear))
    W = np.stack([piece.W for piece in linear])
    biases = [np.zeros(piece.W.shape[1], piece.W.dtype) if piece.b is None else piece.b for piece in linear]
    return given.then(Largest(W, np.stack(biases)), W.shape[2:])


def _elu(call: Call) -> Rows:
    """relu(x) + alpha (exp(min(x, 0)) - 1): how an ELU is written where there is no Elu."""
    first, second = call.inputs
    for above, below in ((first, second), (second, first)):
        whole, middle = _scalings(below)
        parts, given = _parts(middle)
        relu = isinstance(above.piece, Applied) and isinstance(above.piece.layer, ReLU) and above.before is given
        if not (relu and parts == ["exp", "least"] and whole.scale.size == whole.shift.size == 1):
            continue
        if given is not None and float(whole.shift) == -float(whole.scale):
            return given.then(Applied(ELU(float(whole.scale))), given.shape)
    raise call.no(BRANCHES)


def _scalings(rows: Rows) -> tuple[Scaled, Rows | None]:
    """Return what the last pieces do that scale and shift, in one, and the rows before them."""
    whole, at = Scaled(np.array(1.0), np.array(0.0)), rows
    while isinstance(at.piece, Scaled) and at.before is not None:
        whole, at = at.piece.then(whole), at.before
    return whole, at


def _parts(rows: Rows | None) -> tuple[list[str], Rows | None]:
    """Return the names of the last pieces that are parts of a function, the last first, and the rows before them."""
    names: list[str] = []
    while rows is not None and isinstance(rows.piece, Part):
        names.append(rows.piece.name)
        rows = rows.before
    return names, rows


def _only(function: Callable[[Call], Rows], count: int) -> Callable[[Call], Any]:
    def joined(call: Call) -> Rows:
        if len(call.inputs) != count or not all(isinstance(value, Rows) for value in call.inputs):
            raise call.no(BRANCHES)
        return function(call)

    return joined


JOINING: Final[dict[str, Callable[[Call], Rows]]] = {"Max": _maxout, "Add": _only(_elu, 2)}
