"""Whether a cell prints what its lesson says, letter by letter, or a number near it where machines differ."""

from __future__ import annotations

import re
from typing import Final

# A number that may be a little off, by an amount or by a factor: ≈0.25±0.05, ≈4e-08×÷2.
_NUMBER: Final = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_NEAR: Final = re.compile(rf"≈({_NUMBER})(±|×÷)({_NUMBER})")
_ANYTHING: Final = "..."
_EDGE: Final = 1e-9  # what a number may be off by rounding alone, as a share of its size


def prints_as_said(expected: str, got: str) -> bool:
    r"""Say whether a text is the expected one, whatever the spacing.

    Parameters
    ----------
    expected : str
        `...` stands for anything; `≈a±b` for a number that is at most b from a, `≈a×÷b` for one that is at most b
        times as large or as small as a.
    got : str

    Returns
    -------
    bool

    Examples
    --------
    >>> prints_as_said("[0 1   1 0] in ... ms", "[0 1 1 0] in 0.02 ms")
    True
    >>> said = "accuracy ≈0.25±0.05\nW1: ≈4e-08×÷2"
    >>> [prints_as_said(said, f"accuracy {share}\nW1: {size}") for share, size in
    ...  [("0.29", "3e-08"), ("0.31", "4e-08"), ("0.25", "4e-07"), ("much", "4e-08")]]
    [True, False, False, False]
    """
    expected, got = " ".join(expected.split()), " ".join(got.split())
    parts = [expected[start:end] for start, end in _gaps(expected)]
    pattern = f"({_NUMBER})".join(_as_pattern(part) for part in parts)
    found = re.fullmatch(pattern, got)
    if found is None:
        return False
    numbers = zip(_NEAR.findall(expected), found.groups(), strict=True)
    return all(_is_near(said, way, off, number) for (said, way, off), number in numbers)


def _gaps(expected: str) -> list[tuple[int, int]]:
    """Return where the pieces between the numbers begin and end that may be a little off."""
    edges = [0, *(edge for match in _NEAR.finditer(expected) for edge in match.span()), len(expected)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _as_pattern(text: str) -> str:
    return ".*".join(map(re.escape, text.split(_ANYTHING)))


def _is_near(said: str, way: str, off: str, number: str) -> bool:
    wanted, most, found = float(said), float(off), float(number)
    if way == "±":
        return abs(found - wanted) <= most + _EDGE * (abs(wanted) + most)
    return found * wanted > 0 and 1 / most - _EDGE <= found / wanted <= most + _EDGE
