"""A layer of one's own: it runs in a network like any other, and what it gets wrong is said in a sentence."""

import copy
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError

X = np.random.default_rng(0).normal(size=(5, 3))
T = np.random.default_rng(1).normal(size=(5, 2))


class Affine(gn.Layer):
    """Two parameters of two shapes: x · scale + shift, then the columns doubled."""

    def parameters(self, n_in, rng):
        return {"scale": rng.normal(size=n_in), "shift": [0.5]}

    def output_size(self, n_in):
        return 2 * n_in

    def forward(self, x, scale, shift):
        y = x * scale + shift
        return np.concatenate([y, y**2], axis=1)

    def backward(self, dy, x, y, scale, shift):
        n = x.shape[1]
        d = dy[:, :n] + 2 * dy[:, n:] * y[:, :n]
        return d * scale, {"shift": [d.sum()], "scale": (d * x).sum(axis=0)}


class Cube(gn.Layer):
    """Without parameters, and without a constructor."""

    def forward(self, x):
        return x**3

    def backward(self, dy, x, y):
        return 3 * dy * x**2


@dataclass(frozen=True, repr=False)
class Power(gn.Layer):
    """With a setting."""

    exponent: int
    shift: float = 0.0

    def forward(self, x):
        return (x + self.shift) ** self.exponent

    def backward(self, dy, x, y):
        return dy * self.exponent * (x + self.shift) ** (self.exponent - 1)


def network(*own, **words):
    width = 4
    for layer in own:
        width = layer.output_size(width)
    return gn.Network([gn.Dense(3, 4), *own, gn.Dense(width, 2)], "mean_squared_error", **words)


def test_a_layer_of_ones_own_has_right_gradients(oracle):
    net = network(Affine(), gn.Tanh(), Cube(), Power(2, 0.5), dtype="float64")
    assert {name: array.shape for name, array in net.parameters.items() if name[0] == "s"} == {
        "scale1": (4,), "shift1": (1,)
    }  # fmt: skip
    for mode in ("train", "predict"):
        oracle.check(net, X, T, mode=mode, sample_weight=[1, 2, 0, 1, 1])


def test_it_may_stand_first_last_twice_or_alone():
    for layers in ([Cube(), gn.Dense(3, 2)], [gn.Dense(3, 2), Cube()], [gn.Dense(3, 2), Cube(), Cube()]):
        net = gn.Network(layers, "mean_squared_error", dtype="float64")
        assert gn.gradient_check(net, X, T).passed
        assert net.trace(X, T)["dX"].shape == X.shape


def test_one_that_stands_first_may_say_how_many_numbers_it_takes():
    class Squares(Affine):
        input_size = 3

    net = gn.Network([Squares(), gn.Dense(6, 2)], "mean_squared_error", dtype="float64")
    assert net.n_in == 3
    assert gn.gradient_check(net, X, T).passed


def test_in_a_float32_network_all_is_float32_whatever_it_returns():
    class Double(gn.Layer):
        def parameters(self, n_in, rng):
            return {"s": np.ones(n_in)}

        def forward(self, x, s):
            assert x.dtype == s.dtype == np.float32
            return (x.astype("float64") * s).tolist()

        def backward(self, dy, x, y, s):
            assert dy.dtype == y.dtype == np.float32
            return dy.astype("float64") * s, {"s": (dy * x).sum(axis=0).astype("float64").tolist()}

    trace = network(Double()).trace(X, T)
    assert {array.dtype for array in trace.values()} == {np.dtype("float32")}


def test_it_learns():
    net = network(Affine(), seed=1)
    before = net.parameters.copies()
    start = net.loss(X, T)
    net.fit(X, T, optimizer=gn.SGD(0.01), epochs=30, verbose=0)
    assert net.loss(X, T) < start
    assert not any(np.array_equal(net.parameters[name], before[name]) for name in ("scale1", "shift1"))


def test_dataclass_fields_say_what_it_is():
    assert repr(Power(2)) == "Power(2)"
    assert repr(Power(2, shift=1.0)) == "Power(2, shift=1.0)"
    assert repr(Cube()) == "Cube()"


def test_networks_with_layers_of_ones_own_are_copied():
    net = network(Affine(), Cube())
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other.predict(X).tobytes() == net.predict(X).tobytes()


def test_the_data_cannot_be_changed_behind_ones_back():
    class InPlace(gn.Layer):
        def forward(self, x):
            x *= 2
            return x

        def backward(self, dy, x, y):
            dy *= 2
            return dy

    x = X.astype("float32")
    net = gn.Network([InPlace(), gn.Dense(3, 2)], "mean_squared_error")
    with pytest.raises(ValueError, match="read-only"):
        net.predict(x)
    assert np.array_equal(x, X.astype("float32"))


# What one can get wrong.


class Wrong(gn.Layer):
    """Gives what it is told to give."""

    def __init__(self, forward=None, backward=None):
        self.wrong_forward, self.wrong_backward = forward, backward

    def parameters(self, n_in, rng):
        return {"scale": np.ones(n_in)}

    def forward(self, x, scale):
        return x * scale if self.wrong_forward is None else self.wrong_forward(x)

    def backward(self, dy, x, y, scale):
        return self.wrong_backward(dy)


