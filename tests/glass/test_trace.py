"""The trace: every number against a recomputation in plain NumPy; names, formulas; and that it changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from executors import EXECUTORS
from glassnet.mathematics.counter_hash import dropout_mask

X = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])
T = np.array([2, 0, 1])


def classifier(dtype="float64"):
    return gn.Network([gn.Dense(2, 4), gn.Sigmoid(), gn.Dense(4, 3), gn.Softmax()], seed=3, dtype=dtype)


def bits(net):
    return net.parameters.flat.tobytes() + net.state.flat.tobytes()


def test_every_number_of_a_classifier_by_hand():
    net = classifier()
    p = net.parameters
    trace = net.trace(X, T)
    z1 = X @ p["W1"] + p["b1"]
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
    t = np.eye(3)[T]
    losses = -np.log(a2[np.arange(3), T])
    dz2 = (a2 - t) / 3
    da1 = dz2 @ p["W2"].T
    dz1 = da1 * a1 * (1 - a1)
    expected = {
        "X": X, "t": t, "Z1": z1, "A1": a1, "Z2": z2, "A2": a2, "losses": losses, "loss": losses.mean(),
        "dlosses": np.full(3, 1 / 3), "dZ2": dz2, "dW2": a1.T @ dz2, "db2": dz2.sum(axis=0), "dA1": da1, "dZ1": dz1,
        "dW1": X.T @ dz1, "db1": dz1.sum(axis=0), "dX": dz1 @ p["W1"].T,
    }  # fmt: skip
    assert trace.names == tuple(expected)
    assert list(trace) == list(expected)
    assert len(trace) == len(expected)
    for name, array in expected.items():
        np.testing.assert_allclose(trace[name], array, rtol=1e-12, atol=1e-15, err_msg=name)
        assert trace[name].shape == np.shape(array)
    # The fused gradient skips dA2; who asks is told −t/y, divided by N.
    np.testing.assert_allclose(trace["dA2"], -t / a2 / 3, rtol=1e-12)
    assert "dA2" in trace
    assert "dA2" not in trace.names
    assert "not formed in the pass: the loss is fused" in trace.formula("dA2")


def test_the_sigmoids_output_gradient_too():
    net = gn.Network([gn.Dense(2, 1), gn.Sigmoid()], seed=3, dtype="float64")
    trace = net.trace(X, [1, 0, 1])
    y, t = trace["A1"], trace["t"]
    np.testing.assert_allclose(trace["dA1"], (y - t) / (y * (1 - y)) / 3, rtol=1e-12)
    np.testing.assert_allclose(trace["dZ1"], (y - t) / 3, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_saturated_output_has_the_gradient_of_the_loss_as_it_is(dtype):
    net = gn.Network([gn.Dense(2, 2, init=np.eye(2)), gn.Softmax()], dtype=dtype)
    trace = net.trace([[200.0, -200.0], [800.0, -800.0]], [1, 1])
    y = trace["A1"]
    assert trace["dZ1"] == pytest.approx(np.array([[0.5, -0.5]] * 2))
    with np.errstate(divide="ignore"):
        expected = -1 / y[:, 1] / 2
    assert trace["dA1"][:, 1].tolist() == pytest.approx(expected.tolist())
    assert expected[1] == -np.inf
    assert trace["dA1"][:, 0].tolist() == [0, 0]
    assert trace.formula("dA1") == "dlosses * (-t / A1), unclipped; not formed in the pass: the loss is fused"
    net = gn.Network([gn.Dense(1, 1, init=np.ones((1, 1))), gn.Sigmoid()], dtype=dtype)
    trace = net.trace([[200.0], [800.0], [-800.0], [-800.0]], [1, 0, 0, 1])
    assert trace["dA1"].tolist() == [[-0.25], [np.inf], [0.25], [-np.inf]]
    assert trace["dA1"].dtype == dtype
    assert "dlosses * ((A1 - t) / (A1 (1 - A1))), unclipped" in trace.formula("dA1")


@pytest.mark.parametrize("first", [gn.Identity(), gn.Dropout(0.5)], ids=repr)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_trace_shares_no_memory_with_what_it_was_given(first, dtype):
    net = gn.Network([first, gn.Dense(2, 3), gn.BatchNorm(), gn.Softmax()], dtype=dtype)
    x, t = X.astype(dtype), np.eye(3, dtype=dtype)[T]
    for mode in ("predict", "train"):
        trace = net.trace(x, t, mode=mode)
        for name in (*trace, *net.parameters, *net.state, "dA1"):
            for other in (x, t, net.parameters.flat, net.state.flat):
                assert not np.shares_memory(trace[name], other), name


def test_what_an_own_layer_keeps_is_not_in_an_old_trace():
    class Reusing(gn.Layer):
        def __init__(self):
            self.buffer = np.zeros((3, 2), np.float32)

        def parameters(self, n_in, rng):
            return {"shift": np.ones(n_in)}

        def forward(self, x, shift):
            self.buffer[...] = x + shift
            return self.buffer

        def backward(self, dy, x, y, shift):
            return dy, {"shift": shift}

    net = gn.Network([gn.Dense(2, 2), Reusing(), gn.Identity()], "mean_squared_error")
    trace = net.trace(X, X)
    before = {name: trace[name].copy() for name in trace}
    net.trace(X + 1, X)
    net.parameters["shift1"] += 1
    assert all(np.array_equal(trace[name], before[name]) for name in trace)
    net.parameters["shift1"] += 1  # the network's own arrays can be written to as before


def test_a_traces_arrays_are_read_only():
    net = gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.Softmax()])
    trace = net.trace(X, T)
    for name in (*trace, *net.parameters, *net.state, "dA1"):
        with pytest.raises(ValueError, match="read-only"):
            trace[name][...] = 0
    assert net.parameters["W1"].flags.writeable


def test_every_number_of_a_deep_regression_by_hand():
    """Batch normalization, a slope that is learned, dropout, maxout, a block without an activation."""
    layers = [gn.Dense(2, 4), gn.BatchNorm(eps=0.001), gn.PReLU(0.1), gn.Dropout(0.5)]
    layers += [gn.Maxout(4, 3), gn.Dense(3, 1, bias=False)]
    net = gn.Network(layers, loss="mean_squared_error", seed=3, dtype="float64")
    rng = np.random.default_rng(0)
    for array in net.parameters.values():
        array[...] = rng.normal(size=array.shape)
    p, trace = net.parameters, net.trace(X, [1.0, 2.0, 3.0], step=5)
    z1 = X @ p["W1"] + p["b1"]
    mean, variance = z1.mean(axis=0), z1.var(axis=0)
    normalized = (z1 - mean) / np.sqrt(variance + 0.001)
    scaled = p["gamma1"] * normalized + p["beta1"]
    bent = np.where(scaled > 0, scaled, p["alpha1"] * scaled)
    mask = dropout_mask((3, 4), 0.5, seed=3, step=5, layer=3, dtype=np.float64)
    a1 = bent * mask
    pieces = np.stack([a1 @ p["W2"][k] + p["b2"][k] for k in range(2)])
    z2 = pieces.max(axis=0)
    z3 = z2 @ p["W3"]
    error = z3 - [[1.0], [2.0], [3.0]]
    dz3 = 2 * error / 3
    dz2 = dz3 @ p["W3"].T
    largest = pieces.argmax(axis=0)[None] == np.arange(2)[:, None, None]
    dpieces = largest * dz2
    da1 = sum(dpieces[k] @ p["W2"][k].T for k in range(2))
    dbent = da1 * mask
    dscaled = dbent * np.where(scaled > 0, 1, p["alpha1"])
    dnormalized = dscaled * p["gamma1"]
    # Through mean and variance, written with the Jacobian of the normalization of three numbers.
    dz1 = np.empty_like(z1)
    for unit in range(4):
        root = np.sqrt(variance[unit] + 0.001)
        n = normalized[:, unit]
        jacobian = (np.eye(3) - 1 / 3 - np.outer(n, n) / 3) / root
        dz1[:, unit] = jacobian @ dnormalized[:, unit]
    expected = {
        "Z1": z1, "mean1": mean, "variance1": variance, "normalized1": normalized, "batchnorm1": scaled, "prelu1": bent,
        "mask1": mask, "A1": a1, "pieces2": pieces, "Z2": z2, "A2": z2, "Z3": z3, "A3": z3,
        "losses": error[:, 0] ** 2, "loss": np.mean(error**2), "dA3": dz3, "dZ3": dz3, "dW3": z2.T @ dz3, "dA2": dz2,
        "dZ2": dz2, "dpieces2": dpieces, "dW2": np.stack([a1.T @ dpieces[k] for k in range(2)]),
        "db2": dpieces.sum(axis=1), "dA1": da1, "dprelu1": dbent, "dbatchnorm1": dscaled,
        "dalpha1": (dbent * np.minimum(scaled, 0)).sum(axis=0), "dgamma1": (dscaled * normalized).sum(axis=0),
        "dbeta1": dscaled.sum(axis=0), "dnormalized1": dnormalized, "dZ1": dz1, "dW1": X.T @ dz1,
        "db1": dz1.sum(axis=0), "dX": dz1 @ p["W1"].T,
    }  # fmt: skip
    assert set(trace.names) == {*expected, "X", "t", "dlosses"}
    for name, array in expected.items():
        np.testing.assert_allclose(trace[name], array, rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_block_without_an_activation_has_a_equal_z():
    net = gn.Network([gn.Dense(2, 3), gn.Dense(3, 1)], loss="mean_squared_error", seed=1)
    trace = net.trace(X, [1.0, 2.0, 3.0])
    assert np.array_equal(trace["A1"], trace["Z1"])
    assert np.array_equal(trace["A2"], trace["Z2"])
    assert trace.formula("A1") == "Z1"
    assert np.array_equal(trace["dA2"], trace["dZ2"])


def test_each_name_has_its_formula():
    trace = classifier().trace(X, T)
    formulas = {name: trace.formula(name) for name in trace}
    assert formulas["Z1"] == "X @ W1 + b1"
    assert formulas["Z2"] == "A1 @ W2 + b2"
    assert formulas["dW2"] == "A1ᵀ @ dZ2"
    assert formulas["dA1"] == "dZ2 @ W2ᵀ"
    assert formulas["X"] == formulas["t"] == trace.formula("W1") == "given"
    assert all(formulas.values())
    assert trace.step("X") is None
    assert trace.step("Z1").operation == "affine"
    # Every name that a formula's step reads is in the trace: one can look up where each number comes from.
    for name in trace:
        for read in trace.step(name).inputs if trace.step(name) else ():
            assert read in trace or read in {"weights", "seed", "step"}


def test_nothing_is_changed():
    net = gn.Network([gn.Dense(2, 4), gn.BatchNorm(), gn.Dropout(0.5), gn.Dense(4, 3), gn.Softmax()], seed=1)
    x, t = X.astype(np.float32), T.copy()
    before = bits(net), x.copy(), t.copy()
    for mode in ("train", "predict"):
        net.trace(x, t, mode=mode, step=3)
    assert (bits(net), net.metadata, net.training_state) == (before[0], {}, None)
    assert np.array_equal(x, before[1])
    assert np.array_equal(t, before[2])


def test_an_old_trace_stays_as_it_was():
    net = gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.Softmax()], seed=1)
    x, t = X.astype(np.float32), gn.one_hot(T, 3)
    trace = net.trace(x, t)
    before = {name: trace[name].copy() for name in (*trace, *net.parameters, *net.state, "dA1")}
    why = str(trace.why("Z1[0,0]"))
    net.fit(x, T, epochs=3, verbose=0)
    x[...], t[...] = 9, 9
    assert not np.array_equal(net.parameters["W1"], trace["W1"])
    assert not np.array_equal(net.state["running_mean1"], trace["running_mean1"])
    for name, array in before.items():
        assert np.array_equal(trace[name], array), name
    assert str(trace.why("Z1[0,0]")) == why


def test_modes_and_steps():
    net = gn.Network([gn.Dense(2, 50), gn.Dropout(0.5), gn.Dense(50, 3), gn.Softmax()], seed=4)
    masks = [net.trace(X, step=step)["mask1"] for step in (0, 0, 7)]
    assert np.array_equal(masks[0], masks[1])
    assert not np.array_equal(masks[0], masks[2])
    assert set(masks[0].flat) == {0.0, 2.0}
    trace = net.trace(X, T, mode="predict", step=7)
    assert "mask1" not in trace
    assert (trace.mode, net.trace(X).mode) == ("predict", "train")
    assert np.array_equal(trace["A1"], trace["Z1"])
    assert np.array_equal(trace["A2"], net.predict(X))
    assert float(trace["loss"]) == pytest.approx(net.loss(X, T), rel=1e-6)
    normalized = gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.Softmax()])
    assert "mean1" in normalized.trace(X)
    assert "mean1" not in normalized.trace(X, mode="predict")
    with pytest.raises(gn.GlassnetError, match="mode must be one of 'predict', 'train'"):
        net.trace(X, mode="training")


def test_the_masks_are_those_of_training():
    net = gn.Network([gn.Dense(2, 20), gn.Dropout(0.5), gn.Dense(20, 3), gn.Softmax()], seed=4)
    seen = []

    class Watch(gn.callbacks.Callback):
        def on_gradients(self, run):
            trace = net.trace(run.batch["X"], run.batch["t"], step=run.step)
            seen.append(all(np.array_equal(trace[name], run.batch[name]) for name in trace if name != "dX"))

    net.fit(X, T, epochs=4, callbacks=[Watch()], verbose=0)
    assert seen == [True] * 4


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), rows=st.integers(1, 6), step=st.integers(0, 1000))
def test_it_equals_gradients_and_losses_asked_for_otherwise(seed, rows, step):
    rng = np.random.default_rng(seed)
    layers = [gn.Dense(3, 5), gn.BatchNorm(), gn.ReLU(), gn.Dropout(0.3), gn.Maxout(5, 4), gn.Dense(4, 3), gn.Softmax()]
    net = gn.Network(layers, seed=seed)
    x, t = rng.normal(size=(rows, 3)), rng.integers(0, 3, rows)
    trace = net.trace(x, t, step=step)
    gradients = net.gradients(x, t, step=step)
    assert all(np.array_equal(trace[f"d{name}"], gradient) for name, gradient in gradients.items())
    assert float(trace["loss"]) == net.loss(x, t, mode="train", step=step)


def test_without_targets_there_is_no_loss():
    trace = classifier().trace(X)
    assert trace.names == ("X", "Z1", "A1", "Z2", "A2")
    for name in ("loss", "dW1", "dA2", "t"):
        assert name not in trace
        with pytest.raises(KeyError, match="Give trace the targets too for the loss and the gradients"):
            trace[name]


def test_an_unknown_name_names_the_nearest():
    trace = classifier().trace(X, T)
    with pytest.raises(
        gn.GlassnetError, match=r"^this trace has no 'Z11', only X, t, Z1, .*, b2\. Did you mean 'Z1'\?$"
    ):
        trace["Z11"]
    with pytest.raises(KeyError):
        trace.formula("dW9")
    assert trace.get("Z9") is None
    assert None not in trace


@pytest.mark.parametrize("x", [np.empty((0, 2)), np.ones((2, 3)), np.ones(2), [["a", "b"]]])
def test_inputs_that_cannot_be(x):
    with pytest.raises(gn.GlassnetError, match=r"^x must "):
        classifier().trace(x, T)


def test_targets_that_cannot_be():
    with pytest.raises(gn.GlassnetError, match="t must have one row for each of the 3 samples"):
        classifier().trace(X, T[:2])
    with pytest.raises(gn.GlassnetError, match="a label must be a whole number from 0 to 2"):
        classifier().trace(X, T + 1)


def test_ones_own_layers_and_losses_are_traced():
    class Double(gn.Layer):
        def forward(self, x):
            return 2 * x

        def backward(self, dy, x, y):
            return 2 * dy

    class Cubes(gn.Loss):
        def forward(self, y, t):
            return (abs(y - t) ** 3).sum(axis=1)

        def backward(self, y, t):
            return 3 * (y - t) * abs(y - t)

    net = gn.Network([gn.Dense(2, 3), Double()], loss=Cubes(), seed=1)
    trace = net.trace(X, np.zeros((3, 3)))
    assert np.array_equal(trace["A1"], 2 * trace["Z1"])
    assert trace.formula("A1") == "Double.forward(Z1)"
    np.testing.assert_allclose(trace["dA1"], trace["A1"] * abs(trace["A1"]), rtol=1e-5)


def test_it_prints_as_a_table():
    lines = str(classifier("float32").trace(X, T)).splitlines()
    assert lines[0].split() == ["name", "shape", "values", "formula"]
    assert len(lines) == 19
    assert lines[-1].startswith("model ")
    table = {line.split()[0]: line for line in lines[1:-1]}
    assert "(3, 4)" in table["Z1"]
    assert table["Z1"].endswith("X @ W1 + b1")
    assert "0.3333, 0.3333, 0.3333 " in table["dlosses"]
    assert "[fused: softmax and categorical_cross_entropy in one" in table["dZ2"]
    assert "()" in table["loss"]
    assert str(gn.Network([gn.Dense(1, 1)]).trace([[np.nan]]))  # nan is a number like others here


def one_weight():
    return gn.Network([gn.Dense(1, 1, init=([[2.0]], [1.0]))], loss="mean_squared_error", dtype="float64")


def test_after_an_update_by_hand():
    net = one_weight()
    trace = net.trace([[1.0]], [5.0])  # Z = 3, dZ = 2 (3 - 5) = -4
    after = trace.after(gn.SGD(0.1))
    assert (after.before, after.update) == (trace, gn.SGD(0.1))
    assert after["W1"] == pytest.approx(2.4)
    assert after["b1"] == pytest.approx(1.4)
    assert after["Z1"] == pytest.approx(3.8)
    assert float(after["loss"]) == pytest.approx(1.2**2)
    assert after.parameters.keys() == {"W1", "b1"}
    assert net.parameters["W1"] == trace["W1"] == 2.0
    assert str(after.why("b1[0]")) == "b1[0] = 1.4, the sum of 2 terms: b1[0] before = +1, -0.1 * db1[0] = +0.4."
    assert after.formula("W1") == f"one update by {gn.SGD(0.1)!r}"
    header, *lines, _ = str(after).splitlines()
    assert header.split() == ["name", "shape", "before", "after", "formula"]
    assert next(line for line in lines if line.startswith("W1")).split()[:5] == ["W1", "(1,", "1)", "2", "2.4"]
    with pytest.raises(gn.GlassnetError, match="got 'X', which was given"):
        after.why("X[0,0]")
    with pytest.raises(gn.GlassnetError, match="after must follow a trace with targets"):
        net.trace([[1.0]]).after()


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"])
def test_after_is_what_a_step_of_training_makes(name):
    layers = [gn.Dense(2, 6), gn.BatchNorm(), gn.PReLU(), gn.Dropout(0.5), gn.Dense(6, 3), gn.Softmax()]
    net = gn.Network(layers, seed=1)
    before = bits(net)
    after = net.trace(X, T).after(name)
    assert bits(net) == before
    net.fit(X, T, optimizer=name, epochs=1, batch_size="full", shuffle=False, executor="reference", verbose=0)
    for kept in (*net.parameters, *net.state):
        assert np.array_equal(after[kept], {**net.parameters, **net.state}[kept]), kept
    assert np.array_equal(after["mask1"], after.before["mask1"])
    assert float(after["loss"]) == net.loss(X, T, mode="train")
    one = after.why("W1[0,3]")
    assert one.total == one.value == float(net.parameters["W1"][0, 3])


def test_after_in_predict_mode_leaves_the_state():
    net = gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.Softmax()], seed=1)
    after = net.trace(X, T, mode="predict").after("sgd")
    assert np.array_equal(after["running_mean1"], net.state["running_mean1"])
    assert float(after["loss"]) < float(after.before["loss"])
    second = after.after("sgd")
    assert second.before is after
    assert "what " not in second.why("W1[0,0]").terms[1][0]
    assert "what Adam(" in after.after().why("W1[0,0]").terms[1][0] + after.after().why("W1[0,0]").terms[0][0]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_all_of_it_works_on_what_the_engine_ran(executor):
    layers = [gn.Dense(2, 6), gn.BatchNorm(), gn.PReLU(), gn.Dropout(0.5), gn.Dense(6, 3), gn.Softmax()]
    net = gn.Network(layers, seed=1)
    weights = [1.0, 2.0, 0.5]
    net.fit(X, T, optimizer="sgd", sample_weight=weights, epochs=3, batch_size=3, executor=executor, verbose=0)
    trace = net.last_batch()
    assert (trace.address.executor, trace.address.step) == (executor, 2)
    again = gn.Network(layers, seed=1)
    again.parameters.update(trace.parameters)
    again.state.update({name: trace[name] for name in again.state})
    other = again.trace(trace["X"], trace["t"], step=2)
    assert np.array_equal(trace["mask1"], other["mask1"])
    assert sorted(trace["weights"].tolist()) == sorted(weights)
    assert trace.address.model == other.address.model
    assert trace.address.input != other.address.input  # which has no weights
    for address in ("loss", "dlosses[1]", "dW1[1,2]", "A1[0,3]", "dgamma1[4]"):
        why = trace.why(address)
        reached = trace["Z1"][0, 3] if why.steps else why.value
        assert why.total == pytest.approx(float(reached), rel=1e-5, abs=1e-6)
    why = trace.why("dW1[1,2]")
    assert why.numerical == pytest.approx(why.value, rel=1e-3, abs=1e-6)
    after = trace.after("sgd")
    assert np.allclose(after["W1"], net.parameters["W1"], rtol=1e-5, atol=1e-7)
    assert after._repr_html_()
