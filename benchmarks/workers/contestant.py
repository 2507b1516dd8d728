"""What a worker asks of a peer."""

from __future__ import annotations

from functools import cached_property
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Data, Workload


class Contestant:
    """A peer at work on one workload: derive from it, and define `set_up`, `predict` and one of the two trainings.

    Attributes
    ----------
    workload : Workload
    data : Data
    form : str
        Which of the peer's forms this is.
    threads : int
    rng : numpy.random.Generator
        For shuffling.
    """

    def __init__(self, workload: Workload, data: Data, form: str, threads: int) -> None:
        self.workload = workload
        self.data = data
        self.form = form
        self.threads = threads
        self.rng = np.random.default_rng(0)
        self.set_up()

    def set_up(self) -> None:
        """Make the network with the initial weights, and bring the data into the peer's own form."""
        raise NotImplementedError  # every peer has its own

    def train(self, rows: int, epochs: int, *, shuffle: bool) -> None:
        """Go through the first `rows` rows, `epochs` times, in batches; return when all is done."""
        for _ in range(epochs):
            order = self.rng.permutation(rows) if shuffle else np.arange(rows)
            self.train_in_order(order.reshape(-1, self.workload.batch_size))
        self.finish()

    def train_in_order(self, order: Array) -> None:
        """Make one step for each row of `order`, which has the indices of a batch."""
        raise NotImplementedError  # peers that define `train` need none, nor those that only predict

    def finish(self) -> None:
        """Wait for what was only begun."""

    def predict(self, x: Any) -> Array:
        """Return the probabilities (N, n_classes) as a user would get them: from a NumPy array, as a NumPy array."""
        raise NotImplementedError  # no abstract method: a peer may only train

    def burst(self, steps: int) -> int:
        """Do what is timed, about so many steps or calls; return how many they were."""
        if self.workload.kind == "train":
            rows, epochs = self.plan(steps)
            self.train(rows, epochs, shuffle=True)
            return rows // self.workload.batch_size * epochs
        predict = self.predict
        for x in islice(cycle(self.inputs), steps):
            predict(x)
        return steps

    def plan(self, steps: int) -> tuple[int, int]:
        """Return the rows and epochs of so many steps: whole batches, whole epochs."""
        batch_size = self.workload.batch_size
        in_an_epoch = len(self.data.x) // batch_size
        return min(steps, in_an_epoch) * batch_size, max(1, round(steps / in_an_epoch))

    @cached_property
    def inputs(self) -> list[Array]:
        """What each call predicts: one image after the other, or all of them. Made before anything is timed."""
        x, batch_size = self.data.x_test, self.workload.batch_size
        return [x[start : start + batch_size] for start in range(0, len(x), batch_size)]
