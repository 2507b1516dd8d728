"""The learning-rate range test: a few steps from the same weights with one rate after another."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, check_integer, check_number
from glassnet.network import reference
from glassnet.network.tape import format_table
from glassnet.training.optimizers import as_optimizer
from glassnet.training.prepare import as_batch_size, as_samples, check_inputs
from glassnet.training.run import TrainingState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from glassnet.training.optimizers import Optimizer
    from glassnet.training.prepare import Samples
    from glassnet.training.run import Trainable

USUAL_RATES = tuple(float(f"{first}e{power}") for power in range(-6, 2) for first in (1, 3))[:-1]
"""1e-6, 3e-6, 1e-5, …, 10: two in each decade."""
ENOUGH = 0.9
"""The share of the greatest fall of the loss that the proposed rate must bring.

The rate with the greatest fall stands next to those that diverge. With 0.9 a training of twenty epochs came within a
third of the lowest loss of all rates in 13 of 16 cases (four rules, two activations, blobs and spirals); in three the
rate was one place too high.
"""
PROBE_ROWS = 512
"""The rows on which the loss is measured before and after."""


@dataclass(frozen=True)
class RateRange:
    """What a learning-rate range test found; prints as a table.

    Attributes
    ----------
    rates : tuple of float
        The rates that were tried, rising.
    losses : tuple of float
        The loss after the steps with each; inf where it was not finite.
    start : float
        The loss before.
    steps : int
        How many steps were made with each rate.
    optimizer : str
        With which rule.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    start: float
    steps: int
    optimizer: str

    @property
    def suggestion(self) -> float | None:
        """The smallest rate that brings nine tenths of the greatest fall; None if no rate brings the loss down."""
        best = min(self.losses)
        if not best < self.start:
            return None
        enough = self.start - ENOUGH * (self.start - best)
        return next(rate for rate, loss in zip(self.rates, self.losses, strict=True) if loss <= enough)

    @property
    def highest(self) -> float | None:
        """The largest rate with which the loss falls at all; None if it never does."""
        falling = [rate for rate, loss in zip(self.rates, self.losses, strict=True) if loss < self.start]
        return max(falling, default=None)

    def loss_at(self, rate: float) -> float:
        """Return the loss after the steps with the rate nearest to this one."""
        nearest = min(range(len(self.rates)), key=lambda index: abs(math.log(self.rates[index] / rate)))
        return self.losses[nearest]

    def __str__(self) -> str:
        marks = {self.suggestion: "← proposed"}
        rows = [
            (f"{rate:.3g}", f"{loss:.4g}", marks.get(rate, ""))
            for rate, loss in zip(self.rates, self.losses, strict=True)
        ]
        table = format_table(("rate", f"loss after {self.steps} steps", ""), rows)
        return f"{self.optimizer}, loss before: {self.start:.4g}\n{table}"


def learning_rate_range_test(
    network: Trainable,
    x: ArrayLike,
    t: ArrayLike,
    *,
    optimizer: Optimizer | str | None = None,
    batch_size: int | str | None = None,
    steps: int = 50,
    rates: Sequence[float] = USUAL_RATES,
) -> RateRange:
    """Try learning rates, from the network's present weights, on copies: which brings the loss down how far.

    Every rate gets the same weights, the same batches and the same dropout masks, so that nothing but the rate differs.

    Parameters
    ----------
    network : Network
        It is left as it is.
    x : array of shape (N, n_in)
    t : array
        Targets, as for `fit`.
    optimizer : Optimizer or str, default Adam()
        The rule whose rate is sought; its own rate does not matter.
    batch_size : int or "full", default 100 (or N, if that is less)
    steps : int, default 50
        How many steps are made with each rate.
    rates : sequence of float, default 1e-6, 3e-6, 1e-5, …, 10
        The rates to try.

    Returns
    -------
    RateRange
        `suggestion` is the rate that it proposes: the smallest that brings nine tenths of the greatest fall.

    Raises
    ------
    GlassnetError
        If the data do not fit the network, or a rate is not above 0.

    Notes
    -----
    It runs on the reference executor and is a function of its arguments and the network's seed. After L. N. Smith,
    "Cyclical learning rates for training neural networks" (2017), who raises the rate within one run; fresh weights for
    each rate tell the loss of one rate from what the rates before it did.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> x = np.random.default_rng(0).normal(size=(200, 2))
    >>> net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
    >>> print(gn.learning_rate_range_test(net, x, x[:, :1] + 2, optimizer=gn.SGD(), rates=[0.01, 0.1, 1, 3], steps=20))
    SGD, loss before: 4.658
    rate  loss after 20 steps
    0.01  2.117
    0.1   0.001...             ← proposed
    1     118...
    3     ...e+29
    """
    tried = tuple(sorted({check_number("a learning rate", rate, above=0) for rate in rates}))
    if not tried:
        raise ArgumentError("rates must hold at least one learning rate, got none. Leave it out for the usual ones.")
    network = network.on_numpy()
    samples = as_samples(network, x, t)
    check_inputs(samples)
    rule = as_optimizer(optimizer)
    size = as_batch_size(batch_size, len(samples))
    batches = _batches(samples, size, check_integer("steps", steps, minimum=1), network.seed)
    probe = samples.rows(slice(None) if len(samples) <= PROBE_ROWS else _some(len(samples), network.seed))
    start = _loss(network, dict(network.parameters), probe)
    losses = tuple(_loss_after(network, rule, rate, batches, probe) for rate in tried)
    return RateRange(tried, losses, start, steps, type(rule).__name__)


def _some(rows: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng([seed, 4]).choice(rows, PROBE_ROWS, replace=False)


def _batches(samples: Samples, size: int, steps: int, seed: int) -> list[Samples]:
    """Return the batches of so many steps, in an order drawn anew when all samples have been used."""
    rng = np.random.default_rng([seed, 5])
    per_epoch = -(-len(samples) // size)
    orders = np.array([rng.permutation(len(samples)) for _ in range(-(-steps // per_epoch))])
    cuts = [order[start : start + size] for order in orders for start in range(0, len(samples), size)]
    return [samples.rows(rows) for rows in cuts[:steps]]


def _loss(network: Trainable, parameters: dict[str, NDArray[Any]], probe: Samples) -> float:
    """Return the loss on the probe with these parameters, in train mode; inf if it is not finite."""
    given = {**reference.values_for(network, probe.x, probe.t), **parameters}
    loss = float(reference.run(network.tape("train"), given, "forward", "loss")["loss"])
    return loss if math.isfinite(loss) else math.inf


def _loss_after(network: Trainable, rule: Optimizer, rate: float, batches: list[Samples], probe: Samples) -> float:
    """Return the loss after a step on each of the batches; inf as soon as one is not finite."""
    optimizer = replace(rule, learning_rate=rate)
    slots = TrainingState.fresh(network, optimizer).slots
    parameters = network.parameters.copies()
    state = network.state.copies()
    tape = network.tape("train", input_gradient=False)
    for step, batch in enumerate(batches):
        given = {**reference.values_for(network, batch.x, batch.t, step=step), **parameters, **state}
        values = reference.run(tape, given, "forward", "loss", "backward", "state")
        if not math.isfinite(values["loss"]):
            return math.inf
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for name, w in parameters.items():
                optimizer.apply(name, w, values[f"d{name}"], slots[name], rate, step + 1)
        state = {name: values[name] for name in state}
    return _loss(network, parameters, probe)
