"""Products with a matrix that is mostly zeros, against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)


from numba import njit

from glassnet.engine.gathering import block_begin
from glassnet.engine.sparse_rows import (
    GROUP,
    PANEL_BYTES,
    add_product,
    add_transposed_product,
    blocks_of,
    list_columns,
)


def _both(sources, w, bias, dz, c, begins, lists, values, panel, alpha, beta, z, queue):
    """Make Z = X @ W + b and C ← β C + α Xᵀ dZ, block after block."""
    n, n_in, n_out = len(z), *w.shape
    size, blocks, room = w.itemsize, begins.shape[1] - 1, lists.shape[1]
    for i in range(0, n, GROUP):
        end = 0
        for k in range(blocks):
            begins[i // GROUP, k] = end
            end = list_columns(
                alpha, n - i, block_begin(k, blocks, n_in, size), block_begin(k + 1, blocks, n_in, size),
                sources.ctypes.data + i * 8, lists.ctypes.data + i // GROUP * room * 4,
                values.ctypes.data + i * room * size, room, end,
            )  # fmt: skip
        begins[i // GROUP, blocks] = end
    for at in range(0, n_out, PANEL_BYTES // size):
        width = min(PANEL_BYTES // size, n_out - at)
        for k in range(blocks):
            first, last = block_begin(k, blocks, n_in, size), block_begin(k + 1, blocks, n_in, size)
            add_product(
                alpha, n, last - first, begins.ctypes.data + k * 4, blocks + 1, lists.ctypes.data, values.ctypes.data,
                room, first, w.ctypes.data + (first * n_out + at) * size, n_out, panel.ctypes.data,
                z.ctypes.data + at * size, n_out, width, bias.ctypes.data + at * size if k == 0 else 0,
                queue.ctypes.data,
            )  # fmt: skip
            add_transposed_product(
                alpha, beta, n, last - first, begins.ctypes.data + k * 4, blocks + 1, lists.ctypes.data,
                values.ctypes.data, room, first, dz.ctypes.data + at * size, n_out, panel.ctypes.data,
                c.ctypes.data + (first * n_out + at) * size, n_out, width, queue.ctypes.data,
            )  # fmt: skip


both = njit(nogil=True)(_both)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("n", "n_in", "n_out"),
    [(1, 1, 1), (17, 20, 50), (2, 5, 3), (7, 300, 70), (8, 784, 50), (9, 97, 129), (100, 33, 17)],
)
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_products_are_numpys(dtype, n, n_in, n_out, share):
    rng = np.random.default_rng(n * n_in + n_out)
    x = (rng.normal(size=(n, n_in)) * (rng.random((n, n_in)) < share)).astype(dtype)
    w, dz, c = (rng.normal(size=shape).astype(dtype) for shape in [(n_in, n_out), (n, n_out), (n_in, n_out)])
    bias, z = rng.normal(size=n_out).astype(dtype), np.full((n, n_out), np.nan, dtype)
    begins = np.zeros((-(-n // GROUP) + 1, blocks_of(n_in) + 1), np.int32)
    lists = np.full((len(begins) - 1, n_in + 32), -1, np.int32)
    values = np.full((n, n_in + 32), np.nan, dtype)
    sources = x.ctypes.data + np.arange(n) * x.strides[0]
    panel = np.full((n_in + 16) * PANEL_BYTES, 255, np.uint8)
    queue = np.zeros(16, np.int64)
    queue[:2] = queue.ctypes.data  # nothing to ask for
    before = c.copy()
    both(sources, w, bias, dz, c, begins, lists, values, panel, dtype(-0.3), dtype(0.9), z, queue)
    tolerance = {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-11, "atol": 1e-11}
    wide = x.astype(np.float64)
    np.testing.assert_allclose(z, wide @ w + bias, **tolerance)
    np.testing.assert_allclose(c, 0.9 * before - 0.3 * (wide.T @ dz), **tolerance)
    for group, row in enumerate(lists):
        wanted = np.flatnonzero(x[group * GROUP : (group + 1) * GROUP].any(axis=0))
        np.testing.assert_array_equal(row[: begins[group, -1]], wanted)
        for i in range(group * GROUP, min(n, group * GROUP + GROUP)):
            np.testing.assert_array_equal(values[i, : len(wanted)], x[i, wanted])
