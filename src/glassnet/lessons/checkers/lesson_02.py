"""Checkers of lesson 02, the perceptron."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of
from glassnet.mathematics.gates import NAND
from glassnet.mathematics.perceptron import Perceptron

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.checking import Problem

_INPUTS: Final = ((0, 0), (0, 1), (1, 0), (1, 1))
# Places on lines, in order: along each a perceptron changes its answer once at most.
_STEPS: Final = range(-2, 4)
_LINES: Final = (
    *(tuple((x1, x2) for x1 in _STEPS) for x2 in _STEPS),
    *(tuple((x1, x2) for x2 in _STEPS) for x1 in _STEPS),
    tuple((x, x) for x in _STEPS),
)


@problems_of
def nand(answer: Any) -> Iterator[Problem]:
    """Check a function nand(x1, x2) that is a perceptron."""
    right = True
    for x1, x2 in _INPUTS:
        got = as_numbers(f"nand({x1}, {x2})", called("nand", answer, x1, x2), ())
        wanted = NAND(x1, x2)
        if got == wanted:
            continue
        if wanted == 0:
            cause_ko = "두 입력이 모두 1일 때에는 음의 가중치가 편향을 이겨야 합니다."
            cause_en = "With both inputs 1 the negative weights must outweigh the bias."
        else:
            cause_ko = "편향이 음수이거나 너무 작지 않은지 보세요. 슬라이드의 −0.7은 오타입니다."
            cause_en = "See whether the bias is negative or too small; the −0.7 on the slide is a misprint."
        yield (
            f"nand({x1}, {x2})은(는) {wanted}(이)어야 하는데 {got:g}입니다. {cause_ko}",
            f"nand({x1}, {x2}) must be {wanted}, got {got:g}. {cause_en}",
        )
        right = False
    if right:
        yield from _no_perceptron(answer)


def _no_perceptron(answer: Any) -> Iterator[Problem]:
    """Say where a function that is right for 0 and 1 cannot be a perceptron: it asks on which side of a line x is."""
    formula_ko = "퍼셉트론의 식, w1·x1 + w2·x2 + b가 0보다 큰지만 보는 식이 아닙니다."
    formula_en = "It is not a perceptron's formula, which asks only whether w1·x1 + w2·x2 + b is above 0."
    for line in _LINES:
        outputs = []
        for x1, x2 in line:
            try:
                outputs.append(float(answer(x1, x2)))
            except Exception:  # noqa: BLE001  # an answer may raise anything
                outputs.append(float("nan"))
            if outputs[-1] not in {0, 1}:
                yield (
                    f"0과 1에서는 맞습니다. 그런데 nand({x1}, {x2})에서는 0도 1도 나오지 않습니다. {formula_ko}",
                    f"Right for 0 and 1. But nand({x1}, {x2}) is neither 0 nor 1. {formula_en}",
                )
                return
        if sum(one != other for one, other in pairwise(outputs)) > 1:
            places, shown = ", ".join(map(str, line)), ", ".join(f"{output:g}" for output in outputs)
            yield (
                f"0과 1에서는 맞습니다. 그런데 한 직선 위의 {places}에서 {shown}(으)로 두 번 바뀝니다. {formula_ko}",
                f"Right for 0 and 1. But on one line, at {places}, it gives {shown}: it changes twice. {formula_en}",
            )
            return


@problems_of
def three_votes(answer: Any) -> Iterator[Problem]:
    """Check the parameters (w1, w2, w3, b) of a perceptron that fires when two or three of its inputs are 1."""
    numbers = as_numbers("(w1, w2, w3, b)", answer, (4,))
    perceptron = Perceptron(numbers[:3], bias=float(numbers[3]))
    for votes in np.ndindex(2, 2, 2):
        wanted, got = int(sum(votes) >= 2), perceptron(votes)
        if got == wanted:
            continue
        net_input = perceptron.net_input(votes)
        if wanted:
            mend = (
                "0보다 커야 합니다. 가중치를 키우거나 편향을 올리세요.",
                "it must exceed 0: raise the weights or the bias",
            )
        else:
            mend = ("0 이하여야 합니다. 편향을 낮추세요.", "it must not exceed 0: lower the bias")
        yield (
            f"입력 {votes}에서 {wanted}(이)어야 하는데 {got}입니다. 가중합이 {net_input:g}인데 {mend[0]}",
            f"For the input {votes} it must give {wanted}, got {got}. The net input is {net_input:g}; {mend[1]}.",
        )


@problems_of
def update(answer: Any) -> Iterator[Problem]:
    """Check a function update(w, b, x, t, rate) that takes one step of Rosenblatt's rule."""
    cases = (
        # w, b, x, t, rate
        ([0.0, 0.0], 0.0, [1, 1], 1, 1.0),
        ([1.0, 1.0], 1.0, [0, 1], 0, 0.5),
        ([2.0, -1.0], 0.5, [1, 0], 1, 1.0),
        ([-1.0, 0.0], 0.5, [0, 0], 0, 1.0),
    )
    for weights, bias, x, t, rate in cases:
        w, sample = np.array(weights), np.array(x)
        got_w, got_b = _pair(called("update", answer, w, bias, sample, t, rate))
        y = Perceptron(w, bias=bias)(sample)
        new_w, new_b = w + rate * (t - y) * sample, bias + rate * (t - y)
        if np.allclose(got_w, new_w) and np.isclose(got_b, new_b):
            continue
        got, wanted = f"{got_w.tolist()}, {got_b:g}", f"{new_w.tolist()}, {new_b:g}"
        where = f"w={weights}, b={bias:g}, x={x}, t={t}, η={rate:g}"
        cause_ko, cause_en = _cause(got_w, got_b, w, bias, new_w, new_b)
        yield (
            f"{where}에서 y={y}이므로 새 (w, b)는 {wanted}(이)어야 하는데 {got}입니다. {cause_ko}",
            f"For {where} the output is y={y}, so the new (w, b) must be {wanted}, got {got}. {cause_en}",
        )


def _pair(value: Any) -> tuple[np.ndarray[Any, Any], float]:
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise Failed(
            f"update는 새 가중치와 편향 (w, b)를 돌려주어야 하는데 {described(value)}을(를) 돌려주었습니다.",
            f"update must return the new weights and bias (w, b), got {described(value)}.",
        )
    return as_numbers("w", value[0], (2,)), float(as_numbers("b", value[1], ()))


def _cause(got_w: Any, got_b: float, w: Any, bias: float, new_w: Any, new_b: float) -> Problem:
    """Return the likely cause of a wrong step."""
    if np.allclose(new_w, w) and new_b == bias:
        return (
            "맞힌 표본에서는 아무것도 바뀌지 않습니다 (t − y = 0).",
            "Nothing changes where the answer was right (t − y = 0).",
        )
    if np.allclose(got_w - w, w - new_w) and np.isclose(got_b - bias, bias - new_b):
        return "부호가 반대입니다. t − y를 쓰세요.", "The sign is turned round: it is t − y."
    if np.allclose(got_w, new_w):
        return "편향도 같은 규칙으로 바뀝니다: b + η(t − y).", "The bias follows the same rule: b + η(t − y)."
    return "w + η(t − y)x와 b + η(t − y)인지 확인하세요.", "Compare with w + η(t − y)x and b + η(t − y)."
