"""Batches that are changed before they are trained on: brought together, augmented, and laid out one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.augmentation import Augmentation
from glassnet.engine.augmentation import CompiledAugmentation
from glassnet.engine.workspace import Data
from glassnet.training.reference_steps import augmented

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.engine.crew import Crew
    from glassnet.training.prepare import Samples
    from glassnet.training.run import Run

STAGED_BYTES = 16_000_000
"""How much is laid out at a time, at most."""


class Staging:
    """Room for some batches, filled anew for each stretch of steps.

    Parameters
    ----------
    run : Run
    training : Samples
    batch_size : int
    augmentation : callable
        `(x, rng) -> x`; the package's own `Augmentation` runs as machine code.
    crew : Crew
    """

    def __init__(self, run: Run, training: Samples, batch_size: int, augmentation: Any, crew: Crew) -> None:
        self._run, self._training, self._batch_size, self._crew = run, training, batch_size, crew
        self._augmentation = augmentation
        network = run.network
        row_bytes = network.n_in * network.dtype.itemsize
        self.steps = max(1, STAGED_BYTES // (row_bytes * batch_size))
        rows = min(self.steps * batch_size, -(-len(training) // batch_size) * batch_size)
        self._x = np.empty((rows, network.n_in), dtype=network.dtype)
        self._t = np.empty((rows, network.n_out), dtype=network.dtype)
        self._weights = None if training.weights is None else np.empty(rows, dtype=network.dtype)
        self.data = Data(self._x, self._t, self._weights)
        side = round(network.n_in**0.5)
        own = type(augmentation) is Augmentation and side * side == network.n_in and network.dtype == np.float32
        self._compiled = CompiledAugmentation(augmentation, side) if own else None

    def fill(self, chosen: NDArray[np.int64]) -> None:
        """Lay out the chosen samples, batch after batch."""
        count = len(chosen)
        self._t[:count] = self._training.t[chosen]
        if self._weights is not None and self._training.weights is not None:
            self._weights[:count] = self._training.weights[chosen]
        for start in range(0, count, self._batch_size):
            batch = self._training.rows(chosen[start : start + self._batch_size])
            inputs = batch.inputs(self._run.network)
            target = self._x[start : start + len(batch)]
            if self._compiled is not None:
                draws = self._compiled.draw(len(batch), self._run.state.augment)
                self._compiled.apply(inputs, draws, target)
            else:
                target[...] = augmented(self._augmentation, inputs, self._run.state.augment)
