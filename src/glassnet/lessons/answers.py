"""What checkers of answers share: calling a student's function, and reading a student's numbers, without surprises."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.mathematics.checks import describe
from glassnet.mathematics.korean import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem


NO_RETURN: Final = ("return을 빠뜨리지 않았나요?", "Is the return missing?")
"""What to say where a function gave None."""


class Failed(Exception):  # noqa: N818 - it is no error of a program, but a student's answer that does not hold
    """An answer cannot be checked any further; `problem` says why in both languages.

    Parameters
    ----------
    ko, en : str
    """

    def __init__(self, ko: str, en: str) -> None:
        super().__init__(en)
        self.problem: Problem = (ko, en)


def problems_of(checker: Callable[[Any], Iterator[Problem]]) -> Callable[[Any], list[Problem]]:
    """Return a checker that lists what `checker` yields, up to where an answer fails altogether.

    Parameters
    ----------
    checker : generator function
        It takes an answer and yields what is wrong, in pairs (Korean, English).

    Returns
    -------
    function
        It takes an answer and returns the list.

    Examples
    --------
    >>> @problems_of
    ... def half(answer):
    ...     if as_numbers("half", answer, ()) != 0.5:
    ...         yield "½이 아닙니다.", "It is not ½."
    >>> half(0.5), half(1), half("x")[0][1]
    ([], [('½이 아닙니다.', 'It is not ½.')], "half must be a number, got 'x'.")
    """

    @wraps(checker)
    def listed(answer: Any) -> list[Problem]:
        problems: list[Problem] = []
        try:
            problems.extend(checker(answer))
        except Failed as failure:
            problems.append(failure.problem)
        return [(_in_korean(ko), en) for ko, en in problems]

    return listed


def _in_korean(text: str) -> str:
    """Return words for a student with what `describe` says of arrays in Korean, and particles that suit.

    >>> _in_korean("W은(는) 9(이)어야 하는데 an array of float64 with shape (4, 10)을(를) 돌려주었습니다.")
    'W는 9여야 하는데 모양이 (4, 10)인 float64 배열을 돌려주었습니다.'
    """
    return settled(re.sub(r"an array of (\w+) with shape (\([\d, ]*\))", r"모양이 \2인 \1 배열", text))


def called(name: str, function: Any, *arguments: Any) -> Any:
    """Return what a student's function gives for these arguments.

    Parameters
    ----------
    name : str
        What the exercise calls the function.
    function : object
    *arguments : object
        Arrays among them are copied, so that an answer that writes into them spoils nothing.

    Returns
    -------
    object

    Raises
    ------
    Failed
        If it is no function, or raises; with the words for the student.

    Examples
    --------
    >>> called("nand", lambda x1, x2: 1 / x1, 0, 1)
    Traceback (most recent call last):
    glassnet.lessons.answers.Failed: nand(0, 1) raises ZeroDivisionError: division by zero...
    """
    if not callable(function):
        got = described(function)
        raise Failed(f"{name}은(는) 함수여야 하는데 {got}입니다.", f"{name} must be a function, got {got}.")
    shown = f"{name}({', '.join(map(described, arguments))})"
    try:
        return function(*(argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # an answer may raise anything
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise Failed(f"{shown} 계산 중 오류가 났습니다: {what}", f"{shown} raises {what}") from None


def as_numbers(name: str, value: Any, shape: tuple[int, ...] | None = None) -> NDArray[np.float64]:
    """Return a student's value as an array of finite numbers.

    Parameters
    ----------
    name : str
        What the value is called in the words for the student.
    value : object
        A number, a list, an array, …
    shape : tuple of int, optional
        Which shape it must have; () is one number.

    Returns
    -------
    array of float64

    Raises
    ------
    Failed
        If it is anything else; with the words for the student.

    Examples
    --------
    >>> as_numbers("w", [1, 2], (2,))
    array([1., 2.])
    >>> as_numbers("w", None, ())
    Traceback (most recent call last):
    glassnet.lessons.answers.Failed: w must be a number, got None. Is the return missing?
    """
    wanted_ko, wanted_en = _wanted(shape)
    refused_ko = f"{name}은(는) {wanted_ko} 하는데 {described(value)}입니다."
    refused_en = f"{name} must be {wanted_en}, got {described(value)}."
    if value is None:
        raise Failed(f"{refused_ko} {NO_RETURN[0]}", f"{refused_en} {NO_RETURN[1]}")
    try:
        array = np.asarray(value)
    except Exception:  # noqa: BLE001  # lists of unequal lengths, and whatever an object's __array__ may do
        raise Failed(refused_ko, refused_en) from None
    if array.dtype.kind not in "biuf" or (shape is not None and array.shape != shape):
        raise Failed(refused_ko, refused_en)
    numbers = array.astype(np.float64)
    if not np.all(np.isfinite(numbers)):
        raise Failed(f"{name}에 nan이나 inf가 있습니다.", f"{name} has nan or inf in it.")
    return numbers


def _wanted(shape: tuple[int, ...] | None) -> tuple[str, str]:
    if shape is None:
        return "숫자나 숫자 배열이어야", "a number or an array of numbers"
    return (
        ("숫자 하나여야", "a number") if shape == () else (f"모양이 {shape}인 배열이어야", f"an array of shape {shape}")
    )


def described(value: Any) -> str:
    """Return a value in a few words, whatever its repr does.

    >>> described(np.float64(0.5)), described([1, 2])
    ('0.5', '[1, 2]')
    """
    try:
        if isinstance(value, np.ndarray) and value.size <= 8:
            return describe(value.tolist())
        return describe(value.item() if isinstance(value, np.generic) else value)
    except Exception:  # noqa: BLE001  # a repr may raise anything
        return f"<{type(value).__name__}>"
