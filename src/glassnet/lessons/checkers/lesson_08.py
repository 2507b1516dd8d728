"""What checks the answers to lesson 08, numerical differentiation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import as_numbers, called, described, problems_of
from glassnet.lessons.checkers.reading import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem


def _cube(x: Any) -> Any:
    return x**3


@problems_of
def central(answer: Any) -> Iterator[Problem]:
    """Check a function (f, x, h) with x³, of which the central difference is 3x² + h² exactly."""
    for x, h in ((2.0, 0.5), (-1.0, 0.25), (3.0, 1e-4)):
        given = as_numbers("central", called("central", answer, _cube, x, h), ())
        right = 3 * x**2 + h**2
        if np.isclose(given, right, rtol=1e-7):
            continue
        cause_ko, cause_en = _cause_of_difference(float(given), x, h)
        yield (
            f"f(x) = x³, x = {x:g}, h = {h:g}에서 {right:.6f}(이)어야 하는데 {given:.6f}입니다. {cause_ko}",
            f"for f(x) = x³, x = {x:g}, h = {h:g} it must be {right:.6f}, got {given:.6f}. {cause_en}",
        )
        return


def _cause_of_difference(given: float, x: float, h: float) -> tuple[str, str]:
    both = _cube(x + h) - _cube(x - h)
    causes = [
        ((_cube(x + h) - _cube(x)) / h, "이것은 전방 차분입니다.", "That is the forward difference."),
        ((_cube(x) - _cube(x - h)) / h, "이것은 후방 차분입니다.", "That is the backward difference."),
        (both / h, "두 점 사이의 거리는 h가 아니라 2h입니다.", "The two points are 2h apart, not h."),
        (-both / (2 * h), "뺀 순서가 반대입니다.", "The subtraction is the wrong way round."),
        (
            both / 2 * h,
            "/ 2 * h는 h를 곱합니다. 괄호를 치세요: / (2 * h).",
            "/ 2 * h multiplies by h: write / (2 * h).",
        ),
        (3 * x**2, "받은 h를 쓰지 않은 듯합니다.", "It seems that the h given is not used."),
        (_cube(x + h) - _cube(x) / h, "분자에 괄호를 치세요.", "Put the numerator in brackets."),
        (_cube(x + h) - _cube(x - h) / (2 * h), "분자에 괄호를 치세요.", "Put the numerator in brackets."),
    ]
    for value, ko, en in causes:
        if np.isclose(given, value, rtol=1e-6):
            return ko, en
    return "식은 (f(x + h) − f(x − h)) / 2h입니다.", "The formula is (f(x + h) − f(x − h)) / 2h."


def _mixed(x: NDArray[Any]) -> Any:
    return x[0] ** 2 + 3 * x[0] * x[1] + np.sin(x[-1])


@problems_of
def gradient(answer: Any) -> Iterator[Problem]:
    """Check a function (f, x): the gradient, that x is as it was, and that each point has its own."""
    for point in (np.array([3.0, 4.0]), np.array([0.5, -1.0, 2.0])):
        x, right = point.copy(), np.zeros(len(point))
        right[:2] = 2 * point[0] + 3 * point[1], 3 * point[0]
        right[-1] += np.cos(point[-1])
        # Not `called` alone: it would hand over a copy, and whether x is put back is what is to be seen.
        value = called("gradient", _with_point(answer, x), _mixed)
        given = as_numbers("gradient(f, x)", value, point.shape)
        place = f"f = x0² + 3 x0 x1 + sin x{len(point) - 1}, x = {described(point)}"
        if np.shares_memory(np.asarray(value), x):
            yield (
                "x 자체를 돌려줍니다. np.zeros_like(x)로 새 배열을 만드세요.",
                "It returns x itself: make a new array with np.zeros_like(x).",
            )
            return
        if not np.allclose(x, point, rtol=0, atol=1e-12):
            yield (
                f"{place}: 계산이 끝난 뒤 x가 {described(x)}(으)로 바뀌었습니다. 원소마다 원래 값으로 되돌려 놓으세요.",
                f"{place}: afterwards x is {described(x)}. Put each element back when its turn is over.",
            )
        if not np.allclose(given, right, atol=1e-5):
            cause_ko, cause_en = _cause_of_gradient(given, right)
            yield (
                f"{place}: {described(right.round(4))}(이)어야 하는데 {described(given.round(4))}입니다. {cause_ko}",
                f"{place}: must be {described(right.round(4))}, got {described(given.round(4))}. {cause_en}",
            )
            return


def _with_point(answer: Any, x: NDArray[Any]) -> Any:
    return (lambda f: answer(f, x)) if callable(answer) else answer


def _cause_of_gradient(given: NDArray[Any], right: NDArray[Any]) -> tuple[str, str]:
    if np.allclose(given, 2 * right, atol=1e-3):
        return "h가 아니라 2h로 나누어야 합니다.", "Divide by 2h, not by h."
    if np.allclose(given, -right, atol=1e-3):
        return "부호가 반대입니다.", "The sign is wrong."
    if np.allclose(given, given[0]) and not np.allclose(right, right[0]):
        return (
            "모든 원소가 같습니다. 변수를 한꺼번에 움직이지 말고 하나씩 움직이세요.",
            "All elements are the same: move the variables one at a time, not all at once.",
        )
    if np.any((given == 0) & (np.abs(right) > 1e-3)):
        return (
            "0으로 남은 자리가 있습니다. 모든 원소를 다 도는지 보세요.",
            "A place is still 0: does the loop reach all?",
        )
    if np.allclose(given, right, atol=0.1):
        return "거의 맞습니다. 중심 차분과 h = 1e-4를 쓰세요.", "Nearly: take central differences and h = 1e-4."
    return (
        "한 원소만 ±h 움직여 중심 차분을 구하고, 되돌린 뒤 다음 원소로 가세요.",
        "Move one element by ±h, take the central difference, put it back, and go on to the next.",
    )


@problems_of
def tangent(answer: Any) -> Iterator[Problem]:
    """Check slope and intercept of the tangent of 0.01 x² + 0.1 x at 10."""
    d, n = (as_numbers(name, value, ()) for name, value in zip("dn", parts(("d", "n"), answer), strict=True))
    if not np.isclose(d, 0.3, atol=1e-6):
        cause_ko, cause_en = "f'(x) = 0.02x + 0.1에 x = 10을 넣으세요.", "Put x = 10 into f'(x) = 0.02 x + 0.1."
        if np.isclose(d, 0.2):
            cause_ko, cause_en = "0.2는 x = 5에서의 기울기입니다.", "0.2 is the slope at x = 5."
        yield (
            f"d = {d:g}: x = 10에서의 기울기가 아닙니다. {cause_ko}",
            f"d = {d:g} is not the slope at x = 10. {cause_en}",
        )
    height = 10 * d + n
    if not np.isclose(height, 2, atol=1e-6):
        yield (
            f"접선은 점 (10, f(10)) = (10, 2)를 지나야 하는데, x = 10에서 10d + n = {height:g}입니다.",
            f"the tangent must pass through (10, f(10)) = (10, 2), and at x = 10 it has 10 d + n = {height:g}.",
        )
