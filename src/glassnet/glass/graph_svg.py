"""The scene of a computational graph, written as SVG."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from glassnet.glass.graph_marks import (
    SMALL,
    TEXT_SIZE,
    escaped,
    numbers_text,
    value_text,
)
from glassnet.glass.graph_scene import BETWEEN_LINES, ROOM_FOR_ARROWS
from glassnet.glass.svg import coloured, document, n, palette, text_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glassnet.glass.graph_layout import Column
    from glassnet.glass.graph_scene import Edge, Place, Scene

MARGIN = 16.0
ARROW = 8.0  # length of an arrowhead


class Point(NamedTuple):
    """A place on the paper."""

    x: float
    y: float


def svg_of(scene: Scene, theme: str, title: str, description: str) -> str:
    """Return the picture as one `<svg>` element; the same scene gives the same text."""
    numbers = {place: k for k, place in enumerate(scene.places)}
    colours = palette(theme)
    body = [_edge(scene, edge, numbers, colours) for edge in scene.edges]
    body += [_node(scene, place, numbers[place], colours) for place in scene.places]
    width = scene.ends[-1].right + 2 * MARGIN
    height = max(item.y + item.below for column in scene.columns for item in column) + 2 * MARGIN
    size = (width, height)
    return document(body, size, theme, title, description, kind="graph", margin=MARGIN)


# Edges


def _edge(scene: Scene, edge: Edge, numbers: dict[Place, int], colours: dict[str, str]) -> str:
    forth, back = _ways(scene, edge)
    role = "value" if edge.labelled else "constant"
    label = edge.label
    parts = [_line(forth, onward=True)]
    if edge.labelled:
        y = label.y - (BETWEEN_LINES if back else 0.0) - TEXT_SIZE / 2 - 3
        parts.append(text_at(label.x, y, value_text(edge.value)))
    groups = [coloured(role, parts, colours)]
    tooltip = f"{_called(edge.source)} → {_called(edge.target)}\nvalue: {numbers_text(edge.value)}"
    if back:
        y = label.y + BETWEEN_LINES + TEXT_SIZE / 2 + 4
        parts = [_line(back, onward=False), text_at(label.x, y, value_text(edge.derivative))]
        groups.append(coloured("derivative", parts, colours))
        tooltip += f"\nderivative: {numbers_text(edge.derivative)}"
    ends = f'data-from="{numbers[edge.source]}" data-to="{numbers[edge.target]}" data-operand="{edge.operand}"'
    return f'<g class="edge" {ends}><title>{escaped(tooltip)}</title>{"".join(groups)}</g>'


def _ways(scene: Scene, edge: Edge) -> tuple[list[Point], list[Point]]:
    """Return the way forward and, a little below it, the way back (empty if no derivative takes it)."""
    if edge.derivative is None:
        return _way(scene, edge, 0.0), []
    return _way(scene, edge, -BETWEEN_LINES), _way(scene, edge, BETWEEN_LINES)


def _way(scene: Scene, edge: Edge, aside: float) -> list[Point]:
    """Return start, the ends of each column passed, and end, `aside` of the edge's own height."""
    source, target = edge.source, edge.target
    y = source.item.y + edge.leaves_at
    ends: Sequence[Column] = scene.ends
    column = ends[source.column]
    start = column.right - ROOM_FOR_ARROWS
    if source.kind == "operation":
        start = source.item.x + source.side(edge.leaves_at + aside)
    points = [Point(start, y + aside), Point(column.right, y + aside)]
    for item, column in zip(edge.path, ends[source.column + 1 : target.column], strict=True):
        points += [Point(column.left, item.y + aside), Point(column.right, item.y + aside)]
    y = target.item.y + edge.enters_at
    column = ends[target.column]
    stop = column.left if target.kind != "operation" else target.item.x - target.side(edge.enters_at + aside)
    return [*points, Point(column.left, y + aside), Point(stop, y + aside)]


