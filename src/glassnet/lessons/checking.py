"""Checking an answer to an exercise: the verdict in the student's language, never a traceback."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from glassnet.lessons.catalogue import lesson
from glassnet.lessons.languages import language
from glassnet.lessons.placeholders import is_unanswered
from glassnet.mathematics.checks import UnknownNameError, check_choice, describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

Problem: TypeAlias = tuple[str, str]
"""What is wrong, in Korean and in English."""

_EXERCISE: Final = re.compile(r"(\d\d)\.([a-z0-9]+(?:[-_][a-z0-9]+)*)")
RIGHT: Final = ("{name}: 맞았습니다.", "{name}: right.")
WRONG: Final = ("{name}: 아직 맞지 않습니다.", "{name}: not right yet.")
UNANSWERED: Final = (
    "{name}: 아직 답하지 않았습니다. 위 칸의 ...을 채운 뒤 다시 실행하세요.",
    "{name}: not yet answered. Fill in the ... above and run the cell again.",
)


@dataclass(frozen=True)
class Verdict:
    """What became of an answer; true if it is right.

    Parameters
    ----------
    exercise : str
        Such as "03.nand".
    answered : bool
    problems : tuple of (Korean, English)
        What is wrong; empty if the answer is right or not there.

    Examples
    --------
    >>> bool(Verdict("03.nand", answered=True, problems=()))
    True
    >>> print(Verdict("03.nand", answered=False, problems=()).text("en"))
    03.nand: not yet answered. Fill in the ... above and run the cell again.
    """

    exercise: str
    answered: bool
    problems: tuple[Problem, ...]

    def __bool__(self) -> bool:
        return self.answered and not self.problems

    def text(self, in_language: str) -> str:
        """Return the verdict in "ko" or "en": a line, and one for each thing that is wrong."""
        pair = 0 if in_language == "ko" else 1
        words = RIGHT if self else WRONG if self.answered else UNANSWERED
        return "\n".join(
            [words[pair].format(name=self.exercise), *(f"  - {problem[pair]}" for problem in self.problems)]
        )

    def _ipython_display_(self) -> None:
        """Show nothing in a notebook: `check` has printed the words already."""


def check(exercise: str, answer: Any) -> Verdict:
    """Check an answer and print the verdict in the current language.

    Parameters
    ----------
    exercise : str
        Lesson and exercise, such as "02.nand".
    answer : object
        The answer, of whatever kind. A wrong one may raise or return anything: that is told in words.

    Returns
    -------
    Verdict
        True if the answer is right.

    Raises
    ------
    UnknownNameError
        If there is no such exercise.

    Examples
    --------
    >>> before = language()
    >>> _ = language("en")
    >>> bool(check("02.nand", ...))
    02.nand: not yet answered. Fill in the ... above and run the cell again.
    False
    >>> _ = language(before)
    """
    checker = find_checker(exercise)
    if is_unanswered(answer):
        verdict = Verdict(exercise, answered=False, problems=())
    else:
        verdict = Verdict(exercise, answered=True, problems=tuple(_problems(checker, answer)))
    print(verdict.text(language()))
    return verdict


def find_checker(exercise: str) -> Callable[[Any], list[Problem]]:
    """Return the function that checks an exercise.

    Parameters
    ----------
    exercise : str
        Such as "02.nand".

    Returns
    -------
    function
        It takes an answer and returns what is wrong with it.

    Raises
    ------
    UnknownNameError
        If there is no such exercise.

    Examples
    --------
    >>> find_checker("02.nand").__name__
    'nand'
    >>> find_checker("02.nend")
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: the exercise must be one of ... Did you mean '02.nand'?
    """
    return getattr(*_place("checkers", exercise))


def find_solution(exercise: str) -> Any:
    """Return the solution of an exercise: a function or a value.

    >>> find_solution("02.nand")(1, 1)
    0
    """
    return getattr(*_place("solutions", exercise))


def _place(folder: str, exercise: Any) -> tuple[ModuleType, str]:
    """Return the module and the name in it where an exercise's checker or solution is."""
    match = _EXERCISE.fullmatch(exercise) if isinstance(exercise, str) else None
    if match is None:
        raise UnknownNameError(f"exercise must be a lesson and a name such as '02.nand', got {describe(exercise)}.")
    number, name = match.groups()
    module = _module(folder, number)
    if module is None:
        raise UnknownNameError(
            f"lesson {number} has no exercises, got {exercise!r}. The cell as given names it rightly."
        )
    names = [exercise.name for exercise in lesson(int(number)).exercises]
    wanted = next((known for known in names if _plain(known) == _plain(name)), name)
    check_choice("the exercise", f"{number}.{wanted}", [f"{number}.{known}" for known in names])
    return module, _plain(wanted)


def _plain(exercise: str) -> str:
    """Return an exercise's name as that of a function."""
    return exercise.replace("-", "_")


@cache
def _module(folder: str, number: str) -> ModuleType | None:
    if not (resources.files(f"glassnet.lessons.{folder}") / f"lesson_{number}.py").is_file():
        return None
    return import_module(f"glassnet.lessons.{folder}.lesson_{number}")


def _problems(checker: Callable[[Any], list[Problem]], answer: Any) -> list[Problem]:
    try:
        with np.errstate(all="ignore"):
            return list(checker(answer))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # an answer may do anything
        what = f"{type(error).__name__}: {error}"
        return [
            (f"답을 확인하는 도중 오류가 났습니다 ({what}).", f"Checking the answer ended with an error ({what})."),
        ]
