"""Digits (or other small images) in a grid, with their classes and what a network took them for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.fonts import lettering_of_classes, width_in_letters
from glassnet.glass.plots.mosaic import MOST_TILES, Mosaic, as_images, value_range
from glassnet.glass.plots.style import INK_ON_PAPER, VERMILION, axes_or_new, shown_by_notebooks
from glassnet.mathematics.checks import (
    ArgumentError,
    ShapeError,
    as_float_array,
    check_finite,
    check_integer,
    describe,
)
from glassnet.mathematics.confusion import class_indices
from glassnet.mathematics.targets import as_rows, preferred_class, right_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

ARROW = "\u2192"


def digit_grid(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    columns: int = 10,
    ax: Axes | None = None,
    *,
    class_names: Sequence[str] | None = None,
) -> Axes:
    """Draw images in a grid, with the class of each below it.

    Given both labels and predictions, a right one is written "7"; a wrong one "7 → 1" (true → predicted), in bold and
    within a frame.

    Parameters
    ----------
    images : array of shape (N, side·side), (N, height, width) or (N, 1, height, width)
        At most 1,000 images. 0 is paper, the largest value (255, or 1) is ink.
    labels : array of shape (N,) or (N, n_classes), optional
        True classes: indices or rows.
    predictions : array of shape (N,) or (N, n_classes), optional
        What a network answered, in the same forms.
    columns : int, default 10
        How many images stand side by side.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    class_names : sequence of str, optional
        Names to write instead of the indices.

    Returns
    -------
    Axes
        ``ax.images[0]`` is the whole grid as one image.

    Raises
    ------
    ShapeError
        If the images have none of the shapes, or the lengths differ.

    Examples
    --------
    >>> images = np.random.default_rng(0).integers(0, 256, (3, 784), dtype=np.uint8)
    >>> ax = digit_grid(images, labels=[5, 0, 4], predictions=[5, 0, 9])
    >>> [text.get_text() for text in ax.texts]
    ['5', '0', '4 → 9']
    """
    pictures = as_images(images)
    columns = check_integer("columns", columns, minimum=1)
    truth = _classes("labels", labels, len(pictures))
    answers = _classes("predictions", predictions, len(pictures))
    known = [classes for classes in (truth, answers) if classes is not None]
    lettering = lettering_of_classes(class_names, 1 + max((int(classes.max()) for classes in known), default=0))
    captions, wrong = _captions(truth, answers, lettering.texts)
    return draw_captioned(pictures, captions, wrong, columns, ax, families=lettering.families)


def mistakes(
    images: ArrayLike,
    t: ArrayLike,
    probabilities: ArrayLike,
    count: int = 25,
    ax: Axes | None = None,
    *,
    class_names: Sequence[str] | None = None,
) -> Axes:
    """Draw the worst mistakes of a classifier: those wrong answers of which it was surest, the surest first.

    Below each stands "true → predicted" and the probability that the network gave to its wrong answer.

    Parameters
    ----------
    images : array of shape (N, side·side), (N, height, width) or (N, 1, height, width)
        The images that were classified.
    t : array of shape (N,) or (N, n_classes)
        True classes: indices or rows.
    probabilities : array of shape (N, n_classes), (N, 1) or (N,)
        What `predict` gave; with one column, the probability of class 1.
    count : int, default 25
        How many mistakes to draw at most.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    class_names : sequence of str, optional
        Names to write instead of the indices.

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If the lengths differ or a shape does not fit.
    DataError
        If a probability is nan or inf.

    Examples
    --------
    >>> images = np.random.default_rng(0).random((3, 784))
    >>> ax = mistakes(images, [0, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.99, 0.01]])
    >>> [text.get_text().splitlines() for text in ax.texts]
    [['1 → 0', '99%'], ['1 → 0', '80%']]
    """
    pictures = as_images(images)
    count = check_integer("count", count, minimum=1)
    y = _output_rows(probabilities, len(pictures))
    rows = as_rows(y, t, classes=True)
    truth, answers = preferred_class(rows), preferred_class(y)
    sure = sureness(y, answers)
    wrong = np.flatnonzero(~right_answers(y, rows))
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][: min(count, MOST_TILES)]
    lettering = lettering_of_classes(class_names, max(y.shape[1], 2))
    if len(worst) == 0:
        return _nothing_to_show(f"no mistakes among {len(pictures):,} images", ax)
    names = lettering.texts
    captions = [f"{names[truth[k]]} {ARROW} {names[answers[k]]}\n{sure[k]:.0%}" for k in worst]
    columns = len(worst) if len(worst) <= 5 else math.ceil(math.sqrt(len(worst)))
    drawn = draw_captioned(pictures[worst], captions, [], columns, ax, families=lettering.families)
    drawn.set_title(f"true {ARROW} predicted, and how sure", loc="left", fontsize="medium")
    return drawn


def draw_captioned(
    pictures: NDArray[np.generic],
    captions: list[str],
    framed: list[int],
    columns: int,
    ax: Axes | None,
    *,
    families: list[str],
) -> Axes:
    """Draw images with captions below, those in `framed` set apart; no captions, no place for them."""
    lines = [line for caption in captions for line in caption.splitlines()]
    mosaic = Mosaic.of(pictures, columns, lines=len(lines) // max(len(captions), 1))
    drawn = axes_or_new(ax, mosaic.inches)
    mosaic = mosaic.legible_on(drawn)
    mosaic.draw(drawn, INK_ON_PAPER, value_range(pictures))
    size = mosaic.caption_size(drawn, max(map(width_in_letters, lines), default=1))
    for index, caption in enumerate(captions):
        style = {"color": VERMILION, "fontweight": "bold"} if index in framed else {}
        mosaic.write(drawn, index, caption, size=size, families=families, **style)
    for index in framed:
        mosaic.frame(drawn, index, VERMILION)
    return shown_by_notebooks(ax, drawn)


def sureness(y: NDArray[Any], answers: NDArray[np.intp]) -> NDArray[Any]:
    """Return the probability that each row of outputs gives to its answer; of one output, it is that of class 1.

    >>> sureness(np.array([[0.2], [0.9]]), np.array([0, 1]))
    array([0.8, 0.9])
    """
    return np.where(answers == 0, 1 - y[:, 0], y[:, 0]) if y.shape[1] == 1 else y.max(axis=1)


def _classes(name: str, values: ArrayLike | None, n_images: int) -> NDArray[np.intp] | None:
    if values is None:
        return None
    classes = class_indices(values, name=name)
    if len(classes) != n_images:
        raise ShapeError(
            f"{name} must have one class for each of the {n_images} images, got {len(classes)}. "
            "Take the same samples of both."
        )
    return classes


def _captions(
    truth: NDArray[np.intp] | None, answers: NDArray[np.intp] | None, names: list[str]
) -> tuple[list[str], list[int]]:
    """Return what to write below each image, and which of them were answered wrongly."""
    if truth is None:
        return [] if answers is None else [f"{ARROW} {names[answer]}" for answer in answers], []
    if answers is None:
        return [names[true] for true in truth], []
    captions = [
        names[true] if true == answer else f"{names[true]} {ARROW} {names[answer]}"
        for true, answer in zip(truth, answers, strict=True)
    ]
    return captions, np.flatnonzero(truth != answers).tolist()


def _output_rows(probabilities: ArrayLike, n_images: int) -> NDArray[np.floating]:
    """Return a network's outputs as an array of shape (N, n_out)."""
    y = as_float_array(probabilities, "probabilities")
    y = y.reshape(-1, 1) if y.ndim == 1 else y
    if y.ndim != 2 or len(y) != n_images or y.shape[1] == 0:
        raise ShapeError(
            f"probabilities must have one row for each of the {n_images} images, got {describe(y)}. "
            "Give what predict gave for these images."
        )
    check_finite("probabilities", y)
    if y.min() < 0 or y.max() > 1:
        raise ArgumentError(
            f"probabilities must lie from 0 to 1, got {y.min():g} to {y.max():g}. "
            "Give the outputs of the network, not its net inputs."
        )
    return y


def _nothing_to_show(sentence: str, ax: Axes | None) -> Axes:
    drawn = axes_or_new(ax, (4.0, 1.0))
    drawn.text(0.5, 0.5, sentence, ha="center", va="center", transform=drawn.transAxes)
    drawn.set_axis_off()
    return shown_by_notebooks(ax, drawn)
