"""Train on a PyTorch DataLoader: augmented samples come one after another, glassnet trains on the batches.

Run it with: python examples/dataloader.py
"""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

import glassnet as gn


class NoisyDigits(Dataset):
    """MNIST's digits, each with new noise whenever it is asked for."""

    def __init__(self, x: np.ndarray, t: np.ndarray) -> None:
        """Keep the arrays."""
        self.x, self.t = torch.from_numpy(x).reshape(-1, 1, 28, 28), torch.from_numpy(t)

    def __len__(self) -> int:
        """How many digits there are."""
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return a digit, a picture (1, 28, 28) as PyTorch has them, and its class."""
        return self.x[row] + 0.1 * torch.randn(1, 28, 28), self.t[row]


torch.manual_seed(0)
(x, t), (x_test, t_test) = gn.load_mnist()
loader = DataLoader(NoisyDigits(x[:3000], t[:3000]), batch_size=100, shuffle=True)

net = gn.Network([gn.Dense(784, 50), gn.ReLU(), gn.Dense(50, 10), gn.Softmax()])
net.fit(gn.batches(loader, flatten=True), epochs=3, validation_data=(x_test, t_test), executor="reference")
print(f"test accuracy after 3 epochs of 3,000 noisy digits: {net.accuracy(x_test, t_test):.2%}")
