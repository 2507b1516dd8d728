"""The stages that bring a picture of a digit into MNIST's form, each a function of arrays.

Pictures are float arrays `(height, width)`. Grey runs from 0 (black) to 255 (white); ink runs from 0 (none) to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Polarity = Literal["dark on light", "light on dark"]

# MNIST's form, as described by Y. LeCun, C. Cortes and C. Burges.
IMAGE_SIDE = 28
BOX_SIDE = 20


def resize(picture: NDArray[Any], height: int, width: int, *, smooth: bool = True) -> NDArray[np.float32]:
    """Return the picture in another size: area averages when it shrinks (`smooth`: a wider, softer window)."""
    from PIL import Image

    window = Image.Resampling.BILINEAR if smooth else Image.Resampling.BOX
    image = Image.fromarray(np.ascontiguousarray(picture, dtype=np.float32), mode=None)
    return np.asarray(image.resize((width, height), window), dtype=np.float32)


def shrink(picture: NDArray[Any], longest: int) -> NDArray[np.float32]:
    """Return the picture shrunk, if need be, until its longer side is at most `longest` pixels."""
    height, width = picture.shape
    ratio = min(1.0, longest / max(height, width))
    if ratio == 1.0:
        return picture.astype(np.float32)
    return resize(picture, max(1, round(height * ratio)), max(1, round(width * ratio)), smooth=False)


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
            wide = [(0, 0), (0, 0)]
            wide[axis] = (reach, reach)
            values = sign * local_maximum(np.pad(sign * values, wide, mode="edge"), reach, axis)
    return values


def smooth_light(light_paper: NDArray[Any]) -> NDArray[Any]:
    """Return the smooth part of the light on the paper: a surface of second degree through the paper's pixels.

    A least-squares fit of c₀ + c₁x + c₂y + c₃x² + c₄xy + c₅y², repeated without the pixels that lie far below the
    last fit: those are ink.
    """
    small = shrink(light_paper, 48)
    terms = _second_degree(*small.shape)
    # It begins with a plane through the border, where paper is likeliest, and grows inwards from there.
    paper = np.maximum(np.abs(terms[..., 1]), np.abs(terms[..., 2])) > 0.8
    for used in (3, 3, *[6] * 10):
        weights, *_rest = np.linalg.lstsq(terms[paper][:, :used], small[paper], rcond=None)
        surface = terms[..., :used] @ weights
        residual = small - surface
        spread = 1.5 * float(np.median(np.abs(residual[paper])))
        following = np.abs(residual) < 3.0 * spread + 2
        if following.mean() < 0.2:
            break
        paper = following
    return _second_degree(*light_paper.shape)[..., : len(weights)] @ weights


def _second_degree(height: int, width: int) -> NDArray[np.float64]:
    """Return 1, x, y, x², xy, y² for each pixel, `(height, width, 6)`, with x and y from −1 to 1."""
    y = ((np.arange(height) + 0.5) * (2 / height) - 1)[:, None]
    x = ((np.arange(width) + 0.5) * (2 / width) - 1)[None, :]
    one = np.ones((height, width))
    return np.stack([one, x * one, y * one, x * x * one, x * y, y * y * one], axis=-1)


def blur(values: NDArray[Any], reach: int) -> NDArray[Any]:
    """Return means over (2·reach + 1)² windows, taken twice; the border repeats outwards."""
    if reach < 1:
        return values
    window = 2 * reach + 1
    for axis in (0, 1, 0, 1):
        wide = [(0, 0), (0, 0)]
        wide[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(values, wide, mode="edge"), axis=axis, dtype=np.float64)
        total = np.moveaxis(total, axis, 0)
        values = np.moveaxis((total[window:] - total[:-window]) / window, 0, axis)
    return values


def depth_of_basins(values: NDArray[Any]) -> NDArray[Any]:
    """Return how deep each pixel lies below the lowest pass on its way to a corner of the picture.

    Water poured in everywhere runs off at the corners: level(p) = min over paths from p to a corner of the maximum
    along the path, and the depth is level − values.
    """
    height, width = values.shape
    level = np.full((height + 2, width + 2), np.inf)
    inner = level[1:-1, 1:-1]
    near_y, near_x = max(1, height // 8), max(1, width // 8)
    for row in (0, -1):
        inner[row, :near_x], inner[row, -near_x:] = values[row, :near_x], values[row, -near_x:]
    for column in (0, -1):
        inner[:near_y, column], inner[-near_y:, column] = values[:near_y, column], values[-near_y:, column]
    for _ in range(values.size):
        before = inner.copy()
        lowest = np.minimum(level[:-2, 1:-1], level[2:, 1:-1])
        np.minimum(lowest, level[1:-1, :-2], out=lowest)
        np.minimum(lowest, level[1:-1, 2:], out=lowest)
        np.minimum(inner, np.maximum(values, lowest), out=inner)
        if np.array_equal(before, inner):
            break
    return inner - values


def find_polarity(grey: NDArray[Any]) -> Polarity:
    """Say whether the ink is darker or lighter than the paper.

    Ink lies inside the picture and the paper around it, so dark ink makes basins (see `depth_of_basins`) and light
    ink makes basins of the negative; a loop of ink makes one of the other kind within itself, so the kind that spans
    more wins. Where ink runs into the corners neither tells, and the paper is what most of the border is.
    """
    small = blur(shrink(grey, 72), 0)
    spread = float(small.max() - small.min())
    depths = depth_of_basins(small), depth_of_basins(-small)
    deepest = max(float(depth.max()) for depth in depths)
    if deepest > 0.3 * spread:
        spans = [_span(depth > 0.5 * deepest) for depth in depths]
        if spans[0] != spans[1]:
            return "dark on light" if spans[0] > spans[1] else "light on dark"
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    dark_share = float(np.mean(border < otsu_threshold(small)))
    return "dark on light" if dark_share < 0.5 else "light on dark"


def _span(mask: NDArray[Any]) -> int:
    """Return the half perimeter of the smallest box around all that is true."""
    if not mask.any():
        return 0
    top, bottom, left, right = bounds(mask)
    return bottom - top + right - left


def bounds(mask: NDArray[Any]) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the smallest box around all that is true; bottom and right lie outside."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def otsu_threshold(values: NDArray[Any]) -> float:
    """Return the threshold that parts the values into two classes with the means furthest apart.

    It maximizes w₀·w₁·(m₀ − m₁)², where w are the shares of the two classes and m their means
    (N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979).
    """
    low, high = float(values.min()), float(values.max())
    if high <= low:
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


def label_components(mask: NDArray[Any]) -> NDArray[np.intp]:
    """Number the connected parts (8 neighbours) of a mask 1, 2, …; 0 is outside."""
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


EDGE_OF_INK = 0.12
STROKE = 0.35
THINNEST, THICKEST = 2.0, 3.0
FINE_SIDE = 100


def contrast_to_paper(flat: NDArray[Any]) -> NDArray[Any]:
    """Return how much darker than the paper around it each pixel is."""
    reach = max(1, min(flat.shape) // 4)
    smooth = blur(flat, round(max(flat.shape) / 300))
    return np.maximum(closing(smooth, reach) - smooth, 0)


def ink_from_contrast(contrast: NDArray[Any], faintest: float) -> NDArray[Any]:
    """Return the share of ink in each pixel, from 0 to 1."""
    low, middle = np.quantile(contrast, [0.1, 0.4])
    noise = (middle - low) / 1.03
    floor = middle + 0.25 * noise + 2.5 * noise
    if noise > 1:
        contrast = blur(contrast, max(contrast.shape) // 250)
    above = np.maximum(contrast - floor, 0)
    candidates = above[above > 0.5 * faintest]
    if not candidates.size:
        return np.zeros_like(contrast)
    threshold = otsu_threshold(candidates)
    peak = max(float(np.median(candidates[candidates >= threshold])), faintest)
    reach = max(1, min(contrast.shape) // 6)
    strongest = above
    for axis in (0, 1):
        wide = [(0, 0), (0, 0)]
        wide[axis] = (reach, reach)
        strongest = local_maximum(np.pad(strongest, wide), reach, axis)
    level = np.clip(blur(strongest, reach // 2), 0.35 * peak, peak)
    return np.minimum(above / level, 1)


def keep_digit(ink: NDArray[Any]) -> NDArray[Any]:
    """Return the mask of the parts that make up the digit: specks and what runs in from the border are left out."""
    parts = label_components(ink > STROKE)
    count = int(parts.max())
    if count == 0:
        return parts > 0
    boxes = component_boxes(parts)
    mass = np.bincount(parts.ravel(), ink.ravel(), count + 1)
    mass[0] = 0
    height, width = ink.shape
    inner = (boxes[:, 0] > 0) & (boxes[:, 2] > 0) & (boxes[:, 1] < height) & (boxes[:, 3] < width)
    sizes = np.maximum(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2])
    if (sizes[inner] * 5 >= max(height, width)).any():
        mass[~inner] = 0
    peak = np.zeros(count + 1)
    np.maximum.at(peak, parts.ravel(), ink.ravel())
    keep = (mass >= 0.04 * mass.max()) & (peak > 0.5) & (mass >= 3)
    keep[0] = False
    mask = keep[parts]
    reach = max(2, max(ink.shape) // 150)
    for axis in (0, 1):
        wide = [(0, 0), (0, 0)]
        wide[axis] = (reach, reach)
        mask = local_maximum(np.pad(mask, wide), reach, axis)
    return mask


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


def inside_of_frame(ink: NDArray[Any]) -> tuple[slice, slice] | None:
    """Return what a frame around the digit, or a sheet that lies on a table, leaves of the picture, if there is one."""
    parts = label_components(ink > STROKE)
    if not parts.any():
        return None
    boxes = component_boxes(parts)[1:]
    areas = (boxes[:, 1] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 2])
    largest = int(np.argmax(areas))
    top, bottom, left, right = boxes[largest]
    box = parts[top:bottom, left:right]
    own = box == largest + 1
    depth_y, depth_x = 1 + own.shape[0] // 10, 1 + own.shape[1] // 10
    sides = (own[:depth_y].any(0), own[-depth_y:].any(0), own[:, :depth_x].any(1), own[:, -depth_x:].any(1))
    framed = all(side.mean() > 0.95 for side in sides) and areas[largest] > 0.25 * ink.size
    holes = 1 - own.mean()
    others = (box > 0) & ~own
    if not framed or (others.mean() < 0.005 and not 0.02 < holes < 0.4):
        return None
    # Step over the frame itself: inwards until most of each side is free, or is the sheet.
    sheet = not others.mean() >= 0.005
    margin = 2 + min(own.shape) // (12 if sheet else 40)
    if not sheet:
        middle_row, middle_column = own[own.shape[0] // 2], own[:, own.shape[1] // 2]
        margin += max(
            _run(side)
            for side in (
                own[:, own.shape[1] // 8],
                own[::-1, own.shape[1] // 8],
                own[own.shape[0] // 8],
                own[own.shape[0] // 8, ::-1],
            )
        )
    if 3 * margin > min(own.shape):
        return None
    return slice(top + margin, bottom - margin), slice(left + margin, right - margin)


def _run(line: NDArray[Any]) -> int:
    """Return where the first run of true values in a line ends."""
    start = int(np.argmax(line))
    free = np.flatnonzero(~line[start:])
    return start + int(free[0]) if free.size else len(line)


def spread_mask(mask: NDArray[Any]) -> NDArray[Any]:
    wide = np.pad(mask, 1)
    return local_maximum(local_maximum(wide, 1, 0), 1, 1)


def even_thickness(ink: NDArray[Any]) -> NDArray[Any]:
    """Bring the mean stroke thickness into the range that MNIST's strokes have."""
    thickness = stroke_thickness(ink)
    unit = max(ink.shape) / BOX_SIDE
    if THINNEST * unit <= thickness <= THICKEST * unit:
        return ink
    height, width = ink.shape
    ratio = FINE_SIDE / max(height, width)
    fine = resize(ink, max(1, round(height * ratio)), max(1, round(width * ratio)))
    fine = np.minimum(fine / max(float(np.quantile(fine[fine > 0.02], 0.9)), 0.05), 1)
    unit = FINE_SIDE / BOX_SIDE
    thickness = stroke_thickness(fine)
    if thickness < THINNEST * unit:
        fine = spread_ink(fine, (THINNEST * unit - thickness) / 2)
    elif thickness > THICKEST * unit:
        steps = (thickness - THICKEST * unit) / 2
        thin = spread_ink(fine, -steps)
        opened = spread_ink(thin, steps)
        margin = (opened.shape[0] - fine.shape[0]) // 2
        opened = opened[margin : margin + fine.shape[0], margin : margin + fine.shape[1]]
        fine = np.maximum(thin, fine - opened)
    top, bottom, left, right = bounds(fine > EDGE_OF_INK)
    return fine[top:bottom, left:right]


def fit_box(ink: NDArray[Any]) -> NDArray[Any]:
    height, width = ink.shape
    longest = max(height, width)
    if 0.9 * BOX_SIDE <= longest <= BOX_SIDE:
        return ink
    ratio = BOX_SIDE / longest
    return resize(ink, max(1, round(height * ratio)), max(1, round(width * ratio)))


def centre_by_mass(box: NDArray[Any]) -> NDArray[Any]:
    height, width = box.shape
    mass = box.sum()
    row = float((box.sum(axis=1) * np.arange(height)).sum() / mass)
    column = float((box.sum(axis=0) * np.arange(width)).sum() / mass)
    middle = IMAGE_SIDE / 2
    top = int(np.clip(round(middle - row), 0, IMAGE_SIDE - height))
    left = int(np.clip(round(middle - column), 0, IMAGE_SIDE - width))
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE))
    image[top : top + height, left : left + width] = box
    return image