@pytest.mark.parametrize(
    ("forward", "kind", "words"),
    [
        (lambda x: x[:, :2], ShapeError, r"Wrong\.forward\(Z1, scale1\) must give A1 of shape \(5, 4\), got \(5, 2\)"),
        (lambda x: x.sum(), ShapeError, r"must give A1 of shape \(5, 4\), got \(\)"),
        (lambda x: x.T, ShapeError, r"must give A1 of shape \(5, 4\), got \(4, 5\)"),
        (lambda x: [[1], [1, 2]], ShapeError, r"what Wrong\.forward\(Z1, scale1\) gives must be an array; its rows"),
        (lambda x: "text", ArgumentTypeError, r"what Wrong\.forward\(Z1, scale1\) gives must hold numbers, got 'text'"),
        (lambda x: [], ShapeError, r"must give A1 of shape \(5, 4\), got \(0,\)"),
    ],
)
def test_wrong_outputs_are_said(forward, kind, words):
    with pytest.raises(kind, match=words):
        network(Wrong(forward)).predict(X)


def test_no_output_is_said():
    class Silent(gn.Layer):
        def forward(self, x):
            pass

    with pytest.raises(ArgumentTypeError, match=r"what Silent\.forward\(Z1\) gives must hold numbers, got None"):
        network(Silent()).predict(X)


@pytest.mark.parametrize(
    ("backward", "kind", "words"),
    [
        (
            lambda dy: dy,
            ArgumentTypeError,
            r"Wrong\.backward must return the pair \(dx, \{name: gradient\}\), as .* scale",
        ),
        (lambda dy: None, ArgumentTypeError, "must return the pair .* got None"),
        (lambda dy: (dy, dy), ArgumentTypeError, "must return the pair"),
        (lambda dy: (dy, {}), ArgumentError, "must return a gradient for each of scale, got none"),
        (lambda dy: (dy, {"scales": 1}), ArgumentError, "must return a gradient for each of scale, got scales"),
        (lambda dy: (dy, {"scale": 1, "b": 1}), ArgumentError, "a gradient for each of scale, got scale, b"),
        (lambda dy: (dy, {"scale": dy}), ShapeError, r"must give dscale1 of shape \(4,\), got \(5, 4\)"),
        (lambda dy: (dy[0], {"scale": dy[0]}), ShapeError, r"must give dZ1 of shape \(5, 4\), got \(4,\)"),
        (lambda dy: (None, {"scale": dy[0]}), ArgumentTypeError, "must hold numbers, got None"),
    ],
)
def test_wrong_gradients_are_said(backward, kind, words):
    with pytest.raises(kind, match=words):
        network(Wrong(backward=backward)).gradients(X, T)


def test_what_is_not_defined_is_said():
    class Nothing(gn.Layer):
        pass

    net = network(Nothing())
    with pytest.raises(
        ArgumentTypeError, match=r"Nothing must define forward\(self, x, \*\*parameters\): glassnet.Layer"
    ):
        net.predict(X)

    class Half(gn.Layer):
        def forward(self, x):
            return x

    with pytest.raises(ArgumentTypeError, match=r"Half must define backward\(self, dy, x, y, \*\*parameters\)"):
        network(Half()).gradients(X, T)


@pytest.mark.parametrize("parameters", [[1], None, "W", np.ones(3)], ids=repr)
def test_parameters_are_a_dict(parameters):
    class Own(gn.Layer):
        def parameters(self, n_in, rng):
            return parameters

    with pytest.raises(
        ArgumentTypeError, match=r"layer 2, Own\(\): parameters must return a dict of arrays by name, got"
    ):
        network(Own())


@pytest.mark.parametrize("values", ["text", None, [1j], [[1], [1, 2]]], ids=repr)
def test_parameters_hold_numbers(values):
    class Own(gn.Layer):
        def parameters(self, n_in, rng):
            return {"q": values}

    with pytest.raises((ArgumentTypeError, ShapeError), match=r"layer 2, Own\(\): q must"):
        network(Own())


@pytest.mark.parametrize("size", [0, -1, None, 2.5, "4"])
def test_output_sizes_are_integers_of_at_least_1(size):
    class Own(gn.Layer):
        def output_size(self, n_in):
            return size

    with pytest.raises(
        gn.GlassnetError, match=r"the output_size of layer 2, Own\(\), must be an integer of at least 1, got"
    ):
        gn.Network([gn.Dense(3, 4), Own()])


def test_a_method_with_other_arguments_is_told_how_to_be_written():
    class Forgetful(gn.Layer):
        def forward(self, x):
            return x

        def backward(self, dy):
            return dy

    with pytest.raises(gn.GlassnetError, match=r"Forgetful.backward must be written backward\(self, dy, x, y\)"):
        gn.Network([gn.Dense(1, 1), Forgetful()])

    class Halved(gn.Loss):
        def forward(self, y):
            return y

    with pytest.raises(gn.GlassnetError, match=r"Halved.forward must be written forward\(self, y, t\)"):
        gn.Network([gn.Dense(1, 1)], loss=Halved())


class Doubled(gn.ReLU):
    """A layer of the package that computes something else."""

    def forward(self, x):
        return 2 * x

    def backward(self, dy, x, y):
        return 2 * dy


class HalfDone(gn.ReLU):
    def forward(self, x):
        return 2 * x


def test_a_subclass_of_a_layer_of_the_package_may_compute_itself():
    x, t = np.random.default_rng(0).normal(size=(20, 3)), np.zeros((20, 2))
    net = gn.Network([gn.Dense(3, 4), Doubled(), gn.Dense(4, 2)], seed=1, dtype="float64")
    plain = gn.Network([gn.Dense(3, 4), gn.Dense(4, 2)], seed=1, dtype="float64")
    plain.parameters = dict(net.parameters.items())
    plain.parameters["W1"] *= 2
    plain.parameters["b1"] *= 2
    np.testing.assert_allclose(net.predict(x), plain.predict(x))
    assert gn.gradient_check(net, x, t).passed
    with pytest.raises(TypeError, match="must define backward"):
        gn.Network([gn.Dense(3, 4), HalfDone(), gn.Dense(4, 2)]).fit(x, t, epochs=1, verbose=0)
