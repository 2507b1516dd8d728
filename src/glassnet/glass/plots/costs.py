"""The cost over one parameter or two, and the way that gradient descent takes on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.gradients import draw_path, steps_taken
from glassnet.glass.plots.sampling import POINTS, Plane, interval, interval_round, slopes_at, values_on, walked_path
from glassnet.glass.plots.style import (
    BLUE,
    GREY,
    SEQUENTIAL,
    VERMILION,
    axes_or_new,
    legend_above,
    new_figure,
    plain_axes,
    shown_by_notebooks,
)
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    ShapeError,
    as_real_array,
    check_choice,
    check_finite,
    check_integer,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

KINDS = ("contour", "surface")
GRID = 61  # points of the plane on each side
MOST_TANGENTS = 6  # more of them would hide the curve
TANGENTS_APART = 0.1  # of the width, at least


def cost_curve(  # what is shown on one curve
    cost: Callable[[Any], Any],
    path: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    at: ArrayLike = (),
    limits: tuple[float, float] | None = None,
    tangents: bool = True,
    name: str = "W",
) -> Axes:
    """Draw the cost over one parameter, with the path of gradient descent and the tangents along which it goes down.

    Parameters
    ----------
    cost : callable
        A function of one number that returns one number.
    path : array of shape (steps + 1,), optional
        The path of `gn.gradient_descent`.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    at : array of shape (n,), optional
        Parameters whose costs are marked and written.
    limits : (low, high), optional
        From where to where the parameter runs; by default round the path and the marks.
    tangents : bool, default True
        Whether tangents are drawn, at up to six points of the path that lie apart.
    name : str, default "W"
        What the parameter is called.

    Returns
    -------
    Axes
        ``ax.lines[0]`` is the cost; the line with the label "path" holds the path.

    Raises
    ------
    ArgumentError
        If neither a path, nor marks, nor limits say where to draw.
    ShapeError, ArgumentTypeError
        If the path is none of one parameter, or `cost` does not return one number.

    Notes
    -----
    Source: lecture 001: y = 1, 2, 3 at x = 1, 2, 3 cost 4.67, 0 and 4.67 for W = 0, 1, 2.

    Examples
    --------
    >>> x = t = np.array([1.0, 2.0, 3.0])
    >>> ax = cost_curve(lambda W: np.mean((W * x - t) ** 2), at=[0, 1, 2], limits=(-1, 3))
    >>> [text.get_text() for text in ax.texts]
    ['4.67', '0', '4.67']
    """
    marks = np.atleast_1d(as_real_array(at, "at").astype(np.float64))
    if marks.ndim != 1:
        raise ShapeError(f"at must be a row of numbers, got {describe(marks)}. Give for example at=[0, 1, 2].")
    check_finite("at", marks)
    walked = np.empty(0) if path is None else walked_path(path, 1)
    if limits is None and not marks.size and not walked.size:
        raise ArgumentError("limits must be given where there is neither a path nor at=[…]. Pass limits=(low, high).")
    low, high = interval_round(np.concatenate([walked, marks])) if limits is None else interval(limits)
    across = np.linspace(low, high, POINTS)
    costs = values_on(cost, across)
    drawn = axes_or_new(ax, (5.0, 3.6))
    drawn.plot(across, costs, color=BLUE, linewidth=2.0, label="_cost")
    drawn.set_xlim(low, high)
    drawn.autoscale(enable=False, axis="y")
    drawn.set_ylim(*_heights(costs))
    if walked.size:
        _draw_descent(drawn, cost, walked, MOST_TANGENTS if tangents else 0)
    _write_costs(drawn, cost, marks)
    drawn.set_xlabel(name)
    drawn.set_ylabel("cost")
    plain_axes(drawn)
    legend_above(drawn)
    return shown_by_notebooks(ax, drawn)


def cost_surface(  # what is shown on one surface
    cost: Callable[[Any], Any],
    path: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    kind: str = "contour",
    limits: Any = None,
    names: Sequence[str] = ("W", "b"),
    levels: int = 12,
) -> Axes:
    """Draw the cost over two parameters, as lines of equal cost or as a surface, with the path of gradient descent.

    The lines lie closer near the least cost: their square roots are evenly spaced, so that a bowl has even rings.

    Parameters
    ----------
    cost : callable
        A function of an array of shape (2,) that returns one number.
    path : array of shape (steps + 1, 2), optional
        The path of `gn.gradient_descent`.
    ax : Axes, optional
        Where to draw; by default on a new figure. A surface needs axes made with ``projection="3d"``.
    kind : "contour" or "surface", default "contour"
        How to draw the cost.
    limits : (low, high), or a pair of these, optional
        Which part of the plane to draw; by default round the path.
    names : two strings, default ("W", "b")
        What the parameters are called.
    levels : int, default 12
        How many lines of equal cost.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If neither a path nor limits say where to draw, or `kind` is neither.
    ArgumentTypeError
        If `ax` is flat and `kind` is "surface", or the other way round.
    ShapeError
        If the path is none of two parameters, or `cost` does not return one number.
    DataError
        If the cost is finite nowhere.

    Notes
    -----
    Source: lectures 001 and 002, cost functions and the surface of x₀² + x₁².

    Examples
    --------
    >>> from glassnet.mathematics.numerical import gradient_descent
    >>> bowl = lambda x: x[0] ** 2 + x[1] ** 2
    >>> _, path = gradient_descent(bowl, [-3.0, 4.0], learning_rate=0.1, steps=20)
    >>> ax = cost_surface(bowl, path)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['start', 'after 20 steps']
    """
    check_choice("kind", kind, KINDS)
    levels = check_integer("levels", levels, minimum=2)
    first, second = _two_names(names)
    walked = np.empty((0, 2)) if path is None else walked_path(path, 2)
    plane = Plane.of(limits, walked, square=True)
    rows = plane.rows(GRID)
    costs = values_on(cost, rows).reshape(GRID, GRID)
    if not np.isfinite(costs).any():
        check_finite("the cost", costs)
    drawn = _axes_for(kind, ax)
    if kind == "contour":
        _draw_contours(drawn, plane, np.ma.masked_invalid(costs), levels)
        if walked.size:
            draw_path(drawn, walked)
        drawn.set_xlim(*plane.across)
        drawn.set_ylim(*plane.up)
        drawn.grid(visible=False)
    else:
        _draw_surface(drawn, rows, costs, (walked, values_on(cost, walked)))
    drawn.set_xlabel(first)
    drawn.set_ylabel(second)
    legend_above(drawn)
    return shown_by_notebooks(ax, drawn)


def _draw_descent(ax: Axes, cost: Callable[[Any], Any], walked: NDArray[np.float64], most_tangents: int) -> None:
    """Draw the path on the curve, with short tangents where it begins."""
    heights = values_on(cost, walked)
    ax.plot(walked, heights, "o-", color=VERMILION, markersize=4.5, linewidth=1.0, label="path", zorder=3)
    ax.plot(walked[-1:], heights[-1:], "*", color=VERMILION, markersize=11, linestyle="", zorder=4)
    ax.lines[-1].set_label(steps_taken(walked))
    low, high = ax.get_xlim()
    bottom, top = ax.get_ylim()
    shape = (high - low) / (top - bottom)  # so that tangents are equally long on the paper, however steep
    for point, slope in zip(chosen := _apart(walked, most_tangents, high - low), slopes_at(cost, chosen), strict=True):
        half = 0.09 * (high - low) / np.hypot(1.0, slope * shape)
        ends = point + half * np.array([-1.0, 1.0])
        height = heights[walked == point][0]
        ax.plot(ends, height + slope * (ends - point), color="black", linewidth=1.4, label="_tangent", zorder=3.5)


def _apart(walked: NDArray[np.float64], most: int, width: float) -> NDArray[np.float64]:
    """Return the first points that lie apart: where the steps become small, tangents would lie on one another."""
    chosen: list[float] = []
    for point in walked:
        if len(chosen) < most and all(abs(point - other) >= TANGENTS_APART * width for other in chosen):
            chosen.append(float(point))
    return np.array(chosen)


def _write_costs(ax: Axes, cost: Callable[[Any], Any], marks: NDArray[np.float64]) -> None:
    heights = values_on(cost, marks)
    ax.plot(marks, heights, "s", color="black", markersize=6, label="_marks", zorder=4)
    low, high = ax.get_xlim()
    for mark, height in zip(marks, heights, strict=True):
        left = mark > (low + high) / 2
        ax.annotate(
            f"{height:.2f}".rstrip("0").rstrip(".") if abs(height) < 1e4 else f"{height:.3g}",
            (mark, height),
            xytext=(-8 if left else 8, 4),
            textcoords="offset points",
            ha="right" if left else "left",
            zorder=5,
        )


def _heights(costs: NDArray[np.float64]) -> tuple[float, float]:
    low, high = interval_round(costs)
    finite = costs[np.isfinite(costs)]
    # Where no cost is negative, little room is wanted below 0.
    return (max(low, -0.06 * high) if finite.size and finite.min() >= 0 else low), high


def _two_names(names: Sequence[str]) -> tuple[str, str]:
    if isinstance(names, str) or not hasattr(names, "__len__") or len(names) != 2:
        raise ArgumentTypeError(f"names must be two strings, got {describe(names)}. Write names=('W', 'b').")
    return str(names[0]), str(names[1])


def _axes_for(kind: str, ax: Axes | None) -> Any:
    """Return `ax`, or new axes, flat or with three dimensions as the kind of drawing needs."""
    if ax is None and kind == "surface":
        return new_figure((5.2, 4.4)).add_subplot(projection="3d")
    drawn = axes_or_new(ax, (4.8, 4.2))
    solid = drawn.name == "3d"
    if solid != (kind == "surface"):
        made = "figure.add_subplot(projection='3d')" if kind == "surface" else "figure.add_subplot()"
        raise ArgumentTypeError(
            f"ax must have {'three dimensions' if kind == 'surface' else 'two dimensions'} for kind={kind!r}, got "
            f"{'three' if solid else 'two'}. Make it with {made}."
        )
    return drawn


def _draw_contours(ax: Axes, plane: Plane, costs: NDArray[Any], levels: int) -> None:
    least, most = float(costs.min()), float(costs.max())
    if most <= least:
        least, most = least - 0.5, most + 0.5
    heights = least + (most - least) * np.linspace(0, 1, levels + 1) ** 2
    filled = ax.contourf(*plane.axes(GRID), costs, levels=heights, cmap=SEQUENTIAL, alpha=0.55, zorder=0)
    lines = ax.contour(filled, levels=heights[1:-1], colors=GREY, linewidths=0.7, zorder=1)
    ax.clabel(lines, heights[2:-1:2], fontsize="x-small", fmt="%.3g")


def _draw_surface(
    ax: Any, rows: NDArray[np.float64], costs: NDArray[np.float64], path: tuple[NDArray[Any], NDArray[Any]]
) -> None:
    across, up = (part.reshape(costs.shape) for part in rows.T)
    ax.plot_surface(across, up, costs, cmap=SEQUENTIAL, alpha=0.75, rstride=2, cstride=2, linewidth=0.2, edgecolor=GREY)
    walked, heights = path
    if len(walked):
        # The path is drawn over the surface, which else would hide the part behind it.
        ax.computed_zorder = False
        ax.plot(
            *walked.T, heights, "o-", color=BLUE, markersize=3.5, linewidth=1.6, zorder=10, label=steps_taken(walked)
        )
    ax.set_zlabel("cost", labelpad=8)
    ax.set_box_aspect(None, zoom=0.88)  # the label of the upright axis would else be cut
