"""Checkers of lesson 04, activation functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import as_numbers, called, described, problems_of
from glassnet.mathematics import functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.checking import Problem

_POINTS: Final = np.array([-2.0, -1.0, 0.0, 1.0, 3.0])


@problems_of
def leaky_relu(answer: Any) -> Iterator[Problem]:
    """Check a function leaky_relu(x, alpha) on arrays, with slopes below and above 1."""
    for alpha in (0.1, 0.5, 2.0):
        call = f"leaky_relu({described(_POINTS)}, {alpha:g})"
        got = as_numbers(call, called("leaky_relu", answer, _POINTS, alpha), _POINTS.shape)
        right = functions.leaky_relu(_POINTS, alpha)
        if np.allclose(got, right):
            continue
        cause_ko, cause_en = _leaky_cause(got, alpha)
        yield (
            f"{call}은(는) {described(right)}(이)어야 하는데 {described(got)}입니다. {cause_ko}",
            f"{call} must be {described(right)}, got {described(got)}. {cause_en}",
        )
        return


def _leaky_cause(got: Any, alpha: float) -> Problem:
    if np.allclose(got, functions.relu(_POINTS)):
        return "이것은 ReLU입니다. 음수 쪽은 0이 아니라 αx입니다.", "This is ReLU: where x < 0 it is αx, not 0."
    if alpha > 1 and np.allclose(got, np.maximum(alpha * _POINTS, _POINTS)):
        return "max(αx, x)는 α ≤ 1일 때만 옳습니다.", "max(αx, x) holds for α ≤ 1 only."
    if alpha != 0.1 and np.allclose(got, functions.leaky_relu(_POINTS, 0.1)):
        return "α를 0.1로 고정하지 말고 인수로 받은 값을 쓰세요.", "Use the α that is given, not always 0.1."
    if np.allclose(got, np.where(_POINTS > 0, _POINTS, -alpha * _POINTS)):
        return "음수 쪽의 부호가 뒤집혔습니다.", "Where x < 0 the sign is turned round."
    return "x > 0이면 x, 아니면 αx입니다.", "It is x where x > 0, and αx elsewhere."


@problems_of
def sigmoid_derivative(answer: Any) -> Iterator[Problem]:
    """Check a function that takes the sigmoid's output y and returns its derivative."""
    for y in (0.5, 0.9, 0.1):
        got = float(as_numbers(f"sigmoid_derivative({y})", called("sigmoid_derivative", answer, y), ()))
        right = y * (1 - y)
        if np.isclose(got, right):
            continue
        of_input = functions.sigmoid.derivative(y)
        if np.isclose(got, of_input):
            cause_ko = "y를 입력 x로 여기고 시그모이드에 다시 넣었습니다. y는 이미 출력입니다."
            cause_en = "y was put through the sigmoid again as if it were x; it is the output already."
        elif np.isclose(got, (1 - y) * (1 + y)):
            cause_ko, cause_en = "이것은 tanh의 도함수입니다.", "That is the derivative of tanh."
        else:
            cause_ko, cause_en = (
                "y가 0이나 1에 가까우면 0, y = ½이면 ¼이어야 합니다.",
                "It is ¼ at y = ½ and falls to 0.",
            )
        yield (
            f"sigmoid_derivative({y})는 {right:.4g}(이)어야 하는데 {got:.4g}입니다. {cause_ko}",
            f"sigmoid_derivative({y}) must be {right:.4g}, got {got:.4g}. {cause_en}",
        )
        return
    rows = np.array([[0.5, 0.9], [0.2, 1.0]])
    name = f"sigmoid_derivative({described(rows)})"
    got_rows = as_numbers(name, called("sigmoid_derivative", answer, rows), rows.shape)
    if not np.allclose(got_rows, rows * (1 - rows)):
        yield f"숫자 하나에는 맞지만 {name}에서 틀립니다.", f"It is right for one number, but wrong for {name}."


@problems_of
def maxout_absolute(answer: Any) -> Iterator[Problem]:
    """Check the two slopes with which a Maxout is |x|."""
    slopes = as_numbers("(w1, w2)", answer, (2,))
    for x in (1.0, -1.0):
        pieces = slopes * x
        got = float(pieces.max())
        if np.isclose(got, 1.0):
            continue
        shown = f"max({pieces[0]:g}, {pieces[1]:g}) = {got:g}"
        side_ko, side_en = ("오른쪽", "right") if x > 0 else ("왼쪽", "left")
        ko = f"x = {x:g}에서 |x| = 1이어야 하는데 {shown}입니다. {side_ko}에서 이겨야 할 기울기는 얼마인가요?"
        en = f"At x = {x:g} it must be |x| = 1, got {shown}. Which slope should win on the {side_en}?"
        yield ko, en
