"""All lessons of the package, in their order."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from glassnet.lessons.source import parse_lesson
from glassnet.mathematics.checks import DataError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from glassnet.lessons.blocks import Lesson


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return all lessons, the first first.

    Returns
    -------
    tuple of Lesson

    Raises
    ------
    DataError
        If a file is not written as a lesson is, or two have the same number.

    Examples
    --------
    >>> [lesson.number for lesson in lessons()] == sorted(lesson.number for lesson in lessons())
    True
    """
    folder = resources.files("glassnet.lessons") / "texts"
    files = [file for file in folder.iterdir() if file.name.endswith(".md")]
    found: dict[int, Lesson] = {}
    for file in sorted(files, key=lambda file: file.name):
        lesson = parse_lesson(file.read_text(encoding="utf-8"), str(file))
        other = found.setdefault(lesson.number, lesson)
        if other is not lesson:
            raise DataError(f"{file} and {other.path} are both lesson {lesson.number}. Give one another number.")
    return tuple(found[number] for number in sorted(found))


def lesson(which: int | str) -> Lesson:
    """Return one lesson by its number, its slug or both.

    Parameters
    ----------
    which : int or str
        For example 2, "2", "perceptron" or "02-perceptron".

    Returns
    -------
    Lesson

    Raises
    ------
    UnknownNameError
        If there is none.

    Examples
    --------
    >>> lesson("perceptron").number
    2
    >>> lesson("percepton")
    Traceback (most recent call last):
    glassnet.mathematics.checks.UnknownNameError: There is no lesson 'percepton'; ... Did you mean 'perceptron'?
    """
    name = str(which).strip().casefold()
    for candidate in lessons():
        if name in {candidate.slug, candidate.name, str(candidate.number), f"{candidate.number:02}"}:
            return candidate
    known = ", ".join(str(candidate.number) for candidate in lessons())
    nearest = did_you_mean(name, [candidate.slug for candidate in lessons()])
    raise UnknownNameError(f"There is no lesson {str(which)!r}; there are {known}.{nearest}")
