"""Korean in a run's pictures: letters that Matplotlib's own font lacks are drawn with a font of this machine."""

from __future__ import annotations

import contextlib
import functools
import re
from typing import Any, Final

from glassnet.glass.plots.fonts import BUNDLED_FONT, CJK_FONTS, letters_of

GENERIC: Final = frozenset({"serif", "sans-serif", "sans serif", "sans", "monospace", "cursive", "fantasy"})
HANGUL: Final = ord("한")
MINUS: Final = 0x2212
# How files of fonts with Hangul are called.
FILES: Final = re.compile(
    r"nanum|cjk|malgun|gothic|gulim|dotum|batang|pretendard|notosanskr|sourcehan|wqy|droidsansfallback|arialuni|hiragino",
    re.IGNORECASE,
)
INSTALL: Final = (
    "no font of this machine has Korean letters, so that boxes stand in the pictures. Install NanumGothic or Noto Sans "
    "CJK KR (Debian and Ubuntu: apt install fonts-nanum; Fedora: dnf install google-noto-sans-cjk-fonts) and run again"
)


def with_korean(figure: Any) -> None:
    """Let every text of a figure fall back to a font that has Hangul, and to one that has a minus sign.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Notes
    -----
    Fonts that the script asks for come first, where they are installed: a script from Windows asks for Malgun Gothic.
    Ticks that are made while drawing take the same fonts. `axes.unicode_minus` is switched off where the first font
    has no such sign.
    """
    import matplotlib as mpl
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        families = families_with_korean(tuple(text.get_fontfamily()))
        if families != text.get_fontfamily():
            text.set_fontfamily(families)
    families = families_with_korean(tuple(mpl.rcParams["font.family"]))
    mpl.rcParams["font.family"] = families
    if families[0] not in GENERIC and MINUS not in letters_of(families[0]):
        mpl.rcParams["axes.unicode_minus"] = False


def families_with_korean(asked: tuple[str, ...]) -> list[str]:
    """Return the families that are installed, and after them Matplotlib's own font and one with Hangul.

    >>> families_with_korean(("a font that nobody has", "serif"))[0]
    'serif'
    """
    installed = _installed()
    known = [family for family in asked if family in GENERIC or family in installed]
    korean = _korean_font()
    # A script that names nothing but missing fonts wanted Korean ones.
    added = [BUNDLED_FONT, *korean] if known or not asked else [*korean, BUNDLED_FONT]
    return [*known, *(family for family in added if family not in known)]


def lacks_hangul(warning: object) -> bool:
    r"""Say whether Matplotlib warns of a letter of Korean that its fonts lack.

    >>> lacks_hangul(r"Glyph 54620 (\N{HANGUL SYLLABLE HAN}) missing from font(s) DejaVu Sans.")
    True
    """
    return re.search(r"HANGUL .*missing from", str(warning)) is not None


def _installed() -> set[str]:
    from matplotlib.font_manager import fontManager

    return {font.name for font in fontManager.ttflist}


@functools.cache
def _korean_font() -> tuple[str, ...]:
    """Return the first font with Hangul, alone; nothing if this machine has none."""
    found = _first_with_hangul()
    if not found:
        _look_again()
        found = _first_with_hangul()
    return found


def _first_with_hangul() -> tuple[str, ...]:
    installed = _installed()
    return next(((family,) for family in CJK_FONTS if family in installed and HANGUL in letters_of(family)), ())


def _look_again() -> None:
    """Add fonts that were installed after Matplotlib made its list, which it keeps from then on."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    known = {font.fname for font in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known and FILES.search(path):
            with contextlib.suppress(OSError, RuntimeError, UnicodeDecodeError):  # a file that is no font
                fontManager.addfont(path)
