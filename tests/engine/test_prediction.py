"""Prediction and evaluation by the compiled executor, against the reference executor."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

import glassnet as gn
from glassnet.engine import prediction
from glassnet.engine.prediction import ROWS_AT_ONCE, Prediction, Shares, readable
from glassnet.mathematics.targets import right_answers
from glassnet.network import reference
from glassnet.network.reference import slices

ROWS = 2 * ROWS_AT_ONCE + 77
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


@pytest.fixture(autouse=True)
def _used(network):
    """Let the running statistics be those of a network that was trained."""
    rng = np.random.default_rng(0)
    for array in network.state.values():
        array[...] = rng.uniform(0.5, 2, array.shape)


def samples(network, rows, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, network.n_in)).astype(network.dtype)
    t = rng.random((rows, network.n_out)).astype(network.dtype)
    return x, t, rng.random(rows).astype(network.dtype)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("rows", [1, 5, ROWS_AT_ONCE, ROWS])
def test_outputs_are_those_of_the_reference(rows, sparse, network):
    x, _, _ = samples(network, rows)
    if sparse:
        x *= np.random.default_rng(2).random(x.shape) < 0.2
    program = Prediction(network, sparse=sparse)
    for _ in range(2):  # its memory is used again
        outputs = np.full((rows, network.n_out), np.nan, network.dtype)
        program.run(x, outputs=outputs)
        np.testing.assert_allclose(outputs, reference.predict(network, x), **CLOSE)


def test_rows_that_are_read_where_they_lie_are_never_written_to():
    network = gn.Network([gn.Dense(20, 40), gn.Softmax()])
    program, scaling = Prediction(network), (np.arange(256) / 255 * 0.99 + 0.01).astype(np.float32)
    x, _, _ = samples(network, ROWS)
    before = x.copy()
    program.run(x)
    levels = np.zeros((ROWS, 20), dtype=np.uint8)
    outputs = np.empty((ROWS, 2 * 20), dtype=np.float32)
    program.run(levels, table=scaling, outputs=outputs)  # it once brought these rows to where the others had lain
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(outputs, reference.predict(network, scaling[levels]), **CLOSE)


def test_threads_share_whole_slices_and_change_no_bit(network, monkeypatch):
    monkeypatch.setattr(prediction, "THREAD_WORK", 1)
    rows = 30 * ROWS_AT_ONCE + 5
    x, t, weights = samples(network, rows)
    program = Prediction(network, evaluates=True, weighted=True)
    found = []
    for threads in (1, 2, 3, 7):
        outputs = np.full((rows, network.n_out), np.nan, network.dtype)
        found.append((*program.run(x, t, weights, outputs=outputs, threads=threads), outputs))
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("slices", [0, 1, 3, 4, 5, 31, 157])
def test_shares_are_all_slices_and_none_is_more_than_fair(slices, threads):
    shares = list(Shares(slices, threads))
    assert [number for share in shares for number in range(*share)] == list(range(slices))
    assert all(last - first <= -(-slices // threads) for first, last in shares)


@pytest.mark.parametrize("weighted", [False, True])
def test_each_slice_has_its_mean_loss_and_right_answers(weighted, network):
    x, t, weights = samples(network, ROWS)
    given = weights if weighted else None
    losses, right = Prediction(network, evaluates=True, weighted=weighted).run(x, t, given)
    for part, loss, count in zip(slices(ROWS, ROWS_AT_ONCE), losses, right, strict=True):
        expected = reference.loss(network, x[part], t[part], sample_weight=None if given is None else given[part])
        assert loss == pytest.approx(expected, rel=1e-5)
        if network.output_kind != "values":
            outputs = reference.predict(network, x[part])
            assert abs(int(count) - right_answers(outputs, t[part]).sum()) <= 1  # two outputs may be nearly equal


def test_bytes_stand_for_the_numbers_of_a_table(network):
    rng = np.random.default_rng(2)
    x = rng.integers(0, 256, (50, network.n_in)).astype(np.uint8)
    table = rng.normal(size=256).astype(network.dtype)
    outputs = np.empty((50, network.n_out), network.dtype)
    Prediction(network).run(x, table=table, outputs=outputs)
    np.testing.assert_allclose(outputs, reference.predict(network, table[x]), **CLOSE)


def test_what_is_not_finite_shows_and_stops_nothing():
    network = gn.Network([gn.Dense(3, 2), gn.ELU()], "mean_squared_error")
    x, t, _ = samples(network, ROWS)
    x[5, 1] = np.nan
    losses, _ = Prediction(network, evaluates=True).run(x, t)
    assert np.isnan(losses[0])
    assert np.isfinite(losses[1:]).all()


def test_parameters_are_read_where_they_stand(network):
    x, _, _ = samples(network, 3)
    program, before, after = Prediction(network), *(np.empty((3, network.n_out), network.dtype) for _ in "ab")
    program.run(x, outputs=before)
    old = network.parameters.flat.copy()
    network.parameters.flat[:] *= 0.9
    program.run(x, outputs=after)
    np.testing.assert_allclose(after, reference.predict(network, x), **CLOSE)
    network.parameters.flat[:] = old
    assert not np.array_equal(before, after)


def test_inputs_are_read_as_they_stand_if_they_are_rows_of_the_right_type():
    x = np.zeros((4, 6), np.float32)
    assert readable(x, np.dtype("float32"))
    assert readable(x.astype(np.uint8), np.dtype("float32"))
    assert not readable(x, np.dtype("float64"))
    assert not readable(x[:, ::2], np.dtype("float32"))
    assert not readable(x.astype(np.float16), np.dtype("float32"))
