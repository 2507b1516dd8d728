"""Optuna: a trial that promises nothing ends early."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from glassnet.mathematics.checks import ArgumentTypeError, describe
from glassnet.mathematics.libraries import need
from glassnet.training.callback import Callback, Monitor

if TYPE_CHECKING:
    from glassnet.training.run import Run


class OptunaPruning(Callback):
    """Report a metric of each epoch to Optuna, and end the trial that its pruner gives up (extra `optuna`).

    Parameters
    ----------
    trial : optuna.Trial
        What Optuna gives the objective function.
    monitor : str, default "val_loss"
        A metric of the history. The study's direction must suit it: `minimize` for a loss, `maximize` for an accuracy.

    Raises
    ------
    optuna.TrialPruned
        Out of `fit`, when the pruner says so, or the metric is nan: Optuna then goes on with the next trial.

    Examples
    --------
    >>> import glassnet as gn
    >>> def objective(trial):
    ...     net = gn.Network([gn.Dense(2, trial.suggest_int("width", 2, 8)), gn.ReLU(), gn.Dense(8, 1), gn.Sigmoid()])
    ...     pruning = gn.callbacks.OptunaPruning(trial, monitor="val_loss")
    ...     return min(net.fit(x, t, validation_fraction=0.2, callbacks=[pruning], verbose=0)["val_loss"])
    """

    def __init__(self, trial: Any, monitor: str = "val_loss") -> None:
        if not (callable(getattr(trial, "report", None)) and callable(getattr(trial, "should_prune", None))):
            raise ArgumentTypeError(
                f"trial must be what Optuna gives the objective function, got {describe(trial)}. Write "
                "OptunaPruning(trial) within it."
            )
        self.trial = trial
        self.monitor_name = monitor

    def on_train_begin(self, run: Run) -> None:
        """Check the metric, and that the study looks for what is better of it."""
        self._optuna = need("optuna", extra="optuna", what="gn.callbacks.OptunaPruning")
        monitor = Monitor(self.monitor_name)
        monitor.check(run)
        directions = getattr(getattr(self.trial, "study", None), "directions", ())
        if len(directions) > 1:
            raise ArgumentTypeError(
                f"the study must have one direction to prune by, got {len(directions)}: Optuna prunes no trials of "
                "several objectives. Leave OptunaPruning out, or give the study one direction."
            )
        direction = getattr(directions[0], "name", "") if directions else ""
        wanted = "MINIMIZE" if monitor.sign > 0 else "MAXIMIZE"
        if direction in {"MINIMIZE", "MAXIMIZE"} and direction != wanted:
            raise ArgumentTypeError(
                f"the study must be made with direction={wanted.lower()!r} to monitor {self.monitor_name!r}, got "
                f"{direction.lower()!r}. Change either."
            )

    def on_epoch_end(self, run: Run) -> None:
        """Report the metric, and end the trial if the pruner gives it up."""
        value = run.metrics[self.monitor_name]
        if math.isfinite(value):
            self.trial.report(value, run.epoch)
            reason = "the pruner gives it up" if self.trial.should_prune() else ""
        else:
            reason = f"{self.monitor_name} is {value}"
        if reason:
            run.stop(f"pruned: {reason} after epoch {run.epoch}")
            raise self._optuna.TrialPruned(run.stop_reason)
