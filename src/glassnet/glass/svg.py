"""What all drawings in SVG are written with: the document, its colours in light and dark, texts, numbers.

Colours stand as attributes, which every program understands; the style sheet only exchanges them where the reader
prefers a dark screen, and each of its rules names this one picture, so that it changes nothing else on a page.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from glassnet.glass.graph_marks import DARK, FONTS, LIGHT, TEXT_SIZE, escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

BASELINE = 0.36  # from the middle of a line of text to its baseline, in sizes of the text


def palette(theme: str) -> dict[str, str]:
    """Return the colours that stand as attributes: those of the light theme, unless the dark one is wanted."""
    return DARK if theme == "dark" else LIGHT


def document(  # what a picture consists of
    body: Sequence[str],
    size: tuple[float, float],
    theme: str,
    title: str,
    description: str,
    *,
    kind: str,
    margin: float = 0.0,
) -> str:
    """Return a picture as one `<svg>` element, its body `margin` aside; the same content gives the same text."""
    words = f"<title>{escaped(title)}</title>", f"<desc>{escaped(description)}</desc>"
    name = f"glassnet-{kind}-{zlib.crc32(''.join((theme, *words, *body)).encode()):08x}"
    width, height = map(n, size)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width: 100%; height: auto" font-family="{FONTS}" font-size="{n(TEXT_SIZE)}">'
    )
    return "\n".join(
        (
            head,
            *words,
            *([_dark_rules(name)] if theme == "auto" else []),
            f'<rect class="paper" width="100%" height="100%" rx="6" fill="{palette(theme)["paper"]}"/>',
            *([f'<g transform="translate({n(margin)} {n(margin)})">', *body, "</g>"] if margin else body),
            "</svg>\n",
        )
    )


def _dark_rules(name: str) -> str:
    fills = "".join(f"#{name} .{role} {{ fill: {DARK[role]} }} " for role in ("paper", "body"))
    inks = "".join(
        f"#{name} .{role} {{ fill: {DARK[role]}; stroke: {DARK[role]} }} "
        for role in ("ink", "value", "derivative", "constant")
    )
    return f"<style>@media (prefers-color-scheme: dark) {{ {fills}{inks}}}</style>"


def coloured(role: str, parts: Sequence[str], colours: dict[str, str]) -> str:
    """Return some marks in the colour of a role."""
    return f'<g class="{role}" fill="{colours[role]}" stroke="{colours[role]}">{"".join(parts)}</g>'


def text_at(x: float, y: float, text: str, *, anchor: str = "middle", more: str = "") -> str:
    """Return a text whose line has its middle at y; nothing for no text."""
    if not text:
        return ""
    baseline = y + BASELINE * TEXT_SIZE
    return f'<text x="{n(x)}" y="{n(baseline)}" text-anchor="{anchor}" stroke="none"{more}>{escaped(text)}</text>'


def n(number: float) -> str:
    """Write a length.

    >>> n(12.0), n(0.25), n(-0.0)
    ('12', '0.2', '0')
    """
    return f"{number + 0.0:.1f}".removesuffix(".0")
