"""An explanation as one figure: the picture, what pixels and units add, the neighbours, the changed picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.explain.sections import grey_range, heading_of, label_of, method_of, number
from glassnet.glass.explain.texts import WORDS
from glassnet.glass.plots.fonts import families_for
from glassnet.glass.plots.style import (
    BLUE,
    GREY,
    LIGHT_ON_DARK,
    VERMILION,
    new_figure,
    plain_axes,
    show_in_notebooks,
)
from glassnet.mathematics.checks import ArgumentTypeError, describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from glassnet.glass.explain.contributions import Contributions
    from glassnet.glass.explain.explanation import Explanation

BARS = 12
NEIGHBOURS = 5
INCHES = 2.3
"""The height of a row of pictures."""


def explanation(explanation: Explanation) -> Figure:
    """Draw an explanation: blue is for the class that is asked about, vermilion against it, white is 0.

    Parameters
    ----------
    explanation : Explanation
        What `net.explain` returned.

    Returns
    -------
    Figure
        Where a sample is a picture, above: it, what each pixel adds, the changed picture; below: the largest
        contributions of hidden units, and the nearest training samples. Otherwise bars alone. Words are in the
        explanation's language if a font has its letters, else in English.

    Raises
    ------
    ArgumentTypeError
        If it is no explanation.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()])
    >>> [ax.get_title() for ax in explanation(net.explain([1.0, 0.5])).axes]
    ['By input', 'By unit of hidden layer A1']
    """
    import matplotlib as mpl

    from glassnet.glass.explain.explanation import Explanation  # which draws itself by this

    if not isinstance(explanation, Explanation):
        raise ArgumentTypeError(
            f"explanation must be what net.explain returned, got {describe(explanation)}. Pass it as it is."
        )
    families, complete = families_for([heading_of(explanation), *WORDS[explanation.language].values()])
    shown = explanation if complete else explanation.within("en")
    with mpl.rc_context({"font.family": families}):
        figure = _draw(shown)
    show_in_notebooks(figure, figure)
    return figure


def _draw(explanation: Explanation) -> Figure:
    pictures = explanation.image_shape is not None
    near = 0 if explanation.neighbours is None else min(NEIGHBOURS, len(explanation.neighbours))
    charts = [explanation.inputs] if not pictures else []
    charts += [explanation.units] if explanation.units is not None else []
    rows = int(pictures) + bool(charts) + int(pictures and near > 0)
    heights = [1.0] * int(pictures) + [1.25] * bool(charts) + [0.75] * int(pictures and near > 0)
    figure = new_figure((8.2, 0.5 + INCHES * sum(heights)))
    figure.suptitle(heading_of(explanation), fontsize="medium")
    grid = figure.add_gridspec(rows, 1, height_ratios=heights)
    row = 0
    if pictures:
        _pictures(figure, grid[row], explanation)
        row += 1
    if charts:
        places = grid[row].subgridspec(1, len(charts))
        for column, parts in enumerate(charts):
            _bars(figure.add_subplot(places[column]), explanation, parts)
        row += 1
    if pictures and near:
        _neighbours(grid[row], explanation, near)
    return figure


def _pictures(figure: Figure, place: Any, explanation: Explanation) -> None:
    words, shape = WORDS[explanation.language], explanation.image_shape
    assert shape is not None  # noqa: S101  # called for pictures only
    axes = place.subgridspec(1, 3).subplots()
    limits = grey_range(explanation)
    _grey(axes[0], explanation.x.reshape(shape), limits, words["picture"])
    image = explanation.inputs.contributions.reshape(shape)
    largest = float(np.abs(image).max()) or 1.0
    drawn = axes[1].imshow(image, cmap=_signed_colours(), vmin=-largest, vmax=largest)
    _bare(axes[1], words["contributions"])
    bar = figure.colorbar(drawn, ax=axes[1], shrink=0.8, ticks=[-largest, 0, largest], format="%+.2g")
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize="x-small", length=2)
    if explanation.change is None:
        axes[2].set_axis_off()
        return
    caption = words["changed_picture"].format(after=explanation.name_of(explanation.change.after))
    _grey(axes[2], explanation.change.x.reshape(shape), limits, caption)
    axes[2].set_xlabel(f"L2 {explanation.change.size:.3g}", fontsize="small")


def _signed_colours() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("vermilion-white-blue", [VERMILION, "#FFFFFF", BLUE])


def _grey(ax: Axes, image: NDArray[Any], limits: tuple[float, float], title: str) -> None:
    low, high = limits
    ax.imshow(image, cmap=LIGHT_ON_DARK, vmin=low, vmax=high)
    _bare(ax, title)


def _bare(ax: Axes, title: str) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)
    ax.set_title(title, fontsize="small")


def _bars(ax: Axes, explanation: Explanation, parts: Contributions) -> None:
    """Draw the largest contributions as bars, with those of the others and the constant in grey below."""
    words = WORDS[explanation.language]
    of_inputs = parts.name == "X"
    largest = parts.largest()
    shown, rest = largest[:BARS], largest[BARS:]
    labels = [f"{parts.name}[0,{index}]" for index, _ in shown]
    values = [value for _, value in shown]
    colours = [BLUE if value > 0 else VERMILION for value in values]
    if rest:
        labels.append(words["others"].format(count=len(rest)))
        values.append(sum(value for _, value in rest))
    labels.append(words["at_baseline" if not parts.exact else "biases" if of_inputs else "bias"])
    values.append(parts.constant)
    colours += [GREY] * (len(values) - len(colours))
    where = np.arange(len(values))
    ax.barh(where, values, color=colours)
    ax.set_yticks(where, labels, fontsize="x-small")
    ax.invert_yaxis()
    ax.axvline(0, color=GREY, linewidth=0.8)
    plain_axes(ax)
    ax.tick_params(axis="x", labelsize="x-small")
    ax.margins(x=0.18)
    for position, value in zip(where, values, strict=True):
        side = "left" if value >= 0 else "right"
        ax.annotate(
            number(value), (value, position), (3 if value >= 0 else -3, 0), textcoords="offset points",
            ha=side, va="center", fontsize="xx-small",
        )  # fmt: skip
    ax.set_title(words["inputs" if of_inputs else "units"].format(name=parts.name), fontsize="small")
    ax.set_xlabel(method_of(explanation, parts), fontsize="x-small")


def _neighbours(place: Any, explanation: Explanation, count: int) -> None:
    near, shape, words = explanation.neighbours, explanation.image_shape, WORDS[explanation.language]
    assert near is not None  # noqa: S101  # called only where there are
    assert shape is not None  # noqa: S101
    axes = np.atleast_1d(place.subgridspec(1, count).subplots())
    limits = grey_range(explanation)
    for position, ax in enumerate(axes):
        caption = words["neighbour"].format(row=near.indices[position], label=label_of(explanation, position))
        _grey(ax, near.rows[position].reshape(shape), limits, caption)
        ax.set_xlabel(f"{words['distance']} {near.distances[position]:.3g}", fontsize="x-small")
