"""Histograms of what each layer puts out: saturation, dead units and scale are seen at a glance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.glass.plots.style import BLUE, GREY, axes_or_new, shown_by_notebooks
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, as_float_array, check_choice, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

BINS = 60
RIDGE = 0.68  # height of a layer's highest bin; the rest of its row is for the figures


class NamedArrays(Protocol):
    """A trace, or a dict of arrays."""

    def __getitem__(self, name: str, /) -> ArrayLike:
        """Return the array of that name."""


def activation_histograms(trace: NamedArrays, ax: Axes | None = None, *, names: Sequence[str] | None = None) -> Axes:
    """Draw how the outputs of each layer are distributed, one row a layer, the first at the top, on one scale.

    The height of a bin is the square root of its count, by the layer's own highest bin: beside the many exact zeros of
    a ReLU the rest stays visible. Above each row stand mean, standard deviation and, where there are any, the share of
    exact zeros.

    Parameters
    ----------
    trace : Trace or mapping of names to arrays
        Arrays of any shape; nan and inf are left out and counted.
    ax : Axes, optional
        Where to draw; by default on a new figure.
    names : sequence of str, optional
        Which arrays to draw, in order; by default A1, A2, …, the outputs of the layers.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If there is no such array, or one is empty.

    Examples
    --------
    >>> ax = activation_histograms({"A1": np.array([[0.0, 0.0, 1.0, 3.0]]), "A2": np.array([[0.5, 0.5]])})
    >>> [text.get_text() for text in ax.texts]
    ['mean 1, std 1.22, 50.0% zeros', 'mean 0.5, std 0']
    """
    arrays = _chosen(trace, names)
    drawn = axes_or_new(ax, (6.0, 1.0 + 0.85 * len(arrays)))
    finite = {name: values[np.isfinite(values)] for name, values in arrays.items()}
    every = np.concatenate([[values.min(), values.max()] for values in finite.values() if values.size] or [[0.0]])
    # Values that are nearly alike get an axis a little wider than they are, on which numbers can be told apart.
    span = max(float(np.ptp(every)), float(1e-3 * np.abs(every).max())) or 1.0
    for row, (name, values) in enumerate(finite.items()):
        base = float(len(arrays) - 1 - row)
        if values.size:
            _draw_ridge(drawn, values, base, least_width=span / BINS)
        drawn.text(
            0.99,
            base + RIDGE + 0.04,
            _figures(values, left_out=arrays[name].size - values.size),
            transform=drawn.get_yaxis_transform(),
            ha="right",
            va="bottom",
            fontsize="small",
        )
    _finish(drawn, list(arrays), (every.min() - 0.02 * span, every.max() + 0.02 * span))
    return shown_by_notebooks(ax, drawn)


def _names_of(trace: NamedArrays) -> list[str]:
    names: Iterable[str] | None = getattr(trace, "names", None)
    if names is None and hasattr(trace, "keys"):
        names = trace.keys()
    if names is None or not hasattr(trace, "__getitem__"):
        raise ArgumentTypeError(
            f"trace must be a trace of a network or a dict of arrays, got {describe(trace)}. "
            "Give net.trace(x, t), or {'A1': array, 'A2': array}."
        )
    return [str(name) for name in names]


def _chosen(trace: NamedArrays, names: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    known = _names_of(trace)
    if names is None:
        chosen = sorted((name for name in known if re.fullmatch(r"A\d+", name)), key=lambda name: int(name[1:]))
    else:
        chosen = [check_choice("names", name, known) for name in ([names] if isinstance(names, str) else names)]
    if not chosen:
        raise ArgumentError(
            f"trace must hold outputs of layers called A1, A2, …, got {', '.join(known) or 'nothing'}. "
            "Say which arrays to draw with names=[…]."
        )
    arrays = {name: as_float_array(trace[name], name).reshape(-1).astype(np.float64) for name in chosen}
    empty = [name for name, values in arrays.items() if values.size == 0]
    if empty:
        raise ArgumentError(f"{empty[0]} must hold at least one number, got an empty array. Trace at least one sample.")
    return arrays


def _draw_ridge(ax: Axes, values: NDArray[Any], base: float, least_width: float) -> None:
    """Draw one histogram on the line y = `base`; values that are all alike become one bin of `least_width`."""
    low, high = float(values.min()), float(values.max())
    if high - low < least_width:
        low, high = (low + high - least_width) / 2, (low + high + least_width) / 2
        counts, edges = np.array([values.size]), np.array([low, high])
    else:
        counts, edges = np.histogram(values, bins=BINS, range=(low, high))
    heights = RIDGE * np.sqrt(counts / counts.max())
    ax.stairs(heights + base, edges, baseline=base, fill=True, color=BLUE, alpha=0.55)
    ax.stairs(heights + base, edges, baseline=base, color=BLUE, linewidth=1.0)
    ax.axhline(base, color=GREY, linewidth=0.6)


def _figures(values: NDArray[Any], left_out: int) -> str:
    parts = []
    if values.size:
        # Of equal values the rounding of their mean would leave a std of 1e-17.
        std = values.std() if np.ptp(values) > 0 else 0.0
        parts = [f"mean {values.mean():.3g}", f"std {std:.3g}"]
        zeros = float(np.mean(values == 0))
        parts += [f"{zeros:.1%} zeros"] if zeros else []
    parts += [f"{left_out:,} nan or inf left out"] if left_out else []
    return ", ".join(parts)


def _finish(ax: Axes, names: list[str], limits: tuple[float, float]) -> None:
    ax.set_xlim(*limits)
    ax.set_ylim(-0.08, len(names))
    ax.set_yticks([len(names) - 1 - row for row in range(len(names))], names)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_xlabel("output of a unit (height: √ of the count)")
