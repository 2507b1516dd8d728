"""Learning-rate schedules: the rate as a function of how far training has come.

The way is that of the whole training: `fit(resume=True)` counts on from the steps that were made, and its total is
those and its own. So a training that was planned for 10 epochs, ended after 4 and is resumed with 6 more goes down the
same curve; one that had ended as planned takes the rate of its place on the longer way, which may be a higher one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.mathematics.checks import ArgumentTypeError, check_integer, check_number, describe

__all__ = ["Constant", "Cosine", "OneCycle", "Schedule", "StepDecay", "WarmUp"]


class Schedule:
    """A learning rate that changes: derive from it and define `rate`."""

    def rate(self, step: int, total_steps: int, steps_per_epoch: int) -> float:
        """Return the learning rate of a step.

        Parameters
        ----------
        step : int
            From 0 to total_steps − 1.
        total_steps, steps_per_epoch : int
            How many steps the training has, and an epoch.
        """
        raise NotImplementedError(f"{type(self).__name__} must define rate(self, step, total_steps, steps_per_epoch).")


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate throughout.

    >>> Constant(0.1).rate(7, 10, 5)
    0.1
    """

    learning_rate: float

    def __post_init__(self) -> None:
        check_number("learning_rate", self.learning_rate, above=0)

    def rate(self, step: int, total_steps: int, steps_per_epoch: int) -> float:
        """Return the rate."""
        return self.learning_rate


@dataclass(frozen=True)
class StepDecay(Schedule):
    """The rate times `factor` after every `every` epochs.

    >>> [StepDecay(0.1, every=2, factor=0.5).rate(step, 50, 10) for step in (0, 19, 20, 40)]
    [0.1, 0.1, 0.05, 0.025]
    """

    learning_rate: float
    every: int = 10
    factor: float = 0.1

    def __post_init__(self) -> None:
        check_number("learning_rate", self.learning_rate, above=0)
        check_integer("every", self.every, minimum=1)
        check_number("factor", self.factor, above=0)

    def rate(self, step: int, total_steps: int, steps_per_epoch: int) -> float:
        """Return the rate of the epoch that the step is in."""
        return self.learning_rate * self.factor ** (step // steps_per_epoch // self.every)


@dataclass(frozen=True)
class Cosine(Schedule):
    """From the rate down to `minimum` along half a cosine. Source: Loshchilov and Hutter, "SGDR", 2017.

    It would reach `minimum` after the last step, so that no step is made in vain.

    >>> [round(Cosine(0.1).rate(step, 4, 10), 3) for step in range(4)]
    [0.1, 0.085, 0.05, 0.015]
    """

    learning_rate: float
    minimum: float = 0.0

    def __post_init__(self) -> None:
        check_number("learning_rate", self.learning_rate, above=0)
        check_number("minimum", self.minimum, at_least=0, at_most=self.learning_rate)

    def rate(self, step: int, total_steps: int, steps_per_epoch: int) -> float:
        """Return the rate at the step's share of the way."""
        return _cosine(self.learning_rate, self.minimum, step / max(total_steps, 1))


@dataclass(frozen=True)
class WarmUp(Schedule):
    """Another schedule, or a constant rate, reached in a straight line from near 0 within the first `steps` steps.

    >>> [round(WarmUp(0.1, steps=4).rate(step, 100, 10), 3) for step in (0, 1, 3, 50)]
    [0.025, 0.05, 0.1, 0.1]
    """

    schedule: Schedule | float
    steps: int = 100

    def __post_init__(self) -> None:
        check_integer("steps", self.steps, minimum=1)
        as_schedule(self.schedule)

    def rate(self, step: int, total_steps: int, steps_per_epoch: int) -> float:
        """Return a growing share of the rate."""
        share = min(1.0, (step + 1) / self.steps)
        return share * as_schedule(self.schedule).rate(step, total_steps, steps_per_epoch)


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up to `maximum` over the first part of the training and down to almost nothing over the rest, both along cosines.

    It starts at maximum / 25 and ends at maximum / 10,000. Source: Smith and Topin, "Super-convergence", 2018.

    Parameters
    ----------
    maximum : float
        The highest rate, above 0.
    up : float, default 0.3
        The share of the steps in which it rises, between 0 and 1.

    Examples
    --------
    >>> [round(OneCycle(0.1, up=0.5).rate(step, 101, 10), 4) for step in (0, 50, 100)]
    [0.004, 0.1, 0.0]
    """

    maximum: float
    up: float = 0.3

    def __post_init__(self) -> None:
        check_number("maximum", self.maximum, above=0)
        check_number("up", self.up, above=0, below=1)

    def rate(self, step: int, total_steps: int, steps_per_epoch: int) -> float:
        """Return the rate at the step's share of the way."""
        share = step / max(total_steps - 1, 1)
        if share < self.up:
            return _cosine(self.maximum / 25, self.maximum, share / self.up)
        return _cosine(self.maximum, self.maximum / 1e4, (share - self.up) / (1 - self.up))


def _cosine(start: float, end: float, share: float) -> float:
    """Return the value `share` of the way from start to end along half a cosine."""
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))


def as_schedule(rate: Schedule | float) -> Schedule:
    """Return the schedule that a number or a schedule means.

    >>> as_schedule(0.1)
    Constant(learning_rate=0.1)
    """
    if isinstance(rate, Schedule):
        return rate
    if callable(rate):
        raise ArgumentTypeError(
            f"learning_rate must be a number or a schedule, got {describe(rate)}. Derive from gn.schedules.Schedule."
        )
    return Constant(check_number("learning_rate", rate, above=0))
