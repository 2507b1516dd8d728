"""The dropout layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import check_number
from glassnet.mathematics.counter_hash import dropout_mask
from glassnet.network.layer import Layer, Place
from glassnet.network.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.network.tape import Mode, Step


@dataclass(frozen=True, repr=False)
class Dropout(Layer):
    """In training, sets each number to 0 with a probability and scales the rest up; in prediction, does nothing.

    Parameters
    ----------
    rate : float, default 0.5
        The share that is dropped, from 0 up to but not including 1.

    Notes
    -----
    A = Z · mask, dZ = dA · mask, where the mask is 0 or 1 / (1 − rate): a hash of (seed, step, layer, element), so that
    it depends on nothing else. Source: Srivastava et al., 2014.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 4, init=([[1.0] * 4], [0.0] * 4)), gn.Dropout(0.5)], "mean_squared_error", seed=1)
    >>> net.predict([[3.0]])  # prediction drops nothing
    array([[3., 3., 3., 3.]], dtype=float32)
    >>> sorted(set(net.trace([[3.0]] * 9)["A1"].ravel().tolist()))
    [0.0, 6.0]
    """

    rate: float = 0.5

    def __post_init__(self) -> None:
        self._set("rate", check_number("Dropout's rate", self.rate, at_least=0, below=1))

    @property
    def piecewise_linear(self) -> bool:
        """In prediction it does nothing."""
        return True

    def forward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Compute A = Z · mask."""
        x, y, mask, shape = place.input, place.output, place.local("mask"), ("N", place.n_out)
        if mode == "predict":
            yield place.step("forward", "same", (x,), y, shape, f"{x} (nothing is dropped in prediction)")
            return
        formula = (
            f"0 with probability {self.rate:g}, else 1 / (1 - {self.rate:g}): hash of (seed, step, layer, element)"
        )
        yield place.step(
            "forward", "mask_like", (x, "seed", "step"), mask, shape, formula, rate=self.rate, layer=place.index
        )
        yield place.step("forward", "multiply", (x, mask), y, shape, f"{x} * {mask}")

    def backward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Compute dZ = dA · mask."""
        dy, dx, mask, shape = f"d{place.output}", f"d{place.input}", place.local("mask"), ("N", place.n_in)
        if mode == "predict":
            yield place.step("backward", "same", (dy,), dx, shape, dy)
        else:
            yield place.step("backward", "multiply", (dy, mask), dx, shape, f"{dy} * {mask}")


@operation
def mask_like(x: NDArray[Any], seed: int, step: int, *, rate: float, layer: int, xp: Any = np) -> NDArray[Any]:
    """Return the dropout mask for x."""
    return dropout_mask(x.shape, rate, seed, step, layer, x.dtype, xp=xp, device=x.device)


@operation
def multiply(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Return x · y, elementwise."""
    return x * y
