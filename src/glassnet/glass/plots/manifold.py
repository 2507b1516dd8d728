"""The manifold hypothesis in pictures: what lies between two digits, and what pixels at random look like."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.glass.plots.digits import ARROW, draw_captioned, sureness
from glassnet.glass.plots.fonts import BUNDLED_FONT
from glassnet.glass.plots.mosaic import Mosaic, as_grey_values, as_images, value_range
from glassnet.glass.plots.style import INK_ON_PAPER, LETTER_WIDTH, axes_or_new, shown_by_notebooks
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    ShapeError,
    as_real_array,
    check_finite,
    check_integer,
    describe,
)
from glassnet.mathematics.targets import preferred_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

MOST_STEPS = 100


TURNS = (-40.0, -20.0, 0.0, 20.0, 40.0)  # degrees
SLANTS = (-0.5, -0.25, 0.0, 0.25, 0.5)


class Predictor(Protocol):
    """A network, as far as these plots need it."""

    def predict(self, x: ArrayLike) -> NDArray[Any]:
        """Return the probabilities of the classes."""


def digit_walk(
    images: ArrayLike,
    steps: int = 8,
    ax: Axes | None = None,
    *,
    network: Predictor | None = None,
) -> Axes:
    """Draw the straight way from one image to the next, each pixel fading evenly, one row of pictures a way.

    Given a network, its answer to each picture and how sure it is stand below it. Halfway there mostly is no digit but
    two, one over the other: the straight way leaves the manifold on which the digits lie.

    Parameters
    ----------
    images : array of shape (N, side·side), (N, height, width) or (N, 1, height, width)
        At least two images: the walk goes from each to the next.
    steps : int, default 8
        In how many steps, at least 1 and at most 100: a row has steps + 1 pictures, both ends among them.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    network : Network, optional
        A classifier that takes such images as flat rows.

    Returns
    -------
    Axes
        ``ax.images[0]`` is all pictures as one image.

    Raises
    ------
    ShapeError
        If there are fewer than two images, or the network gives no row of outputs for each picture.
    ArgumentTypeError
        If the network has no `predict`.

    Notes
    -----
    Source: lecture 000, manifold hypothesis.

    Examples
    --------
    >>> images = np.stack([np.zeros((28, 28)), np.ones((28, 28))])
    >>> ax = digit_walk(images, steps=4)
    >>> sorted({float(value) for value in ax.images[0].get_array().compressed()})
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    ends = as_images(images)
    if len(ends) < 2:
        raise ShapeError(f"images must hold at least two images to walk between, got {len(ends)}. Give images[:2].")
    steps = check_integer("steps", steps, minimum=1)
    if steps > MOST_STEPS:
        raise ArgumentError(f"steps must be at most {MOST_STEPS}, got {steps:,}: pictures would be too small to see.")
    share = np.linspace(0, 1, steps + 1)[:, np.newaxis, np.newaxis]
    low, high = value_range(ends)
    values = ends.astype(np.float64)
    ways = [(1 - share) * one + share * other for one, other in pairwise(values)]
    pictures = np.concatenate(ways)
    captions = [] if network is None else _answers(network, pictures)
    drawn = draw_captioned(pictures, captions, [], steps + 1, ax, families=[BUNDLED_FONT])
    drawn.images[0].set_clim(low, high)
    return drawn


def digit_manifold(
    image: ArrayLike,
    ax: Axes | None = None,
    *,
    turns: Sequence[float] = TURNS,
    slants: Sequence[float] = SLANTS,
) -> Axes:
    """Draw one image turned (from left to right) and slanted (from top to bottom): a surface in the space of images.

    Two numbers say where on it a picture lies, although each picture has hundreds of pixels; and every step on it leads
    to a digit, which the straight way between two pictures does not.

    Parameters
    ----------
    image : array of shape (side·side,) or (height, width)
        One image.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    turns : sequence of float, default (-40, -20, 0, 20, 40)
        Degrees, counter-clockwise.
    slants : sequence of float, default (-0.5, -0.25, 0, 0.25, 0.5)
        By how many pixels a row lies farther right than the row below it.

    Returns
    -------
    Axes
        ``ax.images[0]`` is all pictures as one image.

    Raises
    ------
    ShapeError
        If it is not one image.
    DataError, ArgumentTypeError
        If a turn or a slant is no finite number.

    Notes
    -----
    Source: lecture 000, moving within a manifold: there faces, turned about two axes.

    Examples
    --------
    >>> ax = digit_manifold(np.eye(28), turns=[-10, 0, 10], slants=[0])
    >>> ax.get_title(loc="left")
    'turned by −10° … 10°'
    """
    picture = as_images(as_grey_values(image, "image")[np.newaxis], "image")[0]
    angles, slopes = (_row_of_numbers(name, values) for name, values in (("turns", turns), ("slants", slants)))
    moved = np.stack([_moved(picture, angle, slope) for slope in slopes for angle in angles])
    drawn = draw_captioned(moved, [], [], len(angles), ax, families=[BUNDLED_FONT])
    drawn.images[0].set_clim(*value_range(picture))
    told = [f"turned by {angles[0]:g}° … {angles[-1]:g}°"] if len(angles) > 1 else []
    told += [f"slanted by {slopes[0]:g} … {slopes[-1]:g}"] if len(slopes) > 1 else []
    drawn.set_title("\n".join(told).replace("-", "−"), loc="left", fontsize="small")
    return drawn


