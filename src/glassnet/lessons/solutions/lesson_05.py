"""Solutions of lesson 05, matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

layer_shapes = {"X": (32, 12), "W1": (12, 20), "b1": (20,), "W2": (20, 3), "b2": (3,), "Y": (32, 3)}


def softmax_rows(a: Any) -> Any:
    """Return the softmax of each row."""
    exp_a = np.exp(a - np.max(a, axis=1, keepdims=True))
    return exp_a / np.sum(exp_a, axis=1, keepdims=True)


def forward(x: Any, layers: Any) -> Any:
    """Return the outputs of a network with sigmoid in all layers but the last."""
    *hidden, (W, b) = layers
    for W_hidden, b_hidden in hidden:
        x = 1 / (1 + np.exp(-(x @ W_hidden + b_hidden)))
    return x @ W + b


def from_columns(X: Any, W: Any) -> Any:
    """Return the net inputs of samples in rows, by weights (n_out, n_in)."""
    return X @ W.T
