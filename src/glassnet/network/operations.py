"""The table of operations: name → function of arrays.

Each layer's file registers the operations of its own steps, beside the steps; here are the table itself and what
belongs to no layer. A function takes the arrays of the step's inputs in order, and the step's settings by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

OPERATIONS: dict[str, Callable[..., Any]] = {}
AnyFunction = TypeVar("AnyFunction", bound="Callable[..., Any]")


def operation(function: AnyFunction) -> AnyFunction:
    """Register a function under its name in the table of operations."""
    OPERATIONS[function.__name__] = function
    return function


@operation
def same(x: NDArray[Any]) -> NDArray[Any]:
    """Return x itself: a block without an activation has A = Z."""
    return x


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view that a user's own code cannot write to: `x *= 2` there would change the data itself.

    >>> import numpy as np
    >>> read_only(np.zeros(2)).flags.writeable
    False
    """
    view = array.view()
    view.flags.writeable = False
    return view
