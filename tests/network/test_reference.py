"""The reference executor: slices, modes, and that what it reports is what it differentiates."""

import tracemalloc

import numpy as np
import pytest

import glassnet as gn
from glassnet.network import reference

rng = np.random.default_rng(0)
X = rng.normal(size=(2500, 6)).astype("float32")
T = rng.integers(0, 3, 2500)


def network(**words):
    layers = [gn.Dense(6, 8), gn.BatchNorm(), gn.ReLU(), gn.Dropout(0.2), gn.Dense(8, 3), gn.Softmax()]
    net = gn.Network(layers, **words)
    net.state.update({"running_mean1": rng.normal(size=8), "running_variance1": rng.uniform(0.5, 2, 8)})
    return net


@pytest.mark.parametrize("rows", [0, 1, 1023, 1024, 1025, 2048, 2500])
def test_slices_cover_every_row_once_and_none_is_longer_than_1024(rows):
    pieces = list(reference.slices(rows))
    assert [row for piece in pieces for row in range(rows)[piece]] == list(range(rows))
    assert all(piece.stop - piece.start <= 1024 for piece in pieces)


@pytest.mark.parametrize("rows", [1, 1024, 1025, 2500])
def test_prediction_in_slices_is_prediction_at_once(rows):
    net = network()
    whole = reference.run(net.tape("predict"), reference.values_for(net, X[:rows]), "forward")["A2"]
    assert net.predict(X[:rows]) == pytest.approx(whole, rel=1e-5, abs=1e-7)
    one_by_one = np.concatenate([net.predict(X[row : row + 1]) for row in range(0, rows, 100)])
    assert one_by_one == pytest.approx(whole[:rows:100], rel=1e-5, abs=1e-7)


def test_the_loss_in_slices_is_the_loss_at_once():
    net, weights = network(dtype="float64"), rng.uniform(size=2500)
    targets = net.as_targets(T, 2500)
    for w in (None, weights):
        given = reference.values_for(net, net.as_input(X), targets, w)
        whole = reference.run(net.tape("predict"), given, "forward", "loss")["loss"]
        assert net.loss(X, T, sample_weight=w) == pytest.approx(whole, rel=1e-12)


def test_memory_does_not_grow_with_the_data():
    net = gn.Network([gn.Dense(1, 300), gn.Tanh(), gn.Dense(300, 1)])
    x = np.ones((100_000, 1), "float32")
    tracemalloc.start()
    try:
        outputs = net.predict(x)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    at_once = len(x) * 300 * 4  # what one hidden array would take, of which there are two
    assert outputs.nbytes < peak < at_once / 10


def peak_of(function):
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_no_copy_of_all_the_inputs_or_targets_is_made():
    x = np.random.default_rng(0).integers(0, 256, (20_000, 784), dtype=np.uint8)
    net = gn.Network([gn.Dense(784, 10), gn.Softmax()])
    labels = np.zeros(20_000, np.int64)
    as_float32 = x.size * 4
    for measure in (net.loss, net.accuracy, lambda x, t: net.predict(x), lambda x, t: reference.evaluate(net, x, t)):
        measure(x, labels)  # the engine, which loads when it is first used, is no copy
        assert peak_of(lambda measure=measure: measure(x, labels)) < as_float32 / 4
    reproducing = gn.Network([gn.Dense(784, 2), gn.Dense(2, 784)], "mean_squared_error")
    reproducing.loss(x, x)
    assert peak_of(lambda: reproducing.loss(x, x)) < as_float32 / 2  # slices of targets are float64 at first


def test_inputs_and_targets_of_any_kind_give_the_same_numbers():
    net = gn.Network([gn.Dense(6, 3), gn.Softmax()], seed=2)
    x = np.random.default_rng(0).integers(0, 9, (2500, 6))
    expected = net.loss(x, T), net.accuracy(x, T), net.predict(x).tolist()
    for inputs in (x.astype(np.uint8), x.astype(np.float64), x.astype(np.float32), x.astype(object), x.tolist()):
        for targets in (T, T.tolist(), T.astype(np.float32), T[:, None], np.eye(3)[T], np.eye(3)[T].tolist()):
            assert (net.loss(inputs, targets), net.accuracy(inputs, targets)) == expected[:2]
        assert net.predict(inputs).tolist() == expected[2]


def test_messages_are_about_the_whole_and_not_a_slice():
    net = network()
    wrong = T.copy()
    wrong[2000] = 12
    for measure in (net.loss, net.accuracy, lambda x, t: reference.evaluate(net, x, t)):
        with pytest.raises(gn.GlassnetError, match="from 0 to 2, got 12 at position 2000"):
            measure(X, wrong)
        with pytest.raises(gn.GlassnetError, match="one row for each of the 2500 samples, got 2499"):
            measure(X, T[:-1])
        with pytest.raises(gn.GlassnetError, match=r"x must have the shape \(N, 6\) .*, got \(2500, 5\)"):
            measure(X[:, :5], T)
        with pytest.raises(gn.GlassnetError, match="x must have at least one row"):
            measure(X[:0], T[:0])
    with pytest.raises(gn.GlassnetError, match="mode must be one of"):
        net.loss(X, T, mode="training")


