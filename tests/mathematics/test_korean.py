"""Korean particles go by the sound that the word before them ends with."""

import pytest

from glassnet.mathematics.korean import settled, with_particle


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9(이)어야", "9여야"),
        ("8(이)어야", "8이어야"),
        ("0.5은(는)", "0.5는"),
        ("10%을(를)", "10%를"),
        ("x²은(는)", "x²은"),
        ("[1, 2]을(를)", "[1, 2]를"),
        ("nand(0, 1)은(는)", "nand(0, 1)은"),
        ("W은(는)", "W는"),
        ("N은(는)", "N은"),
        ("step을(를)", "step을"),
        ("softmax과(와)", "softmax와"),
        ("None을(를)", "None을"),
        ("7(으)로", "7로"),
        ("3(으)로", "3으로"),
        ("배열이(가)", "배열이"),
        ("∞을(를)", "∞을(를)"),
        ("아무것도 아닙니다 (은).", "아무것도 아닙니다 (은)."),
    ],
)
def test_the_form_that_suits(text, said):
    assert settled(text) == said


def test_both_forms_where_it_cannot_be_known():
    assert [with_particle("∞", *forms) for forms in (("은", "는"), ("으로", "로"), ("이어야", "여야"))] == [
        "∞은(는)",
        "∞(으)로",
        "∞이어야(여야)",
    ]
