"""What a classifier says all over a plane: its regions, the line between them, and the points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.fonts import lettering_of_classes
from glassnet.glass.plots.sampling import Plane, points_on_plane
from glassnet.glass.plots.style import (
    CLASS_COLORS,
    CLASS_MARKERS,
    axes_or_new,
    legend_above,
    shown_by_notebooks,
)
from glassnet.mathematics.checks import ArgumentTypeError, DataError, ShapeError, as_real_array, describe
from glassnet.mathematics.confusion import class_indices
from glassnet.mathematics.gates import Gate, PerceptronGate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    class Classifier(Protocol):
        """A network, as far as this plot needs it."""

        def classify(self, x: ArrayLike) -> NDArray[np.intp]:
            """Return the class of each row."""


RESOLUTION = 240  # points of the plane on each side
TINT = 0.28  # how much of a class's colour its region has


def decision_regions(
    classify: Classifier | Gate | Callable[[NDArray[np.float64]], Any],
    x: ArrayLike | None = None,
    t: ArrayLike | None = None,
    ax: Axes | None = None,
    *,
    limits: Any = None,
    class_names: Sequence[str] | None = None,
) -> Axes:
    """Draw which class a classifier gives to each place of a plane, the line between the classes, and the points.

    The colour of a region is that of its points: a point that stands in another colour is a mistake.

    Parameters
    ----------
    classify : Network, Perceptron, gate, or callable on rows
        Takes an array of shape (N, 2), gives one class index, 0, 1, …, for each row. Of a network `classify` is asked.
        A gate knows 0 and 1 only: between them its perceptrons are asked.
    x : array of shape (N, 2), optional
        Points; of a gate by default its four inputs.
    t : array of shape (N,) or (N, n_classes), optional
        Their true classes. Without it the points are drawn in the colours of the classes that they are given.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    limits : (low, high), or a pair of these, optional
        Which part of the plane to draw; by default the points with a margin.
    class_names : sequence of str, optional
        Names for the legend instead of the indices.

    Returns
    -------
    Axes
        ``ax.images[0]`` holds the class of each place, the lowest row first.

    Raises
    ------
    ShapeError
        If the points are not of the plane, or not one class comes for each row.
    DataError
        If a class is no whole number.
    ArgumentError
        If neither points nor limits are given.

    Notes
    -----
    Source: lectures 000 and 002, the plane of AND, OR and XOR.

    Examples
    --------
    >>> from glassnet.mathematics import gates
    >>> ax = decision_regions(gates.XOR)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['class 0', 'class 1']
    """
    answer = _as_function(classify)
    if x is None and isinstance(classify, Gate):
        x, t = (table := classify.truth_table())[:, :2], table[:, 2]
    points = np.empty((0, 2)) if x is None else points_on_plane(x)
    plane = Plane.of(limits, points)
    classes = _classes(answer(plane.rows(RESOLUTION)), RESOLUTION**2)
    truth = _truth(t, points, answer)
    n_classes = 1 + max(int(classes.max()), int(truth.max(initial=0)))
    lettering = lettering_of_classes(class_names, n_classes)
    named = class_names is not None and lettering.as_asked
    names = lettering.texts if named else [f"class {k}" for k in range(n_classes)]
    drawn = axes_or_new(ax, (4.4, 4.2))
    draw_regions(drawn, classes.reshape(RESOLUTION, RESOLUTION), plane, n_classes)
    draw_points(drawn, points, truth, names)
    drawn.set_xlabel("$x_1$")
    drawn.set_ylabel("$x_2$")
    one_scale(drawn, plane)
    legend_above(drawn, columns=min(n_classes, 4))
    if legend := drawn.get_legend():
        for text in legend.get_texts():
            text.set_fontfamily(lettering.families)
    return shown_by_notebooks(ax, drawn)


def draw_regions(
    ax: Axes, classes: NDArray[Any], plane: Plane, n_classes: int, leads: dict[int, NDArray[Any]] | None = None
) -> None:
    """Draw a picture of classes, the lowest row first, over the plane, with the lines between them.

    By default a line runs between the places of two classes. Given the `leads` of classes over all others, pictures as
    well, it runs where a lead is 0, which is smooth on a coarse grid too.
    """
    from matplotlib.colors import ListedColormap

    ax.imshow(
        classes,
        cmap=ListedColormap([_tinted(class_color(k)) for k in range(n_classes)]),
        vmin=-0.5,
        vmax=n_classes - 0.5,
        origin="lower",
        extent=(*plane.across, *plane.up),
        interpolation="nearest",
        aspect="auto",
        zorder=0,
    )
    across, up = plane.axes(classes.shape[0])
    if leads is None:
        leads = {int(k): (classes == k) - 0.5 for k in np.unique(classes)}
    for lead in parting(leads):
        ax.contour(across, up, lead, levels=[0.0], colors="black", linewidths=1.0, linestyles="solid", zorder=1)
    ax.set_xlim(*plane.across)
    ax.set_ylim(*plane.up)
    ax.grid(visible=False)


def one_scale(ax: Axes, plane: Plane) -> None:
    """Give both axes one scale if the plane's sides are alike enough."""
    width, height = (high - low for low, high in plane)
    ax.set_aspect("equal" if 0.5 <= width / height <= 2 else "auto")


