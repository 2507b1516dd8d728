"""The kernels of whole rows: softmax, softmax with its loss, and the maximum of a maxout."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the kernels are compiled by Numba", exc_type=ImportError)

import glassnet.network.layers.activations
import glassnet.network.layers.maxout
import glassnet.network.loss  # noqa: F401  # the three fill the table of operations
from glassnet.engine.kernels import rows
from glassnet.network.operations import OPERATIONS

SHAPES = [(9, 83), (1, 83), (9, 1), (1, 1), (5, 10), (4, 3)]
ROWS = [lambda n: (0, n), lambda n: (n // 3, n), lambda n: (0, n - n // 4)]


def parts(shape):
    return [(*part(shape[0]), 0, shape[1]) for part in ROWS]


@pytest.mark.parametrize("special", [[], [0, 1e-30, 88, -88, 1000, -1000], [-np.inf, np.inf, np.nan]])
def test_softmax_and_its_backward_equal_the_reference(special, dtype, kernels, called):
    rng = np.random.default_rng(0)
    for shape in SHAPES:
        x, dy = kernels.numbers(rng, shape, dtype, special), kernels.numbers(rng, shape, dtype, [])
        y = OPERATIONS["softmax"](x)
        dx = OPERATIONS["softmax_backward"](dy, x, y)
        for block in parts(shape):
            found = np.full(shape, kernels.UNTOUCHED, dtype)
            called(rows.softmax)(x, found, *block[:2])
            kernels.assert_block(found, y, block, "softmax")
            found = np.full(shape, kernels.UNTOUCHED, dtype)
            called(rows.softmax_backward)(dy, x, y, found, *block[:2])
            kernels.assert_block(found, dx, block, "softmax_backward")


def test_softmax_of_infinities(dtype, called):
    inf = np.inf
    x = np.array([[0, -inf], [-inf, -inf], [inf, 0], [np.nan, 0], [0, np.nan]], dtype)
    y = np.empty_like(x)
    called(rows.softmax)(x, y, 0, 5)
    assert y[0].tolist() == [1, 0]
    assert np.all(np.isnan(y[1:]))


def test_softmax_with_loss_equals_the_three_operations_that_it_stands_for(dtype, kernels, called):
    rng = np.random.default_rng(1)
    name = "softmax_categorical_cross_entropy"
    for shape in SHAPES:
        for special in ([], [1000, -1000, 0], [np.nan, np.inf]):
            z, t = kernels.numbers(rng, shape, dtype, special), rng.random(shape).astype(dtype)
            dlosses = rng.normal(size=shape[0]).astype(dtype)
            expected_y, expected_losses = OPERATIONS["softmax"](z), OPERATIONS[name](z, t)
            expected_dz = OPERATIONS[f"{name}_backward"](dlosses, expected_y, t)
            for block in parts(shape):
                y, dz = np.full(shape, kernels.UNTOUCHED, dtype), np.full(shape, kernels.UNTOUCHED, dtype)
                losses = np.full((shape[0], 1), kernels.UNTOUCHED, dtype)
                called(rows.softmax_with_loss)(z, t, dlosses, y, losses[:, 0].reshape(-1), dz, *block[:2])
                kernels.assert_block(y, expected_y, block, "y")
                kernels.assert_block(losses, expected_losses[:, None], (*block[:2], 0, 1), "losses")
                kernels.assert_block(dz, expected_dz, block, "dz")


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_the_maximum_and_the_piece_that_gets_its_gradient(pieces, dtype, kernels):
    rng = np.random.default_rng(2)
    for shape in SHAPES:
        p = kernels.numbers(rng, (pieces, *shape), dtype)
        p[:, rng.random(shape) < 0.3] = 0.5  # equals: the first counts
        dy = kernels.numbers(rng, shape, dtype, [0, np.inf, np.nan])
        kernels.check(rows.maximum, [p], OPERATIONS["maximum"](p))
        kernels.check(rows.maximum_backward, [dy, p], OPERATIONS["maximum_backward"](dy, p))
