"""Recipes: whole trainings by name, those of the lectures and our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.data.augmentation import Augmentation
from glassnet.data.scaling import Scaling, named_scaling
from glassnet.mathematics.checks import check_choice
from glassnet.network.initializers import He, Normal
from glassnet.network.layers import (
    ELU,
    BatchNorm,
    Dense,
    Dropout,
    Identity,
    LeakyReLU,
    PReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from glassnet.training.optimizers import SGD, Adam, Optimizer
from glassnet.training.schedules import OneCycle

if TYPE_CHECKING:
    from glassnet.network.layer import Layer
    from glassnet.network.layers.activations import Activation

ACTIVATIONS: dict[str, type[Activation]] = {
    kind.__name__.lower(): kind for kind in (Sigmoid, Tanh, ReLU, LeakyReLU, PReLU, ELU, Identity)
}
"""The activations that a recipe or a command line may name."""


@dataclass(frozen=True)
class Recipe:
    """A whole training: the network, how its inputs and targets are made, and how it learns.

    Attributes
    ----------
    description : str
        What it is, and where it comes from.
    hidden : tuple of int
        Widths of the hidden layers.
    activations : tuple of str
        One for each hidden layer, or one for all.
    output : "softmax" or "sigmoid"
        The output layer; its loss is the cross-entropy that belongs to it.
    bias : bool
        Whether layers have biases.
    init : str or Initializer
        Initial weights.
    batch_norm : bool
    dropout : float
        After each hidden layer; 0 for none.
    scaling : str
        How pixels become inputs.
    targets : tuple of two floats
        The target of the wrong classes and of the right one.
    optimizer : Optimizer
    epochs : int
    max_steps : int or None
        How many steps at most, within the epochs.
    batch_size : int or "full"
    shuffle : bool
    augmentation : Augmentation or None
    evaluate_every : int or None
        After how many samples the test accuracy is printed.
    """

    description: str
    hidden: tuple[int, ...]
    activations: tuple[str, ...]
    optimizer: Optimizer
    epochs: int
    batch_size: int | str
    output: str = "softmax"
    bias: bool = True
    init: Any = "auto"
    batch_norm: bool = False
    dropout: float = 0.0
    scaling: str = "unit"
    targets: tuple[float, float] = (0.0, 1.0)
    max_steps: int | None = None
    shuffle: bool = True
    augmentation: Augmentation | None = None
    evaluate_every: int | None = None

    def layers(self, n_in: int, n_out: int) -> list[Layer]:
        """Return the layers for so many inputs and classes.

        >>> RECIPES["two-layer"].layers(784, 10)[-2:]
        [Dense(50, 10, init=Normal(std=0.01)), Softmax()]
        """
        layers: list[Layer] = []
        widths = (n_in, *self.hidden)
        activations = self.activations * len(self.hidden) if len(self.activations) == 1 else self.activations
        for fan_in, fan_out, activation in zip(widths, widths[1:], activations, strict=False):
            layers.append(Dense(fan_in, fan_out, bias=self.bias, init=self.init))
            if self.batch_norm:
                layers.append(BatchNorm())
            layers.append(ACTIVATIONS[check_choice("activation", activation, ACTIVATIONS)]())
            if self.dropout:
                layers.append(Dropout(self.dropout))
        output = Softmax() if self.output == "softmax" else Sigmoid()
        return [*layers, Dense(widths[-1], n_out, bias=self.bias, init=self.init), output]

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return "categorical_cross_entropy" if self.output == "softmax" else "binary_cross_entropy"

    @property
    def scale(self) -> Scaling:
        """The scaling of pixels."""
        return named_scaling(self.scaling)


RECIPES = {
    "default": Recipe(
        description="784-512-256-128-10, ReLU, with digits turned, bent and thickened anew in each epoch",
        hidden=(512, 256, 128),
        activations=("relu",),
        optimizer=Adam(OneCycle(0.003, up=0.1)),
        epochs=15,
        batch_size=200,
        augmentation=Augmentation(rotation=10, shift=0.5, scale=0.12, shear=0.2, elastic=0.4, thickness=0.6),
    ),
    "two-layer": Recipe(
        description="lecture 002: 784-50-10, sigmoid, batches of 100, rate 0.1, 10,000 iterations",
        hidden=(50,),
        activations=("sigmoid",),
        optimizer=SGD(0.1),
        epochs=17,
        max_steps=10_000,
        batch_size=100,
        init=Normal(0.01),
    ),
    "deep-online": Recipe(
        description="lecture 000: 784-100-100-100-10, sigmoid, tanh, sigmoid, one sample at a time, rate 0.01",
        hidden=(100, 100, 100),
        activations=("sigmoid", "tanh", "sigmoid"),
        optimizer=SGD(0.01),
        epochs=1,
        batch_size=1,
        bias=False,
        init=He(),
        scaling="lecture000",
        targets=(0.01, 0.99),
        shuffle=False,
        evaluate_every=2_000,
    ),
    "feedforward": Recipe(
        description="lecture 003: 784-100-10, sigmoid and sigmoid, without biases, as its given weights (96%)",
        hidden=(100,),
        activations=("sigmoid",),
        output="sigmoid",
        optimizer=SGD(0.5),
        epochs=10,
        batch_size=100,
        bias=False,
    ),
}
