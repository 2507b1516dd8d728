"""The course of a training, by its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.doctor.thresholds import STEPS_TO_JUDGE

if TYPE_CHECKING:
    from glassnet.training.history import History


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
        start, end, before = (float(part.mean()) for part in parts)
        return cls(start, end, before, len(losses))
