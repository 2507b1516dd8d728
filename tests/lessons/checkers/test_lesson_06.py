"""The exercises of lesson 06 (losses): right answers pass, and each typical wrong one is told what is wrong with it."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_06 as checker
from glassnet.lessons.solutions import lesson_06 as solution


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


@pytest.mark.parametrize("name", ["cross_entropy", "best_constant", "output_layer"])
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", ["cross_entropy", "best_constant", "output_layer"])
@pytest.mark.parametrize("answer", [None, ..., 3, "log", [], (..., ...), (None,) * 3, object(), lambda: 1, {"a": 1}])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


def picked(y, t):
    return y[np.arange(len(t)), t]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda y, t: -np.sum(np.log(picked(y, t) + 1e-7)), "divide by the number of samples"),
        (lambda y, t: np.mean(np.log(picked(y, t) + 1e-7)), "The sign is wrong"),
        (lambda y, t: -np.mean(np.log10(picked(y, t) + 1e-7)), "That is log10"),
        (lambda y, t: -np.mean(np.log2(picked(y, t) + 1e-7)), "That is log2"),
        (lambda y, t: -np.sum(np.log(picked(y, t) + 1e-7)) / y.size, "number of classes as well"),
        (lambda y, t: -np.log(y[0, t[0]] + 1e-7), "the first sample alone"),
        (lambda y, t: -np.mean(np.log(y[:, t] + 1e-7)), "of the right class alone"),
        (lambda y, t: -np.mean(np.log(picked(y, t))), "gives inf"),
        (lambda y, t: -np.mean(np.log(picked(y, t) + 1e-6)[:1].repeat(3)), "the first sample alone"),
        (lambda y, t: -np.log(picked(y, t)), "must be a number, got"),
        (lambda y, t: -np.mean(np.log(np.maximum(picked(y, t), 0.1))), "the loss is only 2.3"),
        (lambda y, t: -np.sum(t * np.log(y)) / len(t), "y[i, t[i]]"),
        (lambda y, t: None, "Is the return missing?"),
    ],
)
def test_cross_entropy_says_what_is_wrong(answer, words):
    assert words in english(checker.cross_entropy(answer))


def test_cross_entropy_may_clip_instead():
    assert checker.cross_entropy(lambda y, t: -np.log(np.clip(picked(y, t), 1e-12, 1)).mean()) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((4, 4, 0.75), "The mean belongs to the squared loss"),
        ((3, 3, 0.75), "The median belongs to the absolute loss"),
        ((4, 3, 0.5), "at coin = 0.5 the loss is 0.6931, and it can be as small as 0.5623"),
        ((4, 3, 3), "coin must be a probability, got 3"),
        ((5, 1, 0.75), "at squares = 5"),
    ],
)
def test_best_constant_says_what_is_wrong(answer, words):
    assert words in english(checker.best_constant(answer))


@pytest.mark.parametrize(
    ("task", "pair", "words"),
    [
        ("tomorrow's temperature", ("sigmoid", "mean_squared_error"), "does not lie between 0 and 1"),
        ("tomorrow's temperature", ("identity", "binary_cross_entropy"), "a loss of probabilities"),
        ("spam or not", ("identity", "binary_cross_entropy"), "must be a probability"),
        ("spam or not", ("sigmoid", "mean_squared_error"), "gradient vanishes"),
        ("spam or not", ("softmax", "binary_cross_entropy"), "different distributions"),
        ("which of ten digits", ("sigmoid", "categorical_cross_entropy"), "must add up to 1"),
        ("which of ten digits", "softmax", "must be a pair"),
    ],
)
def test_output_layer_says_what_is_wrong(task, pair, words):
    assert words in english(checker.output_layer({**solution.output_layer, task: pair}))


def test_output_layer_misses_a_task():
    assert "spam or not: there is no answer" in english(checker.output_layer({}))


def test_two_softmax_outputs_are_right_for_two_classes():
    pair = {"spam or not": ["softmax", "categorical_cross_entropy"]}
    assert checker.output_layer({**solution.output_layer, **pair}) == []
