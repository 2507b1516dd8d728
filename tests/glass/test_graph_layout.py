"""The layout of columns: crossings counted and undone, distances kept, edges straight where they can be."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from glassnet.glass.graph_layout import Item, connect, crossings, order, set_heights, set_widths


def items(count):
    return [Item(10, 5, 5) for _ in range(count)]


def crossings_by_pairs(columns):
    total = 0
    for column, following in pairwise(columns):
        edges = [(column.index(a), following.index(b)) for a in column for b in a.right]
        total += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(edges, 2))
    return total


@pytest.mark.parametrize("seed", range(5))
def test_crossings_against_all_pairs(seed):
    generator = np.random.default_rng(seed)
    columns = [items(5) for _ in range(4)]
    for column, following in pairwise(columns):
        for a, b in generator.integers(5, size=(9, 2)):
            connect([column[a], following[b]])
    before = crossings_by_pairs(columns)
    assert crossings(columns) == before
    kept = [set(column) for column in columns]
    order(columns)
    assert crossings_by_pairs(columns) < before
    assert [set(column) for column in columns] == kept


def test_a_ladder_is_untangled():
    left, right = items(6), items(6)
    for one, other in zip(left, reversed(right), strict=True):
        connect([one, other])
    columns = [left, right]
    order(columns)
    assert crossings(columns) == 0


def test_an_order_without_crossings_stays():
    columns = [items(3), items(3)]
    before = [list(column) for column in columns]
    for one, other in zip(*columns, strict=True):
        connect([one, other])
    order(columns)
    assert columns == before


@pytest.mark.parametrize("seed", range(3))
def test_items_keep_their_order_and_distance(seed):
    generator = np.random.default_rng(seed)
    columns = [[Item(10, *generator.uniform(3, 30, 2)) for _ in range(6)] for _ in range(5)]
    for column, following in pairwise(columns):
        for a, b in generator.integers(6, size=(8, 2)):
            connect([column[a], following[b]])
    set_heights(columns, 7.0)
    for column in columns:
        for upper, lower in pairwise(column):
            assert lower.y - lower.above >= upper.y + upper.below + 7.0 - 1e-6
    assert min(item.y - item.above for column in columns for item in column) == pytest.approx(0)


def test_a_chain_is_straight_and_a_node_in_the_middle_of_what_enters():
    a, b, c, lane, d = items(5)
    for path in ([a, c, d], [b, c], [lane, d]):
        connect(path)
    set_heights([[a, b], [c], [d]], 4.0)
    assert c.y == pytest.approx((a.y + b.y) / 2)
    chain = [Item(1, 1, 1) for _ in range(20)]
    connect(chain)
    set_heights([[item] for item in chain], 4.0)
    assert {round(item.y, 6) for item in chain} == {1.0}


def test_widths():
    columns = [items(1), items(2), items(1)]
    connect([columns[0][0], columns[1][1], columns[2][0]])
    columns[2][0].width = 30
    columns[2][0].y = 1000.0
    first, second, third = set_widths(columns, 20.0, 90.0)
    assert (first.left, first.right) == (0, 10)
    assert second.left - first.right == 20  # level: near
    assert third.left - second.right == 90  # steep: further, but not without end
    assert third.right - third.left == 30
    assert columns[2][0].x == (third.left + third.right) / 2
