"""The exercises of lesson 13 (depth): right answers pass, and each typical wrong one is told what is wrong with it."""

from itertools import pairwise

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_13 as checker
from glassnet.lessons.solutions import lesson_13 as solution

NAMES = ["bump", "tent", "parameters"]


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", [None, ..., 3, "2x", [], (None,) * 3, object(), lambda: 1, {"a": 1}])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, a, b, s: sigmoid(s * (x - b)) - sigmoid(s * (x - a)), "wrong way round"),
        (lambda x, a, b, s: sigmoid(s * (x - a)) + sigmoid(s * (x - b)), "subtracted, not added"),
        (lambda x, a, b, s: sigmoid(s * x - a) - sigmoid(s * x - b), "Mind the brackets"),
        (lambda x, a, b, s: sigmoid(x - a) - sigmoid(x - b), "steepness s is missing"),
        (lambda x, a, b, s: ((x > a) & (x < b)) * 1.0, "it must be 0.5 at x=0.3, got 0"),
        (lambda x, a, b, s: None, "Is the return missing?"),
    ],
)
def test_bump_says_what_is_wrong(answer, words):
    assert words in english(checker.bump(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((1, -4), "At x=0.25 it must be 0.5, got 0.25. Up to 0.5 only the first ReLU is on"),
        ((2, -2), "the slope is v1 + v2 = 0, and must be −2"),
        ((2, 4), "the slope is v1 + v2 = 6"),
        (2, "must be an array of shape (2,)"),
    ],
)
def test_tent_says_what_is_wrong(answer, words):
    assert words in english(checker.tent(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda sizes: sum(a * b for a, b in pairwise(sizes)), "The biases are missing"),
        (lambda sizes: sum(a * b + a for a, b in pairwise(sizes)), "n_in × n_out + n_out"),
        (lambda sizes: sizes[0] * sizes[1] + sum(sizes), "The input has no biases"),
        (lambda sizes: (sizes[0] + 1) * sizes[1], "must be 39760"),
    ],
)
def test_parameters_says_what_is_wrong(answer, words):
    assert words in english(checker.parameters(answer))
