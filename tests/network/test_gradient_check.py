"""The gradient check: it passes what is right, fails what is wrong, forgives kinks but no bug, and raises nothing."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError

rng = np.random.default_rng(1)
X = rng.normal(size=(4, 3))
T = [0, 1, 2, 1]


class Doubling(gn.Layer):
    """Multiplies by a number for each unit; its gradients can be spoiled."""

    def __init__(self, spoil_dx=1.0, spoil_parameter=1.0):
        self.spoil_dx, self.spoil_parameter = spoil_dx, spoil_parameter

    def parameters(self, n_in, rng):
        return {"factor": np.linspace(1, 2, n_in)}

    def forward(self, x, factor):
        return x * factor

    def backward(self, dy, x, y, factor):
        return self.spoil_dx * dy * factor, {"factor": self.spoil_parameter * (dy * x).sum(axis=0)}


def network(own=None, **words):
    own = [] if own is None else [own]
    return gn.Network([gn.Dense(3, 4), gn.Tanh(), *own, gn.Dense(4, 3), gn.Softmax()], **words)


def test_right_gradients_pass():
    report = gn.gradient_check(network(Doubling()), X, T)
    assert report
    assert report.passed
    assert list(report.checks) == ["W1", "b1", "factor1", "W2", "b2"]
    for name, check in report.checks.items():
        assert check.passed
        assert check.name == name
        assert check.relative_error < 1e-7
        assert check.checked == np.prod(check.shape)
        assert check.kinks == 0


def test_a_wrong_dx_shows_before_the_layer_and_a_wrong_parameter_at_it():
    report = gn.gradient_check(network(Doubling(spoil_dx=1.001)), X, T)
    assert not report
    assert {name: check.passed for name, check in report.checks.items()} == {
        "W1": False, "b1": False, "factor1": True, "W2": True, "b2": True
    }  # fmt: skip
    report = gn.gradient_check(network(Doubling(spoil_parameter=-1.0)), X, T)
    assert [name for name, check in report.checks.items() if not check.passed] == ["factor1"]
    assert report["factor1"].relative_error > 0.5


def test_an_error_that_is_only_just_too_large_fails_and_a_looser_tolerance_lets_it_pass():
    net = network(Doubling(spoil_parameter=1 + 1e-4))
    assert not gn.gradient_check(net, X, T)
    assert gn.gradient_check(net, X, T, tolerance=1e-3)


def test_it_prints_as_a_table():
    lines = str(gn.gradient_check(network(Doubling(spoil_dx=2.0)), X, T)).splitlines()
    assert lines[0].split()[:2] == ["parameter", "shape"]
    assert len(lines) == 6
    assert lines[1].startswith("W1")
    assert lines[1].endswith("FAILED")
    assert lines[-1].endswith("passed")


def test_the_network_is_not_changed():
    net = network()
    before = net.parameters.flat.copy()
    gn.gradient_check(net, X, T)
    assert np.array_equal(net.parameters.flat, before)
    assert net.dtype == np.float32


@pytest.mark.parametrize("layer", [gn.ReLU(), gn.LeakyReLU(), gn.PReLU(), gn.Maxout(4, 4)], ids=repr)
def test_kinks_are_forgiven_and_counted(layer):
    # Biases of 0 and an input of 0: every net input is 0, where the bias stands at the kink.
    net = gn.Network([gn.Dense(3, 4), layer, gn.Dense(4, 3), gn.Softmax()])
    if isinstance(layer, gn.Maxout):
        net.parameters["b2"][...] = 0
    report = gn.gradient_check(net, np.zeros((1, 3)), [0])
    assert {check.verdict for check in report.checks.values()} == {"passed", "not checked"}
    assert sum(check.kinks for check in report.checks.values()) >= 4
    for check in report.checks.values():
        assert check.checked + check.kinks == np.prod(check.shape)
        assert check.passed == (check.checked > 0)


def test_kinks_among_other_numbers_are_left_out_and_the_rest_passes():
    net = gn.Network([gn.Dense(3, 4), gn.ReLU(), gn.Dense(4, 3), gn.Softmax()])
    net.parameters["b1"] = [0, 0, 1, 2]
    check = gn.gradient_check(net, np.zeros((1, 3)), [0])
    assert check.passed
    assert (check["b1"].checked, check["b1"].kinks) == (2, 2)


def test_where_nothing_was_compared_nothing_has_passed():
    net = gn.Network([gn.Dense(1, 1, init="zeros"), Kinked(1)], "mean_squared_error")
    report = gn.gradient_check(net, [[1.0]], [3.0])
    assert not report
    for check in report.checks.values():
        assert (check.checked, check.kinks, check.passed, check.verdict) == (0, 1, False, "not checked")
    assert str(report).splitlines()[1].endswith("not checked")
    net.parameters["b1"][...] = 0.5
    assert gn.gradient_check(net, [[1.0]], [3.0]).passed


@pytest.mark.parametrize("at_kink", [-2.0, -1.1, 1.1, 2.0, 5.0])
def test_a_slope_that_neither_side_of_a_kink_has_is_a_bug(at_kink):
    net = gn.Network([gn.Dense(1, 1, init="zeros"), Kinked(at_kink)], "mean_squared_error")
    check = gn.gradient_check(net, [[1.0]], [3.0])["b1"]
    assert (check.checked, check.kinks, check.verdict) == (1, 0, "FAILED")


def test_a_wrong_gradient_at_one_smooth_point_alone_is_a_bug():
    class WrongHere(Doubling):
        def backward(self, dy, x, y, factor):
            here = np.allclose(factor, np.linspace(1, 2, len(factor)), rtol=1e-7)  # kept in float32
            return dy * factor, {"factor": (dy * x).sum(axis=0) * (1.5 if here else 1)}

    check = gn.gradient_check(network(WrongHere()), X, T)["factor1"]
    assert (check.checked, check.kinks, check.verdict) == (4, 0, "FAILED")


class Kinked(gn.Layer):
    """|x|, with the derivative at 0 that one gives it."""

    def __init__(self, at_kink, elsewhere=1.0):
        self.at_kink, self.elsewhere = at_kink, elsewhere

    def forward(self, x):
        return np.abs(x)

    def backward(self, dy, x, y):
        return dy * np.where(x == 0, self.at_kink, self.elsewhere * np.sign(x))


@pytest.mark.parametrize("at_kink", [-1, -0.5, 0, 1])
@pytest.mark.parametrize("bias", [0.0, 1e-7, -5e-6, 9e-6], ids=["at", "near", "beside", "just within reach"])
def test_a_kink_within_reach_of_h_is_left_out_whatever_slope_is_taken_there(at_kink, bias):
    net = gn.Network([gn.Dense(1, 1, init=([[0.0]], [bias])), Kinked(at_kink)], "mean_squared_error")
    check = gn.gradient_check(net, [[1.0]], [3.0])["b1"]
    at_center = (at_kink, bias) == (0, 0)  # which is also the central difference
    assert (check.kinks, check.checked) == ((0, 1) if at_center else (1, 0))
    assert check.verdict == ("passed" if at_center else "not checked")


@pytest.mark.parametrize("layer", [gn.ReLU(), gn.LeakyReLU(), gn.PReLU(), gn.ELU(), gn.Maxout(4, 4)], ids=repr)
@pytest.mark.parametrize("seed", range(5))
def test_xor_stands_at_many_kinks_at_once_and_passes_beside_them(layer, seed):
    layers = [gn.Dense(2, 4), layer, gn.Dense(4, 4), layer, gn.Dense(4, 1), gn.Sigmoid()]
    net, data = gn.Network(layers, seed=seed), ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    assert "FAILED" not in str(gn.gradient_check(net, *data))
    net.parameters.flat += 0.1 * np.random.default_rng(seed).standard_normal(net.parameters.flat.shape)
    assert gn.gradient_check(net, *data).passed


def test_small_bugs_in_a_smooth_place_are_no_kinks():
    for spoil in (1.0001, 1.01, 2.0, 0.0, -1.0):
        report = gn.gradient_check(network(Doubling(spoil_parameter=spoil)), X, T)
        assert not report["factor1"].passed
        assert report["factor1"].kinks == 0


def test_kinks_do_not_hide_a_bug_elsewhere():
    net = gn.Network([gn.Dense(2, 1, init="zeros"), Kinked(0, elsewhere=-1.0)], "mean_squared_error")
    net.parameters["b1"] = [1]
    assert not gn.gradient_check(net, [[0.0, 1.0]], [3.0]).passed


def test_dead_units_pass():
    net = gn.Network([gn.Dense(3, 4), gn.ReLU(), gn.Dense(4, 1)])
    net.parameters["b1"][...] = -100
    report = gn.gradient_check(net, X, [1, 2, 3, 4])
    assert report.passed
    assert report["W1"].largest_difference == 0


def test_large_losses_do_not_fail_by_rounding():
    net = gn.Network([gn.Dense(3, 4), gn.Sigmoid(), gn.Dense(4, 2)])
    net.parameters["W2"][:, 1] = 0  # so that one gradient is 0 beside a loss of 1e12
    assert gn.gradient_check(net, X, np.full((4, 2), 1e6)).passed


def test_nan_does_not_pass_and_is_not_raised():
    net = network()
    net.parameters["W1"][0, 0] = np.nan
    report = gn.gradient_check(net, X, T)
    assert not report.passed
    assert "nan" in str(report)


def test_a_gradient_of_nan_beside_a_finite_loss_does_not_pass():
    assert not gn.gradient_check(network(Doubling(spoil_parameter=np.nan)), X, T)["factor1"].passed


def test_nan_a_little_aside_does_not_make_a_bug_a_kink():
    class NanAside(Doubling):
        def backward(self, dy, x, y, factor):
            here = np.array_equal(factor, np.linspace(1, 2, len(factor)))
            return dy * factor, {"factor": np.full(factor.shape, 5.0 if here else np.nan)}

    check = gn.gradient_check(network(NanAside()), X, T)["factor1"]
    assert (check.passed, check.kinks) == (False, 0)


def test_of_many_numbers_some_are_drawn():
    report = gn.gradient_check(network(), X, T, at_most=5)
    assert report.passed
    assert [check.checked for check in report.checks.values()] == [5, 4, 5, 3]


def test_dropout_and_batch_normalization_are_checked_in_train_mode():
    net = gn.Network([gn.Dense(3, 6), gn.BatchNorm(), gn.Tanh(), gn.Dropout(), gn.Dense(6, 3), gn.Softmax()])
    for step in (0, 7):
        assert gn.gradient_check(net, X, T, step=step).passed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"h": 0}, "h must be a finite number above 0, got 0"),
        ({"h": -1e-5}, "h must be"),
        ({"tolerance": 0}, "tolerance must be a finite number above 0"),
        ({"at_most": 0}, "at_most must be an integer of at least 1, got 0"),
        ({"step": -1}, "step must be an integer of at least 0"),
    ],
)
def test_settings_out_of_range_are_refused(words, message):
    with pytest.raises(ArgumentError, match=message):
        gn.gradient_check(network(), X, T, **words)
    with pytest.raises(ArgumentTypeError):
        gn.gradient_check(network(), X, T, **dict.fromkeys(words, "1"))


def test_numerical_gradients_are_those_of_the_lectures():
    net = network()
    numerical = net.numerical_gradients(X, T)
    for name, gradient in net.gradients(X, T).items():
        assert numerical[name].dtype == np.float64
        assert gradient == pytest.approx(numerical[name], abs=1e-5)
    in_prediction = network(gn.Dropout()).numerical_gradients(X, T, mode="predict")
    assert in_prediction["W1"] == pytest.approx(numerical["W1"], abs=1e-8)
