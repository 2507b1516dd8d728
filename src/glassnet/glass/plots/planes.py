"""A plane before and after a layer: what the layer makes of it is what the next one sees (representation learning)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.glass.plots.regions import class_color, draw_points, leads_of, parting
from glassnet.glass.plots.sampling import Plane, points_on_plane
from glassnet.glass.plots.style import GREY, new_figure, plain_axes, show_in_notebooks
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    ShapeError,
    check_integer,
    describe,
)
from glassnet.mathematics.confusion import class_indices
from glassnet.network.backends import to_numpy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

LINES = 13  # of the grid, each way
POINTS_A_LINE = 121
RESOLUTION = 161  # of the line between the classes
SAME = 1e-4  # of the picture's width: points that lie nearer are counted as one


class Traced(Protocol):
    """A network, as far as this plot needs it."""

    def trace(self, x: ArrayLike, t: ArrayLike | None = None, *, mode: Any = ...) -> Mapping[str, NDArray[Any]]:
        """Return every number of a pass by name: `A1`, `A2`, …."""

    def predict(self, x: ArrayLike) -> NDArray[Any]:
        """Return the outputs for some inputs."""


def plane_before_and_after(
    network: Traced,
    x: ArrayLike,
    t: ArrayLike,
    layer: int = 1,
    *,
    units: tuple[int, int] = (0, 1),
    limits: Any = None,
    boundary: bool = True,
) -> Figure:
    """Draw the plane of inputs with a grid and points, and beside it what a layer makes of both.

    The lines between the classes (of one output, where it is ½) are drawn in the plane of inputs, and beside it as the
    layer bends them. Where the layer has two units, and only the output follows, one straight line parts two classes
    there, and that line is drawn.

    Parameters
    ----------
    network : Network
        With two inputs.
    x : array of shape (N, 2)
        Points. Where some of them fall on one place, their number is written there.
    t : array of shape (N,) or (N, n_classes)
        Their classes.
    layer : int, default 1
        Whose outputs to draw: A1, A2, …, as the layers with weights are numbered.
    units : (int, int), default (0, 1)
        Which two of its units.
    limits : (low, high), or a pair of these, optional
        Which part of the plane of inputs has the grid; by default the points with a margin.
    boundary : bool, default True
        Whether to draw the lines between the classes.

    Returns
    -------
    Figure
        ``figure.axes`` are the plane before and the plane after.

    Raises
    ------
    ArgumentTypeError
        If it is no network.
    ArgumentError
        If there is no such layer or unit.
    ShapeError
        If the points are not of the plane.

    Notes
    -----
    Source: lecture 000, XOR by a network of two ReLU units; Goodfellow et al., "Deep Learning", section 6.1.

    Examples
    --------
    >>> import glassnet as gn
    >>> hidden, output = ([[1, 1], [1, 1]], [0, -1]), ([[1], [-2]], [0])
    >>> net = gn.Network([gn.Dense(2, 2, init=hidden), gn.ReLU(), gn.Dense(2, 1, init=output)])
    >>> before, after = plane_before_and_after(net, [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]).axes
    >>> [points.get_offsets().data.tolist() for points in after.collections[-2:]]
    [[[0.0, 0.0], [2.0, 1.0]], [[1.0, 0.0], [1.0, 0.0]]]
    """
    points = points_on_plane(x)
    classes = class_indices(t)
    if len(classes) != len(points):
        raise ShapeError(f"t must have one class for each of the {len(points)} points, got {len(classes)}.")
    seen = _Layer(network, layer, units)
    plane = Plane.of(limits, points, square=True)
    mapped = seen(points)
    figure = new_figure((8.4, 4.3))
    before, after = figure.subplots(1, 2)
    names = [f"class {k}" for k in range(int(classes.max()) + 1)]
    for line, k in _grid(plane):
        for ax, places in ((before, line), (after, seen(line))):
            ax.plot(*places.T, color=(GREY, class_color(5))[k], linewidth=0.9, label="_grid", zorder=1)
    lines = _boundary(network, plane) if boundary else []
    straight = seen.straight_line(lines)
    for line in lines:
        for ax, places in ((before, line), (after, seen(line)))[: 1 if straight else 2]:
            ax.plot(*places.T, color="black", linewidth=2.0, label="_boundary", zorder=2)
    for ax, places in ((before, points), (after, mapped)):
        _count_together(ax, places)
        draw_points(ax, places, classes, names)
        plain_axes(ax)
        ax.grid(visible=False)
        ax.set_aspect("equal", adjustable="datalim")
        ax.margins(0.08)
    if straight:
        place, slope = straight
        after.axline(place, slope=slope, color="black", linewidth=2.0, label="_boundary", zorder=2)
    _name_axes(before, "the plane of inputs", ("$x_1$", "$x_2$"))
    _name_axes(after, f"after layer {seen.layer}", tuple(f"$a_{{{unit + 1}}}$" for unit in seen.units))
    handles, labels = before.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=len(labels), frameon=False, fontsize="small")
    show_in_notebooks(figure, figure)
    return figure


class _Layer:
    """A layer's two units as a function of points of the plane."""

    def __init__(self, network: Any, layer: int, units: Any) -> None:
        if not (hasattr(network, "trace") and hasattr(network, "predict")):
            raise ArgumentTypeError(f"network must be a Network, got {describe(network)}. Give what gn.Network made.")
        self.network = network
        self.layer = check_integer("layer", layer, minimum=1)
        names = list(network.trace(np.zeros((1, 2)), mode="predict"))
        if f"A{layer}" not in names:
            known = [name for name in names if name[0] == "A" and name[1:].isdigit()]
            raise ArgumentError(
                f"layer must be the number of a layer with weights, got {layer}; this network has the outputs "
                f"{', '.join(known) or 'of none'}. Choose one of them: layer=1 is A1."
            )
        if np.shape(units) != (2,):
            raise ArgumentTypeError(f"units must be two numbers of units, got {describe(units)}. Write units=(0, 1).")
        self.units = tuple(check_integer("each of units", unit, minimum=0) for unit in units)
        width = self._outputs(np.zeros((1, 2))).shape[1]
        if width < 2 or max(self.units) >= width:
            raise ArgumentError(
                f"units must be two of the {width} units of layer {layer}, counted from 0, got {self.units}. "
                f"{'Choose a layer with two units or more.' if width < 2 else 'Choose others, or another layer.'}"
            )

    def __call__(self, points: NDArray[Any]) -> NDArray[np.float64]:
        return self._outputs(points)[:, self.units].astype(np.float64)

    def straight_line(self, boundary: list[NDArray[np.float64]]) -> tuple[tuple[float, float], float] | None:
        """Return a place and the slope of the line that parts the classes; None where there is no one straight line.

        The next layer computes z = a₁w₁ + a₂w₂ + b and nothing follows but a function of z, so that the output is ½
        where z has one value, the one that it has all along the boundary in the plane of inputs. Of two outputs it is
        the difference of their z.
        """
        following = f"{self.layer + 1}"
        parameters = self.network.parameters
        W = np.asarray(to_numpy(parameters.get(f"W{following}", ())), np.float64)
        if not boundary or W.shape not in {(2, 1), (2, 2)} or f"W{self.layer + 2}" in parameters:
            return None
        w = (W[:, 0] if W.shape == (2, 1) else W[:, 1] - W[:, 0])[list(self.units)]
        a = self(np.concatenate(boundary))
        sums = a @ w
        middle, foot = float(np.median(sums)), w / float(w @ w)
        if np.abs(sums - middle).max() > 0.05 * max(float(np.ptp(a @ np.abs(w))), 1.0):
            return None
        x, y = (middle * foot).tolist()
        return (x, y), (-w[0] / w[1] if w[1] else np.inf)

    def _outputs(self, points: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(self.network.trace(points, mode="predict")[f"A{self.layer}"])


def _grid(plane: Plane) -> list[tuple[NDArray[np.float64], int]]:
    """Return lines of the plane as points, each with 0 if it is upright and 1 if it is level."""
    across, up = plane.axes(LINES)
    along_across, along_up = plane.axes(POINTS_A_LINE)
    upright = [(np.column_stack([np.full(POINTS_A_LINE, at), along_up]), 0) for at in across]
    level = [(np.column_stack([along_across, np.full(POINTS_A_LINE, at)]), 1) for at in up]
    return upright + level


def _boundary(network: Traced, plane: Plane) -> list[NDArray[np.float64]]:
    """Return the lines on which no class leads."""
    from matplotlib.figure import Figure

    outputs = network.predict(plane.rows(RESOLUTION))
    ax = Figure().add_subplot()
    lines: list[Any] = []
    for lead in parting(leads_of(outputs)):
        contours = ax.contour(*plane.axes(RESOLUTION), lead.reshape(RESOLUTION, RESOLUTION), levels=[0.0])
        lines += contours.allsegs[0]  # all their points: a line of few would not bend with the layer
    return [line for line in lines if len(line) > 1]


def _count_together(ax: Axes, places: NDArray[np.float64]) -> None:
    """Write how many points lie on one place, where few of them are drawn."""
    if len(places) > 30:
        return
    nearness = SAME * max(float(np.ptp(places, axis=0).max()), 1e-12)
    _, first, counts = np.unique(np.rint(places / nearness), axis=0, return_index=True, return_counts=True)
    for index, count in zip(first, counts, strict=True):
        if count > 1:
            ax.annotate(
                f"{count} points",
                places[index],
                xytext=(8, -6),
                textcoords="offset points",
                va="top",
                fontsize="small",
                zorder=4,
            )


def _name_axes(ax: Axes, title: str, names: tuple[str, ...]) -> None:
    ax.set_title(title, loc="left", fontsize="medium")
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
