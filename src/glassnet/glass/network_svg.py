"""The scene of a network, written as SVG: circles and lines, or blocks."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.graph_marks import DARK, LIGHT, SMALL, TEXT_SIZE, escaped, shortened, width_of
from glassnet.glass.svg import coloured, document, n, palette, text_at
from glassnet.network.tape import shape_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.glass.network_scene import Block, Links, NetworkScene, Unit
    from glassnet.glass.network_words import NetworkWords

MARGIN = 18.0
RADIUS = 18.0
BETWEEN_UNITS = 12.0
LEAST_BETWEEN_COLUMNS = 130.0
THICKEST, THINNEST = 5.0, 0.5
NUMBER_SIZE = 11.0
SMALL_TEXT = f' font-size="{n(SMALL)}"'


def svg_of_network(scene: NetworkScene, theme: str, title: str, description: str) -> str:
    """Return the picture as one `<svg>` element; the same scene gives the same text."""
    body, size = _units_picture(scene, palette(theme)) if scene.columns else _blocks_picture(scene, theme)
    return document(body, size, theme, title, description, kind="network")


# Units and links


def _units_picture(scene: NetworkScene, colours: dict[str, str]) -> tuple[list[str], tuple[float, float]]:
    heads = [_head(block, scene.words) for block in scene.blocks]
    widths = [max(2 * RADIUS, *(width_of(line, SMALL) for line in lines)) for lines in heads]
    xs: list[float] = []
    x = MARGIN
    for k, width in enumerate(widths):
        x += width / 2
        if k:
            x = max(x, xs[-1] + LEAST_BETWEEN_COLUMNS)
        xs.append(x)
        x += width / 2 + 14
    top = MARGIN + max(map(len, heads)) * (SMALL + 4) + 8
    tallest = max(map(len, scene.columns)) * (2 * RADIUS + BETWEEN_UNITS)
    places = [_places(x, len(column), top, tallest) for x, column in zip(xs, scene.columns, strict=True)]
    body: list[str] = []
    for links, one, other in zip(scene.links, places, places[1:], strict=False):
        body += _links(links, one, other, colours)
    for column, where, lines, x in zip(scene.columns, places, heads, xs, strict=True):
        most = max((abs(unit.number) for unit in column if unit.number is not None), default=0.0)
        body += [
            _unit(unit, place, most, index, colours)
            for index, (unit, place) in enumerate(zip(column, where, strict=True))
        ]
        body.append(_column_head(x, top - 14, lines, colours))
    right = max(x + width / 2 for x, width in zip(xs, widths, strict=True)) + MARGIN
    legend, width = _legend(scene, top + tallest + 16, colours)
    return [*body, *legend], (max(right, width), top + tallest + 16 + 3 * (SMALL + 4) + MARGIN / 2)


def _column_head(x: float, y: float, lines: list[str], colours: dict[str, str]) -> str:
    """Write the lines above a column, the last one at y."""
    above = [(SMALL + 4) * (len(lines) - 1 - k) for k in range(len(lines))]
    bold = [' font-weight="600"', *("" for _ in lines[1:])]
    parts = [
        text_at(x, y - up, line, more=SMALL_TEXT + more) for up, line, more in zip(above, lines, bold, strict=True)
    ]
    return coloured("ink", parts, colours)


def _head(block: Block, words: NetworkWords) -> list[str]:
    """Return what stands above a column: the output's name, then the layers."""
    if block.output == "X":
        return ["X", words.inputs.format(width=block.width) if block.width > 1 else words.one_input]
    return [block.output, *map(shortened, block.layers)]


def _places(x: float, count: int, top: float, tallest: float) -> list[tuple[float, float]]:
    pitch = 2 * RADIUS + BETWEEN_UNITS
    first = top + tallest / 2 - pitch * (count - 1) / 2
    return [(x, first + k * pitch) for k in range(count)]


def _links(
    links: Links, starts: list[tuple[float, float]], ends: list[tuple[float, float]], colours: dict[str, str]
) -> Iterator[str]:
    """Draw the lines, the thickest last, so that they lie on top."""
    shares = _shares(links.numbers)
    for flat in np.argsort(np.abs(shares), axis=None, kind="stable").tolist():
        i, j = divmod(flat, len(ends))
        share = float(shares[i, j])
        role, dashes = ("value", "") if share >= 0 else ("derivative", ' stroke-dasharray="7 3"')
        (x1, y1), (x2, y2) = starts[i], ends[j]
        width = THINNEST + (THICKEST - THINNEST) * abs(share)
        yield (
            f'<line class="{role}" x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" stroke="{colours[role]}" '
            f'stroke-width="{width:.2f}" stroke-opacity="{0.35 + 0.6 * abs(share):.2f}"{dashes}>'
            f"<title>{escaped(links.words(i, j))}</title></line>"
        )


