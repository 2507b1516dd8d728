"""Prediction of one row at a time: the same numbers, in an array of its own, and whatever is no such row handed on."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

import glassnet as gn
from glassnet.engine.predictor import RowPredictor, can_predict_rows
from glassnet.network import reference


class HandedOnError(Exception):
    pass


def refuse(x):
    raise HandedOnError


def rows_of(network, count=20):
    x = np.random.default_rng(1).normal(size=(count, 1, network.n_in)).astype(network.dtype)
    x[:, :, ::3] = 0  # what is 0 is left out
    return x


def test_rows_are_those_of_the_reference(network):
    rng = np.random.default_rng(0)
    for array in network.state.values():
        array[...] = rng.uniform(0.5, 2, array.shape)
    maxout = any(isinstance(layer, gn.Maxout) for layer in network.layers)
    assert can_predict_rows(network) != maxout
    if maxout:
        return
    predictor = RowPredictor(network, refuse)
    rows = rows_of(network)
    found = [predictor(x) for x in rows]
    assert len({array.ctypes.data for array in found}) == len(found)
    for x, outputs in zip(rows, found, strict=True):
        np.testing.assert_allclose(outputs, reference.predict(network, x), rtol=1e-5, atol=1e-6)


@pytest.fixture(params=["float32", "float64"])
def small(request):
    return gn.Network([gn.Dense(7, 33), gn.ReLU(), gn.Dense(33, 3), gn.Softmax()], dtype=request.param)


def test_all_that_is_not_one_row_of_the_networks_type_is_handed_on(small):
    predictor = RowPredictor(small, refuse)
    x = np.ones((1, 7), small.dtype)
    predictor(x)
    other = "float64" if small.dtype == np.float32 else "float32"
    wide = np.ones((1, 14), small.dtype)[:, ::2]
    for given in (
        [[1.0] * 7],
        x[0],
        np.ones((2, 7), small.dtype),
        x.astype(other),
        x.astype(int),
        wide,
        None,
        x[:, :6],
    ):
        with pytest.raises(HandedOnError):
            predictor(given)


def test_what_is_not_finite_shows(small):
    predictor = RowPredictor(small, refuse)
    x = np.zeros((1, 7), small.dtype)
    x[0, 4] = np.nan
    assert np.isnan(predictor(x)).all()
    assert np.isfinite(predictor(np.zeros((1, 7), small.dtype))).all()


def test_changed_parameters_are_seen(small):
    predictor = RowPredictor(small, refuse)
    x = np.ones((1, 7), small.dtype)
    before = predictor(x)
    small.parameters["b2"] = [5.0, -1.0, 0.0]
    assert not np.array_equal(predictor(x), before)
    np.testing.assert_allclose(predictor(x), reference.predict(small, x), rtol=1e-5)


def test_threads_may_share_a_predictor(small):
    predictor = RowPredictor(small, refuse)
    rows = rows_of(small, 2000)
    expected = np.concatenate([predictor(x) for x in rows])
    with ThreadPoolExecutor(4) as pool:
        found = np.concatenate(list(pool.map(predictor, rows)))
    np.testing.assert_array_equal(found, expected)
