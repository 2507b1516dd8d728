"""Panels: columns of W, or of its gradient, kept in rows of whole vectors which stay in the first cache.

A panel is a copy. Where W's own rows are whole vectors, and no longer than 256 bytes, W is its own panel (8% of a step
of 784-50-10). So it is for 33 to 64 units in float32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.engine.compiling import kernel
from glassnet.engine.vectors import INT, MACHINE, VectorBuilder, cases

if TYPE_CHECKING:
    from collections.abc import Callable

VECTOR_BYTES = MACHINE.bytes
PANEL_VECTORS = MACHINE.panel_vectors
"""How many vectors of columns of W are worked on at a time."""
PANEL_BYTES = PANEL_VECTORS * MACHINE.bytes
"""The width of a panel."""
WHERE_IT_STANDS = 256
"""How many bytes rows of W may be long to be worked on where they stand."""


@kernel
def panels_of(columns, size):
    """Return in how many panels so many columns of W are worked on."""
    return (columns * size + PANEL_BYTES - 1) // PANEL_BYTES


@kernel
def panel_begin(i, panels, columns, size):
    """Return with which column the i-th panel begins.

    Panels are whole vectors wide, one nearly as wide as the other: with panels of 3 vectors of 8, 50 columns as 16, 16
    and 18 instead of 24, 24 and 2 took 4 to 7% less.
    """
    lanes = VECTOR_BYTES // size
    return columns if i == panels else (columns + lanes - 1) // lanes * i // panels * lanes


def is_panel(vb: VectorBuilder, row: Any) -> Any:
    """Say whether a matrix whose rows are so many numbers apart may be worked on where it stands."""
    builder = vb.builder
    whole = builder.icmp_signed("==", builder.srem(row, INT(vb.lanes)), INT(0))
    return builder.and_(whole, builder.icmp_signed("<=", vb.bytes_of(row), INT(WHERE_IT_STANDS)))


class Panel:
    """The panel in use: a matrix, given by its address and how many numbers its rows are apart, or a copy."""

    def __init__(self, vb: VectorBuilder, direct: Any, matrix: tuple[Any, Any], copy: Any) -> None:
        address, row = matrix
        self.address = vb.builder.select(direct, address, copy)
        self.row_bytes = vb.builder.select(direct, vb.bytes_of(row), INT(PANEL_BYTES))


def vectors_in(vb: VectorBuilder, columns: Any) -> Any:
    """Return how many vectors so many columns take, the last one perhaps in part."""
    return vb.builder.sdiv(vb.builder.add(columns, INT(vb.lanes - 1)), INT(vb.lanes))


def access(
    vb: VectorBuilder, columns: Any, vectors: int, row: Any = None
) -> tuple[Callable[..., Any], Callable[..., None]]:
    """Return how the v-th vector of a row is loaded and stored: of the last one only the lanes that there are.

    In a matrix whose rows, `row` numbers apart, are whole vectors, what is behind them is nobody's: there the last one
    is stored whole, since some processors take long to store some lanes.
    """
    builder = vb.builder
    mask = vb.first_lanes(builder.sub(columns, INT((vectors - 1) * vb.lanes)))
    if row is not None:
        whole = builder.zext(builder.icmp_signed("==", builder.srem(row, INT(vb.lanes)), INT(0)), INT)

    def get(v: int, address: Any) -> Any:
        return vb.load(address) if v + 1 < vectors else vb.load_some(address, mask)

    def put(value: Any, v: int, address: Any) -> None:
        if v + 1 < vectors:
            vb.store(value, address)
        elif row is None:
            vb.store_some(value, address, mask)
        else:
            for is_whole in cases(builder, whole, (0, 1)):
                if is_whole:
                    vb.store(value, address)
                else:
                    vb.store_some(value, address, mask)

    return get, put
