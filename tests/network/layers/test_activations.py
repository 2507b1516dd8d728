"""The layers of activation functions: they compute what `glassnet.functions` compute."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics import functions
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


def through(layer, x=X):
    return gn.Network([layer, gn.Dense(3, 3, init=np.eye(3))], "mean_squared_error").predict(x)


@pytest.mark.parametrize(
    ("layer", "function", "parameters"),
    [
        (gn.Identity(), functions.identity, {}),
        (gn.Sigmoid(), functions.sigmoid, {}),
        (gn.Tanh(), functions.tanh, {}),
        (gn.ReLU(), functions.relu, {}),
        (gn.Softmax(), functions.softmax, {}),
        (gn.LeakyReLU(), functions.leaky_relu, {}),
        (gn.LeakyReLU(0.3), functions.leaky_relu, {"alpha": 0.3}),
        (gn.ELU(), functions.elu, {}),
        (gn.ELU(2.0), functions.elu, {"alpha": 2.0}),
        (gn.PReLU(), functions.prelu, {"alpha": 0.25}),
    ],
    ids=repr,
)
def test_a_layer_is_its_function(layer, function, parameters):
    assert through(layer) == pytest.approx(function(X, **parameters), rel=1e-6)


def test_prelu_learns_a_slope_for_each_unit():
    net = gn.Network([gn.Dense(3, 3, init=np.eye(3)), gn.PReLU(0.1)], "mean_squared_error")
    assert net.parameters["alpha1"].tolist() == np.float32([0.1, 0.1, 0.1]).tolist()
    net.parameters["alpha1"] = [0.1, 0.2, 0.3]
    assert net.predict([[-1, -1, 1]]) == pytest.approx(np.array([[-0.1, -0.2, 1]]))
    # ∂/∂α of mean squared error over 3 outputs, t = 0: Σ 2y/3 · min(x, 0)
    assert net.gradients([[-1, -1, 1]], [[0, 0, 0]])["alpha1"] == pytest.approx(np.array([0.2, 0.4, 0]) / 3)


@pytest.mark.parametrize("kind", [gn.LeakyReLU, gn.ELU, gn.PReLU])
def test_alpha_must_be_a_finite_number(kind):
    for alpha in (np.nan, np.inf):
        with pytest.raises(ArgumentError, match=f"{kind.__name__}'s alpha must be a finite number, got"):
            kind(alpha)
    with pytest.raises(ArgumentTypeError, match=f"{kind.__name__}'s alpha must be a finite number, got"):
        kind("0.1")


@pytest.mark.parametrize("kind", [gn.LeakyReLU, gn.ELU, gn.PReLU])
def test_numpys_numbers_become_plain_ones_and_leave_float32_alone(kind):
    layer = kind(np.float64(0.5))
    assert type(layer.alpha) is float
    assert layer == kind(0.5)
    trace = gn.Network([gn.Dense(3, 3), layer], "mean_squared_error").trace(X, X)
    assert {array.dtype for array in trace.values()} == {np.dtype("float32")}


def test_thousands_pass_through_every_activation():
    x = np.array([[1000.0, -1000.0, 0.0]])
    for layer in (
        gn.Sigmoid(),
        gn.Tanh(),
        gn.ReLU(),
        gn.LeakyReLU(),
        gn.PReLU(),
        gn.ELU(),
        gn.Softmax(),
        gn.Identity(),
    ):
        assert np.isfinite(through(layer, x)).all(), layer


def test_formulas_are_in_the_names_of_the_network():
    net = gn.Network([gn.Dense(2, 2), gn.LeakyReLU(0.3), gn.Dense(2, 2), gn.PReLU()], "mean_squared_error")
    formulas = {step.output: step.formula for step in net.tape("train")}
    assert formulas["A1"] == "Z1 if Z1 > 0, else 0.3 Z1"
    assert formulas["dZ1"] == "dA1 * (1 if Z1 > 0, else 0.3)"
    assert formulas["A2"] == "Z2 if Z2 > 0, else alpha2 Z2"
    assert formulas["dalpha2"] == "sum of dA2 * min(Z2, 0) over rows"
