"""What the tests of the engine share: how Python calls kernels, networks of all kinds, and their programs."""

import functools

import numpy as np
import pytest

import glassnet as gn
from glassnet.network.loss import NamedLoss
from glassnet.training.executors import rule_of
from glassnet.training.run import TrainingState


@functools.cache
def called(kernel):
    """Return a kernel compiled as it is, but with the wrapper that Python needs, once for each kernel and type.

    The kernel itself has no such wrapper: called from Python it ends the process.
    """
    from numba import jit

    options = {name: value for name, value in kernel.targetoptions.items() if name != "no_cpython_wrapper"}
    return jit(**options)(kernel.py_func)


@pytest.fixture(scope="session", name="called")
def _called():
    return called


NETWORKS = {
    "narrow": lambda: ([gn.Dense(20, 50), gn.Sigmoid(), gn.Dense(50, 3), gn.Softmax()], None),
    "wide": lambda: (
        [gn.Dense(20, 200), gn.ReLU(), gn.Dense(200, 130), gn.Tanh(), gn.Dense(130, 3), gn.Softmax()],
        None,
    ),
    "binary": lambda: (
        [gn.Dense(20, 30), gn.LeakyReLU(), gn.Dense(30, 300, bias=False), gn.ELU(), gn.Dense(300, 1), gn.Sigmoid()],
        "binary_cross_entropy",
    ),
    "normalized": lambda: (
        [
            *(gn.BatchNorm(), gn.Dense(20, 40), gn.BatchNorm(), gn.ReLU(), gn.Dropout(0.3)),
            *(gn.Dense(40, 140), gn.BatchNorm(), gn.Dropout(), gn.PReLU(), gn.Dense(140, 3), gn.Softmax()),
        ],
        None,
    ),
    "maxout": lambda: ([gn.Maxout(20, 30, pieces=3), gn.Maxout(30, 150), gn.Maxout(150, 3), gn.Softmax()], None),
    "prelu": lambda: (
        [gn.Dense(20, 30), gn.PReLU(), gn.Dense(30, 140), gn.PReLU(), gn.Dense(140, 3), gn.Sigmoid()],
        "mean_squared_error",
    ),
    "softmax inside": lambda: (
        [gn.Dense(20, 150), gn.Softmax(), gn.Dense(150, 140), gn.Softmax()],
        "mean_absolute_error",
    ),
    "wide output": lambda: ([gn.Dropout(0.2), gn.Dense(20, 200), gn.Softmax()], None),
    "values": lambda: (
        [gn.Dense(20, 160), gn.Identity(), gn.Dense(160, 3)],
        NamedLoss("gaussian_nll", sigma=[0.5, 1.0, 2.0]),
    ),
    "many inputs": lambda: ([gn.Dense(300, 40, bias=False), gn.ReLU(), gn.Dense(40, 3), gn.Softmax()], None),
    "one number": lambda: ([gn.Dense(1, 1)], "mean_squared_error"),
}
"""Networks of every layer: narrow ones, whose work is shared by rows, and wide ones, where it is by columns."""


@pytest.fixture(params=NETWORKS, scope="module")
def network(request):
    """Return one of the networks, which the tests of a module share: they do not train it."""
    layers, loss = NETWORKS[request.param]()
    return gn.Network(layers, loss, seed=3)


@pytest.fixture(scope="module")
def training_of():
    """Return a function that makes a training's program, once, which it does not run."""

    @functools.cache
    def make(network, optimizer, *, batch_size=5, threads=2, weighted=False, sparse=False, fuse=True):
        from glassnet.engine.crew import Crew
        from glassnet.engine.executor import Training
        from glassnet.engine.workspace import Data

        x, t, weights = np.zeros((9, network.n_in)), np.zeros((9, network.n_out)), np.ones(9)
        data = Data(*(array.astype(network.dtype) for array in (x, t, weights)))
        slots = TrainingState.fresh(network, optimizer).slots
        options = {"weighted": weighted, "sparse": sparse, "fuse": fuse}
        return Training(network, rule_of(optimizer), slots, data, batch_size, Crew(threads), **options)

    return make
