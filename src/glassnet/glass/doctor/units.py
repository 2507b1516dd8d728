"""Units that do nothing: dead, saturated, or all alike."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.thresholds import ALIKE, DEAD, FLAT, SATURATED
from glassnet.network.layers import Dense, Dropout, ReLU, Sigmoid, Tanh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer
    from glassnet.network.structure import Structure

ROWS_FOR_SOME = 50
"""Rows below which single units may be silent by chance, so that only a layer in which all are counts as dead."""


def examine_units(network: Structure, values: Mapping[str, NDArray[Any]]) -> Iterator[Finding]:
    """Find dead and saturated units in the values of a pass."""
    for layer, place in zip(network.layers, network.places, strict=True):
        if place.input not in values:
            continue
        z = values[place.input]
        if isinstance(layer, ReLU):
            yield from _dead(network, place.index, z)
        elif isinstance(layer, Sigmoid | Tanh) and layer is not network.output_layer:
            yield from _saturated(network, place.index, layer, z)


def dead_share(z: NDArray[Any]) -> float:
    """Return the share of units whose net input is above 0 in no row.

    >>> dead_share(np.array([[-1.0, 2.0], [0.0, -3.0]]))
    0.5
    """
    return float(np.mean(z.max(axis=0) <= 0))


def mean_slopes(layer: Layer, z: NDArray[Any]) -> NDArray[np.float64]:
    """Return the slope of a sigmoid or tanh for each unit, averaged over rows, as a share of the greatest."""
    function = layer.function  # type: ignore[attr-defined]  # only activations come here
    wide = z.astype(np.float64)
    slopes: NDArray[np.float64] = function.derivative(wide) / function.derivative(np.zeros(1))
    return slopes.mean(axis=0)


def _dead(network: Structure, index: int, z: NDArray[Any]) -> Iterator[Finding]:
    largest = z.max(axis=0)
    dead = np.flatnonzero(largest <= 0)
    everything = len(dead) == z.shape[1] and len(z) > 1
    if everything or (len(z) >= ROWS_FOR_SOME and len(dead) > DEAD * z.shape[1]):
        numbers = {"dead": len(dead), "units": z.shape[1], "rows": len(z), "unit": int(dead[0])}
        words = {"layer": network.describe_layer(index), "largest": float(largest[dead[0]])}
        yield Finding("dead-units", "error" if everything else "warning", {**numbers, **words})


def _saturated(network: Structure, index: int, layer: Layer, z: NDArray[Any]) -> Iterator[Finding]:
    saturated = np.flatnonzero(mean_slopes(layer, z) < FLAT)
    everything = len(saturated) == z.shape[1] and len(z) > 1
    if everything or (len(z) >= ROWS_FOR_SOME and len(saturated) > SATURATED * z.shape[1]):
        numbers = {"saturated": len(saturated), "units": z.shape[1], "rows": len(z), "flat": FLAT}
        words = {"layer": network.describe_layer(index), "typical": float(np.median(np.abs(z)))}
        yield Finding("saturated-units", "warning", {**numbers, **words})


def examine_symmetry(network: Structure) -> Iterator[Finding]:
    """Find hidden layers most of whose units have the same weights into and out of them."""
    starts = [place for layer, place in zip(network.layers, network.places, strict=True) if isinstance(layer, Dense)]
    for place, following in itertools.pairwise(starts):
        between = network.layers[place.index + 1 : following.index]
        whole = network.places[following.index].n_in == place.n_out
        if place.n_out < 2 or not whole or any(isinstance(layer, Dropout) for layer in between):
            continue  # Dropout makes alike units different by and by
        into = network.parameters[place.names["W"]]
        bias = network.parameters[place.names["b"]][None] if "b" in place.names else into[:0]
        out = network.parameters[following.names["W"]].T
        distinct = _distinct(np.vstack([_relative(into), _relative(bias), _relative(out)]))
        if distinct <= place.n_out / 2:
            evidence = {"layer": network.describe_layer(place.index), "units": place.n_out, "distinct": distinct}
            yield Finding("symmetric-units", "error", evidence)


def _relative(array: NDArray[Any]) -> NDArray[np.float64]:
    """Return an array relative to its largest number."""
    wide = array.astype(np.float64)
    largest = float(np.abs(wide).max(initial=0.0))
    return wide / largest if np.isfinite(largest) and largest > 0 else wide


def _distinct(columns: NDArray[np.float64]) -> int:
    """Return how many columns differ from each other by more than rounding."""
    if not np.isfinite(columns).all():
        return columns.shape[1]
    return int(np.unique(np.round(columns / ALIKE / 10), axis=1).shape[1])
