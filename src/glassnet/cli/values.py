"""Values of options, checked while they are read: a wrong one is wrong usage, said with the option's name."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, TypeVar

from glassnet.mathematics.checks import GlassnetError, check_choice, check_integer, check_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value = TypeVar("Value")


def integer(minimum: int, maximum: int | None = None) -> Callable[[str], int]:
    """Return what reads a whole number within bounds.

    >>> integer(1)("5")
    5
    >>> integer(1)("0")
    Traceback (most recent call last):
    argparse.ArgumentTypeError: it must be an integer of at least 1, got 0.
    """
    return _checked(lambda text: check_integer("it", _or_text(int, text), minimum=minimum, maximum=maximum))


def number(
    *, above: float | None = None, at_least: float | None = None, below: float | None = None
) -> Callable[[str], float]:
    """Return what reads a number within bounds.

    >>> number(above=0)("0.1")
    0.1
    """
    return _checked(lambda text: check_number("it", _or_text(float, text), above=above, at_least=at_least, below=below))


def name_of(choices: Iterable[str]) -> Callable[[str], str]:
    """Return what reads one of some names, in whatever case.

    >>> name_of(["adam", "sgd"])("Adam")
    'adam'
    """
    return _checked(lambda text: check_choice("it", text.lower(), choices))


def list_of(read: Callable[[str], Value]) -> Callable[[str], tuple[Value, ...]]:
    """Return what reads values with commas between them.

    >>> list_of(integer(0))("100,50")
    (100, 50)
    """
    return lambda text: tuple(read(part.strip()) for part in text.split(","))


def or_word(word: str, read: Callable[[str], Value]) -> Callable[[str], Value | str]:
    """Return what reads a value or takes a word for itself.

    >>> or_word("full", integer(1))("full")
    'full'
    """

    def reading(text: str) -> Value | str:
        if text.lower() == word:
            return word
        try:
            return read(text)
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentTypeError(f"{error} Or say {word}.") from None

    return reading


def _or_text(kind: Callable[[str], Value], text: str) -> Value | str:
    try:
        return kind(text)
    except ValueError:
        return text  # which the check will name


def _checked(read: Callable[[str], Value]) -> Callable[[str], Value]:
    def reading(text: str) -> Value:
        try:
            return read(text)
        except GlassnetError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return reading
