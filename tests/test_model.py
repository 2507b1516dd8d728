"""`Network`, the public face: the contract's example from beginning to end, and what its methods are together."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import glassnet as gn
from glassnet.training.fit import FitArguments

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([0, 1, 1, 0])


def network(**arguments):
    layers = [gn.Dense(2, 8), gn.BatchNorm(), gn.Tanh(), gn.Dropout(0.1), gn.Dense(8, 2), gn.Softmax()]
    return gn.Network(layers, seed=2, **arguments)


def bits(net):
    return net.parameters.flat.tobytes() + net.state.flat.tobytes()


def test_the_contract_from_beginning_to_end(tmp_path):
    net = gn.Network(
        [gn.Dense(2, 8), gn.Sigmoid(), gn.Dense(8, 2), gn.Softmax()], loss="categorical_cross_entropy", seed=0
    )
    assert list(net.parameters) == ["W1", "b1", "W2", "b2"]
    assert net.predict(X).shape == (4, 2)
    history = net.fit(
        X, T, optimizer=gn.Adam(0.1), epochs=150, batch_size=4, validation_data=(X, T), callbacks=[], shuffle=True,
        executor="auto", threads=None, verbose=0,
    )  # fmt: skip
    assert history["val_accuracy"][-1] == 1.0
    assert net.classify(X).tolist() == T.tolist()
    assert net.accuracy(X, T) == 1.0
    gradients, numerical = net.gradients(X, T), net.numerical_gradients(X, T)
    for name in net.parameters:
        np.testing.assert_allclose(gradients[name], numerical[name], atol=1e-6)
    trace = net.trace(X, T)
    why = trace.why("Z2[0,1]")
    assert why.total == sum(value for _, value in why.terms)
    loaded = gn.load(net.save(tmp_path / "model.safetensors"))
    assert np.array_equal(loaded.predict(X), net.predict(X))
    assert str(loaded) == str(net)


def test_parameters_are_live_and_assignable():
    net = network()
    before = net.predict(X)
    net.parameters["W1"][...] *= 2
    assert not np.array_equal(net.predict(X), before)
    view = net.parameters["b2"]
    net.parameters["b2"] = [1, 2]
    assert view.tolist() == [1, 2]
    net.fit(X, T, epochs=1, verbose=0)
    assert view.tolist() == net.parameters["b2"].tolist() != [1, 2]


def test_what_only_looks_changes_nothing():
    net = network()
    net.fit(X, T, epochs=2, verbose=0)
    before, metadata = bits(net), copy.deepcopy(net.metadata)
    net.predict(X), net.classify(X), net.accuracy(X, T), net.loss(X, T), net.loss(X, T, mode="train")
    net.gradients(X, T), net.numerical_gradients(X, T), net.trace(X, T), str(net), repr(net.trace(X, T))
    gn.gradient_check(net, X, T)
    assert bits(net) == before
    assert net.metadata == metadata
    assert net.training_state.step == 2


def test_copies_and_pickles_are_whole_and_apart():
    """For joblib, and for whoever keeps the best network with copy.deepcopy."""
    net = network()
    net.fit(X, T, epochs=3, verbose=0)
    net.preprocessing = {"kind": "table"}
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert bits(twin) == bits(net)
        assert (twin.preprocessing, twin.metadata) == (net.preprocessing, net.metadata)
        before = bits(net)
        twin.fit(X, T, epochs=1, resume=True, verbose=0)
        assert bits(net) == before
        assert bits(twin) != before
    twin = copy.deepcopy(net)
    twin.fit(X, T, epochs=2, resume=True, verbose=0)
    net.fit(X, T, epochs=2, resume=True, verbose=0)
    assert bits(twin) == bits(net)


def test_fit_takes_what_its_record_of_arguments_has():
    """The two lists of arguments, with their defaults, are one."""
    of_fit = list(inspect.signature(gn.Network.fit).parameters.values())[3:]
    of_record = list(inspect.signature(FitArguments).parameters.values())
    assert [(each.name, each.default) for each in of_fit] == [(each.name, each.default) for each in of_record]
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in of_fit)
    for each in of_fit:
        assert f"{each.name} : " in gn.Network.fit.__doc__


def test_the_docstring_describes_each_argument_of_the_network():
    for name in inspect.signature(gn.Network).parameters:
        assert f"{name} : " in gn.Network.__doc__


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.Network([]), "at least one layer"),
        (lambda: gn.Network([gn.Dense]), r"got the class Dense\. Write Dense\(…\)"),
        (lambda: gn.Network([gn.Dense(2, 3), gn.Dense(4, 1)]), "must take as many numbers as it gets"),
        (lambda: gn.Network([gn.Dense(2, 1)], loss="mean_square_error"), r"Did you mean 'mean_squared_error'\?"),
        (lambda: gn.Network([gn.Dense(2, 1)], dtype="flot32"), r"dtype must be one of .*Did you mean 'float32'\?"),
        (lambda: gn.Network([gn.Dense(2, 1)], seed=-1), "seed must be an integer of at least 0, got -1"),
    ],
)
def test_networks_that_cannot_be(make, words):
    with pytest.raises(gn.GlassnetError, match=words):
        make()


def test_evaluation_does_not_depend_on_slices():
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(2500, 2)), rng.integers(0, 2, 2500)
    net = network(dtype="float64")
    parts = [slice(0, 700), slice(700, 2500)]
    assert np.allclose(np.vstack([net.predict(x[part]) for part in parts]), net.predict(x), atol=1e-12)
    assert net.loss(x, t) == pytest.approx(
        (700 * net.loss(x[:700], t[:700]) + 1800 * net.loss(x[700:], t[700:])) / 2500
    )
