"""Pictures of what is no digit, made from random numbers: noise, textures, filled shapes, scribbles, digits in a heap.

Each function returns `count` pictures of ink from 0 to 1 as rows (count, 784).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.picture_filters import resize
from glassnet.data.picture_stages import IMAGE_SIDE as SIDE
from glassnet.glass.refusal.letters import in_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MAGNIFIED = 3 * SIDE  # shapes and scribbles are drawn so large, then shrunk


def noise(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return noise of each pixel for itself: even, normal, or few pixels on; and nearly blank pictures."""
    pictures = np.empty((count, SIDE * SIDE), dtype=np.float32)
    for picture, kind in zip(pictures, rng.integers(4, size=count), strict=True):
        if kind == 0:
            picture[:] = rng.random(picture.size) * rng.uniform(0.2, 1)
        elif kind == 1:
            picture[:] = rng.normal(rng.uniform(0, 0.6), rng.uniform(0.1, 0.6), picture.size)
        elif kind == 2:
            picture[:] = (rng.random(picture.size) < rng.uniform(0.02, 0.6)) * rng.uniform(0.4, 1)
        else:
            picture[:] = 0
            picture[rng.integers(picture.size, size=rng.integers(1, 6))] = rng.random()
    return np.clip(pictures, 0, 1, out=pictures)


