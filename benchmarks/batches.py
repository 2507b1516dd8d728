"""What training on batches costs beside training on an array: fit(batches) and partial_fit as ratios to fit.

python -m benchmarks.batches
"""

from __future__ import annotations

import statistics
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

import glassnet as gn

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, SIZE, ROUNDS = 20_000, 100, 7
NETWORKS = {"784-50-10": (784, 50, 10), "784-512-256-10": (784, 512, 256, 10)}


def network(widths: tuple[int, ...]) -> gn.Network:
    """Return a network of these widths."""
    layers: list[gn.Layer] = []
    for fan_in, fan_out in pairwise(widths):
        layers += [gn.Dense(fan_in, fan_out), gn.ReLU()]
    return gn.Network([*layers[:-1], gn.Softmax()])


def seconds(train: Callable[[gn.Network], object], widths: tuple[int, ...]) -> float:
    """Return what a training of a new network takes."""
    net = network(widths)
    started = time.perf_counter()
    train(net)
    return time.perf_counter() - started


def main() -> None:
    """Take turns, and print the medians of the ratios."""
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(ROWS, 784)).astype(np.float32), rng.integers(0, 10, ROWS)
    settings = {"epochs": 1, "executor": "compiled", "threads": 1, "verbose": 0}

    def whole(net: gn.Network) -> None:
        net.fit(x, t, batch_size=SIZE, shuffle=False, **settings)

    def in_batches(net: gn.Network) -> None:
        net.fit(gn.batches(x, t, batch_size=SIZE), **settings)

    def one_by_one(net: gn.Network) -> None:
        for start in range(0, ROWS, SIZE):
            rows = slice(start, start + SIZE)
            net.partial_fit(x[rows], t[rows], executor="compiled", threads=1)

    for name, widths in NETWORKS.items():
        seconds(whole, widths)
        rounds = [[seconds(way, widths) for way in (whole, in_batches, one_by_one)] for _ in range(ROUNDS)]
        batched, partial = (statistics.median(of[way] / of[0] for of in rounds) for way in (1, 2))
        print(f"{name}: fit(batches) {batched:.2f} and partial_fit {partial:.2f} times as long as fit")


if __name__ == "__main__":
    main()
