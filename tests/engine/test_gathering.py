"""The rows of a batch, brought together from data of every kind."""

import itertools

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

from glassnet.engine import ahead
from glassnet.engine.codes import ASKS, BLOCKS, BYTES, FLOAT32, FLOAT64, IN_PLACE, LISTS, PARTS, SOURCES, X_PARTS
from glassnet.engine.gathering import block_begin, gather, rows_of_part
from glassnet.engine.sparse_rows import GROUP, blocks_of
from glassnet.engine.vectors import MACHINE

NO_ORDER = np.zeros(0, np.int64)


def gathered(
    called, data, kind, dtype, order, start, rows, *, listed=None, sparse=0, copies=True, weighted=True, capacity=6
):
    """Return X, t, the weights, where the rows' sources are, where X is, and the queue.

    Rows of a batch of 6, or another capacity, were brought together; `sparse` is how many parts X has, if it has lists.
    """
    n_in = data.shape[1]
    numbers = np.linspace(0, 1, 256).astype(dtype)
    t, weights = np.arange(len(data) * 3).reshape(-1, 3).astype(dtype), np.arange(len(data)).astype(dtype)
    x, own_t, own_weights = (np.full(shape, -1, dtype) for shape in [(capacity, n_in), (capacity, 3), capacity])
    where = np.array([x.ctypes.data, own_t.ctypes.data, own_weights.ctypes.data])
    sources, queue = np.zeros((max(1, sparse), capacity), np.int64), np.zeros(30, np.int64)
    addresses = np.array([data.ctypes.data, kind, numbers.ctypes.data, t.ctypes.data, weights.ctypes.data, 0])
    context = np.array([0, x.itemsize, 0, x.ctypes.data, 1, 2 if weighted else -1, -1, capacity, queue.ctypes.data])
    lists = np.zeros(LISTS, np.int64)
    if sparse:
        lists[[SOURCES, BLOCKS, ASKS, X_PARTS]] = sources.ctypes.data, blocks_of(n_in), 4, sparse
    columns = np.array([n_in, 3, 1])
    following = max(0, min(capacity, len(order) - start - capacity))
    listed, n = listed or rows, capacity
    called(gather)(
        addresses, order, start, rows, listed, n, n, following, where, columns, context, lists, copies, dtype(0),
    )  # fmt: skip
    return x, own_t, own_weights, sources, where[0], queue


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("kind", "stored"), [(FLOAT32, np.float32), (FLOAT64, np.float64), (BYTES, np.uint8)])
@pytest.mark.parametrize("shuffled", [True, False])
def test_rows_come_in_their_order_and_in_the_networks_type(called, dtype, kind, stored, shuffled):
    rng = np.random.default_rng(0)
    data = rng.integers(0, 256, (20, 7)).astype(stored)
    order = rng.permutation(20).astype(np.int64) if shuffled else NO_ORDER
    x, t, weights, *_ = gathered(called, data, kind, dtype, order, 5, (1, 4))
    chosen = order[6:9] if shuffled else np.arange(6, 9)
    expected = np.linspace(0, 1, 256).astype(dtype)[data[chosen]] if stored == np.uint8 else data[chosen].astype(dtype)
    np.testing.assert_array_equal(x[1:4], expected)
    np.testing.assert_array_equal(t[1:4], chosen[:, None] * 3 + np.arange(3))
    np.testing.assert_array_equal(weights[1:4], chosen)
    for array in (x, t, weights):  # other threads' rows
        assert (array[[0, 4, 5]] == -1).all()


def test_rows_in_place_are_not_copied(called):
    data = np.arange(60, dtype=np.float32).reshape(20, 3)
    x, _, _, _, where, _ = gathered(called, data, IN_PLACE, np.float32, NO_ORDER, 12, (0, 6))
    assert (x == -1).all()
    assert where == data[12:].ctypes.data


@pytest.mark.parametrize("copies", [True, False])
def test_lists_may_be_made_of_the_data_itself(called, copies):
    data, order = np.arange(60, dtype=np.float32).reshape(20, 3), np.arange(20)[::-1].copy()
    x, _, _, sources, *_ = gathered(called, data, FLOAT32, np.float32, order, 2, (0, 6), sparse=1, copies=copies)
    np.testing.assert_array_equal(sources[0], data.ctypes.data + order[2:8] * 12)
    np.testing.assert_array_equal(x, data[order[2:8]] if copies else -1)


