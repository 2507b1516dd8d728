"""The exercises of lesson 12 (manifold): right answers pass, and each typical wrong one is told what is wrong."""

import math

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_12 as checker
from glassnet.lessons.solutions import lesson_12 as solution

EXERCISES = ["log_share", "nearest", "walk"]


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("answer", [None, ..., 3, "x", [], (..., ...), object(), lambda: 1, lambda *x: x, {"W": 1}])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda c, p, n: math.log10(c / float(n) ** p), "raises OverflowError"),
        (lambda c, p, n: math.log(c) - p * math.log(n), "must be -6.5360, got -15.05. That is the natural logarithm"),
        (lambda c, p, n: p * math.log10(n) - math.log10(c), "The sign is turned round"),
        (lambda c, p, n: -p * math.log10(n), "The logarithm of count is missing"),
        (lambda c, p, n: p * c, "It is log10(count)"),
        (lambda c, p, n: -math.inf, "has nan or inf"),
    ],
)
def test_log_share_says_what_is_wrong(answer, words):
    assert words in english(checker.log_share(answer))


def far(picture, others, order=2):
    return np.linalg.norm(others - picture, ord=order, axis=1)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            lambda p, o: (far(p, o).argmin(), far(p, o).min() ** 2),
            "must be (1, 2.0000), got (1, 4.0000). The square root",
        ),
        (lambda p, o: (far(p, o).argmax(), far(p, o).max()), "That is the farthest"),
        (lambda p, o: (far(p, o).argmin() + 1, far(p, o).min()), "Numbers count from 0"),
        (lambda p, o: (far(p, o, 1).argmin(), far(p, o, 1).min()), "Square the differences"),
        (lambda p, o: (abs((o - p).sum(axis=1)).argmin(), abs((o - p).sum(axis=1)).min()), "Square the differences"),
        (lambda p, o: far(p, o).min(), "must be (number, distance), got 2.0"),
        (lambda p, o: (o[far(p, o).argmin()], far(p, o).min()), "number must be a number"),
    ],
)
def test_nearest_says_what_is_wrong(answer, words):
    assert words in english(checker.nearest(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda p, q, steps: solution.walk(q, p, steps), "It walks backwards"),
        (lambda p, q, steps: solution.walk(p, q, steps)[:-1], "has only 4 pictures"),
        (lambda p, q, steps: solution.walk(p, q, steps) ** 2, "The first row must be p"),
        (lambda p, q, steps: p + (q - p) * np.linspace(0, 1, steps + 1)[:, np.newaxis] ** 2, "All steps must be equal"),
        (lambda p, q, steps: (p + q) / 2, "must be an array of shape (5, 2)"),
        (lambda p, q, steps: p + (q - p) * np.linspace(0, 1, steps + 1), "raises ValueError"),
    ],
)
def test_walk_says_what_is_wrong(answer, words):
    assert words in english(checker.walk(answer))
