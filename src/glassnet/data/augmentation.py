"""Small random changes to images of digits, so that a network meets each digit in a new hand every time.

A change is a smooth map of the plane (rotation, slant, size, shift, a gentle elastic bend) and a thicker or
thinner stroke. What makes it fast is that a few neighbours in the batch share one map: the places to read are
worked out once for `images_per_map` images, and the reading itself is four gathers.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentTypeError,
    ShapeError,
    check_choice,
    check_integer,
    check_number,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

SLICE_OF_IMAGES = 512  # the images worked on at once: few enough to stay in a processor's cache
ELASTIC_GRID = 5  # an elastic bend is drawn at 5×5 points and is smooth between them


class Draws(NamedTuple):
    """What was drawn for a batch of images, of which each group of `images_per_map` shares one map of the plane.

    Attributes
    ----------
    amounts : array of shape (images,)
        How far each image moves towards its thicker form, or, below 0, towards its thinner one.
    plane : array of shape (6, maps)
        The angle in radians, the slant, the factors of the width and the height, the shifts across and down.
    bends : array of shape (2, maps, ELASTIC_GRID²)
        The weights of the bumps that bend the columns, and of those that bend the rows.
    """

    amounts: NDArray[np.float32]
    plane: NDArray[np.float32]
    bends: NDArray[np.float32]


@dataclass(frozen=True)
class Augmentation:
    r"""Random rotation, shift, scale, slant, elastic bend and stroke thickness for batches of square images.

    The value at p = (column, row), measured from the centre of the image, is read bilinearly from the source at

        q = R(θ) · [[1, k], [0, 1]] · diag(1/s₁, 1/s₂) · (p − d) + e(p)

    where θ ~ U(−rotation, rotation), k ~ U(−shear, shear), s₁ and s₂ ~ U(1 − scale, 1 + scale),
    both parts of d ~ U(−shift, shift), and e is a sum of wide Gaussian bumps with weights ~ N(0, elastic²).
    Outside the image lies 0. Before that, with a ~ U(−thickness, thickness) for each image and a neighbourhood of
    the pixel and its four neighbours,

        x ← x + a·(max of neighbourhood − x)  if a ≥ 0,    x ← x + a·(x − min of neighbourhood)  if a < 0.

    Parameters
    ----------
    rotation
        The largest angle to either side, in degrees, from 0 to 180.
    shift
        The largest shift in either direction, in pixels, at least 0.
    scale
        The largest change of width and of height, each drawn for itself, as a fraction from 0 to below 1.
    shear
        The largest slant: columns moved for each row, at least 0. 0.2 slants an upright stroke by 11°.
    elastic
        The standard deviation of each bump of the elastic bend, in pixels, at least 0.
    thickness
        The largest step towards the stroke that is one pixel thicker, or thinner, on every side: 0 to 1.
    images_per_map
        How many neighbours in the batch share one map of the plane, at least 1. Shuffle before, not after.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If a parameter is out of its range or not a number.

    Notes
    -----
    The idea of training on bent copies: P. Simard, D. Steinkraus, J. Platt, "Best Practices for Convolutional
    Neural Networks Applied to Visual Document Analysis", ICDAR 2003.

    Examples
    --------
    >>> x = np.zeros((2, 784), dtype=np.float32)
    >>> x[:, 28 * 14 + 14] = 1
    >>> moved = Augmentation(shift=3)(x, np.random.default_rng(0))
    >>> moved.shape, moved.dtype, bool(abs(moved.sum() - 2) < 1e-3)
    ((2, 784), dtype('float32'), True)
    >>> bool(np.all(Augmentation()(x, np.random.default_rng(0)) == x))
    True
    """

    rotation: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    thickness: float = 0.0
    images_per_map: int = 16

    def __post_init__(self) -> None:
        check_number("rotation", self.rotation, at_least=0, at_most=180)
        check_number("shift", self.shift, at_least=0)
        check_number("scale", self.scale, at_least=0, below=1)
        check_number("shear", self.shear, at_least=0)
        check_number("elastic", self.elastic, at_least=0)
        check_number("thickness", self.thickness, at_least=0, at_most=1)
        check_integer("images_per_map", self.images_per_map, minimum=1)

    def __call__(self, x: NDArray[Any], rng: np.random.Generator) -> NDArray[np.float32]:
        """Return a changed copy of a batch of images.

        Parameters
        ----------
        x
            Square images, `(N, side²)` or `(N, side, side)`: floating-point numbers, of which 0 is the background,
            or uint8, which is divided by 255.
        rng
            Where the random numbers come from. The same state gives the same result.

        Returns
        -------
        NDArray
            The changed images, float32, of the shape of `x`, which is left as it was.

        Raises
        ------
        ShapeError
            If `x` is not a batch of square images.
        ArgumentTypeError
            If `x` holds neither floating-point numbers nor uint8, or `rng` is not a generator.
        """
        side = _side_of_images(x)
        if not isinstance(rng, np.random.Generator):
            raise ArgumentTypeError(
                f"rng must be a numpy.random.Generator, got {describe(rng)}. Make one with np.random.default_rng(seed)."
            )
        result = np.empty((len(x), side * side), dtype=np.float32)
        source = x.reshape(len(x), side * side)
        per_slice = self._images_per_slice
        for start in range(0, len(x), per_slice):
            part = result[start : start + per_slice]
            np.multiply(source[start : start + per_slice], _unit(x.dtype), out=part, casting="unsafe")
            draws = self._draw_slice(len(part), rng)
            if self.thickness:
                _change_thickness(part.reshape(-1, side, side), draws.amounts)
            if self._changes_form:
                self._change_form(part, side, draws)
        return result.reshape(x.shape)

    def draw(self, count: int, rng: np.random.Generator) -> Draws:
        """Return all that a call with `count` images would draw from `rng`, and leave `rng` as that call would.

        What is not asked for has the numbers that change nothing.

        >>> draws = Augmentation(shift=3).draw(100, np.random.default_rng(0))
        >>> draws.amounts.any(), draws.plane.shape
        (np.False_, (6, 7))
        """
        per_slice = self._images_per_slice
        # A batch without images draws nothing, but its empty arrays have their shapes.
        starts = range(0, max(count, 1), per_slice)
        slices = [self._draw_slice(min(count - start, per_slice), rng) for start in starts]
        if len(slices) == 1:
            return slices[0]
        amounts, plane, bends = zip(*slices, strict=True)
        return Draws(np.concatenate(amounts), np.concatenate(plane, axis=1), np.concatenate(bends, axis=1))

    def to_dict(self) -> dict[str, float]:
        """Return the parameters by name, as plain numbers, for a file.

        >>> Augmentation(rotation=5).to_dict()["rotation"]
        5
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, parameters: Mapping[str, Any]) -> Augmentation:
        """Return the augmentation that `to_dict` described.

        >>> Augmentation.from_dict(Augmentation(shift=2).to_dict()) == Augmentation(shift=2)
        True
        """
        known = [field.name for field in fields(cls)]
        for name in parameters:
            check_choice("a parameter of Augmentation", name, known)
        return cls(**parameters)

    @property
    def _images_per_slice(self) -> int:
        """How many images are worked on at once: whole groups, so that where a slice ends changes nothing in it."""
        return self.images_per_map * max(1, SLICE_OF_IMAGES // self.images_per_map)

    @property
    def _changes_form(self) -> bool:
        return any((self.rotation, self.shift, self.scale, self.shear, self.elastic))

    def _draw_slice(self, count: int, rng: np.random.Generator) -> Draws:
        """Draw for `count` images, at most a slice."""
        maps = -(-count // self.images_per_map)
        amounts = np.zeros(count, dtype=np.float32)
        if self.thickness:
            amounts = rng.uniform(-self.thickness, self.thickness, size=count).astype(np.float32)
        plane = np.zeros((6, maps), dtype=np.float32)
        plane[2:4] = 1
        if self._changes_form:
            reach = (math.radians(self.rotation), self.shear, self.scale, self.scale, self.shift, self.shift)
            shares = rng.uniform(-1, 1, size=plane.shape).astype(np.float32)
            plane += np.array(reach, dtype=np.float32)[:, None] * shares
        bends = np.zeros((2, maps, ELASTIC_GRID**2), dtype=np.float32)
        if self.elastic:
            bends = np.float32(self.elastic) * rng.standard_normal(bends.shape, dtype=np.float32)
        return Draws(amounts, plane, bends)

    def _change_form(self, images: NDArray[np.float32], side: int, draws: Draws) -> None:
        """Read each group of rows of `images` through a random map of its own, in place."""
        group = self.images_per_map
        columns, rows = self._places_to_read(side, draws)
        left, top = np.floor(columns), np.floor(rows)
        right_share, lower_share = columns - left, rows - top
        neighbours = []
        for right in (0, 1):
            for lower in (0, 1):
                column, row = left + right, top + lower
                weight = np.where(right, right_share, 1 - right_share) * np.where(lower, lower_share, 1 - lower_share)
                weight *= (column >= 0) & (column < side) & (row >= 0) & (row < side)
                index = np.clip(row, 0, side - 1) * side + np.clip(column, 0, side - 1)
                neighbours.append((index.astype(np.intp), weight.astype(np.float32)))
        for number in range(len(columns)):
            members = images[number * group : (number + 1) * group]
            # Rows of the transposed group are contiguous: the gather copies whole rows.
            pixels = np.ascontiguousarray(members.T)
            total = np.zeros_like(pixels)
            for index, weight in neighbours:
                total += pixels[index[number]] * weight[number][:, None]
            members[:] = total.T

    def _places_to_read(self, side: int, draws: Draws) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the column and the row that each pixel is read from, `(maps, side²)` each."""
        angle, slant, width, height, across, down = draws.plane[:, :, None]
        middle = (side - 1) / 2
        row, column = np.indices((side, side), dtype=np.float32).reshape(2, -1) - middle
        x = (column - across) / width
        y = (row - down) / height
        x = x + slant * y
        cosine, sine = np.cos(angle), np.sin(angle)
        columns = cosine * x - sine * y + middle
        rows = sine * x + cosine * y + middle
        if self.elastic:
            bumps = _bumps(side)
            columns += draws.bends[0] @ bumps
            rows += draws.bends[1] @ bumps
        return columns, rows


def bump_profiles(side: int) -> NDArray[np.float64]:
    """Return the heights of the bumps along one axis, `(ELASTIC_GRID, side)`; a bump is the product of two of them."""
    spacing = (side - 1) / (ELASTIC_GRID - 1)
    centres = np.arange(ELASTIC_GRID) * spacing
    return np.exp(-0.5 * ((np.arange(side) - centres[:, None]) / (0.75 * spacing)) ** 2)


def _bumps(side: int) -> NDArray[np.float32]:
    """Return wide Gaussian bumps on a grid over the image, `(ELASTIC_GRID², side²)`, each with a peak of 1."""
    profile = bump_profiles(side)
    bumps = profile[:, None, :, None] * profile[None, :, None, :]
    return bumps.reshape(ELASTIC_GRID**2, side**2).astype(np.float32)


def _change_thickness(images: NDArray[np.float32], amounts: NDArray[np.float32]) -> None:
    """Move each image, in place, towards its thicker or its thinner form by its amount."""
    for wanted, choose in ((amounts > 0, np.maximum), (amounts < 0, np.minimum)):
        before = images[wanted]
        after = before.copy()
        choose(after[:, 1:], before[:, :-1], out=after[:, 1:])
        choose(after[:, :-1], before[:, 1:], out=after[:, :-1])
        choose(after[:, :, 1:], before[:, :, :-1], out=after[:, :, 1:])
        choose(after[:, :, :-1], before[:, :, 1:], out=after[:, :, :-1])
        after -= before
        after *= np.abs(amounts[wanted])[:, None, None]
        images[wanted] = before + after


def _side_of_images(x: object) -> int:
    """Return the side of the square images in a batch, after checking that `x` is one."""
    if not isinstance(x, np.ndarray) or (x.dtype.kind != "f" and x.dtype != np.uint8):
        raise ArgumentTypeError(f"x must be an array of floating-point numbers or of uint8, got {describe(x)}.")
    side = math.isqrt(x.shape[1]) if x.ndim >= 2 else 0
    if x.ndim == 2 and side > 0 and side * side == x.shape[1]:
        return side
    if x.ndim == 3 and x.shape[1] == x.shape[2] > 0:
        return int(x.shape[1])
    raise ShapeError(
        f"x must be a batch of square images, (N, side²) or (N, side, side), got {describe(x)}. "
        "Reshape it first, for instance with x.reshape(len(x), 784)."
    )


def _unit(dtype: np.dtype[Any]) -> np.float32:
    """Return the factor that brings pixels of this dtype to the range from 0 to 1."""
    return np.float32(1 / 255 if dtype == np.uint8 else 1)
