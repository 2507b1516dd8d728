"""Each form of an operation against the function that is its home, and whole networks against the network."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.interop.portable import OPERANDS
from glassnet.interop.standalone.formulas import ELEMENTWISE, WHOLE_ROWS
from glassnet.network import reference
from random_networks import random_network, rows_for, trained

# Around the kink, in the tails, where float32 and float64 would overflow.
X = np.array([-1000.0, -800.0, -90.0, -20.0, -1.5, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 0.5, 3.0, 20.0, 90.0, 800.0, 1000.0])


def identity_net(*layers):
    width = len(X)
    return gn.Network([gn.Dense(width, width, init=np.eye(width)), *layers], "mean_squared_error", dtype="float64")


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (gn.Sigmoid(), gn.functions.sigmoid),
        (gn.Tanh(), gn.functions.tanh),
        (gn.ReLU(), gn.functions.relu),
        (gn.LeakyReLU(0.3), lambda x: gn.functions.leaky_relu(x, 0.3)),
        (gn.LeakyReLU(-0.5), lambda x: gn.functions.leaky_relu(x, -0.5)),
        (gn.ELU(1.7), lambda x: gn.functions.elu(x, 1.7)),
        (gn.Identity(), gn.functions.identity),
        (gn.Softmax(), gn.functions.softmax),
    ],
    ids=lambda value: str(value) if isinstance(value, gn.Layer) else "function",
)
def test_activations(elsewhere, layer, function):
    x = np.stack([X, X[::-1] / 100])
    y = elsewhere(identity_net(layer), x)
    np.testing.assert_allclose(y, function(x), rtol=1e-14, atol=1e-300)


def test_prelu(elsewhere):
    net = identity_net(gn.PReLU())
    net.parameters["alpha1"] = slopes = np.linspace(-1, 2, len(X))
    np.testing.assert_allclose(elsewhere(net, X[None]), gn.functions.prelu(X[None], slopes), rtol=1e-14)


def test_maxout_and_dense(elsewhere):
    net = trained(
        gn.Network([gn.Maxout(3, 4, pieces=3), gn.Dense(4, 2, bias=False)], "mean_squared_error", dtype="float64")
    )
    W, b, W2 = (net.parameters[name] for name in ("W1", "b1", "W2"))
    x = rows_for(net, scale=100)
    np.testing.assert_allclose(elsewhere(net, x), gn.functions.maxout(x, W, b) @ W2, rtol=1e-12)


def test_batch_normalization_by_hand(elsewhere):
    net = gn.Network([gn.Dense(1, 1, init=np.eye(1)), gn.BatchNorm(eps=0.75)], "mean_squared_error", dtype="float64")
    net.state["running_mean1"], net.state["running_variance1"] = [3.0], [0.25]
    net.parameters["gamma1"], net.parameters["beta1"] = [2.0], [-1.0]
    # The deviation is the root of 0.25 + 0.75, which is 1.
    assert elsewhere(net, [[3.0], [5.0], [-1000.0]]).tolist() == [[-1.0], [3.0], [-2007.0]]


@pytest.mark.parametrize("seed", range(4))
def test_random_networks(elsewhere, seed):
    net = random_network(seed, "float32")
    for scale in (1.0, 1000.0):
        x = rows_for(net, seed, scale=scale)
        expected = reference.predict(net, x)
        largest = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(elsewhere(net, x), expected, rtol=1e-5, atol=1e-5 * largest)


@pytest.mark.parametrize("seed", range(2))
def test_random_networks_in_double_precision(elsewhere, seed):
    net = random_network(seed, "float64")
    x = rows_for(net, seed, scale=30)
    np.testing.assert_allclose(elsewhere(net, x), reference.predict(net, x), rtol=1e-10, atol=1e-12)


def test_numbers_that_are_not_finite(elsewhere):
    net = gn.Network([gn.Dense(2, 3), gn.ReLU(), gn.Maxout(3, 2)], "mean_squared_error", dtype="float64")
    net.parameters["W1"] = [[1.0, np.inf, np.nan], [1.0, 2.0, 3.0]]
    net.parameters["b1"] = [0.0, -np.inf, 0.0]
    x = np.array([[1.0, 2.0]])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(elsewhere(net, x), reference.predict(net, x))


def test_every_operation_has_a_form():
    given = {"scale_pixels", "standardize"}
    assert {*ELEMENTWISE, *WHOLE_ROWS} == {*OPERANDS, *given} - {"same"}
