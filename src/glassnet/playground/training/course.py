"""Loss and accuracy over the steps, for the charts: thinned out as they grow long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POINTS = 400
HISTORY_NAMES = {
    "loss": "trainLoss",
    "accuracy": "trainAccuracy",
    "val_loss": "testLoss",
    "val_accuracy": "testAccuracy",
}
"""What a training's history calls the measures."""


class Course:
    """Some numbers by step.

    Parameters
    ----------
    *names : str
        Of the numbers.

    Examples
    --------
    >>> course = Course("loss")
    >>> for step in range(1000):
    ...     course.add(step, loss=1.0)
    >>> len(course.arrays()["loss"]) <= MOST_POINTS, course.arrays()["step"][[0, -1]]
    (True, array([  0., 999.]))
    """

    def __init__(self, *names: str) -> None:
        self._names = ("step", *names)
        self._rows: list[tuple[float, ...]] = []

    def add(self, step: int, **numbers: float) -> None:
        """Add the numbers of a step; those of the same step give way."""
        if self._rows and self._rows[-1][0] == step:
            self._rows.pop()
        self._rows.append((step, *(numbers[name] for name in self._names[1:])))
        if len(self._rows) > MOST_POINTS:
            self._thin_out()

    def _thin_out(self) -> None:
        """Keep about half of the points, evenly over the steps, with the first and the last of them."""
        first, last = self._rows[0][0], self._rows[-1][0]
        width = (last - first) / (MOST_POINTS / 2)
        kept = [self._rows[0]]
        for row in self._rows[1:-1]:
            if row[0] - kept[-1][0] >= width:
                kept.append(row)
        self._rows = [*kept, self._rows[-1]]

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """Return step and numbers by name, each of shape (points,)."""
        table = np.array(self._rows, np.float64).reshape(-1, len(self._names))
        return {name: np.ascontiguousarray(table[:, index]) for index, name in enumerate(self._names)}

    def by_epoch(self, steps_per_epoch: int) -> dict[str, list[float]]:
        """Return the measures after the first step as a history has them by epoch, for the doctor.

        >>> course = Course("trainLoss", "testLoss", "trainAccuracy", "testAccuracy")
        >>> course.add(20, trainLoss=0.5, testLoss=0.6, trainAccuracy=np.nan, testAccuracy=np.nan)
        >>> course.by_epoch(10)
        {'epoch': [2.0], 'loss': [0.5], 'val_loss': [0.6]}
        """
        table = self.arrays()
        learned = table["step"] > 0
        measures = {"epoch": np.ceil(table["step"] / steps_per_epoch)}
        measures |= {theirs: table[ours] for theirs, ours in HISTORY_NAMES.items()}
        # What was never measured, of values or without test samples, is nan throughout.
        return {name: own[learned].tolist() for name, own in measures.items() if not np.isnan(own).all()}
