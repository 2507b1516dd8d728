"""Putting names into modules and classes for a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ABSENT = object()


@contextmanager
def replaced(owner: Any, names: Mapping[str, Any]) -> Iterator[None]:
    """Set attributes of a module or class; afterwards all is as it was.

    Parameters
    ----------
    owner : module or class
    names : dict of name and value

    Examples
    --------
    >>> import math
    >>> with replaced(math, {"pi": 3, "half": 0.5}):
    ...     math.pi, math.half
    (3, 0.5)
    >>> math.pi, hasattr(math, "half")
    (3.141592653589793, False)
    """
    before = {name: vars(owner).get(name, _ABSENT) for name in names}
    for name, value in names.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is not _ABSENT:
                setattr(owner, name, value)
            elif name in vars(owner):
                delattr(owner, name)
