"""What the numbers of the forward pass are sums of, by operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.why_terms import Index, Rule, Spot, Term, plugged, products, spot
from glassnet.mathematics.functions import log_sum_exp

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.glass.trace import PassTrace as Trace
    from glassnet.network.tape import Step

FORWARD: dict[str, Rule] = {}


def forward(operation: str) -> Callable[[Rule], Rule]:
    """Register a rule for an operation."""

    def register(rule: Rule) -> Rule:
        FORWARD[operation] = rule
        return rule

    return register


@forward("affine")
def _affine(trace: Trace, step: Step, index: Index) -> list[Term]:
    x, W, *b = step.inputs
    sample, unit = index
    places = (((sample, i), (i, unit)) for i in range(trace[W].shape[0]))
    return [*products(trace, x, W, places), *(_alone(trace, spot(trace, bias, index)) for bias in b)]


@forward("maxout_pieces")
def _maxout_pieces(trace: Trace, step: Step, index: Index) -> list[Term]:
    x, W, b = step.inputs
    piece, sample, unit = index
    places = (((sample, i), (piece, i, unit)) for i in range(trace[W].shape[1]))
    return [*products(trace, x, W, places), _alone(trace, Spot(b, (piece, unit)))]


@forward("maximum")
def _maximum(trace: Trace, step: Step, index: Index) -> list[Term]:
    """Explain the piece that won."""
    pieces = step.inputs[0]
    sample, unit = index
    winner = int(np.argmax(trace[pieces][:, sample, unit]))
    producer = trace.step(pieces)
    assert producer is not None  # noqa: S101  # the pieces come from a step, always
    return _maxout_pieces(trace, producer, (winner, *index))


@forward("mean_of_rows")
def _mean_of_rows(trace: Trace, step: Step, index: Index) -> list[Term]:
    column, rows = Spot(step.inputs[0], index), len(trace["X"])
    values = trace[column.name].astype(np.float64)[:, index[0]] / rows
    return [Term(f"{Spot(column.name, (n, *index))} / {rows}", float(value)) for n, value in enumerate(values)]


@forward("variance_of_rows")
def _variance_of_rows(trace: Trace, step: Step, index: Index) -> list[Term]:
    x, mean = step.inputs
    middle, rows = Spot(mean, index), len(trace["X"])
    values = (trace[x].astype(np.float64)[:, index[0]] - middle.value(trace)) ** 2 / rows
    return [
        Term(f"({Spot(x, (n, *index))} - {middle})² / {rows}", float(value)) for n, value in enumerate(values)
    ]  # fmt: skip


@forward("scale_and_shift")
def _scale_and_shift(trace: Trace, step: Step, index: Index) -> list[Term]:
    normalized, gamma, beta = step.inputs
    one = products(trace, gamma, normalized, [(index[1:], index)])
    return [*one, _alone(trace, Spot(beta, index[1:]))]


@forward("normalize")
def _normalize(trace: Trace, step: Step, index: Index) -> list[Term]:
    x, mean, variance = (spot(trace, name, index).value(trace) for name in step.inputs)
    return [Term(with_numbers(trace, step, index), (x - mean) / float(np.sqrt(variance + step.settings["eps"])))]


@forward("multiply")
def _multiply(trace: Trace, step: Step, index: Index) -> list[Term]:
    x, mask = step.inputs
    return list(products(trace, x, mask, [(index, spot(trace, mask, index).index)]))


@forward("mask_like")
def _mask_like(trace: Trace, step: Step, index: Index) -> list[Term]:
    rate = step.settings["rate"]
    kept = trace[step.output][index] != 0
    words = f"1 / (1 - {rate:g}), kept" if kept else "0, dropped"
    return [Term(f"{words} by the hash of (seed, step, layer, element)", 1 / (1 - rate) if kept else 0.0)]


@forward("same")
def _same(trace: Trace, step: Step, index: Index) -> list[Term]:
    return [_alone(trace, Spot(step.inputs[0], index))]


def _alone(trace: Trace, one: Spot) -> Term:
    return Term(str(one), one.value(trace))


def with_numbers(trace: Trace, step: Step, index: Index) -> str:
    """Return the formula of an elementwise step, or of softmax, with the numbers of one place plugged in.

    >>> import glassnet as gn
    >>> trace = gn.Network([gn.Dense(1, 1, init=([[2.0]], [1.0])), gn.ReLU()]).trace([[-3.0]])
    >>> with_numbers(trace, trace.step("A1"), (0, 0))
    'max(0, Z1) = max(0, -5)'
    """
    if step.operation == "softmax":
        z = Spot(step.inputs[0], index)
        total = float(log_sum_exp.value(trace[z.name][index[0]].astype(np.float64)))
        shifted = plugged("exp(z - s)", {"z": z.value(trace), "s": total})
        return f"exp({z}) / Σ exp({z.name}[{index[0]}]) = exp({z} - log Σ exp) = {shifted}"
    if step.operation in {"mask_like", "own_forward"}:
        return step.formula
    numbers = {name: spot(trace, name, index).value(trace) for name in step.inputs}
    filled = plugged(step.formula, numbers)
    return step.formula if filled == step.formula or step.operation == "same" else f"{step.formula} = {filled}"
