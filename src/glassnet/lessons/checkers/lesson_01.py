"""Checkers of lesson 01, the tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem

_DATA: Final = ([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]], [[0.0, 5.0, -1.0], [4.0, 1.0, 1.0]])


@problems_of
def inner(answer: Any) -> Iterator[Problem]:
    """Check a function inner(sequence)."""
    for sequence in ("glass", "ab", [1, 2], [3, 1, 4, 1, 5]):
        given = list(sequence) if isinstance(sequence, list) else sequence
        got = called("inner", answer, given)
        wanted = sequence[1:-1]
        shown, asked = described(got), described(sequence)
        if type(got) is not type(wanted):
            raise Failed(
                f"inner({asked})은(는) {type(wanted).__name__}(이)어야 하는데 {shown}입니다. 슬라이스를 return 하세요.",
                f"inner({asked}) must be of type {type(wanted).__name__}, got {shown}. Return a slice.",
            )
        if given != sequence:
            yield (
                "inner가 받은 리스트를 바꾸었습니다. pop이나 del 대신 슬라이스를 쓰세요.",
                "inner changed the list that it was given. Use a slice instead of pop or del.",
            )
        if got != wanted:
            cause_ko, cause_en = _cause_of_slice(got, sequence)
            yield (
                f"inner({asked})은(는) {wanted!r}(이)어야 하는데 {shown}입니다. {cause_ko}",
                f"inner({asked}) must be {wanted!r}, got {shown}. {cause_en}",
            )


def _cause_of_slice(got: Any, sequence: Any) -> Problem:
    if got == sequence[1:]:
        return (
            "마지막 원소가 남았습니다. 끝의 울타리는 -1입니다.",
            "The last element is still there: the fence at the end is -1.",
        )
    if got == sequence[:-1]:
        return (
            "첫 원소가 남았습니다. 번호는 0부터이므로 1에서 시작하세요.",
            "The first element is still there: counting begins at 0, so start at 1.",
        )
    if got == sequence[1:-2]:
        return (
            "하나를 더 뺐습니다. 슬라이스의 끝은 원래 들어가지 않습니다.",
            "One too many is gone: the end of a slice is left out anyway.",
        )
    return "울타리 1과 -1 사이를 자르세요.", "Cut at the fences 1 and -1."


@problems_of
def letter_counts(answer: Any) -> Iterator[Problem]:
    """Check a function letter_counts(text)."""
    for text in ("to do", "glass", "a a  a", ""):
        got = called("letter_counts", answer, text)
        wanted = {letter: text.count(letter) for letter in text if letter != " "}
        if not isinstance(got, dict):
            raise Failed(
                f"letter_counts({text!r})은(는) 딕셔너리여야 하는데 {described(got)}입니다. return을 확인하세요.",
                f"letter_counts({text!r}) must be a dictionary, got {described(got)}. Look at the return.",
            )
        if got != wanted:
            cause_ko, cause_en = _cause_of_counts(got, wanted)
            yield (
                f"letter_counts({text!r})은(는) {wanted}(이)어야 하는데 {described(got)}입니다. {cause_ko}",
                f"letter_counts({text!r}) must be {wanted}, got {described(got)}. {cause_en}",
            )


def _cause_of_counts(got: dict[Any, Any], wanted: dict[str, int]) -> Problem:
    if " " in got:
        return '빈칸은 세지 않습니다: if letter != " "', 'Blanks do not count: if letter != " "'
    if not got:
        return "센 것을 counts[letter]에 넣으세요.", "Put what you count into counts[letter]."
    if set(got) != set(wanted):
        return "글자마다 키가 하나 있어야 합니다.", "There must be one key for each letter."
    if all(count == 1 for count in got.values()):
        return (
            "다시 나온 글자에는 1을 새로 넣지 말고 더하세요.",
            "Where a letter comes again, add 1 instead of starting afresh.",
        )
    return (
        "처음 나온 글자는 1, 다시 나올 때마다 1을 더합니다.",
        "A new letter counts 1, and each time it comes again add 1.",
    )


@problems_of
def unit(answer: Any) -> Iterator[Problem]:
    """Check a class Unit(weights, bias) with a method net_input(x)."""
    if not isinstance(answer, type):
        raise Failed(
            f"Unit은 클래스여야 하는데 {described(answer)}입니다. 괄호 없이 이름만 넘기세요.",
            f"Unit must be a class, got {described(answer)}. Hand over its name, without brackets.",
        )
    cases = (
        ([0.5, 0.5], -0.75, [1.0, 1.0]),
        ([2.0, -1.0, 0.5], 1.0, [1.0, 2.0, 4.0]),
        ([1.0, 10.0], 0.5, [[1.0, 2.0], [3.0, 4.0]]),
        ([1.0, 10.0], 0.5, [[0.0, 1.0], [1.0, 0.0], [2.0, 3.0]]),
    )
    last_weights, last_bias, _ = cases[-1]
    units = [called("Unit", answer, np.array(weights), bias) for weights, bias, _ in cases]
    for made, (weights, bias, sample) in zip(units, cases, strict=True):
        x = np.array(sample)
        wanted: NDArray[np.float64] = x @ np.array(weights) + bias
        name = f"Unit({weights}, {bias}).net_input"
        method = getattr(made, "net_input", None)
        if method is None:
            raise Failed("Unit에 메서드 net_input이 없습니다.", "Unit has no method net_input.")
        got = as_numbers(f"{name}({sample})", called(name, method, x), wanted.shape)
        if not np.allclose(got, wanted):
            last_made = x @ last_weights + last_bias if x.shape[-1] == len(last_weights) else np.nan
            cause_ko, cause_en = _cause_of_unit(got, wanted, bias, last_made)
            yield (
                f"{name}({sample})은(는) {wanted.tolist()}(이)어야 하는데 {got.tolist()}입니다. {cause_ko}",
                f"{name}({sample}) must be {wanted.tolist()}, got {got.tolist()}. {cause_en}",
            )


def _cause_of_unit(got: NDArray[np.float64], wanted: NDArray[np.float64], bias: float, last_made: Any) -> Problem:
    if np.allclose(got, last_made):
        return (
            "나중에 만든 Unit의 값이 쓰였습니다. 값은 self에 담으세요.",
            "These are the values of a Unit made later. Keep them in self.",
        )
    if np.allclose(got, wanted - bias):
        return "편향이 빠졌습니다.", "The bias is missing."
    if np.allclose(got, wanted - 2 * bias):
        return "편향은 빼지 않고 더합니다.", "The bias is added, not taken away."
    if wanted.ndim:
        return "표본은 행입니다: x @ weights.", "Samples are rows: x @ weights."
    return "w · x + b인지 확인하세요.", "Compare with w · x + b."


@problems_of
def standardize(answer: Any) -> Iterator[Problem]:
    """Check a function standardize(data)."""
    for rows in _DATA:
        data = np.array(rows)
        value, given = called("standardize", _keeping(answer), data)
        got = as_numbers(f"standardize({rows})", value, data.shape)
        if not np.array_equal(given, data):
            yield (
                "받은 배열이 바뀌었습니다. data -= … 는 원본에 씁니다. data - … 로 새 배열을 만드세요.",
                "The array that was given has changed: data -= … writes into it. Make a new one by data - ….",
            )
        wanted = (data - data.mean(axis=0)) / data.std(axis=0)
        if not np.allclose(got, wanted):
            cause_ko, cause_en = _cause_of_scale(got, data)
            means, deviations = _short(got.mean(axis=0)), _short(got.std(axis=0))
            yield (
                f"standardize({rows})의 열은 평균이 {means}, 표준편차가 {deviations}입니다. {cause_ko}",
                f"standardize({rows}) has columns of mean {means}, standard deviation {deviations}. {cause_en}",
            )


def _keeping(function: Any) -> Any:
    """Return a function that gives the value of `function` and the array that it was given, maybe written into."""
    return (lambda given: (function(given), given)) if callable(function) else function


def _short(numbers: NDArray[np.float64]) -> str:
    return str([round(float(number), 3) + 0.0 for number in numbers])


def _cause_of_scale(got: NDArray[np.float64], data: NDArray[np.float64]) -> Problem:
    centred = data - data.mean(axis=0)
    if np.allclose(got, centred):
        return "표준편차로 나누는 일이 남았습니다.", "What is left is to divide by the standard deviation."
    if np.allclose(got, centred / data.var(axis=0)):
        return "분산이 아니라 표준편차로 나누세요: std", "Divide by the standard deviation, std, not by the variance."
    if np.allclose(got, centred / data.std(axis=0, ddof=1)):
        return "NumPy의 기본값인 ddof=0을 쓰세요.", "Use NumPy's default, ddof=0."
    if np.allclose(got, (data - data.mean()) / data.std()):
        return (
            "배열 전체가 아니라 열마다 계산하세요: axis=0",
            "Take each column by itself, not the whole array: axis=0.",
        )
    return (
        "(data - 열의 평균) / 열의 표준편차인지, axis=0인지 확인하세요.",
        "Compare with (data - means of columns) / standard deviations of columns, with axis=0.",
    )
