"""What a notebook shows of a cell: printed text, the value of its last expression, pictures; as MIME bundles."""

from __future__ import annotations

import base64
import io
import sys
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Bundle: TypeAlias = dict[str, str]
"""By MIME type; pictures in base64, as notebooks hold them."""

# The methods by which IPython asks an object for its picture, the best first.
_METHODS: Final = (("_repr_svg_", "image/svg+xml"), ("_repr_png_", "image/png"), ("_repr_html_", "text/html"))


def bundle_of(value: Any) -> Bundle | None:
    """Return the picture of a value, or None if it has none.

    Parameters
    ----------
    value : object
        Matplotlib's axes and figures, and objects with `_repr_svg_`, `_repr_png_` or `_repr_html_`, have one.

    Returns
    -------
    dict or None
        By MIME type, with a short text for places that show no pictures.

    Examples
    --------
    >>> class Dot:
    ...     def _repr_svg_(self):
    ...         return "<svg/>"
    >>> bundle_of(Dot())
    {'image/svg+xml': '<svg/>', 'text/plain': '<Dot>'}
    >>> bundle_of(3) is None
    True
    """
    for method, kind in _METHODS:
        picture = getattr(value, method, None)
        content = picture() if callable(picture) and not isinstance(value, type) else None
        if content is not None:
            return {kind: _text(content), "text/plain": f"<{type(value).__name__}>"}
    figure = figure_of(value)
    return None if figure is None else bundle_of_figure(figure)


def figure_of(value: Any) -> Figure | None:
    """Return the Matplotlib figure that a value is or is drawn on, or None if it is neither."""
    if "matplotlib.figure" not in sys.modules:  # then nothing can be one
        return None
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(value, Axes):
        value = value.figure.figure  # of a part of a figure, the whole
    return value if isinstance(value, Figure) else None


def bundle_of_figure(figure: Figure) -> Bundle:
    """Return a Matplotlib figure as a PNG, with the edges that notebooks leave."""
    picture = io.BytesIO()
    # Without the version of Matplotlib in it, the same picture is the same bytes.
    figure.savefig(picture, format="png", bbox_inches="tight", metadata={"Software": None})
    return {"image/png": _text(picture.getvalue()), "text/plain": "<Figure>"}


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
