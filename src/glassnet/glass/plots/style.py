"""What all plots share: colours that colour-blind eyes can tell apart, and the axes that they draw on.

A plot draws on the `ax` it is given. Without one it makes a `Figure` of its own, outside pyplot: nothing becomes
pyplot's current figure, nothing has to be closed, and the same code runs in a notebook, a script and a server. Because
a notebook shows only pyplot's figures by itself, the axes of such a figure carry IPython's `_repr_png_`: as the last
expression of a cell they are shown.
"""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

from glassnet.mathematics.checks import ArgumentTypeError, describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From the palette of M. Okabe and K. Ito, "Color Universal Design" (2008), told apart by every kind of colour vision.
# Lightness differs as well, so that they stay apart on a grey printer.
BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
GREY = "#7F7F7F"

# One for each class; their markers differ too, so that the colours need not be told apart. Beyond them they repeat.
CLASS_COLORS = (BLUE, VERMILION, GREEN, "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", GREY)
CLASS_MARKERS = ("o", "s", "^", "D", "v", "P", "X")

INK_ON_PAPER = "Greys"  # digits as lecture 002 shows them: 0 white, ink black
LIGHT_ON_DARK = "gray"  # pixel values as they are: 0 black
DIVERGING = "PuOr"  # both signs, white at 0, safe for the colour-blind
SEQUENTIAL = "YlOrBr"  # lightness falls steadily from white

# Of a font of size 1: the width of a common letter or figure, and the distance of two lines.
LETTER_WIDTH = 0.65
LINE_HEIGHT = 1.25


def axes_or_new(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return `ax`, or the axes of a new figure of `size` (width, height) in inches if it is None."""
    from matplotlib.axes import Axes

    if ax is None:
        return new_figure(size).add_subplot()
    if not isinstance(ax, Axes):
        raise ArgumentTypeError(
            f"ax must be a Matplotlib Axes or None, got {describe(ax)}. Of an array of Axes give one, such as axes[0]."
        )
    return ax


def new_figure(size: tuple[float, float]) -> Figure:
    """Return an empty figure of `size` in inches that pyplot does not know."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def legend_above(ax: Axes, columns: int | None = None) -> None:
    """Put the legend above `ax`, where it covers no data, in so many columns (by default all in one row)."""
    handles, labels = ax.get_legend_handles_labels()
    if handles:
        ax.legend(
            handles,
            labels,
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=columns or len(handles),
            frameon=False,
            fontsize="small",
            columnspacing=1.2,
            handlelength=1.4,
            borderaxespad=0.2,
        )


def plain_axes(ax: Axes) -> None:
    """Leave of the frame its left and its lower line, with a faint grid behind the data."""
    ax.grid(visible=True, alpha=0.3)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Return width and height of `ax` as it lies now; the layout that is made in drawing may change them."""
    box = ax.get_window_extent()
    return box.width * 72 / ax.figure.dpi, box.height * 72 / ax.figure.dpi


def shown_by_notebooks(ax: Axes | None, drawn: Axes) -> Axes:
    """Return `drawn`, which a notebook will show if the plot was given no `ax` and made the figure itself."""
    if ax is None:
        show_in_notebooks(drawn, drawn.figure.figure)
    return drawn


def show_in_notebooks(artist: Axes | Figure, figure: Figure) -> None:
    """Give `artist` the method by which IPython asks an object for its picture."""
    vars(artist)["_repr_png_"] = partial(_png, figure)


def _png(figure: Figure) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
