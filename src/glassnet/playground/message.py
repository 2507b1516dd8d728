"""What the page asks, read with care: each argument has a type and a range; and the refusals it may get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    GlassnetError,
    check_choice,
    check_integer,
    check_number,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

MOST_LETTERS = 100_000


class RefusedError(GlassnetError, ValueError):
    """What a user of the page did wrong: the page says it in the reader's language.

    Parameters
    ----------
    code : str
        The page's text `error.CODE` says it; without one the English words are shown.
    words : str
        In English.
    **values
        What stands in the page's text for {name}.
    """

    def __init__(self, code: str, words: str, **values: Any) -> None:
        super().__init__(words)
        self.code, self.values = code, values


class Message:
    """The arguments of one request.

    Parameters
    ----------
    content : dict
        As it came: nothing in it is trusted.

    Examples
    --------
    >>> message = Message({"rate": 0.5, "name": "xor"})
    >>> message.number("rate", above=0), message.choice("name", ["xor", "moons"]), message.integer("seed", 0, default=7)
    (0.5, 'xor', 7)
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content

    def __contains__(self, name: str) -> bool:
        return self._content.get(name) is not None

    def _get(self, name: str, default: Any) -> Any:
        value = self._content.get(name)
        if value is not None:
            return value
        if default is None:
            raise ArgumentError(f"the request must have {name}, got none.")
        return default

    def number(self, name: str, *, default: float | None = None, **bounds: float) -> float:
        """Return a finite number; bounds as for `check_number`."""
        return check_number(name, self._get(name, default), **bounds)

    def integer(
        self, name: str, minimum: int | None = None, maximum: int | None = None, *, default: int | None = None
    ) -> int:
        """Return a whole number from minimum to maximum."""
        value = check_integer(name, self._get(name, default), minimum)
        if maximum is not None and value > maximum:
            raise ArgumentError(f"{name} must be at most {maximum:,}, got {value:,}.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._content.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ArgumentTypeError(f"{name} must be true or false, got {describe(value)}.")
        return value

    def text(self, name: str, *, default: str | None = None, most: int = MOST_LETTERS) -> str:
        """Return a text of at most so many letters."""
        value = self._get(name, default)
        if not isinstance(value, str):
            raise ArgumentTypeError(f"{name} must be a text, got {describe(value)}.")
        if len(value) > most:
            raise ArgumentError(f"{name} must have at most {most:,} letters, got {len(value):,}.")
        return value

    def choice(self, name: str, choices: Iterable[str], *, default: str | None = None) -> str:
        """Return one of some words."""
        return check_choice(name, self.text(name, default=default), choices)

    def items(self, name: str, *, most: int, default: list[Any] | None = None) -> list[Any]:
        """Return a list of at most so many things, not looked at."""
        value = self._get(name, default)
        if not isinstance(value, list):
            raise ArgumentTypeError(f"{name} must be a list, got {describe(value)}.")
        if len(value) > most:
            raise ArgumentError(f"{name} must have at most {most} entries, got {len(value)}.")
        return value

    def messages(self, name: str, *, most: int) -> list[Message]:
        """Return a list of groups of arguments."""
        return [Message(_as_object(name, own)) for own in self.items(name, most=most)]

    def message(self, name: str) -> Message:
        """Return a group of arguments."""
        return Message(_as_object(name, self._get(name, {})))

    def array(self, name: str, *, ndim: int, dtype: str | None = None, most: int = 16_000_000) -> NDArray[Any]:
        """Return an array of so many axes and at most so many numbers."""
        value = self._get(name, None)
        if not isinstance(value, np.ndarray) or value.ndim != ndim or (dtype and value.dtype != dtype):
            raise ArgumentTypeError(f"{name} must be an array of {ndim} axes, got {describe(value)}.")
        if value.size > most:
            raise ArgumentError(f"{name} must have at most {most:,} numbers, got {value.size:,}.")
        return value


def _as_object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ArgumentTypeError(f"{name} must be an object, got {describe(value)}.")
    return value
