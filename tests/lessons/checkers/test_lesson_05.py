"""What the checkers of lesson 05 say to typical wrong answers."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_05
from glassnet.lessons.solutions.lesson_05 import forward, from_columns, layer_shapes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"W1": (20, 12)}, "interchanged"),
        ({"b1": (1, 20)}, "single axis"),
        ({"W2": (32, 3)}, "whatever the number of samples"),
        ({"Y": (3,)}, "one row for each sample"),
    ],
)
def test_layer_shapes(changes, words):
    ((_, en),) = lesson_05.layer_shapes(layer_shapes | changes)
    assert next(iter(changes)) in en
    assert words in en


def test_layer_shapes_takes_lists_and_whole_numbers_but_no_missing_names():
    assert not lesson_05.layer_shapes({name: list(shape) for name, shape in layer_shapes.items()} | {"b1": 20})
    assert "must be a dict" in lesson_05.layer_shapes({"X": (32, 12)})[0][1]


def of_the_slides(a):
    return np.exp(a - np.max(a)) / np.sum(np.exp(a - np.max(a)))


def overflowing(a):
    return np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (of_the_slides, "axis=1 is missing"),
        (overflowing, "Take each row's largest value away"),
        (lambda a: np.exp(a) / 10, "must sum to 1"),
        (lambda a: a - a.mean(axis=1, keepdims=True) + 1 / a.shape[1], "softmax_rows([[0.3, 2.9, 4.0]"),
        (lambda a: a[0], "shape (2, 3)"),
    ],
)
def test_softmax_rows(answer, words):
    assert words in lesson_05.softmax_rows(answer)[0][1]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def without_activation(x, layers):
    for W, b in layers:
        x = x @ W + b
    return x


def without_bias(x, layers):
    return forward(x, [(W, 0 * b) for W, b in layers])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, layers: sigmoid(forward(x, layers)), "The last layer"),
        (without_activation, "sigmoid of the hidden layers is missing"),
        (without_bias, "biases are not added"),
        (lambda x, layers: 2 * forward(x, layers), "x @ W + b, then the sigmoid"),
        (lambda x, layers: x @ layers[0][0] @ layers[1][0], "IndexError"),
    ],
)
def test_forward(answer, words):
    assert words in lesson_05.forward(answer)[0][1]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda X, W: W @ X.T, "Transpose it"),
        (lambda X, W: X @ W, "ValueError"),
        (lambda X, W: X @ W if W.shape[0] == W.shape[1] else from_columns(X, W), "a row of W is a neuron"),
    ],
)
def test_from_columns(answer, words):
    assert words in lesson_05.from_columns(answer)[0][1]
