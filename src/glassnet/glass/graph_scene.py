"""A computational graph as a scene: what is to be drawn, column by column, with sizes and, once laid out, places."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.graph_layout import Column, Item, connect, order, set_heights, set_widths
from glassnet.glass.graph_marks import (
    COMMUTATIVE,
    SMALL,
    TEXT_SIZE,
    number_text,
    shortened,
    symbol_of,
    value_text,
    width_of,
)

if TYPE_CHECKING:
    from glassnet.mathematics.graph import Variable

RADIUS = 20.0  # of a circle; half the height of a box
PADDING = 12.0  # between the symbol and the end of its box, and the radius of the box's corners
BETWEEN_LINES = 3.5  # half the distance of the forward and the backward line
BETWEEN_PORTS = 14.0  # of the lines that meet at one side of a node
ROOM_FOR_ARROWS = 10.0  # at either side of a node: lines are level there
GAP = 12.0  # between what lies in one column
NARROW, WIDE = 34.0, 130.0  # between columns


@dataclass(eq=False)
class Place:
    """A node of the graph, or the result, in the drawing.

    `node` is None for the result's place at the right. `total` is the sum of the derivatives that several edges bring
    to one node.
    """

    item: Item
    column: int
    kind: str  # "input", "constant", "operation" or "result"
    text: str
    node: Variable | None
    name: str = ""
    total: str = ""
    width: float = 0.0
    height: float = 0.0
    entering: list[Edge] = field(default_factory=list)
    leaving: list[Edge] = field(default_factory=list)

    @property
    def shown_name(self) -> str:
        """The name that is written under it; the result's stands at the right."""
        return "" if any(edge.target.kind == "result" for edge in self.leaving) else self.name

    @property
    def corner(self) -> float:
        """The radius of the corners: that of a circle, or of a box."""
        return RADIUS if self.width == self.height == 2 * RADIUS else PADDING

    def side(self, dy: float) -> float:
        """Return how far its border is from its centre at a height `dy` beside it."""
        straight = self.height / 2 - self.corner
        into_corner = min(max(abs(dy) - straight, 0.0), self.corner)
        return self.width / 2 - self.corner + math.sqrt(self.corner**2 - into_corner**2)


@dataclass(eq=False)
class Edge:
    """A value on its way from one node to another, and the derivative on its way back."""

    source: Place
    target: Place
    operand: int  # which operand of the target it is
    value: Any
    derivative: Any  # None if there is none
    path: list[Item]
    leaves_at: float = 0.0
    enters_at: float = 0.0

    @property
    def labelled(self) -> bool:
        """Whether value and derivative are written: a constant's place shows its value already."""
        return self.source.kind != "constant"

    @property
    def label(self) -> Item:
        """The part of the path where value and derivative are written."""
        return self.path[0]


@dataclass
class Scene:
    """All that is to be drawn."""

    places: list[Place]
    edges: list[Edge]
    columns: list[list[Item]]
    ends: list[Column] = field(default_factory=list)


def scene_of(root: Variable, *, inputs: str, derivatives: bool) -> Scene:
    """Return the laid-out scene of a graph, with inputs at the far "left" or "near" their first use."""
    nodes = root.nodes()
    layers = _layers(nodes, inputs)
    places, edges = _places_and_edges(root, layers, derivatives)
    scene = Scene(places, edges, _columns(places, 2 * layers[root] + 3))
    order(scene.columns)
    _set_sizes(scene)
    set_heights(scene.columns, GAP)
    scene.ends = set_widths(scene.columns, NARROW, WIDE)
    _set_ports(scene)
    return scene


def _layers(nodes: tuple[Variable, ...], inputs: str) -> dict[Variable, int]:
    """Return how many operations lie on the longest way to each node; constants go just before their use."""
    layers: dict[Variable, int] = {}
    for node in nodes:
        layers[node] = 1 + max((layers[parent] for parent in node.parents), default=-1)
    first_use: dict[Variable, int] = {}
    for node in nodes:
        for parent in node.parents:
            first_use[parent] = min(first_use.get(parent, layers[node]), layers[node])
    near = {"constant", "input"} if inputs == "near" else {"constant"}
    return {
        node: first_use[node] - 1 if node.operation in near and node in first_use else layer
        for node, layer in layers.items()
    }


def _places_and_edges(root: Variable, layers: dict[Variable, int], derivatives: bool) -> tuple[list[Place], list[Edge]]:
    """Return the result's place first, then the nodes' in the graph's own order, and the edges between them."""
    result = Place(Item(0, 0, 0), 2 * layers[root] + 2, "result", shortened(root.name or ""), None)
    of = {node: _place(node, layer) for node, layer in layers.items()}
    edges = [_edge(of[root], result, 0, root.grad if derivatives else None)]
    for node in layers:
        nothing = (None,) * len(node.parents)
        sent = node.passed_on(node.grad) if derivatives and node.grad is not None else nothing
        edges += [
            _edge(of[parent], of[node], *pair) for parent, pair in zip(node.parents, enumerate(sent), strict=True)
        ]
    return [result, *of.values()], edges