def random_pixels(images: ArrayLike, ax: Axes | None = None, *, seed: int = 0) -> Axes:
    """Draw images, below each its own pixels in another order, and below that pixels drawn at random.

    Neither of the two ever looks like a digit: of all pictures that there could be, digits are next to none.

    Parameters
    ----------
    images : array of shape (N, side·side), (N, height, width) or (N, 1, height, width)
        At most 20 images.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    seed : int, default 0
        What the random numbers are a function of.

    Returns
    -------
    Axes
        ``ax.images[0]`` is all pictures as one image.

    Raises
    ------
    ShapeError
        If the images have none of the shapes, or there are more than 20.

    Notes
    -----
    Source: lecture 000, images without meaning; Goodfellow et al., "Deep Learning", figure 5.12.

    Examples
    --------
    >>> ax = random_pixels(np.eye(28)[np.newaxis])
    >>> [text.get_text() for text in ax.texts]
    ['real', 'shuffled', 'random']
    """
    real = as_images(images)
    if len(real) > 20:
        raise ShapeError(f"images must be at most 20, got {len(real):,}. Choose some of them, such as images[:10].")
    rng = np.random.default_rng(check_integer("seed", seed, minimum=0))
    low, high = value_range(real)
    shuffled = rng.permuted(real.reshape(len(real), -1), axis=1).reshape(real.shape)
    random = rng.uniform(low, high, real.shape)
    mosaic = Mosaic.of(np.concatenate([real.astype(np.float64), shuffled, random]), len(real))
    across, down = mosaic.inches
    drawn = axes_or_new(ax, (across + 0.25, down))
    mosaic.draw(drawn, INK_ON_PAPER, (low, high))
    rows = ("real", "shuffled", "random")
    size = min(9.0, mosaic.height_on(drawn) / len(rows) / (LETTER_WIDTH * max(map(len, rows))))
    for row, word in enumerate(rows):
        top, left = mosaic.place(row * len(real))
        middle = top + real.shape[1] / 2
        drawn.text(left - mosaic.gap, middle, word, rotation=90, ha="right", va="center", fontsize=size)
    return shown_by_notebooks(ax, drawn)


def _row_of_numbers(name: str, values: Sequence[float]) -> list[float]:
    numbers = np.atleast_1d(as_real_array(values, name))
    if numbers.ndim != 1 or numbers.size == 0:
        raise ShapeError(f"{name} must be a row of numbers, got {describe(numbers)}. Write for example [-20, 0, 20].")
    check_finite(name, numbers)
    return [float(number) for number in numbers]


def _moved(picture: NDArray[Any], angle: float, slant: float) -> NDArray[np.float64]:
    """Return the picture slanted and then turned about its middle; what comes from outside of it is paper, 0."""
    from PIL import Image

    turn = np.deg2rad(angle)
    # Pillow asks from where each pixel comes: back by the turn, then back by the slant. Rows count downwards.
    turned_back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    back = np.array([[1.0, slant], [0.0, 1.0]]) @ turned_back
    middle = np.array(picture.shape[::-1]) / 2
    (a, b), (d, e) = back
    c, f = middle - back @ middle
    source = Image.fromarray(picture.astype(np.float32))
    moved = source.transform(source.size, Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR)
    return np.asarray(moved, np.float64)


def _answers(network: Predictor, pictures: NDArray[Any]) -> list[str]:
    """Return the network's answer to each picture, and its probability."""
    if not hasattr(network, "predict"):
        raise ArgumentTypeError(f"network must have predict, got {describe(network)}. Give a Network, or leave it out.")
    outputs = np.asarray(network.predict(pictures.reshape(len(pictures), -1)))
    if outputs.ndim != 2 or len(outputs) != len(pictures):
        raise ShapeError(
            f"network.predict must give a row of probabilities for each of {len(pictures)} pictures, "
            f"got {describe(outputs)}. Give a classifier."
        )
    classes = preferred_class(outputs)
    return [f"{ARROW} {k}\n{share:.0%}" for k, share in zip(classes, sureness(outputs, classes), strict=True)]
