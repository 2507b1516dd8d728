"""What the checkers of lesson 10 say to typical wrong answers."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_10
from glassnet.lessons.solutions import lesson_10 as solutions
from glassnet.mathematics.functions import sigmoid, softmax
from glassnet.mathematics.numerical import numerical_gradient


def test_the_solution_of_softmax_gradient_is_the_numerical_gradient():
    rng = np.random.default_rng(0)
    z, t = rng.normal(size=(4, 3)), rng.random((4, 3))
    numerical = numerical_gradient(lambda z: -np.sum(t * np.log(softmax(z))) / 4, z.copy())
    np.testing.assert_allclose(solutions.softmax_gradient(softmax(z), t), numerical, atol=1e-8)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda z, W, delta: delta @ W.T, "The derivative z(1 − z) is missing"),
        (lambda z, W, delta: z * (delta @ W.T), "not z"),
        (lambda z, W, delta: sigmoid(z) * (1 - sigmoid(z)) * (delta @ W.T), "output already"),
        (lambda z, W, delta: (1 - z) * (1 + z) * (delta @ W.T), "tanh"),
        (lambda z, W, delta: z * (1 - z) * (delta @ W), "row 0"),
        (lambda z, W, delta: z[0], "shape (1, 2)"),
    ],
)
def test_hidden_delta(answer, words):
    assert words in lesson_10.hidden_delta(answer)[0][1]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, W, dout: (dout @ W.T, x.T @ dout, dout), "axis=0"),
        (lambda x, W, dout: (dout @ W.T, x.T @ dout, dout.mean(axis=0)), "mean, not the sum"),
        (lambda x, W, dout: (dout @ W.T, dout.T @ x, dout.sum(axis=0)), "dW"),
        (lambda x, W, dout: (dout @ W.T, x.T @ dout), "(dx, dW, db)"),
        (lambda x, W, dout: (dout @ W, x.T @ dout, dout.sum(axis=0)), "dx"),
    ],
)
def test_affine_backward(answer, words):
    assert words in lesson_10.affine_backward(answer)[0][1]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda y, t: (t - y) / len(y), "sign is turned round"),
        (lambda y, t: y - t, "divide by N"),
        (lambda y, t: (y - t) / len(y), "do not sum to 1"),
        (lambda y, t: -t / y / len(y), "gradient by y"),
        (lambda y, t: y * t, "row 0"),
    ],
)
def test_softmax_gradient(answer, words):
    assert words in lesson_10.softmax_gradient(answer)[0][1]
