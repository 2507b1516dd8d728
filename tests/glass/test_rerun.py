"""A pass once more: the same bits, other parameters, a number moved."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass.rerun import numerical_derivative, rerun

X, T = np.array([[0.5, -1.0], [2.0, 0.25]]), [1, 0]


def traced(dtype="float32"):
    layers = [gn.Dense(2, 4), gn.BatchNorm(), gn.Tanh(), gn.Dropout(0.5), gn.Dense(4, 2), gn.Softmax()]
    return gn.Network(layers, seed=1, dtype=dtype).trace(X, T, step=3)


def test_it_gives_the_same_bits():
    trace = traced()
    again = rerun(trace, "forward", "loss", "backward")
    assert all(np.array_equal(again[name], trace[name]) for name in trace)


def test_it_is_the_gradient_check_of_the_network():
    trace = traced("float64")
    checked = trace.network.numerical_gradients(X, T, step=3)
    for name, array in checked.items():
        for index in np.ndindex(array.shape):
            assert numerical_derivative(trace, f"d{name}", index) == pytest.approx(array[index], abs=1e-6)


def test_the_network_may_change_meanwhile():
    trace = traced()
    before = numerical_derivative(trace, "dW1", (0, 0))
    trace.network.parameters["W1"] += 1
    assert numerical_derivative(trace, "dW1", (0, 0)) == before


def test_of_what_the_loss_does_not_follow_from_there_is_none():
    assert numerical_derivative(traced(), "dA2", (0, 0)) is None
    assert numerical_derivative(traced(), "dlosses", (0,)) is None
