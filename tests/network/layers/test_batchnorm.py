"""Batch normalization: by hand, its running statistics, its two modes, and what leaves them alone."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError
from glassnet.network import reference

X = np.random.default_rng(0).normal(3, 2, size=(50, 4))


def test_the_arithmetic_by_hand():
    net = gn.Network([gn.BatchNorm(eps=3.0), gn.Dense(1, 1, init=np.eye(1))], "mean_squared_error", dtype="float64")
    net.parameters.update({"gamma0": [2.0], "beta0": [1.0]})
    trace = net.trace([[1.0], [3.0]], [-1.0, 2.0])  # mean 2, variance 1, √(1 + 3) = 2
    by_hand = {
        "mean0": [2],
        "variance0": [1],
        "normalized0": [[-0.5], [0.5]],
        "A0": [[0], [2]],
        "dA0": [[1], [0]],  # 2 (y − t) / 2
        "dgamma0": [-0.5],
        "dbeta0": [1],
        "dnormalized0": [[2], [0]],
        "dX": [[0.375], [-0.375]],  # mean of d: 1; mean of d · normalized: −½; (2 − 1 − ¼) / 2
    }
    for name, numbers in by_hand.items():
        assert trace[name].tolist() == numbers, name


def test_in_training_every_unit_has_mean_0_and_variance_1():
    trace = gn.Network([gn.Dense(4, 6), gn.BatchNorm(eps=1e-12)], dtype="float64").trace(X)
    assert trace["A1"].mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-12)
    assert trace["A1"].std(axis=0) == pytest.approx(np.ones(6))


def test_a_unit_that_never_varies_is_not_divided_by_0():
    trace = gn.Network([gn.BatchNorm(), gn.Dense(1, 1)]).trace([[7.0], [7.0]], [0.0, 1.0])
    assert trace["A0"].tolist() == [[0], [0]]
    assert np.isfinite(trace["dX"]).all()


def run_state(net, x):
    """Return the state after a step of training on x."""
    inputs = net.as_input(x)
    given = reference.values_for(net, inputs, net.as_targets(np.zeros((len(inputs), net.n_out)), len(inputs)))
    values = reference.run(net.tape("train"), given, "forward", "state")
    return {name: values[name] for name in net.state}


def test_the_running_statistics_by_hand():
    net = gn.Network([gn.BatchNorm(), gn.Dense(1, 1)], dtype="float64")
    assert {name: array.tolist() for name, array in net.state.items()} == {
        "running_mean0": [0], "running_variance0": [1]
    }  # fmt: skip
    state = run_state(net, [[1.0], [3.0]])
    assert state["running_mean0"] == pytest.approx(0.9 * 0 + 0.1 * 2)
    assert state["running_variance0"] == pytest.approx(0.9 * 1 + 0.1 * 2)  # unbiased: 1 · 2 / (2 − 1)
    assert net.state["running_mean0"].tolist() == [0]  # the executor changes nothing by itself
    net.state.update(state)
    again = run_state(net, [[1.0], [3.0]])
    assert again["running_mean0"] == pytest.approx(0.9 * 0.2 + 0.1 * 2)
    assert again["running_variance0"] == pytest.approx(0.9 * 1.1 + 0.1 * 2)


def test_a_batch_of_one_sample_says_nothing_of_the_variance():
    net = gn.Network([gn.BatchNorm(0.5), gn.Dense(1, 1)])
    state = run_state(net, [[4.0]])
    assert state["running_mean0"].tolist() == [2]
    assert state["running_variance0"].tolist() == [1]
    assert not np.shares_memory(state["running_variance0"], net.state["running_variance0"])


def test_a_last_batch_of_one_row_leaves_the_running_variance_right():
    x = np.random.default_rng(0).normal(3, 2, size=(101, 1))
    net = gn.Network([gn.BatchNorm(0.5), gn.Dense(1, 1)], "mean_squared_error", dtype="float64")
    net.fit(x, np.zeros(101), epochs=20, batch_size=100, verbose=0)
    assert net.state["running_variance0"] == pytest.approx(x.var(axis=0, ddof=1), rel=0.05)


def test_momentum_0_keeps_the_last_batch_alone():
    state = run_state(gn.Network([gn.BatchNorm(momentum=0.0), gn.Dense(4, 1)], dtype="float64"), X)
    assert state["running_mean0"] == pytest.approx(X.mean(axis=0))
    assert state["running_variance0"] == pytest.approx(X.var(axis=0, ddof=1))


def test_prediction_takes_the_running_statistics_whatever_the_batch():
    net = gn.Network([gn.BatchNorm(eps=1e-3), gn.Dense(4, 4, init=np.eye(4))], dtype="float64")
    net.state.update({"running_mean0": [1, 2, 3, 4], "running_variance0": [1, 4, 9, 16]})
    net.parameters.update({"gamma0": [1, 2, 3, 4], "beta0": [0, 1, 0, 1]})
    expected = (X - [1, 2, 3, 4]) / np.sqrt(np.array([1, 4, 9, 16]) + 1e-3) * [1, 2, 3, 4] + [0, 1, 0, 1]
    assert net.predict(X) == pytest.approx(expected)
    assert net.predict(X[:1]) == pytest.approx(expected[:1])


def test_nothing_but_fit_changes_the_state():
    net = gn.Network([gn.Dense(4, 3), gn.BatchNorm(), gn.ReLU(), gn.Dense(3, 1)])
    t = np.zeros(50)
    before = net.state.copies()
    net.trace(X, t)
    net.gradients(X, t)
    net.loss(X, t, mode="train")
    net.numerical_gradients(X, t)
    net.predict(X)
    gn.gradient_check(net, X[:3], t[:3])
    assert all(np.array_equal(net.state[name], before[name]) for name in before)
    net.fit(X, t, epochs=1, verbose=0)
    assert not any(np.array_equal(net.state[name], before[name]) for name in before)


def test_two_in_a_block_have_names_of_their_own():
    net = gn.Network([gn.Dense(4, 3), gn.BatchNorm(), gn.Tanh(), gn.BatchNorm(), gn.Dense(3, 1)])
    assert list(net.parameters) == ["W1", "b1", "gamma1", "beta1", "gamma1_2", "beta1_2", "W2", "b2"]
    assert list(net.state) == ["running_mean1", "running_variance1", "running_mean1_2", "running_variance1_2"]
    trace = net.trace(X, np.zeros(50))
    assert {"mean1", "normalized1", "mean1_2", "normalized1_2", "dnormalized1_2"} <= set(trace)
    assert not np.array_equal(trace["mean1"], trace["mean1_2"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"momentum": 1.0}, "BatchNorm's momentum must be a finite number at least 0 and below 1, got 1.0"),
        ({"momentum": -0.1}, "BatchNorm's momentum must be"),
        ({"eps": 0.0}, "BatchNorm's eps must be a finite number above 0, got 0.0"),
        ({"eps": np.inf}, "BatchNorm's eps must be"),
    ],
)
def test_settings_out_of_range_are_refused(words, message):
    with pytest.raises(ArgumentError, match=message):
        gn.BatchNorm(**words)


def test_numpys_numbers_leave_float32_alone():
    net = gn.Network([gn.Dense(4, 3), gn.BatchNorm(np.float64(0.9), np.float64(1e-5))], "mean_squared_error")
    assert {array.dtype for array in net.trace(X, np.zeros((50, 3))).values()} == {np.dtype("float32")}
    assert repr(net.layers[1]) == "BatchNorm()"
