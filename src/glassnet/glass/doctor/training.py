"""What is wrong with a training, by its history, and by experiments on copies where the history gives reason to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.course import Course
from glassnet.glass.doctor.data import uneven_inputs, unscaled_targets
from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.neighbours import answers_worse_than_neighbours, shifted_targets
from glassnet.glass.doctor.rate_range import USUAL_RATES, RateRange, learning_rate_range_test
from glassnet.glass.doctor.thresholds import (
    FAR_TOO_LARGE,
    FAR_TOO_SMALL,
    NOT_LEARNED,
    OVERFIT_ACCURACY,
    OVERFIT_GAP,
    OVERFIT_RISE,
    PLATEAU,
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
    "symmetric-units",
    "softmax-twice",
    "softmax-of-one",
    "loss-mismatch",
    "labels-off-by-one",
    "unshuffled",
    "targets-out-of-reach",
    "several-labels",
    "batchnorm-of-one",
    "output-bounded",
}
"""Findings that explain why nothing is learned, so that it need not be said as well."""
EFFECTS_OF_TARGETS = {"learning-rate-too-small", "not-learning", "underfitting"}
"""What targets that are not scaled look like: a rate that would reach them is far too large for any others."""
NO_DIFFERENCE = 1e-6
"""Differences of losses up to which they are equal but for rounding."""
CAUSES_OR_EFFECTS = {"dead-units", "saturated-units", "vanishing-gradients", "exploding-gradients"}
"""Findings that explain it too, but may themselves come from a rate that was too large."""


def examine_training(case: Case, found: set[str]) -> Iterator[Finding]:
    """Find what is wrong with the training, given the codes of what was found before."""
    history = case.history
    if history is None:
        return
    yield from _overfitting(case, history)
    finding = _failure(case, history, found)
    if finding is None:
        return
    shifted = shifted_targets(case) if finding.code not in {"diverged", "learning-rate-too-large"} else None
    if shifted is not None:
        yield shifted
        return
    inputs = None if "inputs-unscaled" in found else uneven_inputs(case)
    targets = unscaled_targets(case)
    yield from filter(None, (inputs, targets))
    if not (targets and finding.code in EFFECTS_OF_TARGETS):
        yield finding


def _failure(case: Case, history: History, found: set[str]) -> Finding | None:
    """Return a finding if the training broke down, or less was learned than could have been."""
    course = Course.of(history)
    if history.stopped.startswith("not finite"):
        tested = _rates_from_fresh_weights(case)
        steps = len(history.steps.get("loss", []))
        diverged = Finding("diverged", "error", {"steps": steps, "stopped": history.stopped})
        return (_wrong_rate(case, tested) if tested else None) or diverged
    return _too_little(case, course, found) if course is not None and not found & CAUSES else None


def _too_little(case: Case, course: Course, found: set[str]) -> Finding | None:
    """Return a finding if less was learned than could have been: of the rate, if that is why."""
    bounds = loss_bounds(case)
    learned = bounds is None or course.end <= bounds.nothing_learned
    stands_still = course.before - course.end < PLATEAU * abs(course.start)
    underfits = answers_worse_than_neighbours(case, course) if stands_still else None
    if learned and underfits is None:
        return None
    tested = _rates_from_fresh_weights(case)
    wrong = _wrong_rate(case, tested) if tested else None
    if found & CAUSES_OR_EFFECTS:
        return wrong if wrong is not None and wrong.code == "learning-rate-too-large" else None
    if wrong is not None or bounds is None:
        return wrong
    if tested is not None and min(tested.losses) < bounds.between(1 - WORSE, course.end):
        return None  # with another rate it gets further within a few steps: it needs no more than time
    if underfits is not None:
        return underfits
    evidence = {"steps": course.steps, "loss": course.end, "baseline": bounds.constant}
    return Finding("not-learning", "warning", evidence)


@dataclass(frozen=True)
class Bounds:
    """Between which losses learning takes place.

    Attributes
    ----------
    least : float
        The loss of the targets themselves as answers: 0, or the entropy of soft targets.
    constant : float
        The loss of the best answer that is the same for all inputs.
    """

    least: float
    constant: float

    def between(self, share: float, upper: float) -> float:
        """Return the loss that lies so far above the least one on the way to another."""
        return self.least + share * (upper - self.least)

    @property
    def nothing_learned(self) -> float:
        """The loss above which nothing has been learned."""
        return self.between(NOT_LEARNED, self.constant)


def loss_bounds(case: Case) -> Bounds | None:
    """Return the bounds of the loss; None if they are not known, or targets do not differ."""
    targets, name = case.targets, case.loss_name
    if targets is None or not name or not np.isfinite(targets).all():
        return None
    wide = targets.astype(np.float64)
    constant = np.median(wide, axis=0) if name == "mean_absolute_error" else wide.mean(axis=0)
    answers = wide, np.tile(constant, (len(wide), 1))
    least, best = (float(case.network.loss_function.forward(answer, wide).mean()) for answer in answers)
    return Bounds(least, best) if best - least > NO_DIFFERENCE * max(1.0, abs(best)) else None


def _overfitting(case: Case, history: History) -> Iterator[Finding]:
    losses, validation = (np.array(history.epochs.get(name, []), dtype=np.float64) for name in ("loss", "val_loss"))
    if len(validation) < 2 or not (np.isfinite(validation).all() and np.isfinite(losses).all()):
        return
    if history.best_epoch is not None:  # early stopping went back to it
        return
    best = int(np.argmin(validation))
    bounds = loss_bounds(case)
    first = float(max(losses[0], validation[0]))
    start = bounds.constant - bounds.least if bounds else first
    rise = validation[-1] - validation[best]
    risen = rise > OVERFIT_RISE * abs(start) and validation[-1] > OVERFIT_GAP * losses[-1]
    if risen and _answers_suffer(history, float(validation[-1]), bounds.constant if bounds else first):
        epochs = history.epochs.get("epoch", range(1, len(validation) + 1))
        numbers = {"best": validation[best], "last": validation[-1], "loss": losses[-1], "start": start}
        evidence = {"best_epoch": int(epochs[best]), **{name: float(number) for name, number in numbers.items()}}
        yield Finding("overfitting", "warning", evidence)


def _answers_suffer(history: History, loss: float, of_nothing: float) -> bool:
    """Say whether more than certainty was lost: a classifier's validation loss grows where its answers stay right."""
    accuracies = history.epochs.get("val_accuracy")
    return not accuracies or loss > of_nothing or max(accuracies) - accuracies[-1] > OVERFIT_ACCURACY


