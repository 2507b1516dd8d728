"""A model's card: its layers, how it was trained, how its inputs are made, its first weights, its histograms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.playground.open_models import as_card
from glassnet.playground.training.looks import wide_enough

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from glassnet.model import Network

SIDE = 28
MOST_PICTURES = 40
MOST_LINES = 60
MOST_LETTERS = 300
BINS = 31
MOST_SIZE = 1e150
"""Of a number in a histogram: the square of a larger one, which the deviation needs, is none that a float can hold."""


def as_full_card(network: Network) -> dict[str, Any]:
    """Return all that the page shows of a model, its drawing aside.

    Parameters
    ----------
    network : Network

    Returns
    -------
    dict
        What `OpenModels.list` says, and `rows` (layers with shapes and parameters), `loss`, `dtype`, `seed`, `output`,
        `training` and `inputs` (lines of [name, value]), `pictures` (first weights) or None, `histograms`.

    Examples
    --------
    >>> import glassnet as gn
    >>> card = as_full_card(gn.Network([gn.Dense(2, 3), gn.Softmax()]))
    >>> card["rows"][0]
    {'layer': 'Dense(2, 3)', 'units': 3, 'arrays': [['W1', [2, 3]], ['b1', [3]]], 'parameters': 9}
    """
    return as_card(network) | {
        "rows": [_row(network, index) for index in range(len(network.layers))],
        "loss": getattr(network.loss_function, "name", repr(network.loss_function)),
        "dtype": network.dtype.name,
        "seed": network.seed,
        "output": network.output_kind,
        "training": _lines(network.metadata),
        "inputs": _lines(network.preprocessing),
        "pictures": _first_weights(network),
        "histograms": [_histogram(name, array) for name, array in network.parameters.items()],
    }


def _row(network: Network, index: int) -> dict[str, Any]:
    place = network.places[index]
    names = [name for name in place.names.values() if name in network.parameters]
    return {
        "layer": str(network.layers[index]),
        "units": place.n_out,
        "arrays": [[name, list(network.parameters[name].shape)] for name in names],
        "parameters": sum(network.parameters[name].size for name in names),
    }


def _lines(own: Mapping[str, Any]) -> list[list[str]]:
    """Return what a file says of a model as lines of name and value; what is nested by `name.name`."""
    return [[name[:MOST_LETTERS], _words(value)[:MOST_LETTERS]] for name, value in _flat(own)][:MOST_LINES]


def _words(value: Any) -> str:
    """Write a value as it is, a number with six digits; of a long list how many entries it has."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(map(_words, value)) if len(value) <= 12 else f"({len(value)})"
    return str(value)


def _flat(own: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for name, value in own.items():
        if isinstance(value, dict) and depth < 4:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        elif value not in ([], {}, ""):
            yield f"{before}{name}", value


def _first_weights(network: Network) -> NDArray[Any] | None:
    """Return what the first units see of a picture of 28×28, (units, 28, 28); None if the model reads none."""
    weights = next(iter(network.parameters.values()), np.zeros(0))
    if weights.ndim != 2 or len(weights) != SIDE * SIDE:
        return None
    return np.ascontiguousarray(weights.T[:MOST_PICTURES], np.float32).reshape(-1, SIDE, SIDE)


def _histogram(name: str, array: NDArray[Any]) -> dict[str, Any]:
    wide = array.astype(np.float64)
    finite = wide[np.abs(wide) < MOST_SIZE]
    low, high = wide_enough(float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    counts, edges = np.histogram(finite, BINS, (low, high))
    return {
        "name": name,
        "shape": list(array.shape),
        "counts": counts.astype(np.int32),
        "edges": edges,
        "mean": float(finite.mean()) if finite.size else 0.0,
        "std": float(finite.std()) if finite.size else 0.0,
        "odd": int(array.size - finite.size),
    }
