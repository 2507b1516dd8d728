"""Solutions of lesson 03, XOR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def collapse(
    W1: NDArray[Any], b1: NDArray[Any], W2: NDArray[Any], b2: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Merge two layers without activation: (x W1 + b1) W2 + b2 = x (W1 W2) + (b1 W2 + b2)."""
    return W1 @ W2, b1 @ W2 + b2


# The hidden units give (0, 0), (1, 0), (2, 1) where 0, 1, 2 of the inputs are 1: the output is 1 − XOR.
same = (np.array([-1.0, 2.0]), 1.0)

# All units count the ones and bend at 0, 1 and 2; the slopes 1, 1 − 2, 1 − 2 + 2 give the outputs 0, 1, 0, 1.
parity = (np.ones((3, 3)), np.array([0.0, -1.0, -2.0]), np.array([1.0, -2.0, 2.0]), 0.0)
