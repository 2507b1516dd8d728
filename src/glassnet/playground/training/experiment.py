"""An experiment: which data, which network, how it learns. The same experiment gives the same training, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from glassnet.model import Network
from glassnet.network.initializers import INITIALIZERS
from glassnet.network.layers import BatchNorm, Dense, Dropout, Maxout, Sigmoid, Softmax
from glassnet.playground.message import RefusedError
from glassnet.playground.training.toy_data import CLASSES, VALUES
from glassnet.training.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp
from glassnet.training.recipes import ACTIVATIONS

if TYPE_CHECKING:
    from glassnet.network.layer import Layer
    from glassnet.playground.message import Message
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.schedules import Schedule

MOST_LAYERS, MOST_WIDTH, MOST_PARAMETERS = 8, 2048, 5_000_000
MOST_TOY, MOST_DIGITS = 2000, 60_000
MOST_EPOCHS, MOST_STEPS = 10_000, 300_000
"""Of one training: its history has some numbers for each step."""
MOST_IN_A_STEP = 60_000_000
"""Numbers of inputs and units of one batch: each is there several times, of 4 bytes."""
MOST_SEED = 999_999
DATA = (*CLASSES, *VALUES, "mnist", "own")
HIDDEN = (*ACTIVATIONS, "maxout")
OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.__name__.lower(): kind for kind in (SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW)
}
OUTPUTS: dict[str, tuple[type[Layer] | None, str]] = {
    "softmax": (Softmax, "categorical_cross_entropy"),
    "sigmoid": (Sigmoid, "binary_cross_entropy"),
    "softmax-squares": (Softmax, "mean_squared_error"),
    "sigmoid-squares": (Sigmoid, "mean_squared_error"),
    "squares": (None, "mean_squared_error"),
    "absolute": (None, "mean_absolute_error"),
    "gaussian": (None, "gaussian_nll"),
}
"""Output function and loss, by what the page calls the two."""
REFERENCE_WORK = 2_000_000
"""The multiplications of a step up to which plain NumPy trains: nothing has to be compiled or loaded then."""


@dataclass(frozen=True)
class DataChoice:
    """Which data.

    Attributes
    ----------
    kind : str
        One of `DATA`.
    count : int
        How many samples; of MNIST how many training digits, the first ones.
    noise : float
        The standard deviation of what is added to points and values.
    test : float
        The share of the samples that is for testing, from 0 to 0.9; MNIST has its own.
    label : int
        The column of a table of one's own that is to be learned, from 0.
    scale : bool
        Whether a table's columns are brought to mean 0 and standard deviation 1.
    """

    kind: str
    count: int
    noise: float
    test: float
    label: int
    scale: bool

    @classmethod
    def read(cls, asked: Message) -> DataChoice:
        """Return what a request asks for."""
        kind = asked.choice("kind", DATA)
        return cls(
            kind,
            asked.integer("count", 2, MOST_DIGITS if kind == "mnist" else MOST_TOY, default=200),
            asked.number("noise", at_least=0, at_most=2, default=0.1),
            asked.number("test", at_least=0, at_most=0.9, default=0.3),
            asked.integer("label", 0, default=0),
            asked.flag("scale", default=True),
        )


@dataclass(frozen=True)
class Experiment:
    """Data, network and how it learns.

    Attributes
    ----------
    data : DataChoice
    hidden : tuple of (int, str)
        Width and activation of each hidden layer.
    dropout : float
        After each hidden layer; 0 for none.
    batch_norm : bool
    output : str
        One of `OUTPUTS`.
    init : str
    optimizer : str
        One of `OPTIMIZERS`.
    rate : float
    batch_size : int
        0 for all samples at once.
    epochs : int
    seed : int
    """

    data: DataChoice
    hidden: tuple[tuple[int, str], ...]
    dropout: float
    batch_norm: bool
    output: str
    init: str
    optimizer: str
    rate: float
    batch_size: int
    epochs: int
    seed: int

    @classmethod
    def read(cls, asked: Message) -> Experiment:
        """Return what a request asks for.

        Examples
        --------
        >>> from glassnet.playground.message import Message
        >>> asked = {"data": {"kind": "xor"}, "layers": [{"units": 4, "activation": "tanh"}], "output": "softmax"}
        >>> experiment = Experiment.read(Message(asked))
        >>> experiment.layers(2, 2)
        [Dense(2, 4), Tanh(), Dense(4, 2), Softmax()]
        """
        hidden = [
            (own.integer("units", 1, MOST_WIDTH), own.choice("activation", HIDDEN))
            for own in asked.messages("layers", most=MOST_LAYERS)
        ]
        return cls(
            DataChoice.read(asked.message("data")),
            tuple(hidden),
            asked.number("dropout", at_least=0, at_most=0.9, default=0.0),
            asked.flag("batchNorm"),
            asked.choice("output", OUTPUTS),
            asked.choice("init", ("auto", *INITIALIZERS), default="auto"),
            asked.choice("optimizer", OPTIMIZERS, default="sgd"),
            read_rate(asked),
            asked.integer("batch", 0, MOST_DIGITS, default=0),
            asked.integer("epochs", 1, MOST_EPOCHS, default=1000),
            asked.integer("seed", 0, MOST_SEED, default=0),
        )

    def layers(self, n_in: int, n_out: int) -> list[Layer]:
        """Return the layers for so many inputs, and classes or values."""
        layers: list[Layer] = []
        width = n_in
        for units, activation in self.hidden:
            if activation == "maxout":
                layers.append(Maxout(width, units, init=self.init))
            else:
                layers.append(Dense(width, units, init=self.init))
            if self.batch_norm:
                layers.append(BatchNorm())
            if activation != "maxout":
                layers.append(ACTIVATIONS[activation]())
            if self.dropout:
                layers.append(Dropout(self.dropout))
            width = units
        kind, _ = OUTPUTS[self.output]
        one = kind is Sigmoid and n_out == 2  # one output says which of two classes it is
        layers.append(Dense(width, 1 if one else n_out, init=self.init))
        return layers if kind is None else [*layers, kind()]

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return OUTPUTS[self.output][1]

    def network(self, n_in: int, n_out: int) -> Network:
        """Return the network with its initial values.

        Raises
        ------
        RefusedError
            If it has too many parameters; nothing is made of it then.
        """
        self._check_size([n_in, *(units for units, _ in self.hidden), n_out])
        return Network(self.layers(n_in, n_out), self.loss, seed=self.seed)

    def _check_size(self, widths: list[int]) -> None:
        pieces = [Maxout.pieces if activation == "maxout" else 1 for _, activation in self.hidden]
        sizes = [below * above for below, above in pairwise(widths)]
        size = sum(of * times for of, times in zip(sizes, [*pieces, 1], strict=True))
        if size > MOST_PARAMETERS:
            raise RefusedError(
                "train-too-many-parameters",
                f"a network must have at most {MOST_PARAMETERS:,} weights here, got {size:,}.",
                most=f"{MOST_PARAMETERS:,}",
                got=f"{size:,}",
            )

    def rule(self, rate: float | Schedule) -> Optimizer:
        """Return the optimizer with that rate."""
        return OPTIMIZERS[self.optimizer](rate)

    def batch_of(self, rows: int) -> int:
        """Return how many samples a batch has."""
        return min(self.batch_size or rows, rows)

    def check_task(self, *, classes: bool) -> None:
        """Raise `RefusedError` if the loss is not for classes, or not for values."""
        if classes == (OUTPUTS[self.output][0] is not None):
            return
        if classes:
            raise RefusedError("train-loss-classes", f"these targets are classes, and {self.output} is for values.")
        raise RefusedError("train-loss-values", f"these targets are values, and {self.output} is for classes.")

    def check_memory(self, rows: int, n_in: int, n_out: int) -> None:
        """Raise `RefusedError` if the numbers of one batch would take too much memory."""
        numbers = self.batch_of(rows) * (n_in + sum(units for units, _ in self.hidden) + n_out)
        if numbers > MOST_IN_A_STEP:
            raise RefusedError(
                "train-batch-too-large",
                f"a step would compute with {numbers:,} numbers, of at most {MOST_IN_A_STEP:,}. Take smaller batches.",
            )

    def check_length(self, rows: int) -> None:
        """Raise `RefusedError` if the training would have too many steps."""
        steps = self.epochs * -(-rows // self.batch_of(rows))
        if steps > MOST_STEPS:
            raise RefusedError(
                "train-too-many-steps",
                f"{self.epochs:,} epochs would be {steps:,} steps; at most {MOST_STEPS:,} are made at a time.",
                got=f"{steps:,}",
                most=f"{MOST_STEPS:,}",
            )

    def executor(self, network: Network, rows: int) -> str:
        """Return by which executor it is to be trained: a matter of sizes alone, so that the same bits come out."""
        return "reference" if self.batch_of(rows) * sum(network.multiplications) <= REFERENCE_WORK else "auto"


def read_rate(asked: Message) -> float:
    """Return the learning rate of a request."""
    return asked.number("rate", above=0, at_most=1000, default=0.1)
