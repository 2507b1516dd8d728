"""The stages that bring a picture of a digit into MNIST's form, each a function of arrays `(height, width)`.

Grey runs from 0 (black) to 255 (white); ink runs from 0 (none) to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from glassnet.data.picture_filters import (
    blur,
    bounds,
    closing,
    component_boxes,
    depth_of_basins,
    label_components,
    local_maximum,
    otsu_threshold,
    resize,
    shrink,
    spread_ink,
    stroke_thickness,
    with_margin,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

Polarity = Literal["dark on light", "light on dark"]

IMAGE_SIDE = 28  # MNIST's images
BOX_SIDE = 20  # the box that a digit of MNIST fills
FAINTEST_INK = 12.0  # grey levels: a weaker contrast is taken for paper
STROKE = 0.35  # the ink from which a pixel belongs to a stroke
EDGE = 0.12  # the ink from which a pixel belongs to the soft edge of a stroke
# Strokes in pixels of the box: MNIST's median is 2.2. A picture that has MNIST's size already may have what
# 98 of 100 images of MNIST have.
STROKE_RANGE = (2.0, 3.0)
STROKE_RANGE_IN_MNIST = (1.4, 4.1)
FINE_SIDE = 100  # strokes are made thicker or thinner in a box of this side


def smooth_light(grey: NDArray[Any]) -> NDArray[Any]:
    """Return the smooth part of the light on the paper: a surface of second degree through the paper's pixels.

    A least-squares fit of c₀ + c₁x + c₂y + c₃x² + c₄xy + c₅y², repeated without the pixels that lie far from the
    last fit: those are ink. It begins with a plane through the border, where paper is likeliest.
    """
    small = shrink(grey, 48)
    terms = _second_degree(*small.shape)
    x, y = np.abs(terms[..., 1]), np.abs(terms[..., 2])
    paper = (x >= 0.8 * x.max()) | (y >= 0.8 * y.max())
    for used in (3, 3, *[6] * 10):
        # By the normal equations: quick, and as good with terms that lie between -1 and 1.
        own = terms[paper][:, :used]
        weights, *_ = np.linalg.lstsq(own.T @ own, own.T @ small[paper], rcond=None)
        residual = np.abs(small - terms[..., :used] @ weights)
        following = residual < 4.5 * float(np.median(residual[paper])) + 2
        if following.mean() < 0.2:
            break
        if used == terms.shape[-1] and np.array_equal(following, paper):
            break  # the next fit would be this one again
        paper = following
    c = [*weights, 0, 0, 0]
    x, y = _coordinates(*grey.shape)
    return np.asarray(((c[3] * x + c[1]) * x + c[0]) + (c[5] * y + c[2]) * y + c[4] * x * y)


def _coordinates(height: int, width: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return x of each column, `(1, width)`, and y of each row, `(height, 1)`, both from -1 to 1."""
    x, y = (((np.arange(side) + 0.5) * (2 / side) - 1) for side in (width, height))
    return x[None, :], y[:, None]


def _second_degree(height: int, width: int) -> NDArray[np.float64]:
    """Return 1, x, y, x², xy, y² of each pixel, `(height, width, 6)`."""
    x, y = np.broadcast_arrays(*_coordinates(height, width))
    return np.stack([np.ones((height, width)), x, y, x * x, x * y, y * y], axis=-1)


def find_polarity(flat: NDArray[Any]) -> Polarity:
    """Say whether the ink is darker or lighter than the paper, given a picture in smooth light.

    Ink lies inside the picture and the paper around it, so dark ink makes basins (see `depth_of_basins`) and light
    ink makes basins of the negative; a loop of ink makes one of the other kind within itself, so the kind that spans
    more wins. Where ink runs into the corners neither tells, and the paper is what most of the border is.
    """
    small = shrink(flat, 72)
    depths = depth_of_basins(np.stack([small, -small]))
    deepest = max(float(depth.max()) for depth in depths)
    if deepest > 0.3 * float(small.max() - small.min()):
        dark, light = (_half_perimeter(depth > 0.5 * deepest) for depth in depths)
        if dark != light:
            return "dark on light" if dark > light else "light on dark"
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    return "light on dark" if np.mean(border < otsu_threshold(small)) > 0.5 else "dark on light"


def _half_perimeter(mask: NDArray[Any]) -> int:
    """Return the height plus the width of the smallest box around all that is true."""
    if not mask.any():
        return 0
    top, bottom, left, right = bounds(mask)
    return bottom - top + right - left


