"""One number of a trace, explained: what it is the sum of, and how it goes on to it, or back to the loss."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.rerun import numerical_derivative, slopes_beside
from glassnet.glass.why_backward import BACKWARD
from glassnet.glass.why_forward import FORWARD, with_numbers
from glassnet.glass.why_losses import LOSS_RULES
from glassnet.glass.why_terms import Spot, Term, bracketed, number
from glassnet.mathematics.checks import ArgumentError
from glassnet.training.optimizers import SGD
from glassnet.training.schedules import as_schedule

if TYPE_CHECKING:
    from glassnet.glass.trace import PassTrace as Trace
    from glassnet.network.tape import Step

__all__ = ["Why", "explain_number"]

TERMS_IN_A_SENTENCE = 5
AGREEMENT = 1e-3
"""Relative difference up to which a gradient of float32 and a central difference agree."""
ROUNDING = 1e-6
"""Slopes that differ by no more may do so by rounding, and by the loss's own curvature."""
RULES = {"forward": FORWARD, "loss": LOSS_RULES, "backward": BACKWARD}
ACTIVATIONS = frozenset({"sigmoid", "tanh", "relu", "leaky_relu", "elu", "identity", "prelu", "softmax"})
"""What has one number to start from and goes on by a function."""
AXES = {0: "", 1: "[sample] or [unit]", 2: "[sample, unit]", 3: "[piece, sample, unit]"}


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
        What adds up to the net input, or to the number itself: products, the bias, shares of the samples, …; largest
        first by size.
    total : float
        The sum of the terms.
    steps : tuple of (label, value)
        From the sum to the number, if there is an activation or the largest of a maxout's pieces between.
    chain : tuple of (label, value)
        Of a gradient: the factors of the chain rule on the way back to the loss, along the largest term each time.
    numerical : float or None
        Of a gradient: the same by central differences through the network in float64; None for what is no gradient.
    kink : tuple of (below, above) or None
        Of a gradient at a kink, such as 0 of a ReLU: the slopes of the loss on both sides. The gradient is one that the
        activation chooses, the central difference their mean; None where both agree.
    """

    address: str
    value: float
    terms: tuple[tuple[str, float], ...]
    total: float
    steps: tuple[tuple[str, float], ...] = ()
    _trace: Trace | None = field(default=None, repr=False, compare=False)
    _spot: Spot | None = field(default=None, repr=False, compare=False)

    @cached_property
    def chain(self) -> tuple[tuple[str, float], ...]:
        """The factors of the chain rule, along the largest term each time."""
        return () if self._trace is None or self._spot is None else tuple(_chain(self._trace, self._spot))

    @cached_property
    def numerical(self) -> float | None:
        """The central difference (L(v + h) − L(v − h)) / 2h, v being what the gradient is by."""
        if self._trace is None or self._spot is None:
            return None
        return numerical_derivative(self._trace, self._spot.name, self._spot.index)

    @cached_property
    def kink(self) -> tuple[float, float] | None:
        """The slopes on both sides, where the central difference is another than the gradient because they differ."""
        if self.numerical is None or self._trace is None or self._spot is None:
            return None
        size = max(abs(self.value), abs(self.numerical))
        if not abs(self.numerical - self.value) > AGREEMENT * size:
            return None
        below, above = slopes_beside(self._trace, self._spot.name, self._spot.index)
        # A smooth function's slopes differ by h times its curvature, and by rounding.
        return (below, above) if abs(above - below) > max(AGREEMENT * size, ROUNDING) else None

    def __str__(self) -> str:
        return " ".join(filter(None, (self._sum(), *self._onward(), self._back(), self._checked())))

    def _sum(self) -> str:
        summed = self.steps[0][0] if self.steps else self.address
        if len(self.terms) == 1:
            label = self.terms[0][0]
            ending = "" if label == summed else f" = {label}"
            return f"{summed} = {self.total + 0.0:.6g}{ending}."
        shown, rest = self.terms[:TERMS_IN_A_SENTENCE], self.terms[TERMS_IN_A_SENTENCE:]
        parts = [f"{label} = {value + 0.0:+.4g}" for label, value in shown]
        if rest:
            words = "smaller terms" if len(rest) > 1 else "smaller term"
            parts.append(f"{len(rest)} {words} = {sum(value for _, value in rest):+.4g}")
        return f"{summed} = {self.total + 0.0:.6g}, the sum of {len(self.terms)} terms: {', '.join(parts)}."

    def _onward(self) -> list[str]:
        return [f"Then {label} = {value + 0.0:.6g}." for label, value in self.steps[1:]]

    def _back(self) -> str:
        if len(self.chain) < 2:
            return ""
        product = 1.0
        for _, value in self.chain:
            product *= value
        labels, values = " * ".join(label for label, _ in self.chain), " * ".join(bracketed(v) for _, v in self.chain)
        return f"Back from the loss along the largest terms: {labels} = {values} = {number(product)}."

    def _checked(self) -> str:
        if self.numerical is None:
            return ""
        checked = f"By central differences: {self.numerical:.6g}"
        if self.kink is None:
            return f"{checked}."
        below, above = self.kink
        return f"{checked}, the mean of both sides of a kink that lies here: {below:.6g} below and {above:.6g} above."


def explain_number(trace: Trace, address: str) -> Why:
    """Explain the number at an address such as `Z2[0,3]` or `A2[0,3]`, [sample, unit], or `dW1[5,7]`."""
    asked = _parse(trace, address)
    start = _net_input(trace, asked)
    terms = [(term.label, term.value) for term in _terms(trace, start)]
    total = sum(value for _, value in terms)
    steps: list[tuple[str, float]] = []
    if start != asked or _is_activation(trace, asked):
        began = start if start != asked else _input_of(trace, asked)
        steps = [(str(began), total), *_steps_between(trace, began, asked)]
    winner = _largest_piece(trace, start)
    if winner:
        steps = [(winner[0], total), (winner[1], start.value(trace)), *steps[1:]]
    held = (trace, asked) if _phase(trace, asked.name) == "backward" else (None, None)
    return Why(str(asked), asked.value(trace), tuple(terms), total, tuple(steps), held[0], held[1])


def _parse(trace: Trace, address: str) -> Spot:
    match = re.fullmatch(r"\s*(\w+)\s*(?:\[\s*(\d{1,15}(?:\s*,\s*\d{1,15}){0,2})\s*\]\s*)?", str(address))
    if match is None or not isinstance(address, str):
        raise ArgumentError(f"an address must read like 'Z2[0,3]', [sample, unit], got {address!r}.")
    name, index = match[1], tuple(map(int, re.findall(r"\d+", match[2] or "")))
    shape = trace[name].shape
    if len(index) != len(shape):
        example = Spot(name if shape else "Z2", (0,) * len(shape) or (0, 3))
        of = f"an address must read like 'Z2[0,3]', [sample, unit], got {address!r}"
        raise ArgumentError(f"{of}: {name} has the shape {shape}. Write '{name if not shape else example}'.")
    if any(place >= size for place, size in zip(index, shape, strict=True)):
        within = (
            f"{shape[0]} samples and {shape[1]} units (from 0)"
            if re.fullmatch(r"d?[ZA]\d+", name) and len(shape) == 2
            else f"the shape {shape}, each from 0"
        )
        raise ArgumentError(f"{str(address).strip()} lies outside {name}, which has {within}.")
    if _phase(trace, name) == "":
        raise ArgumentError(
            f"why explains what the network computed, got {name!r}, which was given. "
            "Ask for Z1[0,0], A1[0,0], loss, dW1[0,0], …."
        )
    return Spot(name, index)


def _phase(trace: Trace, name: str) -> str:
    """Return the phase in which a number was computed; nothing if it was given."""
    step = trace.step(name)
    if step is not None:
        return step.phase
    if trace.before is not None and name in trace.parameters:
        return "update"
    return "worked out" if name == trace.unformed_gradient else ""


def _net_input(trace: Trace, asked: Spot) -> Spot:
    """Return the number whose terms explain: of a block's output A its net input Z, else the number itself."""
    net_input = f"Z{asked.name[1:]}"
    output = re.fullmatch(r"A[1-9]\d*", asked.name) and trace.step(net_input) is not None
    return Spot(net_input, asked.index) if output and trace[net_input].shape == trace[asked.name].shape else asked


