"""Numerical derivatives against the lecture's digits, exact derivatives and complex steps; gradient descent."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, GlassnetError, ShapeError
from glassnet.mathematics.numerical import gradient_descent, numerical_diff, numerical_gradient

points = hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, max_side=3), elements=st.floats(-3, 3))


def lecture_curve(x):
    return 0.01 * x**2 + 0.1 * x


class TestNumericalDiff:
    def test_digits_of_the_lecture(self):
        assert numerical_diff(lecture_curve, 5) == 0.1999999999990898
        assert numerical_diff(lecture_curve, 10) == 0.2999999999986347

    def test_partial_derivatives_of_the_lecture(self):
        assert numerical_diff(lambda x0: x0 * x0 + 4.0**2.0, 3.0) == 6.00000000000378
        assert numerical_diff(lambda x1: 3.0**2.0 + x1 * x1, 4.0) == 7.999999999999119

    def test_a_number_gives_a_number_and_an_array_an_array(self):
        assert isinstance(numerical_diff(math.sin, 1), float)
        assert isinstance(numerical_diff(lambda x: x * x, np.array(2.0)), float)
        assert numerical_diff(np.sin, [[0, 1]]).shape == (1, 2)

    @given(points)
    def test_elementwise(self, x):
        np.testing.assert_allclose(numerical_diff(np.sin, x), np.cos(x), atol=1e-7)

    def test_integers_and_booleans_become_floats(self):
        np.testing.assert_allclose(numerical_diff(lambda x: x**2, np.array([3, 4])), [6, 8])
        assert numerical_diff(lambda x: x**2, np.uint8(3)) == pytest.approx(6)

    def test_unsigned_results_do_not_wrap_around(self):
        assert numerical_diff(lambda x: np.uint8(3) if x < 1 else np.uint8(1), 1.0, h=0.5) == -2

    def test_a_step_that_is_lost_gives_zero_as_in_the_lecture(self):
        assert numerical_diff(lecture_curve, 5.0, h=1e-50) == 0

    def test_error_shrinks_with_the_square_of_h(self):
        coarse, fine = (abs(numerical_diff(math.exp, 1.0, h) - math.e) for h in (1e-1, 1e-2))
        assert coarse / fine == pytest.approx(100, rel=0.01)

    @pytest.mark.parametrize("h", [0, -1e-4, np.nan, np.inf])
    def test_step_out_of_range(self, h):
        with pytest.raises(ArgumentError, match="h must be a finite number above 0"):
            numerical_diff(math.sin, 1.0, h)

    @pytest.mark.parametrize("x", ["1", None, ["a"]])
    def test_no_number(self, x):
        with pytest.raises(ArgumentTypeError, match="x must"):
            numerical_diff(math.sin, x)

    def test_a_function_without_return(self):
        with pytest.raises(ArgumentTypeError, match=r"f\(x\) must be made of numbers, got None. Let f end with"):
            numerical_diff(lambda x: None, 1.0)


class TestNumericalGradient:
    def test_the_lecture_points(self):
        def f(x):
            return x[0] ** 2 + x[1] ** 2

        for point in ([3.0, 4.0], [0.0, 2.0], [3.0, 0.0]):
            np.testing.assert_allclose(numerical_gradient(f, np.array(point)), 2 * np.array(point), atol=1e-9)

    @given(points)
    def test_against_the_complex_step(self, x):
        def f(x):
            return np.sum(np.sin(x) * np.exp(x / 2))

        gradient = numerical_gradient(f, x)
        assert gradient.shape == x.shape
        for index in np.ndindex(x.shape):
            shifted = x.astype(complex)
            shifted[index] += 1e-30j
            assert gradient[index] == pytest.approx(f(shifted).imag / 1e-30, abs=1e-6)

    def test_a_function_that_ignores_its_argument(self):
        W = np.array([[1.0, 2.0], [3.0, 4.0]])
        np.testing.assert_allclose(numerical_gradient(lambda _: np.sum(W**3), W), 3 * W**2)

    def test_f_is_given_x_itself(self):
        x = np.array([1.0, 2.0])
        numerical_gradient(lambda given: float(given is x) * given[0], x)
        assert numerical_gradient(lambda given: float(given is x), x).tolist() == [0, 0]

    @given(points)
    def test_x_is_restored_to_the_bit(self, x):
        x = np.where(x > 2, -0.0, x) if x.ndim else x
        before = x.tobytes()
        numerical_gradient(lambda x: np.sum(x) + 1.0, x)
        assert x.tobytes() == before

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
    @pytest.mark.parametrize("fails_at", range(1, 7))
    def test_x_is_restored_after_an_error(self, error, fails_at):
        x = np.array([0.1, np.nan, -0.0])
        before = x.tobytes()
        calls = []

        def f(x):
            calls.append(x.copy())
            if len(calls) == fails_at:
                raise error
            return 1.0

        with pytest.raises(error):
            numerical_gradient(f, x)
        assert x.tobytes() == before
        assert calls[-1].tobytes() != before or fails_at in {3, 4}, "it was perturbed (nan + h is nan)"

    @pytest.mark.parametrize(
        "view",
        [
            lambda a: a[::2, ::-1],
            lambda a: a.T,
            lambda a: a[1:3, 1],
            np.asfortranarray,
            lambda a: a[1, 2, ...],
            lambda a: a[:0],
        ],
        ids=["strided", "transposed", "column", "fortran", "0-d", "empty"],
    )
    def test_views_of_any_layout(self, view):
        base = np.arange(12.0).reshape(4, 3)
        x = view(base)
        before = base.copy()
        gradient = numerical_gradient(lambda x: np.sum(x**2), x)
        assert isinstance(gradient, np.ndarray)
        np.testing.assert_allclose(gradient, 2 * x, atol=1e-6)
        np.testing.assert_array_equal(base, before)

    def test_lists_and_numbers_are_copied(self):
        x = [3, 4]
        np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), x), [6, 8])
        assert x == [3, 4]
        gradient = numerical_gradient(lambda x: x**2, 3)
        assert isinstance(gradient, float)
        assert gradient == pytest.approx(6)

    def test_float32_stays_float32(self):
        x = np.array([1.0, 2.0], dtype=np.float32)
        gradient = numerical_gradient(lambda x: float(np.sum(x.astype(np.float64) ** 2)), x, h=2**-7)
        assert gradient.dtype == np.float32
        assert gradient.tolist() == [2, 4]

    def test_a_result_of_one_element_is_a_number(self):
        assert numerical_gradient(lambda x: (x * x).reshape(1, 1), np.array([2.0])) == pytest.approx(4)

    @pytest.mark.parametrize("x", [np.array([3, 4]), np.array([True]), np.array(3)])
    def test_integer_arrays_are_refused_with_the_mend(self, x):
        with pytest.raises(ArgumentTypeError, match=r"Write np.array\(\[3.0, 4.0\]\) .* x.astype\(float\)"):
            numerical_gradient(np.sum, x)

    @pytest.mark.parametrize("x", [np.array([1j]), np.array(["a"]), np.array([None]), None, "3", [1j]])
    def test_what_holds_no_real_numbers(self, x):
        with pytest.raises(ArgumentTypeError, match="x must hold real"):
            numerical_gradient(np.sum, x)

    def test_read_only_arrays_are_refused(self):
        x = np.ones(2)
        x.flags.writeable = False
        with pytest.raises(ArgumentError, match=r"read-only. Give x.copy\(\)"):
            numerical_gradient(np.sum, x)

    @pytest.mark.parametrize(
        ("result", "words"),
        [
            (np.ones(2), r"f must return one number, got an array of float64 with shape \(2,\). Sum or average"),
            ([], "f must return one number"),
            (None, "got None. Let f end with a return"),
            ("1", "f.* must be made of numbers, got '1'"),
            (1j, "must return one real number"),
        ],
    )
    def test_f_must_return_one_number(self, result, words):
        x = np.array([1.0])
        with pytest.raises(GlassnetError, match=words):
            numerical_gradient(lambda x: result, x)
        assert x == 1

    def test_step_out_of_range(self):
        with pytest.raises(ArgumentError, match="h must be"):
            numerical_gradient(np.sum, np.ones(1), h=0)


class TestGradientDescent:
    def test_every_point_of_a_parabola(self):
        x, path = gradient_descent(lambda x: x * x, 1.0, learning_rate=0.25, steps=4)
        np.testing.assert_allclose(path, 0.5 ** np.arange(5), atol=1e-9)
        assert isinstance(x, float)
        assert x == path[-1]
        assert path[0] == 1

    def test_lecture_point(self):
        x, path = gradient_descent(lambda x: x[0] ** 2 + x[1] ** 2, np.array([-3.0, 4.0]), 0.1, 100)
        assert path.shape == (101, 2)
        np.testing.assert_allclose(x, np.array([-3, 4]) * 0.8**100, atol=1e-9)

    @pytest.mark.parametrize("x0", [3, np.array(3.0), np.float32(3), [1, 2], np.ones((2, 3), dtype=int)])
    def test_shapes_and_an_unchanged_start(self, x0):
        before = np.array(x0)
        x, path = gradient_descent(lambda x: np.sum(x**2), x0, steps=3)
        assert np.shape(x) == np.shape(x0)
        assert path.shape == (4, *np.shape(x0))
        assert path.dtype == np.float64
        np.testing.assert_array_equal(path[0], before)
        np.testing.assert_array_equal(x0, before)

    def test_linear_regression_of_lecture_001(self):
        x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0])
        W, _ = gradient_descent(lambda W: np.mean((W * x - y) ** 2), 0.0, learning_rate=0.1)
        assert pytest.approx(1) == W

    def test_least_squares_on_xor_says_one_half(self):
        x, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
        (w1, w2, b), _ = gradient_descent(lambda p: np.mean((x @ p[:2] + p[2] - t) ** 2), [1.0, -1.0, 0.0], 0.5, 200)
        np.testing.assert_allclose([w1, w2, b], [0, 0, 0.5], atol=1e-6)

    def test_a_given_gradient_is_used(self):
        x, path = gradient_descent(lambda x: x * x, 1.0, learning_rate=0.5, steps=1, gradient=lambda x: 1.0)
        assert path.tolist() == [1.0, 0.5]
        assert x == 0.5

    def test_stops_when_the_cost_falls_by_less_than_tol(self):
        # Cost x², halved x: the cost falls by ¾ of itself, 0.75, 0.1875, 0.046875, 0.0117…
        _, path = gradient_descent(lambda x: x * x, 1.0, 0.25, tol=0.05, gradient=lambda x: 2 * x)
        assert path.tolist() == [1, 0.5, 0.25, 0.125]

    def test_tol_stops_where_the_cost_rises_and_zero_does_not(self):
        _, path = gradient_descent(lambda x: x * x, 1.0, learning_rate=1.5, tol=1e-9)
        assert len(path) == 2
        _, path = gradient_descent(lambda x: x * x, 1.0, learning_rate=1.5, steps=20)
        np.testing.assert_allclose(path, (-2.0) ** np.arange(21), rtol=1e-6)

    def test_tol_zero_takes_all_steps_at_the_bottom_too(self):
        assert len(gradient_descent(lambda x: x * x, 0.0, steps=7)[1]) == 8

    @pytest.mark.parametrize("x0", [1.0, [1.0, 1.0]])
    def test_divergence_ends_without_warnings(self, x0):
        x, path = gradient_descent(lambda x: np.sum(x**4), x0, 10, steps=1000, gradient=lambda x: 4 * x**3)
        assert 3 < len(path) < 20
        with np.errstate(over="ignore"):
            assert not np.all(np.isfinite(np.asarray(x) ** 4))
        assert np.all(np.isfinite(path[:-1]))

    def test_a_cost_that_is_nan_from_the_start(self):
        x, path = gradient_descent(np.log, -1.0)
        assert x == -1
        assert path.tolist() == [-1]

    def test_no_steps(self):
        assert gradient_descent(lambda x: x * x, 2.0, steps=0)[1].tolist() == [2]

    @pytest.mark.parametrize(
        "wrong",
        [{"learning_rate": 0}, {"learning_rate": np.nan}, {"steps": -1}, {"steps": 1.5}, {"tol": -1}],
        ids=str,
    )
    def test_arguments_out_of_range(self, wrong):
        with pytest.raises(GlassnetError, match=next(iter(wrong))):
            gradient_descent(lambda x: x * x, 1.0, **wrong)

    @pytest.mark.parametrize(("x0", "error"), [(np.nan, DataError), ([1, np.inf], DataError), ("1", ArgumentTypeError)])
    def test_a_start_that_cannot_be_used(self, x0, error):
        with pytest.raises(error, match="x0 must"):
            gradient_descent(np.sum, x0)

    def test_a_gradient_of_another_shape(self):
        with pytest.raises(ShapeError, match=r"gradient\(x\) must have the shape \(2,\) of x, got \(\)"):
            gradient_descent(np.sum, [1.0, 2.0], gradient=np.sum)

    def test_a_cost_that_is_no_number(self):
        with pytest.raises(ShapeError, match="f must return one number"):
            gradient_descent(lambda x: x, [1.0, 2.0])
