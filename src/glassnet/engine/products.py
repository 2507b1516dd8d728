"""Matrix products over blocks of their result, put together from tiles."""

from __future__ import annotations

from glassnet.engine.ahead import ask_for_row, ask_for_some
from glassnet.engine.compiling import kernel
from glassnet.engine.cores import LINE_BYTES
from glassnet.engine.memory import apart, cast
from glassnet.engine.tiles import ADD, ASKS_WITHIN, pack, pack_transposed, tile
from glassnet.engine.vectors import MACHINE

DEPTH = 512
"""How deep a panel is packed at a time, so that it and the rows that it meets stay in the second cache."""
TILE_ROWS, TILE_BYTES, VECTOR_BYTES = MACHINE.tile_rows, MACHINE.tile_vectors * MACHINE.bytes, MACHINE.bytes
WIDTH_BITS = (TILE_BYTES // 4).bit_length() - 1
"""The logarithm of a tile's width in numbers of 4 bytes."""
EVERY_ROW = 40
"""The logarithm of more rows than there are."""
GROUP_BYTES = 256 * 1024
"""How much of B is packed before it is used: it stays in the second cache while the rows of A pass by."""
ROWS_BYTES = (DEPTH + MACHINE.bytes // 4) * TILE_BYTES
"""What the rows of A that a tile works on take where they are packed."""
PANEL_BYTES = max(GROUP_BYTES, ROWS_BYTES) + ROWS_BYTES
"""What a thread's panels take: those of B, and behind them one of A."""
CROWDED = 8192 if ASKS_WITHIN else 512
"""Rows of A that are a multiple of so many bytes apart are packed: they compete for the same few places in the caches.
(784-2048-2048-10 with AVX-512: 10% faster than without, 23% when another program used the caches; at half as many
bytes, 4% slower. Not where tiles are higher than wide: on ARM, and of float64 with SSE. Tiles of 4 rows meet each other
only where they go along A's columns, but then use a line of A for 4 numbers alone: 3 to 10% of dW of 512 × 256.)
"""
FAR = 2**20
"""From how many bytes on B is asked for ahead where tiles do not do it: 5 to 8% faster above, 1 to 4% slower below."""


@kernel
def multiply(
    m, n, depth, a, a_row, a_depth, b, b_row, c, c_row, alpha, beta, mode, bias, panel, size, transposed, queue
):
    """C[m, n] from A[m, depth] · B[depth, n] (or B[n, depth], transposed), as `tile` puts it there.

    Panels of B are packed in groups. While a group is worked on, the next one is asked for: weights of many layers come
    from far (128 × 2500 × 2000: 135 to 163 GFLOP/s, 132 to 165 for the transpose, when the machine was slow).

    Parameters
    ----------
    a, b, c, bias : int
        Addresses. A's strides are free; B's and C's rows are `b_row` and `c_row` numbers apart.
    alpha, beta : float32 or float64
    mode : int
        PLAIN, ADD or BIAS, of `tile`.
    panel : int
        Address of `PANEL_BYTES` bytes for the thread alone.
    size : int
        Bytes of a number.
    transposed : bool
        Whether B is.
    queue : int
        Address of what to ask for meanwhile (`ahead.ask_for_some`).
    """
    apart()
    width = TILE_BYTES // size
    between = max(a_row, a_depth) if ASKS_WITHIN else a_depth
    packed = between > 1 and between * size % CROWDED == 0 and width >= TILE_ROWS
    far = depth * n * size > FAR
    blocks = (m + TILE_ROWS - 1) // TILE_ROWS
    for k in range(0, max(depth, 1), DEPTH):
        deep = min(DEPTH, depth - k)
        lanes = VECTOR_BYTES // size
        padded = (deep + lanes - 1) // lanes * lanes
        group = max(1, GROUP_BYTES // max(padded * TILE_BYTES, 1)) * width
        # The first part of the sum is put as asked, the others are added to it.
        part_mode, keep = (mode, beta) if k == 0 else (ADD, cast(alpha, 1))
        for g in range(0, n, group):
            end = min(n, g + group)
            g2, k2 = (end, k) if end < n else (0, k + DEPTH)
            for j in range(g, end, width):
                to = panel + (j - g) // width * padded * TILE_BYTES
                columns = min(width, end - j)
                if transposed:
                    for v in range(0, columns, lanes):
                        some = min(lanes, columns - v)
                        pack_transposed(alpha, deep, some, b + size * ((j + v) * b_row + k), b_row, to + size * v)
                else:
                    pack(alpha, deep, columns, b + size * (k * b_row + j), b_row, to)
            packed_begin, packed_end = 0, 0
            for block in range(blocks):
                # Blocks of nearly the same height: no thin one is left at the end.
                i = block * m // blocks
                rows = (block + 1) * m // blocks - i
                a_at, a_row_at, a_depth_at = a + size * (i * a_row + k * a_depth), a_row, a_depth
                if packed:
                    to = panel + PANEL_BYTES - ROWS_BYTES
                    if i + rows > packed_end:
                        packed_begin, packed_end = i, min(m, i + width)
                        if a_depth == 1:
                            for v in range(0, packed_end - i, lanes):
                                some = min(lanes, packed_end - i - v)
                                pack_transposed(alpha, deep, some, a_at + size * v * a_row, a_row, to + size * v)
                        else:
                            pack(alpha, deep, packed_end - i, a_at, a_depth, to)
                    a_at, a_row_at, a_depth_at = to + (i - packed_begin) * size, 1, width
                for j in range(g, end, width):
                    # The first rows of tiles ask for the panel that will stand here next.
                    ahead, ahead_row, ahead_rows = panel, 0, 0
                    there = b + size * ((g2 + j - g) * b_row + k2 if transposed else k2 * b_row + g2 + j - g)
                    if ASKS_WITHIN and block < 2 and k2 < depth:
                        ahead, ahead_row = there + block * LINE_BYTES, b_row * size
                        ahead_rows = EVERY_ROW
                        if transposed:
                            ahead += block * (deep // width - 1) * LINE_BYTES
                            ahead_rows = WIDTH_BITS if size == 4 else WIDTH_BITS - 1
                    elif not ASKS_WITHIN and far and k2 < depth:
                        lines, length = (min(width, end - j), deep) if transposed else (deep, width)
                        for line in range(block * lines // blocks, (block + 1) * lines // blocks):
                            ask_for_row(there + line * b_row * size, length * size)
                    ask_for_some(queue)
                    tile(
                        rows, min(width, end - j), deep, a_at, a_row_at, a_depth_at,
                        panel + (j - g) // width * padded * TILE_BYTES,
                        c + size * (i * c_row + j), c_row, alpha, keep, part_mode, bias + size * j,
                        ahead, ahead_row, ahead_rows,
                    )  # fmt: skip
