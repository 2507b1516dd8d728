"""Cost curves and surfaces: the numbers of lecture 001, and the path of gradient descent as it was walked."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import glassnet as gn
from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError

X = np.array([1.0, 2.0, 3.0])


def lecture_cost(W):
    return np.mean((W * X - X) ** 2)


def bowl(x):
    return x[0] ** 2 + 10 * x[1] ** 2


def named(ax, label):
    return [line for line in ax.lines if line.get_label() == label]


def test_the_curve_of_lecture_001():
    ax = plots.cost_curve(lecture_cost, at=[0, 1, 2], limits=(-1, 3))
    W, cost = ax.lines[0].get_data()
    assert np.allclose(cost, 14 / 3 * (W - 1) ** 2)
    assert [text.get_text() for text in ax.texts] == ["4.67", "0", "4.67"]
    marks = named(ax, "_marks")[0].get_xydata()
    assert np.allclose(marks, [[0, 14 / 3], [1, 0], [2, 14 / 3]])


def test_the_path_lies_on_the_curve_and_its_tangents_have_its_slopes():
    _, path = gn.gradient_descent(lecture_cost, -0.5, learning_rate=0.05, steps=10)
    ax = plots.cost_curve(lecture_cost, path)
    (walked,) = named(ax, "path")
    assert np.array_equal(walked.get_xdata(), path)
    assert np.allclose(walked.get_ydata(), 14 / 3 * (path - 1) ** 2)
    assert len(named(ax, "after 10 steps")) == 1
    tangents = named(ax, "_tangent")
    assert 2 <= len(tangents) <= 6
    for tangent in tangents:
        (x1, y1), (x2, y2) = tangent.get_xydata()
        middle = (x1 + x2) / 2
        assert np.isclose(path, middle).any()
        assert (y2 - y1) / (x2 - x1) == pytest.approx(28 / 3 * (middle - 1), abs=1e-6)
        assert (y1 + y2) / 2 == pytest.approx(lecture_cost(middle))
    assert not named(plots.cost_curve(lecture_cost, path, tangents=False), "_tangent")


def test_the_limits_hold_the_path_and_the_marks():
    low, high = plots.cost_curve(lecture_cost, [0.0, 2.0], at=[4]).get_xlim()
    assert low < 0
    assert high > 4


def test_a_path_that_left_all_numbers_is_drawn_as_far_as_it_goes():
    ax = plots.cost_curve(lecture_cost, [0.0, 3.0, np.inf], limits=(-1, 4))
    assert named(ax, "path")[0].get_xdata().tolist() == [0, 3]
    assert named(ax, "after 1 step")


def test_a_cost_that_is_not_finite_somewhere_leaves_a_gap():
    ax = plots.cost_curve(np.log, limits=(-1, 1))
    W, cost = ax.lines[0].get_data()
    assert np.isfinite(cost[W > 0]).all()
    assert not np.isfinite(cost[W < 0]).any()
    ax.figure.canvas.draw()


def test_the_contours_are_those_of_the_cost():
    ax = plots.cost_surface(bowl, limits=(-2, 2), levels=10)
    filled, lines = (one for one in ax.collections if hasattr(one, "levels"))
    assert (filled.levels[0], filled.levels[-1]) == pytest.approx((0, 44))
    assert len(filled.levels) == 11
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        assert np.allclose(bowl(path.vertices.T), level, atol=0.15)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-2, 2))


def test_the_path_is_drawn_over_the_contours():
    _, path = gn.gradient_descent(bowl, [-3.0, 1.0], learning_rate=0.08, steps=12)
    ax = plots.cost_surface(bowl, path, names=("w₁", "w₂"))
    assert np.array_equal(named(ax, "_path")[0].get_xydata(), path)
    assert named(ax, "start")[0].get_xydata().tolist() == [[-3, 1]]
    assert np.array_equal(named(ax, "after 12 steps")[0].get_xydata(), path[-1:])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w₁", "w₂")


def test_a_surface_has_the_path_on_it():
    _, path = gn.gradient_descent(bowl, [-3.0, 1.0], learning_rate=0.02, steps=5)
    ax = plots.cost_surface(bowl, path, kind="surface")
    assert ax.name == "3d"
    x, y, heights = ax.lines[0].get_data_3d()
    assert np.array_equal(np.column_stack([x, y]), path)
    assert np.allclose(heights, bowl(path.T))
    assert ax.get_zlabel() == "cost"
    assert ax._repr_png_().startswith(b"\x89PNG")


def test_a_surface_is_drawn_on_axes_of_three_dimensions():
    ax = Figure().add_subplot(projection="3d")
    assert plots.cost_surface(bowl, ax=ax, kind="surface", limits=(-1, 1)) is ax


def test_a_level_cost_and_one_with_holes_can_be_drawn():
    plots.cost_surface(lambda x: 1.0, limits=(-1, 1)).figure.canvas.draw()
    plots.cost_surface(lambda x: np.log(x[0]), limits=(-1, 1)).figure.canvas.draw()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.cost_curve(lecture_cost), ArgumentError, r"Pass limits=\(low, high\)"),
        (lambda: plots.cost_curve(lecture_cost, [[0.0, 1.0]]), ShapeError, "a cost of one parameter"),
        (lambda: plots.cost_curve(lecture_cost, [np.nan]), DataError, "finite point"),
        (lambda: plots.cost_curve(lecture_cost, at=[[1]]), ShapeError, r"at=\[0, 1, 2\]"),
        (lambda: plots.cost_curve(lecture_cost, at="W"), ArgumentTypeError, "at must hold"),
        (lambda: plots.cost_curve(lambda W: [W, W], limits=(0, 1)), ShapeError, "f must return one number"),
        (lambda: plots.cost_curve(3, limits=(0, 1)), ArgumentTypeError, "callable"),
        (lambda: plots.cost_surface(bowl), ArgumentError, "limits must be given"),
        (lambda: plots.cost_surface(bowl, [1.0, 2.0]), ShapeError, "a cost of two parameters"),
        (lambda: plots.cost_surface(bowl, limits=(0, 1), kind="contours"), ArgumentError, "Did you mean 'contour'"),
        (lambda: plots.cost_surface(bowl, limits=(0, 1), names="Wb"), ArgumentTypeError, "two strings"),
        (lambda: plots.cost_surface(bowl, limits=(0, 1), levels=1), ArgumentError, "at least 2"),
        (lambda: plots.cost_surface(lambda x: np.nan, limits=(0, 1)), DataError, "the cost must be finite"),
        (
            lambda: plots.cost_surface(bowl, limits=(0, 1), kind="surface", ax=Figure().add_subplot()),
            ArgumentTypeError,
            "projection='3d'",
        ),
        (
            lambda: plots.cost_surface(bowl, limits=(0, 1), ax=Figure().add_subplot(projection="3d")),
            ArgumentTypeError,
            "two dimensions",
        ),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
