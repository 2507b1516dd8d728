"""Contributions: against numbers by hand, an affine map carried through the layers, and brute-force integrals."""

import numpy as np
import pytest

import glassnet as gn
from glass_explain_helpers import affine_map, in_float64, logits_of, random_network


def test_by_hand(by_hand):
    # h = 1, g = 2: logits 2.5 and 2. In this region 2 x + 0.5 - (y - 1), whose constant is 1.5.
    explanation = by_hand.explain([1.0, 3.0])
    assert (explanation.question.why, explanation.question.why_not) == (0, 1)
    assert explanation.logits.tolist() == [2.5, 2.0]
    assert explanation.units.contributions.tolist() == [2.0, -2.0]
    assert explanation.units.constant == 0.5
    assert explanation.inputs.contributions.tolist() == [2.0, -3.0]
    assert explanation.inputs.constant == 1.5
    assert explanation.score == explanation.inputs.sum == explanation.units.sum == 0.5


def test_by_hand_where_a_unit_is_off(by_hand):
    explanation = by_hand.explain([1.0, 0.5], why=1, why_not=0)  # g = 0: 0 - (2 x + 0.5)
    assert explanation.inputs.contributions.tolist() == [-2.0, 0.0]
    assert explanation.inputs.constant == -0.5
    assert explanation.units.contributions.tolist() == [-2.0, 0.0]
    assert explanation.score == -2.5


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", range(12))
def test_piecewise_linear_networks_are_explained_by_their_local_map(seed, dtype):
    network, x = random_network(seed, dtype=dtype)
    explanation = network.explain(x, turn_to=None)
    asked = explanation.question
    # The local map, carried through the layers one by one in float64.
    slope, constant = affine_map(network, explanation.x)
    slope = slope[:, asked.why] - slope[:, asked.why_not]
    assert explanation.inputs.exact
    assert np.allclose(explanation.inputs.contributions, slope * explanation.x, rtol=1e-9, atol=1e-12)
    assert np.isclose(explanation.inputs.constant, constant[asked.why] - constant[asked.why_not], rtol=1e-8, atol=1e-10)
    # What it adds up to is what the network itself gives, in its own dtype.
    own = logits_of(network, x[None])[0]
    assert np.isclose(explanation.inputs.sum, own[asked.why] - own[asked.why_not], rtol=1e-5, atol=1e-5)
    assert np.isclose(explanation.inputs.sum, explanation.score, rtol=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_gradients_are_those_of_finite_differences(seed):
    network, x = random_network(seed)
    explanation = network.explain(x, turn_to=None)
    asked, twin = explanation.question, in_float64(network)
    h = 1e-6
    steps = explanation.x + h * np.concatenate([np.eye(len(x)), -np.eye(len(x))])
    logits = logits_of(twin, steps)
    scores = logits[:, asked.why] - logits[:, asked.why_not]
    slope = (scores[: len(x)] - scores[len(x) :]) / (2 * h)
    assert np.allclose(explanation.inputs.contributions, slope * explanation.x, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("seed", range(8))
def test_every_hidden_layer_adds_up(seed):
    network, x = random_network(seed)
    trace = network.trace(x[None], mode="predict")
    last = max(int(name[1:]) for name in trace.names if name[0] == "A")
    for layer in range(1, last):
        explanation = network.explain(x, layer=layer, turn_to=None)
        units = explanation.units
        assert units.name == f"A{layer}"
        assert units.exact
        assert np.allclose(units.values, trace[f"A{layer}"][0], rtol=1e-4, atol=1e-5)
        assert np.isclose(units.contributions.sum() + units.constant, explanation.score, rtol=1e-10)


def test_the_last_hidden_layer_is_exact_whatever_comes_before():
    network, x = random_network(3, smooth=True)
    explanation = network.explain(x, turn_to=None)
    asked = explanation.question
    number = len([layer for layer in network.layers if layer.starts_block])
    W, b = network.parameters[f"W{number}"], network.parameters[f"b{number}"]
    hidden = in_float64(network).trace(explanation.x[None], mode="predict")[f"A{number - 1}"][0]
    expected = hidden * (W[:, asked.why].astype(np.float64) - W[:, asked.why_not])
    assert explanation.units.exact
    assert np.allclose(explanation.units.contributions, expected, rtol=1e-9)
    assert np.isclose(explanation.units.constant, float(b[asked.why]) - float(b[asked.why_not]))


def test_integrated_gradients_are_the_integral():
    network = gn.Network([gn.Dense(3, 4), gn.Tanh(), gn.Dense(4, 2), gn.Softmax()], seed=2, dtype="float64")
    network.parameters["b1"][...] = [0.3, -0.2, 0.5, 0.1]
    x = np.array([0.7, -1.2, 2.0])
    start = np.array([0.1, 0.2, -0.3])
    explanation = network.explain(x, why=0, why_not=1, baseline=start, turn_to=None)
    # ∂(z0 - z1)/∂x = W1 diag(1 - tanh²) w, at the middles of 200,000 pieces of the line.
    W1, b1, W2 = (network.parameters[name] for name in ("W1", "b1", "W2"))
    places = (np.arange(200_000) + 0.5) / 200_000
    slopes = (1 - np.tanh((start + places[:, None] * (x - start)) @ W1 + b1) ** 2).mean(axis=0)
    expected = (x - start) * (W1 @ (slopes * (W2[:, 0] - W2[:, 1])))
    assert not explanation.inputs.exact
    assert np.allclose(explanation.inputs.contributions, expected, rtol=1e-7)
    at_start = np.tanh(start @ W1 + b1) @ (W2[:, 0] - W2[:, 1])
    assert np.isclose(explanation.inputs.constant, at_start)


@pytest.mark.parametrize("seed", range(20))
def test_integrated_gradients_are_complete(seed):
    network, x = random_network(seed, smooth=True)
    explanation = network.explain(x, turn_to=None)
    inputs = explanation.inputs
    assert inputs.complete
    assert 32 <= inputs.points < 8192
    assert abs(inputs.error) <= 1e-5 * abs(explanation.score - inputs.constant) + 1e-11
    assert np.isclose(inputs.sum + inputs.error, explanation.score)


class Jump(gn.Layer):
    """A step, whose gradient is 0: no integral of it can be complete."""

    def forward(self, x):
        return np.heaviside(x, 0.0)

    def backward(self, dy, x, y):
        return 0 * dy


def test_what_cannot_be_complete_says_so():
    layers = [gn.Dense(1, 1, init=([[1.0]], [-0.5])), Jump(), gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.5]))]
    explanation = gn.Network([*layers, gn.Softmax()]).explain([1.0])
    assert not explanation.inputs.exact
    assert not explanation.inputs.complete
    assert explanation.inputs.error == 2.0
    assert "stays too large" in str(explanation)
    assert np.isclose(explanation.change.size, 0.5, rtol=1e-3)  # found by looking around, without any gradient


