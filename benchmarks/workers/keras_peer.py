"""Keras 3 on JAX, its fastest backend on a processor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np

from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Workload

PACKAGES = ("keras",)

STEPS_PER_CALL = 16
"""Steps in one compiled call of `fit`."""


def forms(workload: Workload) -> list[str]:
    """Return what is called: of fit and train_on_batch the faster, of predict and predict_on_batch too."""
    return ["fit"] if workload.kind == "train" else ["predict_on_batch"]


class Keras(Contestant):
    """`keras.Sequential`, compiled with XLA."""

    def set_up(self) -> None:
        """Make the model with the initial weights."""
        layers = [keras.layers.Dense(n, activation=self.workload.activation) for n in self.workload.sizes[1:-1]] + [
            keras.layers.Dense(self.workload.sizes[-1], activation="softmax")
        ]
        self.model = keras.Sequential([keras.Input((self.workload.sizes[0],)), *layers])
        self.model.set_weights([array for layer in initial_weights(self.workload) for array in layer])
        rate = self.workload.learning_rate
        adam = self.workload.optimizer == "adam"
        self.model.compile(
            optimizer=keras.optimizers.Adam(rate, epsilon=1e-8) if adam else keras.optimizers.SGD(rate),
            loss="sparse_categorical_crossentropy",
            jit_compile=True,
            steps_per_execution=STEPS_PER_CALL,
        )
        self.t = self.data.t.astype(np.int32)

    def train(self, rows: int, epochs: int, *, shuffle: bool) -> None:
        """Call fit once."""
        x, t = self.data.x[:rows], self.t[:rows]
        self.model.fit(x, t, batch_size=self.workload.batch_size, epochs=epochs, shuffle=shuffle, verbose=0)

    def predict(self, x: Any) -> Array:
        """Predict without the progress and the batching of `predict`."""
        return np.asarray(self.model.predict_on_batch(x))


make = Keras
