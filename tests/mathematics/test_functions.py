"""The elementwise functions: against plain Python, complex steps, central differences; extremes and kinks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.mathematics import functions
from glassnet.mathematics.checks import ArgumentTypeError, ShapeError

PROPERTY = settings(max_examples=25)


def exponential_linear(x, alpha=1.0):
    return x if x > 0 else alpha * math.expm1(x)


# Each in plain Python, of one number.
ORACLES = {
    "step": lambda x: 1.0 if x > 0 else 0.0,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x)),
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x: max(0.1 * x, x),
    "elu": exponential_linear,
    "identity": lambda x: x,
    "softplus": lambda x: math.log1p(math.exp(x)) if x < 30 else x + math.exp(-x),
}
ELEMENTWISE = [getattr(functions, name) for name in ORACLES]
by_function = pytest.mark.parametrize("function", ELEMENTWISE, ids=lambda function: function.name)
WIDE = st.floats(-1000, 1000)


def test_all_functions_are_tested_here_or_with_the_vector_functions():
    rest = {"prelu", "prelu_alpha_derivative", "softmax", "log_sum_exp", "maxout"}
    assert set(ORACLES) | rest == set(functions.__all__)


@by_function
@PROPERTY
@given(x=WIDE)
def test_values_equal_plain_python(function, x):
    assert function(x) == pytest.approx(ORACLES[function.name](x), rel=1e-13, abs=1e-300)


@by_function
@PROPERTY
@given(x=st.floats(allow_nan=False))
def test_values_keep_to_their_range_and_nothing_is_nan(function, x):
    low, high = function.value_range
    assert low <= function(x) <= high
    assert not np.isnan(function.derivative(x))


@by_function
@PROPERTY
@given(x=hnp.arrays(st.sampled_from([np.float32, np.float64]), hnp.array_shapes(min_dims=0, min_side=0, max_dims=3)))
def test_shape_and_dtype_are_kept(function, x):
    before = x.copy()
    for result in (function(x), function.derivative(x)):
        assert np.shape(result) == x.shape
        assert result.dtype == x.dtype
    assert np.array_equal(x, before, equal_nan=True)


@by_function
@pytest.mark.parametrize("x", [[-1, 0, 2], (True, False), np.array([1, 200], "uint8"), 3, [[]]], ids=str)
def test_lists_and_integers_become_float64(function, x):
    for result in (function(x), function.derivative(x)):
        assert np.shape(result) == np.shape(x)
        assert result.dtype == np.float64
    assert np.array_equal(function(x), function(np.array(x, dtype=float)))


@by_function
@PROPERTY
@given(x=st.floats(-30, 30).filter(lambda x: abs(x) > 1e-3))
def test_derivatives_equal_complex_steps_and_central_differences(function, x):
    derivative = function.derivative(x)
    assert derivative == pytest.approx(function(x + 1e-30j).imag / 1e-30, rel=1e-12, abs=1e-13)
    assert derivative == pytest.approx((function(x + 1e-5) - function(x - 1e-5)) / 2e-5, rel=1e-6, abs=1e-8)


@by_function
def test_thousands_are_safe_in_every_precision(function):
    x = np.array([-1000.0, 1000.0])
    expected = [ORACLES[function.name](-1000.0), ORACLES[function.name](1000.0)]
    for dtype in (np.float32, np.float64):
        assert function(x.astype(dtype)) == pytest.approx(expected, rel=1e-6)
        assert np.isfinite(function.derivative(x.astype(dtype))).all()


@pytest.mark.parametrize(
    ("name", "values", "derivatives"),
    [
        ("step", (0, 1), (0, 0)),
        ("sigmoid", (0, 1), (0, 0)),
        ("tanh", (-1, 1), (0, 0)),
        ("relu", (0, np.inf), (0, 1)),
        ("leaky_relu", (-np.inf, np.inf), (0.1, 1)),
        ("elu", (-1, np.inf), (0, 1)),
        ("identity", (-np.inf, np.inf), (1, 1)),
        ("softplus", (0, np.inf), (0, 1)),
    ],
)
def test_infinities_give_the_limits(name, values, derivatives):
    function = getattr(functions, name)
    assert tuple(function([-np.inf, np.inf])) == values
    assert tuple(function.derivative([-np.inf, np.inf])) == derivatives


@by_function
def test_nan_gives_nan(function):
    assert np.isnan(function(np.nan))
    assert np.isnan(function([1.0, np.nan])).tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "value", "derivative"),
    [("step", 0, 0), ("relu", 0, 0), ("leaky_relu", 0, 0.1), ("elu", 0, 1)],
)
def test_kinks_take_the_side_that_the_docstring_says(name, value, derivative):
    function = getattr(functions, name)
    assert function.kinks == (0.0,)
    for zero in (0.0, -0.0):
        assert function(zero) == value
        assert function.derivative(zero) == derivative


def test_kinks_with_other_slopes():
    assert functions.leaky_relu.derivative(0.0, 0.4) == 0.4
    assert functions.prelu.derivative([0.0, 0.0], [0.2, 0.3]).tolist() == [0.2, 0.3]
    assert functions.elu.derivative(0.0, 2.0) == 2.0


@pytest.mark.parametrize("function", [f for f in ELEMENTWISE if not f.kinks], ids=lambda function: function.name)
def test_functions_without_kinks_are_smooth_at_0(function):
    assert function.derivative(0.0) == pytest.approx(function(1e-30j).imag / 1e-30, rel=1e-14)


@PROPERTY
@given(x=WIDE, alpha=st.floats(-2, 2))
def test_slopes_other_than_the_default(x, alpha):
    assert functions.leaky_relu(x, alpha) == (x if x > 0 else alpha * x)
    assert functions.leaky_relu.derivative(x, alpha) == (1 if x > 0 else alpha)
    assert functions.elu(x, alpha) == pytest.approx(exponential_linear(x, alpha), rel=1e-14)
    expected = 1 if x > 0 else alpha * math.exp(x)
    assert functions.elu.derivative(x, alpha) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@PROPERTY
@given(x=hnp.arrays(float, (3, 2), elements=st.floats(-10, 10)), alpha=hnp.arrays(float, 2, elements=st.floats(-1, 1)))
def test_prelu_has_a_slope_for_each_unit(x, alpha):
    expected = [[v if v > 0 else a * v for v, a in zip(row, alpha, strict=True)] for row in x]
    assert np.array_equal(functions.prelu(x, alpha), expected)
    by_alpha = (functions.prelu(x, alpha + 1) - functions.prelu(x, alpha - 1)) / 2  # linear in alpha
    assert functions.prelu_alpha_derivative(x) == pytest.approx(by_alpha, abs=1e-12)


def test_prelu_wants_its_slope():
    with pytest.raises(ArgumentTypeError, match=r"prelu must be called as prelu\(x, alpha\)"):
        functions.prelu([1.0])


def test_elu_keeps_small_values_that_exp_minus_1_would_lose():
    assert functions.elu(-1e-17) == -1e-17


def test_sigmoid_and_softplus_keep_small_values():
    assert functions.sigmoid(-700.0) == pytest.approx(math.exp(-700), rel=1e-12)
    assert functions.softplus(-700.0) == pytest.approx(math.exp(-700), rel=1e-12)


def test_relu_of_complex_numbers_goes_by_the_real_part():
    assert functions.step(np.array([2 + 1e-30j, -2 + 1e-30j])).tolist() == [1, 0]
    assert functions.relu(np.array([2 + 1e-30j, -2 + 1e-30j])).tolist() == [2 + 1e-30j, 0]


@by_function
@pytest.mark.parametrize("x", ["1", None, [1, "a"], object()])
def test_what_holds_no_numbers_is_refused(function, x):
    with pytest.raises(ArgumentTypeError, match="x must hold numbers"):
        function(x)


@by_function
def test_ragged_rows_are_refused(function):
    with pytest.raises(ShapeError, match="rows have different lengths"):
        function([[1.0], [1.0, 2.0]])


@by_function
def test_no_setting_of_numpy_makes_a_function_warn(function):
    with np.errstate(all="raise"):
        function([-1e4, -1e-310, 0.0, 1e4, np.inf, np.nan])
        function.derivative([-1e4, -1e-310, 0.0, 1e4, np.inf, np.nan])
