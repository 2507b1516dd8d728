"""The losses, each with its derivative beside it and the likelihood that it is the negative logarithm of.

A loss compares outputs y with targets t: one number for each sample, over which `loss(y, t)` takes the mean (only
`sum_of_squares_error` adds up). `loss.derivative(y, t)` is the derivative of that same number by y. Rows are samples; a
plain list of numbers is N samples with one output each, except for `categorical_cross_entropy`, where it is the row of
one sample. Targets may be values or rows of y's shape, or class indices. nan in y or t gives nan, and no loss warns.

Sources: lecture 000 (cost functions as negative log-likelihoods), 001 (cost and log loss), 002 (loss functions).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, as_real_array, describe
from glassnet.mathematics.loss_function import loss_function

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "binary_cross_entropy",
    "categorical_cross_entropy",
    "gaussian_nll",
    "mean_absolute_error",
    "mean_squared_error",
    "sum_of_squares_error",
]


@loss_function(
    lambda y, t, xp=np: y - t,
    formula="½ Σ (y - t)²",
    derivative_formula="y - t",
    likelihood="Gaussian with variance 1",
    sums=True,
)
def sum_of_squares_error(y: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Sum of squares, ½ Σ (y − t)², added up over outputs and samples.

    The negative log-likelihood of Gaussian targets with mean y and variance 1, up to a constant.

    Parameters
    ----------
    y : array of shape (N, n_out), (N,) or ()
        Outputs.
    t : array of the same shape, or class indices
        Targets.

    Returns
    -------
    float
        The sum, not the mean: the lectures' "mean squared error", which this is (002), is no mean.

    Raises
    ------
    ShapeError
        If t does not fit y.

    Examples
    --------
    >>> y = [0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]
    >>> t = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    >>> sum_of_squares_error(y, t).round(4)  # lecture 002
    np.float64(0.0975)
    """
    return 0.5 * xp.sum((y - t) ** 2, axis=1)


