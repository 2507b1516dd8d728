"""Learning curves: the lines hold the history's numbers, at the right epochs."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError

EPOCHS = {
    "epoch": [1, 2, 3, 4],
    "loss": [0.9, 0.5, 0.3, 0.2],
    "val_loss": [0.8, 0.6, 0.5, 0.45],
    "accuracy": [0.7, 0.85, 0.9, 0.95],
    "val_accuracy": [0.75, 0.84, 0.88, 0.9],
    "learning_rate": [0.1, 0.1, 0.05, 0.05],
}
STEPS = {"step": list(range(1, 9)), "loss": [2.0, 1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2]}


def lines(ax):
    """The lines by the first word of their label."""
    return {line.get_label().split(",")[0].split(" by")[0]: line for line in ax.lines}


def points(line):
    return [(float(x), float(y)) for x, y in zip(*line.get_data(), strict=True)]


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_lines_equal_the_history(metric):
    drawn = lines(plots.learning_curves({"epochs": EPOCHS}, metric))
    assert set(drawn) == {"training", "validation"}
    assert points(drawn["training"]) == list(zip([1, 2, 3, 4], EPOCHS[metric], strict=True))
    assert points(drawn["validation"]) == list(zip([1, 2, 3, 4], EPOCHS[f"val_{metric}"], strict=True))


def test_lines_differ_in_dashes_and_markers_and_not_by_colour_alone():
    history = {"epochs": EPOCHS, "steps": STEPS, "evaluations": {"step": [4, 8], "loss": [0.7, 0.4]}}
    drawn = lines(plots.learning_curves(history))
    looks = {(line.get_linestyle(), line.get_marker()) for line in drawn.values()}
    assert len(looks) == len(drawn) == 3


def test_a_history_object_and_its_json_draw_the_same():
    history = SimpleNamespace(epochs=EPOCHS, steps=STEPS, evaluations={})
    again = json.loads(json.dumps({"epochs": EPOCHS, "steps": STEPS, "evaluations": {}, "stopped": "all epochs done"}))
    first, second = plots.learning_curves(history, by_step=True), plots.learning_curves(again, by_step=True)
    assert [points(line) for line in first.lines] == [points(line) for line in second.lines]


def test_the_legend_and_the_axes_say_what_is_shown():
    ax = plots.learning_curves({"epochs": EPOCHS}, "accuracy")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "training, last 95.00%",
        "validation, last 90.00%",
    ]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "accuracy")
    assert ax.yaxis.get_major_formatter()(0.5, 0).endswith("%")
    assert plots.learning_curves({"epochs": EPOCHS}, "learning_rate").get_ylabel() == "learning rate"


def test_steps_are_drawn_by_default_only_while_there_are_few_epochs():
    assert len(plots.learning_curves({"epochs": {"loss": [1.0, 0.5]}, "steps": STEPS}).lines) == 2
    assert len(plots.learning_curves({"epochs": {"loss": [1.0, 0.5, 0.3]}, "steps": STEPS}).lines) == 1
    assert len(plots.learning_curves({"epochs": {"loss": [1.0, 0.5]}, "steps": STEPS}, by_step=False).lines) == 1


def test_a_step_stands_in_the_middle_of_its_share_of_the_epoch():
    by_step = plots.learning_curves({"epochs": EPOCHS, "steps": STEPS}, by_step=True).lines[0]
    assert points(by_step) == [(0.25 + k / 2, loss) for k, loss in enumerate(STEPS["loss"])]


def test_many_steps_are_averaged_in_blocks_and_keep_their_mean():
    values = np.random.default_rng(0).random(6_000)
    ax = plots.learning_curves({"epochs": {"loss": [0.5]}, "steps": {"loss": values.tolist()}})
    at, means = ax.lines[0].get_data()
    assert len(means) == 200
    assert means[7] == pytest.approx(values[7 * 30 : 8 * 30].mean())
    assert np.mean(means) == pytest.approx(values.mean())
    assert ax.lines[0].get_label() == "training, mean of 30 steps"
    assert 0 < at[0] < at[-1] < 1


def test_evaluations_stand_at_their_steps():
    history = {
        "epochs": EPOCHS,
        "steps": STEPS,
        "evaluations": {"samples": [0, 3, 8], "step": [0, 3, 8], "loss": [2, 0.7, 0.4]},
    }
    assert points(lines(plots.learning_curves(history))["evaluation"]) == [(0, 2), (1.5, 0.7), (4, 0.4)]


def test_evaluations_without_any_count_of_steps_are_left_out():
    history = {"epochs": EPOCHS, "evaluations": {"step": [3], "loss": [0.7]}}
    assert set(lines(plots.learning_curves(history))) == {"training", "validation"}


def test_a_resumed_training_goes_on_where_it_was():
    history = {
        "epochs": {"epoch": [6, 7], "loss": [0.3, 0.2]},
        "steps": {"step": [501, 502, 503, 504], "loss": [0.4, 0.3, 0.3, 0.2]},
        "evaluations": {"step": [500, 503], "loss": [0.5, 0.25]},
    }
    drawn = plots.learning_curves(history).lines
    assert points(drawn[0]) == [(5.25, 0.4), (5.75, 0.3), (6.25, 0.3), (6.75, 0.2)]
    assert points(drawn[1]) == [(6, 0.3), (7, 0.2)]
    assert points(drawn[2]) == [(5, 0.5), (6.5, 0.25)]


def test_a_history_that_counts_the_steps_of_its_epochs_is_taken_at_its_word():
    history = {"epochs": {"step": [6, 8], "loss": [1, 0.5]}, "evaluations": {"step": [3, 7], "loss": [2, 1]}}
    assert points(lines(plots.learning_curves(history))["evaluation"]) == [(0.5, 2), (1.5, 1)]


def test_before_the_first_epoch_ended_the_axis_counts_steps():
    ax = plots.learning_curves({"epochs": {}, "steps": {"step": [1, 2], "loss": [2.0, 1.0]}})
    assert ax.get_xlabel() == "step"
    assert points(ax.lines[0]) == [(0.5, 2), (1.5, 1)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(width=32) | st.none(), min_size=1, max_size=40))
def test_any_numbers_are_drawn_without_a_warning(values):
    ax = plots.learning_curves({"epochs": {"loss": values}}, ax=Figure(figsize=(2, 2)).add_subplot())
    expected = [np.nan if value is None else value for value in values]
    assert np.array_equal(ax.lines[0].get_ydata(), expected, equal_nan=True)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_a_loss_that_is_not_finite_leaves_a_gap(value):
    ax = plots.learning_curves({"epochs": {"loss": [1.0, value, 0.5]}})
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    assert 0 < low < 0.5
    assert 1.0 < high < 2


def test_the_figure_has_loss_and_accuracy_side_by_side():
    figure = plots.learning_curves_figure({"epochs": EPOCHS})
    assert isinstance(figure, Figure)
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss", "accuracy"]
    assert points(figure.axes[1].lines[0])[-1] == (4, 0.95)
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_the_figure_of_a_regression_has_the_loss_alone():
    figure = plots.learning_curves_figure({"epochs": {"loss": [1.0, 0.5]}})
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss"]


def test_many_epochs_keep_their_markers_apart():
    line = plots.learning_curves({"epochs": {"loss": list(range(1000))}}).lines[0]
    assert line.get_markevery() == 40


@pytest.mark.parametrize(
    ("history", "metric", "error", "words"),
    [
        ({"epochs": EPOCHS}, "acuracy", ArgumentError, "Did you mean 'accuracy'"),
        ({"epochs": EPOCHS}, "val_loss", ArgumentError, "Did you mean 'loss'"),
        ({"epochs": EPOCHS}, "epoch", ArgumentError, "metric must be one of"),
        ({"epochs": EPOCHS}, None, ArgumentError, "metric must be one of"),
        ({"epochs": {}}, "loss", ArgumentError, "at least one metric, got an empty one"),
        ({"loss": [1.0]}, "loss", ArgumentTypeError, "a dict with 'epochs'"),
        ({"epochs": [1.0]}, "loss", ArgumentTypeError, "a dict with 'epochs'"),
        ([1.0], "loss", ArgumentTypeError, "history must be what fit returned"),
        ({"epochs": {"loss": ["low"]}}, "loss", ArgumentTypeError, "loss must hold numbers"),
        ({"epochs": {"loss": [[1.0]]}}, "loss", ShapeError, "list of numbers"),
        ({"epochs": EPOCHS, "evaluations": {"step": [1], "loss": [1, 2]}}, "loss", ShapeError, "1 steps and 2 values"),
    ],
)
def test_bad_input_is_named(history, metric, error, words):
    with pytest.raises(error, match=words):
        plots.learning_curves(history, metric)


def test_a_figure_without_loss_is_refused():
    with pytest.raises(ArgumentError, match="metric must be one of 'accuracy'"):
        plots.learning_curves_figure({"epochs": {"accuracy": [0.5]}})
