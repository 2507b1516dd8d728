"""Activation functions drawn: the lines hold values and derivatives, and break where the function does."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import glassnet as gn
from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError


def named(ax, label):
    return [line for line in ax.lines if line.get_label() == label]


def points(line):
    return [tuple(map(float, point)) for point in zip(*line.get_data(), strict=True)]


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
        ("tanh", np.tanh, lambda x: 1 / np.cosh(x) ** 2),
        ("elu", lambda x: np.where(x > 0, x, np.exp(x) - 1), lambda x: np.where(x > 0, 1, np.exp(x))),
        ("softplus", lambda x: np.log(1 + np.exp(x)), lambda x: 1 / (1 + np.exp(-x))),
    ],
)
def test_smooth_functions_and_their_derivatives_are_drawn_whole(name, value, slope):
    function, derivative = plots.activation_function(name, limits=(-3, 3)).lines[:2]
    x = function.get_xdata()
    assert (x[0], x[-1]) == (-3, 3)
    assert np.allclose(function.get_ydata(), value(x), atol=1e-12)
    assert np.allclose(derivative.get_ydata(), slope(x), atol=1e-12)
    assert function.get_linestyle() != derivative.get_linestyle()


def test_the_step_breaks_at_its_jump_and_says_which_value_it_takes():
    ax = plots.activation_function(gn.functions.step)
    x, y = ax.lines[0].get_data()
    assert np.all(y[x < 0] == 0)
    assert np.all(y[x > 0] == 1)
    assert np.isnan(y[x == 0]).all()
    assert [points(line) for line in named(ax, "_taken")] == [[(0, 0)]]
    assert [points(line) for line in named(ax, "_limit")] == [[(0, 1)]]
    assert not named(ax, "_kink")


def test_the_kink_of_relu_is_marked_and_its_derivative_jumps_from_0_to_1():
    ax = plots.activation_function("relu")
    assert [points(line) for line in named(ax, "_kink")] == [[(0, 0)]]
    assert [points(line) for line in named(ax, "_taken")] == [[(0, 0)]]
    assert [points(line) for line in named(ax, "_limit")] == [[(0, 1)]]


def test_elu_has_a_kink_only_where_alpha_is_not_1():
    assert not named(plots.activation_function("elu"), "_kink")
    assert named(plots.activation_function("elu", alpha=0.5), "_kink")


def test_a_maxout_shows_its_pieces_and_each_place_where_another_takes_over():
    ax = plots.activation_function("maxout", W=[[[-1.0]], [[1.0]], [[0.0]]], b=[[0.0], [0.0], [1.0]])
    x, y = ax.lines[0].get_data()
    assert np.allclose(y, np.maximum(np.abs(x), 1))
    assert [points(line) for line in named(ax, "_kink")] == [[(-1, 1)], [(1, 1)]]
    assert len(named(ax, "_piece")) == 3


def test_maxout_of_x_and_0_is_relu():
    maxout = plots.activation_function("maxout", W=[[[0.0]], [[1.0]]], b=[[0.0], [0.0]])
    relu = plots.activation_function("relu")
    assert np.array_equal(maxout.lines[0].get_ydata(), relu.lines[0].get_ydata())
    assert points(named(maxout, "_kink")[0]) == points(named(relu, "_kink")[0])


def test_the_bounds_of_the_range_are_drawn():
    heights = [line.get_ydata()[0] for line in named(plots.activation_function("tanh"), "_range")]
    assert heights == [-1, 1]
    assert not named(plots.activation_function("leaky_relu"), "_range")


def test_the_label_tells_the_parameters_and_the_derivative_may_be_left_out():
    ax = plots.activation_function("prelu", alpha=0.25, derivative=False)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["prelu(x, alpha=0.25)"]
    assert ax.lines[0].get_ydata()[0] == -1


def test_the_overview_shows_all_of_the_lectures():
    figure = plots.activation_functions()
    assert isinstance(figure, Figure)
    assert [ax.get_title() for ax in figure.axes] == [
        "step", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "maxout",
    ]  # fmt: skip
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["function", "derivative"]
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_an_overview_of_five_leaves_no_empty_axes():
    assert len(plots.activation_functions(["relu", "elu", "tanh", gn.functions.step, "sigmoid"]).axes) == 5


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.activation_function("sigmiod"), ArgumentError, "Did you mean 'sigmoid'"),
        (lambda: plots.activation_function(np.tanh), ArgumentTypeError, "gn.functions.relu, or 'relu'"),
        (lambda: plots.activation_function(gn.functions.softmax), ArgumentTypeError, "elementwise function"),
        (lambda: plots.activation_function("prelu"), ArgumentTypeError, r"prelu\(x, alpha\)"),
        (lambda: plots.activation_function("elu", alpha=[1, 2]), ShapeError, "alpha of elu"),
        (lambda: plots.activation_function("maxout", W=np.ones((2, 2, 1)), b=np.ones((2, 1))), ShapeError, "n_in"),
        (lambda: plots.activation_function("maxout", W=np.ones((2, 1, 2)), b=np.ones((2, 2))), ArgumentTypeError, "on"),
        (lambda: plots.activation_function("relu", limits=(2, -2)), ArgumentError, "low below high"),
        (lambda: plots.activation_function("relu", limits=3), ArgumentTypeError, "two numbers"),
        (lambda: plots.activation_functions([]), ArgumentTypeError, "names must list functions"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
