"""The confusion matrix: which classes a network takes for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.fonts import Lettering, checked_names, lettering_of_classes
from glassnet.glass.plots.style import LETTER_WIDTH, SEQUENTIAL, axes_or_new, shown_by_notebooks, size_in_points
from glassnet.mathematics.confusion import confusion_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

RIGHT = "#E3E9EE"  # cells of right answers: pale, so that the errors stand out
MOST_ANNOTATED = 30  # with more classes the numbers could not be read


def confusion_matrix(
    t: ArrayLike,
    predicted: ArrayLike,
    class_names: Sequence[str] | None = None,
    normalize: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each class was answered by each class.

    Rows are true classes, columns are answers. The right answers, on the diagonal, are pale whatever their number; the
    colour of the others grows with the number of errors, so that the commonest mistake is the darkest cell.

    Parameters
    ----------
    t : array of shape (N,) or (N, n_classes)
        True classes: indices or rows.
    predicted : array of shape (N,) or (N, n_classes)
        What the network answered, in the same forms.
    class_names : sequence of str, optional
        The name of each class; by default its index.
    normalize : bool, default False
        Write the percentage of each row (the share of a true class) instead of counts.
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If the lengths differ or there are no samples.
    DataError
        If a class is out of range.

    Examples
    --------
    >>> ax = confusion_matrix([0, 1, 1, 1], [0, 1, 0, 1], class_names=["no", "yes"])
    >>> ax.get_title(loc="left")
    '3 of 4 right (75.00%)'
    >>> [text.get_text() for text in ax.texts]
    ['1', '', '1', '2']
    """
    n_classes = None if class_names is None else len(checked_names(class_names))
    counts = confusion_counts(t, predicted, n_classes)
    n_classes = len(counts)
    lettering = lettering_of_classes(class_names, n_classes)
    inches = float(np.clip(1.6 + 0.42 * n_classes, 3.0, 9.0))
    drawn = axes_or_new(ax, (inches + 0.1, inches))
    values = _row_percentages(counts) if normalize else counts
    _draw_cells(drawn, values, normalize=normalize)
    _label(drawn, lettering, n_classes)
    right, total = int(np.trace(counts)), int(counts.sum())
    drawn.set_title(f"{right:,} of {total:,} right ({right / total:.2%})", loc="left", fontsize="medium")
    return shown_by_notebooks(ax, drawn)


def _row_percentages(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the counts as percentages of their row; nan in the row of a class that did not occur."""
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(100.0 * counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)


def _draw_cells(ax: Axes, values: NDArray[Any], *, normalize: bool) -> None:
    import matplotlib as mpl

    n = len(values)
    errors = np.ma.masked_invalid(values.astype(np.float64))
    errors[np.arange(n), np.arange(n)] = np.ma.masked
    most = float(errors.max()) if errors.count() else 0.0
    colors = mpl.colormaps[SEQUENTIAL].with_extremes(bad=RIGHT)
    image = ax.imshow(errors, cmap=colors, vmin=0, vmax=max(most, 1e-9))
    ax.grid(visible=False)
    if n > MOST_ANNOTATED:
        return
    texts = [[_cell_text(value, normalize=normalize) for value in row] for row in values]
    longest = max(len(text) for row in texts for text in row)
    size = float(np.clip(min(size_in_points(ax)) / n / (LETTER_WIDTH * (max(longest, 2) + 0.5)), 3.0, 11.0))
    for (i, j), value in np.ndenumerate(errors.filled(np.nan)):
        color = _readable_on(image.to_rgba(np.ma.masked_invalid([value]))[0])
        weight = "bold" if i == j else "normal"
        ax.text(j, i, texts[i][j], ha="center", va="center", fontsize=size, color=color, fontweight=weight)


def _cell_text(value: float, *, normalize: bool) -> str:
    """Return a cell's number; nothing for 0, so that the errors are seen, nor for a class that did not occur."""
    if value == 0 or np.isnan(value):
        return ""
    return f"{value:.1f}" if normalize else str(int(value))


def _readable_on(color: NDArray[np.floating]) -> str:
    """Return black or white, whichever contrasts more with an RGBA `color` (WCAG 2.1, relative luminance)."""
    linear = np.where(color[:3] <= 0.04045, color[:3] / 12.92, ((color[:3] + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"


def _label(ax: Axes, lettering: Lettering, n_classes: int) -> None:
    """Write the classes along both sides, as many as there is room for."""
    every = -(-n_classes // MOST_ANNOTATED)
    ticks = range(0, n_classes, every)
    texts = [lettering.texts[tick] for tick in ticks]
    long = max(map(len, texts)) > 4
    common: dict[str, Any] = {"fontfamily": lettering.families, "parse_math": False}
    ax.set_xticks(
        ticks, texts, rotation=45 if long else 0, ha="right" if long else "center", rotation_mode="anchor", **common
    )
    ax.set_yticks(ticks, texts, **common)
    note = "" if lettering.as_asked else " (no font for the names)"
    ax.set_xlabel(f"predicted class{note}")
    ax.set_ylabel(f"true class{note}")