def test_an_own_layer_may_say_that_it_is_piecewise_linear():
    class Halve(gn.Layer):
        piecewise_linear = True

        def forward(self, x):
            return x / 2

        def backward(self, dy, x, y):
            return dy / 2

    class SilentlyBent(gn.Dense):
        def forward(self, x, W, b):
            return np.sin(x @ W + b)

        def backward(self, dy, x, y, W, b):
            dz = dy * np.cos(x @ W + b)
            return dz @ W.T, {"W": x.T @ dz, "b": dz.sum(axis=0)}

    linear = gn.Network([gn.Dense(2, 3), Halve(), gn.Dense(3, 2), gn.Softmax()])
    assert linear.explain([1.0, 2.0], turn_to=None).inputs.exact
    bent = gn.Network([SilentlyBent(2, 3), gn.Dense(3, 2), gn.Softmax()])
    explanation = bent.explain([1.0, 2.0], turn_to=None)
    assert not explanation.inputs.exact
    assert explanation.units.exact
    assert explanation.inputs.complete


@pytest.mark.parametrize("why", [0, 1])
def test_one_sigmoid_output_is_explained_by_its_log_odds(why):
    network = gn.Network([gn.Dense(3, 4), gn.ReLU(), gn.Dense(4, 1), gn.Sigmoid()], seed=1)
    x = [0.5, -1.0, 2.0]
    p = float(network.predict([x])[0, 0])
    explanation = network.explain(x, why=why)
    sign = 1 if why == 1 else -1
    assert np.isclose(explanation.score, sign * np.log(p / (1 - p)), rtol=1e-5)
    assert explanation.question.why_not == 1 - why
    assert explanation.inputs.exact
    assert np.isclose(explanation.units.sum, explanation.score)


