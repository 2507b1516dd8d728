"""Sums and means over rows, and the steps of batch normalization, against the operations of the reference executor."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the kernels are compiled by Numba", exc_type=ImportError)

import glassnet.network.layers  # noqa: F401  # it fills the table of operations
from glassnet.engine.kernels import normalization
from glassnet.network.operations import OPERATIONS

EPS = 1e-5


def over_columns(kernel, inputs, per_column, expected, kernels, settings=()):
    """Check a kernel whose output has one number for each column; `expected` takes the rows of the block."""
    rows, columns = inputs[0].shape
    for r0, r1, c0, c1 in kernels.blocks(rows, columns):
        if r0 == r1 and kernel.__name__ in {"mean_of_rows", "variance_of_rows"}:
            continue  # no mean of nothing
        found = np.full((1, columns), kernels.UNTOUCHED, inputs[0].dtype)
        kernels.called(kernel)(*inputs, *per_column, found[0], r0, r1, c0, c1, *settings)
        right = expected(*(array[r0:r1] for array in inputs), *per_column)[None]
        kernels.assert_block(found, right, (0, 1, c0, c1), kernel.__name__)


@pytest.mark.parametrize("special", [[], [np.inf, np.nan, 1000, 0]])
def test_sums_and_statistics_over_the_rows(special, dtype, kernels):
    rng = np.random.default_rng(0)
    for shape in kernels.SHAPES:
        x, y = kernels.numbers(rng, shape, dtype, special), kernels.numbers(rng, shape, dtype, special)
        mean = x.mean(axis=0)
        over_columns(normalization.sum_of_rows, [x], [], OPERATIONS["sum_of_rows"], kernels)
        over_columns(normalization.sum_of_products, [x, y], [], OPERATIONS["sum_of_products"], kernels)
        over_columns(normalization.mean_of_rows, [x], [], OPERATIONS["mean_of_rows"], kernels)
        over_columns(normalization.variance_of_rows, [x], [mean], OPERATIONS["variance_of_rows"], kernels)


def test_normalizing_scaling_and_shifting(dtype, kernels):
    rng = np.random.default_rng(2)
    for shape in kernels.SHAPES:
        x = kernels.numbers(rng, shape, dtype)
        mean, gamma, beta = (kernels.numbers(rng, shape[1], dtype, []) for _ in range(3))
        variance = rng.uniform(0, 2, shape[1]).astype(dtype)
        variance[::5] = 0
        normalized = OPERATIONS["normalize"](x, mean, variance, eps=EPS)
        kernels.check(normalization.normalize, [x, mean, variance], normalized, [EPS])
        shifted = OPERATIONS["scale_and_shift"](x, gamma, beta)
        kernels.check(normalization.scale_and_shift, [x, gamma, beta], shifted, tolerance=kernels.TOLERANCE)
        kernels.check(normalization.scale, [x, gamma], OPERATIONS["multiply"](x, gamma))
        kernels.check(normalization.unscale, [x, variance], OPERATIONS["unscale"](x, variance, eps=EPS), [EPS])


def test_the_gradient_through_the_batchs_own_statistics(dtype, kernels, called):
    rng = np.random.default_rng(3)
    for shape in kernels.SHAPES:
        for special in ([], [np.nan, np.inf, 0]):
            dn, normalized = kernels.numbers(rng, shape, dtype, special), kernels.numbers(rng, shape, dtype, [])
            variance = rng.uniform(0.5, 2, shape[1]).astype(dtype)
            for block in kernels.blocks(*shape):
                r0, r1, c0, c1 = block
                if r0 == r1:
                    continue
                found, room = np.full(shape, kernels.UNTOUCHED, dtype), np.full((2, shape[1]), kernels.UNTOUCHED, dtype)
                called(normalization.normalize_backward)(dn, normalized, variance, found, room[0], room[1], *block, EPS)
                expected = np.empty(shape, dtype)
                expected[r0:r1] = OPERATIONS["normalize_backward"](dn[r0:r1], normalized[r0:r1], variance, eps=EPS)
                kernels.assert_block(found, expected, block, "normalize_backward")
                assert np.all(np.delete(room, slice(c0, c1), axis=1) == kernels.UNTOUCHED)


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_running_statistics(rows, dtype, kernels, called):
    rng = np.random.default_rng(4)
    x = rng.normal(size=(rows, 37)).astype(dtype)
    mean, variance, running = x.mean(axis=0), x.var(axis=0), rng.uniform(1, 2, 37).astype(dtype)
    for c0, c1 in ((0, 37), (5, 30)):
        found = running.copy()
        called(normalization.running_average)(found, mean, c0, c1, 0.9)
        expected = running.copy()
        expected[c0:c1] = OPERATIONS["running_average"](running, mean, momentum=0.9)[c0:c1]
        np.testing.assert_allclose(found, expected, **kernels.TOLERANCE[found.dtype.char])
        found = running.copy()
        called(normalization.running_variance)(found, variance, rows, c0, c1, 0.9)
        expected = running.copy()
        expected[c0:c1] = OPERATIONS["running_variance"](running, variance, x, momentum=0.9)[c0:c1]
        np.testing.assert_allclose(found, expected, **kernels.TOLERANCE[found.dtype.char])