def _shares(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers in parts of the largest, from −1 to 1; what is not finite counts as nothing."""
    finite = np.where(np.isfinite(numbers), numbers, 0.0)
    most = np.abs(finite).max()
    return finite / most if most > 0 else finite


def _unit(unit: Unit, place: tuple[float, float], most: float, index: int, colours: dict[str, str]) -> str:
    x, y = place
    circle = f'cx="{n(x)}" cy="{n(y)}" r="{n(RADIUS)}"'
    parts = [f'<circle {circle} class="body" fill="{colours["body"]}" stroke-width="1.3"/>']
    label = str(index)
    if unit.number is not None:
        share = abs(unit.number) / most if most > 0 and np.isfinite(most) else 0.0
        role = "value" if unit.number >= 0 else "derivative"
        paint = f'class="{role}" fill="{colours[role]}" fill-opacity="{0.6 * share:.2f}" stroke-width="0"'
        parts.append(f"<circle {circle} {paint}/>")
        label = short_number(unit.number)
    size = NUMBER_SIZE if len(label) < 5 else NUMBER_SIZE - 1.5
    parts.append(text_at(x, y - 1, label, more=f' font-size="{n(size)}"'))
    return f'<g class="unit"><title>{escaped(unit.words)}</title>{coloured("ink", parts, colours)}</g>'


def short_number(value: float) -> str:
    """Write a number so short that it stands in a circle.

    >>> [short_number(x) for x in (0.7311, -0.05, 12.34, 1234.0, 0.00012, 0.0)]
    ['0.73', '−0.05', '12.3', '1e3', '1e−4', '0']
    """
    size = abs(value)
    if size == 0 or not np.isfinite(value):
        text = f"{size:.0f}"
    elif 0.01 <= size < 999:
        text = f"{size:.2f}" if size < 9.995 else f"{size:.1f}" if size < 99.95 else f"{size:.0f}"
    else:
        digits, power = f"{size:.0e}".split("e")
        text = f"{digits}e{int(power)}".replace("-", "−")
    return f"−{text}" if value < 0 else text


def _legend(scene: NetworkScene, y: float, colours: dict[str, str]) -> tuple[list[str], float]:
    """Say what the lines mean; return it and how wide it is."""
    words = scene.words
    samples = [("value", "", words.positive), ("derivative", ' stroke-dasharray="7 3"', words.negative)]
    parts, x = [], MARGIN
    for role, dashes, word in samples:
        line = (
            f'<line x1="{n(x)}" y1="{n(y)}" x2="{n(x + 30)}" y2="{n(y)}" stroke="{colours[role]}" class="{role}" '
            f'stroke-width="3"{dashes}/>'
        )
        parts += [line, coloured("ink", [text_at(x + 36, y, word, anchor="start", more=SMALL_TEXT)], colours)]
        x += 36 + width_of(word, SMALL) + 14
    lines = [line.format(line=words.line[scene.by]) for line in words.legend]
    parts.append(
        coloured(
            "constant",
            [
                text_at(MARGIN, y + (k + 1) * (SMALL + 5), line, anchor="start", more=SMALL_TEXT)
                for k, line in enumerate(lines)
            ],
            colours,
        )
    )
    return parts, max(x, *(MARGIN * 2 + width_of(line, SMALL) * 0.9 for line in lines))


# Blocks

BLOCK_WIDTH = 348.0
ARROW = 26.0
PICTURE = 38.0
PICTURES_IN_A_ROW = 8


def _blocks_picture(scene: NetworkScene, theme: str) -> tuple[list[str], tuple[float, float]]:
    """Stack the blocks, so that they are read on a phone too; bars show how wide each is."""
    body: list[str] = []
    colours = palette(theme)
    y, most = MARGIN, max(block.width for block in scene.blocks)
    for k, block in enumerate(scene.blocks):
        if k:
            body.append(_arrow(y, colours))
            y += ARROW
        more = scene.ranges[k] if scene.ranges else ""
        parts, height = _block(block, y, most, more, colours, scene.words)
        body.append(parts)
        y += height
        if k == 1 and scene.pictures is not None:
            parts, height = _pictures(scene, y + 10, colours, theme)
            body.append(parts)
            y += height + 10
    return body, (BLOCK_WIDTH + 2 * MARGIN, y + MARGIN)


def _block(
    block: Block, y: float, most: int, more: str, colours: dict[str, str], texts: NetworkWords
) -> tuple[str, float]:
    left = [*block.layers] or [texts.input]
    right = [f"{block.output} {shape_words(('N', block.width))}"]
    if block.parameters:
        right.append(texts.parameters.format(count=block.parameters))
    rows = max(len(left), len(right))
    height = 16 + rows * (TEXT_SIZE + 5) + (SMALL + 5 if more else 0) + 8
    box = (
        f'<rect class="body" x="{n(MARGIN)}" y="{n(y)}" width="{n(BLOCK_WIDTH)}" height="{n(height)}" rx="8" '
        f'fill="{colours["body"]}" stroke-width="1.2"/>'
    )
    first = y + 8 + (TEXT_SIZE + 5) / 2
    bold = [' font-weight="600"', *("" for _ in left[1:])]
    parts = [
        text_at(MARGIN + 12, first + k * (TEXT_SIZE + 5), shortened(layer), anchor="start", more=weight)
        for k, (layer, weight) in enumerate(zip(left, bold, strict=True))
    ]
    notes = [
        text_at(MARGIN + BLOCK_WIDTH - 12, first + k * (TEXT_SIZE + 5), words, anchor="end", more=SMALL_TEXT)
        for k, words in enumerate(right)
    ]  # fmt: skip
    if more:
        notes.append(text_at(MARGIN + 12, first + rows * (TEXT_SIZE + 5), more, anchor="start", more=SMALL_TEXT))
    bar = (
        f'<rect class="value" x="{n(MARGIN + 12)}" y="{n(y + height - 9)}" height="4" rx="2" stroke-width="0" '
        f'width="{n(max(3.0, (BLOCK_WIDTH - 24) * block.width / most))}" fill="{colours["value"]}"/>'
    )
    told = "\n".join((*block.layers, *block.shapes, texts.numbers.format(width=block.width)))
    ink = coloured("ink", [box, *parts], colours)
    return (
        f'<g class="block"><title>{escaped(told)}</title>{ink}{coloured("constant", notes, colours)}{bar}</g>',
        height,
    )


def _arrow(y: float, colours: dict[str, str]) -> str:
    x = MARGIN + BLOCK_WIDTH / 2
    line = f'<path d="M{n(x)} {n(y + 3)}V{n(y + ARROW - 9)}" fill="none" stroke-width="1.4"/>'
    head = f'<path d="M{n(x)} {n(y + ARROW - 3)}l-4 -8h8z" stroke="none"/>'
    return coloured("ink", [line, head], colours)


def _pictures(scene: NetworkScene, y: float, colours: dict[str, str], theme: str) -> tuple[str, float]:
    """Draw the first layer's numbers, unit by unit, as small pictures: blue for positive, vermilion for negative."""
    assert scene.pictures is not None  # noqa: S101  # who calls has looked
    pitch = (BLOCK_WIDTH + 6) / PICTURES_IN_A_ROW
    shown, of = len(scene.pictures), scene.blocks[1].width
    which = scene.words.all_units if shown == of else scene.words.first_units
    caption = which.format(shown=shown, of=of, pixel=scene.words.pixel[scene.by])
    parts = [coloured("constant", [text_at(MARGIN, y + SMALL / 2, caption, anchor="start", more=SMALL_TEXT)], colours)]
    top, shares = y + SMALL + 8, _shares(scene.pictures)
    for k, picture in enumerate(shares):
        told = scene.words.unit.format(unit=k, extremes=_extremes(scene.pictures[k]))
        row, column = divmod(k, PICTURES_IN_A_ROW)
        x, above = MARGIN + column * pitch, top + row * pitch
        parts.append(
            f'<g class="picture"><title>{escaped(told)}</title>'
            f'<rect class="body" x="{n(x)}" y="{n(above)}" width="{n(PICTURE)}" height="{n(PICTURE)}" '
            f'fill="{colours["body"]}"/><image x="{n(x)}" y="{n(above)}" width="{n(PICTURE)}" height="{n(PICTURE)}" '
            f'style="image-rendering: pixelated" href="data:image/png;base64,{_png(picture, theme)}"/></g>'
        )
    return "".join(parts), SMALL + 8 + -(-shown // PICTURES_IN_A_ROW) * pitch - 6


def _extremes(numbers: NDArray[np.float64]) -> str:
    return f"{numbers.min():.4g} … {numbers.max():.4g}"


def _png(shares: NDArray[np.float64], theme: str) -> str:
    """Return a picture in base64 whose ink is the thicker the larger a number: it stands on light and on dark paper."""
    from PIL import Image

    colours = LIGHT if theme == "light" else DARK  # the dark theme's are seen on both papers
    positive, negative = (
        np.array([int(colours[role][k : k + 2], 16) for k in (1, 3, 5)]) for role in ("value", "derivative")
    )
    pixels = np.empty((*shares.shape, 4), np.uint8)
    pixels[..., :3] = np.where(shares[..., None] >= 0, positive, negative)
    pixels[..., 3] = np.round(255 * np.abs(shares) ** 0.65)
    stream = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode()
