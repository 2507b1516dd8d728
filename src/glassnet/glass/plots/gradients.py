"""Derivatives as pictures: the tangent of a curve, and the field of gradients of a function of two variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.sampling import POINTS, Plane, interval, slopes_at, values_on, walked_path
from glassnet.glass.plots.style import (
    BLUE,
    GREEN,
    GREY,
    VERMILION,
    axes_or_new,
    legend_above,
    plain_axes,
    shown_by_notebooks,
)
from glassnet.mathematics.checks import ShapeError, as_real_array, check_finite, check_integer, describe
from glassnet.mathematics.numerical import STEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

TANGENTS = ((VERMILION, (0, (5, 2))), (GREEN, (0, (2, 1.5))), (GREY, (0, (6, 2, 1, 2))))


def tangent(
    f: Callable[[Any], Any],
    x: ArrayLike,
    ax: Axes | None = None,
    *,
    limits: tuple[float, float] | None = None,
    h: float = STEP,
) -> Axes:
    """Draw a function of one number with its tangents, whose slopes are central differences.

    y = f(x₀) + f'(x₀) (x − x₀),  f'(x₀) ≈ (f(x₀ + h) − f(x₀ − h)) / (2h)

    Parameters
    ----------
    f : callable
        A function of one number.
    x : number, or array of shape (n,)
        Where the tangents touch.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    limits : (low, high), optional
        From where to where to draw; by default a few units on both sides of the points.
    h : float above 0, default 1e-4
        The step of the difference. A large one shows what the formula's error is: the line does not touch.

    Returns
    -------
    Axes
        ``ax.lines[0]`` is the function, the lines after it are the tangents.

    Raises
    ------
    ArgumentTypeError, ShapeError
        If `f` is no function of one number, or `x` not made of numbers.
    DataError
        If the derivative is not finite at a point.

    Notes
    -----
    Source: lecture 002, an example of numerical differentiation.

    Examples
    --------
    >>> ax = tangent(lambda x: 0.01 * x**2 + 0.1 * x, 5, limits=(0, 20))
    >>> [line.get_label() for line in ax.lines[:2]]
    ['f(x)', 'slope 0.2 at x = 5']
    """
    at = np.atleast_1d(as_real_array(x, "x").astype(np.float64))
    if at.ndim != 1 or at.size == 0:
        raise ShapeError(f"x must be one number or a row of numbers, got {describe(at)}. Give for example x=[3, 4].")
    check_finite("x", at)
    reach = max(float(np.abs(at).max()), float(np.ptp(at)), 1.0)
    low, high = (at.min() - reach, at.max() + reach) if limits is None else interval(limits)
    across = np.linspace(low, high, POINTS)
    curve, heights = values_on(f, across), values_on(f, at)
    slopes = slopes_at(f, at, h)
    check_finite("the derivative of f", slopes)
    check_finite("f(x)", heights)
    drawn = axes_or_new(ax, (5.0, 3.6))
    drawn.plot(across, curve, color=BLUE, linewidth=2.0, label="f(x)")
    for k, (one, height, slope) in enumerate(zip(at, heights, slopes, strict=True)):
        color, dashes = TANGENTS[k % len(TANGENTS)]
        label = f"slope {slope:.4g} at x = {one:g}"
        drawn.plot(across, height + slope * (across - one), color=color, linestyle=dashes, linewidth=1.6, label=label)
    drawn.plot(at, heights, "o", color="black", markersize=5, label="_touches", zorder=4)
    drawn.set_xlim(low, high)
    drawn.set_ylim(*_heights_to_show(curve))
    drawn.set_xlabel("x")
    plain_axes(drawn)
    legend_above(drawn, columns=min(len(at) + 1, 3))
    return shown_by_notebooks(ax, drawn)


def gradient_field(
    f: Callable[[Any], Any],
    ax: Axes | None = None,
    *,
    limits: Any = (-2.0, 2.0),
    n: int = 17,
    path: ArrayLike | None = None,
) -> Axes:
    """Draw arrows of −∇f, the way downhill, of a function of two variables.

    The longer the arrow, the steeper it is there. Each gradient is worked out by central differences.

    Parameters
    ----------
    f : callable
        A function of an array of shape (2,) that returns one number.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    limits : (low, high), or a pair of these, default (-2, 2)
        Which part of the plane to draw.
    n : int, default 17
        How many arrows on each side, at least 2.
    path : array of shape (steps + 1, 2), optional
        A path of `gn.gradient_descent` to draw over the arrows.

    Returns
    -------
    Axes
        ``ax.collections[0]`` are the arrows, with their components U and V.

    Raises
    ------
    ShapeError, ArgumentTypeError
        If `f` does not return one number.
    DataError
        If a gradient is not finite.

    Notes
    -----
    Source: lecture 002, partial derivatives: the field of x₀² + x₁², a grid of points a quarter apart.

    Examples
    --------
    >>> arrows = gradient_field(lambda x: np.sum(x**2), limits=(-1, 1), n=3).collections[0]
    >>> arrows.U.round(6).tolist()[:3], arrows.V.round(6).tolist()[:3]
    ([2.0, 0.0, -2.0], [2.0, 2.0, 2.0])
    """
    plane = Plane.of(limits)
    rows = plane.rows(check_integer("n", n, minimum=2))
    downhill = -slopes_at(f, rows) + 0.0  # not −0
    check_finite("the gradient of f", downhill)
    drawn = axes_or_new(ax, (4.4, 4.2))
    # Matplotlib scales by the mean length, which is 0 for a constant.
    scale = None if downhill.any() else 1.0
    drawn.quiver(*rows.T, *downhill.T, angles="xy", scale=scale, color=GREY, width=0.0045, zorder=2)
    if path is not None:
        draw_path(drawn, walked_path(path, 2))
    _finish_plane(drawn, plane)
    return shown_by_notebooks(ax, drawn)


def draw_path(ax: Axes, points: NDArray[np.float64]) -> None:
    """Draw a path over a plane: a line with a disc at each step, a ring where it starts, a star where it ends."""
    ax.plot(*points.T, "o-", color=BLUE, markersize=3.5, linewidth=1.4, label="_path", zorder=3)
    ends: dict[str, Any] = {"linestyle": "", "zorder": 4}
    ax.plot(*points[:1].T, "o", markersize=8, color="white", markeredgecolor=BLUE, label="start", **ends)
    ax.plot(
        *points[-1:].T,
        "*",
        markersize=13,
        color=VERMILION,
        markeredgecolor="white",
        label=steps_taken(points),
        **ends,
    )


def steps_taken(points: NDArray[np.float64]) -> str:
    """Say after how many steps a path ends.

    >>> steps_taken(np.zeros((2, 2)))
    'after 1 step'
    """
    steps = len(points) - 1
    return f"after {steps:,} step{'' if steps == 1 else 's'}"


def _finish_plane(ax: Axes, plane: Plane) -> None:
    ax.set_xlim(*plane.across)
    ax.set_ylim(*plane.up)
    ax.set_aspect("equal")
    ax.set_xlabel("$x_0$")
    ax.set_ylabel("$x_1$")
    plain_axes(ax)
    legend_above(ax)


def _heights_to_show(curve: NDArray[np.float64]) -> tuple[float, float]:
    """Return the interval of the curve's own values: a steep tangent does not press it flat."""
    finite = curve[np.isfinite(curve)]
    if finite.size == 0:
        return -1.0, 1.0
    margin = 0.1 * float(np.ptp(finite)) or 1.0
    return float(finite.min()) - margin, float(finite.max()) + margin
