"""Showing how a training goes: a bar on a terminal, one line an epoch elsewhere; notebooks and tqdm have their own."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from glassnet.mathematics.checks import check_choice, check_integer
from glassnet.training.callback import Callback

if TYPE_CHECKING:
    from glassnet.training.run import Run

SECONDS_BETWEEN_UPDATES = 0.1
LONGEST_IN_FULL = 1e4
"""From which size on a loss is written with an exponent."""


DISPLAYS = ("plain", "rich", "tqdm")
"""The displays that can be asked for by name."""


def progress_for(verbose: int | str) -> Callback:
    """Return the display for a verbosity: nothing for 0, what suits where the output goes for 1, or that of a name.

    In a notebook it is one output that is updated in place, unless plain lines or tqdm are asked for.
    """
    from glassnet.training.notebook_progress import NotebookProgress, in_notebook
    from glassnet.training.tqdm_progress import TqdmBar

    if isinstance(verbose, str):
        check_choice("verbose", verbose, DISPLAYS)
    elif not isinstance(verbose, bool):
        check_integer("verbose", verbose, minimum=0)
    if not verbose:
        return Callback()
    if verbose == "tqdm":
        return TqdmBar()
    if verbose != "plain" and in_notebook():
        return NotebookProgress()
    return ProgressBar() if verbose == "rich" or (verbose != "plain" and sys.stdout.isatty()) else EpochLines()


class EpochLines(Callback):
    """One line an epoch."""

    def on_epoch_end(self, run: Run) -> None:
        """Print the epoch's metrics."""
        print(epoch_line(run), flush=True)

    def on_train_end(self, run: Run) -> None:
        """Print why the training ended, if there is more to say than that all epochs are done."""
        if run.stop_reason:
            print(f"stopped: {run.stop_reason}", flush=True)


def epoch_line(run: Run) -> str:
    """Write the metrics of the epoch that has ended in a line."""
    metrics = run.metrics
    width = len(str(run.epochs))
    parts = [f"epoch {run.epoch:{width}}/{run.epochs}"]
    for name, label in (
        ("loss", "loss"),
        ("accuracy", "accuracy"),
        ("val_loss", "val_loss"),
        ("val_accuracy", "val_accuracy"),
    ):
        if name in metrics:
            parts.append(f"{label} {_metric(name, metrics[name])}")
    parts.append(f"{_count(metrics['samples_per_second'])} samples/s")
    parts.append(f"{metrics['seconds']:.1f} s")
    return "  ".join(parts)


def step_words(run: Run, elapsed: float, first_step: int) -> list[str]:
    """Say how the epoch under way goes: the loss, the accuracy of late, the speed, and the time that is left."""
    steps = run.history.steps
    parts = [f"loss {_metric('loss', steps['loss'][-1])}"]
    if "accuracy" in steps:
        recent = steps["accuracy"][-100:]
        parts.append(f"accuracy {100 * sum(recent) / len(recent):.1f}%")
    parts.append(f"{_count(run.seen / max(elapsed, 1e-9))} samples/s")
    if run.rows:  # otherwise nobody knows how many there will be
        left = elapsed * (run.total_steps - run.step) / max(run.step - first_step, 1)
        parts.append(f"{_clock(left)} left")
    return parts


def _metric(name: str, value: float) -> str:
    """Write a metric for the screen.

    >>> _metric("val_accuracy", 0.98765), _metric("loss", 9999.0), _metric("loss", 1e24)
    ('98.77%', '9999.0000', '1.000e+24')
    """
    if "accuracy" in name:
        return f"{100 * value:.2f}%"
    return f"{value:.4f}" if abs(value) < LONGEST_IN_FULL else f"{value:.3e}"


def _count(number: float) -> str:
    return f"{number:,.0f}"


class ProgressBar(Callback):
    """A bar for the epoch under way, with loss, accuracy, samples/s and the time left of the whole training."""

    def on_train_begin(self, run: Run) -> None:
        """Show the bar."""
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[words]}"),
        )
        self._bar: Any = Progress(*columns, transient=True)
        self._task = self._bar.add_task("", total=run.rows or None, epoch=f"{run.epoch + 1}/{run.epochs}", words="")
        self._started = self._shown = time.perf_counter()
        self._first_step = run.step
        self._bar.start()

    def steps_to_next(self, run: Run) -> int | None:
        """Any number: the bar moves as often as there is time."""
        return None

    def on_step_end(self, run: Run) -> None:
        """Move the bar, ten times a second at most."""
        now = time.perf_counter()
        if now - self._shown < SECONDS_BETWEEN_UPDATES:
            return
        self._shown = now
        parts = step_words(run, now - self._started, self._first_step)
        self._bar.update(
            self._task,
            completed=run.samples,
            total=run.rows or None,
            epoch=f"{run.epoch}/{run.epochs}",
            words="  ".join(parts),
        )

    def on_epoch_end(self, run: Run) -> None:
        """Leave a line for the epoch above the bar."""
        self._bar.console.print(epoch_line(run), highlight=False)
        self._bar.update(self._task, completed=0)

    def on_train_end(self, run: Run) -> None:
        """Take the bar away, and say why the training ended, as `EpochLines` does."""
        self._bar.stop()
        if run.stop_reason:
            self._bar.console.print(f"stopped: {run.stop_reason}", highlight=False, markup=False)


def _clock(seconds: float) -> str:
    """Write a duration as minutes and seconds.

    >>> _clock(75.2)
    '1:15'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
