"""Products with a matrix that is mostly zeros, against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)


from numba import njit

from glassnet.engine.gathering import block_begin
from glassnet.engine.panels import PANEL_BYTES
from glassnet.engine.sparse_rows import (
    FROM_ZERO,
    GROUP,
    add_product,
    add_transposed_product,
    blocks_of,
    list_columns,
)


def _both(sources, w, w_row, bias, dz, c, counts, lists, panel, alpha, beta, z, queue):
    """Make Z = X @ W + b and C ← β C + α Xᵀ dZ, block after block; W and C have rows of `w_row` numbers."""
    n, n_in, n_out = len(z), len(w), dz.shape[1]
    size, (blocks, groups, room) = w.itemsize, lists.shape
    finite = True
    for i in range(0, n, GROUP):
        for k in range(blocks):
            counts[k, i // GROUP], good = list_columns(
                alpha, n - i, block_begin(k, blocks, n_in, size), block_begin(k + 1, blocks, n_in, size),
                sources.ctypes.data + i * 8, lists.ctypes.data + (k * groups + i // GROUP) * room * 4,
            )  # fmt: skip
            finite &= good != 0
    for at in range(0, n_out, PANEL_BYTES // size):
        width = min(PANEL_BYTES // size, n_out - at)
        for k in range(blocks):
            first, last = block_begin(k, blocks, n_in, size), block_begin(k + 1, blocks, n_in, size)
            start = 0
            if k == 0:
                start = bias.ctypes.data + at * size if len(bias) else FROM_ZERO
            listed = lists.ctypes.data + k * groups * room * 4
            add_product(
                alpha, n, last - first, counts.ctypes.data + k * groups * 4, listed, room, sources.ctypes.data, first,
                w.ctypes.data + (first * w_row + at) * size, w_row, panel.ctypes.data, z.ctypes.data + at * size, n_out,
                width, start, queue.ctypes.data,
            )  # fmt: skip
            add_transposed_product(
                alpha, beta, n, last - first, counts.ctypes.data + k * groups * 4, listed, room, sources.ctypes.data,
                first, dz.ctypes.data + at * size, n_out, panel.ctypes.data,
                c.ctypes.data + (first * w_row + at) * size, w_row, width, queue.ctypes.data,
            )  # fmt: skip
    return finite


both = njit(nogil=True)(_both)


class Products:
    """Both products of a matrix X."""

    def __init__(self, x, n_out, rng, *, w_row=None, with_bias=True):
        (n, n_in), dtype = x.shape, x.dtype
        w_row = w_row or n_out
        self.x = x
        self.w, self.c = (rng.normal(size=(n_in, w_row)).astype(dtype) for _ in range(2))
        self.dz = rng.normal(size=(n, n_out)).astype(dtype)
        self.bias = rng.normal(size=n_out if with_bias else 0).astype(dtype)
        self.z = np.full((n, n_out), np.nan, dtype)
        groups, blocks = -(-n // GROUP), blocks_of(n_in)
        self.counts = np.zeros((blocks, groups), np.int32)
        self.lists = np.full((blocks, groups, n_in + 32), -1, np.int32)

    def run(self, alpha, beta):
        """Make the products; return whether all of X is finite."""
        sources = self.x.ctypes.data + np.arange(len(self.x)) * self.x.strides[0]
        panel = np.full((self.x.shape[1] + 16) * PANEL_BYTES, 255, np.uint8)
        queue = np.zeros(16, np.int64)
        queue[:2] = queue.ctypes.data  # nothing to ask for
        alpha, beta = (self.x.dtype.type(value) for value in (alpha, beta))
        return both(sources, self.w, self.w.shape[1], self.bias, self.dz, self.c, self.counts, self.lists, panel, alpha,
                    beta, self.z, queue)  # fmt: skip


def matrix(n, n_in, share, dtype, rng):
    return (rng.normal(size=(n, n_in)) * (rng.random((n, n_in)) < share)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("n", "n_in", "n_out"),
    [(1, 1, 1), (17, 20, 50), (2, 5, 3), (7, 300, 70), (8, 784, 50), (9, 97, 129), (100, 33, 17)],
)
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("beta", [0.0, 0.9, 1.0])
@pytest.mark.parametrize("with_bias", [True, False])
def test_products_are_numpys(dtype, n, n_in, n_out, share, beta, with_bias):
    rng = np.random.default_rng(n * n_in + n_out)
    x = matrix(n, n_in, share, dtype, rng)
    for w_row in (n_out, PANEL_BYTES // x.itemsize):  # as a panel, W is worked on where it stands
        if w_row < n_out:
            continue
        products = Products(x, n_out, rng, w_row=w_row, with_bias=with_bias)
        if not beta:
            products.c[:] = np.nan
        before = products.c.copy()
        assert products.run(-0.3, beta)
        tolerance = {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-11, "atol": 1e-11}
        wide, own = x.astype(np.float64), slice(n_out)
        bias = products.bias if with_bias else 0
        np.testing.assert_allclose(products.z, wide @ products.w[:, own] + bias, **tolerance)
        kept = beta * before[:, own] if beta else 0
        np.testing.assert_allclose(products.c[:, own], kept - 0.3 * (wide.T @ products.dz), **tolerance)
        np.testing.assert_array_equal(products.c[:, n_out:], before[:, n_out:])


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
@pytest.mark.parametrize("n_in", [1, 97, 784])
def test_lists_hold_the_columns_in_which_any_row_of_a_group_is_not_0(dtype, n_in):
    rng = np.random.default_rng(n_in)
    x = matrix(11, n_in, 0.2, dtype, rng)
    products = Products(x, 3, rng)
    products.run(1, 1)
    for group in range(3):
        wanted = np.flatnonzero(x[group * GROUP : (group + 1) * GROUP].any(axis=0))
        found = [row[:count] for row, count in zip(products.lists[:, group], products.counts[:, group], strict=True)]
        np.testing.assert_array_equal(np.concatenate(found), wanted)


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (4, 50), (6, 99)])
def test_what_is_not_finite_is_found_while_listing(dtype, wrong, place):
    rng = np.random.default_rng(0)
    x = matrix(7, 100, 0.2, dtype, rng)
    x[place] = wrong
    assert not Products(x, 3, rng).run(1, 1)
