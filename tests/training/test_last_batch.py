"""What `net.last_batch()` gives: every number of the last step, the same as when it is worked out anew."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.network import reference
from glassnet.training.fit import NotFiniteWarning

EXECUTORS = [
    "reference",
    pytest.param(1, id="compiled, 1 thread"),
    pytest.param(2, id="compiled, 2 threads"),
]


@pytest.fixture(params=EXECUTORS)
def how(request):
    """Return the arguments of fit that say who computes."""
    if request.param == "reference":
        return {"executor": "reference", "verbose": 0}
    pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)
    return {"executor": "compiled", "threads": request.param, "verbose": 0}


def data(rows, n_in=30, *, sparse=True, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, n_in)) * (rng.random((rows, n_in)) < (0.2 if sparse else 1))
    return x.astype(np.float32), rng.integers(0, 3, rows)


def network(hidden=50):
    layers = [gn.Dense(30, hidden), gn.BatchNorm(), gn.Sigmoid(), gn.Dropout(0.2), gn.Dense(hidden, 3), gn.Softmax()]
    return gn.Network(layers, seed=1)


def assert_is_worked_out_anew(net, step):
    """Compare the last batch with what the reference executor makes of its inputs, parameters and state."""
    last = net.last_batch()
    other = gn.Network(net.layers, net.loss_function, seed=net.seed)
    for arrays in (other.parameters, other.state):
        for name, array in arrays.items():
            array[...] = last[name]
    values = reference.values_for(other, np.array(last["X"]), np.array(last["t"]), None, step)
    tape = other.tape("train", input_gradient=False)
    expected = reference.run(tape, values, "forward", "loss", "backward", "state")
    names = [step.output for step in tape if step.phase != "state"]
    assert {"loss", "Z1", "dW1", "dW2"} <= set(names)
    for name in names:
        np.testing.assert_allclose(last[name], expected[name], rtol=2e-4, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.parametrize("batch_size", [1, 7, 100, 1013])
@pytest.mark.parametrize("optimizer", [gn.SGD(0.1), gn.Momentum(0.1), gn.Adam(0.01)], ids=lambda o: type(o).__name__)
def test_it_is_what_the_last_step_computed(how, optimizer, batch_size, sparse):
    net, (x, t) = network(), data(1015, sparse=sparse)
    for _ in range(2):  # the second uses memory again
        net.fit(x, t, optimizer=optimizer, batch_size=batch_size, epochs=1, **how)
        assert_is_worked_out_anew(net, -(-1015 // batch_size) - 1)


def test_it_is_the_last_step_of_a_training_that_was_cut_short(how):
    net, (x, t) = network(), data(1015)
    net.fit(x, t, optimizer=gn.SGD(0.1), batch_size=10, max_steps=37, **how)
    assert_is_worked_out_anew(net, 36)


def test_a_training_that_is_refused_leaves_it_as_it_was(how):
    net, (x, t) = network(), data(1015)
    net.fit(x, t, optimizer=gn.SGD(0.1), batch_size=100, epochs=1, **how)
    before = {name: np.array(value) for name, value in net.last_batch().items()}
    x[700, 3] = np.nan
    with pytest.raises(ValueError, match="nan"):
        net.fit(x, t, optimizer=gn.SGD(0.1), batch_size=100, epochs=3, **how)
    after = net.last_batch()
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value, err_msg=name)


def test_after_a_loss_that_is_not_finite_its_numbers_are_of_one_step(how):
    x, t = data(1000, sparse=False)
    net = gn.Network([gn.Dense(30, 40), gn.ReLU(), gn.Dense(40, 3)], loss="mean_squared_error", seed=1)
    with pytest.warns(NotFiniteWarning):
        net.fit(x, np.eye(3)[t], optimizer=gn.SGD(5.0), batch_size=10, epochs=5, **how)
    last = net.last_batch()
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(last["Z1"], last["X"] @ last["W1"] + last["b1"], rtol=1e-3)


def test_callbacks_look_at_gradients_of_large_networks_too(how, monkeypatch):
    if how["executor"] == "compiled":
        monkeypatch.setattr("glassnet.training.compiled_steps.ALWAYS_KEPT", 0)
    seen = []

    class Look(gn.callbacks.Callback):
        def on_gradients(self, run):
            seen.append(float(abs(run.batch["dW1"]).max()))

    net, (x, t) = network(), data(100)
    net.fit(x, t, optimizer=gn.SGD(0.1), batch_size=10, epochs=2, callbacks=[Look()], **how)
    assert len(seen) == 20
    assert min(seen) > 0


@pytest.mark.parametrize("at", [0, 1, 7, 12])
def test_a_callback_that_looks_at_gradients_may_stop_before_the_update(how, at):
    class Stop(gn.callbacks.Callback):
        def on_gradients(self, run):
            if run.step == at:
                run.stop("enough")

    net, (x, t) = network(), data(100)
    history = net.fit(x, t, optimizer=gn.SGD(0.1), batch_size=10, epochs=2, callbacks=[Stop()], **how)
    assert history.stopped == "enough"
    assert len(history.steps.get("loss", [])) == net.training_state.step == at
