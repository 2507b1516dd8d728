"""The gradient of W column after column of X, against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

from glassnet.engine.marked_rows import COLUMNS, ROOM, ROWS, WORD, add_by_columns


def added(called, x, dz, c, alpha, beta, *, columns, units):
    """Return C after β·C + α·Xᵀ dZ for some columns of X and some of dZ."""
    dtype, result = x.dtype.type, c.copy()
    sources = x.ctypes.data + np.arange(len(x)) * x.strides[0]
    room = np.full(ROOM + 64, 255, np.uint8)
    (first, last), (left, right), size = columns, units, x.itemsize
    called(add_by_columns)(
        dtype(alpha), dtype(beta), len(x), first, last, sources.ctypes.data, dz.ctypes.data + left * size, dz.shape[1],
        result.ctypes.data + (first * c.shape[1] + left) * size, c.shape[1], right - left,
        room.ctypes.data + -room.ctypes.data % 64, size,
    )  # fmt: skip
    return result


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("n", "n_in", "n_out"),
    [(1, 1, 1), (17, 20, 50), (WORD // 2, 5, 3), (WORD + 1, 300, 70), (2 * ROWS + 5, 97, 129), (3, 2 * COLUMNS + 7, 33),
     (100, 784, 56)],
)  # fmt: skip
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("beta", [0.0, 0.9, 1.0])
def test_the_gradient_is_numpys(called, dtype, n, n_in, n_out, share, beta):
    rng = np.random.default_rng(n * n_in + n_out)
    x = (rng.normal(size=(n, n_in)) * (rng.random((n, n_in)) < share)).astype(dtype)
    dz, c = rng.normal(size=(n, n_out)).astype(dtype), rng.normal(size=(n_in, n_out)).astype(dtype)
    if not beta:
        c[:] = np.nan
    found = added(called, x, dz, c, -0.3, beta, columns=(0, n_in), units=(0, n_out))
    exact = (beta * c.astype(float) if beta else 0) - 0.3 * (x.astype(float).T @ dz.astype(float))
    tolerance = {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-11, "atol": 1e-11}
    np.testing.assert_allclose(found, exact, **tolerance)


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
def test_nothing_is_written_beside_the_columns_and_units_that_are_asked_for(called, dtype):
    rng = np.random.default_rng(0)
    x, dz, c = (rng.normal(size=shape).astype(dtype) for shape in [(70, 64), (70, 45), (64, 45)])
    found = added(called, x, dz, c, 1, 1, columns=(16, 41), units=(8, 29))
    expected = c.astype(float)
    expected[16:41, 8:29] += x.astype(float).T[16:41] @ dz.astype(float)[:, 8:29]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    outside = np.ones(c.shape, bool)
    outside[16:41, 8:29] = False
    np.testing.assert_array_equal(found[outside], c[outside])


def test_a_column_of_nothing_but_zeros_adds_nothing_even_to_slopes_that_are_not_finite(called):
    x, dz, c = np.zeros((9, 3), np.float32), np.full((9, 4), np.inf, np.float32), np.ones((3, 4), np.float32)
    np.testing.assert_array_equal(added(called, x, dz, c, 1, 1, columns=(0, 3), units=(0, 4)), c)