def textures(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return clouds, spots, stripes and slopes, as a photo may have them; some with noise."""
    kinds: tuple[Callable[[np.random.Generator], NDArray[Any]], ...] = (_clouds, _clouds, _clouds, _stripes, _slope)
    pictures = np.stack([kinds[kind](rng) for kind in rng.integers(len(kinds), size=count)])
    noisy = rng.random(count) < 0.25
    pictures[noisy] += rng.normal(0, 0.1, pictures[noisy].shape)
    return np.clip(pictures, 0, 1).reshape(count, -1).astype(np.float32)


def _clouds(rng: np.random.Generator) -> NDArray[Any]:
    """Return smooth noise with any contrast: grey clouds, or spots with an edge."""
    cells = int(rng.integers(2, 12))
    clouds = resize(rng.random((cells, cells)), SIDE, SIDE)
    clouds = (clouds - clouds.min()) / (np.ptp(clouds) + 1e-6)
    steepness = np.exp(rng.uniform(0, 4))
    return np.clip((clouds - rng.uniform(0.2, 0.6)) * steepness, 0, 1)


def _stripes(rng: np.random.Generator) -> NDArray[Any]:
    angle, frequency = rng.uniform(0, np.pi), rng.uniform(0.2, 2.5)
    row, column = np.indices((SIDE, SIDE))
    wave = 0.5 + 0.5 * np.sin(frequency * (column * np.cos(angle) + row * np.sin(angle)) + rng.uniform(0, 6))
    return np.clip((wave - 0.5) * np.exp(rng.uniform(0, 3)) + 0.5, 0, 1)


def _slope(rng: np.random.Generator) -> NDArray[Any]:
    """Return an even grey, or one that grows towards a side."""
    slope = np.linspace(rng.random(), rng.random(), SIDE)[:, None] * np.ones(SIDE)
    return slope if rng.random() < 0.5 else slope.T


def shapes(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return filled polygons, ellipses, boxes and symmetric outlines such as clothes have, with or without a grain."""
    from PIL import Image, ImageDraw, ImageFilter

    pictures = np.empty((count, SIDE, SIDE), dtype=np.float32)
    for picture, kind in zip(pictures, rng.integers(3, size=count), strict=True):
        canvas = Image.new("L", (MAGNIFIED, MAGNIFIED), 0)
        pen = ImageDraw.Draw(canvas)
        if kind == 0:
            for _ in range(rng.integers(1, 4)):
                corners = rng.uniform(4, 80, (rng.integers(3, 7), 2))
                pen.polygon([tuple(corner) for corner in corners.tolist()], fill=int(rng.integers(80, 256)))
        elif kind == 1:
            _symmetric_outline(pen, rng)
        else:
            for _ in range(rng.integers(1, 4)):
                left, top, width, height = rng.uniform((2, 2, 15, 15), (60, 60, 70, 70)).tolist()
                draw = pen.ellipse if rng.random() < 0.5 else pen.rectangle
                draw([left, top, left + width, top + height], fill=int(rng.integers(60, 256)))
        smooth = canvas.filter(ImageFilter.GaussianBlur(rng.uniform(0, 3)))
        picture[:] = np.asarray(smooth.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float32) / 255
    grainy = rng.random(count) < 0.5
    pictures[grainy] *= 1 + rng.normal(0, 0.25, pictures[grainy].shape)
    return np.clip(pictures, 0, 1).reshape(count, -1)


def _symmetric_outline(pen: Any, rng: np.random.Generator) -> None:
    middle, count = MAGNIFIED / 2, int(rng.integers(4, 9))
    heights, widths = np.sort(rng.uniform(4, 80, count)), rng.uniform(4, 40, count)
    right = np.column_stack([middle + widths, heights])
    left = np.column_stack([middle - widths, heights])[::-1]
    pen.polygon([tuple(corner) for corner in np.concatenate([right, left]).tolist()], fill=int(rng.integers(100, 256)))
    if rng.random() < 0.5:  # an inner part of another grey
        right[:, 0], left[:, 0] = middle + 0.4 * widths, middle - 0.4 * widths[::-1]
        inner = np.concatenate([right, left])
        pen.polygon([tuple(corner) for corner in inner.tolist()], fill=int(rng.integers(0, 200)))


def scribbles(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return strokes that turn at random or wander on, in MNIST's form as a user's drawing would be."""
    from PIL import Image, ImageDraw

    pictures = np.zeros((count, SIDE * SIDE), dtype=np.float32)
    for picture in pictures:
        canvas = Image.new("L", (MAGNIFIED, MAGNIFIED), 0)
        pen = ImageDraw.Draw(canvas)
        width = int(rng.integers(5, 10))
        for line in _wandering(rng) if rng.random() < 1 / 3 else _turning(rng):
            pen.line([tuple(point) for point in line.tolist()], fill=255, width=width, joint="curve")
        small = np.asarray(canvas.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float32) / 255
        used = small > 0
        rows, columns = np.flatnonzero(used.any(axis=1)), np.flatnonzero(used.any(axis=0))
        picture[:] = in_form(small[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return pictures


def _turning(rng: np.random.Generator) -> list[NDArray[Any]]:
    """Return one to three lines from one random point to the next, most of them rounded."""
    lines = [rng.uniform(8, MAGNIFIED - 8, (rng.integers(6, 15), 2)) for _ in range(rng.integers(1, 4))]
    return [_smooth(line) if rng.random() < 0.7 else line for line in lines]


def _wandering(rng: np.random.Generator) -> list[NDArray[Any]]:
    """Return a line of which each step is like the one before, but for a random part; it fills the picture."""
    count = int(rng.integers(50, 200))
    steps, kept = rng.normal(size=(count, 2)), rng.uniform(0.7, 0.93)
    for number in range(1, count):
        steps[number] += kept * steps[number - 1]
    line = np.cumsum(steps, axis=0)
    line -= line.min(axis=0)
    return [8 + line * ((MAGNIFIED - 16) / line.max())]


def _smooth(points: NDArray[Any]) -> NDArray[Any]:
    """Return points along the quadratic B-spline of the given ones."""
    u = np.linspace(0, 1, 5, endpoint=False)[:, None, None]
    before, here, after = points[:-2], points[1:-1], points[2:]
    curve = 0.5 * ((1 - u) ** 2 * before + (1 + 2 * u - 2 * u * u) * here + u * u * after)
    return curve.transpose(1, 0, 2).reshape(-1, 2)


def heaps(count: int, rng: np.random.Generator, digits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return two digits over each other, or beside each other in one picture."""
    first, second = (
        digits[rng.integers(len(digits), size=count)].reshape(-1, SIDE, SIDE) for _ in range(2)
    )  # fmt: skip
    over = np.maximum(first, np.roll(second, 3, axis=2))
    beside = np.maximum(np.roll(first, -5, axis=2), np.roll(second, 5, axis=2))
    which = rng.random(count) < 0.5
    return np.where(which[:, None, None], over, beside).reshape(count, -1)
