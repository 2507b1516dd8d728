"""The exercises of lesson 03 (XOR): right answers pass, and each typical wrong one is told what is wrong with it."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_03 as checker
from glassnet.lessons.solutions import lesson_03 as solution


def english(problems):
    assert all(len(problem) == 2 for problem in problems)
    return " | ".join(en for _, en in problems)


@pytest.mark.parametrize("name", ["collapse", "same", "parity"])
def test_the_solution_passes(name):
    assert getattr(checker, name)(getattr(solution, name)) == []


@pytest.mark.parametrize("name", ["collapse", "same", "parity"])
@pytest.mark.parametrize("answer", [None, ..., 3, "xor", [], (..., ...), (None,) * 4, object(), lambda: 1, {"W": 1}])
def test_no_answer_of_whatever_type_makes_a_checker_raise(name, answer):
    assert getattr(checker, name)(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda W1, b1, W2, b2: ((W2 @ W1) if W1.shape == W2.shape else W1 @ W2, b1 @ W2 + b2), "wrong way round"),
        (lambda W1, b1, W2, b2: (W1 @ W2, b2), "b1 goes through W2"),
        (lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2), "Put x = 0 through both"),
        (lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2 if b1.shape == b2.shape else b2), "Before it is added"),
        (lambda W1, b1, W2, b2: (W1[:, : W2.shape[1]], b1 @ W2 + b2), "brackets"),
        (lambda W1, b1, W2, b2: ((W1 @ W2).ravel(), b1 @ W2 + b2), "W must be an array of shape (2, 1)"),
        (lambda W1, b1, W2, b2: W1 @ W2, "must be 2 values, (W, b), got ndarray"),
        (lambda W1, b1, W2, b2: None, "must be 2 values, (W, b), got None. Is the return missing?"),
        (lambda W1, b1, W2, b2: (W2 @ W1, b1), "raises ValueError"),
    ],
)
def test_collapse_says_what_is_wrong(answer, words):
    assert words in english(checker.collapse(answer))


def test_collapse_wants_more_than_layers_of_two():
    def for_two_hidden_units(W1, b1, W2, b2):
        return W1[:, :1] * W2[0] + W1[:, 1:2] * W2[1], b1[0] * W2[0] + b1[1] * W2[1] + b2

    assert "Dense(4, 3), Dense(3, 2): W must be" in english(checker.collapse(for_two_hidden_units))


def test_same_knows_xor_itself():
    assert "XNOR is 1 − XOR" in english(checker.same(([1, -2], 0)))


def test_same_names_the_input_and_both_numbers():
    problems = english(checker.same(([-1, 1], 1)))
    assert problems == "at (1, 1) the output must be 1, got 0. The hidden units there: h = [2.0, 1.0]."


def test_same_wants_two_weights():
    assert "w must be an array of shape (2,)" in english(checker.same(([1, 2, 3], 0)))


def test_another_network_of_parity_is_right_too():
    # The same three units in another order and scale.
    assert checker.parity((np.ones((3, 3)) * 2, [-4.0, 0.0, -2.0], [1.0, 0.5, -1.0], 0)) == []


def test_parity_without_its_third_unit_fails_at_three_ones():
    problems = english(checker.parity((np.ones((3, 3)), [0, -1, -2], [1, -2, 0], 0)))
    assert problems.startswith("at (1, 1, 1) the output must be 1, got -1.")