def contrast_to_paper(flat: NDArray[Any]) -> NDArray[Any]:
    """Return by how many grey levels each pixel is darker than the paper around it.

    The paper is the closing of the picture over half its shorter side, which fills strokes and keeps broad shadows.
    """
    smooth = blur(flat, round(max(flat.shape) / 400))
    return np.maximum(closing(smooth, max(1, min(flat.shape) // 4)) - smooth, 0)


def ink_from_contrast(contrast: NDArray[Any]) -> NDArray[Any]:
    """Return the share of ink in each pixel: what exceeds the noise, as a share of the strongest ink nearby.

    With quantiles q of the contrast, the noise of the paper is σ = (q₄₀ − q₁₀)/1.03 and its upper end
    q₄₀ + 2.75·σ, as for a normal distribution. The strongest ink is the median contrast of the darker class by Otsu;
    nearby it may be as low as 0.35 of that, where there is less light.
    """
    low, middle = np.quantile(contrast, [0.1, 0.4])
    noise = (middle - low) / 1.03
    if noise > 1:
        contrast = blur(contrast, max(contrast.shape) // 250)
    above = np.maximum(contrast - (middle + 2.75 * noise), 0)
    candidates = above[above > 0.5 * FAINTEST_INK]
    if not candidates.size:
        return np.zeros_like(contrast)
    strongest = max(float(np.median(candidates[candidates >= otsu_threshold(candidates)])), FAINTEST_INK)
    reach = max(1, min(contrast.shape) // 6)
    nearby = above
    for axis in (0, 1):
        nearby = local_maximum(with_margin(nearby, reach, axis), reach, axis)
    return np.asarray(np.minimum(above / np.clip(blur(nearby, reach // 2), 0.35 * strongest, strongest), 1))


class Parts(NamedTuple):
    """The connected parts of the strokes: numbered, with their boxes (top, bottom, left, right), from 0 on."""

    numbers: NDArray[np.intp]
    boxes: NDArray[np.intp]


def parts_of(ink: NDArray[Any]) -> Parts:
    """Return the connected parts of the strokes of ink."""
    numbers = label_components(ink > STROKE)
    return Parts(numbers, component_boxes(numbers)[1:])


def inside_of_frame(parts: Parts) -> tuple[slice, slice] | None:
    """Return the rows and columns within a frame around the digit, or within a sheet on a table, if there is one.

    A frame is a part that covers a quarter of the picture, reaches along all four sides of its box and has something
    else inside. A sheet is one that fills its box but for holes: they are the digit.
    """
    if not len(parts.boxes):
        return None
    heights, widths = parts.boxes[:, 1] - parts.boxes[:, 0], parts.boxes[:, 3] - parts.boxes[:, 2]
    number = int(np.argmax(heights * widths))
    top, bottom, left, right = map(int, parts.boxes[number])
    box = parts.numbers[top:bottom, left:right]
    own = box == number + 1
    filled, others = float(own.mean()), float(((box > 0) & ~own).mean())
    y, x = 1 + own.shape[0] // 10, 1 + own.shape[1] // 10
    sides = own[:y].any(axis=0), own[-y:].any(axis=0), own[:, :x].any(axis=1), own[:, -x:].any(axis=1)
    if own.size < 0.25 * parts.numbers.size or any(side.mean() < 0.95 for side in sides):
        return None
    if 0.6 < filled < 0.98:
        margin = 2 + min(own.shape) // 12
    elif filled <= 0.6 and others > 0.005:
        # Along a line an eighth from each corner the frame is the first run of ink.
        row, column = own[own.shape[0] // 8], own[:, own.shape[1] // 8]
        margin = 3 + max(_end_of_first_run(line) for line in (row, row[::-1], column, column[::-1]))
    else:
        return None
    if 3 * margin > min(own.shape):
        return None
    return slice(top + margin, bottom - margin), slice(left + margin, right - margin)


def _end_of_first_run(line: NDArray[Any]) -> int:
    """Return where the first run of true values in a line ends."""
    start = int(np.argmax(line))
    return start + int(np.argmin(line[start:])) if not line[start:].all() else len(line)


def surroundings_of_small(mask: NDArray[Any]) -> tuple[slice, slice] | None:
    """Return the digit's box with half its size around it, if the digit is less than a third of the picture."""
    top, bottom, left, right = bounds(mask)
    size = max(bottom - top, right - left)
    if 3 * size >= max(mask.shape):
        return None
    margin = max(size // 2, 4)
    return slice(max(0, top - margin), bottom + margin), slice(max(0, left - margin), right + margin)


def without_border(shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns without a twentieth at each end."""
    down, across = (-(-side // 20) for side in shape)
    return slice(down, shape[0] - down), slice(across, shape[1] - across)


def magnified(window: tuple[slice, slice], ratio: float) -> tuple[slice, slice]:
    """Return a window of a shrunken picture in the pixels of the picture, of which `ratio` make one."""
    rows, columns = (slice(round(part.start * ratio), round(part.stop * ratio)) for part in window)
    return rows, columns


def digit_mask(ink: NDArray[Any], parts: Parts) -> NDArray[Any]:
    """Return where the digit is: its strokes with a soft edge, without specks and what runs in from the border.

    A part is a speck if it has less than a 25th of the ink of the largest one. Parts that touch the border are left
    out if one that does not is at least a fifth of the picture high or wide. Nothing is left if the largest part is
    a dot, or holds less than about a third of the ink: that is noise.
    """
    if not len(parts.boxes):
        return np.zeros(ink.shape, dtype=bool)
    top, bottom, left, right = parts.boxes.T
    height, width = ink.shape
    sizes = np.maximum(bottom - top, right - left)
    mass = np.bincount(parts.numbers.ravel(), ink.ravel())[1:]
    inner = (top > 0) & (left > 0) & (bottom < height) & (right < width)
    if (sizes[inner] * 5 >= max(height, width)).any():
        mass = np.where(inner, mass, 0)
    largest = int(np.argmax(mass))
    if sizes[largest] < max(3, 0.03 * max(height, width)) or mass[largest] < 0.35 * mass.sum():
        return np.zeros(ink.shape, dtype=bool)  # a dot or noise, no digit
    mask = np.concatenate([[False], mass >= 0.04 * mass[largest]])[parts.numbers]
    reach = max(2, max(height, width) // 150)
    for axis in (0, 1):
        mask = local_maximum(with_margin(mask, reach, axis, repeat=False), reach, axis)
    return mask


def even_strokes(ink: NDArray[Any]) -> NDArray[Any]:
    """Bring the mean thickness of the strokes into `STROKE_RANGE`, with the digit scaled to its box.

    What is thinner than the strokes that are made thinner stays: hairlines of a bold letter are not lost.
    """
    thinnest, thickest = STROKE_RANGE_IN_MNIST if _fits_box(ink) else STROKE_RANGE
    unit = max(ink.shape) / BOX_SIDE
    if thinnest * unit <= stroke_thickness(ink) <= thickest * unit:
        return ink
    fine = _scaled(ink, FINE_SIDE)
    # A line thinner than a pixel came out grey: make it full ink again.
    fine = np.minimum(fine / max(float(np.quantile(fine[fine > 0.02], 0.9)), 0.05), 1)
    unit = max(fine.shape) / BOX_SIDE
    thickness = stroke_thickness(fine) / unit
    steps = (float(np.clip(thickness, *STROKE_RANGE)) - thickness) * unit / 2
    changed = spread_ink(fine, steps)
    if steps < 0:
        reopened = spread_ink(changed, -steps)
        margin = (reopened.shape[0] - fine.shape[0]) // 2
        inner = reopened[margin : margin + fine.shape[0], margin : margin + fine.shape[1]]
        changed = np.maximum(changed, fine - inner)
    return crop(changed)


def crop(ink: NDArray[Any]) -> NDArray[Any]:
    """Return the smallest box that holds all strokes with their soft edges."""
    top, bottom, left, right = bounds(ink > EDGE)
    return ink[top:bottom, left:right]


def fit_box(ink: NDArray[Any]) -> NDArray[Any]:
    """Scale the digit until its longer side is `BOX_SIDE`; one that is 18 to 20 pixels long stays as it is."""
    return ink if _fits_box(ink) else _scaled(ink, BOX_SIDE)


def _fits_box(ink: NDArray[Any]) -> bool:
    return 0.9 * BOX_SIDE <= max(ink.shape) <= BOX_SIDE


def _scaled(ink: NDArray[Any], longest: int) -> NDArray[Any]:
    """Return the digit scaled until its longer side is `longest`, with its proportions kept."""
    height, width = ink.shape
    ratio = longest / max(height, width)
    return resize(ink, max(1, round(height * ratio)), max(1, round(width * ratio)))


def centre_by_mass(box: NDArray[Any]) -> NDArray[Any]:
    """Lay the box on a black image so that the centre of mass comes to (14, 14), within half a pixel."""
    height, width = box.shape
    mass = float(box.sum())
    row = float(box.sum(axis=1) @ np.arange(height)) / mass
    column = float(box.sum(axis=0) @ np.arange(width)) / mass
    top = int(np.clip(round(IMAGE_SIDE / 2 - row), 0, IMAGE_SIDE - height))
    left = int(np.clip(round(IMAGE_SIDE / 2 - column), 0, IMAGE_SIDE - width))
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE))
    image[top : top + height, left : left + width] = box
    return image
