"""The moving picture of a fit: which frames are recorded, what they hold, and the files that come of them."""

import io

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.glass import plots
from glassnet.glass.plots.fit_recorder import Frame
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    MissingFileError,
    ShapeError,
)

LINE = np.linspace(-1, 1, 16)[:, np.newaxis]
CORNERS, SIDES = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def fit(recorder, x, t, epochs=4, last=(), **more):
    net = gn.Network([gn.Dense(x.shape[1], 3), gn.Tanh(), gn.Dense(3, 1), *last], seed=1)
    net.fit(x, t, epochs=epochs, optimizer=gn.SGD(0.1), callbacks=[recorder], executor="reference", verbose=0, **more)
    return net


@pytest.fixture(scope="module")
def line():
    recorder = plots.FitRecorder(LINE, LINE**2, every=2)
    return recorder, fit(recorder, LINE, LINE**2, epochs=5)


@pytest.fixture(scope="module")
def plane():
    recorder = plots.FitRecorder(CORNERS, SIDES)
    return recorder, fit(recorder, CORNERS, SIDES, last=[gn.Sigmoid()])


def test_frames_are_the_untrained_network_every_so_many_epochs_and_the_end(line):
    recorder, net = line
    assert [frame.epoch for frame in recorder.frames] == [0, 2, 4, 5]
    assert np.isnan(recorder.frames[0].loss)
    assert recorder.frames[-1].loss < recorder.frames[1].loss
    untrained = gn.Network(net.layers, seed=1)
    assert np.array_equal(recorder.frames[0].outputs, untrained.predict(recorder.grid))
    assert np.array_equal(recorder.frames[-1].outputs, net.predict(recorder.grid))


def test_the_grid_lies_round_the_samples_or_where_one_says(line, plane):
    assert line[0].grid.shape == (201, 1)
    assert line[0].grid[[0, -1], 0] == pytest.approx([-1.3, 1.3])
    assert plane[0].grid.shape == (121 * 121, 2)
    assert plots.FitRecorder(LINE, LINE, limits=(-2, 3)).grid[[0, -1], 0].tolist() == [-2, 3]
    assert plots.FitRecorder(CORNERS, SIDES, limits=((0, 1), (2, 3))).grid[-1].tolist() == [1, 3]
    assert plots.FitRecorder(LINE[:, 0], LINE[:, 0]).x.shape == (16, 1)


def test_a_training_that_goes_on_goes_on_in_the_record_and_a_new_one_begins_anew():
    recorder = plots.FitRecorder(LINE, LINE**2)
    net = fit(recorder, LINE, LINE**2, epochs=2)
    again = {"callbacks": [recorder], "executor": "reference", "verbose": 0}
    net.fit(LINE, LINE**2, epochs=2, resume=True, **again)
    assert [frame.epoch for frame in recorder.frames] == [0, 1, 2, 3, 4]
    net.fit(LINE, LINE**2, epochs=1, **again)
    assert [frame.epoch for frame in recorder.frames] == [0, 1]


def test_recording_changes_no_training(line):
    net = fit(lambda run: None, LINE, LINE**2, epochs=5)
    assert np.array_equal(net.parameters["W1"], line[1].parameters["W1"])


def test_the_picture_of_a_line_shows_samples_truth_and_fit(line, monkeypatch):
    drawn = []
    monkeypatch.setattr("matplotlib.figure.Figure.legend", lambda self, *a, **k: drawn.append(self.axes[0]))
    animation = plots.animation_of_fit(line[0], truth=lambda x: x**2, titles=["three units"])
    animation.picture(-1)
    lines = {one.get_label(): one for one in drawn[0].lines}
    assert np.array_equal(lines["samples"].get_xydata(), np.column_stack([LINE, LINE**2]))
    assert np.array_equal(lines["truth"].get_ydata(), line[0].grid[:, 0] ** 2)
    assert np.array_equal(lines["network"].get_ydata(), line[0].frames[-1].outputs[:, 0])
    assert drawn[0].get_title(loc="left").startswith("three units\nepoch 5, loss 0.")


def test_the_picture_of_a_plane_shows_the_classes(plane, monkeypatch):
    drawn = []
    monkeypatch.setattr("matplotlib.figure.Figure.legend", lambda self, *a, **k: drawn.append(self.axes[0]))
    plots.animation_of_fit(plane[0]).picture(-1)
    classes = np.asarray(drawn[0].images[0].get_array())
    assert np.array_equal(classes.ravel(), plane[1].predict(plane[0].grid)[:, 0] >= 0.5)
    assert {one.get_label() for one in drawn[0].collections if one.get_label()[0] != "_"} == {"class 0", "class 1"}