def test_regressions_are_explained_by_their_outputs():
    network = gn.Network([gn.Dense(3, 4), gn.ReLU(), gn.Dense(4, 2)], loss="mean_squared_error", seed=1)
    x = [0.5, -1.0, 2.0]
    outputs = network.predict([x])[0]
    explanation = network.explain(x, why=1)
    assert explanation.question.answer is None
    assert explanation.change is None
    assert np.isclose(explanation.inputs.sum, outputs[1], rtol=1e-5)
    both = network.explain(x, why=1, why_not=0)
    assert np.isclose(both.units.sum, outputs[1] - outputs[0], rtol=1e-5)
    assert network.explain(x).question.why == int(np.argmax(outputs))


def test_a_regression_that_ends_in_a_curve_is_explained_by_its_net_input():
    network = gn.Network([gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 1), gn.Tanh()], loss="mean_squared_error")
    explanation = network.explain([1.0, 2.0])
    assert explanation.logits_name == "Z2"
    assert np.isclose(np.tanh(explanation.score), network.predict([[1.0, 2.0]])[0, 0], rtol=1e-5)
    assert "the net input Z2 of output 0" in str(explanation)


def test_several_sigmoid_outputs_and_other_losses():
    layers = [gn.Dense(3, 4), gn.ReLU(), gn.Dense(4, 3), gn.Sigmoid()]
    for loss in ("mean_squared_error", "binary_cross_entropy"):
        network = gn.Network(layers, loss=loss, seed=4)
        p = network.predict([[0.5, -1.0, 2.0]])[0].astype(np.float64)
        odds = np.log(p / (1 - p))
        explanation = network.explain([0.5, -1.0, 2.0])
        order = np.argsort(-odds)
        assert (explanation.question.why, explanation.question.why_not) == tuple(order[:2])
        assert np.isclose(explanation.inputs.sum, odds[order[0]] - odds[order[1]], rtol=1e-4)


def test_layers_behind_the_output_function_change_nothing():
    layers = [gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 2), gn.Identity(), gn.Softmax()]
    plain, longer = gn.Network(layers), gn.Network([*layers, gn.Identity(), gn.Dropout(0.1)])
    first, second = (network.explain([1.0, -2.0]) for network in (plain, longer))
    assert first.inputs.contributions.tolist() == second.inputs.contributions.tolist()
    assert first.logits_name == second.logits_name == "identity2"


def test_a_network_without_hidden_layers():
    network = gn.Network([gn.Dense(3, 2), gn.Softmax()], seed=3)
    x = np.array([1.0, 2.0, -1.0])
    explanation = network.explain(x, why=0, data=(np.eye(3), [0, 1, 0]), neighbours=1)
    W = network.parameters["W1"].astype(np.float64)
    assert explanation.units is None
    assert np.allclose(explanation.inputs.contributions, x * (W[:, 0] - W[:, 1]))
    assert explanation.neighbours.name == "X"
    assert explanation.neighbours.indices.tolist() == [1]


def test_a_baseline_moves_the_constant():
    network, x = random_network(5)
    start = np.linspace(-1, 1, len(x))
    zero, other = (network.explain(x, baseline=baseline, turn_to=None) for baseline in ("zeros", start))
    slope = zero.inputs.contributions / zero.x
    assert np.allclose(other.inputs.contributions, slope * (zero.x - start))
    assert np.isclose(other.inputs.constant, zero.inputs.constant + slope @ start)
    rows = np.random.default_rng(0).normal(size=(3000, len(x)))
    mean = network.explain(x, baseline="mean", data=(rows, np.zeros(3000, int)), neighbours=0, turn_to=None)
    assert np.allclose(mean.inputs.contributions, slope * (zero.x - rows.mean(axis=0)), rtol=1e-4, atol=1e-6)
    assert mean.neighbours is None


def test_nothing_of_the_network_changes():
    network, x = random_network(2)
    before = {name: array.copy() for name, array in {**network.parameters, **network.state}.items()}
    network.explain(x)
    assert all(np.array_equal(before[name], array) for name, array in {**network.parameters, **network.state}.items())


@pytest.mark.parametrize("seed", range(5))
def test_without_biases_the_constant_is_zero(seed):
    x = np.random.default_rng(seed).random(100)
    network = gn.Network([gn.Dense(100, 20), gn.ReLU(), gn.Dense(20, 10), gn.Softmax()], seed=seed)
    explanation = network.explain(x, turn_to=None)
    assert (explanation.units.constant, explanation.inputs.constant) == (0, 0)
    assert abs(explanation.inputs.error) < 1e-13
    network.parameters["b2"][...] = np.arange(10) * 1e-6
    question = network.explain(x, turn_to=None).question
    small = network.explain(x, turn_to=None).units.constant
    assert small == pytest.approx((question.why - question.why_not) * 1e-6, rel=1e-3)
