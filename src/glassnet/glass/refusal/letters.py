"""Letters and printed digits in the fonts that come with Matplotlib, in MNIST's form."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from glassnet.data import picture_stages as stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FURTHER: Final = "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθλμξπρστφχψωБДЖИЛЦШЩЫЮЯджияфющ"
"""Greek and Cyrillic letters that are no double of a digit or of a Latin letter."""
DIGITS: Final = "0123456789"
DEJAVU: Final = tuple(
    f"DejaVu{family}"
    for family in (
        *("Sans", "Sans-Bold", "Sans-Oblique", "Sans-BoldOblique", "SansMono", "SansMono-Bold", "SansMono-Oblique"),
        *("Serif", "Serif-Bold", "Serif-Italic", "Serif-BoldItalic"),
    )
)
STIX_AND_TEX: Final = (
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
    *("cmb10", "cmr10", "cmss10", "cmti10", "cmtt10"),
)
MATHEMATICAL: Final = ("cmmi10",)
"""A font without upright digits."""
PAGE, SIZE = 96, 64
"""The side of the square that a letter is drawn on, and the size of the letter, in pixels."""


class Glyphs(NamedTuple):
    """Characters as pictures (N, 784) of ink from 0 to 1, and what each is."""

    pixels: NDArray[np.float32]
    characters: NDArray[Any]


def glyph(character: str, font: Any) -> NDArray[np.float32] | None:
    """Draw a character; None if the font draws nothing for it."""
    from PIL import Image, ImageDraw

    page = Image.new("L", (PAGE, PAGE), 0)
    ImageDraw.Draw(page).text((PAGE / 2, PAGE / 2), character, fill=255, font=font, anchor="mm")
    ink = np.asarray(page, dtype=np.float32) / 255
    return None if ink.max() < 0.5 else stage.crop(ink)


def in_form(ink: NDArray[Any]) -> NDArray[np.float32]:
    """Return cropped ink in MNIST's box, as one row."""
    return stage.centre_by_mass(stage.fit_box(ink)).astype(np.float32).reshape(-1)


@cache
def letters() -> Glyphs:
    """Return every letter in every font of Matplotlib's, with strokes as a user's picture gets them, and as printed."""
    faces = [*((name, LATIN + FURTHER) for name in DEJAVU), *((name, LATIN) for name in STIX_AND_TEX + MATHEMATICAL)]
    return _drawn(faces, as_printed=LATIN)


@cache
def printed_digits() -> Glyphs:
    """Return the ten digits in the same fonts: they are digits, though no hand wrote them."""
    return _drawn([(name, DIGITS) for name in DEJAVU + STIX_AND_TEX], as_printed=DIGITS)


def _drawn(faces: list[tuple[str, str]], as_printed: str) -> Glyphs:
    import matplotlib as mpl
    from PIL import ImageFont

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    pixels, characters = [], []
    for name, wanted in faces:
        path = folder / f"{name}.ttf"
        if not path.exists():  # a distribution may leave a font out
            continue
        font = ImageFont.truetype(str(path), SIZE)
        for character in wanted:
            ink = glyph(character, font)
            if ink is None:
                continue
            forms = [stage.even_strokes(ink), *([ink] if character in as_printed else [])]
            pixels += [in_form(form) for form in forms]
            characters += [character] * len(forms)
    return Glyphs(np.array(pixels, dtype=np.float32).reshape(-1, 784), np.array(characters))
