"""The loss at the end of a network: by name, with settings, and of one's own; what one can get wrong is said."""

import copy
import math
import pickle

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError
from glassnet.network.loss import LOSSES, as_loss

X = np.random.default_rng(0).normal(size=(5, 3))
T = np.random.default_rng(1).normal(size=(5, 2))


class Quartic(gn.Loss):
    def forward(self, y, t):
        return ((y - t) ** 4).sum(axis=1)

    def backward(self, y, t):
        return 4 * (y - t) ** 3


def network(loss, *last, **words):
    return gn.Network([gn.Dense(3, 4), gn.Tanh(), gn.Dense(4, 2), *last], loss, **words)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_a_network_reports_the_mean_of_the_free_function(name):
    net = network(name, gn.Sigmoid(), dtype="float64")
    t = np.array([[0, 1], [1, 0], [1, 1], [0, 0], [0.5, 0.25]])
    assert net.loss(X, t) == pytest.approx(LOSSES[name](net.predict(X), t), rel=1e-9)
    assert net.loss(X, t, mode="train") == pytest.approx(net.loss(X, t), rel=1e-12)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_a_name_a_function_and_an_object_are_the_same(name):
    for loss in (name, getattr(gn.losses, name), gn.NamedLoss(name)):
        assert repr(network(loss).loss_function) == f"NamedLoss('{name}')"


@pytest.mark.parametrize(
    ("loss", "kind", "words"),
    [
        ("mean_squared_eror", ArgumentError, r"loss must be one of .* Did you mean 'mean_squared_error'\?"),
        ("", ArgumentError, "loss must be one of"),
        (3, ArgumentTypeError, "loss must be a name such as 'mean_squared_error' or a gn.Loss, got 3"),
        (Quartic, ArgumentTypeError, r"or a gn.Loss, got <class .*Quartic'>\. Write Quartic\(\)\."),
        (lambda y, t: 0, ArgumentTypeError, "loss must be a name such as"),
        (gn.losses.sum_of_squares_error, ArgumentError, "loss must be one of .* got 'sum_of_squares_error'"),
    ],
)
def test_what_is_no_loss_is_refused(loss, kind, words):
    with pytest.raises(kind, match=words):
        network(loss)


# sigma


def test_the_gaussian_takes_sigma_for_all_or_for_each_output():
    by_output = network(gn.NamedLoss("gaussian_nll", sigma=[1.0, 2.0]), dtype="float64")
    y = by_output.predict(X)
    expected = ((y - T) ** 2 / [1, 4] / 2 + np.log([1, 2]) + math.log(2 * math.pi) / 2).sum(axis=1).mean()
    assert by_output.loss(X, T) == pytest.approx(expected)
    assert network(gn.NamedLoss("gaussian_nll", sigma=3), dtype="float64").loss(X, T) == pytest.approx(
        gn.losses.gaussian_nll(y, T, sigma=3.0)
    )


@pytest.mark.parametrize("sigma", [2.0, np.float64(2), [1.0, 2.0], np.array([1.0, 2.0])], ids=repr)
def test_sigma_leaves_float32_alone_and_is_plain_data(sigma):
    loss = gn.NamedLoss("gaussian_nll", sigma=sigma)
    assert type(loss.settings["sigma"]) in {float, list}
    assert eval(repr(loss), {"NamedLoss": gn.NamedLoss}).settings == loss.settings
    trace = network(loss).trace(X, T)
    assert {array.dtype for array in trace.values()} == {np.dtype("float32")}


@pytest.mark.parametrize("sigma", [0, -1.0, np.nan, [1.0, 0.0]])
def test_sigma_must_be_positive(sigma):
    with pytest.raises(ArgumentError, match="sigma must be positive and finite, got"):
        gn.NamedLoss("gaussian_nll", sigma=sigma)


@pytest.mark.parametrize("sigma", ["1", None, [None]])
def test_sigma_must_be_a_number(sigma):
    with pytest.raises(ArgumentTypeError, match=r"sigma must hold .*numbers, got"):
        gn.NamedLoss("gaussian_nll", sigma=sigma)


@pytest.mark.parametrize("sigma", [[1.0, 1.0, 1.0], np.ones((5, 2))])
def test_sigma_must_fit_the_outputs(sigma):
    with pytest.raises(ShapeError, match=r"sigma must be a number, or .* shape \(1, 2\), got"):
        network(gn.NamedLoss("gaussian_nll", sigma=sigma))


def test_other_settings_are_refused():
    with pytest.raises(ArgumentTypeError, match=r"mean_squared_error\(y, t\), got \(y, t, sigma\)"):
        gn.NamedLoss("mean_squared_error", sigma=1.0)
    with pytest.raises(
        ArgumentTypeError, match=r"got \(y, t, sgima\)\. Of the losses only gaussian_nll has a parameter"
    ):
        gn.NamedLoss("gaussian_nll", sgima=1.0)


