"""What a function is here: its value and its derivative side by side, each with the formula in words.

The functions themselves are in `glassnet.mathematics.functions`. The raw formulas (`Function.value`,
`Function.local_derivative`) take arrays and scalars alike, real or complex, and are what lessons, layers and the engine
use (of NumPy's own types); calling a `Function` checks and converts its arguments first, and shows overflow and nan in
its result without a warning.

The raw formulas that networks use are written in the names of the array API standard: they take `xp`, the library whose
arrays they get. It is NumPy unless something else is said.
"""

from __future__ import annotations

import functools
import inspect
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentTypeError, ShapeError, as_float_array, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray


class Function:
    """A function of an array with its derivative beside it.

    Attributes
    ----------
    name : str
        Its name in `glassnet.functions`.
    formula, derivative_formula : str
        The value y of x, and the derivative in terms of what it consumes: the input x or the output y.
    value : callable (x, **parameters, xp=numpy) -> y
        The formula itself.
    local_derivative : callable (x, y, **parameters, xp=numpy) -> array
        The derivative; for an elementwise function it has the shape of x.
    value_range : tuple of two floats
        The smallest and the largest value (limits included).
    kinks : tuple of floats
        The points without a derivative; the docstring says which value is taken there.
    piecewise_linear : bool
        Whether it is a straight line (or plane) between its kinks, so that near x it is exactly y + derivative · dx.
    defaults : dict
        The parameters besides x that have a default.
    """

    def __init__(
        self,
        value: Callable[..., Any],
        local_derivative: Callable[..., Any],
        *,
        formula: str,
        derivative_formula: str,
        value_range: tuple[float, float] = (-np.inf, np.inf),
        kinks: tuple[float, ...] = (),
        piecewise_linear: bool = False,
    ) -> None:
        functools.update_wrapper(self, value)
        self.name = value.__name__
        self.value = value
        self.local_derivative = local_derivative
        self.formula = formula
        self.derivative_formula = derivative_formula
        self.value_range = value_range
        self.kinks = kinks
        self.piecewise_linear = piecewise_linear
        signature = without_namespace(inspect.signature(value))
        self.__signature__ = signature
        parameters = list(signature.parameters.values())[1:]
        self.parameter_names = tuple(parameter.name for parameter in parameters)
        self.defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}

    def __call__(self, x: ArrayLike, *args: Any, **kwargs: Any) -> Any:
        """Return the value at x; a `Variable` gives a `Variable`."""
        parameters = self._parameters(args, kwargs)
        if hasattr(x, "__glassnet_apply__"):
            return x.__glassnet_apply__(
                self.name,
                lambda x: self._checked_value(x, parameters),
                lambda dy, x, y: self.backward(dy, x, y, **parameters),
            )
        return self._checked_value(as_float_array(x), parameters)[()]

    def derivative(self, x: ArrayLike, *args: Any, **kwargs: Any) -> Any:
        """Return the derivative at x: elementwise, or the Jacobian over the last axis."""
        parameters = self._parameters(args, kwargs)
        array = as_float_array(x)
        value = self._checked_value(array, parameters)
        with np.errstate(all="ignore"):
            return self.local_derivative(array, value, **parameters)[()]

    def backward(
        self, dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], *, xp: Any = np, **parameters: Any
    ) -> NDArray[Any]:
        """Return ∂L/∂x from dy = ∂L/∂y: the chain rule; `xp` is the library of the arrays."""
        with np.errstate(all="ignore"):
            return self.backward_formula(dy, x, y, xp=xp, **parameters)

    def backward_formula(
        self, dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], *, xp: Any = np, **parameters: Any
    ) -> NDArray[Any]:
        """Return the same, as the formula itself: here elementwise."""
        return dy * self.local_derivative(x, y, xp=xp, **parameters)

    def _checked_value(self, x: NDArray[Any], parameters: dict[str, Any]) -> Any:
        self._check_shapes(x, parameters)
        # exp overflows to inf on purpose: 1 / (1 + inf) is the 0 that is wanted, and nan is shown, not warned of.
        with np.errstate(all="ignore"):
            return self.value(x, **parameters)

    def _check_shapes(self, x: NDArray[Any], parameters: dict[str, Any]) -> None:
        for name, value in parameters.items():
            if not broadcasts_to(np.shape(value), x.shape):
                raise ShapeError(
                    f"{name} of {self.name} must be a number, or an array that broadcasts to x's shape {x.shape}, "
                    f"got {describe(value)}. Give one number for each unit."
                )

    def _parameters(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        if not args and not kwargs and len(self.defaults) == len(self.parameter_names):
            return self.defaults
        given = dict(zip(self.parameter_names, args, strict=False)) | kwargs
        missing = [name for name in self.parameter_names if name not in given and name not in self.defaults]
        unknown = [name for name in kwargs if name not in self.parameter_names]
        twice = [name for name in kwargs if name in self.parameter_names[: len(args)]]
        if missing or unknown or twice or len(args) > len(self.parameter_names):
            signature = ", ".join(("x", *self.parameter_names))
            got = ", ".join(("x", *("…" for _ in args), *kwargs))
            raise ArgumentTypeError(f"{self.name} must be called as {self.name}({signature}), got ({got}).")
        return self.defaults | {name: as_parameter(name, value) for name, value in given.items()}

    def __reduce__(self) -> str:
        return self.name  # pickled, and copied, as a name of its module: there is one of each

    def __repr__(self) -> str:
        return f"<function {self.name}: {self.formula}>"


class VectorFunction(Function):
    """A function of whole rows (the last axis), whose derivative is a Jacobian.

    `backward` is given as a formula, (dy, x, y, xp=numpy) → Jᵀ dy, worked out without forming J.
    """

    def __init__(
        self,
        value: Callable[..., Any],
        *,
        jacobian: Callable[..., Any],
        backward: Callable[..., Any],
        **words: Any,
    ) -> None:
        super().__init__(value, jacobian, **words)
        self._backward = backward

    def backward_formula(
        self, dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], *, xp: Any = np, **parameters: Any
    ) -> NDArray[Any]:
        """Return ∂L/∂x = Jᵀ ∂L/∂y."""
        return self._backward(dy, x, y, xp=xp, **parameters)

    def _check_shapes(self, x: NDArray[Any], parameters: dict[str, Any]) -> None:
        """Leave it to the formula, which knows what shapes it wants."""


