"""Decision regions: the picture holds the classifier's answers, the line lies between them."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def picture(ax):
    """The places across, the places up, and the classes there, the lowest row first."""
    classes = np.asarray(ax.images[0].get_array())
    left, right, bottom, top = ax.images[0].get_extent()
    return np.linspace(left, right, classes.shape[1]), np.linspace(bottom, top, classes.shape[0]), classes


def boundary(ax):
    """All points of the lines between the classes."""
    return np.concatenate(
        [path.vertices for one in ax.collections if hasattr(one, "levels") for path in one.get_paths()]
    )


def scattered(ax):
    return {one.get_label(): one.get_offsets().data for one in ax.collections if not hasattr(one, "levels")}


def test_each_place_has_its_class():
    ax = plots.decision_regions(lambda x: x[:, 1] > 2 * x[:, 0], limits=((-1, 1), (-3, 3)))
    across, up, classes = picture(ax)
    assert np.array_equal(classes, up[:, np.newaxis] > 2 * across)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 1), (-3, 3))


def test_the_line_of_a_perceptron_is_where_its_net_input_is_0():
    perceptron = gn.Perceptron([1.0, -2.0], bias=0.25)
    line = boundary(plots.decision_regions(perceptron, limits=(-1, 1)))
    assert len(line) > 100
    assert np.abs(perceptron.net_input(line)).max() < 0.03


@pytest.mark.parametrize("gate", [gn.gates.AND, gn.gates.NAND, gn.gates.OR, gn.gates.XOR], ids=lambda gate: gate.name)
def test_a_gate_stands_on_its_four_points_and_says_the_same_there(gate):
    ax = plots.decision_regions(gate)
    across, up, classes = picture(ax)
    for label, points in scattered(ax).items():
        for x1, x2 in points:
            assert f"class {classes[np.abs(up - x2).argmin(), np.abs(across - x1).argmin()]}" == label
            assert f"class {gate(int(x1), int(x2))}" == label


def test_xor_is_a_band_between_two_lines():
    across, up, classes = picture(plots.decision_regions(gn.gates.XOR, limits=(-1, 2)))
    sums = up[:, np.newaxis] + across
    clear = (np.abs(sums - 0.4) > 1e-6) & (np.abs(sums - 1.4) > 1e-6)  # OR fires above 0.4, NAND below 1.4
    assert np.array_equal(classes[clear], ((sums > 0.4) & (sums < 1.4))[clear])


def test_a_network_is_asked_for_its_classes():
    weights = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [0.0, 0.0, 0.0]
    net = gn.Network([gn.Dense(2, 3, init=weights), gn.Softmax()])
    ax = plots.decision_regions(net, [[0.5, 0.2], [-1, -1], [0.1, 0.9]], np.eye(3)[[1, 0, 2]])
    across, up, classes = picture(ax)
    grid = np.stack([np.zeros((240, 240)), *np.meshgrid(across.astype(np.float32), up.astype(np.float32))])
    assert np.array_equal(classes, grid.argmax(axis=0))
    assert set(scattered(ax)) == {"class 0", "class 1", "class 2"}


def test_points_keep_their_true_class_where_the_classifier_errs():
    ax = plots.decision_regions(lambda x: np.zeros(len(x)), CORNERS, [0, 1, 1, 0])
    assert scattered(ax)["class 1"].tolist() == [[0, 1], [1, 0]]
    assert not any(hasattr(one, "levels") for one in ax.collections)


def test_without_targets_the_points_have_the_classes_that_they_are_given():
    ax = plots.decision_regions(lambda x: (x[:, :1] > 0.5).astype(int), CORNERS)
    assert scattered(ax)["class 1"].tolist() == [[1, 0], [1, 1]]


def test_names_stand_in_the_legend_and_classes_differ_in_marker_and_colour():
    ax = plots.decision_regions(lambda x: x[:, 0] > 0.5, CORNERS, [0, 1, 1, 0], class_names=["off", "on"])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["off", "on"]
    off, on = (one for one in ax.collections if not hasattr(one, "levels"))
    assert not np.array_equal(off.get_facecolor(), on.get_facecolor())
    assert not np.array_equal(off.get_paths()[0].vertices, on.get_paths()[0].vertices)


def test_more_classes_than_colours_can_be_drawn():
    ax = plots.decision_regions(lambda x: np.clip(x[:, 0] // 1, 0, 11), limits=(0, 12))
    assert np.array_equal(np.unique(picture(ax)[2]), np.arange(12))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.decision_regions(3, CORNERS), ArgumentTypeError, "lambda rows"),
        (lambda: plots.decision_regions(lambda x: x[:, 0] > 0), ArgumentError, r"Pass limits=\(low, high\)"),
        (lambda: plots.decision_regions(lambda x: x[:, 0] * 0.3, CORNERS), DataError, "by a comparison"),
        (lambda: plots.decision_regions(lambda x: -np.ones(len(x)), CORNERS), DataError, "got -1"),
        (lambda: plots.decision_regions(lambda x: np.full(len(x), np.nan), CORNERS), DataError, "got nan"),
        (lambda: plots.decision_regions(lambda x: x, CORNERS), ShapeError, r"argmax\(axis=1\)"),
        (lambda: plots.decision_regions(lambda x: 1, CORNERS), ShapeError, "one class for each"),
        (lambda: plots.decision_regions(gn.gates.AND, np.ones((3, 3))), ShapeError, r"x\[:, \[0, 1\]\]"),
        (lambda: plots.decision_regions(gn.gates.AND, [[0, np.inf]]), DataError, "x must be finite"),
        (lambda: plots.decision_regions(gn.Perceptron([1, 1], bias=0), CORNERS, [0, 1]), ShapeError, "4 points, got 2"),
        (lambda: plots.decision_regions(lambda x: x[:, 0] > 0, t=[1], limits=(0, 1)), ArgumentTypeError, "Pass both"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_regression_is_refused_as_the_network_refuses_it():
    net = gn.Network([gn.Dense(2, 2), gn.ReLU(), gn.Dense(2, 1)])
    with pytest.raises(DataError, match="regression"):
        plots.decision_regions(net, CORNERS, [0, 1, 1, 0])
