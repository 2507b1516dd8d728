"""A PyTorch classifier becomes a glassnet network, is explained there, trains on, and goes back.

Run it with `python examples/from_pytorch.py`; it needs the extra `torch` and takes some seconds.
"""

import numpy as np
import torch
from torch import nn

import glassnet as gn


class Classifier(nn.Module):
    """A model as one writes it: layers as attributes, functions in forward, logits at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(2, 16)
        self.norm = nn.BatchNorm1d(16)
        self.out = nn.Linear(16, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        return self.out(torch.relu(self.norm(self.hidden(x))))


# Two classes: inside and outside of a ring.
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 2)).astype(np.float32)
t = (np.hypot(*x.T) > 1.2).astype(np.int64)

torch.manual_seed(0)
model = Classifier()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(100):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(torch.from_numpy(x)), torch.from_numpy(t)).backward()
    optimizer.step()

# The model ends in logits: the loss that is named says that they are a classifier's, and a Softmax is added.
net = gn.from_torch(model, loss="categorical_cross_entropy")
print(net)

with torch.no_grad():
    theirs = torch.softmax(model.eval()(torch.from_numpy(x)), dim=1).numpy()
print(f"largest difference of 400 predictions: {np.abs(net.predict(x) - theirs).max():.0e}")
print(net.trace(x[:1], t[:1]).why("Z2[0,1]"))

before = net.loss(x, t)
net.fit(x, t, epochs=20, executor="reference", verbose=0)
print(f"trained on in glassnet: the loss went from {before:.3f} to {net.loss(x, t):.3f}")

back = gn.to_torch(net)
with torch.no_grad():
    print(f"and back in PyTorch, to {np.abs(back(torch.from_numpy(x)).numpy() - net.predict(x)).max():.0e}")
gn.save_torch(net, "classifier.safetensors")
print("its state dict:", list(gn.from_torch("classifier.safetensors").parameters))
