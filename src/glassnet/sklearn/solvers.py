"""How a solver changes the weights, update after update, and its learning rate, epoch after epoch.

A solver turns an estimator's parameters into an optimizer of glassnet's, whose rule the engine has a kernel for. Two
things differ from update to update: the penalty, `alpha` over the weight of the batch, which is a weight decay; and
scikit-learn's ε of Adam, which stands beside √v and not, as in the paper, beside √v̂: ε / √(1 − β₂ᵏ) there.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError
from glassnet.training.executors import RULES, rule_of
from glassnet.training.optimizers import Adam, AdamW, Momentum, Nesterov, Optimizer, as_optimizer
from glassnet.training.schedules import as_schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.engine.lines import Rule
    from glassnet.network.structure import Structure
    from glassnet.training.schedules import Schedule

LEAST_RATE = 1e-6
"""The learning rate at which an adaptive training ends."""


class Solver:
    """An optimizer under way: its settings, what it remembers of each parameter, and its learning rate.

    Parameters
    ----------
    optimizer : Optimizer
    network : Structure
    schedule : Schedule, optional
        The learning rate by step; by default it stays what it is.

    Attributes
    ----------
    learning_rate : float
        The rate of the last update, or of the next one, as scikit-learn's optimizers tell it.
    t : int
        How many updates were made.
    slots : dict
        parameter → slot → array.
    """

    def __init__(self, optimizer: Optimizer, network: Structure, schedule: Schedule | None = None) -> None:
        self.optimizer = optimizer
        self.schedule = schedule
        self.t = 0
        self.learning_rate = (
            schedule.rate(0, 1, 1) if schedule else float(as_schedule(optimizer.learning_rate).rate(0, 1, 1))
        )
        self.slots = {
            name: {slot: np.zeros_like(array) for slot in optimizer.slots} for name, array in network.parameters.items()
        }

    @property
    def takes_penalty(self) -> bool:
        """Whether the penalty goes into the gradient: not of AdamW, whose weight decay stands in its place."""
        return not isinstance(self.optimizer, AdamW)

    @property
    def rule(self) -> Rule | None:
        """The rule as the engine knows it; None of an optimizer that is written in Python."""
        return rule_of(self.optimizer) if type(self.optimizer) in RULES else None

    def rate(self, total_steps: int, steps_per_epoch: int) -> float:
        """Return the learning rate of the next update."""
        if self.schedule is not None:
            self.learning_rate = self.schedule.rate(self.t, total_steps, steps_per_epoch)
        return self.learning_rate

    def settings(self) -> tuple[float, ...]:
        """Return what the engine's kernel takes after the weight decay, at the next update."""
        return rule_of(self.optimizer).settings

    def optimizer_now(self) -> Optimizer:
        """Return the optimizer with the settings of the next update."""
        return self.optimizer

    def update(self, parameters: dict[str, NDArray[Any]], gradients: dict[str, NDArray[Any]], rate: float) -> None:
        """Change the parameters by their gradients, in plain NumPy; the penalty is in the gradients."""
        optimizer = self.optimizer_now()
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for name, w in parameters.items():
                optimizer.apply(name, w, gradients[name], self.slots[name], rate, self.t + 1)

    def iteration_ends(self, samples_seen: int) -> None:
        """Change the learning rate behind an epoch, where it goes by samples."""

    def goes_on(self, message: str, *, verbose: bool) -> bool:
        """Say whether training goes on, with a smaller rate, although it made no progress."""
        if verbose:
            print(f"{message} Stopping.")  # what `verbose` asks for, in scikit-learn's words
        return False


