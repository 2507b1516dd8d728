"""Solutions of lesson 02, the perceptron."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def nand(x1: float, x2: float) -> int:
    """NAND: AND with every sign turned round."""
    return 1 if -0.5 * x1 - 0.5 * x2 + 0.7 > 0 else 0


three_votes = (1.0, 1.0, 1.0, -1.5)
"""Any equal weights, and a threshold between one vote and two."""


def update(
    w: NDArray[np.float64], b: float, x: NDArray[np.float64], t: int, rate: float
) -> tuple[NDArray[np.float64], float]:
    """One step of Rosenblatt's rule."""
    y = 1 if w @ x + b > 0 else 0
    return w + rate * (t - y) * x, b + rate * (t - y)
