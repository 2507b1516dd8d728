"""Formulas, and the font that draws them."""

import json
import re

import pytest
from fontTools.ttLib import TTFont
from math_core import LatexError

from docs.site.mathml import markup, write_font
from docs.site.staging import ROOT

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


def formulas():
    for path in (ROOT / "lessons").rglob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                prose = re.sub(r"```.*?```|`[^`]*`", "", "".join(cell["source"]), flags=re.DOTALL)
                yield from ((match[1] or match[2], bool(match[1])) for match in FORMULA.finditer(prose))


def test_the_font_keeps_its_licence(tmp_path):
    write_font(tmp_path / "font.woff")
    with TTFont(tmp_path / "font.woff") as font:
        assert "Open Font License" in font["name"].getDebugName(13)
        assert "scripts.sil.org/OFL" in font["name"].getDebugName(14)


def test_a_block_is_displayed():
    assert markup(r"\frac12", block=True).startswith('<math display="block">')
    assert markup(r"\frac12", block=False).startswith("<math>")


def test_a_formula_that_is_none_is_refused():
    with pytest.raises(LatexError):
        markup(r"\frac{1", block=False)


def test_the_font_has_every_letter_of_every_formula(tmp_path):
    write_font(tmp_path / "font.woff")
    with TTFont(tmp_path / "font.woff") as font:
        letters = set(font.getBestCmap())
        assert "MATH" in font
    used = {ord(c) for tex, block in formulas() for c in re.sub(r"<[^>]*>|&\w+;", "", markup(tex, block=block))}
    # Words within formulas may be Korean: those are drawn by the font of the text.
    missing = {chr(c) for c in used - letters if not 0x3131 <= c <= 0xD7A3 and c not in range(0x2060, 0x2065)}
    assert missing == set()
