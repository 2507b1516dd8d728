"""What the tab Digit shows of a trace: its layers, one number's reasons, and the backward pass link by link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.playground.traces import as_reasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.glass.explain.explanation import Explanation
    from glassnet.model import Trace
    from glassnet.network.tape import Step

SIDE = 28
MOST_TERMS = 10
MOST_CONTRAST = 5
MOST_UNITS = 2048
"""Of a layer that is shown; a wider one shows its first units."""
MOST_LINES = 2048
"""Between two layers: more would be a haze."""
MOST_SHOWN = 48
"""Rows and columns of a gradient: of a larger one those with the largest numbers."""
MOST_PICTURES = 20


def output_of(trace: Trace) -> str:
    """Return the name of the network's answer."""
    forward = [step.output for step in trace.tape if step.phase == "forward"]
    return forward[-1]


def as_rows(trace: Trace) -> list[dict[str, Any]]:
    """Return what each step forward computed of the one sample: name, formula, numbers, what flows in from before."""
    rows = []
    for step in trace.tape:
        values = trace[step.output] if step.phase == "forward" else None
        if values is None or values.ndim != 2 or step.operation == "same":
            continue
        rows.append(
            {
                "name": step.output,
                "formula": step.formula,
                "operation": step.operation,
                "units": values.shape[1],
                "values": values[0, :MOST_UNITS],
                "flow": _flow(trace, step),
            }
        )
    return rows


def _flow(trace: Trace, step: Step) -> dict[str, Any] | None:
    """Return the products of a Dense layer's inputs and weights, where they are few enough to be drawn as lines."""
    if step.operation != "affine" or step.inputs[0] == "X":
        return None
    weights = trace[step.inputs[1]]
    if weights.size > MOST_LINES:
        return None
    return {"from": step.inputs[0], "products": trace[step.inputs[0]][0][:, None] * weights}


def as_why(trace: Trace, address: str) -> dict[str, Any]:
    """Return what `trace.why` says, its largest terms, and of a unit its inputs, weights and their products."""
    reasons = as_reasons(trace, address, MOST_TERMS)
    more = {"count": reasons.pop("rest_count"), "sum": reasons.pop("rest")}
    return {**reasons, "more": more, "parts": _parts(trace, reasons["address"])}


def _parts(trace: Trace, address: str) -> dict[str, Any] | None:
    """Return a unit's inputs, incoming weights and products, as pictures in the first layer; None of others."""
    match = re.fullmatch(r"[a-zA-Z]*?(\d+)\[(\d+),(\d+)\]", address)
    name = address.partition("[")[0]
    step = trace.step(f"Z{match[1]}") if match and f"Z{match[1]}" in trace else None
    own = trace.step(name)
    if match is None or step is None or own is None or own.phase != "forward" or step.operation != "affine":
        return None
    sample, unit = int(match[2]), int(match[3])
    inputs, weights = trace[step.inputs[0]][sample], trace[step.inputs[1]][:, unit]
    shape = (SIDE, SIDE) if step.inputs[0] == "X" and inputs.size == SIDE * SIDE else (1, inputs.size)
    products = inputs.astype(np.float64) * weights  # as why's terms, which add them up in float64
    return {
        "input": step.inputs[0],
        "weight": f"{step.inputs[1]}[:,{unit}]",
        "unit": unit,
        "inputs": inputs.reshape(shape),
        "weights": weights.reshape(shape),
        "products": products.reshape(shape),
        "bias": float(trace[step.inputs[2]][unit]) if len(step.inputs) > 2 else None,
    }


