"""Whose arrays a network is made of, and where they lie: NumPy's, or another library's on some device.

A backend is one library on one device. Its namespace of the array API standard, which array-api-compat gives, is bound
to the formulas once (`Backend.operations`). NumPy is the home: all that is no matter of the reference executor
works on NumPy's arrays, and `to_numpy` brings an array back.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics import foreign_arrays
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, MissingLibraryError, describe
from glassnet.mathematics.libraries import is_installed, need
from glassnet.network.operations import operations_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LIBRARIES = ("numpy", "torch", "cupy", "array_api_strict")
GRAMMAR = (
    "'cpu' (NumPy), 'cuda', 'cuda:1' or 'mps', or a library with or without a device of its own: 'torch', "
    "'torch:cuda:0', 'cupy', 'array_api_strict'"
)


@dataclass(frozen=True)
class Backend:
    """One library's arrays on one device.

    Attributes
    ----------
    library : str
        `numpy`, `torch`, `cupy` or `array_api_strict`.
    device : str
        `cpu`, `cuda:0`, `mps`: in the words of PyTorch.

    Examples
    --------
    >>> as_backend("cpu")
    Backend('cpu')
    """

    library: str = "numpy"
    device: str = "cpu"

    @property
    def name(self) -> str:
        """What `as_backend` makes this backend of: `cpu`, `torch:cuda:0`."""
        return self.device if self.is_numpy else f"{self.library}:{self.device}"

    @property
    def is_numpy(self) -> bool:
        """Whether its arrays are NumPy's."""
        return self.library == "numpy"

    @cached_property
    def xp(self) -> Any:
        """The library's namespace of the array API standard."""
        return _namespace(self.library)

    @cached_property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        """The table of operations, bound to the namespace."""
        return operations_with(self.xp)

    @cached_property
    def place(self) -> Any:
        """The device as the library itself says it."""
        if self.library == "cupy":
            return self.xp.cuda.Device(int(self.device.partition(":")[2]))
        return self.device if self.library == "torch" else None

    def owns(self, value: object) -> bool:
        """Say whether a value is an array of this library, on whatever device."""
        return library_of(value) == self.library

    def asarray(self, array: Any, dtype: np.dtype[Any]) -> Any:
        """Return an array of NumPy's, or of any known library's, as one of this backend; a copy only if need be."""
        if self.is_numpy:
            return to_numpy(array).astype(dtype, copy=False)
        if self.owns(array):
            array = array.detach() if self.library == "torch" else array
            return self.xp.asarray(array, dtype=self.dtype(dtype), device=self.place)
        numbers = np.ascontiguousarray(to_numpy(array), dtype=dtype).reshape(np.shape(array))
        if not numbers.flags.writeable:  # PyTorch warns of an array that it might write to
            numbers = numbers.copy()
        return self.xp.asarray(numbers, device=self.place)

    def zeros(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        """Return zeros."""
        return self.xp.zeros(shape, dtype=self.dtype(dtype), device=self.place)

    def dtype(self, dtype: np.dtype[Any]) -> Any:
        """Return what the library calls a dtype of NumPy's."""
        return dtype if self.is_numpy else getattr(self.xp, dtype.name)

    def holds_real_numbers(self, array: Any) -> bool:
        """Say whether one of the library's arrays holds real numbers, whole ones and truth values among them."""
        return bool(self.xp.isdtype(array.dtype, ("bool", "integral", "real floating")))

    def __reduce__(self) -> tuple[Any, ...]:
        return Backend, (self.library, self.device)  # a namespace is found again where it is needed

    def __repr__(self) -> str:
        return f"Backend({self.name!r})"


NUMPY = Backend()


def library_of(value: object) -> str:
    """Return the library whose array a value is; an empty text if it is of none that is known here.

    >>> library_of(np.zeros(2)), library_of([0.0, 0.0])
    ('numpy', '')
    """
    if isinstance(value, np.ndarray):
        return "numpy"
    if not (hasattr(value, "shape") and hasattr(value, "dtype")):
        return ""
    return foreign_arrays.library_of(value, LIBRARIES[1:])


def to_numpy(value: Any) -> Any:
    """Return an array of another library as one of NumPy's, in the computer's own memory; other values as they are.

    >>> to_numpy([1, 2])
    [1, 2]
    """
    library = library_of(value)
    if library == "torch":
        return foreign_arrays.as_numpy(value)
    if library == "cupy":
        return value.get()
    return np.asarray(value) if library == "array_api_strict" else value


def all_to_numpy(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by name, those that are arrays in NumPy."""
    return {name: to_numpy(value) for name, value in values.items()}


def rows_of(array: Any, rows: Any) -> Any:
    """Return some rows of an array of any library: a slice, or those of NumPy's indices.

    >>> rows_of(np.array([[1], [2], [3]]), np.array([2, 0]))
    array([[3],
           [1]])
    """
    if isinstance(array, np.ndarray):
        return array[rows]
    if isinstance(rows, slice):
        return array[rows, ...]
    xp = _namespace(library_of(array))
    return xp.take(array, xp.asarray(rows, device=array.device), axis=0)


def copied(array: Any) -> Any:
    """Return a copy of an array of any library, in that library and where it lies.

    >>> copied(np.ones(2))
    array([1., 1.])
    """
    return array.copy() if isinstance(array, np.ndarray) else _namespace(library_of(array)).asarray(array, copy=True)


def is_finite(array: Any) -> bool:
    """Say whether an array of any library holds neither nan nor inf."""
    xp = _namespace(library_of(array))
    return bool(xp.all(xp.isfinite(array)))


def as_backend(where: Any) -> Backend:
    """Return the backend that a text, a device of PyTorch's or a backend means.

    Parameters
    ----------
    where : str
        `cpu` or `numpy`: NumPy. `cuda`, `cuda:1`, `mps`: PyTorch on that device (for `cuda` CuPy, where there is no
        PyTorch). `library:device`, such as `torch:cpu`, `torch:cuda:1`, `cupy:0`; a library alone is on its first
        GPU for CuPy, else on the CPU.

    Raises
    ------
    ArgumentError
        If it is none of these, or there is no such device.
    MissingLibraryError
        If the library is not installed.

    Examples
    --------
    >>> as_backend("numpy").name
    'cpu'
    >>> as_backend("gpu")
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: device must be 'cpu' (NumPy), 'cuda', ..., got 'gpu'.
    """
    if isinstance(where, Backend):
        return where
    if type(where).__module__.partition(".")[0] == "torch":
        where = f"torch:{where}"
    if not isinstance(where, str):
        raise ArgumentTypeError(f"device must be {GRAMMAR}, got {describe(where)}.")
    library, _, device = where.partition(":")
    if library not in LIBRARIES:
        library, device = _library_for(library), where
    elif not device:
        device = "cuda:0" if library == "cupy" else "cpu"
    elif device.isdecimal():
        device = f"cuda:{device}"
    kind, _, number = device.partition(":")
    kinds = {"numpy": ("cpu",), "torch": ("cpu", "cuda", "mps"), "cupy": ("cuda",), "array_api_strict": ("cpu",)}
    if kind not in kinds.get(library, ()) or (number and not (number.isdecimal() and kind == "cuda")):
        raise ArgumentError(f"device must be {GRAMMAR}, got {where!r}.")
    backend = Backend(library, f"{kind}:{number or 0}" if kind == "cuda" else kind)
    _check_there(backend)
    return backend


def _library_for(kind: str) -> str:
    """Return the library for a device that is named without one."""
    if kind != "cuda":
        return {"cpu": "numpy", "mps": "torch"}.get(kind, "")
    return "torch" if is_installed("torch") or not is_installed("cupy") else "cupy"


@functools.cache
def _namespace(library: str) -> Any:
    """Return the namespace of a library, once: NumPy's is its own."""
    if library == "numpy":
        return np
    what = f"a network of {library} arrays"
    if library == "cupy" and not is_installed(library):
        raise MissingLibraryError(
            f"{what} needs cupy, which is not installed. Install its build for your CUDA, such as cupy-cuda12x, and "
            "glassnet[arrays]."
        )
    if library == "array_api_strict":
        return need("array_api_strict", extra="test", what=what)
    if library == "cupy":
        return need("array_api_compat.cupy", extra="arrays", what=what)
    need("torch", extra="torch,arrays", what=what)
    return need("array_api_compat.torch", extra="arrays", what=what)


def _check_there(backend: Backend) -> None:
    """Raise `ArgumentError` if this computer has no such device."""
    kind, _, number = backend.device.partition(":")
    xp = backend.xp
    if kind == "cpu":
        return
    if backend.library == "cupy":
        there = xp.cuda.runtime.getDeviceCount()
    elif kind == "mps":
        there = int(xp.backends.mps.is_available())
    else:
        there = xp.cuda.device_count() if xp.cuda.is_available() else 0
    if int(number or 0) >= there:
        raise ArgumentError(
            f"device must be one that {backend.library} finds here, which are {there} of kind {kind!r}, got "
            f"{backend.name!r}. Use 'cpu', or install a {backend.library} that is built for the device."
        )
