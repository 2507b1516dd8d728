import math

import numpy as np

import glassnet as gn
from glassnet.glass.refusal.strokes import strokes_of


def by_loops(picture):
    """The formula, pixel by pixel in float64."""
    at = lambda row, column: picture[row, column] if 0 <= row < 28 and 0 <= column < 28 else 0.0  # noqa: E731
    middles = [4 * cell + 1.5 for cell in range(7)]
    window = [[math.exp(-0.5 * ((place - middle) / 2.2) ** 2) for middle in middles] for place in range(28)]
    sums = [sum(row[cell] for row in window) for cell in range(7)]
    found = np.zeros((8, 7, 7))
    for row in range(28):
        for column in range(28):
            across = at(row, column + 1) - at(row, column - 1)
            down = at(row + 1, column) - at(row - 1, column)
            length = math.hypot(across, down)
            for direction in range(8):
                angle = 2 * math.pi * direction / 8
                along = max(0.0, across * math.cos(angle) + down * math.sin(angle))
                for y in range(7):
                    for x in range(7):
                        weight = window[row][y] / sums[y] * window[column][x] / sums[x]
                        found[direction, y, x] += weight * (along * along / length if length else 0)
    return np.sqrt(found).reshape(-1)


def test_strokes_are_the_formula():
    picture = np.random.default_rng(0).random((28, 28))
    assert np.allclose(strokes_of(picture.reshape(1, 784).astype(np.float32))[0], by_loops(picture), atol=1e-4)


def test_nothing_drawn_has_no_strokes():
    assert not strokes_of(np.zeros((3, 784), dtype=np.float32)).any()


def test_many_pictures_are_as_each_alone():
    pictures = np.random.default_rng(1).random((600, 784)).astype(np.float32)
    together = strokes_of(pictures)
    assert np.allclose(together[[0, 255, 256, 599]], strokes_of(pictures[[0, 255, 256, 599]]), atol=1e-5)
    assert strokes_of(pictures[:0]).shape == (0, 392)


def test_a_picture_moved_by_a_pixel_has_nearly_the_same_strokes():
    (x, _), _ = gn.load_mnist()
    here = x[:50]
    moved = np.roll(here.reshape(-1, 28, 28), 1, axis=2).reshape(-1, 784)
    change = np.linalg.norm(strokes_of(moved) - strokes_of(here)) / np.linalg.norm(strokes_of(here))
    change_of_pixels = np.linalg.norm(moved - here) / np.linalg.norm(here)
    assert change < 0.6 * change_of_pixels
