"""The workloads: what is trained or predicted, from which weights, on which data, and the goal of each.

Every contestant makes its data and its initial weights from this module, so that all begin with the same numbers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CHECK_ROWS = 4000
"""Of the test set: where the outputs of all contestants are compared."""


@dataclass(frozen=True)
class Goal:
    """That glassnet takes at most so much of a peer's time."""

    at_most: float
    peer: str


@dataclass(frozen=True)
class Workload:
    """Something to train or to predict with.

    Attributes
    ----------
    name : str
        For the command line.
    title : str
        For the tables.
    sizes : tuple of int
        Widths from input to output.
    activation : "sigmoid" or "relu"
        Of the hidden layers; the output is softmax, and its loss the categorical cross-entropy.
    batch_size : int
        Rows of a training step, or of a call that predicts.
    optimizer : "sgd" or "adam"
    kind : "train" or "predict"
    dense : bool
        Whether the inputs are random numbers, none of them 0, instead of MNIST, most of which is 0.
    learning_rate : float
    steps : int
        How many steps, or calls, a timed burst has at most: what the fastest can do in the time that a burst aims at.
    check_steps : int
        After how many steps the outputs are compared.
    goal : Goal or None
    share_of_limit : float or None
        The least share of the speed of plain matrix products that is wanted.
    """

    name: str
    title: str
    sizes: tuple[int, ...]
    activation: str
    batch_size: int
    optimizer: str = "sgd"
    kind: str = "train"
    dense: bool = False
    learning_rate: float = 0.1
    steps: int = 600
    check_steps: int = 20
    goal: Goal | None = None
    share_of_limit: float | None = None

    @property
    def unit(self) -> str:
        """What is timed."""
        return "step" if self.kind == "train" else "call"

    @property
    def multiplications(self) -> int:
        """Of a training step's matrix products: forward, for the weights, and for the inputs of all but the first."""
        weights = [n_in * n_out for n_in, n_out in pairwise(self.sizes)]
        return self.batch_size * (3 * sum(weights) - weights[0])

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return asdict(self)

    @staticmethod
    def from_json(fields: dict[str, Any]) -> Workload:
        """Return the workload that was sent to a worker."""
        goal = fields["goal"]
        return Workload(**{**fields, "sizes": tuple(fields["sizes"]), "goal": Goal(**goal) if goal else None})


_L = (784, 2500, 2000, 1500, 1000, 500, 10)
_M = (784, 512, 512, 10)
_SMALL_NET = (784, 50, 100, 10)

WORKLOADS = (
    Workload(
        name="online",
        title="online: 784-100-100-100-10 sigmoid, batch 1, SGD",
        sizes=(784, 100, 100, 100, 10),
        activation="sigmoid",
        batch_size=1,
        steps=60_000,
        check_steps=300,
        goal=Goal(0.40, "JAX"),
    ),
    Workload(
        name="S",
        title="S: 784-50-10 sigmoid, batch 100, SGD",
        sizes=(784, 50, 10),
        activation="sigmoid",
        batch_size=100,
        steps=6000,
        goal=Goal(0.30, "JAX"),
    ),
    Workload(
        name="M",
        title="M: 784-512-512-10 ReLU, batch 128, SGD",
        sizes=_M,
        activation="relu",
        batch_size=128,
        steps=468,
        goal=Goal(0.85, "JAX"),
        share_of_limit=0.90,
    ),
    Workload(
        name="M-adam",
        title="M: 784-512-512-10 ReLU, batch 128, Adam",
        sizes=_M,
        activation="relu",
        batch_size=128,
        optimizer="adam",
        learning_rate=0.001,
        steps=468,
        check_steps=10,
        goal=Goal(0.90, "JAX"),
    ),
    Workload(
        name="L",
        title="L: 784-2500-2000-1500-1000-500-10 ReLU, batch 128, SGD",
        sizes=_L,
        activation="relu",
        batch_size=128,
        steps=16,
        check_steps=4,
        goal=Goal(0.85, "JAX"),
        share_of_limit=0.90,
    ),
    Workload(
        name="predict-1",
        title="predict one image, 784-50-100-10 sigmoid",
        sizes=_SMALL_NET,
        activation="sigmoid",
        batch_size=1,
        kind="predict",
        steps=100_000,
        goal=Goal(0.60, "onnxruntime"),
    ),
    Workload(
        name="predict-10000",
        title="predict 10,000 images, 784-50-100-10 sigmoid",
        sizes=_SMALL_NET,
        activation="sigmoid",
        batch_size=10_000,
        kind="predict",
        steps=120,
        goal=Goal(0.80, "onnxruntime"),
    ),
    Workload(
        name="M-dense",
        title="M with inputs that are never 0",
        sizes=_M,
        activation="relu",
        batch_size=128,
        dense=True,
        steps=468,
    ),
    Workload(
        name="L-dense",
        title="L with inputs that are never 0",
        sizes=_L,
        activation="relu",
        batch_size=128,
        dense=True,
        steps=16,
        check_steps=4,
    ),
)


@dataclass(frozen=True)
class Data:
    """Inputs in float32 and class indices."""

    x: Array
    t: Array
    x_test: Array
    t_test: Array


def load_data(workload: Workload) -> Data:
    """Return MNIST from 0 to 1, or random inputs of the same shape, none of which is 0."""
    import glassnet as gn

    (x, t), (x_test, t_test) = gn.load_mnist()
    if workload.dense:
        rng = np.random.default_rng(7)
        # As long as MNIST's images are, about.
        x, x_test = (np.float32(0.35) * rng.standard_normal(of.shape, dtype=np.float32) for of in (x, x_test))
    return Data(x, t, x_test, t_test)


def initial_weights(workload: Workload) -> list[tuple[Array, Array]]:
    """Return W (n_in, n_out) and b of each layer: He's weights for ReLU, Glorot's for sigmoid; biases near 0."""
    rng = np.random.default_rng(42)
    layers = []
    for n_in, n_out in pairwise(workload.sizes):
        std = np.sqrt(2 / n_in) if workload.activation == "relu" else np.sqrt(2 / (n_in + n_out))
        W = rng.normal(0, std, (n_in, n_out)).astype(np.float32)
        layers.append((W, rng.normal(0, 0.01, n_out).astype(np.float32)))
    return layers


def by_name(names: str | None) -> list[Workload]:
    """Return the workloads of a list such as "S,M", or all.

    Raises
    ------
    ValueError
        If there is none of a name.
    """
    if names is None:
        return list(WORKLOADS)
    known = {workload.name.lower(): workload for workload in WORKLOADS}
    chosen = []
    for name in names.split(","):
        if name.strip().lower() not in known:
            raise ValueError(f"no workload {name.strip()!r}; there are {', '.join(w.name for w in WORKLOADS)}")
        chosen.append(known[name.strip().lower()])
    return chosen
