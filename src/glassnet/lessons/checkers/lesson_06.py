"""What checks the answers to lesson 06, losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of
from glassnet.lessons.checkers.reading import parts
from glassnet.mathematics import losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.checking import Problem

_PAIRS: Final = {
    "tomorrow's temperature": [("identity", "mean_squared_error")],
    "spam or not": [("sigmoid", "binary_cross_entropy"), ("softmax", "categorical_cross_entropy")],
    "which of ten digits": [("softmax", "categorical_cross_entropy")],
}


@problems_of
def cross_entropy(answer: Any) -> Iterator[Problem]:
    """Check a function (y, t) → mean cross-entropy on three samples, on one, and where the probability is 0."""
    y, t = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.25, 0.25, 0.5]]), np.array([0, 1, 0])
    samples = losses.categorical_cross_entropy.per_sample(y, np.eye(3)[t])
    right = float(samples.mean())
    given = as_numbers("cross_entropy(y, t)", called("cross_entropy", answer, y, t), ())
    if not np.isclose(given, right, atol=1e-5):
        call = f"cross_entropy({described(y)}, {described(t)})"
        ko, en = _cause(float(given), samples)
        yield (
            f"{call}은(는) {right:.4f}(이)어야 하는데 {given:.4f}입니다. {ko}",
            f"{call} must be {right:.4f}, got {given:.4f}. {en}",
        )
        return
    with np.errstate(divide="ignore"):
        hopeless = called("cross_entropy", answer, np.array([[1.0, 0.0]]), np.array([1]))
    if not np.isfinite(_as_float(hopeless)):
        yield (
            f"정답의 확률이 0일 때 {described(hopeless)}입니다. 로그 안에 1e-7처럼 작은 수를 더하거나 확률을 자르세요.",
            (
                f"Where the right class has the probability 0 it gives {described(hopeless)}. "
                "Add a small number such as 1e-7 inside the logarithm, or clip the probabilities."
            ),
        )
    elif _as_float(hopeless) < 10:
        yield (
            f"정답의 확률이 0일 때 손실이 {described(hopeless)}(으)로 너무 작습니다. 더하는 수를 1e-7만큼 작게 하세요.",
            (
                f"Where the right class has the probability 0 the loss is only {described(hopeless)}. "
                "Let what you add be as small as 1e-7."
            ),
        )


def _as_float(value: Any) -> float:
    """Return a student's number, infinite ones too; what is no number is nan."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _cause(given: float, samples: Any) -> tuple[str, str]:
    causes = [
        (
            samples.sum(),
            "더하기만 하고 표본의 수로 나누지 않았습니다.",
            "It is the sum: divide by the number of samples.",
        ),
        (-samples.mean(), "부호가 반대입니다.", "The sign is wrong: log of a probability is negative."),
        (samples.mean() / np.log(10), "상용로그입니다. np.log를 쓰세요.", "That is log10: take np.log."),
        (samples.mean() / np.log(2), "밑이 2인 로그입니다. np.log를 쓰세요.", "That is log2: take np.log."),
        (samples.mean() / 3, "클래스의 수로도 나누었습니다.", "It is divided by the number of classes as well."),
        (samples[0], "첫 표본만 계산했습니다.", "It is the first sample alone."),
    ]
    for value, ko, en in causes:
        if np.isclose(given, value, atol=1e-4):
            return ko, en
    return (
        "표본마다 정답 자리의 확률 y[i, t[i]]만 고르고, -log를 취해 평균을 내세요.",
        "Of each sample take the probability y[i, t[i]] of the right class alone, then the mean of -log.",
    )


@problems_of
def best_constant(answer: Any) -> Iterator[Problem]:
    """Check the least squares constant and the least absolute one of 3, 1, 4, 1, 11, and the coin's probability."""
    names = ("squares", "absolute", "coin")
    squares, absolute, coin = (
        as_numbers(name, value, ()) for name, value in zip(names, parts(names, answer), strict=True)
    )
    data, tosses = np.array([3.0, 1, 4, 1, 11]), np.array([1.0, 1, 0, 1])
    yield from _not_least("squares", squares, data.mean(), losses.mean_squared_error, data)
    yield from _not_least("absolute", absolute, np.median(data), losses.mean_absolute_error, data)
    if not 0 <= coin <= 1:
        yield f"coin은 확률이어야 하는데 {coin:g}입니다.", f"coin must be a probability, got {coin:g}."
    else:
        yield from _not_least("coin", coin, tosses.mean(), losses.binary_cross_entropy, tosses)


def _not_least(name: str, given: Any, best: Any, loss: Any, data: Any) -> Iterator[Problem]:
    """Say what the loss is at the answer and that somewhere it is less; the best place itself is not told."""
    if np.isclose(given, best, atol=1e-6):
        return
    here, least = (loss(np.full(len(data), float(value)), data) for value in (given, best))
    ko = f"{name} = {given:g}에서 손실은 {here:.4f}인데, 더 작은 {least:.4f}까지 줄일 수 있습니다."
    en = f"at {name} = {given:g} the loss is {here:.4f}, and it can be as small as {least:.4f}."
    if name == "absolute" and np.isclose(given, data.mean()):
        ko, en = f"{ko} 평균은 제곱 손실의 답입니다.", f"{en} The mean belongs to the squared loss."
    elif name == "squares" and np.isclose(given, np.median(data)):
        ko, en = f"{ko} 중앙값은 절댓값 손실의 답입니다.", f"{en} The median belongs to the absolute loss."
    elif name == "absolute" and given == data[len(data) // 2]:
        ko, en = f"{ko} 먼저 크기 순서로 늘어놓으세요.", f"{en} Sort the data before you take the middle one."
    yield ko, en


@problems_of
def output_layer(answer: Any) -> Iterator[Problem]:
    """Check a dict from task to (output unit, loss)."""
    if not isinstance(answer, dict):
        got = described(answer)
        raise Failed(f"답은 과제를 짝에 잇는 dict여야 하는데 {got}입니다.", f"the answer must be a dict, got {got}.")
    for task, right in _PAIRS.items():
        if task not in answer:
            yield f"{task}: 답이 없습니다.", f"{task}: there is no answer."
            continue
        pair = answer[task]
        if not (isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            got = described(pair)
            yield (
                f"{task}: (뉴런, 손실) 짝이어야 하는데 {got}입니다.",
                f"{task}: must be a pair (unit, loss), got {got}.",
            )
        elif tuple(pair) not in right:
            why_ko, why_en = _mismatch(task, *pair)
            yield (
                f"{task}: {pair[0]}과(와) {pair[1]}은(는) 맞지 않습니다. {why_ko}",
                f"{task}: not {pair[0]} with {pair[1]}. {why_en}",
            )


def _mismatch(task: str, unit: str, loss: str) -> tuple[str, str]:
    if task == "tomorrow's temperature":
        if unit != "identity":
            return "기온은 0과 1 사이에 있지 않습니다.", "A temperature does not lie between 0 and 1."
        return "교차 엔트로피는 확률을 위한 손실입니다.", "Cross-entropy is a loss of probabilities."
    if unit == "identity":
        return "출력이 확률이어야 합니다.", "The output must be a probability."
    if loss == "mean_squared_error":
        return "포화된 곳에서 기울기가 사라집니다(6절).", "Its gradient vanishes where the unit saturates (section 6)."
    if task == "which of ten digits" and unit == "sigmoid":
        return "열 확률의 합이 1이어야 합니다.", "The ten probabilities must add up to 1."
    return (
        "뉴런과 손실의 분포가 서로 다릅니다(5절의 표).",
        "Unit and loss belong to different distributions (section 5).",
    )
