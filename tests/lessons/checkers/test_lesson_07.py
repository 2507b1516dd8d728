"""The exercises of lesson 07 (gradient descent): typical wrong answers are told what is wrong with them."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_07 as checker
from glassnet.lessons.solutions import lesson_07 as solution


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


@pytest.mark.parametrize("name", ["update", "one_leap", "fit_line"])
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", ["update", "one_leap", "fit_line"])
@pytest.mark.parametrize("answer", [None, ..., 3, "W", [], (..., ...), (None,) * 2, object(), lambda: 1, {"a": 1}])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda W, x, y, rate: W + rate * np.mean((W * x - y) * x), "uphill"),
        (lambda W, x, y, rate: W - rate * np.sum((W * x - y) * x), "not divided by m"),
        (lambda W, x, y, rate: W - rate * 2 * np.mean((W * x - y) * x), "The 2 is cancelled"),
        (lambda W, x, y, rate: W - rate * np.mean((W * x - y) * x) / 2, "no ½ is left"),
        (lambda W, x, y, rate: W - rate * np.mean(W * x - y), "not multiplied by the input"),
        (lambda W, x, y, rate: W - np.mean((W * x - y) * x), "not multiplied by the learning rate"),
        (lambda W, x, y, rate: W - rate * np.mean((W * x - y) ** 2) / 2, "its slope"),
        (lambda W, x, y, rate: rate * np.mean((W * x - y) * x), "the step alone"),
        (lambda W, x, y, rate: np.mean((W * x - y) * x), "the slope alone"),
        (lambda W, x, y, rate: W, "has not moved"),
        (lambda W, x, y, rate: W - rate * 14 / 3 * (W - 1), "Subtract the mean of error × input"),
        (lambda W, x, y, rate: W - rate * (W * x - y) * x, "update must be a number"),
        (lambda W, x, y: W, "raises TypeError"),
    ],
)
def test_update_says_what_is_wrong(answer, words):
    assert words in english(checker.update(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3 / 7, "the border of divergence"),
        (3 / 28, "with 1/m"),
        (1 / 14, "forget to divide by m"),
        (0.1, "multiplies the distance to the minimum by 0.533"),
        ("3/14", "rate must be a number"),
    ],
)
def test_one_leap_says_what_is_wrong(answer, words):
    assert words in english(checker.one_leap(answer))


def test_one_leap_takes_a_rounded_number():
    assert checker.one_leap(0.2143) == []


def descent(rate=0.1, steps=1000, move_b=True, sign=1):
    def fit_line(x, y):
        W = b = 0.0
        for _ in range(steps):
            error = W * x + b - y
            W, b = W - sign * rate * np.mean(error * x), b - move_b * rate * np.mean(error)
        return W, b

    return fit_line


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (descent(steps=5), "Take more steps"),
        (descent(rate=3.0, steps=20), "It diverges"),
        (descent(rate=3.0, steps=3000), "diverged to nan or inf"),
        (descent(move_b=False), "b has not moved from 0"),
        (descent(sign=-1, steps=2), "W went the other way"),
        (lambda x, y: descent()(x, y)[::-1], "the wrong way round"),
        (lambda x, y: (3, -1), "y = −x + 2 + noise"),
        (lambda x, y: descent()(x, y)[0], "must be 2 values, (W, b)"),
        (lambda x, y: ("3", "-1"), "W must be a number"),
        (lambda x, y: ([1, 2], 3), "W must be a number"),
    ],
)
def test_fit_line_says_what_is_wrong(answer, words):
    assert words in english(checker.fit_line(answer))


def test_fit_line_may_solve_it_otherwise():
    assert checker.fit_line(lambda x, y: np.polyfit(x, y, 1).tolist()) == []
