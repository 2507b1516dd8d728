"""What several lessons' checkers share, besides `glassnet.lessons.answers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import NO_RETURN, Failed

if TYPE_CHECKING:
    from glassnet.lessons.checking import Problem

    Causes = tuple[tuple[Any, Problem], ...]


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
        kind = "None" if answer is None else type(answer).__name__
        ko, en = (kind, kind) if got is None else (f"{got}개", str(got))
        refused_ko = f"답은 값 {len(names)}개, {wanted}(이)어야 하는데 {ko}입니다."
        refused_en = f"the answer must be {len(names)} values, {wanted}, got {en}."
        if answer is None:
            raise Failed(f"{refused_ko} {NO_RETURN[0]}", f"{refused_en} {NO_RETURN[1]}")
        raise Failed(refused_ko, refused_en)
    return tuple(answer)


def all_close(given: Any, right: Any) -> bool:
    """Say whether numbers are equal but for rounding; arrays of another shape are not.

    >>> all_close([0.1 + 0.2], [0.3]), all_close([1.0], [[1.0]])
    (True, False)
    """
    return np.shape(given) == np.shape(right) and bool(np.allclose(given, right, rtol=1e-6, atol=1e-9))


def cause_of(got: Any, causes: Causes) -> Problem:
    """Return the words of the first mistake that gives what was got, or empty ones.

    Parameters
    ----------
    got : number or array
    causes : tuple of (number or array, (Korean, English))
        What the answer would be by a typical mistake, and the words for it.

    Returns
    -------
    (Korean, English)

    Examples
    --------
    >>> cause_of(4.0, ((2.0, ("절반", "half")), (4.0, ("제곱", "squared"))))
    ('제곱', 'squared')
    >>> cause_of(5.0, ())
    ('', '')
    """
    return next((words for wrong, words in causes if all_close(got, wrong)), ("", ""))
