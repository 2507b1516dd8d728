"""Checkers of lesson 13, depth."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import as_numbers, called, problems_of
from glassnet.mathematics.functions import relu, sigmoid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.checking import Problem


@problems_of
def bump(answer: Any) -> Iterator[Problem]:
    """Check a function bump(x, a, b, s), the difference of two steep sigmoids."""
    x = np.array([0.0, 0.3, 0.5, 0.7, 1.0])
    for a, b, s in ((0.3, 0.7, 50.0), (0.2, 0.6, 5.0)):
        got = as_numbers("bump(x, a, b, s)", called("bump", answer, x, a, b, s), x.shape)
        up, down = sigmoid(s * (x - a)), sigmoid(s * (x - b))
        wanted = up - down
        if np.allclose(got, wanted):
            continue
        cause_ko, cause_en = "σ(s(x − a)) − σ(s(x − b))인지 확인하세요.", "Compare with σ(s(x − a)) − σ(s(x − b))."
        if np.allclose(got, -wanted):
            cause_ko, cause_en = "빼는 순서가 반대입니다.", "The difference is taken the wrong way round."
        elif np.allclose(got, up + down):
            cause_ko, cause_en = "더하지 말고 빼야 합니다.", "The second step is to be subtracted, not added."
        elif np.allclose(got, sigmoid(s * x - a) - sigmoid(s * x - b)):
            cause_ko, cause_en = "괄호를 보세요: s·(x − a)입니다.", "Mind the brackets: it is s·(x − a)."
        elif np.allclose(got, sigmoid(x - a) - sigmoid(x - b)):
            cause_ko, cause_en = "가파름 s를 곱하지 않았습니다.", "The steepness s is missing."
        place = int(np.argmax(np.abs(got - wanted)))
        where, needs, has = f"a={a}, b={b}, s={s:g}", f"{wanted[place]:.4g}", f"{got[place]:.4g}"
        yield (
            f"{where}일 때 x={x[place]}에서 {needs}(이)어야 하는데 {has}입니다. {cause_ko}",
            f"With {where} it must be {needs} at x={x[place]}, got {has}. {cause_en}",
        )
        return


@problems_of
def tent(answer: Any) -> Iterator[Problem]:
    """Check the output weights (v1, v2) of a tent made of two ReLUs."""
    v1, v2 = as_numbers("(v1, v2)", answer, (2,))
    for x, wanted in ((0.25, 0.5), (0.5, 1.0), (0.75, 0.5), (1.0, 0.0)):
        got = float(v1 * relu(x) + v2 * relu(x - 0.5))
        if np.isclose(got, wanted):
            continue
        if x <= 0.5:
            cause_ko, cause_en = (
                "0.5까지는 첫째 ReLU뿐이므로 v1이 기울기입니다.",
                "Up to 0.5 only the first ReLU is on, so v1 is the slope.",
            )
        else:
            cause_ko, cause_en = (
                f"0.5를 넘으면 기울기가 v1 + v2 = {v1 + v2:g}인데 −2여야 합니다.",
                f"Above 0.5 the slope is v1 + v2 = {v1 + v2:g}, and must be −2.",
            )
        yield (
            f"x={x}에서 {wanted:g}(이)어야 하는데 {got:g}입니다. {cause_ko}",
            f"At x={x} it must be {wanted:g}, got {got:g}. {cause_en}",
        )
        return


@problems_of
def parameters(answer: Any) -> Iterator[Problem]:
    """Check a function parameters(sizes) that counts weights and biases."""
    for sizes in ([2, 3], [784, 50, 10], [784, 50, 100, 10]):
        shown = f"parameters({sizes})"
        got = float(as_numbers(shown, called("parameters", answer, list(sizes)), ()))
        weights = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
        wanted = weights + sum(sizes[1:])
        if got == wanted:
            continue
        cause_ko, cause_en = (
            "이웃한 두 층마다 n_in × n_out + n_out입니다.",
            "It is n_in × n_out + n_out for each layer.",
        )
        if got == weights:
            cause_ko, cause_en = "편향을 빠뜨렸습니다.", "The biases are missing."
        elif got == weights + sum(sizes):
            cause_ko, cause_en = "입력층에는 편향이 없습니다.", "The input has no biases."
        yield (
            f"{shown}은(는) {wanted}(이)어야 하는데 {got:g}입니다. {cause_ko}",
            f"{shown} must be {wanted}, got {got:g}. {cause_en}",
        )
        return
