"""What a network says of a picture when it may refuse: a digit, or that it is none, with the evidence in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from glassnet.glass.refusal.detector import ALPHABET, OTHER, NotADigit
from glassnet.mathematics.checks import check_choice
from glassnet.training.evaluation import predict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from glassnet.glass.refusal.detector import Measures
    from glassnet.training.run import Trainable

Language = Literal["en", "ko"]

REFUSED: Final = -1
"""What `classify(x, refuse=True)` returns for what is no digit."""
TEXTS: Final = {
    "en": {
        "not-a-digit": "not a digit: {why}",
        "otherwise": "{refusal} The network would have said {answer} ({probability:.1%}).",
        "digit": "{answer} ({probability:.1%})",
        "not-finite": "it holds nan or inf.",
        "no-picture": "no ink: nothing in the picture stands out from the paper.",
        "no-ink": "no ink to speak of, {ink:.1f} pixels' worth; the digit with the least has {least:.1f}.",
        "too-much-ink": "too much ink, {ink:.0f} pixels' worth; the digit with the most has {most:.0f}.",
        "far": "farther from every digit than {share:.1%} of digits are; the nearest, {nearest}, is at {ratio:.1f} "
        "times the usual distance.",
        "strokes": "its strokes look like {kind} rather than a digit, {odds} to 1; of digits {share:.1%} stay below "
        "{limit} to 1. The nearest digit, {nearest}, is at {ratio:.1f} times the usual distance.",
        "a letter": "a letter ({letter})",
        "something else": "something else",
        "over a million": "more than a million",
    },
    "ko": {
        "not-a-digit": "숫자가 아닙니다: {why}",
        "otherwise": "{refusal} 거부하지 않았다면 신경망의 답은 {answer} ({probability:.1%})입니다.",
        "digit": "{answer} ({probability:.1%})",
        "not-finite": "nan이나 inf가 들어 있습니다.",
        "no-picture": "잉크가 없습니다. 종이와 구별되는 것이 아무것도 없습니다.",
        "no-ink": "잉크가 거의 없습니다. 픽셀 {ink:.1f}개 분량인데, 잉크가 가장 적은 숫자도 {least:.1f}개 분량입니다.",
        "too-much-ink": "잉크가 너무 많습니다. 픽셀 {ink:.0f}개 분량인데, 잉크가 가장 많은 숫자도 {most:.0f}개 "
        "분량입니다.",
        "far": "진짜 숫자의 {share:.1%}보다 전형적인 숫자에서 더 멉니다. 가장 비슷한 숫자는 {nearest}인데, 거리가 "
        "보통의 {ratio:.1f}배입니다.",
        "strokes": "획의 모양이 숫자보다는 {kind} 쪽입니다. 승산이 {odds} 대 1인데, 숫자의 {share:.1%}는 {limit} 대 "
        "1을 넘지 않습니다. 가장 비슷한 숫자는 {nearest}이고, 거리는 보통의 {ratio:.1f}배입니다.",
        "a letter": "글자({letter})",
        "something else": "다른 그림",
        "over a million": "백만 이상",
    },
}
MILLION: Final = 1e6


@dataclass(frozen=True)
class Verdict:
    """What a network says of one picture, or why it refuses.

    Attributes
    ----------
    answer : int
        What the network says, whether it is refused or not; −1 if there was nothing to show it.
    probability : float
        Its output for that.
    reason : str
        Why it is refused: `not-finite`, `no-picture`, `no-ink`, `too-much-ink`, `far` or `strokes`; "" if it is not.
    evidence : dict
        The numbers behind it: `ink`, `distance`, `nearest`, `ratio`, `log_odds`, `letter`, and the limits.
    language : "en" or "ko"
        Of the sentences.

    Examples
    --------
    >>> verdict = Verdict(3, 0.612, "no-ink", {"ink": 2.0, "least": 9.4})
    >>> print(verdict)
    not a digit: no ink to speak of, 2.0 pixels' worth; the digit with the least has 9.4.
    >>> verdict.digit, verdict.within("ko").refused
    (None, True)
    >>> print(Verdict(3, 0.99))
    3 (99.0%)
    """

    answer: int
    probability: float
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    language: Language = "en"

    @property
    def refused(self) -> bool:
        """Whether it is no digit."""
        return bool(self.reason)

    @property
    def digit(self) -> int | None:
        """The digit, or None if it is none."""
        return None if self.refused else self.answer

    @property
    def why(self) -> str:
        """The evidence in words; empty if it is not refused."""
        if not self.refused:
            return ""
        words = TEXTS[self.language]
        shown = dict(self.evidence)
        if self.reason == "strokes":
            shown |= {name: _ratio(shown[log], words) for name, log in (("odds", "log_odds"), ("limit", "log_limit"))}
            letter = shown["letter"]
            shown["kind"] = words["a letter" if letter else "something else"].format(letter=letter)
        return words[self.reason].format(**shown)

    @property
    def otherwise(self) -> str:
        """The verdict, and what the network would have said if it could not refuse."""
        if not self.refused or self.answer < 0 or not math.isfinite(self.probability):
            return str(self)
        return TEXTS[self.language]["otherwise"].format(refusal=self, **self._answer)

    def within(self, language: str) -> Verdict:
        """Return the same verdict in another language, `en` or `ko`."""
        check_choice("language", language, TEXTS)
        return replace(self, language="ko" if language == "ko" else "en")

    @property
    def _answer(self) -> dict[str, Any]:
        return {"answer": self.answer, "probability": self.probability}

    def __str__(self) -> str:
        words = TEXTS[self.language]
        return words["not-a-digit"].format(why=self.why) if self.refused else words["digit"].format(**self._answer)


def _ratio(log_odds: float, words: Mapping[str, str]) -> str:
    """Return odds to 1 in a few digits, from their logarithm."""
    ratio = math.exp(min(log_odds, 50))
    return words["over a million"] if ratio >= MILLION else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def judge(network: Trainable, detector: NotADigit, x: ArrayLike, language: str) -> list[Verdict]:
    """Return the verdict on each of the inputs (N, 784)."""
    outputs = predict(network, x)
    measures = detector.measure(x)
    reasons = measures.reasons(detector.limits)
    verdicts = []
    for row, (output, reason) in enumerate(zip(outputs, reasons, strict=True)):
        answer = int(output.argmax())
        evidence = _evidence(detector, measures, row, str(reason))
        verdicts.append(Verdict(answer, float(output[answer]), str(reason), evidence).within(language))
    return verdicts


def _evidence(detector: NotADigit, measures: Measures, row: int, reason: str) -> dict[str, Any]:
    limits, kind = detector.limits, int(measures.kind[row])
    beyond = detector.far if reason == "far" else detector.refused
    return {
        "ink": float(measures.ink[row]),
        "least": 2 * limits.least_ink,
        "most": limits.most_ink / 1.25,
        "distance": float(measures.distance[row]),
        "nearest": int(measures.nearest[row]),
        "ratio": float(measures.distance[row]) / detector.usual_distance,
        "log_odds": float(measures.log_odds[row]),
        "log_limit": limits.log_odds,
        "letter": ALPHABET[kind - OTHER - 1] if kind > OTHER else "",
        "share": 1 - beyond / max(1, detector.held_out),
    }


def classify_or_refuse(answers: NDArray[np.intp], detector: NotADigit, x: ArrayLike) -> NDArray[np.intp]:
    """Return the answers, with `REFUSED` where there is no digit."""
    return np.where(detector.refuses(x), REFUSED, answers)
