"""The exercises of lesson 01 (tools): right answers pass, and each typical wrong one is told what is wrong with it."""

from collections import Counter

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_01 as checker
from glassnet.lessons.solutions import lesson_01 as solution

EXERCISES = ["inner", "letter_counts", "unit", "standardize"]


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("answer", [None, ..., 3, "x", [], (..., ...), object(), lambda: 1, lambda x: x, {"W": 1}, int])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


def without_both_ends_in_place(sequence):
    if isinstance(sequence, list):
        del sequence[0], sequence[-1:]
        return sequence
    return sequence[1:-1]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda s: s[1:], "inner('glass') must be 'las', got 'lass'. The last element is still there"),
        (lambda s: s[:-1], "inner([1, 2]) must be [], got [1]. The first element is still there"),
        (lambda s: s[1:-2], "got 'la'. One too many is gone"),
        (lambda s: s[2:], "Cut at the fences"),
        (lambda s: list(s)[1:-1], "must be of type str, got ['l', 'a', 's']"),
        (lambda s: None, "got None. Return a slice"),
        (without_both_ends_in_place, "changed the list"),
    ],
)
def test_inner_says_what_is_wrong(answer, words):
    assert words in english(checker.inner(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Counter, "letter_counts('to do') must be {'t': 1, 'o': 2, 'd': 1}, got Counter"),
        (lambda text: {letter: text.count(letter) for letter in text}, "Blanks do not count"),
        (lambda text: dict.fromkeys(text.replace(" ", ""), 1), "add 1 instead of starting afresh"),
        (lambda text: {letter: text.count(letter) + 1 for letter in text.replace(" ", "")}, "A new letter counts 1"),
        (lambda text: {"t": 1}, "one key for each letter"),
        (lambda text: {}, "Put what you count"),
        (list, "must be a dictionary"),
        (lambda text: {}[text], "raises KeyError"),
    ],
)
def test_letter_counts_says_what_is_wrong(answer, words):
    assert words in english(checker.letter_counts(answer))


def test_letter_counts_takes_any_dictionary():
    assert checker.letter_counts(lambda text: Counter(text.replace(" ", ""))) == []


def unit(net_input, init=None):
    def keep(self, weights, bias):
        self.w, self.b = weights, bias

    return type("Unit", (), {"__init__": init or keep, "net_input": net_input})


def keep_in_the_class(self, weights, bias):
    type(self).w, type(self).b = weights, bias


def take_one_sample_only(self, x):
    return sum(w * value for w, value in zip(self.w, x, strict=True)) + self.b


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            unit(lambda self, x: x @ self.w),
            "Unit([0.5, 0.5], -0.75).net_input([1.0, 1.0]) must be 0.25, got 1.0. The bias is",
        ),
        (unit(lambda self, x: x @ self.w - self.b), "added, not taken away"),
        (unit(lambda self, x: x * self.w + self.b), "must be a number"),
        (unit(lambda self, x: self.w @ x + self.b), "Samples are rows"),
        (unit(take_one_sample_only), "Samples are rows"),
        (unit(lambda self, x: x @ self.w + self.b, keep_in_the_class), "values of a Unit made later"),
        (
            type("Unit", (), {"__int__": lambda self, weights, bias: None}),
            "raises TypeError: Unit() takes no arguments",
        ),
        (type("Unit", (), {"__init__": lambda self, weights, bias: None}), "no method net_input"),
        (unit(lambda self, x: None), "Is the return missing?"),
        (solution.Unit([1.0], 0.0), "Hand over its name"),
    ],
)
def test_unit_says_what_is_wrong(answer, words):
    assert words in english(checker.unit(answer))


def in_place(data):
    data -= data.mean(axis=0)
    data /= data.std(axis=0)
    return data


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda data: data - data.mean(axis=0), "What is left is to divide"),
        (lambda data: (data - data.mean(axis=0)) / data.var(axis=0), "not by the variance"),
        (lambda data: (data - data.mean(axis=0)) / data.std(axis=0, ddof=1), "ddof=0"),
        (lambda data: (data - data.mean()) / data.std(), "Take each column by itself"),
        (lambda data: data / data.std(axis=0), "Compare with"),
        (lambda data: data.mean(axis=0), "must be an array of shape (3, 2)"),
        (lambda data: (data - data.mean(axis=1)) / data.std(axis=1), "raises ValueError"),
    ],
)
def test_standardize_says_what_is_wrong(answer, words):
    assert words in english(checker.standardize(answer))


def test_standardize_must_not_write_into_what_it_is_given():
    problems = english(checker.standardize(in_place))
    assert "The array that was given has changed" in problems
    assert "Compare" not in problems


def test_columns_are_told_by_their_numbers():
    assert "has columns of mean [0.0, 0.0], standard deviation [2.16, 8.165]" in english(
        checker.standardize(lambda data: data - np.mean(data, axis=0))
    )
