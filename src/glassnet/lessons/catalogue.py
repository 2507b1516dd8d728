"""All lessons of the package, in their order."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from glassnet.lessons.source import parse_lesson
from glassnet.mathematics.checks import DataError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable

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


def lesson(which: int | str, language: str = "en") -> Lesson:
    """Return one lesson by its number, its name, or words of its title.

    Parameters
    ----------
    which : int or str
        For example 2, "2", "perceptron", "02-perceptron", or what fits one lesson only: the beginning of its name,
        such as "percep", or a word of its Korean or English title, such as "퍼셉트론".
    language : "ko" or "en"
        Of the words of an error.

    Returns
    -------
    Lesson

    Raises
    ------
    UnknownNameError
        If there is none, or more than one of which none fits better.

    Examples
    --------
    >>> lesson("perceptron").number, lesson("back").number, lesson("경사 하강법").number
    (2, 10, 7)
    >>> lesson("percepton")
    Traceback (most recent call last):
    glassnet.mathematics.checks.UnknownNameError: There is no lesson 'percepton'; ... Did you mean 'perceptron'?
    """
    wanted = _plain(str(which))
    for fits in _WAYS:
        found = [candidate for candidate in lessons() if wanted and fits(candidate, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            fitting = ", ".join(f"{candidate.number} {candidate.slug}" for candidate in found)
            raise UnknownNameError(
                f"{str(which)!r}에 맞는 과가 여럿입니다: {fitting}. 하나를 고르세요."
                if language == "ko"
                else f"The lesson must be told from the others, got {str(which)!r}: {fitting} fit. Name one."
            )
    known = ", ".join(str(candidate.number) for candidate in lessons())
    near = _near(wanted)
    if language == "ko":
        meant = f" 혹시 {', '.join(near)}?" if near else ""
        raise UnknownNameError(f"{str(which)!r}에 맞는 과가 없습니다. 과는 {known}입니다.{meant}")
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownNameError(f"There is no lesson {str(which)!r}; there are {known}.{meant}")


def _plain(text: str) -> str:
    """Return a text for comparison: one case, one space between words, Korean letters put together."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _names(candidate: Lesson) -> set[str]:
    return {candidate.slug, candidate.name, str(candidate.number), f"{candidate.number:02}"}


def _titles(candidate: Lesson) -> list[str]:
    """Return both titles, and their first parts: "퍼셉트론" of "퍼셉트론: 직선 하나로 답하는 뉴런"."""
    titles = [_plain(title) for title in (candidate.title_ko, candidate.title_en)]
    return [*titles, *(title.split(":")[0].removeprefix("the ") for title in titles)]


# How a name may fit a lesson, the surest way first.
_WAYS: Final[tuple[Callable[[Lesson, str], bool], ...]] = (
    lambda candidate, wanted: wanted in _names(candidate),
    lambda candidate, wanted: wanted in _titles(candidate),
    lambda candidate, wanted: not wanted.isdecimal() and any(name.startswith(wanted) for name in _names(candidate)),
    lambda candidate, wanted: not wanted.isdecimal() and any(title.startswith(wanted) for title in _titles(candidate)),
    lambda candidate, wanted: any(wanted in re.findall(r"\w+", title) for title in _titles(candidate)),
    lambda candidate, wanted: len(wanted) > 1 and any(wanted in title for title in _titles(candidate)[2:]),
    lambda candidate, wanted: len(wanted) > 1 and any(wanted in title for title in _titles(candidate)),
)


def _near(wanted: str) -> list[str]:
    """Return the names that are near, in quotes."""
    names = {name: candidate for candidate in lessons() for name in (candidate.slug, *_titles(candidate)[2:])}
    near = {names[name].number: name for name in reversed(difflib.get_close_matches(wanted, names, n=3, cutoff=0.55))}
    return list(map(repr, reversed(near.values())))
