"""The rows of a batch, brought together from data of every kind."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

from glassnet.engine.codes import BYTES, FLOAT32, FLOAT64, IN_PLACE
from glassnet.engine.gathering import block_begin, gather
from glassnet.engine.vectors import MACHINE

NO_ORDER = np.zeros(0, np.int64)


def gathered(called, data, kind, dtype, order, start, rows, *, sparse=False, copies=True, weighted=True):
    """Return X, t, the weights and where the rows' sources are, after rows of a batch of 6 were brought together."""
    n_in, capacity = data.shape[1], 6
    numbers = np.linspace(0, 1, 256).astype(dtype)
    t, weights = np.arange(len(data) * 3).reshape(-1, 3).astype(dtype), np.arange(len(data)).astype(dtype)
    x, own_t, own_weights = (np.full(shape, -1, dtype) for shape in [(capacity, n_in), (capacity, 3), capacity])
    where = np.array([x.ctypes.data, own_t.ctypes.data, own_weights.ctypes.data])
    sources, queue = np.zeros(capacity, np.int64), np.zeros(30, np.int64)
    addresses = np.array([data.ctypes.data, kind, numbers.ctypes.data, t.ctypes.data, weights.ctypes.data, 0])
    context = np.array([0, x.itemsize, 0, x.ctypes.data, 1, 2 if weighted else -1, -1, capacity, queue.ctypes.data])
    lists = np.array([0, 0, 0, 0, 0, sources.ctypes.data if sparse else 0, 3])
    columns = np.array([n_in, 3, 1])
    following = max(0, min(6, len(order) - start - 6))
    called(gather)(
        addresses, order, start, rows, 6, following, where, columns, context, lists, copies, dtype(0),
    )  # fmt: skip
    return x, own_t, own_weights, sources, where[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("kind", "stored"), [(FLOAT32, np.float32), (FLOAT64, np.float64), (BYTES, np.uint8)])
@pytest.mark.parametrize("shuffled", [True, False])
def test_rows_come_in_their_order_and_in_the_networks_type(called, dtype, kind, stored, shuffled):
    rng = np.random.default_rng(0)
    data = rng.integers(0, 256, (20, 7)).astype(stored)
    order = rng.permutation(20).astype(np.int64) if shuffled else NO_ORDER
    x, t, weights, _, _ = gathered(called, data, kind, dtype, order, 5, (1, 4))
    chosen = order[6:9] if shuffled else np.arange(6, 9)
    expected = np.linspace(0, 1, 256).astype(dtype)[data[chosen]] if stored == np.uint8 else data[chosen].astype(dtype)
    np.testing.assert_array_equal(x[1:4], expected)
    np.testing.assert_array_equal(t[1:4], chosen[:, None] * 3 + np.arange(3))
    np.testing.assert_array_equal(weights[1:4], chosen)
    for array in (x, t, weights):  # other threads' rows
        assert (array[[0, 4, 5]] == -1).all()


def test_rows_in_place_are_not_copied(called):
    data = np.arange(60, dtype=np.float32).reshape(20, 3)
    x, _, _, _, where = gathered(called, data, IN_PLACE, np.float32, NO_ORDER, 12, (0, 6))
    assert (x == -1).all()
    assert where == data[12:].ctypes.data


@pytest.mark.parametrize("copies", [True, False])
def test_lists_may_be_made_of_the_data_itself(called, copies):
    data, order = np.arange(60, dtype=np.float32).reshape(20, 3), np.arange(20)[::-1].copy()
    x, _, _, sources, _ = gathered(called, data, FLOAT32, np.float32, order, 2, (0, 6), sparse=True, copies=copies)
    np.testing.assert_array_equal(sources, data.ctypes.data + order[2:8] * 12)
    np.testing.assert_array_equal(x, data[order[2:8]] if copies else -1)


@pytest.mark.parametrize("copies", [True, False])
def test_lists_of_data_of_another_type_are_made_of_the_copy(called, copies):
    data, order = np.arange(60, dtype=np.uint8).reshape(20, 3), np.arange(20)
    x, _, _, sources, where = gathered(called, data, BYTES, np.float32, order, 2, (0, 6), sparse=True, copies=copies)
    np.testing.assert_array_equal(sources, where + np.arange(6) * 12)
    np.testing.assert_array_equal(x, np.linspace(0, 1, 256).astype(np.float32)[data[2:8]])


@pytest.mark.parametrize(("n_in", "blocks"), [(784, 8), (1, 1), (33, 2), (100, 3)])
@pytest.mark.parametrize("size", [4, 8])
def test_blocks_are_whole_vectors_and_make_up_all_columns(called, n_in, blocks, size):
    begins = [called(block_begin)(k, blocks, n_in, size) for k in range(blocks + 1)]
    assert begins[0] == 0
    assert begins[-1] == n_in
    assert begins == sorted(begins)
    assert all(begin % (MACHINE.bytes // size) == 0 for begin in begins[:-1])
