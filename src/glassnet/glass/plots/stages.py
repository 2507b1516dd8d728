"""The stages by which a picture of a digit became what the network sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.glass.plots.mosaic import as_grey_values, value_range
from glassnet.glass.plots.style import (
    GREY,
    LETTER_WIDTH,
    LIGHT_ON_DARK,
    axes_or_new,
    shown_by_notebooks,
    size_in_points,
)
from glassnet.mathematics.checks import ArgumentTypeError, DataError, ShapeError, check_finite, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

GAP = 0.14  # between two stages; a stage is 1 high
LEAST_WIDTH = 0.75  # of the place of a stage, for its caption
INCHES = 1.35  # the height of a stage on a figure of its own


class HasStages(Protocol):
    """A digit's picture, as far as this plot needs it."""

    @property
    def stages(self) -> Mapping[str, NDArray[Any]]:
        """Grey images (height, width) by the name of the stage, in order."""


def digit_stages(digit_picture: HasStages, ax: Axes | None = None) -> Axes:
    """Draw the stages from a picture to MNIST's form side by side, each with its name and its size in pixels.

    Pixels are shown as they are: 0 black, the largest value white.

    Parameters
    ----------
    digit_picture : DigitPicture
        Anything with `stages`, a mapping of names to arrays of shape (height, width).
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes
        ``ax.images`` are the stages, in order.

    Raises
    ------
    ShapeError
        If a stage is no array of two dimensions.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> picture = SimpleNamespace(stages={"original": np.eye(90), "28×28": np.eye(28)})
    >>> ax = digit_stages(picture)
    >>> [text.get_text().splitlines() for text in ax.texts]
    [['original', '90 × 90'], ['28×28', '28 × 28']]
    """
    from matplotlib.patches import FancyArrowPatch, Rectangle

    stages = _checked_stages(digit_picture)
    widths = [stage.shape[1] / stage.shape[0] for stage in stages.values()]
    places = [max(width, LEAST_WIDTH) for width in widths]
    total = sum(places) + GAP * (len(places) - 1)
    drawn = axes_or_new(ax, (INCHES * total + 0.1, INCHES + 0.55))
    captions = [f"{name}\n{stage.shape[1]} × {stage.shape[0]}" for name, stage in stages.items()]
    size = _caption_size(drawn, captions, places)
    middle, edge = 0.0, 0.0
    for index, (stage, caption) in enumerate(zip(stages.values(), captions, strict=True)):
        middle += GAP + (places[index - 1] + places[index]) / 2 if index else places[0] / 2
        left, right = middle - widths[index] / 2, middle + widths[index] / 2
        low, high = value_range(stage)
        drawn.imshow(stage, cmap=LIGHT_ON_DARK, vmin=low, vmax=high, extent=(left, right, 0, 1))
        drawn.add_patch(Rectangle((left, 0), widths[index], 1, fill=False, edgecolor=GREY, linewidth=0.6))
        drawn.text(middle, 1.04, caption, ha="center", va="bottom", fontsize=size)
        if index:
            ends = (edge, 0.5), (left, 0.5)
            drawn.add_patch(
                FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=9, color=GREY, shrinkA=1, shrinkB=1)
            )
        edge = right
    drawn.set_xlim(-0.02, total + 0.02)
    drawn.set_ylim(-0.02, 1.02)
    drawn.set_aspect("equal")
    drawn.grid(visible=False)
    drawn.set_axis_off()
    return shown_by_notebooks(ax, drawn)


def _caption_size(ax: Axes, captions: list[str], places: list[float]) -> float:
    """Return the size in points at which no caption reaches into its neighbour's."""
    width, height = size_in_points(ax)
    scale = min(width / (sum(places) + GAP * (len(places) - 1)), height)
    letters = [max(map(len, caption.splitlines())) for caption in captions]
    by_width = min((place + GAP) / n for place, n in zip(places, letters, strict=True)) * scale / LETTER_WIDTH
    return float(np.clip(by_width, 4.0, 9.0))


def _checked_stages(digit_picture: HasStages) -> dict[str, NDArray[Any]]:
    stages = getattr(digit_picture, "stages", None)
    if stages is None or not hasattr(stages, "items"):
        raise ArgumentTypeError(
            f"digit_picture must have stages, a dict of arrays by name, got {describe(digit_picture)}. "
            "Give the DigitPicture that was made from the image."
        )
    arrays = {str(name): as_grey_values(stage, f"the stage {str(name)!r}") for name, stage in stages.items()}
    if not arrays:
        raise DataError("digit_picture must have at least one stage, got none. Keep its stages when it is made.")
    for name, array in arrays.items():
        if array.ndim != 2 or array.size == 0:
            raise ShapeError(
                f"the stage {name!r} must be a grey image of shape (height, width), got {describe(array)}. "
                "Average its colours first."
            )
        check_finite(f"the stage {name!r}", array)
    return arrays
