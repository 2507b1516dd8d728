"""What slides lose or misprint, recognized in a line that Python refuses."""

from __future__ import annotations

import ast
import io
import itertools
import keyword
import re
import tokenize
from typing import TYPE_CHECKING, Final

from glassnet.legacy.running.problems import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

# Markdown puts a backslash before these; Python allows it before none of them.
ESCAPED: Final = frozenset("_%*#[]()&$<>=+-{}|~^/.,:")
CONSTRUCTOR: Final = re.compile(r"\s*def\s*_+\s*ini?t\s*_+\s*(?P<rest>\(.*)$")


def without_backslash(lines: Sequence[str], index: int, offset: int) -> Change | None:
    r"""Return the change of a backslash that Markdown put before a sign.

    Parameters
    ----------
    lines : sequence of str
    index, offset : int
        Where Python stops, from 0: behind the backslash.

    Examples
    --------
    >>> without_backslash(["if i \\% 2000 == 0:"], 0, 6).lines
    {0: 'if i % 2000 == 0:'}
    """
    line = lines[index]
    if offset < 1 or line[offset - 1] != "\\" or line[offset : offset + 1] not in ESCAPED:
        return None
    return Change({index: line[: offset - 1] + line[offset:]}, "a backslash that Markdown wrote is left out")


def advice_on(line: str) -> str:
    """Return what to write in place of a line that Python refuses, if it looks like one that a slide spoilt.

    >>> advice_on("    self.hidden 1 = hidden layer 1")
    'Reading a slide loses signs. Perhaps: self.hidden_1 = hidden_layer_1'
    >>> advice_on("def__int__(self, name):")
    'A constructor is called __init__. Write: def __init__(self, name):'
    >>> advice_on("x = = 1")
    ''
    """
    if (found := CONSTRUCTOR.match(line)) and not line.lstrip().startswith("def __init__("):
        return f"A constructor is called __init__. Write: def __init__{found['rest'].partition('#')[0].rstrip()}"
    joined = _with_underscores(line.strip())
    return f"Reading a slide loses signs. Perhaps: {joined}" if joined else ""


def _with_underscores(line: str) -> str:
    """Return a line with `_` in place of blanks within names, or nothing if that does not make it Python."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(line).readline))
    except (tokenize.TokenError, SyntaxError):
        return ""
    places = []
    for before, after in itertools.pairwise(tokens):
        is_name = before.type == tokenize.NAME and not keyword.iskeyword(before.string)
        goes_on = after.type in {tokenize.NAME, tokenize.NUMBER} and not keyword.iskeyword(after.string)
        if is_name and goes_on and before.end[0] == after.start[0] == 1:
            places.append((before.end[1], after.start[1]))
    joined = line
    for start, end in reversed(places):
        joined = f"{joined[:start]}_{joined[end:]}"
    return joined if places and _is_python(joined) else ""


def _is_python(line: str) -> bool:
    """Say whether a line is Python by itself, or begins a block."""
    for code in (line, f"{line}\n    pass"):
        try:
            ast.parse(code)
        except SyntaxError:
            continue
        return True
    return False
