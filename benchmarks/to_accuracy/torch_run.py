"""PyTorch, eager, with its fused SGD."""

import os

import torch
from torch import nn
from torch.nn import functional

import glassnet as gn
from benchmarks.to_accuracy import recipe


def main() -> None:
    """Train until the test accuracy is reached."""
    torch.set_num_threads(int(os.environ["BENCHMARK_THREADS"]))
    torch.manual_seed(recipe.seed())
    (x, t), (x_test, t_test) = ((torch.from_numpy(x), torch.from_numpy(t).long()) for x, t in gn.load_mnist())
    layers: list[nn.Module] = []
    for W, b in recipe.initial_weights():
        dense = nn.Linear(*W.shape)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(W.T))
            dense.bias.copy_(torch.from_numpy(b))
        layers += [dense, nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=recipe.LEARNING_RATE, momentum=recipe.MOMENTUM, fused=True)
    for epoch in range(1, recipe.MOST_EPOCHS + 1):
        for rows in torch.randperm(len(x)).split(recipe.BATCH_SIZE):
            optimizer.zero_grad(set_to_none=True)
            functional.cross_entropy(model(x[rows]), t[rows]).backward()
            optimizer.step()
        with torch.inference_mode():
            accuracy = (model(x_test).argmax(1) == t_test).float().mean().item()
        if recipe.reached(epoch, accuracy):
            return


if __name__ == "__main__":
    main()
