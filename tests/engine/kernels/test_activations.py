"""The activation functions and their chain rules, against the operations of the reference executor."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the kernels are compiled by Numba", exc_type=ImportError)

import glassnet.network.layers.activations  # noqa: F401  # it fills the table of operations
from glassnet.engine.kernels import activations
from glassnet.network.operations import OPERATIONS

SETTINGS = {
    "identity": {},
    "sigmoid": {},
    "tanh": {},
    "relu": {},
    "leaky_relu": {"alpha": 0.3},
    "elu": {"alpha": 1.7},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_forward_and_backward_equal_the_reference(name, dtype, kernels):
    rng = np.random.default_rng(0)
    settings = SETTINGS[name]
    for shape in kernels.SHAPES:
        x, dy = kernels.numbers(rng, shape, dtype), kernels.numbers(rng, shape, dtype)
        y = np.array(OPERATIONS[name](x, **settings))
        kernels.check(getattr(activations, name), [x], y, settings.values())
        dx = OPERATIONS[f"{name}_backward"](dy, x, y, **settings)
        kernels.check(getattr(activations, f"{name}_backward"), [dy, x, y], dx, settings.values())


def test_same_copies_the_very_bits(dtype, called):
    x = np.array([[0.1, -0.0, np.inf, np.nan]], dtype)
    y = np.zeros_like(x)
    called(activations.same)(x, y, 0, 1, 0, 4)
    assert y.tobytes() == x.tobytes()


def test_prelu_has_a_slope_for_each_column(dtype, kernels):
    rng = np.random.default_rng(1)
    for shape in kernels.SHAPES:
        x, dy = kernels.numbers(rng, shape, dtype), kernels.numbers(rng, shape, dtype)
        alpha = kernels.numbers(rng, shape[1], dtype, [])
        y = OPERATIONS["prelu"](x, alpha)
        kernels.check(activations.prelu, [x, alpha], y)
        kernels.check(activations.prelu_backward, [dy, x, y, alpha], OPERATIONS["prelu_backward"](dy, x, y, alpha))


def test_the_slopes_gradient_is_a_sum_over_the_rows_of_the_block(dtype, kernels, called):
    rng = np.random.default_rng(2)
    for special in ([], kernels.SPECIAL):
        for shape in kernels.SHAPES:
            x, dy = kernels.numbers(rng, shape, dtype, special), kernels.numbers(rng, shape, dtype, special)
            for r0, r1, c0, c1 in kernels.blocks(*shape):
                found = np.full((1, shape[1]), kernels.UNTOUCHED, dtype)
                called(activations.prelu_dalpha)(dy, x, found[0], r0, r1, c0, c1)
                expected = OPERATIONS["prelu_dalpha"](dy[r0:r1], x[r0:r1])[None]
                kernels.assert_block(found, expected, (0, 1, c0, c1), "prelu_dalpha")


def test_at_the_kinks_the_derivatives_are_those_of_the_references(dtype, called):
    x, dy, dx = np.zeros((1, 1), dtype), np.ones((1, 1), dtype), np.empty((1, 1), dtype)
    called(activations.relu_backward)(dy, x, x, dx, 0, 1, 0, 1)
    assert dx[0, 0] == 0
    called(activations.leaky_relu_backward)(dy, x, x, dx, 0, 1, 0, 1, 0.5)
    assert dx[0, 0] == 0.5
    called(activations.elu_backward)(dy, x, x, dx, 0, 1, 0, 1, 3.0)
    assert dx[0, 0] == 3
