"""Pictures of a network's insides: first-layer weights and histograms of activations."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError

RNG = np.random.default_rng(2)
W1 = RNG.normal(size=(12, 7))


def tiles(ax, height, width, gap=1):
    shown = ax.images[0].get_array()
    for top in range(0, shown.shape[0], height + gap):
        for left in range(0, shown.shape[1], width + gap):
            tile = shown[top : top + height, left : left + width]
            if not np.ma.getmaskarray(tile).any():
                yield np.asarray(tile)


def test_a_tile_is_a_column_of_the_weights_in_the_shape_of_the_input():
    ax = plots.first_layer_weights(W1, image_shape=(3, 4))
    assert np.array_equal(list(tiles(ax, 3, 4)), [W1[:, unit].reshape(3, 4) for unit in range(7)])
    assert ax.get_title(loc="left") == "all 7 units"


def test_a_network_gives_its_own_first_layer():
    network = SimpleNamespace(parameters={"W1": W1[:9], "W2": np.zeros((7, 2))})
    from_network = plots.first_layer_weights(network, count=2)
    assert np.array_equal(list(tiles(from_network, 3, 3)), [W1[:9, 0].reshape(3, 3), W1[:9, 1].reshape(3, 3)])
    assert from_network.get_title(loc="left") == "first 2 of 7 units"


def test_the_pieces_of_a_maxout_unit_stand_side_by_side():
    pieces = RNG.normal(size=(2, 9, 3))
    shown = list(tiles(plots.first_layer_weights(pieces), 3, 3))
    assert np.array_equal(shown[:4], [pieces[k, :, unit].reshape(3, 3) for unit in (0, 1) for k in (0, 1)])


def test_the_colours_are_centred_on_zero_and_an_outlier_does_not_pale_the_rest():
    weights = RNG.normal(size=(784, 40))
    weights[0, 0] = -500.0
    picture = plots.first_layer_weights(weights).images[0]
    low, high = picture.get_clim()
    assert low == -high
    assert 2 < high < 5
    middle = picture.cmap(0.5)[:3]
    assert min(middle) > 0.95
    assert plots.first_layer_weights(np.zeros((4, 2))).images[0].get_clim() == (-1, 1)


def test_by_default_at_most_a_hundred_units_are_drawn():
    ax = plots.first_layer_weights(np.ones((4, 300)))
    assert len(list(tiles(ax, 2, 2))) == 100
    assert len(list(tiles(plots.first_layer_weights(np.ones((4, 300)), count=150), 2, 2))) == 150


def rows(ax):
    """The baseline and the outline of each ridge."""
    return [patch.get_data() for patch in ax.patches if isinstance(patch, StepPatch) and patch.get_fill()]


def test_layers_stand_in_the_order_of_their_numbers():
    trace = {
        "X": np.ones(3),
        "A10": np.ones(3),
        "A2": np.ones(3),
        "A1": np.ones(3),
        "dA1": np.ones(3),
        "Z1": np.ones(3),
    }
    ax = plots.activation_histograms(trace)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    heights = ax.get_yticks()
    assert labels == ["A1", "A2", "A10"]
    assert list(heights) == sorted(heights, reverse=True)


def test_a_trace_is_asked_for_its_names():
    class Trace:
        names = ("X", "A1", "loss")

        def __getitem__(self, name):
            return {"A1": np.array([[1.0, 3.0]])}[name]

    assert [text.get_text() for text in plots.activation_histograms(Trace()).texts] == ["mean 2, std 1"]


def test_other_arrays_are_drawn_by_name():
    ax = plots.activation_histograms({"hidden": np.ones(3), "Z1": np.zeros(2)}, names=["Z1", "hidden"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Z1", "hidden"]


def test_heights_are_square_roots_of_the_counts():
    values = np.r_[np.zeros(900), np.full(100, 0.5), np.ones(400)]
    heights, edges, base = rows(plots.activation_histograms({"A1": values}))[0]
    counts = (heights - base) ** 2
    assert counts[0] / counts[-1] == pytest.approx(900 / 400)
    assert counts[0] / counts[np.searchsorted(edges, 0.5, side="right") - 1] == pytest.approx(9)
    assert (edges[0], edges[-1]) == (0, 1)


def test_the_figures_of_each_layer_are_written():
    values = np.array([0.0, 0.0, 1.0, 3.0, np.nan, np.inf])
    (text,) = plots.activation_histograms({"A1": values}).texts
    assert text.get_text() == "mean 1, std 1.22, 50.0% zeros, 2 nan or inf left out"


def test_a_layer_that_says_one_thing_only_is_a_narrow_bar():
    ax = plots.activation_histograms({"A1": np.linspace(-3, 3, 50), "A2": np.full(50, 0.3)})
    _, edges, _ = rows(ax)[1]
    assert len(edges) == 2
    assert edges[0] < 0.3 < edges[1]
    assert edges[1] - edges[0] <= 0.1 + 1e-9
    assert ax.texts[1].get_text() == "mean 0.3, std 0"


@pytest.mark.parametrize("values", [np.full(4, np.nan), np.zeros(3), np.array([5.0]), np.array([True, False])])
def test_extreme_layers_are_drawn(values):
    plots.activation_histograms({"A1": values}).figure.canvas.draw()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(width=32), min_size=1, max_size=30))
def test_any_numbers_are_drawn_without_a_warning(values):
    ax = plots.activation_histograms(
        {"A1": np.array(values, dtype=np.float32)}, ax=Figure(figsize=(2, 2)).add_subplot()
    )
    ax.figure.canvas.draw()
    assert len(ax.texts) == 1


WEIGHTS = plots.first_layer_weights
HISTOGRAMS = plots.activation_histograms


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: WEIGHTS(W1), ArgumentError, r"n_in = 12 is no square .* Pass image_shape=\(height, width\)"),
        (lambda: WEIGHTS(W1, image_shape=(5, 5)), ArgumentError, r"height · width = n_in = 12, got \(5, 5\)"),
        (lambda: WEIGHTS(W1, image_shape=12), ArgumentError, "image_shape must be"),
        (lambda: WEIGHTS(W1, image_shape=(2.5, 5)), ArgumentTypeError, "a side of image_shape"),
        (lambda: WEIGHTS(W1[:, 0]), ShapeError, r"\(n_in, n_out\)"),
        (lambda: WEIGHTS(np.zeros((0, 3))), ShapeError, r"shape \(0, 3\)"),
        (lambda: WEIGHTS(np.full((4, 2), np.inf)), DataError, "W1 must be finite"),
        (lambda: WEIGHTS(SimpleNamespace(parameters={"alpha1": 1})), ArgumentError, "got the parameters alpha1"),
        (lambda: WEIGHTS(np.ones((4, 2)), count=0), ArgumentError, "count must be an integer of at least 1"),
        (lambda: WEIGHTS(np.ones((4, 2000)), count=2000), ArgumentError, "at most 1000 images"),
        (lambda: HISTOGRAMS({}), ArgumentError, "called A1, A2, …, got nothing"),
        (lambda: HISTOGRAMS({"Z1": np.ones(2)}), ArgumentError, r"got Z1. Say which arrays to draw with names"),
        (lambda: HISTOGRAMS({"A1": np.ones(2)}, names=["A2"]), ArgumentError, "names must be one of 'A1', got 'A2'"),
        (lambda: HISTOGRAMS({"A1": np.ones(0)}), ArgumentError, "A1 must hold at least one number"),
        (lambda: HISTOGRAMS({"A1": ["a"]}), ArgumentTypeError, "A1 must hold numbers"),
        (lambda: HISTOGRAMS(3), ArgumentTypeError, "trace must be a trace"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
