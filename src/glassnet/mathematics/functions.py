"""The activation functions, each with its derivative beside it (those of whole rows are in `vector_functions`).

Each is called on a number, a list or an array of any shape, `sigmoid(x)`; `sigmoid.derivative(x)` is its derivative,
`sigmoid.backward(dy, x, y)` the chain rule through it. float32 stays float32; integers become float64; a `Variable` of
a computational graph gives a `Variable`. The value at nan is nan, and no function warns.

Sources: lecture 000 (types of activation functions, with their merits), 001, 002 (step, sigmoid, ReLU), 004.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.function import elementwise
from glassnet.mathematics.vector_functions import log_sum_exp, maxout, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "elu",
    "identity",
    "leaky_relu",
    "log_sum_exp",
    "maxout",
    "prelu",
    "prelu_alpha_derivative",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "step",
    "tanh",
]


@elementwise(
    lambda x, y, xp=np: xp.zeros_like(x),
    formula="1 if x > 0, else 0",
    derivative_formula="0",
    value_range=(0.0, 1.0),
    kinks=(0.0,),
    piecewise_linear=True,
)
def step(x: NDArray[Any]) -> NDArray[Any]:
    """Step function, h(x) = 1 if x > 0, else 0.

    Its derivative is 0 wherever it has one; 0 is taken at the jump too. That is why a network of steps cannot learn by
    gradients (lecture 002).

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of x's shape
        0 or 1 as floating-point numbers; nan for nan.

    Notes
    -----
    Source: lectures 001, 002 and 004. One formula of 002 and 004 fires at 0 as well; the code on all slides does not.

    Examples
    --------
    >>> step([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    return np.heaviside(x.real, 0.0) if np.iscomplexobj(x) else np.heaviside(x, x.dtype.type(0))


@elementwise(
    lambda x, y, xp=np: y * (1 - y),
    formula="1 / (1 + exp(-x))",
    derivative_formula="y (1 - y)",
    value_range=(0.0, 1.0),
)
def sigmoid(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Sigmoid (logistic function), σ(x) = 1 / (1 + e⁻ˣ), with derivative y (1 − y).

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of x's shape, within [0, 1]
        σ(−∞) = 0, σ(∞) = 1, σ(nan) = nan.

    Notes
    -----
    e⁻ˣ overflows to ∞ for large negative x, and 1 / ∞ is the right answer, 0; no cancellation occurs elsewhere.
    Where it saturates (`|x|` ≫ 0), its derivative vanishes. Source: lectures 000, 001, 002, 004.

    Examples
    --------
    >>> sigmoid([1.0, 2.0]).round(3)  # lecture 001
    array([0.731, 0.881])
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    >>> sigmoid.derivative(0.0)
    np.float64(0.25)
    """
    return 1 / (1 + xp.exp(-x))


@elementwise(
    lambda x, y, xp=np: (1 - y) * (1 + y),
    formula="tanh(x)",
    derivative_formula="(1 - y)(1 + y)",
    value_range=(-1.0, 1.0),
)
def tanh(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Hyperbolic tangent, (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), with derivative (1 − y)(1 + y).

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of x's shape, within [−1, 1]

    Notes
    -----
    Zero-centred, unlike the sigmoid; it saturates as well. The quotient of exponentials is nan beyond `|x|` ≈ 710;
    NumPy's tanh is not. Source: lecture 000.

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return xp.tanh(x)


@elementwise(
    lambda x, y, xp=np: xp.astype(x > 0, x.dtype),
    formula="max(0, x)",
    derivative_formula="1 if x > 0, else 0",
    value_range=(0.0, np.inf),
    kinks=(0.0,),
    piecewise_linear=True,
)
def relu(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Rectified linear unit, max(0, x), with derivative 1 for x > 0 and 0 elsewhere; relu'(0) = 0.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of x's shape, at least 0

    Notes
    -----
    A unit whose net input is negative for every sample has gradient 0 and learns no more ("dying ReLU").
    Source: lectures 000, 002, 004.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0]), relu.derivative([-2.0, 0.0, 3.0])
    (array([0., 0., 3.]), array([0., 0., 1.]))
    """
    return xp.maximum(x, 0)


@elementwise(
    lambda x, y, alpha, xp=np: xp.astype(xp.where(x > 0, xp.ones_like(x), alpha), x.dtype, copy=False),
    formula="x if x > 0, else alpha x",
    derivative_formula="1 if x > 0, else alpha",
    kinks=(0.0,),
    piecewise_linear=True,
)
def leaky_relu(x: NDArray[Any], alpha: float = 0.1, *, xp: Any = np) -> NDArray[Any]:
    """Leaky ReLU, x for x > 0 and αx elsewhere; leaky_relu'(0) = α.

    Parameters
    ----------
    x : array of any shape
    alpha : float, default 0.1
        The slope for negative x. For α ≤ 1 this is the lecture's max(αx, x).

    Returns
    -------
    array of x's shape

    Notes
    -----
    Its gradient vanishes nowhere. Source: lecture 000, with α = 0.1.

    Examples
    --------
    >>> leaky_relu([-2.0, 3.0])
    array([-0.2,  3. ])
    """
    return xp.where(x > 0, x, alpha * x)


@elementwise(
    leaky_relu.local_derivative,
    formula=leaky_relu.formula,
    derivative_formula=leaky_relu.derivative_formula,
    kinks=leaky_relu.kinks,
    piecewise_linear=leaky_relu.piecewise_linear,
)
def prelu(x: NDArray[Any], alpha: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Parametric ReLU: the leaky ReLU with a slope α that is learned, one for each unit.

    Parameters
    ----------
    x : array of shape (..., n)
    alpha : float or array of shape (n,)
        The slope for negative x.

    Returns
    -------
    array of x's shape

    Notes
    -----
    ∂y/∂α is `prelu_alpha_derivative(x)`. Source: lecture 000; He et al., "Delving deep into rectifiers", 2015.

    Examples
    --------
    >>> prelu([[-2.0, -2.0]], np.array([0.1, 0.5]))
    array([[-0.2, -1. ]])
    """
    return leaky_relu.value(x, alpha, xp=xp)


def prelu_alpha_derivative(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Return the derivative of the parametric ReLU by its slope, ∂y/∂α = 0 for x > 0, x elsewhere.

    >>> prelu_alpha_derivative(np.array([-2.0, 3.0]))
    array([-2.,  0.])
    """
    return xp.minimum(x, 0)


@elementwise(
    lambda x, y, alpha, xp=np: xp.astype(xp.where(x > 0, xp.ones_like(x), y + alpha), x.dtype, copy=False),
    formula="x if x > 0, else alpha (exp(x) - 1)",
    derivative_formula="1 if x > 0, else y + alpha",
    kinks=(0.0,),
)
def elu(x: NDArray[Any], alpha: float = 1.0, *, xp: Any = np) -> NDArray[Any]:
    """Exponential linear unit, x for x > 0 and α(eˣ − 1) elsewhere; elu'(0) = α (no kink if α = 1).

    Parameters
    ----------
    x : array of any shape
    alpha : float, default 1.0
        −α is its limit for x → −∞.

    Returns
    -------
    array of x's shape

    Notes
    -----
    eˣ − 1 is worked out by expm1, without cancellation near 0. Source: lecture 000; Clevert et al., 2015.

    Examples
    --------
    >>> elu([-1000.0, 0.0, 3.0])
    array([-1.,  0.,  3.])
    """
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, 0)))


@elementwise(lambda x, y, xp=np: xp.ones_like(x), formula="x", derivative_formula="1", piecewise_linear=True)
def identity(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Return x as it is: the output function of a regression; its derivative is 1.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of x's shape

    Notes
    -----
    Source: lectures 002 and 004 (design of the output layer).

    Examples
    --------
    >>> identity([0.3, 2.9])
    array([0.3, 2.9])
    """
    return x


@elementwise(
    lambda x, y, xp=np: sigmoid.value(x, xp=xp),
    formula="log(1 + exp(x))",
    derivative_formula="sigmoid(x)",
    value_range=(0.0, np.inf),
)
def softplus(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Softplus, log(1 + eˣ), a smooth ReLU, with derivative σ(x); −log σ(x) is softplus(−x).

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of x's shape, at least 0

    Notes
    -----
    Written as `max(x, 0) + log(1 + e^−|x|)`, which neither overflows nor loses the small values.

    Examples
    --------
    >>> softplus([-1000.0, 0.0, 1000.0]).round(4)
    array([0.000e+00, 6.931e-01, 1.000e+03])
    """
    return xp.maximum(x, 0) + xp.log1p(xp.exp(xp.minimum(x, -x)))
