"""Checkers of lesson 12, the manifold hypothesis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem


@problems_of
def log_share(answer: Any) -> Iterator[Problem]:
    """Check a function log_share(count, pixels, levels)."""
    for count, pixels, levels in ((10_000, 35, 2), (1, 3, 10), (70_000, 784, 256)):
        name = f"log_share({count}, {pixels}, {levels})"
        got = float(as_numbers(name, called("log_share", answer, count, pixels, levels), ()))
        wanted = math.log10(count) - pixels * math.log10(levels)
        if math.isclose(got, wanted, rel_tol=1e-6):
            continue
        if math.isclose(got, wanted * math.log(10), rel_tol=1e-6):
            cause = ("자연로그입니다. math.log10을 쓰세요.", "That is the natural logarithm: use math.log10.")
        elif math.isclose(got, -wanted, rel_tol=1e-6):
            cause = ("부호가 반대입니다. 몫은 1보다 작습니다.", "The sign is turned round: a share is less than 1.")
        elif math.isclose(got, -pixels * math.log10(levels), rel_tol=1e-6):
            cause = ("count의 로그가 빠졌습니다.", "The logarithm of count is missing.")
        else:
            cause = ("log10(count) − pixels·log10(levels)입니다.", "It is log10(count) − pixels·log10(levels).")
        yield (
            f"{name}은(는) {wanted:.4f}(이)어야 하는데 {got:.4g}입니다. {cause[0]}",
            f"{name} must be {wanted:.4f}, got {got:.4g}. {cause[1]}",
        )


@problems_of
def nearest(answer: Any) -> Iterator[Problem]:
    """Check a function nearest(picture, others)."""
    cases = (
        ([0.0, 0.0], [[3.0, 4.0], [0.0, 2.0], [5.0, 0.0]]),
        ([1.0, 1.0, 1.0], [[1.0, 1.0, 3.0], [4.0, 4.0, 4.0]]),
        # Nearest as Euclid measures, not by the sum of the differences; and the differences cancel in the second.
        ([0.0, 0.0, 0.0], [[4.0, 0.0, 0.0], [6.0, -6.0, 0.0], [2.0, 2.0, 2.0]]),
    )
    for picture, others in cases:
        place = f"nearest({picture}, {others})"
        value = called("nearest", answer, np.array(picture), np.array(others))
        if not isinstance(value, tuple | list) or len(value) != 2:
            raise Failed(
                f"{place}은(는) (번호, 거리)여야 하는데 {described(value)}입니다.",
                f"{place} must be (number, distance), got {described(value)}.",
            )
        number, distance = (
            float(as_numbers(word, part, ())) for word, part in zip(("number", "distance"), value, strict=True)
        )
        far = np.linalg.norm(np.array(others) - picture, axis=1)
        if number == far.argmin() and np.isclose(distance, far.min()):
            continue
        cause_ko, cause_en = _cause_of_nearest(number, distance, far)
        wanted, got = f"({far.argmin()}, {far.min():.4f})", f"({number:g}, {distance:.4f})"
        yield (
            f"{place}은(는) {wanted}(이)어야 하는데 {got}입니다. {cause_ko}",
            f"{place} must be {wanted}, got {got}. {cause_en}",
        )


def _cause_of_nearest(number: float, distance: float, far: NDArray[np.float64]) -> Problem:
    if np.isclose(distance, far.min() ** 2):
        return "제곱근을 씌우지 않았습니다.", "The square root is missing."
    if number == far.argmax() and np.isclose(distance, far.max()):
        return "가장 먼 것입니다. argmin을 쓰세요.", "That is the farthest one: use argmin."
    if number == far.argmin() + 1:
        return "번호는 0부터 셉니다.", "Numbers count from 0."
    return (
        "차이를 제곱해서 행마다 더하고(axis=1) 제곱근을 씌우세요.",
        "Square the differences, add them up in each row (axis=1) and take the square root.",
    )


@problems_of
def walk(answer: Any) -> Iterator[Problem]:
    """Check a function walk(p, q, steps)."""
    for start, end, steps in (([0.0, 1.0], [1.0, 0.0], 4), ([2.0, 2.0, 5.0], [0.0, 4.0, 5.0], 1), ([0.0], [3.0], 3)):
        p, q = np.array(start), np.array(end)
        place = f"walk({start}, {end}, {steps})"
        value = called("walk", answer, p, q, steps)
        got = as_numbers(place, value)
        if got.shape == (steps, len(p)):
            raise Failed(
                f"{place}에 그림이 {steps}장뿐입니다. 양 끝을 포함하면 steps + 1장입니다.",
                f"{place} has only {steps} pictures; with both ends there are steps + 1.",
            )
        got = as_numbers(place, value, (steps + 1, len(p)))
        wanted = np.array([p + (q - p) * step / steps for step in range(steps + 1)])
        if np.allclose(got, wanted):
            continue
        if np.allclose(got, wanted[::-1]):
            cause = ("거꾸로 걸었습니다. p에서 시작합니다.", "It walks backwards: it must start at p.")
        elif not np.allclose(got[0], p) or not np.allclose(got[-1], q):
            cause = ("첫 행은 p, 마지막 행은 q여야 합니다.", "The first row must be p, the last one q.")
        else:
            cause = ("걸음의 크기가 모두 같아야 합니다.", "All steps must be equal.")
        yield (
            f"{place}은(는) {wanted.tolist()}(이)어야 하는데 {got.tolist()}입니다. {cause[0]}",
            f"{place} must be {wanted.tolist()}, got {got.tolist()}. {cause[1]}",
        )
