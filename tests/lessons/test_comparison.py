"""Whether a text is what a lesson says: spacing is free, `...` is anything, and ≈a±b or ≈a×÷b a number near a."""

import pytest

from glassnet.lessons.catalogue import lessons
from glassnet.lessons.comparison import prints_as_said


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("[1 2]\n3", "[1   2] \n 3\n"),
        ("a ... b", "a b c\nd b"),
        ("in ... ms", "in 0.02 ms"),
        ("≈0.25±0.05", "0.20"),
        ("≈0.25±0.05", "0.3"),
        ("≈-2±1, then ≈4e-08×÷2", "-1.5, then 8e-08"),
        ("≈80.8±1.5% right", "79.3% right"),
        ("a (b) [c] * + ?", "a (b) [c] * + ?"),
        ("gradients ±(1, 0.01)", "gradients ±(1, 0.01)"),
    ],
)
def test_as_said(expected, got):
    assert prints_as_said(expected, got)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("1 2", "12"),
        ("a ... b", "a c"),
        ("≈0.25±0.05", "0.31"),
        ("≈0.25±0.05", "0.99"),
        ("≈0.25±0.05", "-0.25"),
        ("≈0.25±0.05", "banana"),
        ("≈0.25±0.05", "nan"),
        ("≈4e-08×÷2", "9e-08"),
        ("≈4e-08×÷2", "1e-08"),
        ("≈0.25±0.05", "0.25 and more"),
        ("a.c", "abc"),
    ],
)
def test_not_as_said(expected, got):
    assert not prints_as_said(expected, got)


# What a machine decides, and nobody can say beforehand.
OF_THE_MACHINE = (
    "... ms",
    "... times as fast",
    "times as fast: ...",
    "one by one: ...",
    "... Colab with Python 3, NumPy ...",
    "print(...)",
)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_nothing_is_left_open_but_timings(lesson):
    for line in "\n".join(cell.prints or "" for cell in lesson.cells).splitlines():
        rest = line
        for words in OF_THE_MACHINE:
            rest = rest.replace(words, "")
        assert "..." not in rest, line
