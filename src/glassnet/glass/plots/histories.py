"""A training's history as the learning curves need it: its metrics, and where epochs and steps lie on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError, as_float_array, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

Table = Mapping[str, Sequence[float | None]]
VALIDATION = "val_"
TABLES = ("epochs", "steps", "evaluations")
COUNTERS = {"epoch", "step", "samples"}  # columns that count and measure nothing


class HistoryLike(Protocol):
    """What `fit` returns, as far as the plots need it; a dict with the same three names will do as well."""

    @property
    def epochs(self) -> Table:
        """Metrics by epoch, such as "loss" and "val_loss"."""

    @property
    def steps(self) -> Table:
        """Metrics by step, such as "loss"."""

    @property
    def evaluations(self) -> Table:
        """Metrics measured in between, and after which "step"."""


@dataclass(frozen=True)
class HistoryTables:
    """The three tables of a history, each empty where the history has none."""

    epochs: Table
    steps: Table
    evaluations: Table

    @classmethod
    def of(cls, history: HistoryLike | Mapping[str, Any]) -> HistoryTables:
        """Take the tables from a History, or from the dict of a `history.json`."""
        if isinstance(history, Mapping):
            found = [history.get(name, {}) for name in TABLES]
            known = "epochs" in history
        else:
            found = [getattr(history, name, {}) for name in TABLES]
            known = hasattr(history, "epochs")
        if not known or not all(isinstance(table, Mapping) for table in found):
            raise ArgumentTypeError(
                f"history must be what fit returned, or a dict with 'epochs': {{'loss': […], …}}, got "
                f"{describe(history)}. Give the History itself, or the dict of a history.json."
            )
        return cls(*found)

    @property
    def metrics(self) -> list[str]:
        """The metrics that there are, without "val_"."""
        names = {
            name.removeprefix(VALIDATION) for table in (self.epochs, self.steps, self.evaluations) for name in table
        }
        if not names - COUNTERS:
            raise ArgumentError(
                "history must hold at least one metric, got an empty one. Train for at least one epoch first."
            )
        return sorted(names - COUNTERS)

    @property
    def n_epochs(self) -> int:
        """The number of epochs, the last perhaps cut short."""
        return max(map(len, self.epochs.values()), default=0)

    def by_epoch(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the epochs and the metric in each; both are empty if it was not measured."""
        values = _column(self.epochs, metric)
        return self._epoch_numbers()[: len(values)], values

    def by_step(self, metric: str, most: int) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """Return means over at most so many blocks of steps, at the middle of each in epochs, and a block's length."""
        values = _column(self.steps, metric)
        if len(values) == 0:
            return values, values, 0
        blocks = np.array_split(values, min(len(values), most))
        lengths = np.array([len(block) for block in blocks])
        done = self._steps_before() + np.cumsum(lengths) - lengths / 2
        return self._in_epochs(done), np.array([block.mean() for block in blocks]), int(lengths.max())

    def evaluated(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what was measured in between, and when in epochs; both are empty if that is not known."""
        values = _column(self.evaluations, metric)
        at = _column(self.evaluations, "step")
        if len(values) not in {0, len(at)}:
            raise ShapeError(
                f"the evaluations of a history must have one step for each {metric}, got {len(at)} steps and "
                f"{len(values)} values. Give as many of both."
            )
        placed = self._in_epochs(at[: len(values)])
        return placed, values[: len(placed)]

    def _epoch_numbers(self) -> NDArray[np.float64]:
        numbers = _column(self.epochs, "epoch")
        return numbers if len(numbers) == self.n_epochs else np.arange(1.0, self.n_epochs + 1)

    def _steps_before(self) -> float:
        """Return how many steps were done before this history begins: some, if the training was resumed."""
        numbers = _column(self.steps, "step")
        return float(numbers[0]) - 1 if len(numbers) else 0.0

    def _in_epochs(self, done: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where on an axis of epochs so many steps lie; nothing if that is not known.

        ``epochs["step"]`` says how many steps were done at the end of each epoch; without it they are spread evenly.
        Before the first epoch has ended the axis counts steps.
        """
        if self.n_epochs == 0:
            return done
        before, n_steps = self._steps_before(), max(map(len, self.steps.values()), default=0)
        ends = _column(self.epochs, "step")
        if len(ends) != self.n_epochs:
            if n_steps == 0:
                return done[:0]
            ends = before + np.linspace(0, n_steps, self.n_epochs + 1)[1:]
        epochs = self._epoch_numbers()
        positions: NDArray[np.float64] = np.interp(done, [before, *ends], [epochs[0] - 1, *epochs])
        return positions


def _column(table: Table, name: str) -> NDArray[np.float64]:
    """Return a column, empty if it is not there; None (of a JSON file) becomes nan."""
    values = as_float_array([np.nan if value is None else value for value in table.get(name, [])], name)
    if values.ndim != 1:
        raise ShapeError(f"{name} must be a list of numbers in the history, got {describe(values)}. Make it flat.")
    return values.astype(np.float64, copy=False)
