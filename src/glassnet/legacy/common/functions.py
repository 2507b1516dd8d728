"""`common.functions`: activation functions and losses by the names that the lectures import.

The lectures' own lines compute the same. Three points where the book's editions or the slides differ among themselves:

- ½ Σ (y − t)² is `mean_squared_error` in the lectures and `sum_squared_error` in the newest code. Both are here.
- A cross-entropy is a sum on the slide and a mean over the batch in the book's module. For one sample, which is all
  that the slide's example and `simpleNet` have, both are one number; `TwoLayerNet` gives batches and needs the mean,
  since its learning rate of 0.1 is meant for it. So here it is the mean over samples.
- The slides' softmax adds up over the whole array; here it is over each row, as in the book. The largest element, the
  answer of a network, is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.mathematics import functions
from glassnet.mathematics.losses import categorical_cross_entropy, sum_of_squares_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "cross_entropy_error",
    "identity_function",
    "mean_squared_error",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
    "softmax",
    "softmax_loss",
    "step_function",
    "sum_squared_error",
]

DELTA: Final = 1e-7  # what the lectures add to a probability before they take its logarithm

identity_function = functions.identity
sigmoid = functions.sigmoid
sigmoid_grad = functions.sigmoid.derivative
relu = functions.relu
relu_grad = functions.relu.derivative
softmax = functions.softmax
mean_squared_error = sum_of_squares_error
sum_squared_error = sum_of_squares_error


def step_function(x: ArrayLike) -> NDArray[np.int64]:
    """Step function, h(x) = 1 if x > 0, else 0, in integers as on the slides.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of int of x's shape

    Notes
    -----
    Source: lectures 002 and 004, where `np.int` no longer exists.

    Examples
    --------
    >>> step_function(np.array([-1.0, 0.0, 2.0]))
    array([0, 0, 1])
    """
    return np.asarray(functions.step(x)).astype(int)


def cross_entropy_error(y: ArrayLike, t: ArrayLike) -> Any:
    """Cross-entropy, −Σ t log(y + 10⁻⁷), the mean over the samples of a batch.

    Parameters
    ----------
    y : array of shape (n_classes,) or (N, n_classes)
        Probabilities.
    t : array of the same shape, or class indices
        One-hot rows or the numbers of the right classes.

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If t does not fit y.

    Notes
    -----
    The small number keeps log 0 away, as on the slide: a right class with probability 0 costs 16.1. Source: lecture
    002.

    Examples
    --------
    >>> y = [0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]
    >>> t = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    >>> float(cross_entropy_error(y, t))  # lecture 002
    0.510825457...
    """
    return categorical_cross_entropy(np.asarray(y, dtype=np.float64) + DELTA, t)


def softmax_loss(X: ArrayLike, t: ArrayLike) -> Any:
    """Cross-entropy of the softmax of the net input X, the mean over the samples of a batch.

    Parameters
    ----------
    X : array of shape (n_classes,) or (N, n_classes)
    t : array of the same shape, or class indices

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If t does not fit X.

    Notes
    -----
    Source: the book's module `common.functions`.

    Examples
    --------
    >>> float(softmax_loss([0.3, 2.9, 4.0], [0, 0, 1]).round(4))
    0.3057
    """
    return cross_entropy_error(softmax(X), t)