def _rates_from_fresh_weights(case: Case) -> RateRange | None:
    """Try rates on the network as it was made, with the rule and the batches that it was trained with."""
    if case.x is None or case.targets is None or case.optimizer is None or not _all_finite(case.x, case.targets):
        return None
    old = case.network
    network = Trainable(old.layers, old.loss_function, seed=old.seed, dtype=old.dtype.name)
    size = None if case.batch_size is None else min(case.batch_size, len(case.chosen))
    x, t = case.x[case.chosen], case.targets[case.chosen]
    rates = (*USUAL_RATES, _highest_rate(case))
    return learning_rate_range_test(network, x, t, optimizer=case.optimizer, batch_size=size, rates=rates)


def _wrong_rate(case: Case, tested: RateRange) -> Finding | None:
    """Return a finding if the rate that was used does worse than the proposed one, and is far from it."""
    rate = _highest_rate(case)
    suggestion = tested.suggestion
    if suggestion is None:
        return None
    reached = tested.loss_at(suggestion)
    # To come down to the best constant answer is no success, where the first weights cost more than that.
    bounds = loss_bounds(case)
    ground = min(tested.start, bounds.constant if bounds else math.inf)
    fall = ground - reached if ground > reached else tested.start - reached
    worse = tested.loss_at(rate) > reached + WORSE * fall
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


def _all_finite(*arrays: NDArray[Any]) -> bool:
    return all(bool(np.isfinite(array).all()) for array in arrays)
