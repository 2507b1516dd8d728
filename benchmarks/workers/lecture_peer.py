"""The lecture's loop: NumPy, one array operation after the other, a new array for each result.

Written after lectures 000 (`DeepNeuralNetwork`) and 002 (`TwoLayerNet`), for any number of layers, in float32, and with
what NumPy needs no lecture for: gradients divided by the rows, arrays updated in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Workload

PACKAGES = ("numpy",)


def forms(workload: Workload) -> list[str]:
    """Return the one form; lectures 000 to 004 have no Adam."""
    return [] if workload.optimizer == "adam" else [""]


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(−x)), as in lecture 004."""
    return 1 / (1 + np.exp(-x))


def relu(x: Array) -> Array:
    """max(0, x), as in lecture 004."""
    return np.maximum(0, x)


def softmax(x: Array) -> Array:
    """exp(x) / Σ exp(x) row by row, with the largest x taken off first, as in lecture 004."""
    exp_x = np.exp(x - np.max(x, axis=1, keepdims=True))
    return exp_x / np.sum(exp_x, axis=1, keepdims=True)


class Lecture(Contestant):
    """A network as lists of arrays."""

    def set_up(self) -> None:
        """Take the initial weights, and make the targets one-hot rows."""
        weights = initial_weights(self.workload)
        self.W, self.b = [W for W, _ in weights], [b for _, b in weights]
        self.targets = np.eye(self.workload.sizes[-1], dtype=np.float32)[self.data.t]
        self.activation = sigmoid if self.workload.activation == "sigmoid" else relu

    def forward(self, x: Array) -> list[Array]:
        """Return the input and the output of each layer."""
        a = [x]
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            a.append(self.activation(np.dot(a[-1], W) + b))
        a.append(softmax(np.dot(a[-1], self.W[-1]) + self.b[-1]))
        return a

    def train_in_order(self, order: Array) -> None:
        """Go forward, go backward, update: batch by batch."""
        for rows in order:
            self.step(self.data.x[rows], self.targets[rows])

    def step(self, x: Array, t: Array) -> None:
        """Make one step of gradient descent."""
        rate = self.workload.learning_rate
        a = self.forward(x)
        dz = (a[-1] - t) / len(x)
        for layer in reversed(range(len(self.W))):
            dW, db = np.dot(a[layer].T, dz), np.sum(dz, axis=0)
            if layer > 0:
                da = np.dot(dz, self.W[layer].T)
                dz = da * a[layer] * (1 - a[layer]) if self.activation is sigmoid else da * (a[layer] > 0)
            self.W[layer] -= rate * dW
            self.b[layer] -= rate * db

    def predict(self, x: Any) -> Array:
        """Go forward."""
        return self.forward(x)[-1]


make = Lecture