def as_contrast(explanation: Explanation) -> dict[str, Any]:
    """Return why one class and not another: the pixels' shares as a picture, the hidden units' largest, the change."""
    units, change = explanation.units, explanation.change
    largest = [] if units is None else np.argsort(-np.abs(units.contributions), kind="stable")[:MOST_CONTRAST].tolist()
    return {
        "score": explanation.score,
        "exact": explanation.inputs.exact,
        "pixels": explanation.inputs.contributions.reshape(SIDE, SIDE),
        "constant": explanation.inputs.constant,
        "units": [] if units is None else [[f"{units.name}[0,{at}]", float(units.contributions[at])] for at in largest],
        "change": change
        and {
            "picture": np.asarray(change.x).reshape(SIDE, SIDE),
            "delta": np.asarray(change.delta).reshape(SIDE, SIDE),
            "size": change.size,
            "changed": change.changed,
            "after": change.after,
        },
    }


def as_backward(trace: Trace) -> list[dict[str, Any]]:
    """Return the backward pass as stages: the loss, then each δ, the gradients of one layer's parameters together."""
    stages: list[dict[str, Any]] = [{"kind": "loss", "arrays": [_shown(trace, "losses"), _shown(trace, "loss")]}]
    for kind, step in _links(trace):
        if not (kind == "weights" and stages[-1]["kind"] == kind):
            stages.append({"kind": kind, "arrays": []})
        stages[-1]["arrays"] += [_shown(trace, name) for name in step.outputs]
    return stages


def _links(trace: Trace) -> Iterator[tuple[str, Step]]:
    gradients = {f"d{name}" for name in trace.parameters}
    for step in trace.tape:
        if step.phase != "backward" or step.operation in {"weight_shares", "same"}:
            continue
        if step.output in gradients:
            yield "weights", step
        elif step.output == "dX":
            yield "picture", step
        elif step.inputs[0] == "dlosses":
            fused = {"softmax": "fused", "sigmoid": "fused-sigmoid"}
            yield next((fused[kind] for kind in fused if kind in step.operation), "output"), step
        else:
            yield ("inputs" if step.operation.endswith("dx") else "activation"), step


def _shown(trace: Trace, name: str) -> dict[str, Any]:
    """Return an array as it is shown: as pictures of pixels, or as a matrix, of large ones the largest part."""
    array, step = trace[name], trace.step(name)
    largest = np.unravel_index(int(np.argmax(np.abs(array))), array.shape) if array.ndim else ()
    values, rows, columns = _largest_part(name, array)
    return {
        "name": name,
        "formula": trace.formula(name),
        "shape": list(array.shape),
        "from": [[own, list(trace[own].shape)] for own in step.inputs if own in trace] if step else [],
        "largest": f"{name}[{','.join(map(str, map(int, largest)))}]" if array.ndim else name,
        "size": float(np.abs(array).max()),
        "zeros": int((array == 0).sum()),
        "values": values,
        "rows": rows,
        "columns": columns,
        "pictures": values.ndim == 3,
    }


def _largest_part(name: str, array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any] | None, NDArray[Any] | None]:
    """Return (pictures or matrix, which rows, which columns); None where all are there."""
    if name in {"dX", "dW1"} and array.ndim == 2 and SIDE * SIDE in array.shape:
        pictures = array.T if name == "dW1" else array
        chosen = _strongest(pictures, MOST_PICTURES)
        kept = pictures if chosen is None else pictures[chosen]
        return np.ascontiguousarray(kept).reshape(len(kept), SIDE, SIDE), None, chosen
    if not array.ndim or array.size == array.shape[-1]:  # one row
        return array.reshape(1, -1)[:, :MOST_UNITS], None, None
    matrix = array.reshape(-1, array.shape[-1])
    rows, columns = _strongest(matrix, MOST_SHOWN), _strongest(matrix.T, MOST_SHOWN)
    matrix = matrix if rows is None else matrix[rows]
    return np.ascontiguousarray(matrix if columns is None else matrix[:, columns]), rows, columns


def _strongest(rows: NDArray[Any], most: int) -> NDArray[Any] | None:
    """Return which rows hold the largest numbers, in their order, if there are too many."""
    if len(rows) <= most:
        return None
    return np.sort(np.argsort(-np.abs(rows).max(axis=1), kind="stable")[:most])
