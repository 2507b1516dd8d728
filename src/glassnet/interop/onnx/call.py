"""A node together with the values that it reads: what the functions for ONNX's operators are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.interop.onnx.pieces import Rows, Sizes
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.interop.onnx.graph import Node

MOST_INTEGERS = 64
"""How many whole numbers a shape or a list of axes has at most."""


@dataclass(frozen=True)
class Call:
    """A node and its inputs.

    Attributes
    ----------
    node : Node
    inputs : tuple
        An array that is constant, `Rows`, `Sizes`, or None for one that is left out.
    count : callable
        It is told how many numbers a node is about to make, and refuses too many.
    """

    node: Node
    inputs: tuple[Any, ...]
    count: Callable[[Node, int], None]

    @property
    def rows(self) -> Rows:
        """The first input that follows from the graph's own."""
        return next(value for value in self.inputs if isinstance(value, Rows))

    def no(self, reason: str) -> DataError:
        """Return the error that the node cannot be represented."""
        return DataError(f"{self.node.words} cannot be represented: {reason}")

    def charge(self, numbers: int) -> None:
        """Tell of numbers before they are made."""
        self.count(self.node, numbers)

    def given(self, place: int) -> Any:
        """Return an input, or None if it is left out."""
        return self.inputs[place] if place < len(self.inputs) else None

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute, or what it is if it is left out."""
        return self.node.attributes.get(name, default)

    def decimal(self, name: str, default: float) -> float:
        """Return an attribute as the shortest decimal that is the same in its float32: 0.1, not 0.10000000149."""
        return float(str(np.float32(self.attribute(name, default))))

    def rows_first(self) -> None:
        """Refuse a node whose first input is not the rows."""
        if not isinstance(self.given(0), Rows):
            raise self.no("the rows must be its first input")

    def constant(self, place: int, what: str, dimensions: int | None = None) -> NDArray[Any]:
        """Return an input that is to be a constant array of numbers."""
        value = self.given(place)
        if not isinstance(value, np.ndarray):
            raise self.no(f"its {what} must be constant")
        if dimensions is not None and value.ndim != dimensions:
            raise self.no(f"its {what} must have {dimensions} axes, got the shape {value.shape}")
        return value

    def number(self, place: int, what: str) -> float:
        """Return an input that is to be one constant number."""
        value = self.given(place)
        if not isinstance(value, np.ndarray) or value.size != 1:
            raise self.no(f"its {what} must be one constant number")
        return float(value.reshape(())[()])

    def integers(self, place: int, what: str) -> list[int | str]:
        """Return an input that is to be constant whole numbers, or sizes; `N` stands for the rows."""
        value = self.given(place)
        if isinstance(value, Sizes):
            return list(value.values)
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu" or value.size > MOST_INTEGERS:
            raise self.no(f"its {what} must be constant whole numbers")
        return [int(number) for number in value.reshape(-1)]

    def axes(self) -> list[int] | None:
        """Return the axes of a Squeeze or Unsqueeze: an attribute in older files, an input in newer ones."""
        given = self.attribute("axes")
        if given is None and self.given(1) is not None:
            given = self.integers(1, "axes")
        return None if given is None else [int(axis) for axis in given]
