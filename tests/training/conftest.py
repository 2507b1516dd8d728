import numpy as np
import pytest

import glassnet as gn


@pytest.fixture(scope="session")
def clusters():
    """30 points of 2 numbers around 3 centres: an easy classification."""
    rng = np.random.default_rng(7)
    t = np.arange(30) % 3
    centres = np.array([[2.0, 0.0], [-2.0, 1.0], [0.0, -2.0]])
    return centres[t] + 0.5 * rng.normal(size=(30, 2)), t


@pytest.fixture
def classifier():
    """Make a small classifier."""

    def make(seed=0, dtype="float32", hidden=4):
        layers = [gn.Dense(2, hidden), gn.Tanh(), gn.Dense(hidden, 3), gn.Softmax()]
        return gn.Network(layers, seed=seed, dtype=dtype)

    return make


@pytest.fixture
def line():
    """Make lecture 001's regression y = W x + b, from zeros, in float64."""

    def make(loss="mean_squared_error"):
        return gn.Network([gn.Dense(1, 1, init="zeros")], loss=loss, dtype="float64")

    return make
