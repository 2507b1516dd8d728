"""Many small images in one axes: a large image with a gap and a place for a caption between the small ones."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.style import LETTER_WIDTH, LINE_HEIGHT, size_in_points
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    ShapeError,
    as_float_array,
    check_finite,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage
    from numpy.typing import ArrayLike, NDArray

MOST_TILES = 1000  # more are too small to be seen, and slow to draw
INCHES_PER_TILE = 0.62
SMALLEST_LEGIBLE = 6.0  # points


def as_images(images: ArrayLike, name: str = "images") -> NDArray[Any]:
    """Return `images` as an array of shape (N, height, width) with N at least 1."""
    array = as_grey_values(images, name)
    if array.ndim == 4 and array.shape[1] == 1:
        array = array[:, 0]
    elif array.ndim == 2:
        side = math.isqrt(array.shape[1])
        if side * side == array.shape[1]:
            array = array.reshape(len(array), side, side)
    if array.ndim != 3 or array.size == 0:
        raise ShapeError(
            f"{name} must have the shape (N, side·side), (N, height, width) or (N, 1, height, width) with at least "
            f"one image, got {describe(array)}. One image alone: give image[np.newaxis]."
        )
    check_finite(name, array)
    return array


def as_grey_values(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return `values` as an array of real numbers, of the dtype it has."""
    array = values if isinstance(values, np.ndarray) and values.dtype.kind in "bui" else as_float_array(values, name)
    if array.dtype.kind == "c":
        raise ArgumentTypeError(f"{name} must hold real numbers, got {describe(array)}. Take its absolute values.")
    return array


def value_range(images: NDArray[Any]) -> tuple[float, float]:
    """Return the values of paper and of ink: 0 and 1, or 0 and 255, or the least and the greatest there are.

    >>> value_range(np.array([0, 7, 200], dtype=np.uint8)), value_range(np.array([0.01, 0.99]))
    ((0.0, 255.0), (0.0, 1.0))
    """
    low, high = float(images.min()), float(images.max())
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    if low >= 0 and high <= 255 and images.dtype.kind in "ui":
        return 0.0, 255.0
    return min(low, 0.0), high


@dataclass(frozen=True)
class Mosaic:
    """Images laid out in rows, from left to right; `caption` is the height below each in pixels of the images."""

    images: NDArray[Any]
    columns: int
    lines: int
    caption: int
    gap: int

    @classmethod
    def of(cls, images: NDArray[Any], columns: int, *, lines: int = 0) -> Mosaic:
        """Lay out `images` (N, height, width) in at most `columns` columns, with place for so many lines of caption."""
        if len(images) > MOST_TILES:
            raise ArgumentError(
                f"at most {MOST_TILES} images fit into one plot, got {len(images):,}. "
                "Choose some of them, such as images[:100]."
            )
        height, width = images.shape[1:]
        gap = max(1, round(max(height, width) / 14))
        return cls(images, min(columns, len(images)), lines, math.ceil(0.36 * height * lines), gap)

    def legible_on(self, ax: Axes) -> Mosaic:
        """Return this mosaic with more place for captions if they would be too small on `ax` as it lies now."""
        height = self.images.shape[1]
        wanted = math.ceil(self.lines * LINE_HEIGHT * SMALLEST_LEGIBLE / self._points_per_pixel(ax))
        return replace(self, caption=min(max(self.caption, wanted), math.ceil(0.7 * height * self.lines)))

    @property
    def rows(self) -> int:
        """The number of rows, the last of which may be short."""
        return math.ceil(len(self.images) / self.columns)

    @property
    def pitch(self) -> tuple[int, int]:
        """The distance from one image to the next, downwards and to the right, in pixels."""
        height, width = self.images.shape[1:]
        return height + self.gap + self.caption, width + self.gap

    @property
    def inches(self) -> tuple[float, float]:
        """A fit size of a figure, (width, height)."""
        down, right = self.pitch
        per_pixel = INCHES_PER_TILE / right
        width = max(self.columns * INCHES_PER_TILE, 2.0)
        return width + 0.1, self.rows * down * per_pixel + 0.15

    def place(self, index: int) -> tuple[int, int]:
        """Return the row and column of pixels at which image `index` begins."""
        down, right = self.pitch
        return index // self.columns * down, index % self.columns * right

    def pixels(self) -> NDArray[Any]:
        """Return the large image; it is masked where no image lies."""
        down, right = self.pitch
        height, width = self.images.shape[1:]
        large = np.full((self.rows * down - self.gap, self.columns * right - self.gap), np.nan)
        for index, image in enumerate(self.images):
            top, left = self.place(index)
            large[top : top + height, left : left + width] = image
        return np.ma.masked_invalid(large)

    def draw(self, ax: Axes, cmap: str, limits: tuple[float, float]) -> AxesImage:
        """Draw the images on `ax`, without axes lines, `limits` being the values of the first and the last colour."""
        pixels = self.pixels()
        picture = ax.imshow(pixels, cmap=cmap, vmin=limits[0], vmax=limits[1], aspect="equal")
        # Half a gap more on every side: a frame round an image at the edge is not cut.
        height, width = pixels.shape
        ax.set_xlim(-0.5 - self.gap / 2, width - 0.5 + self.gap / 2)
        ax.set_ylim(height - 0.5 + self.gap / 2, -0.5 - self.gap / 2)
        ax.grid(visible=False)
        ax.set_axis_off()
        return picture

    def write(self, ax: Axes, index: int, text: str, *, size: float, families: Sequence[str], **style: Any) -> None:
        """Write `text` below image `index`."""
        height, width = self.images.shape[1:]
        top, left = self.place(index)
        ax.text(
            left + (width - 1) / 2,
            top + height - 0.5 + 0.08 * self.caption / self.lines,
            text,
            ha="center",
            va="top",
            fontsize=size,
            fontfamily=list(families),
            parse_math=False,
            **style,
        )

    def frame(self, ax: Axes, index: int, color: str) -> None:
        """Draw a frame round image `index`."""
        from matplotlib.patches import Rectangle

        height, width = self.images.shape[1:]
        top, left = self.place(index)
        ax.add_patch(Rectangle((left - 0.5, top - 0.5), width, height, fill=False, edgecolor=color, linewidth=1.6))

    def caption_size(self, ax: Axes, letters: float) -> float:
        """Return the size in points at which captions of so many letters fit below the images as `ax` lies now."""
        per_pixel = self._points_per_pixel(ax)
        by_width = self.pitch[1] * per_pixel / (LETTER_WIDTH * max(letters, 1))
        by_height = self.caption * per_pixel / (LINE_HEIGHT * max(self.lines, 1))
        return float(np.clip(min(by_width, by_height), 2.5, 11.0))

    def height_on(self, ax: Axes) -> float:
        """Return how many points high the images are together on `ax` as it lies now."""
        return self.rows * self.pitch[0] * self._points_per_pixel(ax)

    def _points_per_pixel(self, ax: Axes) -> float:
        down, right = self.pitch
        width, height = size_in_points(ax)
        return min(width / (self.columns * right), height / (self.rows * down))
