"""Arrays by name in one block of memory: a network's parameters, its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ShapeError, as_real_array, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


LINE = 64
"""The bytes of a line of memory."""


class NamedArrays(dict[str, "NDArray[Any]"]):
    """A dictionary of views into one block of memory, `flat`; assigning to a name copies into its view.

    So that whatever holds a view (an optimizer, the compiled executor) sees every change, no view is ever replaced,
    and names are neither added nor removed.

    Examples
    --------
    >>> arrays = NamedArrays({"W1": (2, 2), "b1": (2,)}, np.dtype("float32"))
    >>> arrays["b1"] = [1, 2]
    >>> arrays.flat
    array([0., 0., 0., 0., 1., 2.], dtype=float32)
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[Any]) -> None:
        sizes = [int(np.prod(shape)) for shape in shapes.values()]
        self.flat = aligned_zeros(sum(sizes), dtype)
        ends = np.cumsum(sizes)
        super().__init__(
            {
                name: self.flat[end - size : end].reshape(shape)
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
        array, shape = as_real_array(values, name), self[name].shape
        if array.shape != shape:
            raise ShapeError(f"{name} must have the shape {shape}, got {array.shape}. Pass an array of that shape.")
        return array

    def update(self, *other: Any, **more: Any) -> None:
        """Copy each of the arrays into the one of its name: all of them, or none if one does not fit."""
        arrays = {name: self._checked(name, values) for name, values in dict(*other, **more).items()}
        for name, array in arrays.items():
            self[name] = array

    def copies(self) -> dict[str, NDArray[Any]]:
        """Return a plain dictionary of copies."""
        return {name: array.copy() for name, array in self.items()}

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ArgumentError("the arrays of a network can be assigned to, but not added or removed.")

    __delitem__ = pop = popitem = clear = setdefault = _refuse
    __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        shapes = {name: array.shape for name, array in self.items()}
        return _restore, (shapes, self.flat)


def aligned_zeros(count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return zeros that begin on a line of memory of their own, as whole vectors of a processor want them.

    >>> aligned_zeros(3, np.dtype("float32")).ctypes.data % 64
    0
    """
    block = np.zeros(count * dtype.itemsize + LINE, dtype=np.uint8)
    first = -block.ctypes.data % LINE
    return block[first : first + count * dtype.itemsize].view(dtype)


def _restore(shapes: Mapping[str, tuple[int, ...]], flat: NDArray[Any]) -> NamedArrays:
    """Make the arrays anew from a pickle or for a deep copy."""
    arrays = NamedArrays(shapes, flat.dtype)
    arrays.flat[...] = flat
    return arrays