def _largest_piece(trace: Trace, start: Spot) -> tuple[str, str] | None:
    """Return of a maxout which piece is the sum that is explained, and how it was chosen."""
    step = trace.step(start.name)
    if step is None or step.operation != "maximum":
        return None
    name = step.inputs[0]
    values = [Spot(name, (piece, *start.index)).value(trace) for piece in range(len(trace[name]))]
    winner = Spot(name, (int(np.argmax(values)), *start.index))
    return str(winner), f"{start} = {step.formula} = max({', '.join(map(number, values))})"


def _is_activation(trace: Trace, asked: Spot) -> bool:
    step = trace.step(asked.name)
    return step is not None and step.phase == "forward" and step.operation in ACTIVATIONS


def _input_of(trace: Trace, asked: Spot) -> Spot:
    step = trace.step(asked.name)
    assert step is not None  # noqa: S101  # an activation has one
    return Spot(step.inputs[0], asked.index)


def _steps_between(trace: Trace, start: Spot, asked: Spot) -> list[tuple[str, float]]:
    """Return what happens to a number on its way through the rest of its block, with the numbers plugged in."""
    first = trace.names.index(start.name) + 1
    steps = []
    for name in trace.names[first : trace.names.index(asked.name) + 1]:
        if trace[name].shape == trace[asked.name].shape:
            step, here = trace.step(name), Spot(name, asked.index)
            assert step is not None  # noqa: S101  # what follows something computed is computed
            steps.append((f"{here} = {with_numbers(trace, step, asked.index)}", here.value(trace)))
    return steps


