"""Solutions of lesson 12, the manifold hypothesis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def log_share(count: float, pixels: int, levels: int) -> float:
    """Subtract logarithms: the number of all pictures does not fit into a float."""
    return math.log10(count) - pixels * math.log10(levels)


def nearest(picture: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[int, float]:
    """Broadcast the picture over the rows."""
    distances = np.sqrt(((others - picture) ** 2).sum(axis=1))
    number = int(distances.argmin())
    return number, float(distances[number])


def walk(p: NDArray[np.float64], q: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Make a column of shares, one a row of the result."""
    shares = np.linspace(0, 1, steps + 1)[:, np.newaxis]
    return (1 - shares) * p + shares * q
