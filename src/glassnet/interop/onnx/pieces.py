"""What a graph does to its rows, piece by piece, before layers are made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from glassnet.network.layer import Layer


@dataclass(frozen=True, eq=False)
class Linear:
    """X @ W + b, with W (n_in, n_out); b is None if there is none."""

    W: NDArray[Any]
    b: NDArray[Any] | None


@dataclass(frozen=True, eq=False)
class Largest:
    """The largest of several linear pieces: W is (pieces, n_in, n_out), b (pieces, n_out)."""

    W: NDArray[Any]
    b: NDArray[Any]


@dataclass(frozen=True, eq=False)
class Scaled:
    """X · scale + shift, in float64; each is one number, or one for each column."""

    scale: NDArray[np.float64]
    shift: NDArray[np.float64]

    def then(self, other: Scaled) -> Scaled:
        """Return both in one, this one first.

        >>> import numpy as np
        >>> both = Scaled(np.array(2.0), np.array(1.0)).then(Scaled(np.array(3.0), np.array(4.0)))
        >>> float(both.scale), float(both.shift)
        (6.0, 7.0)
        """
        return Scaled(self.scale * other.scale, self.shift * other.scale + other.shift)


@dataclass(frozen=True, eq=False)
class Normalized:
    """gamma (X − mean) / √(variance + eps) + beta."""

    gamma: NDArray[Any]
    beta: NDArray[Any]
    mean: NDArray[Any]
    variance: NDArray[Any]
    eps: float


@dataclass(frozen=True, eq=False)
class Applied:
    """A layer of glassnet's that has no parameters, or the slopes of a PReLU."""

    layer: Layer
    slopes: NDArray[Any] | None = None


@dataclass(frozen=True, eq=False)
class Part:
    """A function that is a layer only together with others: `exp`, or `least`, the lesser of x and 0."""

    name: str
    words: str


Piece = Linear | Largest | Scaled | Normalized | Applied | Part


@dataclass(frozen=True, eq=False)
class Rows:
    """A value that follows from the input: some rows, after some pieces.

    Attributes
    ----------
    shape : tuple of int, or None
        Of one sample; None if it is not known.
    piece : Piece or None
        The last piece; None for the input itself.
    before : Rows or None
        What that piece was given.
    batch : int or None
        How many rows the file says that there are; None if any number.
    whole : bool
        Whether the input is of whole numbers, and no Cast has made it of others yet.
    """

    shape: tuple[int, ...] | None
    piece: Piece | None = None
    before: Rows | None = None
    batch: int | None = None
    whole: bool = False

    def then(self, piece: Piece, shape: tuple[int, ...] | None) -> Rows:
        """Return what a piece makes of these rows."""
        return Rows(shape, piece, self, self.batch)

    def shaped(self, shape: tuple[int, ...] | None) -> Rows:
        """Return the same rows with samples of another shape."""
        return replace(self, shape=shape)

    @property
    def width(self) -> int | None:
        """How many numbers a sample has, if that is known."""
        return None if self.shape is None else math.prod(self.shape)

    def pieces(self) -> list[Piece]:
        """Return all pieces, from the input on."""
        found: list[Piece] = []
        rows: Rows | None = self
        while rows is not None:
            if rows.piece is not None:
                found.append(rows.piece)
            rows = rows.before
        return found[::-1]


@dataclass(frozen=True)
class Sizes:
    """The sizes of an array as a graph works them out: numbers, and `N` for the rows."""

    values: tuple[int | str, ...]
