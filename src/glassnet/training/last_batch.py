"""The numbers of the batch that was trained on last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.network.backends import all_to_numpy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


@dataclass
class LastBatch:
    """What the last step of a training computed.

    Attributes
    ----------
    values : mapping, or function that returns one
        Every array of the training tape by name: of the reference executor the arrays themselves, of the compiled one
        views of the memory that it worked in, made when they are asked for.
    before : mapping
        Parameters and state as they were before the step's update; the next training may use their memory again.
    step : int
        How many updates had been made before it: what its dropout masks are a function of.
    """

    values: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    before: Mapping[str, NDArray[Any]]
    step: int = 0

    @property
    def executor(self) -> str:
        """Which executor made the step."""
        return "compiled" if callable(self.values) else "reference"

    def all_values(self) -> dict[str, Any]:
        """Return all of it by name, in NumPy."""
        values = self.values() if callable(self.values) else self.values
        known = all_to_numpy({**values, **self.before})
        return {**known, **{name: known[name].copy() for name in self.before}}
