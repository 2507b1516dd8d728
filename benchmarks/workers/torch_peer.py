"""PyTorch: eager with each kind of optimizer loop, and compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Workload

PACKAGES = ("torch",)


def forms(workload: Workload) -> list[str]:
    """Return eager, eager with the optimizer over all parameters in one call, and compiled."""
    return ["eager", "compile"] if workload.kind == "predict" else ["eager", "foreach", "fused", "compile"]


class Torch(Contestant):
    """`nn.Sequential` with `torch.optim`, the data as tensors made once."""

    def set_up(self) -> None:
        """Make the model, its optimizer, and the function that goes forward and returns the loss."""
        torch.set_num_threads(self.threads)
        self.model = model(self.workload)
        self.x, self.t = torch.from_numpy(self.data.x), torch.from_numpy(self.data.t).long()
        kind = torch.optim.Adam if self.workload.optimizer == "adam" else torch.optim.SGD
        loop: dict[str, Any] = {"foreach": {"foreach": True}, "fused": {"fused": True}}.get(self.form, {})
        self.optimizer = kind(self.model.parameters(), lr=self.workload.learning_rate, **loop)
        self.forward: Any = self.model
        self.update: Any = self.optimizer.step
        if self.form == "compile":
            self.forward = torch.compile(self.model)
            self.update = torch.compile(self.optimizer.step)

    def train_in_order(self, order: Array) -> None:
        """Go forward, go backward, update: batch by batch."""
        forward, update, zero_grad = self.forward, self.update, self.optimizer.zero_grad
        for rows in torch.from_numpy(order):
            zero_grad(set_to_none=True)
            functional.cross_entropy(forward(self.x[rows]), self.t[rows]).backward()
            update()

    @torch.inference_mode()
    def predict(self, x: Any) -> Array:
        """Go forward, without what backward would need."""
        return functional.softmax(self.forward(torch.from_numpy(x)), dim=1).numpy()


def model(workload: Workload) -> nn.Sequential:
    """Return the layers with the initial weights; the softmax is in the loss."""
    layers: list[nn.Module] = []
    for W, b in initial_weights(workload):
        dense = nn.Linear(*W.shape)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(W.T))
            dense.bias.copy_(torch.from_numpy(b))
        layers += [dense, nn.Sigmoid() if workload.activation == "sigmoid" else nn.ReLU()]
    return nn.Sequential(*layers[:-1])


make = Torch
