"""Reading picture files, and arrays given as pictures, as grey levels."""

from __future__ import annotations

import os
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentTypeError,
    DataError,
    MissingFileError,
    ShapeError,
    check_finite,
    describe,
)

if TYPE_CHECKING:
    from typing import BinaryIO

    from numpy.typing import NDArray
    from PIL.Image import Image as PillowImage

# Formats that hold pixels; Pillow also opens some that are programs, such as PostScript.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO", "TGA")


def read_picture(path: str | os.PathLike[str] | BinaryIO) -> NDArray[np.uint8]:
    """Read a picture file as grey levels from 0 (black) to 255 (white).

    The picture is turned as its EXIF orientation says. Colour becomes Y = 0.299·R + 0.587·G + 0.114·B. What is
    transparent becomes paper: the commonest grey of the opaque part, or, if that part is ink alone, white under dark
    ink and black under light ink. Of several frames the first is taken.

    Parameters
    ----------
    path
        A file, or a binary file that is open for reading: PNG, JPEG, GIF, BMP, TIFF, WebP, PPM, ICO or TGA.

    Returns
    -------
    NDArray
        `(height, width)` uint8.

    Raises
    ------
    MissingFileError
        If there is no such file.
    DataError
        If it is no picture, is cut short, or would take too much memory.

    Examples
    --------
    >>> import io
    >>> from PIL import Image
    >>> file = io.BytesIO()
    >>> Image.new("RGB", (3, 2), "white").save(file, "PNG")
    >>> read_picture(file).tolist()
    [[255, 255, 255], [255, 255, 255]]
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = name_of(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                return _grey_levels(ImageOps.exif_transpose(image), name)
    except FileNotFoundError:
        raise MissingFileError(f"There is no picture {name}. Check the path.") from None
    except UnidentifiedImageError:
        raise DataError(f"{name} is not a picture that can be read. Save it as PNG or JPEG.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise DataError(f"{name} has too many pixels to read safely. Make it smaller than 80 megapixels.") from None
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, struct.error) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{name} cannot be read as a picture ({error}). Save it anew as PNG or JPEG.") from None


def name_of(path: object) -> str:
    """Return the name to give to a picture in a message."""
    if isinstance(path, str | os.PathLike):
        return str(Path(path))
    if hasattr(path, "read"):
        return str(getattr(path, "name", "The picture"))
    raise ArgumentTypeError(
        f"picture must be a path, a binary file or an array, got {describe(path)}. Give the path of a picture file."
    )


def grey_array(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """Return an array given as a picture as grey levels from 0 to 255."""
    from PIL import Image

    colours = picture.ndim == 3 and picture.shape[2] in {3, 4}
    if not (picture.ndim == 2 or colours) or picture.size == 0:
        raise ShapeError(
            f"picture must be (height, width) grey or (height, width, 3 or 4) colour, got {describe(picture)}. "
            "Reshape a flat image first, for instance with x.reshape(28, 28)."
        )
    if picture.dtype.kind not in "uifb":
        raise ArgumentTypeError(f"picture must hold numbers, got {describe(picture)}. Convert it to uint8.")
    check_finite("picture", picture)
    top = 1 if picture.dtype.kind in "fb" else 255
    if picture.dtype != np.uint8:
        low, high = float(picture.min()), float(picture.max())
        if low < 0 or high > top:
            raise DataError(
                f"picture must hold values from 0 to {top} when it is {picture.dtype}, got {low:g} to {high:g}. "
                "Scale it first."
            )
        picture = np.rint(picture.astype(np.float64) * (255 / top)).astype(np.uint8)
    if not colours:
        return picture.copy()
    return _grey_levels(Image.fromarray(np.ascontiguousarray(picture)), "The picture")


def _grey_levels(image: PillowImage, name: str) -> NDArray[np.uint8]:
    """Return a Pillow image of any mode as grey levels from 0 to 255."""
    if image.mode.startswith(("I", "F")):
        return _deep_grey(np.asarray(image, dtype=np.float64), name)
    if image.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in image.info:
        return _grey_on_paper(image)
    return np.array(
        image.convert("RGB" if image.mode in {"P", "CMYK", "YCbCr", "LAB", "HSV"} else image.mode).convert("L")
    )


def _deep_grey(values: NDArray[np.float64], name: str) -> NDArray[np.uint8]:
    """Return grey of more than 8 bits as grey levels: 16 bits by their full range, more by the range that is used."""
    check_finite(name, values)
    low, high = min(0.0, float(values.min())), float(values.max())
    if low < 0 or high > 65535:
        values = (values - low) * (65535 / max(high - low, 1e-30))
    elif 0 < high <= 1:
        values = values * 65535
    elif high <= 255:
        values = values * 257
    return np.rint(values / 257).astype(np.uint8)


def _grey_on_paper(image: PillowImage) -> NDArray[np.uint8]:
    """Return the grey levels of an image with transparency laid on paper."""
    layers = image.convert("RGBA")
    alpha = np.asarray(layers.getchannel("A"), dtype=np.float64) / 255
    grey = np.asarray(layers.convert("RGB").convert("L"), dtype=np.float64)
    opaque = grey[alpha > 0.5]
    paper = 255.0
    if opaque.size:
        darkest, middle, lightest = np.percentile(opaque, [2, 50, 98])
        shows_paper = lightest - darkest > 64
        paper = float(middle) if shows_paper else (255.0 if middle < 128 else 0.0)
    return np.rint(alpha * grey + (1 - alpha) * paper).astype(np.uint8)