def test_the_file_moves_and_says_how_long_each_frame_stays(line, tmp_path):
    animation = plots.animation_of_fit(line[0], frames_per_second=5)
    assert repr(animation) == "<animation of a fit: 4 frames, epochs 0 to 5>"
    path = animation.save(tmp_path / "fit.gif")
    with Image.open(path) as picture:
        assert picture.format == "GIF"
        assert picture.n_frames == animation.frames == 4
        assert picture.info["loop"] == 0
        durations = []
        for index in range(picture.n_frames):
            picture.seek(index)
            durations.append(picture.info["duration"])
    assert durations == [200, 200, 200, 1500]
    assert [entry.name for entry in tmp_path.iterdir()] == ["fit.gif"]
    assert plots.animation_of_fit(line[0], frames_per_second=5).save(tmp_path / "again.gif").read_bytes() == (
        path.read_bytes()
    )


def test_notebooks_get_it_moving_and_others_its_last_frame(line):
    animation = plots.animation_of_fit(line[0])
    assert animation._repr_html_().startswith('<img alt="animation of a fit: 4 frames')
    assert "data:image/gif;base64,R0lGOD" in animation._repr_html_()
    with Image.open(io.BytesIO(animation._repr_png_())) as still:
        assert np.array_equal(np.asarray(still), np.asarray(animation.picture(3)))
    assert not np.array_equal(np.asarray(animation.picture(0)), np.asarray(animation.picture(3)))


def test_trainings_move_side_by_side_and_the_shorter_one_waits(line):
    short = plots.FitRecorder(LINE, LINE**2)
    fit(short, LINE, LINE**2, epochs=1)
    animation = plots.animation_of_fit([line[0], short], titles=["long", "short"])
    assert animation.frames == 4
    alone = plots.animation_of_fit(line[0])
    assert animation.picture().width > 1.5 * alone.picture().width


def test_of_many_frames_the_first_the_last_and_some_between_are_shown(line):
    recorder = plots.FitRecorder(LINE, LINE**2)
    recorder.frames = [Frame(epoch, 0.5, line[0].frames[0].outputs) for epoch in range(1000)]
    assert repr(plots.animation_of_fit(recorder)) == "<animation of a fit: 60 frames, epochs 0 to 999>"


def test_pyplot_stays_as_it_is(line):
    import matplotlib.pyplot as plt

    plots.animation_of_fit(line[0]).picture()
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.FitRecorder(np.ones((4, 3)), np.ones(4)), ShapeError, r"\(N, 1\) or \(N, 2\)"),
        (lambda: plots.FitRecorder(np.ones((0, 1)), []), ShapeError, "x must have the shape"),
        (lambda: plots.FitRecorder([1, np.nan], [1, 2]), DataError, "x must be finite"),
        (lambda: plots.FitRecorder(LINE, [1, 2]), ShapeError, "one target for each of the 16"),
        (lambda: plots.FitRecorder(LINE, LINE, every=0), ArgumentError, "every"),
        (lambda: plots.FitRecorder(LINE, LINE, limits=(1, 0)), ArgumentError, "low below high"),
        (lambda: plots.animation_of_fit("recorder"), ArgumentTypeError, r"callbacks=\[recorder\]"),
        (lambda: plots.animation_of_fit([]), ArgumentTypeError, "FitRecorder or a list"),
        (lambda: plots.animation_of_fit(plots.FitRecorder(LINE, LINE)), DataError, "no frames"),
        (lambda: fit(plots.FitRecorder(LINE, LINE), CORNERS, SIDES), ShapeError, "2 inputs"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_bad_input_of_an_animation_is_named(line, plane, tmp_path):
    with pytest.raises(ArgumentError, match="truth must be None for a fit over a plane"):
        plots.animation_of_fit(plane[0], truth=np.sin)
    with pytest.raises(ShapeError, match="titles must be 1 strings"):
        plots.animation_of_fit(line[0], titles=["a", "b"])
    with pytest.raises(ArgumentError, match="frames_per_second"):
        plots.animation_of_fit(line[0], frames_per_second=0)
    animation = plots.animation_of_fit(line[0])
    with pytest.raises(ArgumentError, match=r"one of '\.gif', got '\.mp4'"):
        animation.save(tmp_path / "fit.mp4")
    with pytest.raises(MissingFileError, match="Make"):
        animation.save(tmp_path / "none" / "fit.gif")
    with pytest.raises(ArgumentError, match="frame must be one of 4"):
        animation.picture(4)
    with pytest.raises(ArgumentTypeError, match="integer"):
        animation.picture("last")
