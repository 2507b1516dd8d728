"""Callbacks: what is called while a network trains.

A callback is an object with any of the methods of `Callback`, or a function of the run, called after each epoch. Each
is given the `Run`: its network, history, counts and metrics; `run.stop(reason)` ends the training.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.mathematics.checks import check_integer, check_number
from glassnet.training.callback import Callback, Monitor
from glassnet.training.evaluation import evaluate
from glassnet.training.nonfinite import explain_nonfinite, explain_nonfinite_parameter, nonfinite_parameter
from glassnet.training.pruning import OptunaPruning
from glassnet.training.records import Checkpoint, CSVLog, JSONLog
from glassnet.training.tensorboard import TensorBoard

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from glassnet.training.run import Run, TrainingState

__all__ = [
    "CSVLog",
    "Callback",
    "Checkpoint",
    "EarlyStopping",
    "Evaluate",
    "JSONLog",
    "OptunaPruning",
    "StopOnNaN",
    "TensorBoard",
]


class EarlyStopping(Callback):
    """Stop when a metric has not got better for some epochs, and go back to the best parameters and state.

    Parameters
    ----------
    monitor : str, default "val_loss"
        A metric of the history; of an accuracy more is better, of a loss less.
    patience : int, default 5
        After how many epochs without a better value to stop, at least 1.
    min_delta : float, default 0
        How much better counts.
    restore_best : bool, default True
        Whether the best epoch's parameters and state (running statistics) come back when the training has ended, and
        with them the optimizer's slots, the counts and the random generators, so that `resume=True` goes on from that
        epoch. After Ctrl-C the model stays as it stands.

    Examples
    --------
    >>> EarlyStopping(monitor="val_accuracy", patience=3).patience
    3
    """

    def __init__(
        self, monitor: str = "val_loss", patience: int = 5, min_delta: float = 0.0, *, restore_best: bool = True
    ) -> None:
        self.monitor_name = monitor
        self.patience = check_integer("patience", patience, minimum=1)
        self.min_delta = check_number("min_delta", min_delta, at_least=0)
        self.restore_best = restore_best

    def on_train_begin(self, run: Run) -> None:
        """Check the metric's name, and forget earlier trainings."""
        self._monitor = Monitor(self.monitor_name, self.min_delta)
        self._monitor.check(run)
        self._best: _Snapshot | None = None
        self._waited = 0

    def on_epoch_end(self, run: Run) -> None:
        """Remember the best epoch, or count one more without a better value."""
        if self._monitor.improved(run):
            self._waited = 0
            if self.restore_best:
                self._best = _Snapshot.of(run)
            run.history.best_epoch = run.epoch
            return
        self._waited += 1
        if self._waited >= self.patience:
            run.stop(f"early stopping: {self.monitor_name} no better for {self._waited} epochs")

    def on_train_end(self, run: Run) -> None:
        """Bring the best epoch back, unless Ctrl-C asked for the model as it stands."""
        best, self._best = self._best, None  # which frees the copies
        if best is not None and best.training.epoch != run.epoch and not run.interrupted:
            ended = run.ending
            best.restore(run)
            run.stop_reason = f"{ended}; the parameters of epoch {run.epoch}, the best, are back"


@dataclass(frozen=True)
class _Snapshot:
    """All that an epoch left: parameters, state, what training goes on with, and the metrics."""

    parameters: dict[str, NDArray[Any]]
    state: dict[str, NDArray[Any]]
    training: TrainingState
    metrics: dict[str, float]

    @classmethod
    def of(cls, run: Run) -> _Snapshot:
        network = run.network
        return cls(network.parameters.copies(), network.state.copies(), run.state.copy(), dict(run.metrics))

    def restore(self, run: Run) -> None:
        run.network.parameters.update(self.parameters)
        run.network.state.update(self.state)
        run.state = run.network.training_state = self.training
        run.metrics = self.metrics


class StopOnNaN(Callback):
    """Stop before an update whose loss is nan or inf, and say at which step, in which layer, and why that is likely.

    Every `fit` has one: the parameters stay as they were before the step that went wrong. After each epoch it looks at
    the parameters too, since a nan in them may hide from the loss.
    """

    def looks_at_gradients(self) -> bool:
        """No: the compiled executor ends by itself before such an update, and then calls `on_gradients`."""
        return False

    def on_gradients(self, run: Run) -> None:
        """Look at the loss of the step."""
        if not math.isfinite(run.batch["loss"]):
            run.stop(f"not finite: {explain_nonfinite(run.network, run.batch, run.step, run.learning_rate)}")

    def on_epoch_end(self, run: Run) -> None:
        """Look at the parameters."""
        bad = nonfinite_parameter(run.network)
        if bad is not None:
            rate = run.metrics["learning_rate"]
            run.stop(f"not finite: {explain_nonfinite_parameter(run.network, bad, run.step, rate)}")


class Evaluate(Callback):
    """Measure the network on some data every so many samples, into `history.evaluations`.

    Parameters
    ----------
    x, t : arrays
        Inputs and targets.
    every_samples : int
        After how many samples of training to measure again, at least 1; it begins before the first.
    report : callable (run), optional
        Called after each measurement.

    Notes
    -----
    Lecture 000 prints the test accuracy every 2,000 samples in this way.
    """

    def __init__(
        self, x: ArrayLike, t: ArrayLike, every_samples: int, report: Callable[[Run], None] | None = None
    ) -> None:
        self.x, self.t = x, t
        self.every_samples = check_integer("every_samples", every_samples, minimum=1)
        self.report = report

    def on_train_begin(self, run: Run) -> None:
        """Measure before the first step."""
        self._next = 0
        self._measure_if_due(run)

    def on_step_end(self, run: Run) -> None:
        """Measure after each `every_samples` samples."""
        self._measure_if_due(run)

    def steps_to_next(self, run: Run) -> int:
        """Return after how many steps the next measurement is due at the earliest."""
        return max(1, -(-(self._next - run.seen) // run.batch_size))

    def _measure_if_due(self, run: Run) -> None:
        if run.seen < self._next:
            return
        self._next = (run.seen // self.every_samples + 1) * self.every_samples
        measured = evaluate(run.network, self.x, self.t)
        metrics = {"samples": run.seen, "step": run.step, "loss": measured.loss}
        if measured.accuracy is not None:
            metrics["accuracy"] = measured.accuracy
        run.history.add_evaluation(**metrics)
        if self.report is not None:
            self.report(run)
