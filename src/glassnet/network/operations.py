"""The table of operations: name → function of arrays.

Each layer's file registers the operations of its own steps, beside the steps; here are the table itself and what
belongs to no layer. A function takes the arrays of the step's inputs in order, and the step's settings by name; where
it needs a library by name it takes that, too, as `xp`, and it is NumPy unless something else is said.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

OPERATIONS: dict[str, Callable[..., Any]] = {}
AnyFunction = TypeVar("AnyFunction", bound="Callable[..., Any]")


def operation(function: AnyFunction) -> AnyFunction:
    """Register a function under its name in the table of operations."""
    OPERATIONS[function.__name__] = function
    return function


@functools.cache
def operations_with(xp: Any) -> Mapping[str, Callable[..., Any]]:
    """Return the table for the arrays of another library, `xp`: the same functions, bound to it once.

    Parameters
    ----------
    xp : module
        A namespace of the array API standard.

    Examples
    --------
    >>> operations_with(np) is OPERATIONS
    True
    """
    if xp is np:
        return OPERATIONS
    return {
        name: functools.partial(function, xp=xp) if "xp" in inspect.signature(function).parameters else function
        for name, function in OPERATIONS.items()
    }


@operation
def same(x: NDArray[Any]) -> NDArray[Any]:
    """Return x itself: a block without an activation has A = Z."""
    return x


def read_only(array: Any) -> NDArray[Any]:
    """Return a view that a user's own code cannot write to: `x *= 2` there would change the data itself.

    Other libraries have no such views; their arrays are passed on as they are.

    >>> read_only(np.zeros(2)).flags.writeable
    False
    """
    if not isinstance(array, np.ndarray):
        return array
    view = array.view()
    view.flags.writeable = False
    return view