def without_namespace(signature: inspect.Signature) -> inspect.Signature:
    """Return what a formula takes besides the array library that it is worked out with.

    >>> without_namespace(inspect.signature(lambda x, alpha, xp=np: x))
    <Signature (x, alpha)>
    """
    return signature.replace(parameters=[each for each in signature.parameters.values() if each.name != "xp"])


def as_parameter(name: str, value: Any) -> Any:
    """Return a parameter as an array, or, of one number, as Python's own, beside which float32 stays float32.

    >>> as_parameter("alpha", np.float64(0.5)), as_parameter("alpha", [1, 2])
    (0.5, array([1., 2.]))
    """
    array = as_float_array(value, name)
    return array if array.ndim else array.item()


def broadcasts_to(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Say whether an array of one shape can be spread over another without making it larger.

    >>> broadcasts_to((3,), (2, 3)), broadcasts_to((2, 3), (3,))
    (True, False)
    """
    try:
        return np.broadcast_shapes(shape, wanted) == wanted
    except ValueError:
        return False


def substitute(formula: str, **names: str) -> str:
    """Return the formula with its one-word symbols replaced.

    >>> substitute("y (1 - y)", y="A1")
    'A1 (1 - A1)'
    """
    return re.sub(r"\w+", lambda word: names.get(word.group(), word.group()), formula)


def elementwise(local_derivative: Callable[..., Any], **words: Any) -> Callable[[Callable[..., Any]], Function]:
    """Make an elementwise `Function` of the formula below, given its derivative (x, y) → dy/dx.

    >>> @elementwise(lambda x, y, xp=np: 2 * x, formula="x²", derivative_formula="2 x")
    ... def square(x):
    ...     return x * x
    >>> square(3), square.derivative(3)
    (np.float64(9.0), np.float64(6.0))
    """
    return lambda value: Function(value, local_derivative, **words)


def vectorial(**words: Any) -> Callable[[Callable[..., Any]], VectorFunction]:
    """Make a `VectorFunction` of the formula below, given its Jacobian and its backward formula."""
    return lambda value: VectorFunction(value, **words)
