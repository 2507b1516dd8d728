"""Small random changes to images of digits, so that a network meets each digit in a new hand every time.

A change is a smooth map of the plane (rotation, slant, size, shift, a gentle elastic bend) and a thicker or
thinner stroke. What makes it fast is that a few neighbours in the batch share one map: the places to read are
worked out once for `images_per_map` images, and the reading itself is four gathers.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

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
        # A slice is a whole number of groups, so that where a slice ends changes nothing within it.
        per_slice = self.images_per_map * max(1, SLICE_OF_IMAGES // self.images_per_map)
        for start in range(0, len(x), per_slice):
            part = result[start : start + per_slice]
            np.multiply(source[start : start + per_slice], _unit(x.dtype), out=part, casting="unsafe")
            if self.thickness:
                _change_thickness(part.reshape(-1, side, side), self.thickness, rng)
            if self.rotation or self.shift or self.scale or self.shear or self.elastic:
                self._change_form(part, side, rng)
        return result.reshape(x.shape)

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

    def _change_form(self, images: NDArray[np.float32], side: int, rng: np.random.Generator) -> None:
        """Read each group of rows of `images` through a random map of its own, in place."""
        group = self.images_per_map
        columns, rows = self._places_to_read(-(-len(images) // group), side, rng)
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

    def _places_to_read(
        self, count: int, side: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the column and the row that each pixel is read from, `(count, side²)` each, for `count` maps."""
        draws = rng.uniform(-1, 1, size=(6, count, 1)).astype(np.float32)
        angle = math.radians(self.rotation) * draws[0]
        slant = self.shear * draws[1]
        width, height = 1 + self.scale * draws[2], 1 + self.scale * draws[3]
        across, down = self.shift * draws[4], self.shift * draws[5]
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
            weights = self.elastic * rng.standard_normal((2, count, len(bumps)), dtype=np.float32)
            columns += weights[0] @ bumps
            rows += weights[1] @ bumps
        return columns, rows


def _bumps(side: int) -> NDArray[np.float32]:
    """Return wide Gaussian bumps on a grid over the image, `(ELASTIC_GRID², side²)`, each with a peak of 1."""
    spacing = (side - 1) / (ELASTIC_GRID - 1)
    centres = np.arange(ELASTIC_GRID) * spacing
    profile = np.exp(-0.5 * ((np.arange(side) - centres[:, None]) / (0.75 * spacing)) ** 2)
    bumps = profile[:, None, :, None] * profile[None, :, None, :]
    return bumps.reshape(ELASTIC_GRID**2, side**2).astype(np.float32)


def _change_thickness(images: NDArray[np.float32], thickness: float, rng: np.random.Generator) -> None:
    """Move each image, in place, towards its thicker or its thinner form by a random amount."""
    amounts = rng.uniform(-thickness, thickness, size=len(images)).astype(np.float32)
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
