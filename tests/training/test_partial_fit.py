"""`partial_fit`: the same steps as `fit` makes, one call at a time."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn
from executors import EXECUTORS, NEEDS_NUMBA
from glassnet.training.fit import NotFiniteWarning


def parts(x, t, size=8):
    return [(x[start : start + size], t[start : start + size]) for start in range(0, len(x), size)]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("optimizer", [gn.SGD(0.1), gn.Momentum(0.1), gn.Adam(0.01)], ids=lambda o: type(o).__name__)
def test_it_makes_the_steps_of_fit(executor, optimizer, clusters, classifier):
    whole, by_batch, by_chunk = classifier(), classifier(), classifier()
    history = whole.fit(*clusters, optimizer=optimizer, batch_size=8, epochs=3, shuffle=False, executor=executor,
                        verbose=0)  # fmt: skip
    losses = [
        by_batch.partial_fit(x, t, optimizer=optimizer, executor=executor)
        for _ in range(3)
        for x, t in parts(*clusters)
    ]
    means = [by_chunk.partial_fit(*clusters, optimizer=optimizer, batch_size=8, executor=executor) for _ in range(3)]
    assert losses == history.steps["loss"]
    assert means == pytest.approx(history["loss"], rel=1e-12)
    for net in (by_batch, by_chunk):
        assert np.array_equal(net.parameters.flat, whole.parameters.flat)
        assert net.training_state.step == whole.training_state.step == 12
    assert by_batch.metadata["training"]["steps"] == 12


@pytest.mark.parametrize("executor", EXECUTORS)
def test_fit_and_partial_fit_go_on_from_each_other(executor, clusters, classifier):
    settings = {"batch_size": 8, "shuffle": False, "executor": executor, "verbose": 0}
    whole, mixed = classifier(), classifier()
    whole.fit(*clusters, epochs=3, **settings)
    mixed.fit(*clusters, epochs=1, **settings)
    for x, t in parts(*clusters):
        mixed.partial_fit(x, t, executor=executor)
    mixed.fit(*clusters, epochs=1, resume=True, **settings)
    assert np.array_equal(mixed.parameters.flat, whole.parameters.flat)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_batches_of_any_size_weights_and_bytes(executor):
    rng = np.random.default_rng(2)
    pixels, t = rng.integers(0, 256, (20, 6)).astype(np.uint8), rng.integers(0, 2, 20)
    weight = rng.uniform(0.5, 2, 20)
    nets = [gn.Network([gn.Dense(6, 3), gn.Tanh(), gn.Dense(3, 2), gn.Softmax()]) for _ in range(2)]
    for rows in (slice(0, 5), slice(5, 7), slice(7, 8), slice(8, 20)):
        nets[0].partial_fit(
            pixels[rows], t[rows], scaling="unit", sample_weight=weight[rows], optimizer=gn.SGD(0.1), executor=executor
        )
        x = (pixels[rows] / np.float32(255)).astype(np.float32)
        nets[1].fit(x, t[rows], sample_weight=weight[rows], optimizer=gn.SGD(0.1), batch_size="full", epochs=1,
                    shuffle=False, executor="reference", verbose=0)  # fmt: skip
    assert np.allclose(nets[0].parameters.flat, nets[1].parameters.flat, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_last_batch_can_be_looked_at(executor, clusters, classifier):
    net = classifier()
    before = net.parameters.copies()
    loss = net.partial_fit(*clusters, executor=executor)
    batch = net.last_batch()
    assert float(batch["loss"]) == pytest.approx(loss, rel=1e-6)
    assert all(np.array_equal(batch.parameters[name], before[name]) for name in before)


@NEEDS_NUMBA
@pytest.mark.parametrize("copier", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["copy", "pickle"])
def test_a_copy_goes_on_alike(copier, clusters, classifier):
    net = classifier()
    net.partial_fit(*clusters, executor="compiled")
    other = copier(net)
    assert net.partial_fit(*clusters, executor="compiled") == other.partial_fit(*clusters, executor="compiled")
    assert np.array_equal(net.parameters.flat, other.parameters.flat)


def test_the_rate_may_change_and_the_kind_may_not(clusters, classifier):
    net = classifier()
    net.partial_fit(*clusters, optimizer=gn.Momentum(0.1))
    v = net.training_state.slots["W1"]["v"]
    net.partial_fit(*clusters, optimizer=gn.Momentum(0.01))
    assert net.training_state.slots["W1"]["v"] is v
    assert net.training_state.optimizer == gn.Momentum(0.01)
    with pytest.raises(gn.GlassnetError, match=r"partial_fit must go on with .* Momentum.*net.training_state = None"):
        net.partial_fit(*clusters, optimizer=gn.Adam())
    net.training_state = None
    net.partial_fit(*clusters, optimizer=gn.Adam())
    assert net.training_state.step == 1


def test_a_schedule_is_refused(clusters, classifier):
    with pytest.raises(gn.GlassnetError, match="must know how many steps there will be, and partial_fit does not"):
        classifier().partial_fit(*clusters, optimizer=gn.Adam(gn.schedules.Cosine(0.1)))


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_loss_that_is_not_finite_changes_nothing(executor, clusters, classifier):
    net = classifier()
    net.partial_fit(*clusters, executor=executor)
    net.parameters["W2"][0, 0] = np.nan
    before = net.parameters.flat.copy()
    with pytest.warns(NotFiniteWarning, match="W2 was not finite") as caught:
        assert np.isnan(net.partial_fit(*clusters, executor=executor))
    assert caught[0].filename == __file__
    assert np.array_equal(net.parameters.flat, before, equal_nan=True)
    assert net.training_state.step == 1


PROGRAM = """
import os
import numpy as np
import glassnet as gn
x, t = np.random.default_rng(0).normal(size=(50, 30)), np.arange(50) % 2
net = gn.Network([gn.Dense(30, 20), gn.Tanh(), gn.Dense(20, 2), gn.Softmax()])
print(net.partial_fit(x, t, executor="compiled", threads=2) > 0, flush=True)
if hasattr(os, "fork") and os.fork() == 0:  # a child has none of its parent's threads
    print(net.partial_fit(x, t, executor="compiled", threads=2) > 0, flush=True)
    os._exit(0)
if hasattr(os, "wait"):
    os.wait()
print(net.partial_fit(x, t, executor="compiled", threads=2) > 0, flush=True)
"""


@NEEDS_NUMBA
def test_its_threads_end_with_the_program():
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PROGRAM]  # Python warns of forks with threads
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (result.returncode, result.stdout.split()) == (0, ["True"] * 3), result.stderr


def test_bad_data_changes_nothing(clusters, classifier):
    net, (x, t) = classifier(), clusters
    before = net.parameters.flat.copy()
    for bad_x, bad_t in ((x[:, :1], t), (x, t[:5]), (x * np.nan, t), (x, t + 5), (x[:0], t[:0])):
        with pytest.raises(gn.GlassnetError):
            net.partial_fit(bad_x, bad_t)
    assert np.array_equal(net.parameters.flat, before)
    assert net.training_state is None
