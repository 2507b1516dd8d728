"""scikit-learn: `MLPClassifier`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Workload

PACKAGES = ("scikit-learn", "scipy")


def forms(workload: Workload) -> list[str]:  # noqa: ARG001  # every peer is asked alike
    """Return the one form."""
    return [""]


class Sklearn(Contestant):
    """One call of `fit`, which goes on from the weights that are there (`warm_start`)."""

    def set_up(self) -> None:
        """Let it make its arrays by a fit on few rows, then put the initial weights in."""
        activation = {"sigmoid": "logistic"}.get(self.workload.activation, self.workload.activation)
        self.classifier = MLPClassifier(
            self.workload.sizes[1:-1],
            activation=activation,
            solver=self.workload.optimizer,
            alpha=0.0,
            batch_size=self.workload.batch_size if self.workload.kind == "train" else 100,
            learning_rate_init=self.workload.learning_rate,
            momentum=0.0,
            nesterovs_momentum=False,
            n_iter_no_change=10**6,
            warm_start=True,
            random_state=0,
        )
        classes = [int(np.flatnonzero(self.data.t == label)[0]) for label in range(self.workload.sizes[-1])]
        self.classifier.set_params(max_iter=1, batch_size=len(classes))
        self.fit(self.data.x[classes], self.data.t[classes])
        self.classifier.set_params(batch_size=self.workload.batch_size)
        weights = initial_weights(self.workload)
        self.classifier.coefs_ = [W for W, _ in weights]
        self.classifier.intercepts_ = [b for _, b in weights]

    def train(self, rows: int, epochs: int, *, shuffle: bool) -> None:
        """Call fit once."""
        self.classifier.set_params(max_iter=epochs, shuffle=shuffle)
        self.fit(self.data.x[:rows], self.data.t[:rows])

    def fit(self, x: Array, t: Array) -> None:
        """Fit without the warning that it has not converged."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.classifier.fit(x, t)

    def predict(self, x: Any) -> Array:
        """Return the probabilities."""
        return self.classifier.predict_proba(x)


make = Sklearn
