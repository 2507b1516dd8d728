"""Derivatives by central differences, and gradient descent that shows its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    ShapeError,
    as_float_array,
    as_real_array,
    check_finite,
    check_integer,
    check_number,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

STEP = 1e-4  # h of the lectures: small enough for the formula, large enough for the rounding of float64


def numerical_diff(f: Callable[[Any], Any], x: ArrayLike, h: float = STEP) -> Any:
    """Estimate the derivative of a function by the central difference.

    f'(x) ≈ (f(x + h) − f(x − h)) / (2h)

    Parameters
    ----------
    f : callable
        A function of one number. It may work element by element on an array as well.
    x : number or array of any shape
        The point, or the points, of the derivative.
    h : float above 0
        The step. The error of the formula shrinks as h², that of rounding grows as 1/h. A step such as 1e-50
        vanishes in x + h, and the estimate is 0.

    Returns
    -------
    number or array
        The derivative, of the shape that `f` returns.

    Raises
    ------
    ArgumentError
        If `h` is not above 0.
    ArgumentTypeError
        If `x`, or what `f` returns, is not made of numbers.

    Notes
    -----
    Give `x` in float64: in float32 the two values agree in most of their digits, and few are left of their difference.

    Source: lecture 002, numerical differentiation.

    Examples
    --------
    >>> numerical_diff(lambda x: 0.01 * x**2 + 0.1 * x, 5)
    0.1999999999990898
    >>> numerical_diff(np.sin, np.array([0.0, np.pi])).round(6)
    array([ 1., -1.])
    """
    h = check_number("h", h, above=0)
    point = _numbers(x, "x", "Give a number, or an array of numbers.")
    return (_returned(f(point + h)) - _returned(f(point - h))) / (2 * h)


def numerical_gradient(f: Callable[[Any], Any], x: ArrayLike, h: float = STEP) -> Any:
    """Estimate the gradient of a function of many numbers, one central difference for each.

    ∂f/∂xᵢ ≈ (f(…, xᵢ + h, …) − f(…, xᵢ − h, …)) / (2h)

    Parameters
    ----------
    f : callable
        A function that returns one number. It is called as ``f(x)``.
    x : array of any shape, of floating-point numbers
        The point. The array itself is changed, one element at a time, and restored, also when `f` raises an
        error: so `f` may ignore its argument and read `x` elsewhere, as in
        ``numerical_gradient(lambda _: net.loss(x, t), net.W)``. A list or a number is copied first.
    h : float above 0
        The step.

    Returns
    -------
    array of the shape and dtype of `x`, or a float where `x` is a number
        The gradient.

    Raises
    ------
    ArgumentTypeError
        If `x` is an array of integers, which cannot hold x + h, or `f` returns no number.
    ArgumentError
        If `x` is read-only or `h` is not above 0.
    ShapeError
        If `f` returns more than one number.

    Notes
    -----
    `f` is called twice for each element of `x`. Use float64: see `numerical_diff`.

    Source: lecture 002, partial derivatives and the gradient of a network.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([3.0, 4.0])).round(6)
    array([6., 8.])
    """
    h = check_number("h", h, above=0)
    point = _writable_point(x)
    before = point.copy()
    gradient = np.empty(point.shape, point.dtype)
    try:
        for index in np.ndindex(point.shape):
            point[index] = before[index] + h
            above = one_number(f(point))
            point[index] = before[index] - h
            below = one_number(f(point))
            gradient[index] = (above - below) / (2 * h)
            point[index] = before[index]
    finally:
        # All of it, not one element: an interruption between any two of the lines above is mended too.
        point[...] = before
    return gradient if isinstance(x, np.ndarray) or gradient.ndim else gradient.item()


def gradient_descent(
    f: Callable[[Any], Any],
    x0: ArrayLike,
    learning_rate: float = 0.1,
    steps: int = 100,
    tol: float = 0.0,
    gradient: Callable[[Any], Any] | None = None,
) -> tuple[Any, NDArray[Any]]:
    """Walk downhill on a function, and keep every point of the way.

    x ← x − η ∇f(x)

    Parameters
    ----------
    f : callable
        The cost, a function of x that returns one number.
    x0 : number or array of any shape
        The start; it is not changed. A number goes to `f` as a number, an array as an array, in float64.
    learning_rate : float above 0
        η, the length of a step relative to the gradient.
    steps : int of at least 0
        The largest number of steps.
    tol : float of at least 0
        Stop when a step lowers the cost by less than this (or raises it). With 0 all steps are taken, so that one
        can watch a large η diverge.
    gradient : callable, optional
        Returns ∇f(x) in the shape of x. Without it the gradient is estimated by central differences.

    Returns
    -------
    x : number or array
        The last point, of the shape of `x0`.
    path : array of shape (steps taken + 1,) + x0.shape
        Every point, `x0` first. It ends early where the point or its cost is no longer finite; no warning is given.

    Raises
    ------
    ArgumentError
        If a number is out of its range.
    DataError
        If `x0` is not finite.
    ShapeError
        If `f` returns more than one number, or `gradient` an array of another shape than x.

    Notes
    -----
    Beyond `|x|` ≈ 1e12 the step h is lost in x + h and an estimated gradient is 0: there give `gradient`.

    Source: lecture 001, gradient descent algorithm; lecture 002, gradient descent method.

    Examples
    --------
    >>> x, path = gradient_descent(lambda w: (w - 3) ** 2, 0.0, learning_rate=0.25, steps=3)
    >>> path.round(6)
    array([0.   , 1.5  , 2.25 , 2.625])
    """
    rate = check_number("learning_rate", learning_rate, above=0)
    steps = check_integer("steps", steps, minimum=0)
    tol = check_number("tol", tol, at_least=0)
    # [()] makes NumPy's number of an array without axes; unlike Python's, it overflows to inf.
    x: Any = np.array(as_real_array(x0, "x0"), dtype=np.float64)[()]
    check_finite("x0", np.asarray(x))
    path = [np.array(x)]
    with np.errstate(all="ignore"):
        cost = one_number(f(x))
        for _ in range(steps):
            if not (np.isfinite(cost) and np.all(np.isfinite(x))):
                break
            x = x - rate * _gradient_at(f, x, gradient)
            path.append(np.array(x))
            previous, cost = cost, one_number(f(x))
            if tol > 0 and previous - cost < tol:
                break
    return (x if x.ndim else x.item()), np.array(path)


def _gradient_at(f: Callable[[Any], Any], x: Any, gradient: Callable[[Any], Any] | None) -> Any:
    if gradient is None:
        return numerical_gradient(f, x) if x.ndim else one_number(numerical_diff(f, x))
    slope = as_real_array(gradient(x), "gradient(x)")
    if slope.shape != x.shape:
        raise ShapeError(
            f"gradient(x) must have the shape {x.shape} of x, got {slope.shape}. "
            "Return one partial derivative for each element of x."
        )
    return slope[()]


def _numbers(value: Any, name: str, mend: str) -> Any:
    """Return a number of Python as it is, all else as a floating-point number or array of NumPy."""
    if isinstance(value, int | float):
        return value
    if value is None or isinstance(value, str | bytes):
        raise ArgumentTypeError(f"{name} must be made of numbers, got {describe(value)}. {mend}")
    return as_float_array(value, name)[()]


def _returned(value: Any) -> Any:
    return _numbers(value, "f(x)", "Let f end with a return of numbers.")


def one_number(value: Any) -> float:
    """Return what a function of one number gave as a number of Python, or say what it gave instead.

    >>> one_number(np.array([2.5]))
    2.5
    """
    number = _returned(value)
    if np.size(number) != 1:
        raise ShapeError(
            f"f must return one number, got {describe(number)}. Sum or average it, for example np.sum(x**2)."
        )
    if np.iscomplexobj(number):
        raise ArgumentTypeError(f"f must return one real number, got {describe(number)}. Take its real part.")
    return np.asarray(number).item()


def _writable_point(x: ArrayLike) -> NDArray[Any]:
    """Return the array to perturb: `x` itself, or a copy where it is not an array."""
    if not isinstance(x, np.ndarray):
        return np.array(as_real_array(x, "x"))
    if x.dtype.kind in "iub":
        raise ArgumentTypeError(
            f"x must hold floating-point numbers, got {describe(x)}: it cannot hold x + h, which would be cut to "
            "an integer. Write np.array([3.0, 4.0]) in place of np.array([3, 4]), or give x.astype(float)."
        )
    if x.dtype.kind != "f":
        raise ArgumentTypeError(
            f"x must hold real floating-point numbers, got {describe(x)}. Convert it with x.astype(float)."
        )
    if not x.flags.writeable:
        raise ArgumentError(
            "x must be writable, since its elements are moved by h in turn; it is read-only. Give x.copy()."
        )
    return x
