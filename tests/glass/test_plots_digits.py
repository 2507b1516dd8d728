"""Digit grid, mistakes and stages: the right pixels and words in the right places."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError

RNG = np.random.default_rng(1)
IMAGES = RNG.integers(0, 256, (7, 28, 28), dtype=np.uint8)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def tiles(ax, height, width):
    """The images that a grid shows, found by what is not masked: row by row, from left to right."""
    shown = ax.images[0].get_array()
    visible = ~np.ma.getmaskarray(shown)
    tops = np.flatnonzero(np.diff(np.r_[0, visible.any(axis=1)]) == 1)
    lefts = np.flatnonzero(np.diff(np.r_[0, visible.any(axis=0)]) == 1)
    for top in tops:
        for left in lefts:
            tile = np.s_[top : top + height, left : left + width]
            if visible[tile].all():
                yield np.asarray(shown[tile])


@pytest.mark.parametrize(
    "form",
    [
        lambda x: x,
        lambda x: x.reshape(-1, 784),
        lambda x: x[:, np.newaxis],
        lambda x: x.astype(np.float32),
        lambda x: x.tolist(),
    ],
    ids=["NHW", "N784", "N1HW", "float", "list"],
)
def test_tiles_hold_the_pixels_in_order(form):
    ax = plots.digit_grid(form(IMAGES), columns=3)
    assert np.array_equal(list(tiles(ax, 28, 28)), IMAGES)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(1, 5), st.integers(1, 6), st.integers(1, 12))
def test_tiles_of_any_number_and_size_are_all_there(n, height, width, columns):
    images = np.arange(n * height * width, dtype=np.float64).reshape(n, height, width)
    ax = plots.digit_grid(images, np.zeros(n), columns=columns, ax=Figure(figsize=(2, 2)).add_subplot())
    assert np.array_equal(list(tiles(ax, height, width)), images)
    assert len(ax.texts) == n


@pytest.mark.parametrize(
    ("images", "limits"),
    [
        (IMAGES, (0, 255)),
        (IMAGES // 8, (0, 255)),
        (IMAGES / 255, (0, 1)),
        (IMAGES > 128, (0, 1)),
        ((IMAGES > 128).astype(np.uint8), (0, 1)),
        (np.full((1, 4, 4), 0.5), (0, 1)),
        (np.array([[[-1.0, 3.0]]]), (-1, 3)),
    ],
    ids=["bytes", "dark bytes", "floats", "bools", "binary bytes", "constant", "standardized"],
)
def test_ink_is_black_on_white_whatever_the_scale(images, limits):
    picture = plots.digit_grid(images).images[0]
    assert picture.get_clim() == limits
    paper, ink = picture.cmap(0.0), picture.cmap(1.0)
    assert paper[:3] == (1, 1, 1)
    assert ink[:3] == (0, 0, 0)


def test_captions_are_labels_predictions_or_both():
    labels, predictions = [7, 2, 1, 0, 4, 1, 4], [7, 2, 8, 0, 4, 1, 9]
    assert texts(plots.digit_grid(IMAGES)) == []
    assert texts(plots.digit_grid(IMAGES, labels)) == ["7", "2", "1", "0", "4", "1", "4"]
    assert texts(plots.digit_grid(IMAGES, predictions=predictions))[2] == "→ 8"
    assert texts(plots.digit_grid(IMAGES, labels, predictions)) == ["7", "2", "1 → 8", "0", "4", "1", "4 → 9"]
    assert texts(plots.digit_grid(IMAGES, np.eye(10)[labels], np.eye(10)[predictions]))[6] == "4 → 9"


def test_a_caption_stands_below_its_own_image_and_above_the_next():
    ax = plots.digit_grid(IMAGES, np.arange(7), columns=3)
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent().transformed(ax.transData.inverted()) for text in ax.texts]
    pitch = boxes[3].y0 - boxes[0].y0
    for index, box in enumerate(boxes):
        row, column = divmod(index, 3)
        assert min(box.y0, box.y1) > row * pitch + 27
        assert max(box.y0, box.y1) < (row + 1) * pitch
        assert boxes[column].x0 - 3 < box.x0 < boxes[column].x0 + 3


def test_wrong_answers_are_told_by_words_weight_and_frame():
    ax = plots.digit_grid(IMAGES, np.zeros(7), [0, 0, 1, 0, 0, 0, 2], columns=4)
    frames = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [index for index, text in enumerate(ax.texts) if text.get_fontweight() == "bold"] == [2, 6]
    assert len(frames) == 2
    pixels = ax.images[0].get_array()
    for frame, index in zip(frames, (2, 6), strict=True):
        left, top = round(frame.get_x() + 0.5), round(frame.get_y() + 0.5)
        assert np.array_equal(pixels[top : top + 28, left : left + 28], IMAGES[index])


def test_captions_stay_legible_in_a_small_place():
    ax = plots.digit_grid(RNG.random((30, 784)), np.zeros(30), ax=Figure(figsize=(9, 6)).subplots(2, 3)[0, 1])
    assert ax.texts[0].get_fontsize() >= 5.5


def test_the_worst_mistakes_come_first():
    t = [0, 1, 2, 0, 1]
    probabilities = [[0.1, 0.9, 0], [0.0, 0.3, 0.7], [0.0, 0.0, 1.0], [0.3, 0.3, 0.4], [0.97, 0.03, 0]]
    ax = plots.mistakes(IMAGES[:5], t, probabilities)
    assert texts(ax) == ["1 → 0\n97%", "0 → 1\n90%", "1 → 2\n70%", "0 → 2\n40%"]
    assert np.array_equal(list(tiles(ax, 28, 28)), IMAGES[[4, 0, 1, 3]])
    assert texts(plots.mistakes(IMAGES[:5], t, probabilities, count=2)) == ["1 → 0\n97%", "0 → 1\n90%"]
    assert texts(plots.mistakes(IMAGES[:5], np.eye(3)[t], probabilities)) == texts(ax)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_mistakes_are_all_wrong_and_sorted(seed):
    rng = np.random.default_rng(seed)
    probabilities, t = rng.dirichlet(np.ones(4), 30), rng.integers(0, 4, 30)
    wrong = [(max(p), true, int(np.argmax(p))) for p, true in zip(probabilities.tolist(), t.tolist(), strict=True)]
    wrong = sorted((entry for entry in wrong if entry[1] != entry[2]), reverse=True)[:25]
    ax = plots.mistakes(rng.random((30, 4, 4)), t, probabilities, ax=Figure().add_subplot())
    expected = [f"{true} → {answer}\n{sure:.0%}" for sure, true, answer in wrong]
    assert texts(ax) == (expected or ["no mistakes among 30 images"])


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_mistakes_of_a_single_sigmoid(shape):
    probabilities = np.array([0.9, 0.2, 0.5, 0.4]).reshape(shape)
    assert texts(plots.mistakes(IMAGES[:4], [0, 1, 1, 0], probabilities)) == ["0 → 1\n90%", "1 → 0\n80%"]


def test_no_mistakes_are_said_to_be_none():
    assert texts(plots.mistakes(IMAGES[:2], [0, 1], np.eye(2))) == ["no mistakes among 2 images"]


STAGES = {"grey": IMAGES[0], "ink": IMAGES[1] > 99, "cropped": IMAGES[2][:20, :5] / 255}


def test_stages_stand_in_order_with_name_and_size():
    ax = plots.digit_stages(SimpleNamespace(stages=STAGES))
    assert texts(ax) == ["grey\n28 × 28", "ink\n28 × 28", "cropped\n5 × 20"]
    for picture, stage in zip(ax.images, STAGES.values(), strict=True):
        assert np.array_equal(picture.get_array(), stage)
        left, right, bottom, top = picture.get_extent()
        assert (right - left) / (top - bottom) == pytest.approx(stage.shape[1] / stage.shape[0])
    lefts = [picture.get_extent()[0] for picture in ax.images]
    assert lefts == sorted(lefts)
    assert sum(isinstance(patch, FancyArrowPatch) for patch in ax.patches) == 2


def test_names_of_narrow_stages_do_not_run_into_each_other():
    stages = {f"a long name {k}": np.eye(60)[:, :9] for k in range(6)}
    ax = plots.digit_stages(SimpleNamespace(stages=stages))
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert all(first.x1 < second.x0 for first, second in pairwise(boxes))


def test_korean_names_of_classes_are_written_or_numbered_without_a_warning():
    names = ["영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]
    ax = plots.digit_grid(IMAGES, [7, 2, 1, 0, 4, 1, 4], class_names=names)
    ax.figure.canvas.draw()
    assert texts(ax) in (["칠", "이", "일", "영", "사", "일", "사"], ["7", "2", "1", "0", "4", "1", "4"])


def test_dollar_signs_are_no_formulas():
    ax = plots.digit_grid(IMAGES[:2], [0, 1], class_names=["$x^$", "a_$b"])
    ax.figure.canvas.draw()
    assert texts(ax) == ["$x^$", "a_$b"]


GRID = plots.digit_grid
MISTAKES = plots.mistakes
P = np.full((7, 3), 1 / 3)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: GRID(np.zeros((0, 784))), ShapeError, "at least one image, got an array of float64"),
        (lambda: GRID(IMAGES[0]), ShapeError, r"One image alone: give image\[np.newaxis\]"),
        (lambda: GRID(np.zeros((3, 28, 28, 3))), ShapeError, r"shape \(3, 28, 28, 3\)"),
        (lambda: GRID([[1, 2], [3]]), ShapeError, "different lengths"),
        (lambda: GRID(np.full((1, 4, 4), np.nan)), DataError, "images must be finite, got nan"),
        (lambda: GRID(np.ones((1, 4, 4), dtype=complex)), ArgumentTypeError, "real numbers"),
        (lambda: GRID([["a"]]), ArgumentTypeError, "images must hold numbers"),
        (lambda: GRID(np.zeros((1001, 4))), ArgumentError, r"at most 1000 images .* got 1,001"),
        (lambda: GRID(IMAGES, [1, 2]), ShapeError, "labels must have one class for each of the 7 images, got 2"),
        (lambda: GRID(IMAGES, predictions=[1]), ShapeError, "predictions must have one class for each"),
        (lambda: GRID(IMAGES, [-1] * 7), DataError, "got -1 at position 0"),
        (lambda: GRID(IMAGES, columns=0), ArgumentError, "columns must be an integer of at least 1"),
        (lambda: GRID(IMAGES, [2] * 7, class_names=["a", "b"]), ArgumentError, "2 names for 3 classes"),
        (lambda: GRID(IMAGES, [0] * 7, class_names="ab"), ArgumentTypeError, "sequence of strings"),
        (lambda: MISTAKES(IMAGES, [0] * 7, P[:6]), ShapeError, "one row for each of the 7 images"),
        (lambda: MISTAKES(IMAGES, [0] * 6, P), ShapeError, "one row for each of the 7 samples"),
        (lambda: MISTAKES(IMAGES, [3] * 7, P), DataError, "from 0 to 2, got 3"),
        (lambda: MISTAKES(IMAGES, [0] * 7, P * np.nan), DataError, "probabilities must be finite"),
        (lambda: MISTAKES(IMAGES, [0] * 7, P * 9), ArgumentError, "from 0 to 1, got 3 to 3"),
        (lambda: MISTAKES(IMAGES, [0] * 7, P, count=0), ArgumentError, "count must be an integer of at least 1"),
        (lambda: plots.digit_stages(IMAGES), ArgumentTypeError, "must have stages"),
        (lambda: plots.digit_stages(SimpleNamespace(stages={})), DataError, "at least one stage"),
        (
            lambda: plots.digit_stages(SimpleNamespace(stages={"rgb": np.zeros((3, 3, 3))})),
            ShapeError,
            "the stage 'rgb'",
        ),
        (
            lambda: plots.digit_stages(SimpleNamespace(stages={"a": [[np.inf]]})),
            DataError,
            "the stage 'a' must be finite",
        ),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
