"""The values of a computational graph: arrays in float32 or float64, and numbers where they have no axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, as_real_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.mathematics.graph import Variable


class ItemError(ArgumentError, IndexError):
    """An index points outside a Variable."""


def as_value(value: ArrayLike, name: str = "value") -> NDArray[Any]:
    """Return a value as an array of float32 if it is that, else of float64."""
    array = as_real_array(value, name)
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def cast(array: NDArray[Any], like: NDArray[Any]) -> NDArray[Any]:
    """Return an array in another's precision."""
    with np.errstate(over="ignore"):
        return array.astype(like.dtype, copy=False)


def locked(value: Any) -> NDArray[Any]:
    """Return a view that cannot be written to: what follows from a graph is not changed by hand."""
    array = as_value(value).view()
    array.flags.writeable = False
    return array


def plain(array: NDArray[Any]) -> Any:
    """Return an array without axes as a number, any other as it is."""
    return array.item() if array.ndim == 0 and array.dtype == np.float64 else array[()]


def check_unchanged(nodes: tuple[Variable, ...]) -> None:
    """Raise `ArgumentError` if an input was given a new value after one of the nodes was computed from it."""
    for node in nodes:
        for parent in node.parents:
            if parent.age > node.age:
                raise ArgumentError(
                    f"{parent!r} was given a new value after {node!r} had been computed from it. "
                    "Compute the expression again, then call backward."
                )
