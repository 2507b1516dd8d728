"""glassnet: a neural-network library and laboratory made of glass.

Every number visible, forward and backward. Begin with `gn.Network`, `gn.load_mnist` and `gn.gates`; `gn.functions` and
`gn.losses` hold the mathematics, `gn.plots` the pictures.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet.version import __version__

if TYPE_CHECKING:
    from glassnet import legacy, lessons
    from glassnet.data.augmentation import Augmentation
    from glassnet.data.batches import batches
    from glassnet.data.dataset import Dataset
    from glassnet.data.fashion import load_fashion_mnist
    from glassnet.data.folders import read_image_folder
    from glassnet.data.idx import read_idx
    from glassnet.data.loading import load_data
    from glassnet.data.mnist_csv import read_mnist_csv
    from glassnet.data.mnist_loader import load_mnist
    from glassnet.data.npz import read_npz
    from glassnet.data.pictures import digit_from_picture
    from glassnet.frameworks.keras_models import from_keras, save_keras, to_keras
    from glassnet.frameworks.pytorch import from_torch, save_torch, to_torch
    from glassnet.frameworks.scikit_learn import from_sklearn, to_sklearn
    from glassnet.glass import plots
    from glassnet.glass.doctor.callback import Doctor
    from glassnet.glass.doctor.rate_range import learning_rate_range_test
    from glassnet.glass.explain.explanation import Explanation
    from glassnet.glass.graph_drawing import draw_graph
    from glassnet.glass.refusal.detector import NotADigit
    from glassnet.glass.refusal.verdict import Verdict
    from glassnet.interop.formats import export
    from glassnet.interop.legacy_pickle import read_legacy_pickle
    from glassnet.interop.onnx.writing import export_onnx
    from glassnet.interop.standalone.c import export_c
    from glassnet.interop.standalone.javascript import export_javascript
    from glassnet.interop.standalone.python import export_python
    from glassnet.mathematics import functions, gates, lecture_layers, losses, metrics
    from glassnet.mathematics.checks import GlassnetError
    from glassnet.mathematics.graph import Variable
    from glassnet.mathematics.graph_functions import affine, softmax_with_loss
    from glassnet.mathematics.numerical import gradient_descent, numerical_diff, numerical_gradient
    from glassnet.mathematics.perceptron import Perceptron
    from glassnet.mathematics.targets import one_hot
    from glassnet.model import Network, Trace, import_onnx, load, load_trace
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
    "Doctor",
    "Dropout",
    "Explanation",
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
    "NotADigit",
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
    "Verdict",
    "__version__",
    "affine",
    "batches",
    "callbacks",
    "digit_from_picture",
    "draw_graph",
    "export",
    "export_c",
    "export_javascript",
    "export_onnx",
    "export_python",
    "from_keras",
    "from_sklearn",
    "from_torch",
    "functions",
    "gates",
    "gradient_check",
    "gradient_descent",
    "import_onnx",
    "initializers",
    "learning_rate_range_test",
    "lecture_layers",
    "legacy",
    "lessons",
    "load",
    "load_data",
    "load_fashion_mnist",
    "load_mnist",
    "load_trace",
    "losses",
    "metrics",
    "numerical_diff",
    "numerical_gradient",
    "one_hot",
    "plots",
    "read_idx",
    "read_image_folder",
    "read_legacy_pickle",
    "read_mnist_csv",
    "read_npz",
    "save_keras",
    "save_torch",
    "schedules",
    "softmax_with_loss",
    "to_keras",
    "to_sklearn",
    "to_torch",
]

# `import glassnet` alone loads none of its rooms: a name's module loads when it is first asked for. A test holds this
# table to the imports above, which are there for type checkers.
_HOMES = {
    "AdaGrad": "training.optimizers",
    "Adam": "training.optimizers",
    "AdamW": "training.optimizers",
    "Augmentation": "data.augmentation",
    "BatchNorm": "network.layers",
    "Dataset": "data.dataset",
    "Dense": "network.layers",
    "Doctor": "glass.doctor.callback",
    "Dropout": "network.layers",
    "ELU": "network.layers",
    "Explanation": "glass.explain.explanation",
    "GlassnetError": "mathematics.checks",
    "History": "training.history",
    "Identity": "network.layers",
    "Layer": "network.layer",
    "LeakyReLU": "network.layers",
    "Loss": "network.loss",
    "Maxout": "network.layers",
    "Momentum": "training.optimizers",
    "NamedLoss": "network.loss",
    "Nesterov": "training.optimizers",
    "Network": "model",
    "NotADigit": "glass.refusal.detector",
    "Optimizer": "training.optimizers",
    "PReLU": "network.layers",
    "Perceptron": "mathematics.perceptron",
    "RMSProp": "training.optimizers",
    "ReLU": "network.layers",
    "SGD": "training.optimizers",
    "Sigmoid": "network.layers",
    "Softmax": "network.layers",
    "Tanh": "network.layers",
    "Trace": "model",
    "Variable": "mathematics.graph",
    "Verdict": "glass.refusal.verdict",
    "affine": "mathematics.graph_functions",
    "batches": "data.batches",
    "callbacks": "training",
    "digit_from_picture": "data.pictures",
    "draw_graph": "glass.graph_drawing",
    "export": "interop.formats",
    "export_c": "interop.standalone.c",
    "export_javascript": "interop.standalone.javascript",
    "export_onnx": "interop.onnx.writing",
    "export_python": "interop.standalone.python",
    "from_keras": "frameworks.keras_models",
    "from_sklearn": "frameworks.scikit_learn",
    "from_torch": "frameworks.pytorch",
    "functions": "mathematics",
    "gates": "mathematics",
    "gradient_check": "network.gradient_check",
    "gradient_descent": "mathematics.numerical",
    "import_onnx": "model",
    "initializers": "network",
    "learning_rate_range_test": "glass.doctor.rate_range",
    "lecture_layers": "mathematics",
    "legacy": "",
    "lessons": "",
    "load": "model",
    "load_data": "data.loading",
    "load_fashion_mnist": "data.fashion",
    "load_mnist": "data.mnist_loader",
    "load_trace": "model",
    "losses": "mathematics",
    "metrics": "mathematics",
    "numerical_diff": "mathematics.numerical",
    "numerical_gradient": "mathematics.numerical",
    "one_hot": "mathematics.targets",
    "plots": "glass",
    "read_idx": "data.idx",
    "read_image_folder": "data.folders",
    "read_legacy_pickle": "interop.legacy_pickle",
    "read_mnist_csv": "data.mnist_csv",
    "read_npz": "data.npz",
    "save_keras": "frameworks.keras_models",
    "save_torch": "frameworks.pytorch",
    "schedules": "training",
    "softmax_with_loss": "mathematics.graph_functions",
    "to_keras": "frameworks.keras_models",
    "to_sklearn": "frameworks.scikit_learn",
    "to_torch": "frameworks.pytorch",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        from glassnet.mathematics.checks import did_you_mean

        raise AttributeError(f"glassnet has no {name!r}.{did_you_mean(name, __all__)}")
    home = import_module(f"glassnet.{_HOMES[name]}".rstrip("."))
    # Some names are modules themselves: gn.functions, gn.plots, …
    value = vars(home)[name] if name in vars(home) else import_module(f"{home.__name__}.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
