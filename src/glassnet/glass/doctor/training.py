"""What is wrong with a training, by its history, and by experiments on copies where the history gives reason to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.neighbours import as_good_as_neighbours
from glassnet.glass.doctor.rate_range import RateRange, learning_rate_range_test
from glassnet.glass.doctor.thresholds import (
    FAR_TOO_LARGE,
    FAR_TOO_SMALL,
    NOT_LEARNED,
    OVERFIT_GAP,
    OVERFIT_RISE,
    PLATEAU,
    STEPS_TO_JUDGE,
    WORSE,
)
from glassnet.training.run import Trainable
from glassnet.training.schedules import as_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.glass.doctor.case import Case
    from glassnet.training.history import History

CAUSES = {
    "dead-units",
    "saturated-units",
    "symmetric-units",
    "vanishing-gradients",
    "exploding-gradients",
    "softmax-twice",
    "softmax-of-one",
    "loss-mismatch",
    "labels-off-by-one",
    "unshuffled",
    "targets-out-of-reach",
    "output-bounded",
}
"""Findings that explain why nothing is learned, so that it need not be said as well."""


@dataclass(frozen=True)
class Course:
    """The course of a training in a few numbers.

    Attributes
    ----------
    start, end, before : float
        Mean loss of the first steps, of the last quarter's second half, and of its first half.
    steps : int
        How many steps were made.
    """

    start: float
    end: float
    before: float
    steps: int

    @classmethod
    def of(cls, history: History) -> Course | None:
        """Return the course of a history; None if it is too short to be judged."""
        losses = np.array(history.steps.get("loss", []), dtype=np.float64)
        if len(losses) < STEPS_TO_JUDGE or not np.isfinite(losses).all():
            return None
        eighth = max(1, len(losses) // 8)
        parts = (losses[: max(1, len(losses) // 50)], losses[-eighth:], losses[-2 * eighth : -eighth])
        return cls(*(float(part.mean()) for part in parts), len(losses))


def examine_training(case: Case, found: set[str]) -> Iterator[Finding]:
    """Find what is wrong with the training, given the codes of what was found before."""
    history = case.history
    if history is None:
        return
    yield from _overfitting(case, history)
    if history.stopped.startswith("not finite"):
        finding = _wrong_rate(case)
        steps = len(history.steps.get("loss", []))
        yield finding or Finding("diverged", "error", {"steps": steps, "stopped": history.stopped})
        return
    course = Course.of(history)
    if course is None:
        return
    baseline = loss_of_best_constant(case)
    learned = baseline is None or course.end <= NOT_LEARNED * baseline
    unlike = None
    if learned and course.before - course.end < PLATEAU * abs(course.start):
        unlike = as_good_as_neighbours(case, course)
    if learned and unlike is None:
        return
    if found & CAUSES:
        return
    wrong = _wrong_rate(case)
    if wrong is not None:
        yield wrong
    elif not learned and baseline is not None:
        unlike = as_good_as_neighbours(case, course)
        evidence = {"steps": course.steps, "loss": course.end, "baseline": baseline}
        yield unlike or Finding("not-learning", "warning", evidence)
    elif unlike is not None:
        yield unlike


def loss_of_best_constant(case: Case) -> float | None:
    """Return the loss of the best answer that is the same for all inputs; None if it is not known."""
    targets, name = case.targets, case.loss_name
    if targets is None or not name or not np.isfinite(targets).all():
        return None
    wide = targets.astype(np.float64)
    constant = np.median(wide, axis=0) if name == "mean_absolute_error" else wide.mean(axis=0)
    loss = float(case.network.loss_function.forward(np.tile(constant, (len(wide), 1)), wide).mean())
    return loss if loss > 0 else None


def _overfitting(case: Case, history: History) -> Iterator[Finding]:
    losses, validation = (np.array(history.epochs.get(name, []), dtype=np.float64) for name in ("loss", "val_loss"))
    if len(validation) < 2 or not (np.isfinite(validation).all() and np.isfinite(losses).all()):
        return
    if history.best_epoch is not None:  # early stopping went back to it
        return
    best = int(np.argmin(validation))
    start = loss_of_best_constant(case) or max(losses[0], validation[0])
    rise = validation[-1] - validation[best]
    if rise > OVERFIT_RISE * abs(start) and validation[-1] > OVERFIT_GAP * losses[-1]:
        epochs = history.epochs.get("epoch", range(1, len(validation) + 1))
        numbers = {"best": validation[best], "last": validation[-1], "loss": losses[-1], "start": start}
        evidence = {"best_epoch": int(epochs[best]), **{name: float(number) for name, number in numbers.items()}}
        yield Finding("overfitting", "warning", evidence)


def _wrong_rate(case: Case) -> Finding | None:
    """Try rates from fresh weights; return a finding if the one that was used is far from the proposed one."""
    if case.x is None or case.targets is None or case.optimizer is None or not _all_finite(case.x, case.targets):
        return None
    network = Trainable(
        case.network.layers,
        case.network.loss_function,
        seed=case.network.seed,
        dtype=case.network.dtype.name,
    )
    rate = _highest_rate(case)
    tested = learning_rate_range_test(
        network, case.x[case.chosen], case.targets[case.chosen], optimizer=case.optimizer, between=_around(rate)
    )
    suggestion = tested.suggestion
    if suggestion is None:
        return None
    fall = tested.start - tested.loss_at(suggestion)
    worse = tested.loss_at(rate) > tested.loss_at(suggestion) + WORSE * fall
    if not worse:
        return None
    if rate >= FAR_TOO_LARGE * suggestion:
        return Finding("learning-rate-too-large", "error", _evidence(tested, rate, suggestion))
    if rate <= FAR_TOO_SMALL * suggestion:
        return Finding("learning-rate-too-small", "error", _evidence(tested, rate, suggestion))
    return None


def _evidence(tested: RateRange, rate: float, suggestion: float) -> dict[str, Any]:
    return {
        "rate": rate,
        "suggestion": suggestion,
        "start": tested.start,
        "at_rate": tested.loss_at(rate),
        "at_suggestion": tested.loss_at(suggestion),
        "steps": tested.steps,
        "times": suggestion / rate,
        "optimizer": tested.optimizer,
    }


def _highest_rate(case: Case) -> float:
    """Return the highest rate that the training used."""
    history = case.history
    rates = history.steps.get("learning_rate", []) if history is not None else []
    if rates:
        return float(max(rates))
    return as_schedule(case.optimizer.learning_rate).rate(0, 1, 1) if case.optimizer is not None else math.nan


def _around(rate: float) -> tuple[float, float]:
    """Return between which rates to search: the usual ones, and the one that was used."""
    return min(1e-5, rate), max(10.0, rate)


def _all_finite(*arrays: NDArray[Any]) -> bool:
    return all(bool(np.isfinite(array).all()) for array in arrays)
