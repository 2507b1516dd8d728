"""The exercises of lesson 11 (MNIST): right answers pass, and each typical wrong one is told what is wrong with it."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_11 as checker
from glassnet.lessons.solutions import lesson_11 as solution

NAMES = ["pixel_index", "accuracy", "soft_targets"]


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", [None, ..., 3, "28", [], (None,) * 3, object(), lambda: 1, lambda *_: [[1], [1, 2]]])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda row, column: row + 28 * column, "Row and column have changed places"),
        (lambda row, column: 28 * row + column + 1, "counted from 0"),
        (lambda row, column: 27 * row + column, "pixel_index(1, 0) must be 28, got 27. Each row before it holds 28"),
        (lambda row, column: None, "Is the return missing?"),
    ],
)
def test_pixel_index_says_what_is_wrong(answer, words):
    assert words in english(checker.pixel_index(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda y, t: np.sum(y.argmax(axis=1) == t), "must be 1, got 4. Divide the number of right answers"),
        (lambda y, t: 100 * np.mean(y.argmax(axis=1) == t), "not a percentage"),
        (lambda y, t: np.sum(y.argmax(axis=1) == t) / y.size, "the number of outputs as well"),
        (lambda y, t: np.mean(y.argmax(axis=1) != t), "share of wrong answers"),
        (lambda y, t: np.mean(y.argmax() == t), "axis=1"),
        (lambda y, t: y.argmax(axis=1) == t, "must be a number"),
        (lambda y, t: np.mean(y.argmax(axis=0) == t), "raises ValueError"),
    ],
)
def test_accuracy_says_what_is_wrong(answer, words):
    assert words in english(checker.accuracy(answer))


def one_hot(labels):
    return np.eye(10)[labels]


def every_row(labels):
    targets = np.full((len(labels), 10), 0.01)
    targets[:, labels] = 0.99
    return targets


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (one_hot, "not 1 and 0"),
        (lambda labels: 0.99 - 0.98 * one_hot(labels), "0.99 and 0.01 have changed places"),
        (every_row, "targets[np.arange(N), labels]"),
        (lambda labels: 0.99 * one_hot(labels), "place 0 must be 0.01, got 0. Fill the other places"),
        (lambda labels: np.full((len(labels), 10), 0.01), "only the place of the label is 0.99"),
        (lambda labels: one_hot(labels).T, "must be an array of shape (4, 10)"),
    ],
)
def test_soft_targets_says_what_is_wrong(answer, words):
    assert words in english(checker.soft_targets(answer))


def test_soft_targets_may_scale_one_hot_rows():
    assert checker.soft_targets(lambda labels: 0.01 + 0.98 * one_hot(labels)) == []
