"""Markdown for a model card: lists, tables, and texts that others wrote, which stay texts."""

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OF_MARKDOWN = re.compile(r"[\\`*<>&\[\]#|~$]|(?<=:)//|(?<=www)\.", re.IGNORECASE)
"""What would begin formatting, HTML, an entity, a formula or a link: escaped, it is shown as it is."""
TURNS_AROUND = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What lets a reader see letters in another order than they stand in."""

LARGEST = sys.float_info.max
"""The largest number that is written: nan and inf are none, nor is an integer of a thousand digits."""


def plain(value: object) -> str:
    r"""Return a text, which may come from a file, as Markdown that shows it in a line or a cell and does nothing else.

    >>> print(plain("a\n\n# b | <img src=x>"))
    a \# b \| \<img src=x\>
    """
    seen = "".join(letter if letter.isprintable() else " " for letter in TURNS_AROUND.sub("", str(value)))
    return OF_MARKDOWN.sub(lambda found: f"\\{found[0]}", " ".join(seen.split()))


def is_number(value: object) -> bool:
    """Say whether it is a number that can be written: what a file calls an accuracy may be anything.

    >>> [is_number(value) for value in (1, 0.5, "0.99", True, float("nan"), 10**5000)]
    [True, True, False, False, False, False]
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def number(value: object) -> str:
    """Return a number in four digits, an integer in all of them."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def figures(named: Mapping[object, object]) -> str:
    """Return the numbers among some values with their names, in a line.

    >>> figures({"loss": 0.25, "accuracy": "the best"})
    'loss 0.25'
    """
    return ", ".join(f"{plain(name)} {number(value)}" for name, value in named.items() if is_number(value))


def share(value: float) -> str:
    """Return a share in per cent, and a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:.2%}"


def size(count: int) -> str:
    """Return a number of bytes."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def facts(named: Mapping[str, str]) -> str:
    """Return a list of facts, which are Markdown already."""
    return "\n".join(f"- **{name}**: {value}" for name, value in named.items())


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose cells are Markdown already; all columns but the first hold numbers."""
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
