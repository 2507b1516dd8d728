"""What all the scripts share: the recipe, the initial weights, and how an epoch is told.

The recipe was chosen because it passes the target after the same few epochs whatever the seed: with Adam, or more
layers, luck decides between four epochs and ten.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = (784, 1000, 10)
BATCH_SIZE = 128
LEARNING_RATE, MOMENTUM = 0.1, 0.9
TARGET = 0.98
MOST_EPOCHS = 20
DESCRIPTION = "784-1000-10 ReLU, softmax, batch 128, SGD 0.1 with momentum 0.9, He's initial weights"


def seed() -> int:
    """Return the seed that the script was called with."""
    return int(sys.argv[1])


def initial_weights() -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Return W of shape (n_in, n_out) and b of each layer."""
    rng = np.random.default_rng(seed())
    return [
        (rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)).astype(np.float32), np.zeros(n_out, np.float32))
        for n_in, n_out in pairwise(SIZES)
    ]


def reached(epoch: int, accuracy: float) -> bool:
    """Tell the accuracy after an epoch, with the time; return whether it is enough."""
    print(json.dumps({"epoch": epoch, "accuracy": float(accuracy), "time": time.time()}), flush=True)
    return accuracy >= TARGET
