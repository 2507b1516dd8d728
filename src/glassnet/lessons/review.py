"""A lesson reviewed as a whole: it runs and prints what it says, and its exercises can be solved and are checked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from glassnet.lessons.checking import UNANSWERED, find_checker, find_solution
from glassnet.lessons.execution import run_lesson
from glassnet.lessons.source import read_lesson
from glassnet.mathematics.checks import GlassnetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glassnet.lessons.blocks import Lesson
    from glassnet.lessons.execution import LessonRun

LONGEST_SECONDS = 30.0


def review(run: LessonRun) -> list[str]:
    """Return what is not yet right in a lesson that was run; empty for a good one.

    Parameters
    ----------
    run : LessonRun

    Returns
    -------
    list of str
        Where cells do not print what the lesson says, exercises whose starter code is not "not yet answered", that have
        no checker or no solution, or whose solution is refused.

    Examples
    --------
    >>> from glassnet.lessons.catalogue import lesson
    >>> review(run_lesson(lesson("perceptron")))
    []
    """
    return [*run.problems(), *_starter_problems(run), *exercise_problems(run.lesson)]


def _starter_problems(run: LessonRun) -> Iterator[str]:
    for exercise in run.lesson.exercises:
        name = f"{run.lesson.number:02}.{exercise.name}"
        done = run.of(exercise.code)
        said = UNANSWERED[1].format(name=name)
        if done is not None and said not in done.printed:
            place = f"{run.lesson.path}, line {exercise.code.line}"
            yield f"{place}: the starter code must print {said!r}, got {done.printed or done.error!r}."


def exercise_problems(lesson: Lesson) -> list[str]:
    """Return what is not right with a lesson's checkers and solutions; empty if each solution passes its checker."""
    problems = []
    for exercise in lesson.exercises:
        name = f"{lesson.number:02}.{exercise.name}"
        place = f"{lesson.path}, line {exercise.line}: exercise {name}"
        try:
            checker, solution = find_checker(name), find_solution(name)
            problems += [f"{place}: the solution is refused: {problem[1]}" for problem in checker(solution)]
            problems += [f"{place}: {wrong}" for wrong in map(str, _unnoticed(checker))]
        except Exception as error:  # noqa: BLE001  # of whatever kind: the author is to read it
            problems.append(f"{place}: {type(error).__name__}: {error}")
    return problems


def _printing(*arguments: Any) -> None:
    str(arguments)  # it does something, unlike a function that is not written yet, but returns nothing


def _raising(*_: Any) -> None:
    raise ValueError("of the answer")


RUBBISH: tuple[Any, ...] = (
    -12345.678, "text", b"bytes", [], [[1], [1, 2]], {}, {"a": 1}, object(), float("nan"), int, [None], ("x", "y", "z"),
    lambda: 1, _printing, lambda *_: "text", lambda *_: [[1], [1, 2]], lambda *_: float("nan"), _raising,
)  # fmt: skip


def _unnoticed(checker: Any) -> Iterator[str]:
    """Say for which answers that are certainly wrong a checker raises, finds nothing, or lacks the words."""
    for answer in RUBBISH:
        found = checker(answer)
        if not found:
            yield f"the checker takes {answer!r} for right"
        elif not all(len(problem) == 2 and all(map(str.strip, problem)) for problem in found):
            yield f"the checker must say in Korean and in English what is wrong with {answer!r}, got {found!r}"


def main(paths: Sequence[str]) -> int:
    """Review lesson files and print what is not yet right; return how many lessons are not."""
    bad = 0
    for path in paths:
        try:
            run = run_lesson(read_lesson(path))
        except GlassnetError as error:
            print(error)
            bad += 1
            continue
        problems = review(run)
        if run.seconds > LONGEST_SECONDS:
            problems.append(f"{path} runs for {run.seconds:.0f} s; at most {LONGEST_SECONDS:g} s are meant.")
        print(*problems, sep="\n\n", end="\n" * bool(problems))
        print(f"{path}: {len(run.cells)} cells in {run.seconds:.1f} s, {len(problems)} problems")
        bad += bool(problems)
    return bad


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
