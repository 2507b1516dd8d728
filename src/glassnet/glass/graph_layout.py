"""Where the parts of a layered drawing lie: columns from left to right, few crossings, nothing on top of another.

After K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system structures" (1981):
columns by longest path, order within a column by barycentres. A label of an edge is a part of a column like any other,
and an edge that passes a column keeps a lane there: so no line runs through a label, and no label over another.
Heights minimize the squared bends of all edges; within a column that is an isotonic regression, solved exactly.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SWEEPS_OF_ORDER = 12
SWEEPS_OF_HEIGHT = 60  # fewer of a drawing with many items: at most so many steps
MOST_STEPS = 40_000
STRAIGHTNESS_OF_LANES = 4.0  # how much more a bend in a long edge's lane costs than one at a node

YIELDING = 1e-4  # how strongly what begins in a column stays where it would be straight


@dataclass(eq=False)
class Item:
    """Something that takes room in a column: a node, an edge's label or an edge's lane.

    Attributes
    ----------
    width, above, below : float
        How far it reaches: `above` and `below` the height `y` of its line.
    kind : str
        "node", "label" or "lane".
    left, right : list of Item
        What it is connected to in the columns beside.
    x, y : float
        Its centre, once laid out.
    """

    width: float
    above: float
    below: float
    kind: str = "node"
    left: list[Item] = field(default_factory=list)
    right: list[Item] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Column:
    """The left and right end of a column."""

    left: float
    right: float


def connect(path: Sequence[Item]) -> None:
    """Connect each item of a path, one a column, with the next."""
    for one, other in pairwise(path):
        one.right.append(other)
        other.left.append(one)


def order(columns: list[list[Item]]) -> None:
    """Reorder the items within their columns so that few edges cross; the order given stays where it is as good."""
    best, fewest = [list(column) for column in columns], crossings(columns)
    for sweep in range(SWEEPS_OF_ORDER):
        if fewest == 0:
            break
        to_the_right = sweep % 2 == 0
        places = range(1, len(columns)) if to_the_right else range(len(columns) - 2, -1, -1)
        for k in places:
            beside = {item: i for i, item in enumerate(columns[k - 1 if to_the_right else k + 1])}
            _sort_by_barycentre(columns[k], beside, to_the_right)
        _exchange_neighbours(columns)
        found = crossings(columns)
        if found < fewest:
            best, fewest = [list(column) for column in columns], found
    columns[:] = best


def _sort_by_barycentre(column: list[Item], beside: dict[Item, int], to_the_right: bool) -> None:
    keys = {}
    for i, item in enumerate(column):
        places = [beside[other] for other in (item.left if to_the_right else item.right)]
        # What hangs on nothing keeps its place, measured on the scale of the column beside.
        keys[item] = sum(places) / len(places) if places else (i + 0.5) / len(column) * len(beside) - 0.5
    column.sort(key=keys.__getitem__)


def _exchange_neighbours(columns: list[list[Item]]) -> None:
    """Exchange two neighbours wherever their own edges cross less often then."""
    for k, column in enumerate(columns):
        beside = [columns[i] for i in (k - 1, k + 1) if 0 <= i < len(columns)]
        places = {item: i for other in beside for i, item in enumerate(other)}
        for i in range(len(column) - 1):
            upper, lower = column[i : i + 2]
            if _crossing_pairs(lower, upper, places) < _crossing_pairs(upper, lower, places):
                column[i : i + 2] = lower, upper


def _crossing_pairs(upper: Item, lower: Item, places: dict[Item, int]) -> int:
    return sum(
        places[one] > places[other]
        for above, below in ((upper.left, lower.left), (upper.right, lower.right))
        for one in above
        for other in below
    )


def crossings(columns: list[list[Item]]) -> int:
    """Count the pairs of edges that cross between neighbouring columns.

    >>> a, b, c, d = (Item(1, 1, 1) for _ in range(4))
    >>> connect([a, d]), connect([b, c])
    (None, None)
    >>> crossings([[a, b], [c, d]])
    1
    """
    total = 0
    for column, following in pairwise(columns):
        places = {item: i for i, item in enumerate(following)}
        ends: list[int] = []
        for item in column:
            own = sorted(places[other] for other in item.right)
            total += sum(len(ends) - bisect_right(ends, end) for end in own)
            for end in own:
                insort(ends, end)
    return total


def set_heights(columns: list[list[Item]], gap: float) -> None:
    """Give every item its `y`: edges as straight as may be, items of a column at least `gap` apart."""
    for column in columns:
        _settle(column, [(0.0, 1.0)] * len(column), gap)
    n_items = sum(map(len, columns))
    for sweep in range(min(SWEEPS_OF_HEIGHT, max(MOST_STEPS // n_items, 4))):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            _settle(column, [_pull(item, (*item.left, *item.right)) for item in column], gap)
    # At last each is put where what enters it comes from: edges bend just before their end, as drawn by hand. What
    # begins in a column makes way for what goes through it.
    yielding: set[Item] = set()
    for column in columns:
        yielding |= {item for item in column if not item.left or (item.kind == "label" and item.left[0] in yielding)}
        pulls = [_pull(item, item.left or item.right) for item in column]
        pulls = [(y, YIELDING if item in yielding else weight) for item, (y, weight) in zip(column, pulls, strict=True)]
        _settle(column, pulls, gap)
    top = min(item.y - item.above for column in columns for item in column)
    for column in columns:
        for item in column:
            item.y -= top


def _settle(column: list[Item], pulls: Sequence[tuple[float, float]], gap: float) -> None:
    wanted, weights = zip(*pulls, strict=True)
    for item, y in zip(column, _spaced(column, wanted, weights, gap), strict=True):
        item.y = y


def _pull(item: Item, neighbours: Sequence[Item]) -> tuple[float, float]:
    """Return where the neighbours want an item to be, and how strongly."""
    if not neighbours:
        return item.y, YIELDING
    weights = [STRAIGHTNESS_OF_LANES if "lane" in {item.kind, other.kind} else 1.0 for other in neighbours]
    pull = sum(weight * other.y for weight, other in zip(weights, neighbours, strict=True))
    return pull / sum(weights), sum(weights)


def _spaced(column: list[Item], wanted: Sequence[float], weights: Sequence[float], gap: float) -> list[float]:
    """Return heights nearest to those wanted (weighted squares) that keep order and distance.

    With the distances subtracted, the heights must not fall: neighbours that would are pooled to their mean.
    """
    offsets = [0.0]
    for upper, lower in pairwise(column):
        offsets.append(offsets[-1] + upper.below + gap + lower.above)
    pools: list[tuple[float, float, int]] = []  # mean, weight, count
    for height, offset, weight in zip(wanted, offsets, weights, strict=True):
        mean, total, count = height - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other, its_total, its_count = pools.pop()
            mean = (mean * total + other * its_total) / (total + its_total)
            total, count = total + its_total, count + its_count
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def set_widths(columns: list[list[Item]], narrow: float, wide: float) -> list[Column]:
    """Give every item its `x`, and return the columns' ends; where edges are steep the columns are further apart."""
    ends: list[Column] = []
    left = 0.0
    for k, column in enumerate(columns):
        if k:
            steepest = max((abs(item.y - other.y) for item in column for other in item.left), default=0.0)
            left = ends[-1].right + min(max(narrow, 0.45 * steepest), wide)
        width = max(item.width for item in column)
        ends.append(Column(left, left + width))
        for item in column:
            item.x = left + width / 2
    return ends
