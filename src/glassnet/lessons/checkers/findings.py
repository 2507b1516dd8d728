"""How a checker is written: as a generator of what is wrong, which a `Failed` ends early."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from glassnet.lessons.checking import Problem


def findings(check: Callable[[Any], Iterator[Problem]]) -> Callable[[Any], list[Problem]]:
    """Make a checker of a generator: it gives all that was found, and that for which a `Failed` broke off.

    Parameters
    ----------
    check : callable
        Takes an answer and yields pairs (Korean, English) of what is wrong with it.

    Returns
    -------
    callable
        Takes an answer and returns a list of such pairs.

    Examples
    --------
    >>> @findings
    ... def half(answer):
    ...     if called("half", answer, 4) != 2:
    ...         yield ("half(4)는 2이어야 합니다.", "half(4) must be 2.")
    >>> from glassnet.lessons.answers import called
    >>> half(lambda x: x), half(3)
    ([('half(4)는 2이어야 합니다.', 'half(4) must be 2.')], [('half은(는) 함수여야 하는데 3입니다.', ...)])
    """

    @functools.wraps(check)
    def checker(answer: Any) -> list[Problem]:
        found: list[Problem] = []
        try:
            with np.errstate(all="ignore"):
                found.extend(check(answer))
        except Failed as failed:
            found.append(failed.problem)
        return found

    return checker


def parts(names: tuple[str, ...], answer: Any) -> tuple[Any, ...]:
    """Return the parts of an answer such as (w, b).

    Parameters
    ----------
    names : tuple of str
        What the parts are called in the words for the student.
    answer : object

    Returns
    -------
    tuple

    Raises
    ------
    Failed
        If it is no tuple or list of as many parts.

    Examples
    --------
    >>> parts(("w", "b"), [1, 2])
    (1, 2)
    >>> parts(("w", "b"), [1, 2, 3])
    Traceback (most recent call last):
    glassnet.lessons.answers.Failed: the answer must be 2 values, (w, b), got 3.
    """
    wanted = f"({', '.join(names)})"
    got = len(answer) if isinstance(answer, tuple | list) else None
    if got != len(names):
        ko, en = (type(answer).__name__, type(answer).__name__) if got is None else (f"{got}개", str(got))
        raise Failed(
            f"답은 값 {len(names)}개, {wanted}이어야 하는데 {ko}입니다.",
            f"the answer must be {len(names)} values, {wanted}, got {en}.",
        )
    return tuple(answer)


def all_close(given: Any, right: Any) -> bool:
    """Say whether numbers are equal but for rounding; arrays of another shape are not.

    >>> all_close([0.1 + 0.2], [0.3]), all_close([1.0], [[1.0]])
    (True, False)
    """
    return np.shape(given) == np.shape(right) and bool(np.allclose(given, right, rtol=1e-6, atol=1e-9))
