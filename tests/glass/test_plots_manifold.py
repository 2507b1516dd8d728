"""Walks between digits, and pixels at random: the pictures hold the numbers that they should."""

from types import SimpleNamespace

import numpy as np
import pytest

from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 6, 6), dtype=np.uint8)


def tiles(ax, rows, columns, side=6):
    """The small pictures out of the large one, in order."""
    large = ax.images[0].get_array()
    kept = large[~np.ma.getmaskarray(large).all(axis=1)][:, ~np.ma.getmaskarray(large).all(axis=0)]
    kept = np.asarray(kept).reshape(rows, side, columns, side)
    return kept.transpose(0, 2, 1, 3).reshape(rows * columns, side, side)


def test_a_walk_is_straight_from_each_image_to_the_next():
    pictures = tiles(plots.digit_walk(IMAGES, steps=4), rows=2, columns=5)
    first, second, third = IMAGES.astype(float)
    assert np.array_equal(pictures[[0, 4, 5, 9]], [first, second, second, third])
    assert np.allclose(pictures[1], 0.75 * first + 0.25 * second)
    assert np.allclose(pictures[7], (second + third) / 2)


def test_ink_and_paper_are_those_of_the_images():
    assert plots.digit_walk(IMAGES).images[0].get_clim() == (0, 255)
    assert plots.digit_walk(IMAGES / 255).images[0].get_clim() == (0, 1)
    assert plots.random_pixels(IMAGES).images[0].get_clim() == (0, 255)


def test_a_network_says_what_it_takes_each_picture_for():
    asked = []

    def predict(x):
        asked.append(x)
        share = np.linspace(0, 1, len(x))
        return np.column_stack([1 - share, share])

    ax = plots.digit_walk(IMAGES[:2].reshape(2, 36), steps=4, network=SimpleNamespace(predict=predict))
    assert asked[0].shape == (5, 36)
    assert [text.get_text() for text in ax.texts] == ["→ 0\n100%", "→ 0\n75%", "→ 0\n50%", "→ 1\n75%", "→ 1\n100%"]


def test_one_sigmoid_output_is_the_probability_of_class_1():
    network = SimpleNamespace(predict=lambda x: np.array([[0.1], [0.9]]))
    ax = plots.digit_walk(IMAGES[:2], steps=1, network=network)
    assert [text.get_text() for text in ax.texts] == ["→ 0\n90%", "→ 1\n90%"]


def test_shuffled_pixels_are_the_same_in_another_order_and_random_ones_are_not():
    pictures = tiles(plots.random_pixels(IMAGES), rows=3, columns=3)
    assert np.array_equal(pictures[:3], IMAGES)
    for real, shuffled, random in zip(pictures[:3], pictures[3:6], pictures[6:], strict=True):
        assert np.array_equal(np.sort(real.ravel()), np.sort(shuffled.ravel()))
        assert not np.array_equal(real, shuffled)
        assert not np.array_equal(np.sort(real.ravel()), np.sort(random.ravel()))
        assert 0 <= random.min() < random.max() <= 255


def test_the_seed_alone_decides():
    same, again, other = (tiles(plots.random_pixels(IMAGES, seed=seed), rows=3, columns=3) for seed in (1, 1, 2))
    assert np.array_equal(same, again)
    assert not np.array_equal(same, other)


def test_a_digit_is_turned_counter_clockwise_and_slanted_to_the_right():
    stroke = np.zeros((7, 7))
    stroke[1:6, 3] = 1  # upright, through the middle
    (upright, turned) = tiles(plots.digit_manifold(stroke, turns=[0, 90], slants=[0]), rows=1, columns=2, side=7)
    assert np.allclose(upright, stroke)
    assert np.allclose(turned, stroke.T, atol=1e-6)
    (slanted,) = tiles(plots.digit_manifold(stroke, turns=[0], slants=[1]), rows=1, columns=1, side=7)
    assert np.allclose(slanted, np.eye(7)[:, ::-1] * stroke.any(axis=1)[:, np.newaxis], atol=1e-6)
    half = stroke.copy()
    half[4:] = 0  # the upper half alone: turned by 90°, it points to the left
    (left,) = tiles(plots.digit_manifold(half, turns=[90], slants=[0]), rows=1, columns=1, side=7)
    assert np.allclose(left, half.T, atol=1e-6)


def test_turns_run_across_and_slants_down():
    ax = plots.digit_manifold(IMAGES[0].reshape(36), turns=[-10, 0, 10], slants=[0.2, 0])
    pictures = tiles(ax, rows=2, columns=3)
    assert np.allclose(pictures[4], IMAGES[0])
    assert ax.images[0].get_clim() == (0, 255)
    assert ax.get_title(loc="left") == "turned by −10° … 10°\nslanted by 0.2 … 0"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.digit_walk(IMAGES[:1]), ShapeError, "two images"),
        (lambda: plots.digit_walk(IMAGES[0]), ShapeError, "two images|must have the shape"),
        (lambda: plots.digit_walk(IMAGES, steps=0), ArgumentError, "at least 1"),
        (lambda: plots.digit_walk(IMAGES, steps=101), ArgumentError, "at most 100"),
        (lambda: plots.digit_walk(IMAGES, network=3), ArgumentTypeError, "must have predict"),
        (
            lambda: plots.digit_walk(IMAGES, network=SimpleNamespace(predict=lambda x: np.ones(3))),
            ShapeError,
            "a row of probabilities",
        ),
        (lambda: plots.digit_manifold(IMAGES), ShapeError, "image must have the shape"),
        (lambda: plots.digit_manifold(IMAGES[0], turns=[]), ShapeError, "turns must be a row"),
        (lambda: plots.digit_manifold(IMAGES[0], slants="right"), ArgumentTypeError, "slants must hold"),
        (lambda: plots.random_pixels(np.ones((21, 4))), ShapeError, "at most 20"),
        (lambda: plots.random_pixels(IMAGES, seed=-1), ArgumentError, "seed"),
        (lambda: plots.random_pixels("7"), ArgumentTypeError, "images must hold"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
