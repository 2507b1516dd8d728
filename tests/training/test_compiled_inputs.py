"""Nan and inf among the inputs of a compiled training: found as batches are brought together, refused as ever."""

import itertools

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

import glassnet as gn
from glassnet.mathematics.checks import DataError

ROWS, N_IN = 203, 40


def training_data(*, share=1.0, dtype=np.float32):
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(ROWS, N_IN)) * (rng.random((ROWS, N_IN)) < share)).astype(dtype)
    return x, rng.integers(0, 3, ROWS)


def network(seed=0):
    layers = [gn.BatchNorm(), gn.Dense(N_IN, 64), gn.Sigmoid(), gn.Dense(64, 3), gn.Softmax()]
    return gn.Network(layers[seed % 2 :], seed=seed)


def fit(net, x, t, **options):
    return net.fit(
        x, t, **{"epochs": 2, "batch_size": 10, "executor": "compiled", "threads": 2, "verbose": 0} | options
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (77, 39), (ROWS - 1, 5)])
@pytest.mark.parametrize("share", [1.0, 0.1])  # 0.1: lists of what is not 0
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_they_are_refused_in_the_same_words_and_nothing_was_trained(bad, row, column, share, dtype):
    x, t = training_data(share=share, dtype=dtype)
    x[row, column] = bad
    for seed in (0, 1):
        net = network(seed)
        net.metadata["own"] = "note"
        before, state = net.parameters.flat.copy(), net.state.flat.copy()
        with pytest.raises(DataError, match=rf"x must be finite, got {bad} at \[{row}, {column}\]"):
            fit(net, x, t)
        np.testing.assert_array_equal(net.parameters.flat, before)
        np.testing.assert_array_equal(net.state.flat, state)
        assert net.metadata == {"own": "note"}
        with pytest.raises(gn.GlassnetError):
            net.last_batch()


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize(("batch_size", "rows"), [(2, 8), (4, 64), (6, 61), (10, 64), (12, 26), (100, 102), (100, 107)])
@pytest.mark.parametrize("share", [1.0, 0.1])
def test_in_short_batches_whichever_thread_finds_them(threads, batch_size, rows, share):
    """Behind a sigmoid an inf is 0 or 1, and shows in nothing that follows."""
    x, t = training_data(share=share)
    x, t = x[:rows], t[:rows]
    for row, column in itertools.product((0, rows - 1), (0, N_IN - 1)):
        spoilt = x.copy()
        spoilt[row, column] = np.inf
        net = network(seed=1)
        before = net.parameters.flat.copy()
        with pytest.raises(DataError, match=rf"x must be finite, got inf at \[{row}, {column}\]"):
            fit(net, spoilt, t, batch_size=batch_size, threads=threads, shuffle=False)
        np.testing.assert_array_equal(net.parameters.flat, before)


@pytest.mark.parametrize(
    "options",
    [
        {"max_steps": 3},
        {"validation_fraction": 0.2},
        {"augmentation": lambda x, rng: x},
        {"batch_size": 1},
        {"batch_size": "full"},
        {"shuffle": False},
        {"executor": "reference"},
        {"executor": "auto"},
    ],
    ids=lambda options: " ".join(options) or "none",
)
def test_whatever_the_options_are(options):
    x, t = training_data()
    x[150, 3] = np.inf
    net = network()
    before = net.parameters.flat.copy()
    with pytest.raises(DataError, match=r"x must be finite, got inf at \[150, 3\]"):
        fit(net, x, t, **options)
    np.testing.assert_array_equal(net.parameters.flat, before)


def test_a_network_that_was_trained_before_is_left_as_it_was():
    x, t = training_data()
    net = network()
    fit(net, x, t)
    before, left = net.parameters.flat.copy(), net.metadata["training"]
    spoilt = x.copy()
    spoilt[ROWS - 1] = np.nan
    for options in ({}, {"resume": True}):
        with pytest.raises(DataError, match="x must be finite"):
            fit(net, spoilt, t, **options)
        np.testing.assert_array_equal(net.parameters.flat, before)
        assert net.metadata["training"] == left
    fit(net, x, t, resume=True)
    twin = network()
    fit(twin, x, t)
    fit(twin, x, t, resume=True)
    np.testing.assert_array_equal(net.parameters.flat, twin.parameters.flat)


def test_a_training_whose_inputs_are_good_says_why_it_diverges():
    x, t = training_data()
    with pytest.warns(RuntimeWarning, match=r"not finite: step \d+"):
        history = fit(gn.Network([gn.Dense(N_IN, 3)], "mean_squared_error"), x, np.eye(3)[t], optimizer=gn.SGD(1e20))
    assert history.stopped.startswith("not finite")
