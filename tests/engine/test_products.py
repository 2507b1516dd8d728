"""Dense matrix products, against NumPy's."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

from glassnet.engine.products import DEPTH, PANEL_BYTES, multiply
from glassnet.engine.tiles import ADD, BIAS, PLAIN

SHAPES = [
    (1, 1, 1), (3, 10, 5), (29, 33, 1), (1, 100, 50), (17, 1, 40), (14, 32, DEPTH), (15, 31, DEPTH + 1),
    (17, 100, 2 * DEPTH + 76), (40, 300, 1100), (2, 700, 17), (31, 20, 2048), (2048, 40, 31),
]  # fmt: skip


def product(called, a, b, c, *, alpha=1, beta=0, mode=PLAIN, bias=None, transposed_a=False, transposed_b=False):
    """Return C after a product of the matrices as they stand in memory."""
    dtype, result = c.dtype.type, c.copy()
    panel, queue = np.full(PANEL_BYTES + 64, 255, np.uint8), np.zeros(16, np.int64)
    queue[:2] = queue.ctypes.data  # nothing to ask for
    depth = a.shape[0] if transposed_a else a.shape[1]
    rows, columns = (1, a.shape[1]) if transposed_a else (a.shape[1], 1)
    called(multiply)(
        *(*c.shape, depth, a.ctypes.data, rows, columns, b.ctypes.data, b.shape[1], result.ctypes.data, c.shape[1]),
        *(dtype(alpha), dtype(beta), mode, 0 if bias is None else bias.ctypes.data),
        *(panel.ctypes.data, c.itemsize, transposed_b, queue.ctypes.data),
    )
    return result


@pytest.fixture(params=[np.float32, np.float64])
def close(request):
    """Return the type of numbers, and a function that compares with what was computed more exactly."""
    tolerance = {"rtol": 1e-4, "atol": 2e-4} if request.param == np.float32 else {"rtol": 1e-10, "atol": 1e-10}
    return request.param, lambda actual, expected: np.testing.assert_allclose(actual, expected, **tolerance)


@pytest.mark.parametrize(("m", "n", "depth"), SHAPES)
def test_products_are_numpys(called, close, m, n, depth):
    dtype, agree = close
    rng = np.random.default_rng(m * n + depth)
    a, b, c = (rng.normal(size=shape).astype(dtype) for shape in [(m, depth), (depth, n), (m, n)])
    bias = rng.normal(size=n).astype(dtype)
    exact = a.astype(float) @ b.astype(float)
    a_transposed, b_transposed = np.ascontiguousarray(a.T), np.ascontiguousarray(b.T)
    nothing = np.full_like(c, np.nan)
    agree(product(called, a, b, nothing), exact)
    agree(product(called, a, b, nothing, mode=BIAS, bias=bias), exact + bias)
    agree(product(called, a, b_transposed, nothing, alpha=2, transposed_b=True), 2 * exact)
    options = {"alpha": -0.3, "beta": 0.9, "mode": ADD, "transposed_a": True}
    agree(product(called, a_transposed, b, c, **options), 0.9 * c.astype(float) - 0.3 * exact)


def test_a_factor_of_0_leaves_c(called, close):
    dtype, agree = close
    rng = np.random.default_rng(2)
    a, b, c = (rng.normal(size=shape).astype(dtype) for shape in [(2 * DEPTH, 20), (2 * DEPTH, 40), (20, 40)])
    agree(product(called, a, b, c, alpha=0, beta=1, mode=ADD, transposed_a=True), c)


def test_a_sum_does_not_depend_on_which_block_it_is_computed_in(called):
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(45, 700)).astype(np.float32), rng.normal(size=(700, 90)).astype(np.float32)
    whole = product(called, a, b, np.zeros((45, 90), np.float32))
    rows = product(called, np.ascontiguousarray(a[20:]), b, np.zeros((25, 90), np.float32))
    columns = product(called, a, np.ascontiguousarray(b[:, 64:]), np.zeros((45, 26), np.float32))
    np.testing.assert_array_equal(whole[20:], rows)
    np.testing.assert_array_equal(whole[:, 64:], columns)