@loss_function(
    lambda y, t, xp=np: 2 * (y - t) / y.shape[1],
    formula="(1 / n_out) Σ (y - t)²",
    derivative_formula="2 (y - t) / n_out",
    likelihood="Gaussian with a fixed variance",
)
def mean_squared_error(y: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Mean squared error, the mean of (y − t)² over outputs and samples.

    The negative log-likelihood of Gaussian targets with mean y and a fixed variance, up to factor and constant; its
    minimum is the mean of t given x.

    Parameters
    ----------
    y : array of shape (N, n_out), (N,) or ()
        Outputs.
    t : array of the same shape, or class indices
        Targets.

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If t does not fit y.

    Notes
    -----
    Source: lectures 000 and 001 (cost of W = 0, 1, 2).

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> [float(mean_squared_error(W * x, x).round(2)) for W in (0, 1, 2)]
    [4.67, 0.0, 4.67]
    """
    return xp.mean((y - t) ** 2, axis=1)


@loss_function(
    lambda y, t, xp=np: xp.sign(y - t) / y.shape[1],
    formula="(1 / n_out) Σ |y - t|",
    derivative_formula="sign(y - t) / n_out",
    likelihood="Laplace with a fixed scale",
)
def mean_absolute_error(y: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Mean absolute error, the mean of `|y − t|` over outputs and samples; its derivative at y = t is 0.

    The negative log-likelihood of Laplace targets with location y and a fixed scale, up to factor and constant; its
    minimum is the median of t given x.

    Parameters
    ----------
    y : array of shape (N, n_out), (N,) or ()
        Outputs.
    t : array of the same shape, or class indices
        Targets.

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If t does not fit y.

    Notes
    -----
    Source: lecture 000.

    Examples
    --------
    >>> mean_absolute_error([1.0, 5.0], [2.0, 2.0])
    np.float64(2.0)
    """
    return xp.mean(xp.abs(y - t), axis=1)


def _clipped(p: NDArray[Any], xp: Any) -> NDArray[Any]:
    """Keep probabilities away from 0 and 1, where the logarithm is infinite: [eps, 1 − eps] of their dtype."""
    eps = xp.finfo(p.dtype).eps
    return xp.clip(p, eps, 1 - eps)


def _flat(p: NDArray[Any], xp: Any) -> NDArray[np.bool_]:
    """Say where `_clipped` changes p: there the loss is flat, and its derivative 0 (at nan it stays nan)."""
    return (_clipped(p, xp) != p) & ~xp.isnan(p)


@loss_function(
    lambda p, t, xp=np: xp.where(_flat(p, xp), 0, (_clipped(p, xp) - t) / (_clipped(p, xp) * (1 - _clipped(p, xp)))),
    formula="-Σ (t log p + (1 - t) log(1 - p))",
    derivative_formula="(p - t) / (p (1 - p))",
    likelihood="Bernoulli",
)
def binary_cross_entropy(p: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Binary cross-entropy (log loss), −(t log p + (1 − t) log(1 − p)): summed over outputs, mean over samples.

    The negative log-likelihood of Bernoulli targets with probability p.

    Parameters
    ----------
    p : array of shape (N,), (N, 1) or (N, n_out)
        Probabilities. Values outside [eps, 1 − eps] of their dtype are clipped to it; the derivative there is 0.
    t : array of the same shape, or class indices
        0 or 1, or anything between.

    Returns
    -------
    float
        With the natural logarithm.

    Raises
    ------
    ShapeError
        If t does not fit p.

    Notes
    -----
    Source: lectures 000 and 001. Lecture 001's table uses log₁₀, which divides the loss by ln 10.

    Examples
    --------
    >>> p = [0.94, 0.90, 0.78, 0.56, 0.51, 0.47, 0.32, 0.10]
    >>> t = [1, 1, 1, 0, 0, 1, 1, 0]
    >>> (binary_cross_entropy(p, t) / np.log(10)).round(3)  # lecture 001
    np.float64(0.214)
    """
    p = _clipped(p, xp)
    return -xp.sum(t * xp.log(p) + (1 - t) * xp.log(1 - p), axis=1)


@loss_function(
    lambda y, t, xp=np: xp.where(_flat(y, xp), 0, -t / _clipped(y, xp)),
    formula="-Σ t log y",
    derivative_formula="-t / y",
    likelihood="multinoulli (categorical)",
    row_is_one_sample=True,
)
def categorical_cross_entropy(y: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Categorical cross-entropy, −Σₖ tₖ log yₖ: summed over classes, mean over samples.

    The negative log-likelihood of multinoulli targets with probabilities y.

    Parameters
    ----------
    y : array of shape (N, n_classes) or, for one sample, (n_classes,)
        Probabilities. Values outside [eps, 1 − eps] of their dtype are clipped to it; the derivative there is 0.
    t : array of the same shape, or class indices
        One-hot rows, or soft rows, which need not add up to 1.

    Returns
    -------
    float
        With the natural logarithm.

    Raises
    ------
    ShapeError
        If t does not fit y.
    DataError
        If a class index is out of range.

    Notes
    -----
    Source: lectures 000, 001 and 002.

    Examples
    --------
    >>> y = [0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]
    >>> categorical_cross_entropy(y, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]).round(4)  # lecture 002
    np.float64(0.5108)
    >>> categorical_cross_entropy(y, 2).round(4)
    np.float64(0.5108)
    """
    return -xp.sum(t * xp.log(_clipped(y, xp)), axis=1)


def _as_sigma(sigma: ArrayLike, y: NDArray[Any], xp: Any) -> NDArray[Any]:
    """Return sigma as an array like y (which keeps float32 float32), if it is positive."""
    given = as_real_array(sigma, "sigma")
    values: NDArray[Any] = xp.asarray(given, dtype=y.dtype, device=y.device)
    if not (np.all(given > 0) and xp.all(xp.isfinite(values) & (values != 0))):  # 0: too small for y's dtype
        raise ArgumentError(f"sigma must be positive and finite, got {describe(sigma)}. It is a standard deviation.")
    return values


@loss_function(
    lambda y, t, sigma=1.0, xp=np: (y - t) / _as_sigma(sigma, y, xp) ** 2,
    formula="Σ (½ ((y - t) / sigma)² + log sigma + ½ log 2π)",
    derivative_formula="(y - t) / sigma²",
    likelihood="Gaussian with standard deviation sigma",
)
def gaussian_nll(y: NDArray[Any], t: NDArray[Any], sigma: ArrayLike = 1.0, *, xp: Any = np) -> NDArray[Any]:
    """Gaussian negative log-likelihood, ½((y − t)/σ)² + log σ + ½ log 2π: summed over outputs, mean over samples.

    Parameters
    ----------
    y : array of shape (N, n_out), (N,) or ()
        The means of the distributions.
    t : array of the same shape, or class indices
        Targets.
    sigma : float or array that broadcasts to y's shape, default 1.0
        Standard deviation, above 0.

    Returns
    -------
    float

    Raises
    ------
    ArgumentError
        If sigma is not positive.
    ShapeError
        If t or sigma does not fit y.

    Notes
    -----
    With σ = 1 its derivative is the sum of squares' own. Source: lecture 000.

    Examples
    --------
    >>> gaussian_nll([0.0], [0.0]).round(4)  # ½ log 2π
    np.float64(0.9189)
    """
    spread = _as_sigma(sigma, y, xp)
    return xp.sum(0.5 * ((y - t) / spread) ** 2 + xp.log(spread) + 0.5 * math.log(2 * math.pi), axis=1)