def _place(node: Variable, layer: int) -> Place:
    if node.operation == "constant":
        return Place(Item(0, 0, 0), 2 * layer, "constant", value_text(node.array), node)
    if node.operation == "input":
        return Place(Item(0, 0, 0), 2 * layer, "input", shortened(node.name or "•"), node)
    return Place(Item(0, 0, 0), 2 * layer, "operation", symbol_of(node.operation), node, shortened(node.name or ""))


def _edge(source: Place, target: Place, operand: int, derivative: Any) -> Edge:
    assert source.node is not None  # noqa: S101  # only the result has none, and nothing leaves it
    path = [Item(0, 0, 0, "label")]
    path += [Item(0, 0, 0, "lane") for _ in range(source.column + 2, target.column)]
    connect([source.item, *path, target.item])
    edge = Edge(source, target, operand, source.node.array, derivative, path)
    source.leaving.append(edge)
    target.entering.append(edge)
    return edge


def _columns(places: list[Place], n_columns: int) -> list[list[Item]]:
    """Sort what there is into columns, in the order of a walk from the result: that of a tree has no crossing."""
    columns: list[list[Item]] = [[] for _ in range(n_columns)]
    result = places[0]
    columns[result.column].append(result.item)
    met = {result}
    to_visit = list(result.entering)
    while to_visit:
        edge = to_visit.pop()
        for k, item in enumerate(edge.path):
            columns[edge.source.column + 1 + k].append(item)
        if edge.source not in met:
            met.add(edge.source)
            columns[edge.source.column].append(edge.source.item)
            to_visit.extend(reversed(edge.source.entering))
    return columns


def _set_sizes(scene: Scene) -> None:
    for edge in scene.edges:
        lines = BETWEEN_LINES if edge.derivative is not None else 0.0
        for item in edge.path:
            item.above = item.below = lines + 3
        if edge.labelled:
            texts = [value_text(edge.value)] + ([] if edge.derivative is None else [value_text(edge.derivative)])
            edge.label.width = max(width_of(text, TEXT_SIZE) for text in texts) + 8
            edge.label.above = lines + TEXT_SIZE + 5
            edge.label.below = lines + (TEXT_SIZE + 5 if len(texts) == 2 else 3)
    for place in scene.places:
        _set_size(place)


def _set_size(place: Place) -> None:
    item, node = place.item, place.node
    ports = max(len(place.entering), len(place.leaving))
    span = BETWEEN_PORTS * (ports - 1) + 2 * BETWEEN_LINES
    if len(place.leaving) > 1 and node is not None and node.array.ndim == 0:
        parts = [edge.derivative for edge in place.leaving if edge.derivative is not None]
        place.total = f"Σ {number_text(float(np.sum(parts)))}" if parts else ""
    under = [text for text in (place.shown_name, place.total) if text]
    below = sum(SMALL + 4 for _ in under)
    if place.kind == "operation":
        text = width_of(place.text, TEXT_SIZE)
        round_enough = text <= 2 * RADIUS - 3 and span <= 2 * RADIUS - 4
        place.width = 2 * RADIUS if round_enough else max(text, 8.0) + 2 * PADDING
        place.height = 2 * RADIUS if round_enough else max(2 * RADIUS, span + 2 * PADDING)
        item.width = max([place.width + 2 * ROOM_FOR_ARROWS, *(width_of(text, SMALL) + 4 for text in under)])
        item.above, item.below = place.height / 2, place.height / 2 + below
    else:
        item.width = max([width_of(place.text, TEXT_SIZE), *(width_of(text, SMALL) for text in under)]) + 6
        item.width += 0.0 if place.kind == "result" else ROOM_FOR_ARROWS
        item.above, item.below = (max(span, TEXT_SIZE + 6) / 2,) * 2
        item.below += below


def _set_ports(scene: Scene) -> None:
    """Spread the lines that meet at one side of a node: by height, or in the operands' order where that matters."""
    for place in scene.places:
        operation = place.node.operation if place.node is not None else ""
        place.leaving.sort(key=lambda edge: edge.path[0].y)
        if operation in COMMUTATIVE:
            place.entering.sort(key=lambda edge: edge.path[-1].y)
        for edge, dy in zip(place.leaving, _spread(len(place.leaving)), strict=True):
            edge.leaves_at = dy
        for edge, dy in zip(place.entering, _spread(len(place.entering)), strict=True):
            edge.enters_at = dy


def _spread(count: int) -> list[float]:
    return [BETWEEN_PORTS * (k - (count - 1) / 2) * (1.4 if count == 2 else 1.0) for k in range(count)]
