"""Tangents and fields of gradients: slopes and arrows are those of the derivative, worked out by hand."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError


def lecture_function(x):
    return 0.01 * x**2 + 0.1 * x


def squares(x):
    return np.sum(x**2)


def test_the_tangents_of_lecture_002():
    ax = plots.tangent(lecture_function, [5, 10], limits=(0, 20))
    curve, first, second = ax.lines[:3]
    x = curve.get_xdata()
    assert (x[0], x[-1]) == (0, 20)
    assert np.allclose(curve.get_ydata(), lecture_function(x))
    assert np.allclose(first.get_ydata(), 0.75 + 0.2 * (x - 5))
    assert np.allclose(second.get_ydata(), 2 + 0.3 * (x - 10))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "f(x)",
        "slope 0.2 at x = 5",
        "slope 0.3 at x = 10",
    ]


def test_a_tangent_touches_within_the_default_limits():
    ax = plots.tangent(np.sin, 0.0)
    assert ax.get_xlim() == (-1, 1)
    assert ax.lines[-1].get_xydata().tolist() == [[0, 0]]


def test_a_large_step_shows_the_error_of_the_difference():
    ax = plots.tangent(lambda x: x**3, 1.0, h=1.0)
    assert ax.lines[1].get_label() == "slope 4 at x = 1"  # 3x² + h²


def test_a_steep_tangent_does_not_press_the_curve_flat():
    ax = plots.tangent(lambda x: np.tanh(100 * x), 0.0)
    low, high = ax.get_ylim()
    assert -2 < low < -1
    assert 1 < high < 2


def test_the_field_of_the_squares_points_to_the_middle():
    ax = plots.gradient_field(squares)
    arrows = ax.collections[0]
    assert len(arrows.U) == 17 * 17
    assert np.allclose(np.unique(arrows.X), np.arange(-2, 2.25, 0.25))
    assert np.allclose(arrows.U, -2 * arrows.X)
    assert np.allclose(arrows.V, -2 * arrows.Y)
    assert arrows.angles == "xy"
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-2, 2))


def test_the_two_variables_are_not_exchanged():
    arrows = plots.gradient_field(lambda x: 3 * x[0] - 5 * x[1], limits=((0, 1), (2, 3)), n=2).collections[0]
    assert np.allclose(arrows.U, -3)
    assert np.allclose(arrows.V, 5)
    assert (arrows.X.max(), arrows.Y.max()) == (1, 3)


def test_a_path_follows_the_arrows():
    _, path = gn.gradient_descent(squares, [-1.5, 1.8], steps=20)
    ax = plots.gradient_field(squares, path=path)
    assert np.array_equal(ax.lines[0].get_xydata(), path)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["start", "after 20 steps"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.tangent(lecture_function, "5"), ArgumentTypeError, "x must hold real numbers"),
        (lambda: plots.tangent(lecture_function, [[5]]), ShapeError, r"x=\[3, 4\]"),
        (lambda: plots.tangent(lecture_function, []), ShapeError, "one number or a row"),
        (lambda: plots.tangent(lecture_function, np.inf), DataError, "x must be finite"),
        (lambda: plots.tangent(np.log, -1.0), DataError, "derivative of f must be finite"),
        (lambda: plots.tangent(lecture_function, 5, h=0), ArgumentError, "h must be"),
        (lambda: plots.tangent(lecture_function, 5, limits=(1, 1)), ArgumentError, "low below high"),
        (lambda: plots.tangent("x**2", 5), ArgumentTypeError, "callable"),
        (lambda: plots.tangent(lambda x: None, 5), ArgumentTypeError, "made of numbers"),
        (lambda: plots.gradient_field(lambda x: x), ShapeError, "one number"),
        (lambda: plots.gradient_field(lambda x: np.nan), DataError, "gradient of f must be finite"),
        (lambda: plots.gradient_field("x"), ArgumentTypeError, "callable"),
        (lambda: plots.gradient_field(squares, n=1), ArgumentError, "at least 2"),
        (lambda: plots.gradient_field(squares, path=[1.0, 2.0]), ShapeError, "path must have the shape"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
