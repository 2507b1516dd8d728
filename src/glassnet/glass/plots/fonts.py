"""Fonts for names that a user gives, which may be Korean.

Matplotlib's own font has no Hangul: such letters become empty boxes, with a warning each. Where an installed font has
them it is used beside the user's own; where none has, the number of the class stands for its name.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Fonts with Hangul (and mostly Chinese and Japanese too) that systems bring: Linux, Windows, macOS, Android.
CJK_FONTS = (
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Source Han Sans KR",
    "Source Han Sans K",
    "Pretendard",
    "NanumGothic",
    "NanumBarunGothic",
    "Nanum Gothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "UnDotum",
    "Baekmuk Dotum",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Arial Unicode MS",
    "Gulim",
    "Dotum",
    "Microsoft YaHei",
    "Hiragino Sans",
)
BUNDLED_FONT = "DejaVu Sans"  # comes with Matplotlib; has the arrows


class Lettering(NamedTuple):
    """Texts that the fonts of `families` can draw, and whether they are the ones asked for."""

    texts: list[str]
    families: list[str]
    as_asked: bool


def lettering_of_classes(class_names: Sequence[str] | None, n_classes: int) -> Lettering:
    """Return what to write for each class: its name, or its number where there is no name or no font for it."""
    numbers = [str(number) for number in range(n_classes)]
    if class_names is None:
        return Lettering(numbers, families_for(numbers)[0], as_asked=True)
    names = checked_names(class_names)
    if len(names) < n_classes:
        raise ArgumentError(
            f"class_names must name every class, got {len(names)} names for {n_classes} classes. "
            "Give one name for each class index, in order."
        )
    families, complete = families_for(names)
    return Lettering(names if complete else [str(k) for k in range(len(names))], families, complete)


def checked_names(class_names: Sequence[str]) -> list[str]:
    """Return the names as a list of strings, or say what they are instead."""
    if isinstance(class_names, str) or not hasattr(class_names, "__iter__"):
        raise ArgumentTypeError(
            f"class_names must be a sequence of strings, got {describe(class_names)}. Give a list: ['zero', 'one']."
        )
    return [str(name) for name in class_names]


def width_in_letters(text: str) -> float:
    """Return how wide a line is in common letters: a Hangul syllable is half as wide again.

    >>> width_in_letters("abc"), width_in_letters("영")
    (3.0, 1.5)
    """
    return sum(1.5 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


def families_for(texts: Iterable[str]) -> tuple[list[str], bool]:
    """Return the user's font families, with those added that `texts` need, and whether they draw every letter."""
    import matplotlib as mpl
    from matplotlib.font_manager import fontManager

    families = [*mpl.rcParams["font.family"], BUNDLED_FONT]
    missing = {ord(letter) for text in texts for letter in text if letter != "\n"}
    for family in families:
        missing -= letters_of(family)
    if missing:
        installed = {font.name for font in fontManager.ttflist}
        for family in CJK_FONTS:
            if family in installed and missing & (letters := letters_of(family)):
                families.append(family)
                missing -= letters
    return families, not missing


def letters_of(family: str) -> set[int]:
    """Return the code points that a font family draws; none if it is not installed."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    try:
        path = findfont(FontProperties(family=[family]), fallback_to_default=False)
    except ValueError:
        return set()
    return set(get_font(path).get_charmap())
