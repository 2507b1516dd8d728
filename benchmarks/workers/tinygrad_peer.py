"""tinygrad: a step compiled with `TinyJit`; it needs clang."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
from tinygrad import Context, Tensor, TinyJit
from tinygrad.nn import optim

from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Workload

if shutil.which(os.environ.get("CC", "clang")) is None:
    raise ImportError("tinygrad compiles with clang, and there is none on the PATH.")

PACKAGES = ("tinygrad",)


def forms(workload: Workload) -> list[str]:  # noqa: ARG001  # every peer is asked alike
    """Return the one form."""
    return [""]


class Tinygrad(Contestant):
    """Tensors for the parameters, `TinyJit` for the step and for the prediction."""

    def set_up(self) -> None:
        """Make the parameters and the two compiled functions."""
        self.layers = [(Tensor(W), Tensor(b)) for W, b in initial_weights(self.workload)]
        parameters = [p for layer in self.layers for p in layer]
        kind = optim.Adam if self.workload.optimizer == "adam" else optim.SGD
        self.optimizer = kind(parameters, lr=self.workload.learning_rate)
        self.t = self.data.t.astype(np.int32)
        self.step = TinyJit(self.one_step)
        self.output = TinyJit(lambda x: self.logits(x).softmax().realize())

    def logits(self, x: Tensor) -> Tensor:
        """Return the net input of the output layer."""
        *hidden, (W_out, b_out) = self.layers
        for W, b in hidden:
            z = x.dot(W) + b
            x = z.sigmoid() if self.workload.activation == "sigmoid" else z.relu()
        return x.dot(W_out) + b_out

    def one_step(self, x: Tensor, t: Tensor) -> Tensor:
        """Go forward, go backward, update."""
        self.optimizer.zero_grad()
        loss = self.logits(x).sparse_categorical_crossentropy(t).backward()
        return loss.realize(*self.optimizer.schedule_step())

    def train_in_order(self, order: Array) -> None:
        """Make the steps, with the batches gathered by NumPy: tinygrad's own gather reads every row."""
        with Context(TRAINING=1):
            for rows in order:
                self.step(Tensor(self.data.x[rows]).realize(), Tensor(self.t[rows]).realize())

    def finish(self) -> None:
        """Wait for the last update."""
        self.layers[-1][1].numpy()

    def predict(self, x: Any) -> Array:
        """Return the probabilities."""
        return self.output(Tensor(x).realize()).numpy()


make = Tinygrad
