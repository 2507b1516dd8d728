"""What may be written with a node of a computational graph: operators, methods and NumPy's functions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np

from glassnet.mathematics import functions
from glassnet.mathematics.checks import ArgumentTypeError, ShapeError, describe
from glassnet.mathematics.graph_rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

_NUMPY_FUNCTIONS = (np.sum, np.mean, np.max, np.reshape, np.transpose, np.shape, np.ndim, np.size)


class Operators(ABC):
    """The operators and functions of a node; each hands its operands to `apply`, which makes the new node."""

    __slots__ = ()

    @abstractmethod
    def apply(self, operation: str, *operands: Any, **options: Any) -> Self:
        """Return the node that does a named operation of `RULES` to the operands, numbers and arrays among them."""

    def __add__(self, other: ArrayLike) -> Self:
        return self.apply("add", self, other)

    def __radd__(self, other: ArrayLike) -> Self:
        return self.apply("add", other, self)

    def __sub__(self, other: ArrayLike) -> Self:
        return self.apply("subtract", self, other)

    def __rsub__(self, other: ArrayLike) -> Self:
        return self.apply("subtract", other, self)

    def __mul__(self, other: ArrayLike) -> Self:
        return self.apply("multiply", self, other)

    def __rmul__(self, other: ArrayLike) -> Self:
        return self.apply("multiply", other, self)

    def __truediv__(self, other: ArrayLike) -> Self:
        return self.apply("divide", self, other)

    def __rtruediv__(self, other: ArrayLike) -> Self:
        return self.apply("divide", other, self)

    def __pow__(self, other: ArrayLike) -> Self:
        return self.apply("power", self, other)

    def __rpow__(self, other: ArrayLike) -> Self:
        return self.apply("power", other, self)

    def __matmul__(self, other: ArrayLike) -> Self:
        return self.apply("matmul", self, other)

    def __rmatmul__(self, other: ArrayLike) -> Self:
        return self.apply("matmul", other, self)

    def __neg__(self) -> Self:
        return self.apply("negative", self)

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return self.abs()

    def __getitem__(self, index: Any) -> Self:
        return self.apply("getitem", self, index=_own(index))

    def exp(self) -> Self:
        """Return eˣ; its derivative is eˣ."""
        return self.apply("exp", self)

    def log(self) -> Self:
        """Return the natural logarithm log x; its derivative is 1/x."""
        return self.apply("log", self)

    def log10(self) -> Self:
        """Return log₁₀ x; its derivative is 1/(x log 10)."""
        return self.apply("log10", self)

    def sqrt(self) -> Self:
        """Return √x; its derivative is 1/(2√x)."""
        return self.apply("sqrt", self)

    def abs(self) -> Self:
        """Return `|x|`; its derivative is the sign of x, 0 at 0."""
        return self.apply("absolute", self)

    def sin(self) -> Self:
        """Return sin x; its derivative is cos x."""
        return self.apply("sin", self)

    def cos(self) -> Self:
        """Return cos x; its derivative is −sin x."""
        return self.apply("cos", self)

    def sigmoid(self) -> Self:
        """Return `functions.sigmoid` of this node."""
        return self._call(functions.sigmoid)

    def tanh(self) -> Self:
        """Return `functions.tanh` of this node."""
        return self._call(functions.tanh)

    def relu(self) -> Self:
        """Return `functions.relu` of this node."""
        return self._call(functions.relu)

    def softmax(self) -> Self:
        """Return `functions.softmax` of this node, over the last axis."""
        return self._call(functions.softmax)

    def _call(self, function: Callable[[Any], Any]) -> Self:
        result: Self = function(self)
        return result

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Self:
        """Return the sum over an axis, over several, or over all; each element's derivative is 1."""
        return self.apply("sum", self, axis=axis, keepdims=keepdims)

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Self:
        """Return the mean over an axis, over several, or over all; each of n elements has the derivative 1/n."""
        return self.apply("mean", self, axis=axis, keepdims=keepdims)

    def max(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Self:
        """Return the largest element over an axis, over several, or over all; equal ones share the derivative 1."""
        return self.apply("max", self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape: Any) -> Self:
        """Return the same elements in another shape, given as one tuple or as integers."""
        return self.apply("reshape", self, shape=shape[0] if len(shape) == 1 else shape)

    def transpose(self, axes: tuple[int, ...] | None = None) -> Self:
        """Return the axes in another order, by default reversed."""
        return self.apply("transpose", self, axes=axes)

    @property
    def T(self) -> Self:  # noqa: N802  # NumPy's name
        """The transpose."""
        return self.transpose()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Make np.exp(node), or array * node, a node; NumPy raises TypeError for functions without a rule."""
        name = ufunc.__name__
        if method != "__call__" or kwargs or getattr(np, name, None) is not ufunc:
            return NotImplemented
        if ufunc is np.tanh:
            return self.tanh()
        return self.apply(name, *inputs) if name in RULES else NotImplemented

    def __array_function__(self, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Make np.sum(node) and the like a node; NumPy raises TypeError for functions that are not here."""
        if func is np.dot and len(args) == 2:
            return self._dot(*args)
        if func not in _NUMPY_FUNCTIONS or not args or not isinstance(args[0], Operators):
            return NotImplemented
        attribute = getattr(args[0], func.__name__)
        return attribute(*args[1:], **kwargs) if callable(attribute) else attribute

    def _dot(self, a: Any, b: Any) -> Self:
        if np.ndim(a) == 0 or np.ndim(b) == 0:
            return self.apply("multiply", a, b)
        if np.ndim(b) > 2:
            raise ShapeError(f"np.dot must get a second factor of at most two axes, got {describe(b)}. Use a @ b.")
        return self.apply("matmul", a, b)

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        """Refuse: NumPy would go on without the graph."""
        self._refuse_array()

    def _refuse_array(self) -> NoReturn:
        raise ArgumentTypeError(f"{self!r} is not an array. Take its .value; no gradient flows through that.")


def _own(index: Any) -> Any:
    """Return an index that later changes of the caller's lists and arrays do not reach."""
    if isinstance(index, tuple):
        return tuple(map(_own, index))
    return list(index) if isinstance(index, list) else index.copy() if isinstance(index, np.ndarray) else index
