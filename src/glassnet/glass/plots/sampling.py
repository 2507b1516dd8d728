"""Where a function is looked at to be drawn: intervals, planes, and its values there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    ShapeError,
    as_real_array,
    check_finite,
    check_number,
    describe,
)
from glassnet.mathematics.numerical import STEP, numerical_diff, numerical_gradient, one_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

MARGIN = 0.15  # of the spread of the points, on each side
POINTS = 401  # of a curve; an odd number has the middle among them


class Plane(NamedTuple):
    """A rectangle of the plane."""

    across: tuple[float, float]
    up: tuple[float, float]

    @classmethod
    def of(cls, limits: Any, points: NDArray[Any] | None = None, *, square: bool = False) -> Plane:
        """Return the plane within `limits`, (low, high) for both axes or one pair each; by default round the points.

        >>> Plane.of((-1, 1))
        Plane(across=(-1.0, 1.0), up=(-1.0, 1.0))
        >>> Plane.of(None, np.array([[0.0, 0.0], [1.0, 2.0]]))
        Plane(across=(-0.15, 1.15), up=(-0.3, 2.3))
        """
        if limits is None:
            if points is None or len(points) == 0:
                raise ArgumentError(
                    "limits must be given where there are no points to draw. Pass limits=(low, high), or "
                    "limits=((low, high), (low, high))."
                )
            across, up = (interval_round(points[:, k]) for k in (0, 1))
            return cls(*_widened(across, up)) if square else cls(across, up)
        pairs = np.shape(limits)
        if pairs == (2, 2):
            return cls(interval(limits[0]), interval(limits[1]))
        return cls(interval(limits), interval(limits))

    def axes(self, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return n places on each axis, ends included."""
        return np.linspace(*self.across, n), np.linspace(*self.up, n)

    def rows(self, n: int) -> NDArray[np.float64]:
        """Return n² points, one a row, the first coordinate running fastest: `.reshape(n, n)` of values is a picture.

        >>> Plane((0.0, 1.0), (2.0, 3.0)).rows(2).tolist()
        [[0.0, 2.0], [1.0, 2.0], [0.0, 3.0], [1.0, 3.0]]
        """
        return np.column_stack([part.ravel() for part in np.meshgrid(*self.axes(n))])


def interval(limits: Any, name: str = "limits") -> tuple[float, float]:
    """Return (low, high) as two floats, the first less than the second.

    >>> interval([0, 2])
    (0.0, 2.0)
    """
    if np.shape(limits) != (2,):
        raise ArgumentTypeError(
            f"{name} must be two numbers (low, high), got {describe(limits)}. Write for example (-2, 2)."
        )
    low, high = (check_number(f"each of {name}", limit) for limit in limits)
    if low >= high:
        raise ArgumentError(f"{name} must be (low, high) with low below high, got ({low:g}, {high:g}). Exchange them.")
    return low, high


def interval_round(values: NDArray[Any]) -> tuple[float, float]:
    """Return an interval a little wider than the finite ones of the values; round one value alone, one unit each way.

    >>> interval_round(np.array([0.0, 2.0])), interval_round(np.array([3.0]))
    ((-0.3, 2.3), (2.0, 4.0))
    """
    values = values[np.isfinite(values)].astype(np.float64)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    margin = MARGIN * (high - low) or max(1.0, 0.1 * abs(low))
    return low - margin, high + margin


def values_on(f: Callable[[Any], Any], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what `f` gives for each number, or for each row of an array of points, one call each.

    A point goes to `f` as an array of its own, so that f may change it.
    """
    check_function(f)
    with np.errstate(all="ignore"):
        return np.array([one_number(f(point.copy() if point.ndim else float(point))) for point in points], np.float64)


def slopes_at(f: Callable[[Any], Any], points: NDArray[np.float64], h: float = STEP) -> NDArray[np.float64]:
    """Return the derivative of `f` at each number, or its gradient at each row, by central differences."""
    check_function(f)
    with np.errstate(all="ignore"):
        if points.ndim == 1:
            return np.array([one_number(numerical_diff(f, float(point), h)) for point in points])
        return np.array([numerical_gradient(f, point.copy(), h) for point in points])


def check_function(f: Any) -> None:
    """Raise `ArgumentTypeError` if `f` is no function."""
    if not callable(f):
        raise ArgumentTypeError(f"the function to draw must be callable, got {describe(f)}. Write lambda x: ….")


def points_on_plane(x: ArrayLike, name: str = "x") -> NDArray[Any]:
    """Return finite points of the plane as an array of shape (N, 2)."""
    points = as_real_array(x, name)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ShapeError(
            f"{name} must have the shape (N, 2), one point of the plane a row, got {describe(points)}. "
            "Choose two columns, such as x[:, [0, 1]]."
        )
    check_finite(name, points)
    return points


def walked_path(path: ArrayLike, dimensions: int) -> NDArray[np.float64]:
    """Return the finite points of a path: an array of shape (steps + 1,), or (steps + 1, 2) for two parameters."""
    points = as_real_array(path, "path").astype(np.float64)
    if dimensions == 1 and points.ndim == 2 and points.shape[1] == 1:
        points = points[:, 0]
    if points.shape[1:] != ((2,) if dimensions == 2 else ()) or points.ndim != dimensions or len(points) == 0:
        wanted = "(steps + 1,)" if dimensions == 1 else "(steps + 1, 2)"
        raise ShapeError(
            f"path must have the shape {wanted}, got {describe(points)}. Give the path of gn.gradient_descent for a "
            f"cost of {'one parameter' if dimensions == 1 else 'two parameters'}."
        )
    # Where a learning rate was too large, the last point may have left all numbers behind.
    finite = points[np.isfinite(points.reshape(len(points), -1)).all(axis=1)]
    if len(finite) == 0:
        raise DataError("path must have a finite point, got nan and inf alone. Begin the descent at a finite point.")
    return finite


def _widened(across: tuple[float, float], up: tuple[float, float]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return both intervals as wide as the wider one, each about its own middle."""
    half = max(across[1] - across[0], up[1] - up[0]) / 2
    middles = (sum(across) / 2, sum(up) / 2)
    return (middles[0] - half, middles[0] + half), (middles[1] - half, middles[1] + half)
