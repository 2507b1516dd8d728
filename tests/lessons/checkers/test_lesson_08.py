"""The exercises of lesson 08 (numerical differentiation): typical wrong answers are told what is wrong with them."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_08 as checker
from glassnet.lessons.solutions import lesson_08 as solution


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


@pytest.mark.parametrize("name", ["central", "gradient", "tangent"])
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", ["central", "gradient", "tangent"])
@pytest.mark.parametrize("answer", [None, ..., 3, "h", [], (..., ...), (None,) * 2, object(), lambda: 1, {"a": 1}])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda f, x, h: (f(x + h) - f(x)) / h, "the forward difference"),
        (lambda f, x, h: (f(x) - f(x - h)) / h, "the backward difference"),
        (lambda f, x, h: (f(x + h) - f(x - h)) / h, "2h apart"),
        (lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h), "wrong way round"),
        (lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h, "multiplies by h"),
        (lambda f, x, h: (f(x + 1e-4) - f(x - 1e-4)) / 2e-4, "the h given is not used"),
        (lambda f, x, h: f(x + h) - f(x - h) / (2 * h), "numerator in brackets"),
        (lambda f, x, h: f(x), "The formula is"),
        (lambda f, x, h: "0.2", "must be a number"),
        (lambda f, x, h: None, "Is the return missing?"),
        (lambda f, x: 1, "raises TypeError"),
    ],
)
def test_central_says_what_is_wrong(answer, words):
    assert words in english(checker.central(answer))


def with_steps(distance=2e-4, put_back=True, sign=1, only_first=False, into_x=False):
    def gradient(f, x):
        grad = x if into_x else np.zeros_like(x)
        for i in range(1 if only_first else len(x)):
            value = x[i]
            x[i] = value + 1e-4
            above = f(x)
            x[i] = value - 1e-4
            below = f(x)
            if put_back:
                x[i] = value
            grad[i] = sign * (above - below) / distance
        return grad

    return gradient


def all_at_once(f, x):
    return np.full(len(x), (f(x + 1e-4) - f(x - 1e-4)) / 2e-4)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (with_steps(distance=1e-4), "Divide by 2h"),
        (with_steps(put_back=False), "afterwards x is [2.9999, 3.9999]"),
        (with_steps(sign=-1), "The sign is wrong"),
        (with_steps(only_first=True), "does the loop reach all?"),
        (with_steps(into_x=True), "It returns x itself"),
        (all_at_once, "one at a time"),
        (lambda f, x: (f(x + 1e-4) - f(x)) / 1e-4, "gradient(f, x) must be an array of shape (2,)"),
        (lambda f, x: np.array([f(x + step) - f(x) for step in 1e-2 * np.eye(len(x))]) / 1e-2, "Nearly"),
        (lambda f, x: x**2, "Move one element"),
        (lambda f, x: 1 / 0, "raises ZeroDivisionError"),
    ],
)
def test_gradient_says_what_is_wrong(answer, words):
    assert words in english(checker.gradient(answer))


def test_gradient_may_work_on_copies():
    assert checker.gradient(lambda f, x: np.array([f(x + s) - f(x - s) for s in 1e-4 * np.eye(len(x))]) / 2e-4) == []


def test_gradient_of_two_variables_only_is_not_enough():
    steps = 1e-4 * np.eye(2)

    def of_two(f, x):
        return [(f(x + step) - f(x - step)) / 2e-4 for step in steps]

    assert "raises ValueError" in english(checker.gradient(of_two))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((0.2, -0.25), "0.2 is the slope at x = 5"),
        ((0.3, 2), "10 d + n = 5"),
        ((0.12, 0.8), "Put x = 10 into"),
        ((0.3,), "must be 2 values"),
        (("0.3", -1), "d must be a number"),
    ],
)
def test_tangent_says_what_is_wrong(answer, words):
    assert words in english(checker.tangent(answer))
