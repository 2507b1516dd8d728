"""Activation functions as curves, each with its derivative: where it saturates, dies, jumps or has a kink is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.sampling import POINTS, interval
from glassnet.glass.plots.style import (
    BLUE,
    GREY,
    VERMILION,
    axes_or_new,
    legend_above,
    new_figure,
    plain_axes,
    show_in_notebooks,
    shown_by_notebooks,
)
from glassnet.mathematics import functions
from glassnet.mathematics.checks import ArgumentTypeError, as_float_array, check_choice, describe
from glassnet.mathematics.function import Function, VectorFunction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

LIMITS = (-4.0, 4.0)
AXES_SIZE = (3.1, 2.5)
HEIGHTS = (-1.5, 2.5)  # of the overview: all bounds and jumps are within, and those that never end need not be seen far
COLUMNS = 4

# What the overview gives to functions that have no defaults: for PReLU the slope with which He et al. (2015) begin to
# learn it, for Maxout two affine pieces, max(−x/2 − 3/2, x), that neither ReLU nor leaky ReLU has.
EXAMPLES: dict[str, dict[str, Any]] = {
    "prelu": {"alpha": 0.25},
    "maxout": {"W": [[[-0.5]], [[1.0]]], "b": [[-1.5], [0.0]]},
}
OVERVIEW = ("step", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "maxout")


def activation_function(
    function: Function | str,
    ax: Axes | None = None,
    *,
    limits: tuple[float, float] = LIMITS,
    derivative: bool = True,
    **parameters: Any,
) -> Axes:
    """Draw an activation function (solid) with its derivative (dashed).

    Where the value or the derivative jumps, its line breaks: a disc is the value that is taken there, a ring each limit
    that is not. A diamond marks a kink. Thin lines stand at the bounds of the function's range, and thin oblique ones
    are the pieces of a maxout.

    Parameters
    ----------
    function : function of gn.functions, or its name
        An elementwise one, or `maxout` with one input and one unit.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    limits : (low, high), default (-4, 4)
        From where to where x runs.
    derivative : bool, default True
        Whether to draw the derivative.
    **parameters
        Those of the function: ``alpha=0.25``; for `maxout` ``W`` of shape (pieces, 1, 1) and ``b`` (pieces, 1).

    Returns
    -------
    Axes
        ``ax.lines[0]`` is the function, ``ax.lines[1]`` its derivative.

    Raises
    ------
    ArgumentTypeError
        If it is no such function, or lacks a parameter.
    ArgumentError
        If there is none of that name, or the limits are not in order.

    Notes
    -----
    Source: lecture 000, types of activation functions; lectures 002 and 004.

    Examples
    --------
    >>> ax = activation_function(functions.sigmoid)
    >>> [line.get_label() for line in ax.lines[:2]], float(max(ax.lines[1].get_ydata()))
    (['sigmoid(x)', 'derivative'], 0.25)
    """
    curve = _Curve(_checked_function(function), parameters)
    low, high = interval(limits)
    drawn = axes_or_new(ax, (4.2, 3.3))
    _draw(drawn, curve, (low, high), derivative=derivative)
    legend_above(drawn)
    return shown_by_notebooks(ax, drawn)


def activation_functions(
    names: Sequence[Function | str] = OVERVIEW, *, limits: tuple[float, float] = LIMITS, derivative: bool = True
) -> Figure:
    """Draw several activation functions with their derivatives side by side on a new figure, on one scale.

    Parameters
    ----------
    names : sequence of functions of gn.functions or their names
        By default step, sigmoid, tanh, relu, leaky_relu, prelu (α = 0.25), elu and maxout (of −x/2 − 3/2 and x).
    limits : (low, high), default (-4, 4)
        From where to where x runs.
    derivative : bool, default True
        Whether to draw the derivatives.

    Returns
    -------
    Figure
        One axes a function, ``figure.axes``, each with the function's name as its title.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        As for `activation_function`.

    Examples
    --------
    >>> [ax.get_title() for ax in activation_functions(["relu", "elu"]).axes]
    ['relu', 'elu']
    """
    if isinstance(names, str | Function):
        names = [names]
    if not hasattr(names, "__iter__") or not list(names):
        raise ArgumentTypeError(f"names must list functions, got {describe(names)}. Write ['sigmoid', 'relu'].")
    chosen = [_checked_function(name) for name in names]
    curves = [_Curve(function, EXAMPLES.get(function.name, {})) for function in chosen]
    low, high = interval(limits)
    columns = min(COLUMNS, len(curves))
    rows = -(-len(curves) // columns)
    figure = new_figure((AXES_SIZE[0] * columns, AXES_SIZE[1] * rows + 0.3))
    every = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for ax, curve in zip(every, curves, strict=False):
        _draw(ax, curve, (low, high), derivative=derivative)
        ax.set_title(curve.function.name, fontsize="medium")
        ax.tick_params(labelbottom=True)
    figure.axes[0].set_ylim(*HEIGHTS)
    for ax in every[len(curves) :]:
        ax.remove()
    handles = [line for line in figure.axes[0].lines if not str(line.get_label()).startswith("_")]
    labels = ["function", "derivative"][: len(handles)]
    figure.legend(handles, labels, loc="outside upper left", ncols=2, frameon=False, fontsize="small")
    show_in_notebooks(figure, figure)
    return figure


class _Curve:
    """A function of one number, with its parameters: its values, its derivatives, its kinks and its affine pieces."""

    def __init__(self, function: Function, parameters: dict[str, Any]) -> None:
        self.function = function
        given = function.defaults | parameters
        self.parameters = {name: as_float_array(value, name)[()] for name, value in given.items()}
        self.is_maxout = isinstance(function, VectorFunction)
        self.pieces = self._maxout_pieces() if self.is_maxout else []
        self.kinks = self._crossings() if self.is_maxout else list(function.kinks)

    def values(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.function(x[:, np.newaxis] if self.is_maxout else x, **self.parameters).reshape(-1)

    def slopes(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.function.derivative(x[:, np.newaxis] if self.is_maxout else x, **self.parameters).reshape(-1)

    @property
    def label(self) -> str:
        """The function as it is called, numbers of parameters included."""
        numbers = [f", {name}={value:g}" for name, value in self.parameters.items() if np.ndim(value) == 0]
        return f"{self.function.name}(x{''.join(numbers)})"

    def _maxout_pieces(self) -> list[tuple[float, float]]:
        self.values(np.zeros(1))  # which checks the shapes
        W, b = self.parameters["W"], self.parameters["b"]
        if W.shape[1:] != (1, 1):
            raise ArgumentTypeError(
                f"W of a maxout that is drawn over x must have the shape (pieces, 1, 1), got {W.shape}. "
                "Give one input and one unit: W=[[[1.0]], [[0.1]]], b=[[0.0], [0.0]]."
            )
        return list(zip(W.ravel().tolist(), b.ravel().tolist(), strict=True))

    def _crossings(self) -> list[float]:
        """Return where one piece of the maxout takes over from another."""
        crossings = {
            (b2 - b1) / (w1 - w2) + 0.0  # not −0
            for index, (w1, b1) in enumerate(self.pieces)
            for w2, b2 in self.pieces[index + 1 :]
            if w1 != w2
        }
        slope = dict.fromkeys(crossings, 0.0)
        for at in crossings:
            on_top = [w for w, b in self.pieces if np.isclose(w * at + b, self.values(np.array([at]))[0], atol=1e-12)]
            slope[at] = max(on_top) - min(on_top)
        return sorted(at for at in crossings if slope[at] > 0)


def _checked_function(function: Any) -> Function:
    known = {
        name: one
        for name in functions.__all__
        if isinstance(one := getattr(functions, name), Function)
        and (not isinstance(one, VectorFunction) or name == "maxout")
    }
    if isinstance(function, str):
        return known[check_choice("function", function, known)]
    if not isinstance(function, Function) or (isinstance(function, VectorFunction) and function.name not in known):
        raise ArgumentTypeError(
            f"function must be an elementwise function of gn.functions ({', '.join(sorted(known))}), "
            f"got {describe(function)}. Give gn.functions.relu, or 'relu'."
        )
    return function


def _draw(ax: Axes, curve: _Curve, limits: tuple[float, float], *, derivative: bool) -> None:
    x = np.linspace(*limits, POINTS)
    kinks = [kink for kink in curve.kinks if limits[0] < kink < limits[1]]
    jumps = _draw_broken(ax, curve.values, x, kinks, color=BLUE, linewidth=2.0, label=curve.label, zorder=3)
    if derivative:
        style = {"color": VERMILION, "linewidth": 1.6, "linestyle": (0, (4, 2)), "label": "derivative", "zorder": 3.2}
        _draw_broken(ax, curve.slopes, x, kinks, **style)
    for kink in kinks:
        left, right = curve.slopes(np.array([kink - 1e-9, kink + 1e-9]))
        if kink not in jumps and not np.isclose(left, right, atol=1e-6):
            ax.plot(
                [kink],
                curve.values(np.array([kink])),
                "D",
                color=BLUE,
                markeredgecolor="white",
                markersize=6,
                zorder=4,
                label="_kink",
            )
    for slope, intercept in curve.pieces:
        ax.plot(x, slope * x + intercept, color=GREY, linewidth=0.8, zorder=1, label="_piece", scaley=False)
    for bound in curve.function.value_range:
        if np.isfinite(bound):
            ax.axhline(bound, color=GREY, linewidth=0.9, linestyle=":", zorder=1, label="_range")
    plain_axes(ax)
    ax.axvline(0, color=GREY, linewidth=0.6, zorder=0.5, label="_zero")
    ax.set_xlim(*limits)
    ax.set_xlabel("x")


def _draw_broken(ax: Axes, f: Any, x: NDArray[np.float64], kinks: list[float], **style: Any) -> list[float]:
    """Draw a line that breaks at the kinks where it jumps, with a disc or ring at each end; return those kinks."""
    near = 1e-9
    at: list[NDArray[np.float64]] = [x]
    jumps = []
    for kink in kinks:
        left, here, right = f(np.array([kink - near, kink, kink + near]))
        if not np.isclose(left, right, atol=1e-6):
            jumps.append((kink, left, here, right))
            at.append(np.array([kink - near, kink, kink + near]))
    places = np.unique(np.concatenate(at))
    values = np.where(np.isin(places, [jump[0] for jump in jumps]), np.nan, f(places))
    ax.plot(places, values, **style)
    marks = {"color": style["color"], "markersize": 5, "linestyle": "", "zorder": style["zorder"] + 0.5}
    for kink, left, here, right in jumps:
        rings = [end for end in (left, right) if not np.isclose(end, here, atol=1e-6)]
        ax.plot([kink] * len(rings), rings, "o", markerfacecolor=ax.get_facecolor(), label="_limit", **marks)
        ax.plot([kink], [here], "o", label="_taken", **marks)
    return [jump[0] for jump in jumps]
