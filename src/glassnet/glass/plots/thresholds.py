"""What a classifier gives up for what, as its threshold moves: the curves of scikit-learn, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.plots.style import (
    CLASS_COLORS,
    GREY,
    axes_or_new,
    legend_above,
    plain_axes,
    shown_by_notebooks,
)
from glassnet.mathematics.checks import DataError, ShapeError, as_real_array, check_finite, describe
from glassnet.mathematics.class_metrics import check_length
from glassnet.mathematics.confusion import class_indices
from glassnet.mathematics.libraries import need

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray


def roc(
    t: ArrayLike, probabilities: ArrayLike, ax: Axes | None = None, *, class_names: Sequence[str] | None = None
) -> Axes:
    """Draw the share of a class that is found by the share of the others that is taken for it, with the area below.

    Parameters
    ----------
    t : array of shape (N,), (N, 1) or (N, n_classes)
        True classes.
    probabilities : array of shape (N, n_classes), (N, 1) or (N,)
        What `predict` gives. Of several classes each has a curve, against all others.
    ax : Axes, optional
        Where to draw; by default a figure of its own.
    class_names : sequence of str, optional
        One for each class.

    Returns
    -------
    Axes

    Raises
    ------
    MissingLibraryError
        If scikit-learn, whose curves these are, is not installed.
    ShapeError, DataError
        If the arrays do not fit each other, or no class has both samples of it and of others.

    Examples
    --------
    >>> axes = roc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> axes.get_legend_handles_labels()[1]
    ['1: area 0.750']
    """
    metrics = need("sklearn.metrics", extra="sklearn", what="gn.plots.roc")
    drawn = axes_or_new(ax, (4.6, 4.4))
    drawn.plot([0, 1], [0, 1], color=GREY, linestyle="--")
    for name, color, truth, score in _curves(t, probabilities, class_names):
        wrong, found, _ = metrics.roc_curve(truth, score)
        drawn.plot(wrong, found, color=color, label=f"{name}: area {metrics.auc(wrong, found):.3f}")
    drawn.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="false positive rate", ylabel="true positive rate (recall)")
    return _finished(drawn, ax)


def precision_recall(
    t: ArrayLike, probabilities: ArrayLike, ax: Axes | None = None, *, class_names: Sequence[str] | None = None
) -> Axes:
    """Draw how many of those found are right by how many of a class are found, with the average precision.

    Parameters
    ----------
    t, probabilities, ax, class_names
        As for `roc`.

    Returns
    -------
    Axes

    Raises
    ------
    MissingLibraryError, ShapeError, DataError
        As `roc`.

    Examples
    --------
    >>> axes = precision_recall([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> axes.get_legend_handles_labels()[1]
    ['1: average 0.833']
    """
    metrics = need("sklearn.metrics", extra="sklearn", what="gn.plots.precision_recall")
    drawn = axes_or_new(ax, (4.6, 4.4))
    for name, color, truth, score in _curves(t, probabilities, class_names):
        precision, recall, _ = metrics.precision_recall_curve(truth, score)
        average = metrics.average_precision_score(truth, score)
        drawn.step(recall, precision, where="post", color=color, label=f"{name}: average {average:.3f}")
    drawn.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    return _finished(drawn, ax)


def _curves(
    t: ArrayLike, probabilities: ArrayLike, class_names: Sequence[str] | None
) -> Iterator[tuple[str, str, NDArray[np.bool_], NDArray[Any]]]:
    """Give each class that can have a curve, with its colour, whether samples are of it, and how likely."""
    p = as_real_array(probabilities, "probabilities")
    if p.ndim not in {1, 2} or not p.size:
        raise ShapeError(f"probabilities must be (N, n_classes), (N, 1) or (N,), got {describe(p)}.")
    check_finite("probabilities", p)
    p = p.reshape(len(p), -1)
    n_classes = max(p.shape[1], 2)
    truth = class_indices(t, n_classes)
    check_length(truth, p)
    names = [str(index) for index in range(n_classes)] if class_names is None else list(map(str, class_names))
    if len(names) != n_classes:
        raise ShapeError(f"class_names must name each of the {n_classes} classes, got {len(names)}.")
    there = [index for index in range(n_classes) if 0 < np.count_nonzero(truth == index) < len(truth)]
    if not there:
        raise DataError("t must hold samples of two classes or more for a curve. Pass more samples.")
    for index in there if p.shape[1] > 1 else [1]:
        score = p[:, index] if p.shape[1] > 1 else p[:, 0]
        yield names[index], CLASS_COLORS[index % len(CLASS_COLORS)], truth == index, score


def _finished(drawn: Axes, ax: Axes | None) -> Axes:
    plain_axes(drawn)
    legend_above(drawn, columns=2)
    return shown_by_notebooks(ax, drawn)