class SGDSolver(Solver):
    """scikit-learn's stochastic gradient descent: momentum, Nesterov's or the plain one, and three ways of its rate."""

    def __init__(self, estimator: Any, network: Structure) -> None:
        kind = Nesterov if estimator.nesterovs_momentum else Momentum
        # A momentum of 1 is allowed there, and not here; the number below it does the same.
        momentum = min(float(estimator.momentum), math.nextafter(1.0, 0.0))
        schedule = None if isinstance(estimator.learning_rate, str) else as_schedule(estimator.learning_rate)
        super().__init__(kind(float(estimator.learning_rate_init), momentum=momentum), network, schedule)
        self.learning_rate_init = float(estimator.learning_rate_init)
        self.lr_schedule = estimator.learning_rate
        self.power_t = estimator.power_t

    def iteration_ends(self, samples_seen: int) -> None:
        """Let an inversely scaled rate fall."""
        if isinstance(self.lr_schedule, str) and self.lr_schedule == "invscaling":
            self.learning_rate = self.learning_rate_init / (samples_seen + 1) ** self.power_t

    def goes_on(self, message: str, *, verbose: bool) -> bool:
        """Take a fifth of an adaptive rate, until it is too small."""
        if not (isinstance(self.lr_schedule, str) and self.lr_schedule == "adaptive"):
            return super().goes_on(message, verbose=verbose)
        too_small = self.learning_rate <= LEAST_RATE
        if not too_small:
            self.learning_rate /= 5.0
        if verbose:
            end = (
                "Learning rate too small. Stopping."
                if too_small
                else f"Setting learning rate to {self.learning_rate:f}"
            )
            print(f"{message} {end}")
        return not too_small


class AdamSolver(Solver):
    """scikit-learn's Adam."""

    def __init__(self, estimator: Any, network: Structure) -> None:
        optimizer = Adam(
            float(estimator.learning_rate_init),
            beta1=float(estimator.beta_1),
            beta2=float(estimator.beta_2),
            eps=float(estimator.epsilon),
        )
        schedule = None if isinstance(estimator.learning_rate, str) else as_schedule(estimator.learning_rate)
        super().__init__(optimizer, network, schedule)
        self._rate = self.learning_rate
        self._settings = (optimizer.beta1, optimizer.beta2)
        self._eps = optimizer.eps

    def rate(self, total_steps: int, steps_per_epoch: int) -> float:
        """Return the learning rate of the next update; `learning_rate` tells it with the start-up bias in it."""
        if self.schedule is not None:
            self._rate = self.schedule.rate(self.t, total_steps, steps_per_epoch)
        beta1, beta2 = self._settings
        step = self.t + 1
        self.learning_rate = self._rate * math.sqrt(1 - beta2**step) / (1 - beta1**step)
        return self._rate

    def settings(self) -> tuple[float, ...]:
        """Return β₁, β₂, and the ε that is beside √v̂ what scikit-learn's is beside √v."""
        beta1, beta2 = self._settings
        return beta1, beta2, self._eps / math.sqrt(1 - beta2 ** (self.t + 1))

    def optimizer_now(self) -> Optimizer:
        """Return Adam with that ε."""
        return replace(self.optimizer, eps=self.settings()[2])  # type: ignore[call-arg]


def check_settings(estimator: Any) -> None:
    """Refuse settings of which one would be dropped without a word."""
    rate = estimator.learning_rate
    if estimator.optimizer is not None and estimator.solver == "lbfgs":
        raise ArgumentError(
            f"solver='lbfgs' and optimizer={estimator.optimizer!r} must not go together: the optimizer is in place of "
            "the solver. Leave one of them out."
        )
    if estimator.optimizer is not None and rate != "constant":
        raise ArgumentError(
            f"learning_rate={rate!r} must not go with optimizer={estimator.optimizer!r}, which has a learning rate of "
            "its own. Give the schedule to the optimizer: gn.Adam(gn.schedules.Cosine(0.01))."
        )
    if estimator.solver == "lbfgs" and not isinstance(rate, str):
        raise ArgumentError(
            f"learning_rate={rate!r} must not go with solver='lbfgs', which has no learning rate. Use solver='adam' or "
            "'sgd', or leave the schedule out."
        )


def solver_for(estimator: Any, network: Structure) -> Solver:
    """Return the solver that an estimator's parameters mean."""
    if estimator.optimizer is not None:
        optimizer = as_optimizer(estimator.optimizer)
        return Solver(optimizer, network, as_schedule(optimizer.learning_rate))
    return SGDSolver(estimator, network) if estimator.solver == "sgd" else AdamSolver(estimator, network)
