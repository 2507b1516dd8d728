"""A network's pass from any of its layers to its logits and back: what all explanations are made of.

The logits are the last numbers before the output function: a softmax or a sigmoid keeps their order, and differences of
logits are what is additive. Whether a part of the way is piecewise linear the layers themselves say.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network.layers import Dropout, Identity
from glassnet.network.layers.activations import Activation
from glassnet.network.lowering import output_name
from glassnet.network.reference import run_step, slices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from glassnet.network.structure import Structure
    from glassnet.network.tape import Step

ROWS_AT_ONCE = 256
"""How many rows are gone through at a time: gradients in float64 take more memory than a prediction."""


@dataclass(frozen=True)
class Station:
    """An array on the way: the input, or the output of a hidden layer.

    Attributes
    ----------
    name : str
        `X`, `A1`, `A2`, ….
    index : int
        Which layer reads it, from 0.
    """

    name: str
    index: int


INPUT = Station("X", 0)


class Passes:
    """A network in float64, or another dtype, run in predict mode between its stations and its logits.

    Attributes
    ----------
    network : Structure
    end : int
        How many layers lead to the logits.
    logits_name : str
        What the logits are called on the tape.
    """

    def __init__(self, network: Structure, dtype: str = "float64") -> None:
        self.network = network if network.dtype.name == dtype else network.same_with(dtype)
        self.end = _layers_to_logits(network)
        places = network.places
        self.logits_name = places[self.end].input if self.end < len(places) else output_name(places[-1])
        tape = self.network.tape("predict")
        self._forward = [step for step in tape.phase("forward") if step.layer < self.end]
        self._backward = [step for step in tape.phase("backward") if step.layer < self.end]

    @cached_property
    def hidden(self) -> dict[str, Station]:
        """The hidden layers by the names of their outputs, from the first to the last."""
        places = [place for place in self.network.places[: self.end] if place.number > 1]
        starts = [place for place in places if self.network.layers[place.index].starts_block]
        return {place.input: Station(place.input, place.index) for place in starts}

    def is_piecewise_linear(self, start: Station) -> bool:
        """Say whether the logits are an exactly linear function of a station's numbers near those of a sample."""
        return all(layer.piecewise_linear for layer in self.network.layers[start.index : self.end])

    def logits(self, rows: NDArray[Any], start: Station = INPUT) -> NDArray[Any]:
        """Return the logits (N, n) of rows of a station."""
        return self._joined(rows, lambda part: self._run(part, start)[self.logits_name])

    def at(self, station: Station, rows: NDArray[Any]) -> NDArray[Any]:
        """Return the numbers of a station for inputs (N, n_in)."""
        if station == INPUT:
            return rows.astype(self.network.dtype)
        return self._joined(rows, lambda part: self._run(part, INPUT)[station.name])

    def gradients(
        self, rows: NDArray[Any], weights: NDArray[Any], start: Station = INPUT
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the logits, and the gradients of weighted sums of them by the station's numbers.

        Parameters
        ----------
        rows : array of shape (N, n)
        weights : array of shape (n_logits,) or (N, n_logits)
            What each logit counts in the sum, the same for all rows or each row its own.
        start : Station

        Returns
        -------
        logits : array of shape (N, n_logits)
        gradients : array of shape (N, n)
        """
        logits, gradients = [], []
        steps = _leading_to(f"d{start.name}", [step for step in self._backward if step.layer >= start.index])
        for part in slices(len(rows), ROWS_AT_ONCE):
            known = self._run(rows[part], start)
            logits.append(known[self.logits_name])
            seeds = weights if weights.ndim == 1 else weights[part]
            known[f"d{self.logits_name}"] = np.broadcast_to(seeds, logits[-1].shape).astype(self.network.dtype)
            with np.errstate(all="ignore"):
                for step in steps:
                    if all(name in known for name in step.inputs):  # what comes before the logits, not after
                        run_step(step, known)
            gradients.append(known[f"d{start.name}"])
        return np.concatenate(logits), np.concatenate(gradients)

    def _run(self, rows: NDArray[Any], start: Station) -> dict[str, Any]:
        values = rows.astype(self.network.dtype)
        known: dict[str, Any] = {**self.network.parameters, **self.network.state, "X": values, start.name: values}
        with np.errstate(all="ignore"):
            for step in self._forward:
                if step.layer >= start.index:
                    run_step(step, known)
        return known

    def _joined(self, rows: NDArray[Any], of: Any) -> NDArray[Any]:
        return np.concatenate([of(rows[part]) for part in slices(len(rows), ROWS_AT_ONCE)])


def _layers_to_logits(network: Structure) -> int:
    """Return how many layers lead to the logits: all but the output function, which is not piecewise linear."""
    end = len(network.layers)
    for index in reversed(range(end)):
        layer = network.layers[index]
        if isinstance(layer, Activation) and not layer.piecewise_linear:
            end = index
        elif not isinstance(layer, Identity | Dropout):
            break
    return end


def _leading_to(wanted: str, steps: Iterable[Step]) -> list[Step]:
    """Return the steps that a gradient follows from, without those of parameters."""
    needed, kept = {wanted}, []
    for step in reversed(list(steps)):
        if needed.intersection(step.outputs):
            kept.append(step)
            needed.update(step.inputs)
    return kept[::-1]
