"""The plane before and after a layer: what is drawn after it is the layer's output, worked out by hand."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import glassnet as gn
from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError

CORNERS, SIDES = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def xor_network():
    """The network of lecture 000: W all 1, c = (0, −1), w = (1, −2), b = 0."""
    hidden, output = ([[1, 1], [1, 1]], [0, -1]), ([[1], [-2]], [0])
    return gn.Network([gn.Dense(2, 2, init=hidden), gn.ReLU(), gn.Dense(2, 1, init=output)])


def lines(ax, label):
    return [np.column_stack(line.get_data()) for line in ax.lines if line.get_label() == label]


def scattered(ax):
    return {one.get_label(): one.get_offsets().data.tolist() for one in ax.collections}


def test_the_points_of_xor_before_and_after():
    figure = plots.plane_before_and_after(xor_network(), CORNERS, SIDES)
    assert isinstance(figure, Figure)
    before, after = figure.axes
    assert scattered(before) == {"class 0": [[0, 0], [1, 1]], "class 1": [[0, 1], [1, 0]]}
    assert scattered(after) == {"class 0": [[0, 0], [2, 1]], "class 1": [[1, 0], [1, 0]]}
    assert [text.get_text() for text in after.texts] == ["2 points"]
    assert not before.texts
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_the_grid_is_bent_as_the_layer_bends_it():
    before, after = plots.plane_before_and_after(xor_network(), CORNERS, SIDES, limits=(-1, 2)).axes
    for line, bent in zip(lines(before, "_grid"), lines(after, "_grid"), strict=True):
        sums = line.sum(axis=1)
        assert np.allclose(bent, np.column_stack([np.maximum(sums, 0), np.maximum(sums - 1, 0)]), atol=1e-6)
    corners = np.concatenate(lines(before, "_grid"))
    assert (corners.min(), corners.max()) == (-1, 2)


def test_two_lines_before_are_one_straight_line_after():
    before, after = plots.plane_before_and_after(xor_network(), CORNERS, SIDES).axes
    drawn = lines(before, "_boundary")
    assert len(drawn) == 2
    for line in drawn:  # h₁ − 2 h₂ is ½ where x₁ + x₂ is ½, and where it is 3/2
        assert np.abs(np.abs(line.sum(axis=1) - 1) - 0.5).max() < 0.02
    (straight,) = [line for line in after.lines if line.get_label() == "_boundary"]
    x, y = straight.get_xy1()
    assert x - 2 * y == pytest.approx(0.5, abs=0.02)
    assert straight.get_slope() == pytest.approx(0.5)


def test_the_line_can_be_left_out():
    before, after = plots.plane_before_and_after(xor_network(), CORNERS, SIDES, boundary=False).axes
    assert not lines(before, "_boundary")
    assert not lines(after, "_boundary")


def test_of_more_units_two_are_chosen_and_the_line_is_bent():
    net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 2), gn.Tanh(), gn.Dense(2, 1), gn.Sigmoid()], seed=1)
    net.parameters["b3"] -= net.trace([[0.5, 0.5]], mode="predict")["Z3"][0]  # so that ½ is within the picture
    before, after = plots.plane_before_and_after(net, CORNERS, SIDES, units=(2, 0)).axes
    wanted = net.trace(CORNERS)["A1"][:, [2, 0]]
    assert np.allclose(scattered(after)["class 0"], wanted[[0, 3]])
    (line,), (bent,) = lines(before, "_boundary"), lines(after, "_boundary")
    assert np.allclose(net.predict(line), 0.5, atol=0.01)
    assert np.allclose(bent, net.trace(line)["A1"][:, [2, 0]])
    assert after.get_xlabel() == "$a_{3}$"
    assert "layer 2" in plots.plane_before_and_after(net, CORNERS, SIDES, layer=2).axes[1].get_title(loc="left")


def test_the_line_of_two_outputs_is_where_they_are_equal():
    hidden, output = ([[1, 1], [1, 1]], [0, -1]), ([[1, 0], [-2, 0]], [0, 0.5])
    net = gn.Network([gn.Dense(2, 2, init=hidden), gn.ReLU(), gn.Dense(2, 2, init=output), gn.Softmax()])
    before, after = plots.plane_before_and_after(net, CORNERS, np.eye(2)[SIDES]).axes
    assert len(lines(before, "_boundary")) == 2
    for line in lines(before, "_boundary"):
        assert np.abs(np.abs(line.sum(axis=1) - 1) - 0.5).max() < 0.02
    (straight,) = [line for line in after.lines if line.get_label() == "_boundary"]
    x, y = straight.get_xy1()
    assert x - 2 * y == pytest.approx(0.5, abs=0.02)


def test_three_classes_have_bent_lines_between_them():
    net = gn.Network([gn.Dense(2, 2), gn.Tanh(), gn.Dense(2, 3), gn.Softmax()], seed=2)
    net.parameters["b2"] = -net.trace([[0.5, 0.5]], mode="predict")["Z2"][0]  # so that all three meet in the middle
    before, after = plots.plane_before_and_after(net, CORNERS, [0, 1, 2, 0]).axes
    assert len(lines(before, "_boundary")) == len(lines(after, "_boundary")) >= 2
    for line in lines(before, "_boundary"):
        first, second = np.sort(net.predict(line))[:, ::-1][:, :2].T
        assert np.allclose(first, second, atol=0.01)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"network": 3}, ArgumentTypeError, "must be a Network"),
        ({"layer": 3}, ArgumentError, "A1, A2"),
        ({"layer": 0}, ArgumentError, "at least 1"),
        ({"layer": 2}, ArgumentError, "two units or more"),
        ({"units": (0, 2)}, ArgumentError, r"2 units of layer 1, counted from 0, got \(0, 2\)"),
        ({"units": 1}, ArgumentTypeError, r"units=\(0, 1\)"),
        ({"x": [[0, 0, 0]]}, ShapeError, r"\(N, 2\)"),
        ({"x": [[0, np.nan]] * 4}, DataError, "finite"),
        ({"t": [0, 1]}, ShapeError, "4 points, got 2"),
    ],
)
def test_bad_input_is_named(arguments, error, words):
    with pytest.raises(error, match=words):
        plots.plane_before_and_after(**{"network": xor_network(), "x": CORNERS, "t": SIDES} | arguments)


def test_a_network_of_other_inputs_is_refused():
    with pytest.raises(ShapeError, match=r"\(N, 3\)"):
        plots.plane_before_and_after(gn.Network([gn.Dense(3, 2)]), CORNERS, SIDES)
