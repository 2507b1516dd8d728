"""A loss of nan or inf: where it is told to come from, and what is left of the network."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.training.fit import NotFiniteWarning

X, T = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0])


def regression():
    return gn.Network([gn.Dense(1, 1, init="zeros")], loss="mean_squared_error", seed=0)


def test_a_rate_too_large_stops_with_the_step_the_layer_and_the_cause(capsys):
    net = regression()
    with np.errstate(all="raise"):  # a user's setting does not turn overflow into an exception in the middle of a step
        history = net.fit(X, T, optimizer=gn.SGD(1e6), epochs=50, batch_size="full")
    steps = len(history.steps["loss"])
    assert history.stopped.startswith(f"not finite: step {steps + 1}: the loss is ")
    assert "first in losses[" in history.stopped
    assert "of the loss. The likely cause is a learning rate that is too large, 1e+06 (" in history.stopped
    assert history.stopped.endswith("try a tenth of it.")
    assert f"stopped: {history.stopped}" in capsys.readouterr().out
    # The parameters are as the last good step left them: those of a training that ends there.
    other = regression()
    other.fit(X, T, optimizer=gn.SGD(1e6), epochs=50, batch_size="full", max_steps=steps, verbose=0)
    assert np.array_equal(net.parameters.flat, other.parameters.flat)
    assert np.isfinite(history.steps["loss"]).all()
    assert net.training_state.step == steps


def test_silent_training_warns():
    with pytest.warns(NotFiniteWarning, match="not finite: step .* too large, 1e.06") as caught:
        regression().fit(X, T, optimizer=gn.SGD(1e6), epochs=50, batch_size="full", verbose=0)
    assert [warning.filename for warning in caught] == [__file__]


def test_the_layer_is_named():
    net = gn.Network([gn.Dense(1, 2), gn.ReLU(), gn.Dense(2, 1)], loss="mean_squared_error", seed=0)
    net.parameters["W2"][...] = 3e38
    net.parameters["W1"][...] = 10
    with pytest.warns(NotFiniteWarning) as caught:
        net.fit(X, T, epochs=2, verbose=0)
    message = str(caught[0].message)
    assert "step 1: the loss is inf, first in Z2[0, 0] = A1 @ W2 + b2, of layer 3, Dense(2, 1). " in message
    assert "No update was made yet: the parameters that it began with are too large (W2 reaches 3e+38)." in message


@pytest.mark.parametrize(
    ("x", "t", "augmentation", "words"),
    [
        (X * 1e30, T, None, r"The inputs reach 3e\+30: bring them to about 0 to 1 first"),
        (X, T * 1e30, None, r"The targets reach 3e\+30: bring them to about 0 to 1 first"),
        (X, T, lambda x, rng: x * np.nan, "The inputs hold nan or inf: remove or replace them. Does an augmentation"),
    ],
)
def test_likely_causes(x, t, augmentation, words):
    net = gn.Network([gn.Dense(1, 1)], loss="mean_squared_error", seed=0)
    with pytest.warns(NotFiniteWarning, match=words):
        history = net.fit(x, t, augmentation=augmentation, epochs=3, verbose=0)
    assert history.epochs == {}
    assert net.metadata["training"]["last_epoch"] == {}


def test_a_parameter_that_is_nan_is_named():
    net = gn.Network([gn.Dense(1, 2), gn.Tanh(), gn.Dense(2, 1)], loss="mean_squared_error", seed=0)
    net.parameters["b2"][0] = np.nan
    with pytest.warns(NotFiniteWarning, match=r"step 1: the loss is nan; the parameter b2 was not finite before it"):
        net.fit(X, T, epochs=2, verbose=0)


def test_what_hides_from_the_loss_is_found_after_the_epoch():
    """An infinite bias before a sigmoid gives outputs of 1: the loss stays finite."""
    net = gn.Network([gn.Dense(1, 2), gn.Sigmoid(), gn.Dense(2, 1)], loss="mean_squared_error", seed=0)

    def break_it(run):
        run.network.parameters["b1"][...] = np.inf

    class Break(gn.callbacks.Callback):
        def on_step_end(self, run):
            break_it(run)

    with pytest.warns(NotFiniteWarning, match="not finite: step 1: its update left nan or inf in b1. The likely cause"):
        history = net.fit(X, T, epochs=5, callbacks=[Break()], verbose=0)
    assert history["epoch"] == [1]


def test_a_layer_without_parameters_is_explained_too():
    class Blow(gn.Layer):
        input_size = 1

        def forward(self, x):
            return x * np.inf

        def backward(self, dy, x, y):
            return dy

    net = gn.Network([Blow()], loss="mean_squared_error")
    with pytest.warns(NotFiniteWarning, match=r"first in A0\[0, 0\].*of layer 1, Blow\(\). No update was made yet"):
        net.fit(X, T, epochs=1, verbose=0)


def test_the_epoch_so_far_is_kept():
    """Ten good steps, then a bad one: the history has the ten."""
    net = regression()

    def bad_once(x, rng, calls=[]):  # noqa: B006  # the list is the memory
        calls.append(1)
        return x * np.nan if len(calls) == 11 else x

    with pytest.warns(NotFiniteWarning, match="step 11: "):
        history = net.fit(np.tile(X, (10, 1)), np.tile(T, 10), batch_size=2, epochs=9, augmentation=bad_once, verbose=0)
    assert history["step"] == [10]
    assert history["loss"][0] == pytest.approx(np.mean(history.steps["loss"]))


def test_early_stopping_still_brings_the_best_back():
    net = gn.Network([gn.Dense(1, 1)], loss="mean_squared_error", seed=0)

    def bad_later(x, rng, calls=[]):  # noqa: B006  # the list is the memory
        calls.append(1)
        return x * np.nan if len(calls) > 4 else x

    class Remember(gn.callbacks.Callback):
        def on_epoch_end(self, run):
            self.last = run.network.parameters.flat.copy()

    remember = Remember()
    with pytest.warns(NotFiniteWarning, match="the parameters of epoch 4, the best, are back"):
        net.fit(
            X, T, optimizer=gn.SGD(0.01), epochs=9, augmentation=bad_later,
            callbacks=[remember, gn.callbacks.EarlyStopping("loss")], verbose=0,
        )  # fmt: skip
    assert np.array_equal(net.parameters.flat, remember.last)
