"""What checks the answers to lesson 07, gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of
from glassnet.lessons.checkers.reading import all_close, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem


@problems_of
def update(answer: Any) -> Iterator[Problem]:
    """Check a function (W, x, y, learning_rate) → the new W on two sets of data."""
    cases = ((3.0, [1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 0.1), (-1.0, [2.0, 0.5, -1.0, 4.0], [1.0, 0.0, 3.0, -2.0], 0.05))
    for W, inputs, targets, rate in cases:
        x, y = np.array(inputs), np.array(targets)
        given = as_numbers("update", called("update", answer, W, x, y, rate), ())
        step = rate * np.mean((W * x - y) * x)
        if all_close(given, W - step):
            continue
        call = f"update({W:g}, {described(x)}, {described(y)}, {rate:g})"
        ko, en = _cause_of_update(float(given), W, x, y, rate)
        yield (
            f"{call}은(는) {W - step:.4f}(이)어야 하는데 {given:.4f}입니다. {ko}",
            f"{call} must be {W - step:.4f}, got {given:.4f}. {en}",
        )
        return


def _cause_of_update(given: float, W: float, x: NDArray[Any], y: NDArray[Any], rate: float) -> tuple[str, str]:
    error = W * x - y
    step = rate * np.mean(error * x)
    causes = [
        (W + step, "기울기를 더했습니다. 오르막입니다.", "The slope is added: that is uphill."),
        (W - len(x) * step, "m으로 나누지 않았습니다.", "It is not divided by m."),
        (W - 2 * step, "1/m의 기울기입니다. 1/2m에서는 2가 지워집니다.", "The 2 is cancelled by the 1/2m of the cost."),
        (W - step / 2, "2가 아래로 내려와 1/2과 지워집니다.", "The 2 of the square cancels the ½: no ½ is left."),
        (W - rate * np.mean(error), "입력 x를 곱하지 않았습니다.", "The error is not multiplied by the input x."),
        (W - step / rate, "학습률을 곱하지 않았습니다.", "It is not multiplied by the learning rate."),
        (
            W - rate * np.mean(error**2) / 2,
            "기울기가 아니라 비용을 뺐습니다.",
            "The cost is subtracted, not its slope.",
        ),
        (step, "걸음만 돌려줍니다. W에서 빼세요.", "That is the step alone: subtract it from W."),
        (step / rate, "기울기만 돌려줍니다.", "That is the slope alone."),
        (W, "W가 그대로입니다.", "W has not moved."),
    ]
    for value, ko, en in causes:
        if np.isclose(given, value):
            return ko, en
    return (
        "오차 × 입력의 평균에 학습률을 곱해 W에서 빼세요.",
        "Subtract the mean of error × input, times the rate, from W.",
    )


@problems_of
def one_leap(answer: Any) -> Iterator[Problem]:
    """Check the learning rate that reaches the minimum in one step: the inverse of the mean of x²."""
    rate = as_numbers("rate", answer, ())
    curvature = np.mean(np.array([1.0, 2.0, 3.0]) ** 2)
    factor = 1 - rate * curvature
    if abs(factor) < 1e-3:
        return
    known = [
        (2.0, "이것은 발산하는 경계입니다.", "That is the border of divergence."),
        (0.5, "이것은 비용이 1/m일 때의 답입니다.", "That would be right for the cost with 1/m."),
        (1.0 / 3, "m으로 나누는 것을 잊지 않았나요?", "Did you forget to divide by m?"),
    ]
    ko = f"한 걸음마다 최솟점까지의 거리에 {factor:.3f}이(가) 곱해지는데, 0이어야 합니다."
    en = f"a step multiplies the distance to the minimum by {factor:.3f}, and it should be by 0."
    for part, why_ko, why_en in known:
        if np.isclose(rate * curvature, part, atol=1e-2):
            ko, en = f"{ko} {why_ko}", f"{en} {why_en}"
    yield ko, en


@problems_of
def fit_line(answer: Any) -> Iterator[Problem]:
    """Check a function (x, y) → (W, b) on a line and on scattered points."""
    rng = np.random.default_rng(7)
    x = np.linspace(-2, 2, 30)
    for name, y in (("y = 3x − 1", 3 * x - 1), ("y = −x + 2 + noise", 2 - x + rng.normal(scale=0.3, size=30))):
        W, b = _line(answer, x, y)
        right = np.polyfit(x, y, 1)
        if np.allclose([W, b], right, atol=2e-3):
            continue
        cost, least = (float(np.mean((w * x + c - y) ** 2) / 2) for w, c in ((W, b), right))
        ko, en = _cause_of_line(W, b, right, cost)
        yield (
            (
                f"{name}: (W, b)는 ({right[0]:.3f}, {right[1]:.3f})(이)어야 하는데 ({W:.3f}, {b:.3f})입니다. "
                f"비용은 {cost:.4f}이고, {least:.4f}까지 줄일 수 있습니다. {ko}"
            ),
            (
                f"{name}: (W, b) must be ({right[0]:.3f}, {right[1]:.3f}), got ({W:.3f}, {b:.3f}). "
                f"The cost is {cost:.4f}, and it can be as small as {least:.4f}. {en}"
            ),
        )
        return


def _line(answer: Any, x: NDArray[Any], y: NDArray[Any]) -> tuple[float, float]:
    with np.errstate(all="ignore"):
        given = parts(("W", "b"), called("fit_line", answer, x, y))
    try:
        diverged = not np.all(np.isfinite(np.array(given, dtype=float)))
    except (TypeError, ValueError):
        diverged = False  # no numbers at all: `as_numbers` says so
    if diverged:
        raise Failed(
            "W나 b가 발산했습니다(nan 또는 inf). 학습률을 줄이세요.",
            "W or b diverged to nan or inf: lower the learning rate.",
        )
    W, b = (float(as_numbers(name, value, ())) for name, value in zip("Wb", given, strict=True))
    return W, b


def _cause_of_line(W: float, b: float, right: NDArray[Any], cost: float) -> tuple[str, str]:
    if np.allclose([b, W], right, atol=2e-3):
        return "W와 b의 순서가 바뀌었습니다.", "W and b are the wrong way round."
    if cost > 1e3:
        return "발산하고 있습니다. 학습률을 줄이세요.", "It diverges: lower the learning rate."
    if b == 0:
        return "b가 0에서 움직이지 않았습니다.", "b has not moved from 0."
    if np.sign(W) == -np.sign(right[0]):
        return "W가 반대쪽으로 갔습니다. 부호를 보세요.", "W went the other way: look at the sign."
    return "더 많이 걷거나 학습률을 키우세요.", "Take more steps, or a larger learning rate."
