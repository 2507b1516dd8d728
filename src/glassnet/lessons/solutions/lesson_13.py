"""Solutions of lesson 13, depth."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from glassnet.mathematics.functions import sigmoid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def bump(x: NDArray[Any], a: float, b: float, s: float) -> Any:
    """Take a step up at b from a step up at a."""
    return sigmoid(s * (x - a)) - sigmoid(s * (x - b))


tent = (2.0, -4.0)
"""The slope is 2 first, and changes by −4 at the kink."""


def parameters(sizes: Sequence[int]) -> int:
    """Count a weight for each pair of units and a bias for each unit, layer by layer."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
