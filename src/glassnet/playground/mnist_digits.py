"""The digits of MNIST as the playground's tabs take them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.mnist_loader import load_mnist

if TYPE_CHECKING:
    from numpy.typing import NDArray


@cache
def mnist_test_digits() -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the 10,000 test images, (10000, 784) from 0 to 255, and their labels: 8 MB, read once."""
    return load_mnist(normalize=False)[1]


def some_training_digits(count: int, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return so many training images drawn without return, and their labels.

    Examples
    --------
    >>> images, labels = some_training_digits(3, seed=0)
    >>> images.shape, labels.shape
    ((3, 784), (3,))
    """
    images, labels = load_mnist(normalize=False)[0]
    chosen = np.sort(np.random.default_rng(seed).choice(len(images), count, replace=False))
    return images[chosen], labels[chosen]
