"""Formulas as MathML, made when the site is built, and the font that draws them.

MathML needs no script. Braces and radicals grow only with a font that has a table of mathematics, which phones and
many Linux machines lack; so STIX Two Math (SIL Open Font License 1.1), as the package ziamath carries it, comes with
the site, reduced to the letters and signs of our formulas.
"""

from __future__ import annotations

import re
from importlib.metadata import distribution
from typing import TYPE_CHECKING, Any, Final

from math_core import LatexError, LatexToMathML
from sphinx.util import logging

if TYPE_CHECKING:
    from pathlib import Path

# ASCII, Latin-1, accents, Greek, punctuation, superscripts to technical signs (arrows, operators, pieces of braces),
# more arrows and brackets, mathematical letters in bold and italic, double-struck, sans-serif, Greek, digits.
_LETTERS: Final = [
    (0x20, 0x100), (0x2C6, 0x2DE), (0x300, 0x340), (0x370, 0x400), (0x2010, 0x2060), (0x2070, 0x2400), (0x27E6, 0x2800),
    (0x1D400, 0x1D49C), (0x1D538, 0x1D56C), (0x1D5A0, 0x1D5D4), (0x1D6A4, 0x1D7CC), (0x1D7CE, 0x1D800),
]  # fmt: skip

# A bracket of a fixed size that is raised to a power: browsers put it lower than its partner, unless the power stands
# on something empty after it.
_POWER_OF_BRACKET: Final = re.compile(r"(\\[bB]igg?r\s*(?:\\[a-zA-Z]+|\\?.))\s*\^")

_converter: Final = LatexToMathML()
_logger: Final = logging.getLogger(__name__)


def markup(formula: str, *, block: bool) -> str:
    r"""Return a formula of TeX as MathML.

    >>> markup("x^2", block=False)
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    formula = _POWER_OF_BRACKET.sub(r"\1{}^", formula)
    return _converter.convert_with_local_state(formula, displaystyle=block)


def _visitor(*, block: bool) -> Any:
    def visit(self: Any, node: Any) -> None:
        from docutils.nodes import SkipNode

        try:
            formula = markup(node.astext(), block=block)
        except LatexError as error:
            _logger.warning("formula %r: %s", node.astext(), error, location=node)
            raise SkipNode from None
        self.body.append(f'<div class="math">{formula}</div>' if block else formula)
        raise SkipNode

    return visit, None


def write_font(target: Path) -> None:
    """Write the font's letters that formulas need, as a web font."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    # The file alone: the package itself, which draws formulas as SVG, is not loaded.
    with TTFont(distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")) as font:
        # All names stay: the font's licence (OFL) and trademark are told in them.
        subsetter = Subsetter(Options(layout_features=["ssty", "ccmp", "mark", "mkmk", "kern"], name_IDs=["*"]))
        subsetter.populate(unicodes=[letter for first, end in _LETTERS for letter in range(first, end)])
        subsetter.subset(font)
        font.flavor = "woff"
        target.parent.mkdir(parents=True, exist_ok=True)
        font.save(target)


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer with Sphinx."""
    app.add_html_math_renderer("mathml", _visitor(block=False), _visitor(block=True))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
