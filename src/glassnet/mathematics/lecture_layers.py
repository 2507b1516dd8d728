"""The layers of lecture 002's backpropagation: each keeps in `forward` what its `backward` needs.

`forward` goes with the arrows of the computational graph, `backward` against them: it takes ∂L/∂(output), called `dout`
as on the slides, and returns ∂L/∂(input). The slides do so by hand what a graph of `Variable` nodes does by itself.

Sources: lecture 002, "Backpropagation", layers for the shopping and for activation functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ShapeError, as_real_array, describe
from glassnet.mathematics.functions import relu, sigmoid, softmax
from glassnet.mathematics.graph_functions import affine, softmax_with_loss
from glassnet.mathematics.graph_rules import RULES, Forward, softmax_loss_slope, undo_broadcasting
from glassnet.mathematics.shopping_layers import AddLayer, MulLayer, check_forward
from glassnet.mathematics.targets import as_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["AddLayer", "Affine", "MulLayer", "Relu", "Sigmoid", "SoftmaxWithLoss"]


class Relu:
    """ReLU node: a valve that is open in `backward` where it was open in `forward`.

    out = max(0, x); ∂L/∂x = dout where x > 0, else 0

    Attributes
    ----------
    mask : array of bool, or None before `forward`
        Where x ≤ 0, as on the slide.

    Raises
    ------
    ArgumentError
        If `backward` is called before `forward`.
    ShapeError
        If `dout` has another shape than x had.

    Notes
    -----
    The slide's `backward` writes its zeros into `dout` itself; here `dout` stays as it was. Source: lecture 002.

    Examples
    --------
    >>> layer = Relu()
    >>> layer.forward(np.array([1.0, -0.5, -2.0, 3.0]))
    array([1., 0., 0., 3.])
    >>> layer.backward(np.array([5.0, 6.0, 7.0, 8.0]))
    array([5., 0., 0., 8.])
    """

    def __init__(self) -> None:
        self.mask: NDArray[np.bool_] | None = None
        self.x: Any = None
        self.out: Any = None

    def forward(self, x: ArrayLike) -> Any:
        """Return max(0, x)."""
        self.x = as_real_array(x, "x")
        self.mask = np.asarray(self.x <= 0)
        self.out = relu(self.x)
        return self.out

    def backward(self, dout: ArrayLike) -> Any:
        """Return ∂L/∂x."""
        check_forward(self, self.x)
        return relu.backward(_gradient(dout, self.out), self.x, self.out)[()]


class Sigmoid:
    """Sigmoid node: its derivative needs the output alone.

    out = 1 / (1 + e⁻ˣ); ∂L/∂x = dout · out (1 − out)

    Attributes
    ----------
    out : array, or None before `forward`
        The output, kept for `backward`.

    Raises
    ------
    ArgumentError
        If `backward` is called before `forward`.
    ShapeError
        If `dout` has another shape than x had.

    Notes
    -----
    Source: lecture 002, where it is first a graph of ×, exp, + and /.

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer.forward(np.array([0.0])), layer.backward(np.array([1.0]))
    (array([0.5]), array([0.25]))
    """

    def __init__(self) -> None:
        self.x: Any = None
        self.out: Any = None

    def forward(self, x: ArrayLike) -> Any:
        """Return σ(x)."""
        self.x = as_real_array(x, "x")
        self.out = sigmoid(self.x)
        return self.out

    def backward(self, dout: ArrayLike) -> Any:
        """Return ∂L/∂x."""
        check_forward(self, self.x)
        return sigmoid.backward(_gradient(dout, self.out), self.x, self.out)[()]


class Affine:
    """Affine node: the weighted sums of a layer for a batch of samples.

    out = x @ W + b; ∂L/∂x = dout @ Wᵀ, ∂L/∂W = xᵀ @ dout, ∂L/∂b = Σ dout over the samples

    Parameters
    ----------
    W : array of shape (n_in, n_out)
    b : array of shape (n_out,)
        Both are used as they are, not copied: an optimizer may change them in place.

    Attributes
    ----------
    dW, db : array, or None before `backward`
        ∂L/∂W and ∂L/∂b of the last `backward`.

    Raises
    ------
    ShapeError
        If the shapes of x, W and b, or of `dout`, do not agree.
    ArgumentError
        If `backward` is called before `forward`.

    Notes
    -----
    A sample of several axes, such as a picture, is laid out as a row, and its derivative gets its shape back.
    Source: lecture 002.

    Examples
    --------
    >>> layer = Affine(np.array([[1.0, 3.0], [2.0, 4.0]]), np.array([0.0, 1.0]))
    >>> layer.forward(np.array([[1.0, 2.0], [0.0, 1.0]]))
    array([[ 5., 12.],
           [ 2.,  5.]])
    >>> layer.backward(np.ones((2, 2)))
    array([[4., 6.],
           [4., 6.]])
    >>> layer.dW, layer.db
    (array([[1., 1.],
            [3., 3.]]), array([2., 2.]))
    """

    def __init__(self, W: ArrayLike, b: ArrayLike) -> None:
        self.W = as_real_array(W, "W")
        self.b = as_real_array(b, "b")
        self.x: Any = None
        self.out: Any = None
        self.shape_of_x: tuple[int, ...] = ()
        self.dW: Any = None
        self.db: Any = None

    def forward(self, x: ArrayLike) -> Any:
        """Return x @ W + b."""
        rows = as_real_array(x, "x")
        self.shape_of_x = rows.shape
        self.x = rows.reshape(len(rows), -1) if rows.ndim > 2 else rows
        self.out = affine(self.x, self.W, self.b)
        return self.out

    def backward(self, dout: ArrayLike) -> Any:
        """Return ∂L/∂x, and keep ∂L/∂W as `dW` and ∂L/∂b as `db`."""
        check_forward(self, self.x)
        at = Forward(self.out, {}, self.x, self.W, self.b)
        gradient = _gradient(dout, self.out)
        dx, self.dW, db = (rule(gradient, at) for rule in RULES["affine"].backward)
        self.db = undo_broadcasting(db, self.b.shape)
        return dx.reshape(self.shape_of_x)


class SoftmaxWithLoss:
    """Softmax and cross-entropy in one node, the end of a classifier's graph.

    y = softmax(x), L = −(1/N) Σ t log y; ∂L/∂x = (y − t) / N

    Attributes
    ----------
    loss : float
        The loss, averaged over the batch.
    y : array of shape (N, n_classes)
        The probabilities.
    t : array of the same shape
        The targets as rows.

    Raises
    ------
    ShapeError, DataError
        If the targets do not fit x.
    ArgumentError
        If `backward` is called before `forward`.

    Notes
    -----
    Nothing is added inside the logarithm: the loss is worked out from x, and a probability of 0 does no harm.
    Source: lecture 002.

    Examples
    --------
    >>> layer = SoftmaxWithLoss()
    >>> layer.forward(np.array([[0.3, 2.9, 4.0]]), [2]).round(4)
    np.float64(0.3057)
    >>> layer.backward().round(4)
    array([[ 0.0182,  0.2452, -0.2634]])
    """

    def __init__(self) -> None:
        self.loss: Any = None
        self.y: Any = None
        self.t: Any = None

    def forward(self, x: ArrayLike, t: ArrayLike) -> Any:
        """Return the loss of net inputs x (N, n_classes) and targets t, one-hot rows or class indices."""
        z = as_real_array(x, "x")
        self.loss = softmax_with_loss(z, t)
        self.y, self.t = softmax(z), as_rows(z, t, classes=True)
        return self.loss

    def backward(self, dout: float = 1.0) -> Any:
        """Return ∂L/∂x; `dout` is 1 where the loss is the end of the graph."""
        check_forward(self, self.y)
        return dout * softmax_loss_slope(self.y, self.t)


def _gradient(dout: ArrayLike, out: Any) -> NDArray[Any]:
    gradient = as_real_array(dout, "dout")
    if gradient.shape != np.shape(out):
        raise ShapeError(
            f"dout must have the shape {np.shape(out)} of what forward returned, got {describe(dout)}. "
            "Pass ∂L/∂out, one number for each element."
        )
    return gradient
