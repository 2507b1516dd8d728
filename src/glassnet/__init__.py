"""glassnet: a neural-network library and laboratory made of glass.

Every number visible, forward and backward. Begin with `gn.Network`, `gn.load_mnist` and `gn.gates`; `gn.functions` and
`gn.losses` hold the mathematics, `gn.plots` the pictures.
"""

from glassnet.data import (
    Dataset,
    load_data,
    load_fashion_mnist,
    load_mnist,
    read_idx,
    read_image_folder,
    read_mnist_csv,
    read_npz,
)
from glassnet.data.augmentation import Augmentation
from glassnet.data.pictures import digit_from_picture
from glassnet.glass import plots
from glassnet.glass.trace import Trace
from glassnet.interop.legacy_pickle import read_legacy_pickle
from glassnet.mathematics import functions, gates, losses
from glassnet.mathematics.checks import GlassnetError
from glassnet.mathematics.graph import Variable
from glassnet.mathematics.numerical import gradient_descent, numerical_diff, numerical_gradient
from glassnet.mathematics.perceptron import Perceptron
from glassnet.mathematics.targets import one_hot
from glassnet.model import Network, load
from glassnet.network import initializers
from glassnet.network.gradient_check import gradient_check
from glassnet.network.layer import Layer
from glassnet.network.layers import (
    ELU,
    BatchNorm,
    Dense,
    Dropout,
    Identity,
    LeakyReLU,
    Maxout,
    PReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from glassnet.network.loss import Loss, NamedLoss
from glassnet.training import callbacks, schedules
from glassnet.training.history import History
from glassnet.training.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp
from glassnet.version import __version__

__all__ = [
    "ELU",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Augmentation",
    "BatchNorm",
    "Dataset",
    "Dense",
    "Dropout",
    "GlassnetError",
    "History",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Loss",
    "Maxout",
    "Momentum",
    "NamedLoss",
    "Nesterov",
    "Network",
    "Optimizer",
    "PReLU",
    "Perceptron",
    "RMSProp",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Trace",
    "Variable",
    "__version__",
    "callbacks",
    "digit_from_picture",
    "functions",
    "gates",
    "gradient_check",
    "gradient_descent",
    "initializers",
    "load",
    "load_data",
    "load_fashion_mnist",
    "load_mnist",
    "losses",
    "numerical_diff",
    "numerical_gradient",
    "one_hot",
    "plots",
    "read_idx",
    "read_image_folder",
    "read_legacy_pickle",
    "read_mnist_csv",
    "read_npz",
    "schedules",
]
