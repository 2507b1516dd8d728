"""What a notebook shows of a cell: printed text, the value of its last expression, pictures; as MIME bundles."""

from __future__ import annotations

import base64
import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Bundle: TypeAlias = dict[str, str]
"""By MIME type; pictures in base64, as notebooks hold them."""


@dataclass(frozen=True)
class Shown:
    """What a notebook shows of a value.

    Parameters
    ----------
    data : dict
        By MIME type; "text/plain" is always there.
    words : str
        What stands in a picture, for those who cannot see it: titles and axes; empty where nothing is known.
    """

    data: Bundle
    words: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is more than a text."""
        return len(self.data) > 1


# The methods by which IPython asks an object for its picture. Of several that an object has, a notebook holds all: a
# moving picture is HTML, and a PNG for what shows no HTML.
_METHODS: Final = (("_repr_svg_", "image/svg+xml"), ("_repr_png_", "image/png"), ("_repr_html_", "text/html"))


def shown(value: Any) -> Shown:
    """Return what a notebook shows of a value: its picture if it has one, else its text.

    Parameters
    ----------
    value : object
        Matplotlib's axes and figures, and objects with `_repr_svg_`, `_repr_png_` or `_repr_html_`, have a picture.

    Returns
    -------
    Shown
        By MIME type, with a short text for places that show no pictures.

    Examples
    --------
    >>> class Dot:
    ...     title = "A dot"
    ...     def _repr_svg_(self):
    ...         return "<svg/>"
    >>> shown(Dot())
    Shown(data={'image/svg+xml': '<svg/>', 'text/plain': '<Dot>'}, words='A dot')
    >>> shown(3)
    Shown(data={'text/plain': '3'}, words='')
    """
    data = {}
    for method, kind in _METHODS:
        picture = getattr(value, method, None)
        content = picture() if callable(picture) and not isinstance(value, type) else None
        if content is not None:
            data[kind] = _text(content)
    if data:
        title = getattr(value, "title", "")
        return Shown(data | {"text/plain": f"<{type(value).__name__}>"}, title if isinstance(title, str) else "")
    figure = figure_of(value)
    return Shown({"text/plain": repr(value)}) if figure is None else shown_figure(figure)


def figure_of(value: Any) -> Figure | None:
    """Return the Matplotlib figure that a value is or is drawn on, or None if it is neither."""
    if "matplotlib.figure" not in sys.modules:  # then nothing can be one
        return None
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(value, Axes):
        value = value.figure.figure  # of a part of a figure, the whole
    return value if isinstance(value, Figure) else None


def shown_figure(figure: Figure) -> Shown:
    """Return a Matplotlib figure as a PNG, with the edges that notebooks leave."""
    picture = io.BytesIO()
    # Without the version of Matplotlib in it, the same picture is the same bytes.
    figure.savefig(picture, format="png", bbox_inches="tight", metadata={"Software": None})
    return Shown({"image/png": _text(picture.getvalue()), "text/plain": "<Figure>"}, _words_of(figure))


def _words_of(figure: Figure) -> str:
    """Return the titles in a figure and what its axes are, each once."""
    titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
    labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel())]
    parts = ["; ".join(dict.fromkeys(filter(None, texts))) for texts in (titles, labels)]
    return " ".join(" | ".join(filter(None, parts)).split())


def open_figures() -> list[Figure]:
    """Return the figures that pyplot holds, which a notebook shows below the cell, and let pyplot forget them."""
    if "matplotlib.pyplot" not in sys.modules:
        return []
    import matplotlib.pyplot as plt

    figures = [plt.figure(number) for number in plt.get_fignums()]
    plt.close("all")
    return figures


def _text(content: str | bytes) -> str:
    return base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content
