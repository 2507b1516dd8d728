"""Dropout: what it drops in training, that it drops nothing in prediction, and what its mask depends on."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError

X = np.ones((300, 40), dtype="float32")


def network(*layers, seed=0):
    return gn.Network([*layers, gn.Dense(40, 1)], "mean_squared_error", seed=seed)


def mask(net, x=X, step=0, name="mask0"):
    return net.trace(x, step=step)[name]


def test_training_drops_and_scales_up():
    trace = network(gn.Dropout(0.3)).trace(2 * X, np.zeros(300))
    assert set(np.unique(trace["A0"])) == {0, np.float32(2 / 0.7)}
    assert (trace["mask0"] == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert trace["A0"].mean() == pytest.approx(2, rel=0.03)
    assert np.array_equal(trace["A0"], 2 * X * trace["mask0"])
    assert np.array_equal(trace["dX"], trace["dA0"] * trace["mask0"])


def test_prediction_drops_nothing():
    net = network(gn.Dropout(0.9))
    trace = net.trace(X, np.zeros(300), mode="predict")
    assert np.array_equal(trace["A0"], X)
    assert np.array_equal(trace["dX"], trace["dA0"])
    assert np.array_equal(net.predict(X), network().predict(X))


def test_rate_0_drops_nothing_in_training_either():
    assert np.array_equal(network(gn.Dropout(0.0)).trace(X)["A0"], X)


def test_the_mask_is_a_function_of_seed_step_and_layer():
    net = network(gn.Dropout())
    assert np.array_equal(mask(net), mask(network(gn.Dropout())))
    assert np.array_equal(mask(net, step=np.int64(3)), mask(net, step=3))
    others = [
        mask(net, step=1),
        mask(network(gn.Dropout(), seed=1)),
        mask(network(gn.Identity(), gn.Dropout())),
        net.trace(X)["mask0"].T[:, :40].T,
    ]
    for other in others[:3]:
        assert (mask(net) == other).mean() == pytest.approx(0.5, abs=0.03)


def test_two_in_a_row_drop_independently():
    trace = network(gn.Dropout(), gn.Dropout()).trace(X)
    assert (trace["mask0"] == trace["mask0_2"]).mean() == pytest.approx(0.5, abs=0.03)
    assert (trace["A0"] == 0).mean() == pytest.approx(0.75, abs=0.03)


def test_the_mask_depends_neither_on_the_numbers_nor_on_how_many_rows_there_are():
    net = network(gn.Dropout())
    assert np.array_equal(mask(net, X[:7]), mask(net)[:7])
    assert np.array_equal(mask(net, -5 * X), mask(net))
    double = gn.Network(net.layers, "mean_squared_error", dtype="float64")
    assert np.array_equal(mask(double), mask(net).astype(float))


def test_loss_gradients_and_trace_use_the_masks_of_the_same_step():
    net = network(gn.Dropout())
    t = np.arange(300) / 100
    trace = net.trace(X, t, step=4)
    assert net.loss(X, t, mode="train", step=4) == trace["loss"]
    assert np.array_equal(net.gradients(X, t, step=4)["W1"], trace["dW1"])
    assert net.loss(X, t, mode="train", step=5) != trace["loss"]
    assert net.loss(X, t) == net.loss(X, t, step=5)  # in predict mode there is no mask


@pytest.mark.parametrize("rate", [1.0, -0.1, 1.5, np.nan])
def test_rates_out_of_range_are_refused(rate):
    with pytest.raises(ArgumentError, match="Dropout's rate must be a finite number at least 0 and below 1, got"):
        gn.Dropout(rate)


def test_a_rate_must_be_a_number():
    with pytest.raises(ArgumentTypeError, match="Dropout's rate must be"):
        gn.Dropout("0.5")
    assert repr(gn.Dropout(np.float32(0.25))) == "Dropout(rate=0.25)"


@pytest.mark.parametrize("step", [-1, 1.5, "0", None])
def test_a_step_is_a_number_from_0(step):
    net = network(gn.Dropout())
    for ask in (net.trace, net.gradients, lambda x, t, step: net.loss(x, t, mode="train", step=step)):
        with pytest.raises(gn.GlassnetError, match="step must be an integer of at least 0, got"):
            ask(X, np.zeros(300), step=step)
