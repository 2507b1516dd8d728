"""Array tools for pictures: sizes, running maxima, flooding, connected parts, strokes.

Pictures are arrays `(height, width)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def resize(picture: NDArray[Any], height: int, width: int) -> NDArray[np.float32]:
    """Return the picture in another size, each new pixel a weighted mean of those under it (a triangular window)."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(picture, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32)


def resize_grey(grey: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return a picture of grey levels in another size, rounded to grey levels again."""
    return np.clip(np.rint(resize(grey, height, width)), 0, 255).astype(np.uint8)


def shrink(picture: NDArray[Any], longest: int) -> NDArray[np.float32]:
    """Return the picture shrunk by area averages, if need be, until its longer side is at most `longest` pixels."""
    from PIL import Image

    height, width = picture.shape
    ratio = longest / max(height, width)
    if ratio >= 1:
        return picture.astype(np.float32)
    # Grey levels of 8 bits stay so here: a large photo needs no second, four times larger copy.
    image = Image.fromarray(picture if picture.dtype == np.uint8 else picture.astype(np.float32))
    size = max(1, round(width * ratio)), max(1, round(height * ratio))
    return np.asarray(image.resize(size, Image.Resampling.BOX), dtype=np.float32)


def with_margin(values: NDArray[Any], margin: int, axis: int, *, repeat: bool = True) -> NDArray[Any]:
    """Return the picture with a margin at both ends of one axis, in which its border repeats (or all is 0)."""
    shape = list(values.shape)
    shape[axis] += 2 * margin
    wider = np.zeros(shape, dtype=values.dtype)  # several times as fast as np.pad
    lines, inner = np.moveaxis(wider, axis, 0), np.moveaxis(values, axis, 0)
    lines[margin : margin + len(inner)] = inner
    if repeat:
        lines[:margin], lines[margin + len(inner) :] = inner[0], inner[-1]
    return wider


def local_maximum(values: NDArray[Any], reach: int, axis: int) -> NDArray[Any]:
    """Return the maximum over windows of 2·reach + 1 along one axis; the axis gets 2·reach shorter.

    A maximum over a window of 2n is the maximum of two maxima over n, so the work grows with log(reach).
    """
    values = np.moveaxis(values, axis, 0)
    window, span = 2 * reach + 1, 1
    while span < window:
        step = min(span, window - span)
        values = np.maximum(values[:-step], values[step:])
        span += step
    return np.moveaxis(values, 0, axis)


def closing(values: NDArray[Any], reach: int) -> NDArray[Any]:
    """Fill all that is darker than its surroundings and narrower than 2·reach + 1 pixels.

    closing(v) = local minimum of the local maximum of v.
    """
    for sign in (1, -1):
        for axis in (0, 1):
            values = sign * local_maximum(with_margin(sign * values, reach, axis), reach, axis)
    return values


def blur(values: NDArray[Any], reach: int) -> NDArray[Any]:
    """Return means over (2·reach + 1)² windows, taken twice; the border repeats outwards."""
    if reach < 1:
        return values
    window = 2 * reach + 1
    for axis in (0, 1, 0, 1):
        total = np.cumsum(with_margin(values, reach + 1, axis), axis=axis, dtype=np.float64)
        total = np.moveaxis(total, axis, 0)[:-1]
        values = np.moveaxis((total[window:] - total[:-window]) / window, 0, axis)
    return values


def depth_of_basins(values: NDArray[Any]) -> NDArray[Any]:
    """Return how deep each pixel lies below the lowest pass on its way to a corner of its picture, the last two axes.

    Water poured in everywhere runs off at the corners: level(p) = min over paths from p to a corner of the maximum
    along the path, and the depth is level − values.
    """
    height, width = values.shape[-2:]
    level = np.full(values.shape, np.inf)
    near_y, near_x = max(1, height // 8), max(1, width // 8)
    for row in (0, -1):
        level[..., row, :near_x], level[..., row, -near_x:] = values[..., row, :near_x], values[..., row, -near_x:]
    for column in (0, -1):
        level[..., :near_y, column], level[..., -near_y:, column] = (
            values[..., :near_y, column], values[..., -near_y:, column],
        )  # fmt: skip
    # Row by row and column by column, there and back, until nothing falls: each pixel takes the lower of its level and
    # what comes over it from the neighbour before.
    lines = [
        [(np.moveaxis(array, axis, 0)[::way]) for array in (level, values)] for axis in (-2, -1) for way in (1, -1)
    ]
    for _ in range(height * width):
        before = level.copy()
        for levels, own in lines:
            for at in range(1, len(own)):
                np.minimum(levels[at], np.maximum(own[at], levels[at - 1]), out=levels[at])
        if np.array_equal(before, level):
            break
    return level - values


def otsu_threshold(values: NDArray[Any]) -> float:
    """Return the threshold that parts the values into two classes with the means furthest apart.

    It maximizes w₀·w₁·(m₀ − m₁)², where w are the shares of the two classes and m their means
    (N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979).
    """
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-6 * max(abs(low), abs(high)):
        return low
    counts, edges = np.histogram(values, bins=128, range=(low, high))
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    total = np.cumsum(counts * centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = total / below - (total[-1] - total) / above
        between = np.where((below > 0) & (above > 0), below * above * distance**2, 0.0)
    # In a gap between the classes every threshold is as good: take the middle one.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float((edges[best[0] + 1] + edges[best[-1] + 1]) / 2)


def bounds(mask: NDArray[Any]) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the smallest box around all that is true; bottom and right lie outside."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def label_components(mask: NDArray[Any]) -> NDArray[np.intp]:
    """Return the number, 1, 2, …, of the connected part (8 neighbours) that each pixel is in; 0 is outside."""
    height, width = mask.shape
    name = np.zeros((height + 2, width + 2), dtype=np.intp)
    name[1:-1, 1:-1][mask] = np.flatnonzero(mask) + 1
    flat = name.ravel()
    inside = np.flatnonzero(flat)
    pairs = []
    for offset in (1, width + 1, width + 2, width + 3):
        met = inside[flat[inside + offset] > 0]
        pairs.append(np.stack([flat[met], flat[met + offset]]))
    first, second = np.concatenate(pairs, axis=1)
    parent = np.arange(mask.size + 1)
    while True:
        # Each root takes the smallest root it touches, then every name jumps to its root.
        a, b = parent[first], parent[second]
        apart = a != b
        if not apart.any():
            break
        np.minimum.at(parent, np.maximum(a, b)[apart], np.minimum(a, b)[apart])
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]
    roots, numbers = np.unique(parent[flat[inside]], return_inverse=True)
    result = np.zeros(flat.size, dtype=np.intp)
    result[inside] = numbers.reshape(-1) + (1 if roots.size else 0)
    return result.reshape(name.shape)[1:-1, 1:-1]


def component_boxes(parts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return top, bottom, left, right of each numbered part, `(count + 1, 4)`; row 0 is not used."""
    count = int(parts.max())
    rows, columns = np.nonzero(parts)
    names = parts[rows, columns]
    boxes = np.zeros((count + 1, 4), dtype=np.intp)
    boxes[:, ::2] = max(parts.shape)
    np.minimum.at(boxes[:, 0], names, rows)
    np.maximum.at(boxes[:, 1], names, rows + 1)
    np.minimum.at(boxes[:, 2], names, columns)
    np.maximum.at(boxes[:, 3], names, columns + 1)
    return boxes


def stroke_thickness(ink: NDArray[Any]) -> float:
    """Return the mean thickness of the strokes in pixels.

    t = 2·A / P with area A = Σ ink and perimeter P = Σ |∇ink|: a stroke of length L has A = t·L and P ≈ 2·L.
    """
    padded = np.pad(ink, 1).astype(np.float64)
    down, across = np.diff(padded, axis=0)[:, :-1], np.diff(padded, axis=1)[:-1, :]
    perimeter = float(np.hypot(down, across).sum())
    return 2 * float(ink.sum()) / perimeter if perimeter > 0 else 0.0


def spread_ink(ink: NDArray[Any], steps: float) -> NDArray[Any]:
    """Make every stroke thicker by `steps` pixels on each side, or thinner if `steps` is negative.

    Whole steps alternate between a diamond (4 neighbours) and a square (8), which makes an octagon, nearly a disc;
    the fraction left over is a mixture of the last two.
    """
    sign = 1.0 if steps > 0 else -1.0
    whole, part = divmod(abs(steps), 1.0)
    count = int(whole) + (part > 0)
    current = sign * np.pad(ink, count if steps > 0 else 0)
    for number in range(count):
        padded = np.pad(current, 1, constant_values=0.0)
        centre = padded[1:-1, 1:-1]
        if number % 2:
            grown = local_maximum(local_maximum(padded, 1, 0), 1, 1)
        else:
            grown = np.maximum(local_maximum(padded, 1, 0)[:, 1:-1], local_maximum(padded, 1, 1)[1:-1])
        share = 1.0 if number < whole else part
        current = share * grown + (1 - share) * centre
    return sign * current
