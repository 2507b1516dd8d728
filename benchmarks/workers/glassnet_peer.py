"""glassnet, through its public names; what says what is right is its reference executor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import glassnet as gn
from benchmarks.machine import physical_cores
from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights
from glassnet.network import reference

if TYPE_CHECKING:
    from benchmarks.workloads import Workload

PACKAGES = ("glassnet", "numba")
REFERENCE = "reference"
"""The form that says what is right; it is not timed."""


def forms(workload: Workload) -> list[str]:
    """Return the ways in which a user would write it."""
    if workload.name == "predict-1":
        return ["predict", *(["predictor"] if hasattr(gn.Network, "predictor") else [])]
    return [""]


def network(workload: Workload) -> gn.Network:
    """Return the network with the initial weights."""
    layers: list[gn.Layer] = []
    for n_in, n_out in zip(workload.sizes, workload.sizes[1:], strict=False):
        layers += [gn.Dense(n_in, n_out), gn.Sigmoid() if workload.activation == "sigmoid" else gn.ReLU()]
    layers[-1] = gn.Softmax()
    net = gn.Network(layers, loss="categorical_cross_entropy", seed=0)
    for number, (W, b) in enumerate(initial_weights(workload), 1):
        net.parameters[f"W{number}"] = W
        net.parameters[f"b{number}"] = b
    return net


class Glassnet(Contestant):
    """`net.fit` and `net.predict`, or the predictor that is bound once and called often."""

    def set_up(self) -> None:
        """Make the network."""
        self.net = network(self.workload)
        adam = self.workload.optimizer == "adam"
        self.optimizer = (gn.Adam if adam else gn.SGD)(self.workload.learning_rate)
        # What `auto` takes for a training of any length, so that short ones, which are checked, are made by it too.
        self.executor = "reference" if self.form == REFERENCE else "compiled"
        self.fit_threads = self.threads if self.threads < physical_cores() else None
        self.predict: Any = self.net.predictor() if self.form == "predictor" else self.net.predict
        if self.form == REFERENCE:
            self.predict = partial(reference.predict, self.net)

    def train(self, rows: int, epochs: int, *, shuffle: bool) -> None:
        """Call fit once."""
        self.net.fit(
            self.data.x[:rows],
            self.data.t[:rows],
            optimizer=self.optimizer,
            epochs=epochs,
            batch_size=self.workload.batch_size,
            shuffle=shuffle,
            executor=self.executor,
            threads=self.fit_threads,
            verbose=0,
        )


make = Glassnet
