import pytest

import glassnet as gn


@pytest.fixture
def by_hand():
    """Two inputs, two ReLU units that are x and y - 1 where positive, logits 2 h + 0.5 and g."""
    layers = [
        gn.Dense(2, 2, init=([[1.0, 0.0], [0.0, 1.0]], [0.0, -1.0])),
        gn.ReLU(),
        gn.Dense(2, 2, init=([[2.0, 0.0], [0.0, 1.0]], [0.5, 0.0])),
        gn.Softmax(),
    ]
    return gn.Network(layers)