def parting(leads: dict[int, NDArray[Any]]) -> list[NDArray[Any]]:
    """Return the leads that are 0 somewhere; one of two classes, between which there is one line.

    >>> len(parting({0: np.array([-1.0, 1.0]), 1: np.array([1.0, -1.0]), 2: np.array([-3.0, -2.0])}))
    1
    """
    crossing = [lead for lead in leads.values() if lead.min() < 0 < lead.max()]
    return crossing[1:] if len(crossing) == 2 else crossing


def leads_of(outputs: NDArray[Any]) -> dict[int, NDArray[np.float64]]:
    """Return by how much the output of each class is ahead of the others'; of one output, it is class 1 over ½.

    >>> {k: lead.tolist() for k, lead in leads_of(np.array([[0.25, 0.75]])).items()}
    {0: [-0.5], 1: [0.5]}
    """
    y = outputs.astype(np.float64)
    if y.shape[1] == 1:
        return {1: y[:, 0] - 0.5}
    return {k: y[:, k] - np.delete(y, k, axis=1).max(axis=1) for k in range(y.shape[1])}


def draw_points(ax: Axes, points: NDArray[Any], classes: NDArray[np.intp], names: Sequence[str]) -> None:
    """Draw points, each class with its colour and marker, with an entry for the legend."""
    size = 60 if len(points) <= 30 else 26 if len(points) <= 300 else 10
    for k in np.unique(classes):
        across, up = points[classes == k].T
        ax.scatter(
            across,
            up,
            s=size,
            color=class_color(int(k)),
            marker=CLASS_MARKERS[k % len(CLASS_MARKERS)],
            edgecolors="black",
            linewidths=0.8 if size > 10 else 0.3,
            label=names[k],
            zorder=3,
            clip_on=size <= 10,
        )


def class_color(k: int) -> str:
    """Return the colour of class k; after the last one they begin anew.

    >>> class_color(0) == class_color(len(CLASS_COLORS))
    True
    """
    return CLASS_COLORS[k % len(CLASS_COLORS)]


def _tinted(color: str) -> tuple[float, float, float]:
    """Return the colour mixed with white: lines and points stand out on it."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - TINT * (1 - part) for part in to_rgb(color))
    return red, green, blue


def _as_function(classify: Any) -> Callable[[NDArray[np.float64]], Any]:
    if isinstance(classify, Gate):
        return lambda rows: gate_on_the_plane(classify, rows)
    if hasattr(classify, "classify"):
        return classify.classify
    if callable(classify):
        return classify
    raise ArgumentTypeError(
        f"classify must be a network, a perceptron, a gate or a function of rows, got {describe(classify)}. "
        "Write for example lambda rows: rows[:, 0] > 0.5."
    )


def gate_on_the_plane(gate: Any, rows: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return what a gate says of any points: its perceptrons take all numbers, not bits alone.

    >>> from glassnet.mathematics import gates
    >>> gate_on_the_plane(gates.XOR, np.array([[0.5, 0.5], [2.0, 2.0]])).tolist()
    [1, 0]
    """
    if isinstance(gate, PerceptronGate):
        return np.asarray(gate.perceptron(rows))
    if not hasattr(gate, "hidden"):
        raise ArgumentTypeError(
            f"a gate must be made of perceptrons to be drawn, got {describe(gate)}. Give a function of rows instead."
        )
    first, second = (gate_on_the_plane(part, rows) for part in gate.hidden)
    return np.asarray(gate.output(first, second))


def _classes(answers: Any, n_rows: int) -> NDArray[np.intp]:
    classes = as_real_array(answers, "classify(x)")
    if classes.shape == (n_rows, 1):
        classes = classes[:, 0]
    if classes.shape != (n_rows,):
        raise ShapeError(
            f"classify must give one class for each of {n_rows:,} rows, got {describe(classes)}. "
            "Of probabilities take the class: lambda rows: network.predict(rows).argmax(axis=1)."
        )
    if not np.all((classes >= 0) & (classes == np.rint(classes))):
        wrong = classes[~((classes >= 0) & (classes == np.rint(classes)))][0]
        raise DataError(
            f"classify must give class indices 0, 1, …, got {wrong:g}. Of a number make a class by a comparison: "
            "lambda rows: network.predict(rows)[:, 0] > 0.5."
        )
    return class_indices(classes, name="classify(x)")


def _truth(t: ArrayLike | None, points: NDArray[Any], answer: Callable[[NDArray[np.float64]], Any]) -> NDArray[np.intp]:
    if len(points) == 0:
        if t is not None:
            raise ArgumentTypeError(f"t must come with points x, got t = {describe(t)} alone. Pass both, or neither.")
        return np.empty(0, np.intp)
    if t is None:
        return _classes(answer(points.astype(np.float64)), len(points))
    truth = class_indices(t)
    if len(truth) != len(points):
        raise ShapeError(
            f"t must have one class for each of the {len(points)} points, got {len(truth)}. Take the same samples."
        )
    return truth
