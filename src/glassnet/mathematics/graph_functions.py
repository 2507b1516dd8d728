"""The lectures' layers as functions of `Variable`s: with them a whole network is one computational graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ShapeError, as_real_array, describe
from glassnet.mathematics.graph import Variable
from glassnet.mathematics.graph_rules import RULES
from glassnet.mathematics.targets import as_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def affine(x: ArrayLike | Variable, W: ArrayLike | Variable, b: ArrayLike | Variable) -> Any:
    """Affine layer, the weighted sums of a layer of neurons.

    y = x @ W + b; backward: ∂L/∂x = ∂L/∂y @ Wᵀ, ∂L/∂W = xᵀ @ ∂L/∂y, ∂L/∂b = Σ ∂L/∂y over the samples

    Parameters
    ----------
    x : array or Variable of shape (N, n_in) or, for one sample, (n_in,)
    W : array or Variable of shape (n_in, n_out)
    b : array or Variable of shape (n_out,), or one number for all units

    Returns
    -------
    Variable of shape (N, n_out) or (n_out,)
        One node of the graph. Without a Variable among the arguments, an array.

    Raises
    ------
    ShapeError
        If the shapes do not agree.

    Notes
    -----
    Source: lectures 002 (neural network and matrices, backpropagation) and 004.

    Examples
    --------
    >>> W, b = Variable([[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]], "W"), Variable([0.0, 0.0, 1.0], "b")
    >>> y = affine([[1.0, 2.0]], W, b)
    >>> y.value
    array([[ 5., 11., 18.]])
    >>> y.backward()
    >>> W.grad
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    shapes = [np.shape(operand) if isinstance(operand, Variable) else _real(operand).shape for operand in (x, W, b)]
    of_x, of_W, of_b = shapes
    if not of_x or len(of_W) != 2 or of_x[-1] != of_W[0] or of_b not in {(), of_W[1:]}:
        raise ShapeError(
            f"affine must get x (N, n_in), W (n_in, n_out) and b (n_out,), got {of_x}, {of_W} and {of_b}. "
            "Make n_in and n_out agree; W is transposed if it has one row for each unit."
        )
    node = next((operand for operand in (x, W, b) if isinstance(operand, Variable)), None)
    if node is None:
        with np.errstate(all="ignore"):
            return RULES["affine"].value(_real(x), _real(W), _real(b))
    return node.apply("affine", x, W, b)


def softmax_with_loss(z: ArrayLike | Variable, t: ArrayLike | Variable) -> Any:
    """Softmax and categorical cross-entropy in one, the mean over the samples.

    L = −(1/N) Σ t log softmax(z); backward: ∂L/∂z = (softmax(z) − t) / N where each row of t sums to 1

    Parameters
    ----------
    z : array or Variable of shape (N, n_classes) or, for one sample, (n_classes,)
        Net inputs of the output layer.
    t : class indices of shape (N,), or one-hot or soft rows in the shape of z
        The targets; a Variable of z's shape gets a gradient as well.

    Returns
    -------
    Variable
        One node with one number. Without a Variable among the arguments, the number.

    Raises
    ------
    ShapeError
        If the shapes do not agree.
    DataError
        If a class index is out of range.

    Notes
    -----
    The loss is worked out from z, not from softmax(z): a probability of 0 is never divided by.
    Source: lecture 002 (softmax, cross-entropy, backpropagation).

    Examples
    --------
    >>> z = Variable([[0.0, 0.0], [0.0, 0.0]])
    >>> loss = softmax_with_loss(z, [0, 1])
    >>> loss.backward()
    >>> z.grad
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    shape = np.shape(z) if isinstance(z, Variable) else _real(z, "z").shape
    if not shape or 0 in shape:
        raise ShapeError(f"z must have the shape (N, n_classes), got {shape}. Pass one row for each sample.")
    if isinstance(t, Variable):
        if np.shape(t) != shape:
            raise ShapeError(f"t must have the shape {shape} of z, got {np.shape(t)} in {describe(t)}. Give rows.")
        return t.apply("softmax_with_loss", z, t)
    if isinstance(z, Variable):
        return z.apply("softmax_with_loss", z, as_rows(z.array, t, classes=True))
    values = _real(z, "z")
    with np.errstate(all="ignore"):
        return RULES["softmax_with_loss"].value(values, as_rows(values, t, classes=True))


def _real(value: Any, name: str = "an operand") -> Any:
    return as_real_array(value, name)
