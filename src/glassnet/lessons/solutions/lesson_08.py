"""Solutions of lesson 08, numerical differentiation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def central(f: Callable[[Any], Any], x: Any, h: float) -> Any:
    """Divide the difference of both sides by their distance, 2h."""
    return (f(x + h) - f(x - h)) / (2 * h)


def gradient(f: Callable[[Any], Any], x: NDArray[Any]) -> NDArray[Any]:
    """Take a central difference for each element in turn, and put it back."""
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        value = x[i]
        x[i] = value + h
        above = f(x)
        x[i] = value - h
        below = f(x)
        x[i] = value
        grad[i] = (above - below) / (2 * h)
    return grad


# f(10) = 2 and f'(10) = 0.3, so n = 2 − 0.3 · 10.
tangent = (0.3, -1.0)
