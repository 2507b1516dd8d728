"""The training loop: epochs made of steps, metrics, callbacks. The steps are made by one of two executors."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.training.callback import best_metrics
from glassnet.training.interrupt import InterruptBetweenSteps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from glassnet.network.reference import Evaluation
    from glassnet.training.callback import Callback
    from glassnet.training.prepare import Feed, Samples
    from glassnet.training.run import Run

    Augment = Callable[[NDArray[Any], np.random.Generator], NDArray[Any]]


@dataclass(frozen=True)
class Stretch:
    """What some steps, made one after another, add to the metrics of the epoch.

    Attributes
    ----------
    samples : int
        How many samples they saw.
    weights : sequence of float
        The weight of each step's batch.
    losses : sequence of float
        The loss of each step, times the weight of its batch.
    right : float
        How many samples were answered right.
    """

    samples: int
    weights: Sequence[float]
    losses: Sequence[float]
    right: float


class Steps(Protocol):
    """What makes the steps of a training."""

    def epoch(self, loop: Loop) -> Iterator[Stretch]:
        """Make the steps of an epoch, yielding after each stretch of them; an early end says why in the run."""

    def evaluate(self, samples: Samples) -> Evaluation:
        """Return loss and accuracy on some samples."""

    def close(self) -> None:
        """Free what the steps needed."""


@dataclass
class Loop:
    """What the loop has at hand."""

    run: Run
    training: Samples
    validation: Samples | Feed | None
    batch_size: int
    callbacks: list[Callback]
    steps: Steps
    shuffle: bool = True
    augmentation: Augment | None = None
    interrupt: InterruptBetweenSteps = field(default_factory=InterruptBetweenSteps)

    def call(self, method: str) -> None:
        """Call a method of every callback."""
        for callback in self.callbacks:
            getattr(callback, method)(self.run)

    def stop_if_asked(self) -> None:
        """Heed a Ctrl-C that came since the last step."""
        if self.interrupt.asked:
            self.run.interrupt("interrupted; the model is as the last step left it")

    def order(self) -> NDArray[np.int64] | None:
        """Return the order of the samples in a new epoch; None as they stand."""
        if not self.shuffle:
            return None
        return self.run.state.shuffle.permutation(len(self.training)).astype(np.int64, copy=False)


def train(loop: Loop) -> None:
    """Train until all is done or something stops it; every callback that began is ended, whatever happened."""
    run, started = loop.run, False
    begun: list[Callback] = []
    errors: list[BaseException] = []
    with loop.interrupt:
        try:
            for callback in loop.callbacks:
                callback.on_train_begin(run)
                begun.append(callback)
            run.network.training_state, started = run.state, True
            _train_epochs(loop)
        except KeyboardInterrupt:  # a second Ctrl-C, or the program's own handler
            run.interrupt("interrupted in the middle of a step or a callback; the model is as it stood then")
        except BaseException as error:  # noqa: BLE001  # raised again below, when the callbacks have ended
            run.stop(f"ended by {type(error).__name__}")
            errors.append(error)
        for callback in begun:
            try:
                callback.on_train_end(run)
            except BaseException as error:  # noqa: BLE001  # raised again below, unless there was one before
                errors.append(error)
    run.history.stopped = run.ending
    if started:
        run.network.metadata["training"] = _description(loop)
    if errors:
        raise errors[0]


def _train_epochs(loop: Loop) -> None:
    run = loop.run
    loop.stop_if_asked()
    while run.epoch < run.epochs and run.step < run.total_steps and not run.stop_reason:
        _train_epoch(loop)
        loop.stop_if_asked()


def _train_epoch(loop: Loop) -> None:
    run, started = loop.run, time.perf_counter()
    run.state.epoch += 1
    run.samples = 0
    losses: list[float] = []
    weights: list[float] = []
    right = 0.0
    for stretch in loop.steps.epoch(loop):
        run.samples += stretch.samples
        run.seen += stretch.samples
        # A batch counts in the epoch's loss as its samples do in the batch's: by their weights.
        weights += stretch.weights
        losses += stretch.losses
        right += stretch.right
        loop.call("on_step_end")
        loop.stop_if_asked()
        if run.stop_reason or run.step >= run.total_steps:
            break
    if run.samples:
        weight = _exact_sum(weights)
        loss = _exact_sum(losses) / weight if weight else 0.0
        _end_epoch(loop, loss, right / run.samples, time.perf_counter() - started)


def _exact_sum(numbers: list[float]) -> float:
    """Return the sum, rounded once: how the steps were cut into stretches, a matter of time, shows nowhere in it."""
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):  # beyond float64, or ∞ − ∞
        return float(np.sum(numbers))


def _end_epoch(loop: Loop, loss: float, accuracy: float, seconds: float) -> None:
    run, network = loop.run, loop.run.network
    classifies = network.output_kind != "values"
    metrics: dict[str, float] = {"epoch": run.epoch, "step": run.step, "loss": loss}
    if classifies:
        metrics["accuracy"] = accuracy
    if loop.validation is not None:
        measured = loop.validation.measured(loop.steps.evaluate)
        metrics["val_loss"] = measured.loss
        if measured.accuracy is not None:
            metrics["val_accuracy"] = measured.accuracy
    metrics["learning_rate"] = run.history.steps["learning_rate"][-1]
    metrics["seconds"] = seconds
    metrics["samples_per_second"] = run.samples / max(seconds, 1e-9)
    run.metrics = metrics
    run.history.add_epoch(**metrics)
    network.metadata["training"] = _description(loop)
    loop.call("on_epoch_end")


def _description(loop: Loop) -> dict[str, Any]:
    """Describe the training for the model file: with what, how long, how well."""
    run = loop.run
    # Without times: the same training gives the same file.
    timing = {"seconds", "samples_per_second"}
    last = {name: of for name, of in run.metrics.items() if name not in timing and np.isfinite(of)}
    return {
        "optimizer": repr(run.state.optimizer),
        "batch_size": loop.batch_size,
        "epochs": run.epoch,
        "steps": run.step,
        "seed": run.network.seed,
        "stopped": run.history.stopped or "not yet",
        "last_epoch": last,
        "best": best_metrics(run.history.epochs, run.best_before),
    }
