"""One number of a trace, explained: the weighted sum behind it, term by term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet.mathematics.checks import ArgumentError

if TYPE_CHECKING:
    from glassnet.glass.trace import Trace
    from glassnet.network.tape import Step

TERMS_IN_A_SENTENCE = 5


@dataclass(frozen=True)
class Why:
    """Why a number is what it is.

    Attributes
    ----------
    address : str
        Which number: `Z2[0,3]`.
    value : float
        The number.
    terms : tuple of (label, value)
        The products and the bias that add up to the net input, largest first by size.
    total : float
        The sum of the terms: the net input.
    steps : tuple of (label, value)
        From the net input to the number, if there is an activation between.
    """

    address: str
    value: float
    terms: tuple[tuple[str, float], ...]
    total: float
    steps: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        shown = self.terms[:TERMS_IN_A_SENTENCE]
        rest = self.terms[TERMS_IN_A_SENTENCE:]
        parts = [f"{label} = {value:+.4g}" for label, value in shown]
        if rest:
            parts.append(f"{len(rest)} smaller terms = {sum(value for _, value in rest):+.4g}")
        net_input = self.steps[0][0] if self.steps else self.address
        sentence = f"{net_input} = {self.total:.6g}, the sum of {len(self.terms)} terms: {', '.join(parts)}."
        for label, value in self.steps[1:]:
            sentence += f" Then {label} = {value:.6g}."
        return sentence


def explain_number(trace: Trace, address: str) -> Why:
    """Explain the number at an address such as `Z2[0,3]` or `A2[0,3]`, [sample, unit]."""
    name, sample, unit = _parse(trace, address)
    net_input = f"Z{name[1:]}"
    step = trace.step(net_input)
    if step is None or step.operation not in {"affine", "maximum"}:  # of a layer of one's own, say
        raise ArgumentError(f"why explains numbers that come from a weighted sum, such as Z1[0,0]; {name} does not.")
    terms = _terms(trace, step, sample, unit)
    terms.sort(key=lambda term: -abs(term[1]))
    total = sum(value for _, value in terms)
    steps: list[tuple[str, float]] = []
    if name != net_input:
        steps.append((f"{net_input}[{sample},{unit}]", total))
        inside = trace.names[trace.names.index(net_input) + 1 : trace.names.index(name) + 1]
        for between in inside:
            if trace[between].shape == trace[name].shape:
                label = f"{between}[{sample},{unit}] = {trace.formula(between)}"
                steps.append((label, float(trace[between][sample, unit])))
    value = float(trace[name][sample, unit])
    return Why(f"{name}[{sample},{unit}]", value, tuple(terms), total, tuple(steps))


def _parse(trace: Trace, address: str) -> tuple[str, int, int]:
    match = re.fullmatch(r"\s*(\w+)\s*\[\s*(\d{1,15})\s*,\s*(\d{1,15})\s*\]\s*", str(address))
    if match is None:
        raise ArgumentError(f"an address must read like 'Z2[0,3]', [sample, unit], got {address!r}.")
    name, sample, unit = match[1], int(match[2]), int(match[3])
    array = trace[name]
    if not re.fullmatch(r"[ZA][1-9]\d*", name):
        raise ArgumentError(f"why explains net inputs Z1, Z2, … and outputs A1, A2, …, got {name!r}.")
    if sample >= array.shape[0] or unit >= array.shape[1]:
        raise ArgumentError(
            f"{address} lies outside {name}, which has {array.shape[0]} samples and {array.shape[1]} units (from 0)."
        )
    return name, sample, unit


def _terms(trace: Trace, step: Step, sample: int, unit: int) -> list[tuple[str, float]]:
    """Return the products of inputs and weights, and the bias."""
    if step.operation == "maximum":
        pieces = step.inputs[0]
        piece = int(np.argmax(trace[pieces][:, sample, unit]))
        producer = trace.step(pieces)
        assert producer is not None  # noqa: S101  # the pieces come from a step, always
        source, where = producer, f"{piece},"
    else:
        source, where = step, ""
    x, W, *b = source.inputs
    row = trace[x][sample].astype(np.float64)
    index = (piece, slice(None), unit) if where else (slice(None), unit)
    column = trace[W][index].astype(np.float64)
    terms = [(f"{x}[{sample},{i}] * {W}[{where}{i},{unit}]", float(product)) for i, product in enumerate(row * column)]
    terms += [(f"{bias}[{where}{unit}]", float(trace[bias][(piece, unit) if where else unit])) for bias in b]
    return terms
