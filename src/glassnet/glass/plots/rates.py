"""What a learning-rate range test found: the loss by the rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.plots.style import BLUE, GREY, VERMILION, axes_or_new, legend_above, plain_axes, shown_by_notebooks
from glassnet.mathematics.checks import ArgumentTypeError, describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from glassnet.glass.doctor.rate_range import RateRange

HEADROOM = 1.5
"""How far above the loss before the axis goes: losses beyond, and those that are not finite, leave the picture."""


def learning_rates(tested: RateRange, ax: Axes | None = None) -> Axes:
    """Draw the loss that each learning rate leads to within the same steps, and the rate that is proposed.

    Parameters
    ----------
    tested : RateRange
        What `gn.learning_rate_range_test` returned.
    ax : Axes, optional
        Where to draw; by default a figure of its own.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentTypeError
        If it is something else.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> x = np.random.default_rng(0).normal(size=(100, 2))
    >>> tested = gn.learning_rate_range_test(gn.Network([gn.Dense(2, 1)], "mean_squared_error"), x, x[:, :1])
    >>> gn.plots.learning_rates(tested).get_xscale()
    'log'
    """
    if not hasattr(tested, "suggestion"):
        raise ArgumentTypeError(
            f"tested must be what gn.learning_rate_range_test returned, got {describe(tested)}. Call that first."
        )
    drawn = axes_or_new(ax, (6, 3.6))
    losses = np.array(tested.losses)
    shown = np.where(np.isfinite(losses), losses, np.nan)
    drawn.semilogx(tested.rates, shown, marker="o", color=BLUE, label=f"loss after {tested.steps} steps")
    drawn.axhline(tested.start, color=GREY, linestyle="--", label="loss before")
    if tested.suggestion is not None:
        drawn.axvline(tested.suggestion, color=VERMILION, label=f"proposed: {tested.suggestion:g}")
    lowest = min(0.0, float(losses.min()))
    drawn.set_ylim(lowest, lowest + HEADROOM * max(tested.start - lowest, 1e-12))
    drawn.set(xlabel="learning rate", ylabel="loss")
    plain_axes(drawn)
    legend_above(drawn)
    return shown_by_notebooks(ax, drawn)
