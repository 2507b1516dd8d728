"""`two_layer_net`: the network that lecture 002 trains on MNIST in mini-batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.legacy.common.functions import cross_entropy_error, softmax
from glassnet.legacy.common.gradient import numerical_gradient
from glassnet.legacy.common.layers import Affine, Sigmoid, SoftmaxWithLoss
from glassnet.mathematics.confusion import class_indices

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TwoLayerNet"]


class TwoLayerNet:
    """Affine, sigmoid, affine, softmax: a network with one hidden layer.

    Parameters
    ----------
    input_size, hidden_size, output_size : int of at least 1
    weight_init_std : float, default 0.01
        Standard deviation of the normal numbers that the weights begin with; biases begin at 0.

    Attributes
    ----------
    params : dict of array
        W1 (input_size, hidden_size), b1, W2 (hidden_size, output_size), b2. Change them in place or put others there.

    Notes
    -----
    The first weights come from NumPy's global generator, so that a script's `np.random.seed` decides them. Source:
    lecture 002.

    Examples
    --------
    >>> network = TwoLayerNet(input_size=784, hidden_size=50, output_size=10)
    >>> network.params["W1"].shape, network.predict(np.zeros((3, 784))).shape
    ((784, 50), (3, 10))
    """

    def __init__(self, input_size: int, hidden_size: int, output_size: int, weight_init_std: float = 0.01) -> None:
        normal = np.random.randn  # what `np.random.seed` in old code means
        self.params: dict[str, NDArray[Any]] = {
            "W1": weight_init_std * normal(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * normal(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the probabilities of the classes, (N, output_size), for x of shape (N, input_size)."""
        return softmax(_forward(self._layers(), x))

    def loss(self, x: NDArray[Any], t: NDArray[Any]) -> Any:
        """Return the cross-entropy, the mean over the batch; t are one-hot rows or class indices."""
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x: NDArray[Any], t: NDArray[Any]) -> float:
        """Return the share of the samples whose likeliest class is the right one."""
        return float(np.mean(class_indices(self.predict(x)) == class_indices(t)))

    def numerical_gradient(self, x: NDArray[Any], t: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return the gradients by central differences: two losses for each parameter, which takes long."""
        return {name: numerical_gradient(lambda _: self.loss(x, t), value) for name, value in self.params.items()}

    def gradient(self, x: NDArray[Any], t: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return the gradients by backpropagation."""
        layers, last = self._layers(), SoftmaxWithLoss()
        last.forward(_forward(layers, x), t)
        dout = last.backward()
        for layer in reversed(layers):
            dout = layer.backward(dout)
        first, _, second = layers
        return {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}

    def _layers(self) -> tuple[Affine, Sigmoid, Affine]:
        """Return fresh layers on the present parameters: a script may have put other arrays there."""
        p = self.params
        return Affine(p["W1"], p["b1"]), Sigmoid(), Affine(p["W2"], p["b2"])


def _forward(layers: tuple[Affine, Sigmoid, Affine], x: NDArray[Any]) -> NDArray[Any]:
    for layer in layers:
        x = layer.forward(x)
    return x