@pytest.mark.parametrize("copies", [True, False])
def test_lists_of_data_of_another_type_are_made_of_the_copy(called, copies):
    data, order = np.arange(60, dtype=np.uint8).reshape(20, 3), np.arange(20)
    x, _, _, sources, where, _ = gathered(called, data, BYTES, np.float32, order, 2, (0, 6), sparse=1, copies=copies)
    np.testing.assert_array_equal(sources[0], where + np.arange(6) * 12)
    np.testing.assert_array_equal(x, np.linspace(0, 1, 256).astype(np.float32)[data[2:8]])


@pytest.mark.parametrize("copies", [True, False])
@pytest.mark.parametrize("order", [np.arange(20)[::-1].copy(), NO_ORDER])
def test_a_batch_of_one_row_is_read_where_it_stands(called, order, copies):
    data = np.arange(60, dtype=np.float32).reshape(20, 3)
    x, t, _, _, where, _ = gathered(called, data, FLOAT32, np.float32, order, 2, (0, 1), copies=copies, capacity=1)
    row = 17 if len(order) else 2
    assert where == (x if copies else data[row]).ctypes.data
    np.testing.assert_array_equal(x[0], data[row] if copies else -1)
    assert t[0, 0] == 3 * row


def test_of_parts_a_thread_brings_its_rows_and_asks_for_the_next_ones(called):
    """Rows 4 and 5 of the first part, which ends with a whole group, and rows 0 to 3 of the second one."""
    n_in = 100
    data, order = np.arange(20 * n_in, dtype=np.float32).reshape(20, n_in), np.arange(20)[::-1].copy()
    x, _, _, sources, _, queue = gathered(
        called, data, FLOAT32, np.float32, order, 2, (0, 3), listed=(4, -(-6 // GROUP) * GROUP + 4), sparse=PARTS
    )
    middle = block_begin.py_func(blocks_of(n_in) // PARTS, blocks_of(n_in), n_in, 4)
    expected, addresses = np.full_like(x, -1), data.ctypes.data + order * n_in * 4
    expected[4:, :middle] = data[order[6:8], :middle]
    expected[:4, middle:] = data[order[2:6], middle:]
    np.testing.assert_array_equal(x, expected)
    np.testing.assert_array_equal(sources[0, 4:], addresses[6:8])
    np.testing.assert_array_equal(sources[1, :4], addresses[2:6])
    assert not sources[0, :4].any()
    np.testing.assert_array_equal(queue[ahead.ROWS :][:6], [*addresses[12:14], *(addresses[8:12] + 4 * middle)])
    assert queue[ahead.END] - queue.ctypes.data == 8 * (ahead.ROWS + 6)


@pytest.mark.parametrize("n", [1, 4, 5, 100])
@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_every_row_of_every_part_is_one_threads(called, n, threads):
    groups = PARTS * -(-n // GROUP)
    ends = [groups * thread // threads * GROUP for thread in range(threads + 1)]
    for part in range(PARTS):
        rows = [called(rows_of_part)((*block, 0, 9), part, PARTS, n) for block in itertools.pairwise(ends)]
        assert [i for first, last in rows for i in range(first, last)] == list(range(n))
    assert called(rows_of_part)((2, 5, 0, 9), 0, 1, n) == (2, max(2, min(5, n)))


@pytest.mark.parametrize(("n_in", "blocks"), [(784, 8), (1, 1), (33, 2), (100, 3)])
@pytest.mark.parametrize("size", [4, 8])
def test_blocks_are_whole_vectors_and_make_up_all_columns(called, n_in, blocks, size):
    begins = [called(block_begin)(k, blocks, n_in, size) for k in range(blocks + 1)]
    assert begins[0] == 0
    assert begins[-1] == n_in
    assert begins == sorted(begins)
    assert all(begin % (MACHINE.bytes // size) == 0 for begin in begins[:-1])
