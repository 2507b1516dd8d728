"""Rewriting the lines of a program into fewer or faster ones, which compute the same.

Softmax with its loss becomes one line; in batches of one row, products become walks through W; where most of X is 0,
products with it leave the zeros out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from glassnet.engine.codes import INTO_WEIGHTS
from glassnet.engine.lines import Line, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.network.tape import Tape

NARROW = 32
"""Up to how many columns a product is as fast with the zeros as without them."""


def softmax_joined(lines: list[Line]) -> list[Line]:
    """Return lines where softmax, the cross-entropy that follows it, and the gradient of both are one.

    It takes half as many exponentials (100 × 10 numbers: 4.1 to 2.3 µs).
    """
    of = {line.operation: line for line in lines}
    loss = of.get("softmax_categorical_cross_entropy")
    of_net_input = [line for line in lines if loss and line.operation == "softmax" and line.inputs[0] == loss.inputs[0]]
    if loss is None or not of_net_input:
        return lines
    softmax = of_net_input[0]
    back, shares = of["softmax_categorical_cross_entropy_backward"], of["weight_shares"]
    inputs, outputs = (*loss.inputs[:2], back.inputs[0]), (*loss.outputs, *softmax.outputs, *back.outputs)
    joined = replace(loss, operation="softmax_with_loss", inputs=inputs, outputs=outputs)
    result = []
    for line in lines:
        if line is softmax:
            result += [shares, joined]
        elif line not in {loss, back, shares}:
            result.append(line)
    return result


def mean_as_late_as_can_be(lines: list[Line], changed: set[str]) -> list[Line]:
    """Return lines with the mean of the losses right before the first one that changes parameters or state.

    A loss that is not finite must not change them; and there threads meet anyway, so that the mean needs no meeting of
    its own.
    """
    mean = next(line for line in lines if line.operation == "weighted_mean")
    lines = [line for line in lines if line is not mean]
    first = next((index for index, line in enumerate(lines) if changed.intersection(line.outputs)), len(lines))
    return [*lines[:first], mean, *lines[first:]]


def for_one_row(lines: list[Line], *, fuse: bool) -> list[Line]:
    """Return lines for batches of one row: read W in one pass, forward and back, and take dZ for its sum over rows.

    A bias is changed by the same line as its weights (784-100-100-100-10: 6.8 to 6.4 µs a sample).
    """
    result: list[Line] = []
    sums = {line.outputs[0]: line.inputs[0] for line in lines if line.operation == "sum_of_rows"}
    biases: dict[str, Line] = {}
    for line in lines:
        updates = line.operation == "affine_dW" and line.integers == (INTO_WEIGHTS,) and not line.settings[0]
        if line.operation == "affine":
            result.append(replace(line, operation="affine_row", share="one"))
        elif updates and result[-1].operation == "affine_dx" and result[-1].inputs[1] == line.outputs[0]:
            back = result.pop()
            inputs, outputs = (*back.inputs, line.inputs[0]), (*back.outputs, *line.outputs)
            result.append(replace(back, operation="row_backward", inputs=inputs, outputs=outputs, share="one"))
        elif updates:
            result.append(replace(line, operation="update_row", share="one"))
        elif fuse and line.operation == "sgd" and line.inputs[0] in sums:
            result[:] = [other for other in result if other.outputs != line.inputs]
            result.append(replace(line, inputs=(sums[line.inputs[0]],)))
            biases[sums[line.inputs[0]]] = result[-1]
        else:
            result.append(line)
    return _with_biases(result, biases)


def _with_biases(lines: list[Line], biases: dict[str, Line]) -> list[Line]:
    """Return lines where a bias is changed beside its weights; `biases` are the lines that did it, by their dZ."""
    place_of_dz = {"row_backward": 0, "update_row": 1}
    result, joined = [], []
    for line in lines:
        place = place_of_dz.get(line.operation)
        bias = None if place is None else biases.get(line.inputs[place])
        if bias is not None:
            joined.append(bias)
            result.append(replace(line, outputs=(*line.outputs, *bias.outputs)))
        else:
            result.append(line)
    return [line for line in result if line not in joined]


def can_be_sparse(tape: Tape) -> bool:
    """Say whether X is read by nothing but the products of a first layer that is not too narrow to gain by it."""
    readers = [step for step in tape if "X" in step.inputs]
    narrow = any(step.operation == "affine" and int(step.shape[-1]) <= NARROW for step in readers)
    return not narrow and all(step.operation in {"affine", "affine_dW"} for step in readers)


def without_zeros(lines: list[Line], *, in_parts: bool) -> Iterator[Line]:
    """Yield lines whose products with X leave the zeros out.

    What would be shared by rows may be shared by parts of X: of two threads, each then lists its half of X's columns,
    and reads and updates its half of W, instead of all that the other one has written (a step of 784-50-10 with 100
    rows: 46.9 to 43.4 µs; with one thread 3% more). Rows of W are columns of X: the gradient is shared by blocks of
    them. With lists these are the lists' own, too few for many threads: there a wide gradient is shared by columns.
    """
    from glassnet.engine.sparse_rows import GROUP  # it loads Numba, which only a training of its own needs

    reader = next(line for line in lines if line.inputs[:1] == ("X",))
    narrow = reader.share == "rows"
    in_parts = in_parts and narrow
    gradients: set[str] = set()
    yield Line("list_columns", ("X",), ("lists",), "parts" if in_parts else "rows")
    for line in lines:
        if gradients.intersection(line.inputs[:1]):
            yield replace(line, share="blocks")  # the update by a gradient goes on where the gradient was made
            continue
        if line.inputs[:1] != ("X",):
            yield line
            continue
        whole = line.reads_all | ({"lists"} if "X" in line.reads_all else set())
        inputs = (*line.inputs, *[""] * (3 - len(line.inputs)), "lists")
        sparse = replace(line, operation=f"{line.operation}_sparse", inputs=inputs, reads_all=whole)
        if line.operation == "affine_dW":
            if GROUP == 1 and line.share == "rows":
                gradients.update(line.outputs)
            yield replace(sparse, share="blocks" if line.share == "rows" and (narrow or GROUP == 1) else "columns")
        elif in_parts:
            parts = parts_of(line.outputs[0])
            yield replace(sparse, outputs=(parts,), share="parts")
            yield Line("sum_of_parts", (parts,), line.outputs, "rows", frozenset({parts}))
        else:
            yield sparse
