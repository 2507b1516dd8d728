"""From an estimator's parameters to a network: its layers, and its first weights, drawn as scikit-learn draws them."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, check_choice, check_number, describe
from glassnet.model import Network
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
from glassnet.network.places import is_weight
from glassnet.sklearn.losses import Exponential

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network.loss import Loss

ACTIVATIONS: dict[str, type[Layer]] = {
    "identity": Identity,
    "logistic": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "sigmoid": Sigmoid,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "prelu": PReLU,
    "maxout": Maxout,
}
"""The activations by name: scikit-learn's four first."""
NO_ACTIVATIONS = (Dropout, BatchNorm)
"""Layers that other parameters ask for."""
OUTPUTS: dict[str, type[Layer] | None] = {
    "identity": None,
    "softmax": Softmax,
    "logistic": Sigmoid,
    "exp": Exponential,
}
"""The output functions by scikit-learn's name."""


@dataclass(frozen=True)
class Plan:
    """The layers of a network as an estimator's parameters say them.

    Attributes
    ----------
    units : list of int
        The numbers of inputs, of each hidden layer's outputs, and of outputs.
    activations : list of str or Layer
        One for each hidden layer.
    dropout, normalized : list
        The share that is dropped behind each hidden layer, and whether its net input is normalized.
    output : str
        The output function.
    drawn_for : str or Layer
        The activation that the first weights of the output layer are drawn for: the last one, or, without hidden
        layers, the one that the estimator has all the same.
    """

    units: list[int]
    activations: list[Any]
    dropout: list[float]
    normalized: list[bool]
    output: str
    drawn_for: Any

    @property
    def is_plain(self) -> bool:
        """Whether all that is random is in the first weights, and nothing is kept besides parameters."""
        return not any(self.dropout) and not any(self.normalized)

    def layers(self) -> list[Layer]:
        """Return the layers."""
        result: list[Layer] = []
        for index, activation in enumerate(self.activations):
            n_in, n_out = self.units[index : index + 2]
            whole = activation == "maxout" if isinstance(activation, str) else False
            result.append(Maxout(n_in, n_out) if whole else Dense(n_in, n_out))
            if self.normalized[index]:
                result.append(BatchNorm())
            if isinstance(activation, Layer):
                result.append(activation)
            elif not whole and activation != "identity":
                result.append(ACTIVATIONS[activation]())
            if self.dropout[index]:
                result.append(Dropout(self.dropout[index]))
        result.append(Dense(self.units[-2], self.units[-1]))
        output = OUTPUTS[self.output]
        return [*result, output()] if output else result

    def network(self, loss: Loss, random: np.random.RandomState, dtype: np.dtype[Any]) -> Network:
        """Return the network with weights drawn as scikit-learn draws them: for each layer W, then b.

        Even within ±√(6 / (n_in + n_out)), ±√(2 / (n_in + n_out)) before a sigmoid (Glorot and Bengio, 2010); biases
        too. What scikit-learn does not have (the slope of a PReLU, a Maxout's pieces) begins as glassnet begins it.
        """
        drawn = [self._draw(index, random) for index in range(len(self.units) - 1)]
        network = Network(self.layers(), loss, seed=self._seed(random), dtype=dtype.name)
        with np.errstate(over="ignore"):
            for (W, b), (coefficients, intercepts) in zip(parameters_of(network), drawn, strict=True):
                if W.shape == coefficients.shape:
                    W[...], b[...] = coefficients, intercepts
        return network

    def around(self, old: Network, loss: Loss, random: np.random.RandomState) -> Network:
        """Return the network with all that an older one of the same units has and it has too; the rest begins anew."""
        network = Network(self.layers(), loss, seed=self._seed(random), dtype=old.dtype.name)
        pairs = list(zip(parameters_of(network), parameters_of(old), strict=True))
        if any(new[0].shape != kept[0].shape for new, kept in pairs):
            raise ArgumentError(
                "activation must fit the weights where a training goes on: 'maxout' has a matrix for each of its "
                "pieces. Fit anew, without warm_start and not by partial_fit, to come to it or to leave it."
            )
        for arrays, before in ((network.parameters, old.parameters), (network.state, old.state)):
            for name in arrays.keys() & before.keys():
                if arrays[name].shape == before[name].shape:
                    arrays[name][...] = before[name]
        network.preprocessing, network.metadata = old.preprocessing, old.metadata
        return network

    def _seed(self, random: np.random.RandomState) -> int:
        return 0 if self.is_plain and "maxout" not in self._names else int(random.randint(2**31 - 1))

    @property
    def _names(self) -> list[str]:
        return [name for name in self.activations if isinstance(name, str)]

    def _draw(self, index: int, random: np.random.RandomState) -> tuple[NDArray[Any], NDArray[Any]]:
        n_in, n_out = self.units[index : index + 2]
        activation = [*self.activations, self.drawn_for][index]
        is_sigmoid = isinstance(activation, Sigmoid) or (isinstance(activation, str) and activation == "logistic")
        bound = np.sqrt((2.0 if is_sigmoid else 6.0) / (n_in + n_out))
        return random.uniform(-bound, bound, (n_in, n_out)), random.uniform(-bound, bound, n_out)


def parameters_of(network: Network) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return weights and biases of each block, as live views."""
    numbers = [place.number for place in network.places if place.names.keys() >= {"W", "b"}]
    return [(network.parameters[f"W{number}"], network.parameters[f"b{number}"]) for number in numbers]


def weights_of(network: Network) -> list[str]:
    """Return the names of what the penalty is on: every W."""
    return [name for name in network.parameters if is_weight(name)]


def per_layer(name: str, value: Any, count: int) -> list[Any]:
    """Return one setting for each hidden layer, given one for all or a sequence.

    >>> per_layer("dropout", 0.5, 2)
    [0.5, 0.5]
    """
    if isinstance(value, str | Layer) or not hasattr(value, "__len__"):
        return [value] * count
    if len(value) != count:
        raise ArgumentError(
            f"{name} must be one setting, or one for each of the {count} hidden layers, got {len(value)}."
        )
    return list(value)


def hidden_sizes(value: Any) -> list[int]:
    """Return the sizes of the hidden layers, checked."""
    given = list(value) if hasattr(value, "__iter__") else [value]
    try:
        sizes = [operator.index(size) for size in given]
    except TypeError:
        raise ArgumentTypeError(
            f"hidden_layer_sizes must be whole numbers such as (100, 50), got {given}. Round them."
        ) from None
    if any(size <= 0 for size in sizes):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {given}.")
    return sizes


def as_activations(value: Any, count: int) -> Sequence[Any]:
    """Return the activation of each hidden layer, checked."""
    activations = per_layer("activation", value, count)
    for activation in activations:
        if isinstance(activation, str):
            check_choice("activation", activation, ACTIVATIONS)
        elif not isinstance(activation, Layer) or activation.starts_block or isinstance(activation, NO_ACTIVATIONS):
            raise ArgumentTypeError(
                f"activation must be a name or a layer such as gn.ELU(0.5), got {describe(activation)}. Layers of "
                "weights come of hidden_layer_sizes, others of dropout and batch_normalization."
            )
    return activations


def as_shares(value: Any, count: int) -> list[float]:
    """Return the share that is dropped behind each hidden layer, checked."""
    return [float(check_number("dropout", share, at_least=0, below=1)) for share in per_layer("dropout", value, count)]
