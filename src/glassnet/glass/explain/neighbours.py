"""The training samples that look most alike to the last hidden layer, found without holding all their activations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.explain.passes import Passes
from glassnet.network.operations import read_only
from glassnet.network.reference import slices

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.glass.explain.passes import Station

SPARE = 20
"""How many more than wanted are measured in float64: what float32 may have put in the wrong order."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest training samples, the nearest first.

    Attributes
    ----------
    name : str
        In which layer's numbers they are near: `A1`, …; `X` where there is no hidden layer.
    indices : array of shape (k,)
        Their rows in the training data.
    distances : array of shape (k,)
        The Euclidean distance in that layer, in float64.
    targets : array of shape (k,) or (k, n_out)
        Class indices of a classifier; values of a regression.
    rows : array of shape (k, n_in)
        The samples, as the network is fed them.
    """

    name: str
    indices: NDArray[np.intp]
    distances: NDArray[np.float64]
    targets: NDArray[Any]
    rows: NDArray[Any] = field(repr=False)

    def __len__(self) -> int:
        return len(self.indices)


@dataclass(frozen=True)
class TrainingData:
    """Training samples, made into what a network is fed a slice at a time.

    Attributes
    ----------
    x : array of shape (N, n)
        As they are kept, pixels of uint8 say.
    targets : array of shape (N,) or (N, n_out)
        Class indices of a classifier; values of a regression.
    feed : callable (x) -> array of shape (N, n_in)
    """

    x: NDArray[Any]
    targets: NDArray[Any]
    feed: Callable[[NDArray[Any]], NDArray[Any]]

    def mean(self) -> NDArray[np.float64]:
        """Return the mean of what the network is fed."""
        total = sum(self.feed(self.x[part]).sum(axis=0, dtype=np.float64) for part in slices(len(self.x)))
        return np.asarray(total / len(self.x))


def nearest(passes: Passes, station: Station, values: NDArray[Any], data: TrainingData, count: int) -> Neighbours:
    """Return the training samples whose numbers at a station are nearest to the given ones.

    All are gone through in float32, and those that come near enough are measured again in float64.
    """
    quick, wanted = Passes(passes.network, "float32"), values.astype(np.float32)
    distances = np.empty(0, dtype=np.float32)
    indices = np.empty(0, dtype=np.intp)
    for part in slices(len(data.x)):
        here = quick.at(station, data.feed(data.x[part]))
        distances = np.concatenate([distances, np.linalg.norm(here - wanted, axis=1)])
        indices = np.concatenate([indices, np.arange(part.start, part.stop)])
        order = np.argsort(distances, kind="stable")[: count + SPARE]
        distances, indices = distances[order], indices[order]
    indices = np.sort(indices)  # of equals the earlier row comes first
    exact = np.linalg.norm(passes.at(station, data.feed(data.x[indices])) - values, axis=1)
    order = np.argsort(exact, kind="stable")[:count]
    chosen = indices[order]
    arrays = chosen, exact[order], data.targets[chosen], data.feed(data.x[chosen])
    return Neighbours(station.name, *map(read_only, arrays))
