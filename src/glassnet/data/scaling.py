"""How pixels 0 … 255 become the numbers that a network is fed: the scalings of the lectures, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.mathematics.checks import ArgumentError, as_float_array, check_choice, check_number, describe, is_plain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Scaling:
    """A scaling of pixels: y = x / divisor · factor + offset.

    The three numbers stay apart, as the lectures write them, so that x / 255 is the rounded quotient and not
    the product with a rounded 1/255.

    Parameters
    ----------
    divisor, factor : float, not 0
    offset : float

    Raises
    ------
    ArgumentError
        If a number is not finite, or a divisor or factor is 0.

    Examples
    --------
    >>> halve = Scaling(divisor=2.0)
    >>> halve(np.array([0, 3], dtype=np.uint8))
    array([0. , 1.5], dtype=float32)
    >>> halve.invert([0.0, 1.5])
    array([0., 3.], dtype=float32)
    >>> Scaling.from_dict(halve.to_dict()) == halve
    True
    """

    divisor: float = 1.0
    factor: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        for name, value in self.to_dict().items():
            object.__setattr__(self, name, check_number(name, value))
        for name in ("divisor", "factor"):
            if getattr(self, name) == 0:
                raise ArgumentError(f"{name} must not be 0: a scaling can be undone.")

    def __call__(self, pixels: ArrayLike, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the scaled pixels.

        Parameters
        ----------
        pixels : array of any shape, usually uint8 from 0 to 255
        out : ndarray of float32, same shape, optional
            Where to write them.

        Returns
        -------
        ndarray of float32, same shape
        """
        # One pass straight into float32, without a float64 array between: 21 ms for MNIST, else 60 ms.
        array = pixels if is_plain(pixels) else as_float_array(pixels, "pixels")
        scaled = np.empty(array.shape, np.float32) if out is None else out
        np.divide(array, np.float32(self.divisor), out=scaled, dtype=np.float32, casting="same_kind")
        if self.factor != 1:
            scaled *= np.float32(self.factor)
        if self.offset != 0:
            scaled += np.float32(self.offset)
        return scaled

    def invert(self, scaled: ArrayLike) -> NDArray[np.float32]:
        """Return the pixels that were scaled: x = (y − offset) / factor · divisor.

        Parameters
        ----------
        scaled : array of any shape

        Returns
        -------
        ndarray of float32, same shape
            Not rounded: what a network makes up lies between the pixel values.
        """
        values = as_float_array(scaled, "scaled")
        pixels = (values - self.offset) / self.factor * self.divisor
        return np.asarray(pixels, np.float32)

    def to_dict(self) -> dict[str, float]:
        """Return the three numbers by name, for a file.

        >>> scale_lecture_000.to_dict()
        {'divisor': 255.0, 'factor': 0.99, 'offset': 0.01}
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, numbers: Any) -> Scaling:
        """Return the scaling that `to_dict` described.

        Raises
        ------
        ArgumentError
            If a number is missing, unknown or unusable.

        Examples
        --------
        >>> Scaling.from_dict({"divisor": 255.0, "factor": 1.0, "offset": 0.0}) == scale_unit
        True
        """
        expected = [field.name for field in fields(cls)]
        if not isinstance(numbers, Mapping) or set(numbers) != set(expected):
            raise ArgumentError(f"a scaling needs exactly the numbers {', '.join(expected)}, got {describe(numbers)}.")
        return cls(**numbers)


WHITE: Final = 255.0  # the largest pixel
scale_unit: Final = Scaling(divisor=WHITE)  # lecture 002: from 0 to 1
scale_lecture_000: Final = Scaling(divisor=WHITE, factor=0.99, offset=0.01)  # no input is 0, so each weight learns
SCALINGS: Final = {"unit": scale_unit, "lecture000": scale_lecture_000, "none": Scaling()}


def named_scaling(name: str) -> Scaling:
    """Return the scaling of that name.

    Parameters
    ----------
    name : {"unit", "lecture000", "none"}
        x / 255 (lecture 002), x / 255 · 0.99 + 0.01 (lecture 000), or x itself, as float32.

    Returns
    -------
    Scaling

    Raises
    ------
    ArgumentError
        If there is no such name.

    Examples
    --------
    >>> named_scaling("lecture000")(np.array([0, 255], dtype=np.uint8))
    array([0.01, 1.  ], dtype=float32)
    """
    return SCALINGS[check_choice("scaling", name, SCALINGS)]
