"""The layers, one kind a file: what each computes forward and backward stands side by side."""

from glassnet.network.layers.activations import ELU, Identity, LeakyReLU, PReLU, ReLU, Sigmoid, Softmax, Tanh
from glassnet.network.layers.batchnorm import BatchNorm
from glassnet.network.layers.dense import Dense
from glassnet.network.layers.dropout import Dropout
from glassnet.network.layers.maxout import Maxout

LAYERS = {
    layer.__name__: layer
    for layer in (Dense, Sigmoid, Tanh, ReLU, LeakyReLU, PReLU, ELU, Maxout, Softmax, Dropout, BatchNorm, Identity)
}
"""The layers that a model file may name."""

__all__ = [
    "ELU",
    "LAYERS",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Identity",
    "LeakyReLU",
    "Maxout",
    "PReLU",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
]
