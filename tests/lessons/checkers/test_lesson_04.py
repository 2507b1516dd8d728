"""What the checkers of lesson 04 say to typical wrong answers."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_04


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, alpha=0.1: np.maximum(x, 0), "This is ReLU"),
        (lambda x, alpha=0.1: np.maximum(alpha * x, x), "α ≤ 1"),
        (lambda x, alpha=0.1: np.where(x > 0, x, 0.1 * x), "not always 0.1"),
        (lambda x, alpha=0.1: np.where(x > 0, x, -alpha * x), "sign"),
        (lambda x, alpha=0.1: x, "αx elsewhere"),
        (lambda x, alpha=0.1: x if x > 0 else alpha * x, "ValueError"),
        (lambda x, alpha=0.1: None, "return"),
        (7, "must be a function"),
    ],
)
def test_leaky_relu(answer, words):
    assert words in lesson_04.leaky_relu(answer)[0][1]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda y: np.exp(-y) / (1 + np.exp(-y)) ** 2, "output already"),
        (lambda y: (1 - y) * (1 + y), "tanh"),
        (lambda y: y, "¼ at y = ½"),
        (lambda y: y * (1 - y) if np.ndim(y) == 0 else y, "right for one number"),
    ],
)
def test_sigmoid_derivative(answer, words):
    assert words in lesson_04.sigmoid_derivative(answer)[0][1]


@pytest.mark.parametrize(
    ("answer", "sides"),
    [((0.0, 1.0), ["left"]), ((0.0, -1.0), ["right"]), ((2.0, -2.0), ["right", "left"]), ((1.0, -1.0), [])],
)
def test_maxout_absolute(answer, sides):
    problems = lesson_04.maxout_absolute(answer)
    assert len(problems) == len(sides)
    assert all(side in problem[1] for side, problem in zip(sides, problems, strict=True))


def test_maxout_absolute_wants_two_slopes():
    assert "shape (2,)" in lesson_04.maxout_absolute([1.0, -1.0, 0.0])[0][1]
