"""Solutions of lesson 06, losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cross_entropy(y: NDArray[Any], t: NDArray[Any]) -> Any:
    """Mean of −log of the probability of each right class, kept away from log 0 as lecture 002 does it."""
    return -np.mean(np.log(y[np.arange(len(t)), t] + 1e-7))


# The mean of 3, 1, 4, 1, 11; their median; the share of ones among 1, 1, 0, 1.
best_constant = (4, 3, 0.75)

output_layer = {
    "tomorrow's temperature": ("identity", "mean_squared_error"),
    "spam or not": ("sigmoid", "binary_cross_entropy"),
    "which of ten digits": ("softmax", "categorical_cross_entropy"),
}
