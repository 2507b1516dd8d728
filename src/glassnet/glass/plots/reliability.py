"""Whether a classifier is as often right as it is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.plots.style import BLUE, GREY, VERMILION, axes_or_new, legend_above, plain_axes, shown_by_notebooks
from glassnet.mathematics.calibration import BINS, reliability_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike


def reliability(t: ArrayLike, probabilities: ArrayLike, bins: int = BINS, ax: Axes | None = None) -> Axes:
    """Draw how often answers of each confidence were right, beside the line on which both are equal.

    Parameters
    ----------
    t : array of shape (N,), (N, 1) or (N, n_classes)
        True classes.
    probabilities : array of shape (N, n_classes), (N, 1) or (N,)
        What `predict` gives.
    bins : int, default 15
    ax : Axes, optional
        Where to draw; by default a figure of its own.

    Returns
    -------
    Axes
        With the expected calibration error in its title. Grey bars show which share of the samples is in each bin.

    Raises
    ------
    ShapeError, DataError
        If the arrays do not fit each other, or hold no probabilities.

    Examples
    --------
    >>> reliability([1, 0, 1, 1], [0.9, 0.7, 0.9, 0.7], bins=2).get_title()
    'expected calibration error 0.050'
    """
    curve = reliability_curve(t, probabilities, bins)
    drawn = axes_or_new(ax, (4.6, 4.4))
    filled = curve.counts > 0
    drawn.bar(curve.edges[:-1], curve.counts / curve.counts.sum(), np.diff(curve.edges), align="edge", color=GREY,
              alpha=0.3, label="share of the samples")  # fmt: skip
    drawn.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="as often right as sure")
    drawn.vlines(curve.confidence[filled], curve.confidence[filled], curve.accuracy[filled], color=VERMILION, alpha=0.6)
    drawn.plot(curve.confidence[filled], curve.accuracy[filled], marker="o", color=BLUE, label="accuracy")
    drawn.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy")
    plain_axes(drawn)
    legend_above(drawn, columns=1)
    drawn.set_title(f"expected calibration error {curve.error:.3f}", fontsize="small")
    return shown_by_notebooks(ax, drawn)
