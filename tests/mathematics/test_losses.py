"""The losses against plain Python; their derivatives against complex steps and differences; edges and extremes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.mathematics import losses
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError

PROPERTY = settings(max_examples=25)
SHAPE = (3, 2)
PROBABILITIES = hnp.arrays(float, SHAPE, elements=st.floats(0.01, 0.99))
VALUES = hnp.arrays(float, SHAPE, elements=st.floats(-5, 5))

# The loss of one sample, in plain Python.
ORACLES = {
    "sum_of_squares_error": lambda y, t: sum((a - b) ** 2 for a, b in zip(y, t, strict=True)) / 2,
    "mean_squared_error": lambda y, t: sum((a - b) ** 2 for a, b in zip(y, t, strict=True)) / len(y),
    "mean_absolute_error": lambda y, t: sum(abs(a - b) for a, b in zip(y, t, strict=True)) / len(y),
    "binary_cross_entropy": lambda p, t: (
        -sum(b * math.log(a) + (1 - b) * math.log(1 - a) for a, b in zip(p, t, strict=True))
    ),
    "categorical_cross_entropy": lambda p, t: -sum(b * math.log(a) for a, b in zip(p, t, strict=True)),
    "gaussian_nll": lambda y, t: (
        -sum(math.log(math.exp(-((a - b) ** 2) / 2) / math.sqrt(2 * math.pi)) for a, b in zip(y, t, strict=True))
    ),
}
by_name = pytest.mark.parametrize("name", sorted(ORACLES))


def test_every_loss_is_tested():
    assert set(ORACLES) == set(losses.__all__)


@by_name
@PROPERTY
@given(y=PROBABILITIES, t=hnp.arrays(float, SHAPE, elements=st.floats(0, 1.5)))
def test_values_equal_plain_python(name, y, t):
    each = [ORACLES[name](a, b) for a, b in zip(y, t, strict=True)]
    expected = sum(each) if name == "sum_of_squares_error" else sum(each) / len(each)
    assert getattr(losses, name)(y, t) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@by_name
@PROPERTY
@given(y=PROBABILITIES, t=VALUES)
def test_derivatives_equal_complex_steps_and_central_differences(name, y, t):
    loss = getattr(losses, name)
    found = loss.derivative(y, t)
    for index in np.ndindex(SHAPE):
        shift = np.zeros(SHAPE)
        shift[index] = 1
        if name != "mean_absolute_error":  # |z| is no analytic function
            by_complex_step = loss(y + 1e-30j * shift, t).imag / 1e-30
            assert found[index] == pytest.approx(by_complex_step, rel=1e-11, abs=1e-13)
        elif abs(y[index] - t[index]) < 1e-3:
            continue  # at the kink, see below
        by_difference = (loss(y + 1e-6 * shift, t) - loss(y - 1e-6 * shift, t)) / 2e-6
        assert found[index] == pytest.approx(by_difference, rel=1e-5, abs=1e-6)


def test_the_absolute_error_has_no_slope_at_the_target():
    assert losses.mean_absolute_error.derivative([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]) == pytest.approx(
        np.array([-1, 0, 1]) / 3
    )


def test_losses_of_two_outputs_by_hand():
    y, t = [[1.0, 5.0]], [[2.0, 2.0]]
    assert losses.sum_of_squares_error(y, t) == 5  # ½ (1 + 9)
    assert losses.mean_squared_error(y, t) == 5  # (1 + 9) / 2
    assert losses.mean_absolute_error(y, t) == 2  # (1 + 3) / 2
    assert losses.sum_of_squares_error.derivative(y, t).tolist() == [[-1, 3]]
    assert losses.mean_squared_error.derivative(y, t).tolist() == [[-1, 3]]
    assert losses.mean_absolute_error.derivative(y, t).tolist() == [[-0.5, 0.5]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("p", [0.0, 1.0, -3.0, 7.0])
def test_cross_entropies_clip_probabilities_and_are_flat_there(dtype, p):
    p = np.array([[p]], dtype)
    eps = np.finfo(dtype).eps
    clipped = min(max(float(p[0, 0]), float(eps)), float(dtype(1) - eps))
    for t in (0.0, 1.0):
        expected = -(t * math.log(clipped) + (1 - t) * math.log(1 - clipped))
        assert losses.binary_cross_entropy(p, [[t]]) == pytest.approx(expected, rel=1e-5)
        assert losses.categorical_cross_entropy(p, [[t]]) == pytest.approx(-t * math.log(clipped), rel=1e-5)
        assert losses.binary_cross_entropy.derivative(p, [[t]]).tolist() == [[0]]
        assert losses.categorical_cross_entropy.derivative(p, [[t]]).tolist() == [[0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_edges_of_the_clip_still_have_a_slope(dtype):
    eps = np.finfo(dtype).eps
    for edge in (eps, dtype(1) - eps):
        p = np.array([[edge]], dtype)
        assert losses.categorical_cross_entropy.derivative(p, [[1.0]]) == pytest.approx(-1 / p)
        assert losses.binary_cross_entropy.derivative(p, [[0.0]]) == pytest.approx(1 / (1 - p), rel=1e-6)


@by_name
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_thousands_are_safe(name, dtype):
    y = np.array([[-1000.0, 1000.0], [1000.0, -1000.0]], dtype)
    loss = getattr(losses, name)
    assert np.isfinite(loss(y, [[0.0, 1.0], [0.0, 1.0]]))
    assert np.isfinite(loss.derivative(y, [[0.0, 1.0], [0.0, 1.0]])).all()


@pytest.mark.parametrize("name", ["sum_of_squares_error", "mean_squared_error", "mean_absolute_error", "gaussian_nll"])
def test_infinite_outputs_are_infinitely_wrong(name):
    loss = getattr(losses, name)
    assert loss([np.inf], [0.0]) == np.inf
    assert np.isnan(loss([np.inf], [np.inf]))


@by_name
def test_the_least_loss_is_at_the_target(name):
    loss, t = getattr(losses, name), np.array([[0.2, 0.8]])
    at_target = loss(t, t)
    for other in ([[0.3, 0.7]], [[0.1, 0.9]]):
        assert loss(other, t) > at_target


def test_soft_rows_need_not_add_up_to_1():
    y, t = np.array([[0.25, 0.75]]), [[2.0, 3.0]]
    assert losses.categorical_cross_entropy(y, t) == pytest.approx(-2 * math.log(0.25) - 3 * math.log(0.75))
    assert losses.categorical_cross_entropy.derivative(y, t) == pytest.approx(np.array([[-8, -4]]))


# sigma


@PROPERTY
@given(y=VALUES, t=VALUES, sigma=hnp.arrays(float, SHAPE, elements=st.floats(0.1, 10)))
def test_the_gaussian_is_the_density_with_a_sigma_for_each_output(y, t, sigma):
    density = np.exp(-(((y - t) / sigma) ** 2) / 2) / (sigma * math.sqrt(2 * math.pi))
    found = losses.gaussian_nll(y, t, sigma=sigma)
    if (density > 1e-200).all():
        assert found == pytest.approx(-np.log(density).sum() / len(y), rel=1e-9, abs=1e-9)
    assert losses.gaussian_nll.derivative(y, t, sigma=sigma) == pytest.approx((y - t) / sigma**2 / len(y), rel=1e-9)


def test_sigma_broadcasts_to_the_shape_of_the_outputs():
    y, t = np.array([[0.0, 1.0], [2.0, 4.0]]), np.zeros((2, 2))
    by_output = losses.gaussian_nll(y, t, sigma=[1.0, 2.0])
    assert by_output == losses.gaussian_nll(y, t, sigma=[[1.0, 2.0], [1.0, 2.0]])
    assert by_output != losses.gaussian_nll(y, t, sigma=[[1.0], [2.0]])  # one for each sample
    assert losses.gaussian_nll(y, t, sigma=2.0) == losses.gaussian_nll(y, t, sigma=np.full((2, 2), 2))


def test_sigma_beside_a_list_has_one_number_for_each_sample():
    y, t, sigma = np.array([1.0, 2.0, 3.0]), np.zeros(3), np.array([1.0, 2.0, 3.0])
    each = [losses.gaussian_nll([a], [0.0], sigma=s) for a, s in zip(y, sigma, strict=True)]
    assert losses.gaussian_nll(y, t, sigma=sigma) == pytest.approx(np.mean(each))
    assert losses.gaussian_nll.derivative(y, t, sigma=sigma) == pytest.approx(1 / sigma / 3)


@pytest.mark.parametrize("sigma", [2.0, np.float64(2), [2.0, 2.0], np.full((1, 2), 2.0)])
def test_sigma_leaves_float32_as_it_is(sigma):
    y = np.ones((1, 2), "float32")
    assert losses.gaussian_nll(y, y, sigma=sigma).dtype == np.float32
    assert losses.gaussian_nll.derivative(y, y, sigma=sigma).dtype == np.float32


@pytest.mark.parametrize("sigma", [0, -1.0, np.inf, np.nan, [1.0, 0.0]])
def test_sigma_must_be_positive_and_finite(sigma):
    for call in (losses.gaussian_nll, losses.gaussian_nll.derivative):
        with pytest.raises(ArgumentError, match="sigma must be positive and finite, got"):
            call([0.0, 1.0], [0.0, 1.0], sigma=sigma)


@pytest.mark.parametrize("sigma", ["1", None, 1j])
def test_sigma_must_be_a_number(sigma):
    with pytest.raises(ArgumentTypeError, match="sigma must hold"):
        losses.gaussian_nll([0.0], [0.0], sigma=sigma)


@pytest.mark.parametrize("shape", [(3,), (3, 2), (2, 2, 2)], ids=str)
def test_sigma_must_fit_the_outputs(shape):
    with pytest.raises(ShapeError, match=r"sigma must be a number, or .* y's shape \(2, 2\), got"):
        losses.gaussian_nll(np.zeros((2, 2)), np.zeros((2, 2)), sigma=np.ones(shape))