def _line(points: list[Point], *, onward: bool) -> str:
    """Draw a way with its arrowhead; all ends are level, and so are the arrowheads."""
    points = list(points)
    tip = points[-1] if onward else points[0]
    towards = ARROW if onward else -ARROW
    points[-1 if onward else 0] = Point(tip.x - 0.7 * towards, tip.y)
    head = f"M{n(tip.x)} {n(tip.y)}l{n(-towards)} -3.6v7.2z"
    aside = -1.0 if onward else 1.0
    commands = [f"M{n(points[0].x)} {n(points[0].y)}"]
    for one, other in pairwise(points):
        level = abs(one.y - other.y) < 0.05
        if level and commands[-1].startswith("H"):
            commands.pop()
        commands.append(f"H{n(other.x)}" if level else _curve(one, other, aside))
    return f'<path d="{"".join(commands)}" fill="none" stroke-width="1.4"/><path d="{head}" stroke="none"/>'


def _curve(one: Point, other: Point, aside: float) -> str:
    rise, run = other.y - one.y, other.x - one.x
    if abs(rise) < 0.5:
        return f"L{n(other.x)} {n(other.y)}"
    # Moved sideways where it is steep, lest the lines forth and back meet there.
    shift = aside * BETWEEN_LINES * 1.3 * max(-1.0, min(1.0, rise / run))
    bend = run / 2
    return f"C{n(one.x + bend - shift)} {n(one.y)} {n(other.x - bend - shift)} {n(other.y)} {n(other.x)} {n(other.y)}"


# Nodes


def _node(scene: Scene, place: Place, number: int, colours: dict[str, str]) -> str:
    item, column = place.item, scene.ends[place.column]
    if place.kind == "operation":
        parts = [coloured("ink", [_shape(place, colours), text_at(item.x, item.y, place.text)], colours)]
        below = item.y + place.height / 2 + SMALL / 2 + 2
        middle, anchor = item.x, "middle"
    else:
        at_left = place.kind == "result"
        middle, anchor = (column.left + 6, "start") if at_left else (column.right - ROOM_FOR_ARROWS - 6, "end")
        role = "constant" if place.kind == "constant" else "ink"
        weight = "" if place.kind == "constant" else ' font-weight="600"'
        parts = [coloured(role, [text_at(middle, item.y, place.text, anchor=anchor, more=weight)], colours)]
        below = item.y + TEXT_SIZE / 2 + SMALL / 2 + 3
    for text, role in ((place.shown_name, "ink"), (place.total, "derivative")):
        if text:
            small = text_at(middle, below, text, anchor=anchor, more=f' font-size="{n(SMALL)}"')
            parts.append(coloured(role, [small], colours))
            below += SMALL + 4
    return f'<g class="node {place.kind}" data-node="{number}">{_node_tooltip(place)}{"".join(parts)}</g>'


def _shape(place: Place, colours: dict[str, str]) -> str:
    left, top = place.item.x - place.width / 2, place.item.y - place.height / 2
    return (
        f'<rect class="body" x="{n(left)}" y="{n(top)}" '
        f'width="{n(place.width)}" height="{n(place.height)}" rx="{n(place.corner)}" '
        f'fill="{colours["body"]}" stroke-width="1.4"/>'
    )


def _node_tooltip(place: Place) -> str:
    node = place.node
    if node is None:
        return ""
    options = "".join(f"\n{name}: {option}" for name, option in node.options.items())
    tooltip = f"{_called(place)}{options}\nvalue: {numbers_text(node.array)}"
    if node.grad is not None:
        tooltip += f"\nderivative: {numbers_text(node.grad)}"
    return f"<title>{escaped(tooltip)}</title>"


def _called(place: Place) -> str:
    node = place.node
    if node is None:
        return "result"
    return node.operation if not node.name else node.name if not node.parents else f"{node.name} ({node.operation})"
