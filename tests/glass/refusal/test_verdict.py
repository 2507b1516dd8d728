import pytest

from glassnet.glass.refusal.detector import REASONS
from glassnet.glass.refusal.verdict import TEXTS, Verdict
from glassnet.mathematics.checks import ArgumentError

EVIDENCE = {
    "ink": 2.0, "least": 9.4, "most": 250.0, "distance": 2.1, "nearest": 3, "ratio": 2.13, "log_odds": 3.6889,
    "log_limit": 0.0, "letter": "G", "share": 0.993,
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "english", "korean"),
    [
        ("not-finite", "it holds nan or inf.", "nan이나 inf가 들어 있습니다."),
        ("no-picture", "no ink: nothing in the picture", "잉크가 없습니다."),
        ("no-ink", "2.0 pixels' worth; the digit with the least has 9.4.", "픽셀 2.0개 분량인데"),
        ("too-much-ink", "2 pixels' worth; the digit with the most has 250.", "잉크가 너무 많습니다."),
        (
            "far",
            "than 99.3% of digits are; the nearest, 3, is at 2.1 times",
            "가장 비슷한 숫자는 3인데, 거리가 보통의 2.1배",
        ),
        (
            "strokes",
            "a letter (G) rather than a digit, 40 to 1; of digits 99.3% stay below 1 to 1.",
            "글자(G) 쪽입니다",
        ),
    ],
)
def test_each_reason_is_said_in_both_languages(reason, english, korean):
    verdict = Verdict(3, 0.612, reason, EVIDENCE)
    assert str(verdict).startswith("not a digit: ")
    assert english in str(verdict)
    assert str(verdict.within("ko")).startswith("숫자가 아닙니다: ")
    assert korean in str(verdict.within("ko"))
    assert verdict.otherwise.endswith("The network would have said 3 (61.2%).")
    assert verdict.within("ko").otherwise.endswith("신경망의 답은 3 (61.2%)입니다.")
    assert verdict.refused
    assert verdict.digit is None


def test_every_text_is_there_in_both_languages():
    assert TEXTS["en"].keys() == TEXTS["ko"].keys()
    assert set(REASONS) <= TEXTS["en"].keys()


def test_what_is_no_letter_is_something_else_and_great_odds_are_not_written_out():
    verdict = Verdict(3, 0.6, "strokes", EVIDENCE | {"letter": "", "log_odds": 60.0})
    assert "look like something else rather than a digit, more than a million to 1" in str(verdict)
    assert "다른 그림 쪽입니다. 승산이 백만 이상 대 1" in str(verdict.within("ko"))


def test_a_digit_is_a_digit():
    verdict = Verdict(7, 0.998)
    assert (str(verdict), verdict.otherwise, verdict.why, verdict.digit) == ("7 (99.8%)", "7 (99.8%)", "", 7)


def test_without_an_answer_none_is_given():
    assert Verdict(-1, 0.0, "no-picture").otherwise == str(Verdict(-1, 0.0, "no-picture"))
    assert "nan%" not in Verdict(0, float("nan"), "not-finite").otherwise


def test_an_unknown_language():
    with pytest.raises(ArgumentError, match="language"):
        Verdict(1, 0.5).within("fr")
