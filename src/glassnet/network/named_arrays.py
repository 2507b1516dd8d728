"""Arrays by name in one block of memory: a network's parameters, its state."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError, as_real_array, did_you_mean
from glassnet.network.backends import NUMPY, Backend, copied, to_numpy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


LINE = 64
"""The bytes of a line of memory."""


class NamedArrays(dict[str, "NDArray[Any]"]):
    """A dictionary of views into one block of memory, `flat`; assigning to a name copies into its view.

    So that whatever holds a view (an optimizer, the compiled executor) sees every change, no view is ever replaced,
    and names are neither added nor removed. The block may be an array of another library, on a device (`backend`).

    Examples
    --------
    >>> arrays = NamedArrays({"W1": (2, 2), "b1": (2,)}, np.dtype("float32"))
    >>> arrays["b1"] = [1, 2]
    >>> arrays.flat
    array([0., 0., 0., 0., 1., 2.], dtype=float32)
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[Any], backend: Backend = NUMPY) -> None:
        sizes = [math.prod(shape) for shape in shapes.values()]
        ends = itertools.accumulate(sizes)
        self.dtype, self.backend = dtype, backend
        self.flat = aligned_zeros(sum(sizes), dtype) if backend.is_numpy else backend.zeros((sum(sizes),), dtype)
        super().__init__(
            {
                name: backend.xp.reshape(self.flat[end - size : end], shape)
                for (name, shape), size, end in zip(shapes.items(), sizes, ends, strict=True)
            }
        )

    def __setitem__(self, name: str, values: Any) -> None:
        """Copy `values` into the array of that name."""
        array = self._checked(name, values)
        with np.errstate(over="ignore"):  # a number too large for the dtype becomes inf, and shows as that
            self[name][...] = array

    def _checked(self, name: str, values: Any) -> NDArray[Any]:
        if name not in self:
            raise ArgumentError(
                f"there is no array {name!r} here, only {', '.join(self) or 'none at all'}.{did_you_mean(name, self)}"
            )
        array, shape = self._as_own(name, values), tuple(self[name].shape)
        if tuple(array.shape) != shape:
            raise ShapeError(
                f"{name} must have the shape {shape}, got {tuple(array.shape)}. Pass an array of that shape."
            )
        return array

    def _as_own(self, name: str, values: Any) -> Any:
        """Return values as what can be copied into an array of this library."""
        if self.backend.is_numpy:
            return as_real_array(to_numpy(values), name)
        if not self.backend.owns(values):
            return self.backend.asarray(as_real_array(to_numpy(values), name), self.dtype)
        if not self.backend.holds_real_numbers(values):
            raise ArgumentTypeError(f"{name} must hold real numbers, got {values.dtype}. Convert it first.")
        return self.backend.asarray(values, self.dtype)

    def update(self, *other: Any, **more: Any) -> None:
        """Copy each of the arrays into the one of its name: all of them, or none if one does not fit."""
        arrays = {name: self._checked(name, values) for name, values in dict(*other, **more).items()}
        for name, array in arrays.items():
            self[name] = array

    def copies(self) -> dict[str, NDArray[Any]]:
        """Return a plain dictionary of copies."""
        return {name: copied(array) for name, array in self.items()}

    def on(self, backend: Backend) -> NamedArrays:
        """Return the same arrays, bit for bit, in a block of another library or device; these if they are there."""
        return self if backend == self.backend else _restore(self.shapes, to_numpy(self.flat), backend)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each array."""
        return {name: tuple(array.shape) for name, array in self.items()}

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ArgumentError("the arrays of a network can be assigned to, but not added or removed.")

    __delitem__ = pop = popitem = clear = setdefault = _refuse
    __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.shapes, to_numpy(self.flat), self.backend)


def aligned_zeros(count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return zeros that begin on a line of memory of their own, as whole vectors of a processor want them.

    >>> aligned_zeros(3, np.dtype("float32")).ctypes.data % 64
    0
    """
    block = np.zeros(count * dtype.itemsize + LINE, dtype=np.uint8)
    first = -block.ctypes.data % LINE
    return block[first : first + count * dtype.itemsize].view(dtype)


def _restore(shapes: Mapping[str, tuple[int, ...]], flat: NDArray[Any], backend: Backend = NUMPY) -> NamedArrays:
    """Make the arrays anew, from a pickle, for a deep copy, or somewhere else."""
    arrays = NamedArrays(shapes, flat.dtype, backend)
    arrays.flat[...] = backend.asarray(flat, flat.dtype)
    return arrays
