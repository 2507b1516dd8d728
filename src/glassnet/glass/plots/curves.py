"""Learning curves: a metric by epoch, on the training and the validation data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.glass.plots.histories import VALIDATION, HistoryTables
from glassnet.glass.plots.style import (
    BLUE,
    GREEN,
    VERMILION,
    axes_or_new,
    new_figure,
    show_in_notebooks,
    shown_by_notebooks,
)
from glassnet.mathematics.checks import check_choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from glassnet.glass.plots.histories import HistoryLike

SHARES = ("accuracy",)  # metrics from 0 to 1 that are written as percentages
MOST_BLOCKS = 200  # points of the faint curve by step
MOST_MARKERS = 25
FEW_EPOCHS = 3  # with fewer the curve by epoch says little, and the one by step is drawn


def learning_curves(
    history: HistoryLike | Mapping[str, Any],
    metric: str = "loss",
    ax: Axes | None = None,
    *,
    by_step: bool | None = None,
) -> Axes:
    """Draw a metric by epoch: of the training data (solid, discs) and of the validation data (dashed, squares).

    The mean of an epoch stands at the epoch's end. Where the history has evaluations between the epochs, they are drawn
    too (dotted, triangles).

    Parameters
    ----------
    history : History or dict
        What `fit` returned, or the dict that `history.json` holds, with "epochs" and perhaps "steps", "evaluations".
    metric : str, default "loss"
        "loss", "accuracy", "learning_rate" or any other that the history has.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    by_step : bool, optional
        Whether a faint line shows the metric step by step (averaged over blocks of steps, at most 200). By default
        only while there are fewer than three epochs.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If the history does not have the metric.

    Examples
    --------
    >>> history = {"epochs": {"loss": [0.9, 0.4, 0.3], "val_loss": [0.6, 0.4, 0.35]}}
    >>> ax = learning_curves(history)
    >>> [line.get_label() for line in ax.lines]
    ['training, last 0.3', 'validation, last 0.35']
    """
    tables = HistoryTables.of(history)
    metric = check_choice("metric", metric, tables.metrics)
    drawn = axes_or_new(ax, (6.0, 3.8))
    if by_step or (by_step is None and tables.n_epochs < FEW_EPOCHS):
        at, means, length = tables.by_step(metric, MOST_BLOCKS)
        label = "training by step" if length == 1 else f"training, mean of {length} steps"
        if length:
            drawn.plot(at, means, color=BLUE, alpha=0.35, linewidth=1.0, label=label)
    _draw_line(drawn, *tables.by_epoch(metric), label="training", metric=metric, color=BLUE, style="o-")
    _draw_line(
        drawn, *tables.by_epoch(VALIDATION + metric), label="validation", metric=metric, color=VERMILION, style="s--"
    )
    _draw_line(drawn, *tables.evaluated(metric), label="evaluation", metric=metric, color=GREEN, style="^:")
    _finish(drawn, metric, tables.n_epochs)
    return shown_by_notebooks(ax, drawn)


def learning_curves_figure(history: HistoryLike | Mapping[str, Any], *, by_step: bool | None = None) -> Figure:
    """Draw loss and, where the history has it, accuracy side by side on a new figure.

    Parameters
    ----------
    history : History or dict
        As for `learning_curves`.
    by_step : bool, optional
        As for `learning_curves`.

    Returns
    -------
    Figure
        Its axes are ``figure.axes``.

    Raises
    ------
    ArgumentError
        If the history has no loss.

    Examples
    --------
    >>> figure = learning_curves_figure({"epochs": {"loss": [0.9, 0.4], "accuracy": [0.7, 0.9]}})
    >>> [ax.get_ylabel() for ax in figure.axes]
    ['loss', 'accuracy']
    """
    known = HistoryTables.of(history).metrics
    metrics = [metric for metric in ("loss", "accuracy") if metric in known or metric == "loss"]
    figure = new_figure((5.0 * len(metrics), 3.6))
    for ax, metric in zip(figure.subplots(1, len(metrics), squeeze=False)[0], metrics, strict=True):
        learning_curves(history, metric, ax, by_step=by_step)
    show_in_notebooks(figure, figure)
    return figure


def _draw_line(
    ax: Axes,
    at: NDArray[np.float64],
    values: NDArray[np.float64],
    *,
    label: str,
    metric: str,
    color: str,
    style: str,
) -> None:
    """Draw one line, its marker and its dashes being told by `style`, with its last value in the legend."""
    if len(values) == 0:
        return
    last = f"{values[-1]:.2%}" if metric in SHARES else f"{values[-1]:.4g}"
    ax.plot(
        at,
        values,
        style,
        color=color,
        label=f"{label}, last {last}",
        markersize=4.5,
        markevery=-(-len(at) // MOST_MARKERS),
        linewidth=1.6,
    )


def _finish(ax: Axes, metric: str, n_epochs: int) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    ax.set_xlabel("epoch" if n_epochs else "step")
    ax.set_ylabel(metric.replace("_", " "))
    if n_epochs >= FEW_EPOCHS:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if metric in SHARES:
        ax.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    ax.grid(visible=True, alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    if ax.lines:
        ax.legend(frameon=False, fontsize="small")