# one's own


@pytest.mark.parametrize("last", [[], [gn.Sigmoid()], [gn.Softmax()], [gn.Dropout(0.3)]], ids=str)
def test_a_loss_of_ones_own_has_right_gradients(oracle, last):
    net = network(Quartic(), *last, dtype="float64")
    for mode in ("train", "predict"):
        oracle.check(net, X, T, mode=mode, sample_weight=[1, 0, 3, 1, 0.5])
    assert not any(step.note for step in net.tape("train"))
    formulas = {step.output: step.formula for step in net.tape("train")}
    assert formulas["losses"] == "Quartic.forward(A2, t)"
    assert formulas["dA2"] == "dlosses * (Quartic.backward(A2, t))"


def test_it_learns_and_is_copied():
    net = network(Quartic())
    start = net.loss(X, T)
    net.fit(X, T, optimizer=gn.SGD(0.01), epochs=20, verbose=0)
    assert net.loss(X, T) < start
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other.loss(X, T) == net.loss(X, T)


def test_what_its_targets_are_is_told_by_the_output_or_by_itself():
    class ForClasses(Quartic):
        targets = "classes"

    class ForValues(Quartic):
        targets = "values"

    assert network(Quartic()).output_kind == "values"
    assert network(Quartic(), gn.Softmax()).output_kind == "classes"
    assert network(ForClasses()).output_kind == "classes"
    assert network(ForValues(), gn.Softmax()).output_kind == "values"
    assert network(ForClasses()).loss(X, [0, 1, 0, 1, 1]) > 0
    with pytest.raises(ShapeError, match="values, not class indices"):
        network(ForValues(), gn.Softmax()).loss(X, [0, 1, 0, 1, 1])


def test_it_computes_in_the_dtype_of_the_network():
    class Double(Quartic):
        def forward(self, y, t):
            assert y.dtype == t.dtype == np.float32
            return super().forward(y.astype("float64"), t).tolist()

        def backward(self, y, t):
            return super().backward(y.astype("float64"), t).tolist()

    trace = network(Double()).trace(X, T)
    assert {array.dtype for array in trace.values()} == {np.dtype("float32")}


def wrong(forward=None, backward=None):
    class Wrong(Quartic):
        pass

    if forward:
        Wrong.forward = lambda self, y, t: forward(y)
    if backward:
        Wrong.backward = lambda self, y, t: backward(y)
    # As many samples as outputs, so that what is wrong may broadcast.
    return gn.Network([gn.Dense(3, 5)], Wrong())


@pytest.mark.parametrize(
    ("forward", "kind", "words"),
    [
        (lambda y: y.sum(), ShapeError, r"Wrong\.forward\(A1, t\) must give losses of shape \(5,\), got \(\)"),
        (lambda y: y, ShapeError, r"must give losses of shape \(5,\), got \(5, 5\)"),
        (lambda y: y[:, :1], ShapeError, r"must give losses of shape \(5,\), got \(5, 1\)"),
        (lambda y: None, ArgumentTypeError, r"what Wrong\.forward\(A1, t\) gives must hold numbers, got None"),
    ],
)
def test_wrong_losses_are_said(forward, kind, words):
    for ask in (wrong(forward).loss, wrong(forward).gradients):
        with pytest.raises(kind, match=words):
            ask(X, np.zeros((5, 5)))


@pytest.mark.parametrize(
    ("backward", "kind", "words"),
    [
        (lambda y: y.sum(axis=1), ShapeError, r"Wrong\.backward\(y, t\) must give the shape \(5, 5\) of y, got \(5,\)"),
        (lambda y: 1.0, ShapeError, r"must give the shape \(5, 5\) of y, got \(\)"),
        (lambda y: y[:, :1], ShapeError, r"must give the shape \(5, 5\) of y, got \(5, 1\)"),
        (lambda y: None, ArgumentTypeError, r"Wrong\.backward\(y, t\) must hold numbers, got None"),
    ],
)
def test_wrong_derivatives_are_said_even_if_they_would_broadcast(backward, kind, words):
    with pytest.raises(kind, match=words):
        wrong(backward=backward).gradients(X, np.zeros((5, 5)))


def test_what_is_not_defined_is_said():
    class Nothing(gn.Loss):
        pass

    with pytest.raises(ArgumentTypeError, match=r"Nothing must define forward\(self, y, t\): glassnet.Loss says how"):
        network(Nothing()).loss(X, T)

    class Half(gn.Loss):
        def forward(self, y, t):
            return y.sum(axis=1)

    with pytest.raises(ArgumentTypeError, match=r"Half must define backward\(self, y, t\)"):
        network(Half()).gradients(X, T)


def test_an_object_is_taken_as_it_is():
    loss = Quartic()
    assert as_loss(loss) is loss
    assert repr(loss) == "Quartic()"
