"""Softmax, log-sum-exp and maxout: properties, Jacobians by complex steps and differences, extremes and ties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.mathematics.checks import ArgumentTypeError, ShapeError
from glassnet.mathematics.functions import log_sum_exp, maxout, relu, softmax
from glassnet.mathematics.vector_functions import maxout_pieces

PROPERTY = settings(max_examples=25)
ROWS = hnp.arrays(
    float, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.floats(-1000, 1000), fill=st.nothing()
)
MILD = hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=2, max_side=4), elements=st.floats(-5, 5))
rng = np.random.default_rng(3)


def jacobian(function, x, step, pick):
    """Return ∂function(x)/∂x, the axes of x last, by shifting each element."""
    columns = []
    for index in np.ndindex(x.shape):
        shift = np.zeros(x.shape, dtype=complex if step.imag else float)
        shift[index] = step
        columns.append(pick(function, x, shift))
    return np.stack(columns, axis=-1).reshape(*columns[0].shape, *x.shape)


def by_complex_step(function, x):
    return jacobian(function, x, 1e-30j, lambda f, x, shift: np.asarray(f(x + shift)).imag / 1e-30)


def by_differences(function, x):
    return jacobian(function, x, 1e-6, lambda f, x, shift: np.asarray((f(x + shift) - f(x - shift)) / 2e-6))


# softmax


@PROPERTY
@given(ROWS)
def test_softmax_rows_are_distributions(x):
    y = softmax(x)
    assert y.shape == x.shape
    assert ((y >= 0) & (y <= 1)).all()
    assert y.sum(axis=-1) == pytest.approx(1, rel=1e-12)


@PROPERTY
@given(ROWS, st.floats(-1000, 1000))
def test_softmax_does_not_change_when_a_number_is_added_to_the_row(x, shift):
    assert softmax(x + shift) == pytest.approx(softmax(x), rel=1e-9, abs=1e-12)


@PROPERTY
@given(MILD)
def test_softmax_equals_plain_python(x):
    rows = x.reshape(-1, x.shape[-1])
    expected = [[math.exp(v) / sum(map(math.exp, row)) for v in row] for row in rows]
    assert softmax(x).reshape(rows.shape) == pytest.approx(np.array(expected), rel=1e-13)


def test_softmax_of_one_number_is_1():
    assert softmax([[3.0], [-1000.0]]).tolist() == [[1], [1]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_is_safe_at_thousands(dtype):
    y = softmax(np.array([[1000, -1000], [1000, 1000], [-1000, -1000]], dtype))
    assert y.dtype == dtype
    assert y.tolist() == [[1, 0], [0.5, 0.5], [0.5, 0.5]]


def test_softmax_of_what_is_not_finite():
    inf, nan = np.inf, np.nan
    y = softmax([[0.0, -inf], [0.0, inf], [0.0, nan], [-inf, -inf], [0.0, 0.0]])
    assert y[0].tolist() == [1, 0]
    assert np.isnan(y[1:4]).all()
    assert y[4].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("function", [softmax, log_sum_exp], ids=["softmax", "log_sum_exp"])
@pytest.mark.parametrize("x", [3.0, np.zeros((2, 0)), []], ids=["0-d", "no columns", "empty"])
def test_a_row_must_have_a_number(function, x):
    with pytest.raises(ShapeError, match=rf"{function.name} must get a last axis with one number or more, got"):
        function(x)


def test_no_rows_give_no_rows():
    assert softmax(np.zeros((0, 3))).shape == (0, 3)
    assert softmax.derivative(np.zeros((0, 3))).shape == (0, 3, 3)
    assert log_sum_exp(np.zeros((0, 3))).shape == (0,)


@PROPERTY
@given(hnp.arrays(float, st.integers(1, 4), elements=st.floats(-5, 5)))
def test_the_jacobian_of_softmax(x):
    found = softmax.derivative(x)
    assert pytest.approx(by_complex_step(softmax, x), rel=1e-12, abs=1e-15) == found
    assert pytest.approx(by_differences(softmax, x), rel=1e-6, abs=1e-8) == found
    assert found.sum(axis=0) == pytest.approx(0, abs=1e-14)


def test_the_backward_of_softmax_is_its_jacobian_times_the_gradient():
    x, dy = rng.normal(size=(2, 5, 3))
    found = softmax.derivative(x)
    expected = np.stack([found[row].T @ dy[row] for row in range(5)])
    assert softmax.backward(dy, x, softmax(x)) == pytest.approx(expected, rel=1e-12)


# log-sum-exp


@PROPERTY
@given(ROWS)
def test_log_sum_exp_lies_between_the_maximum_and_the_maximum_plus_log_n(x):
    largest = x.max(axis=-1)
    assert (log_sum_exp(x) >= largest).all()
    assert (log_sum_exp(x) <= largest + math.log(x.shape[-1]) + 1e-9).all()


@PROPERTY
@given(hnp.arrays(float, st.integers(1, 4), elements=st.floats(-5, 5)))
def test_log_sum_exp_and_its_derivative(x):
    assert log_sum_exp(x) == pytest.approx(math.log(sum(map(math.exp, x))), rel=1e-12, abs=1e-14)
    assert log_sum_exp.derivative(x) == pytest.approx(by_complex_step(log_sum_exp, x), rel=1e-12)
    assert log_sum_exp.derivative(x) == pytest.approx(by_differences(log_sum_exp, x), rel=1e-6, abs=1e-8)


def test_log_sum_exp_of_what_is_not_finite():
    inf, nan = np.inf, np.nan
    values = log_sum_exp([[0.0, inf], [-inf, -inf], [-inf, 2.0], [nan, inf]])
    assert values[:3].tolist() == [inf, -inf, 2]
    assert np.isnan(values[3])


def test_log_sum_exp_sends_back_shares_of_the_gradient():
    x = np.log([[1.0, 3.0], [1.0, 1.0]])
    dx = log_sum_exp.backward(np.array([4.0, 2.0]), x, log_sum_exp(x))
    assert dx == pytest.approx(np.array([[1, 3], [1, 1]]))


# maxout


def maxout_in_plain_python(x, W, b):
    pieces, n_in, n_out = W.shape
    sums = [[sum(x[i] * W[k, i, o] for i in range(n_in)) + b[k, o] for k in range(pieces)] for o in range(n_out)]
    return [max(of_output) for of_output in sums]


@PROPERTY
@given(
    x=hnp.arrays(float, (3, 2), elements=st.floats(-5, 5)),
    W=hnp.arrays(float, (3, 2, 4), elements=st.floats(-5, 5)),
    b=hnp.arrays(float, (3, 4), elements=st.floats(-5, 5)),
)
def test_maxout_equals_plain_python(x, W, b):
    expected = [maxout_in_plain_python(row, W, b) for row in x]
    assert maxout(x, W, b) == pytest.approx(np.array(expected), abs=1e-10)
    assert maxout(x[0], W, b) == pytest.approx(maxout(x, W, b)[0], abs=1e-10)
    assert maxout(x[:, None], W, b) == pytest.approx(maxout(x, W, b)[:, None], abs=1e-10)


def test_the_jacobian_and_the_backward_of_maxout():
    x, W, b, dy = rng.normal(size=3), rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 4)), rng.normal(size=4)
    found = maxout.derivative(x, W, b)
    assert pytest.approx(by_complex_step(lambda x: maxout(x, W, b), x), rel=1e-12) == found
    assert pytest.approx(by_differences(lambda x: maxout(x, W, b), x), rel=1e-7) == found
    assert maxout.backward(dy, x, maxout(x, W, b), W=W, b=b) == pytest.approx(found.T @ dy)


def test_maxout_takes_the_first_of_equal_pieces():
    W = np.array([[[1.0]], [[1.0]], [[5.0]]])
    assert maxout.derivative([0.0], W, np.zeros((3, 1))).tolist() == [[1]]  # all three pieces are 0
    assert maxout.derivative([1.0], -W, np.zeros((3, 1))).tolist() == [[-1]]  # the first two are the largest


def test_maxout_of_x_and_0_is_relu():
    x = rng.normal(size=(6, 1))
    W = np.array([[[1.0]], [[0.0]]])
    assert np.array_equal(maxout(x, W, np.zeros((2, 1))), relu(x))


def test_maxout_takes_lists_and_keeps_float32():
    assert maxout([1.0], [[[2.0]]], [[1.0]]).tolist() == [3]
    assert maxout.derivative([1.0], [[[2.0]]], [[1.0]]).tolist() == [[2]]
    x, W, b = (np.ones(shape, "float32") for shape in ((5, 2), (3, 2, 4), (3, 4)))
    assert maxout(x, W, b).dtype == np.float32
    assert maxout_pieces(x, W, b).shape == (3, 5, 4)


@pytest.mark.parametrize(
    ("x", "W", "b"),
    [
        ((2, 3), (2, 4, 5), (2, 5)),
        ((2, 3), (3, 5), (2, 5)),
        ((2, 3), (2, 3, 5), (5,)),
        ((2, 3), (2, 3, 5), (3, 5)),
        ((), (2, 3, 5), (2, 5)),
        ((2, 3), (0, 3, 5), (0, 5)),
    ],
    ids=str,
)
def test_shapes_that_do_not_fit_maxout_are_refused(x, W, b):
    arrays = [np.zeros(shape) for shape in (x, W, b)]
    for call in (maxout, maxout.derivative):
        with pytest.raises(ShapeError, match=r"maxout must get x .* got .* Make n_in, n_out and pieces .* agree"):
            call(*arrays)


def test_maxout_refuses_what_holds_no_numbers():
    with pytest.raises(ArgumentTypeError, match="W must hold numbers"):
        maxout([1.0], "W", [[1.0]])
