"""What programs for slides and letters write in place of what was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from glassnet.legacy.running.problems import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

QUOTES: Final = str.maketrans("‘’‚′“”„″＇＂", "''''\"\"\"\"'\"")
BLANKS: Final = str.maketrans(
    dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000", " ") | dict.fromkeys("\u200b\u2060\ufeff")
)
# Korean and Japanese input methods write signs as wide as a syllable.
FULL_WIDTH: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
SIGNS: Final = str.maketrans({
    "–": "-", "—": "-", "−": "-", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "…": "...", "，": ",", "。": ".",
    "ﬁ": "fi", "ﬂ": "fl",
})  # fmt: skip
TYPOGRAPHY: Final = FULL_WIDTH | QUOTES | BLANKS | SIGNS
WORDS: Final = "typographic signs of a slide became plain ones"
INDENT: Final = re.compile(r"^[\s\u200b\u2060\ufeff]+")


def plain_signs(lines: Sequence[str], index: int, offset: int) -> Change | None:
    """Return the change of one sign that Python refuses, quotes in pairs: what stands within a text stays.

    Parameters
    ----------
    lines : sequence of str
    index, offset : int
        Where Python stops, from 0.

    Examples
    --------
    >>> plain_signs(["print（‘（a）’）"], 0, 5).lines
    {0: 'print(‘（a）’）'}
    >>> plain_signs(["print(‘（a）’）"], 0, 6).lines
    {0: "print('（a）'）"}
    """
    line = lines[index]
    sign = line[offset : offset + 1]
    if not sign or ord(sign) not in TYPOGRAPHY:
        changed = line.translate(TYPOGRAPHY)
        return Change({index: changed}, WORDS) if changed != line else None
    if ord(sign) in BLANKS and offset < len(line) - len(line.lstrip()):
        return Change(_indents(lines) or {index: line.translate(BLANKS)}, "the blanks of a slide became plain ones")
    ends = [offset]
    plain = sign.translate(TYPOGRAPHY)
    if ord(sign) in QUOTES:
        closing = (at for at, other in enumerate(line[offset + 1 :], offset + 1) if other.translate(QUOTES) == plain)
        ends += [at for at in closing if line[at - 1] != "\\"][:1]
    letters = [letter.translate(TYPOGRAPHY) if at in ends else letter for at, letter in enumerate(line)]
    return Change({index: "".join(letters)}, WORDS)


def _indents(lines: Sequence[str]) -> dict[int, str]:
    """Return the lines with another indentation than of blanks and tabs, with plain blanks there."""
    changed = {}
    for index, line in enumerate(lines):
        plain = INDENT.sub(lambda found: found[0].translate(BLANKS), line)
        if plain != line:
            changed[index] = plain
    return changed