@pytest.mark.parametrize("rows", [1, 1024, 1025, 2500])
@pytest.mark.parametrize("weighted", [False, True])
def test_one_evaluation_has_the_numbers_of_loss_accuracy_and_predict(rows, weighted):
    net, x, t = network(), X[:rows], T[:rows]
    weights = np.random.default_rng(3).uniform(size=rows) if weighted else None
    found = reference.evaluate(net, x, t, weights, keep_outputs=True)
    assert found.loss == net.loss(x, t, sample_weight=weights)
    assert found.accuracy == net.accuracy(x, t)
    assert np.array_equal(found.outputs, net.predict(x))
    assert reference.evaluate(net, x, t, weights) == reference.Evaluation(found.loss, found.accuracy, None)


def test_a_regression_has_no_accuracy():
    net = gn.Network([gn.Dense(6, 1)])
    t = X[:, 0]
    assert reference.evaluate(net, X, t) == reference.Evaluation(net.loss(X, t), None, None)


def test_an_evaluation_runs_the_network_once_for_each_slice():
    lengths = []

    class Counting(gn.Layer):
        def forward(self, x):
            lengths.append(len(x))
            return x

        def backward(self, dy, x, y):
            return dy

    net = gn.Network([gn.Dense(6, 3), Counting(), gn.Softmax()])
    reference.evaluate(net, X, T, keep_outputs=True)
    assert lengths == [1024, 1024, 452]
    lengths.clear()
    net.fit(X[:100], T[:100], epochs=1, batch_size="full", validation_data=(X[:7], T[:7]), verbose=0)
    assert lengths == [100, 7]
    lengths.clear()
    seen = gn.callbacks.Evaluate(X[:5], T[:5], every_samples=100)
    net.fit(X[:100], T[:100], epochs=1, batch_size="full", callbacks=[seen], verbose=0)
    assert lengths == [5, 100, 5]


def test_the_loss_by_the_formula():
    net = network(dtype="float64")
    p = net.predict(X)
    assert net.loss(X, T) == pytest.approx(-np.log(p[np.arange(2500), T]).mean(), rel=1e-10)
    assert net.accuracy(X, T) == np.mean(p.argmax(axis=1) == T)


def test_the_reported_loss_is_the_differentiated_one():
    net = network(dtype="float64")
    for mode in ("train", "predict"):
        trace = net.trace(X, T, mode=mode, step=2)
        assert net.loss(X, T, mode=mode, step=2) == pytest.approx(float(trace["loss"]), rel=1e-12)
        gradient = net.gradients(X, T, mode=mode, step=2)["W1"]
        kept = net.parameters["W1"][1, 2]
        ends = []
        for shift in (1e-6, -1e-6):
            net.parameters["W1"][1, 2] = kept + shift
            ends.append(net.loss(X, T, mode=mode, step=2))
        net.parameters["W1"][1, 2] = kept
        assert gradient[1, 2] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5)


def test_prediction_and_training_differ():
    net = network()
    assert net.loss(X, T, mode="train") != net.loss(X, T)
    assert net.loss(X, T, mode="train", step=1) != net.loss(X, T, mode="train", step=2)


def test_running_a_tape_changes_none_of_what_it_is_given():
    net = network()
    given = reference.values_for(net, X, net.as_targets(T, 2500))
    before = {name: np.copy(value) for name, value in given.items() if isinstance(value, np.ndarray)}
    known = reference.run(net.tape("train"), given, "forward", "loss", "backward", "state")
    assert set(given) < set(known)
    for name, value in before.items():
        assert np.array_equal(given[name], value), name


def test_phases_can_be_run_one_after_the_other():
    net = network()
    given = reference.values_for(net, X, net.as_targets(T, 2500))
    at_once = reference.run(net.tape("train"), given, "forward", "loss", "backward", "state")
    values = given
    for phase in ("forward", "loss", "backward", "state"):
        values = reference.run(net.tape("train"), values, phase)
    assert all(np.array_equal(values[name], at_once[name]) for name in at_once if at_once[name] is not None)


def test_overflow_is_shown_and_not_warned_of():
    net = gn.Network([gn.Dense(6, 3), gn.ELU(), gn.Dense(3, 3)], "mean_squared_error")
    net.parameters["W1"][...] = 1e30
    with np.errstate(all="raise"):
        trace = net.trace(1e30 * np.abs(X[:2]), np.zeros((2, 3)))
    assert not np.isfinite(trace["loss"])