def _terms(trace: Trace, one: Spot) -> list[Term]:
    """Return what a number is the sum of, largest first."""
    step, phase = trace.step(one.name), _phase(trace, one.name)
    if phase == "update":
        terms = _update_terms(trace, one)
    elif step is None or step.operation.startswith("own_"):
        words = trace.formula(one.name) + (", your own code" if step else "")
        terms = [Term(words, one.value(trace))]  # what cannot be taken apart
    elif step.phase == "forward" and step.operation in ACTIVATIONS:
        before = Spot(step.inputs[0], one.index)
        terms = [Term(str(before), before.value(trace))]
    else:
        terms = RULES[step.phase][step.operation](trace, step, one.index)
    return sorted(terms, key=lambda term: -abs(term.value))


def _update_terms(trace: Trace, one: Spot) -> list[Term]:
    """Explain a parameter after an update: what it was, and what the optimizer added."""
    assert trace.before is not None  # noqa: S101  # that is what makes it an update
    old = one.value(trace.before)
    gradient = number(Spot(f"d{one.name}", one.index).value(trace.before))
    label = f"what {trace.update!r} adds for the gradient {gradient}"
    if type(trace.update) is SGD and not trace.update.weight_decay:
        label = f"-{as_schedule(trace.update.learning_rate).rate(0, 1, 1):g} * {Spot(f'd{one.name}', one.index)}"
    return [Term(f"{one} before", old), Term(label, one.value(trace) - old)]


def _chain(trace: Trace, one: Spot) -> list[tuple[str, float]]:
    """Return the factors from a gradient back to the loss's own derivative, along the largest terms."""
    factors: list[tuple[str, float]] = []
    while (step := trace.step(one.name)) is not None and not _begins(step):
        largest = _terms(trace, one)[0]
        if largest.gradient is None:
            return [*factors, (largest.label, largest.value)]
        if largest.factor[0] != "1":
            factors.append(largest.factor)
        one = largest.gradient
    return [*factors, (str(one), one.value(trace))]


def _begins(step: Step) -> bool:
    """Say whether the way back begins with this step: that of the loss, or one's own code."""
    return step.inputs[0] in {"dlosses", "losses"} or step.operation.startswith("own_")
