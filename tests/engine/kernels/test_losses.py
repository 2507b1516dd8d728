"""The losses and their gradients, the mean over the rows, and the count of right answers."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the kernels are compiled by Numba", exc_type=ImportError)

from glassnet.engine.kernels import losses
from glassnet.mathematics.fused_losses import FUSED_LOSSES
from glassnet.mathematics.targets import right_answers
from glassnet.network.loss import LOSSES
from glassnet.network.operations import OPERATIONS

SHAPES = [(9, 40), (1, 10), (9, 1), (1, 1), (7, 3)]
VALUES = [0.0, 1e-30, 88.0, -88.0, 1000.0, -1000.0, np.inf, np.nan]
PROBABILITIES = [0.0, 1.0, 1e-30, 1e-7, 1 - 1e-7, -0.5, 1.5, np.inf, -np.inf, np.nan]


def outputs(name, kernels, rng, shape, dtype, special):
    if name in {"binary_cross_entropy", "categorical_cross_entropy"}:
        y = rng.random(shape)
        where = rng.random(shape) < (0.3 if special else 0)
        y[where] = rng.choice(PROBABILITIES, size=shape)[where]
        return y.astype(dtype)
    return kernels.numbers(rng, shape, dtype, VALUES if special else [])


def settings_of(name, n):
    """Return the settings of the kernel, and those of the operation."""
    if name != "gaussian_nll":
        return (), {}
    sigma = np.linspace(0.5, 2, n)
    return (sigma,), {"sigma": sigma.tolist()}


@pytest.mark.parametrize("name", [*LOSSES, *FUSED_LOSSES])
def test_the_loss_of_each_row_and_its_gradient_equal_the_reference(name, dtype, kernels, called):
    rng = np.random.default_rng(0)
    forward, backward = called(getattr(losses, name)), called(getattr(losses, f"{name}_backward"))
    for shape in SHAPES:
        given, settings = settings_of(name, shape[1])
        for special in (False, True):
            y, t = outputs(name, kernels, rng, shape, dtype, special), rng.random(shape).astype(dtype)
            t[0] = y[0] if not special else t[0]  # a distance of 0, whose sign is 0
            dlosses = rng.normal(size=shape[0]).astype(dtype)
            expected = OPERATIONS[name](y, t, **settings)[:, None]
            expected_dy = OPERATIONS[f"{name}_backward"](dlosses, y, t, **settings)
            for r0, r1 in ((0, shape[0]), (shape[0] // 3, shape[0])):
                found = np.full(expected.shape, kernels.UNTOUCHED, dtype)
                forward(y, t, found.reshape(-1), r0, r1, *given)
                kernels.assert_block(found, expected, (r0, r1, 0, 1), name)
                dy = np.full(shape, kernels.UNTOUCHED, dtype)
                backward(dlosses, y, t, dy, r0, r1, *given)
                kernels.assert_block(dy, expected_dy, (r0, r1, 0, shape[1]), f"{name}_backward")


@pytest.mark.parametrize("n", [1, 40])
def test_small_losses_are_not_lost_among_larger_terms(n, dtype, called):
    # A compiler that may sum in another order gives 0, or 10⁻⁷, for these.
    t, found = np.ones((1, n), dtype), np.empty(1, dtype)
    called(losses.sigmoid_binary_cross_entropy)(np.full((1, n), 40, dtype), t, found, 0, 1)
    assert found[0] == pytest.approx(n * np.exp(-40.0), rel=1e-5, abs=0)
    y = np.full((1, n), 1 - 3 * np.finfo(dtype).eps, dtype)
    called(losses.binary_cross_entropy)(y, t, found, 0, 1)
    assert found[0] == pytest.approx(n * 3 * np.finfo(dtype).eps, rel=1e-5, abs=0)


def test_the_mean_and_the_shares_of_it(dtype, kernels, called):
    rng = np.random.default_rng(1)
    one_each, weights = rng.random(50).astype(dtype), rng.random(50).astype(dtype)
    weights[::7] = 0
    close = kernels.TOLERANCE[np.dtype(dtype).char]
    for r0, r1 in ((0, 50), (10, 50), (3, 4)):
        part, heavy = one_each[r0:r1], weights[r0:r1]
        for kernel_mean, found_shares, given in (
            (called(losses.mean_of_losses)(one_each, r0, r1), shares(called(losses.equal_shares), r0, r1, dtype), None),
            (
                called(losses.weighted_mean)(one_each, weights, r0, r1),
                shares(called(losses.weight_shares), r0, r1, dtype, weights),
                heavy,
            ),
        ):
            np.testing.assert_allclose(kernel_mean, OPERATIONS["weighted_mean"](part, given), **close)
            np.testing.assert_allclose(found_shares[r0:r1], OPERATIONS["weight_shares"](part, given), **close)
            assert np.all(np.delete(found_shares, slice(r0, r1)) == 7)


def shares(kernel, r0, r1, dtype, *weights):
    found = np.full(50, 7, dtype)
    kernel(*weights, found, r0, r1)
    return found


def test_weights_of_0_alone_give_a_loss_and_shares_of_0(dtype, called):
    weights, one_each = np.zeros(4, dtype), np.ones(4, dtype)
    assert called(losses.weighted_mean)(one_each, weights, 0, 4) == 0
    assert not shares(called(losses.weight_shares), 0, 4, dtype, weights)[:4].any()


def test_a_mean_over_many_float32_losses_does_not_wear_down(called):
    many = np.full(3_000_000, 0.1, np.float32)
    assert called(losses.mean_of_losses)(many, 0, len(many)) == pytest.approx(float(np.float32(0.1)), rel=1e-12)


def test_nan_and_infinity_show_in_the_mean(dtype, called):
    for value in (np.nan, np.inf):
        assert np.array_equal(called(losses.mean_of_losses)(np.array([1, value], dtype), 0, 2), value, equal_nan=True)
        weights = np.array([1, 2], dtype)
        assert np.array_equal(
            called(losses.weighted_mean)(np.array([1, value], dtype), weights, 0, 2), value, equal_nan=True
        )


@pytest.mark.parametrize("n", [1, 2, 10])
def test_right_answers_are_counted_as_the_reference_finds_them(n, dtype, called):
    rng = np.random.default_rng(2)
    # Few different values, so that there are ties, rows of zeros, several ones, and exactly ½.
    y = rng.choice([0, 0.25, 0.5, 1, np.nan, np.inf, -np.inf], size=(400, n)).astype(dtype)
    t = rng.choice([0, 0, 0.5, 1], size=(400, n)).astype(dtype)
    for r0, r1 in ((0, 400), (17, 300), (5, 5)):
        assert called(losses.count_right)(y, t, r0, r1) == right_answers(y[r0:r1], t[r0:r1]).sum()
