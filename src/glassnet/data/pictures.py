"""A user's own picture of a digit, photo or drawing, brought into MNIST's form with every stage visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np

from glassnet.data import picture_stages as stage
from glassnet.data.picture_filters import shrink
from glassnet.data.picture_reading import grey_array, name_of, read_picture
from glassnet.mathematics.checks import DataError, check_choice

if TYPE_CHECKING:
    import os
    from typing import BinaryIO

    from numpy.typing import NDArray

    from glassnet.data.picture_stages import Polarity

__all__ = ["DigitPicture", "NoInkError", "digit_from_picture", "read_picture"]


class NoInkError(DataError):
    """A picture in which nothing stands out from the paper."""


WORKING_SIDE = 512  # a longer picture is shrunk to this, and a digit that is small in it looked at from near
SMALLEST_SIDE = 8  # a smaller part of a picture is not searched
ATTEMPTS = 5  # the picture, a sheet on a table in it, a frame on the sheet, the digit from near, and one more


@dataclass(frozen=True)
class DigitPicture:
    """A picture of a digit in MNIST's form, with the stages on the way.

    Attributes
    ----------
    image
        The result: `(28, 28)` uint8, ink bright on black, like an image of MNIST.
    stages
        The picture after each stage, in order, as uint8 arrays of different sizes. See `digit_from_picture`.
    polarity
        "dark on light" or "light on dark": what the ink and the paper of the picture were.
    """

    image: NDArray[np.uint8]
    stages: dict[str, NDArray[np.uint8]]
    polarity: Polarity


def digit_from_picture(
    picture: str | os.PathLike[str] | BinaryIO | NDArray[Any], *, polarity: Polarity | None = None
) -> DigitPicture:
    """Bring a picture of one digit into MNIST's form: light ink on black, in a 20×20 box, centred by mass in 28×28.

    The stages, each of which can be seen in the result:

    - "grey": the picture as `read_picture` reads it.
    - "even light": contrast c = paper − grey (grey − paper for light ink), where the paper is a surface of second
      degree plus the closing of what is left; a frame, or a table around the sheet, is cut off.
    - "ink": i = min(1, (c − noise) / strongest c nearby), from 0 (none) to 1.
    - "threshold": ink of the connected parts with i > 0.35 and of their soft edges; specks are gone.
    - "cropped": the smallest box around i > 0.12.
    - "even strokes": strokes with a mean thickness 2·Σi / Σ|∇i| outside 2.0 to 3.0 pixels of the box are made
      thicker or thinner.
    - "box 20×20": the longer side scaled to 20 pixels, anti-aliased.
    - "centred": laid on 28×28 with the centre of mass Σ i·p / Σ i at (14, 14), within half a pixel.

    An image of MNIST comes through nearly unchanged.

    Parameters
    ----------
    picture
        A path, a binary file, or an array: `(height, width)` grey or `(height, width, 3 or 4)` colour, integers from
        0 to 255 or floating-point numbers from 0 to 1. Any size; the digit should be at least a twentieth of it.
    polarity : "dark on light" or "light on dark", optional
        What ink and paper are, where that is known, as of a drawing; by default it is found out.

    Returns
    -------
    DigitPicture
        The image, its stages, and what the polarity of the picture was.

    Raises
    ------
    DataError
        If the file cannot be read; `NoInkError` if no ink is found.
    ShapeError, ArgumentTypeError
        If an array is no picture.

    Notes
    -----
    MNIST's form is described by Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits".

    Examples
    --------
    >>> page = np.full((90, 60), 240, dtype=np.uint8)
    >>> page[20:70, 27:35] = 30
    >>> digit = digit_from_picture(page)
    >>> digit.polarity, digit.image.shape, list(digit.stages)[:3]
    ('dark on light', (28, 28), ['grey', 'even light', 'ink'])
    """
    if isinstance(picture, np.ndarray):
        name, grey = "The picture", grey_array(picture)
    else:
        name, grey = name_of(picture), read_picture(picture)
    if polarity is not None:
        check_choice("polarity", polarity, get_args(stage.Polarity))
    found = _find_ink(grey, polarity)
    if found is None:
        raise NoInkError(
            f"{name} shows no ink: nothing stands out from the paper. "
            "Draw the digit larger or with more contrast, or cut the picture down to the digit."
        )
    seen, contrast, ink, mask = found
    digit = np.where(mask, ink, 0)
    cropped = stage.crop(digit)
    even = stage.even_strokes(cropped)
    box = stage.fit_box(even)
    pictures = {
        "even light": (255 - contrast if seen == "dark on light" else contrast) / 255,
        "ink": ink,
        "threshold": digit,
        "cropped": cropped,
        "even strokes": even,
        "box 20×20": box,
        "centred": stage.centre_by_mass(box),
    }
    stages = {"grey": grey} | {name: _visible(picture) for name, picture in pictures.items()}
    return DigitPicture(stages["centred"], stages, seen)


class _Found(NamedTuple):
    """What was found in a picture; the mask says which of the ink is the digit."""

    polarity: Polarity
    contrast: NDArray[Any]
    ink: NDArray[Any]
    mask: NDArray[Any]


def _find_ink(grey: NDArray[Any], known: Polarity | None) -> _Found | None:
    """Return what a picture shows, or None: look inside frames and a bare border, and closer at a small digit."""
    found = None
    for _ in range(ATTEMPTS):
        small = shrink(grey, WORKING_SIDE)
        flat = small - stage.smooth_light(small)
        polarity = known or stage.find_polarity(flat)
        contrast = stage.contrast_to_paper(flat if polarity == "dark on light" else -flat)
        ink = stage.ink_from_contrast(contrast)
        parts = stage.parts_of(ink)
        mask = stage.digit_mask(ink, parts)
        if mask.any():
            found = _Found(polarity, contrast, ink, mask)
            inside = stage.inside_of_frame(parts) or stage.surroundings_of_small(mask)
        elif found is None:
            # A line along the border of the picture can pass for the paper around everything.
            inside = stage.without_border(small.shape)
        else:
            break
        if inside is None or min(small[inside].shape) < SMALLEST_SIDE:
            break
        grey = grey[stage.magnified(inside, grey.shape[0] / small.shape[0])]
    return found


def _visible(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """Return a picture of values from 0 to 1 as grey levels."""
    return np.rint(255 * np.clip(picture, 0, 1)).astype(np.uint8)
