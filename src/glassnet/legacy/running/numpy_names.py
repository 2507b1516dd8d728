"""The names that NumPy removed, and what each of them meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def _asfarray(a: Any, dtype: Any = np.float64) -> Any:
    """Convert to floating-point numbers: text too, as a row of a CSV file that was split at its commas."""
    return np.asarray(a, dtype=dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def _msort(a: Any) -> Any:
    return np.sort(a, axis=0)


def _asscalar(a: Any) -> Any:
    return np.asarray(a).item()


def _in1d(ar1: Any, ar2: Any, **options: Any) -> Any:
    return np.isin(np.ravel(ar1), ar2, **options)


NAMES: dict[str, Any] = {
    # Python's own types, which NumPy 1.24 took away
    "int": int,
    "float": float,
    "bool": bool,
    "complex": complex,
    "object": object,
    "str": str,
    "long": int,
    "unicode": str,
    # second names, which NumPy 2.0 took away
    "bool8": np.bool_,
    "bytes0": np.bytes_,
    "cfloat": np.complex128,
    "clongfloat": np.clongdouble,
    "complex_": np.complex128,
    "float_": np.float64,
    "int0": np.intp,
    "longcomplex": np.clongdouble,
    "longfloat": np.longdouble,
    "object0": np.object_,
    "singlecomplex": np.complex64,
    "str0": np.str_,
    "string_": np.bytes_,
    "uint0": np.uintp,
    "unicode_": np.str_,
    "Inf": np.inf,
    "Infinity": np.inf,
    "infty": np.inf,
    "PINF": np.inf,
    "NINF": -np.inf,
    "NaN": np.nan,
    "PZERO": 0.0,
    "NZERO": -0.0,
    # functions
    "alltrue": np.all,
    "asfarray": _asfarray,
    "asscalar": _asscalar,
    "cumproduct": np.cumprod,
    "in1d": _in1d,
    "mat": np.asmatrix,
    "msort": _msort,
    "product": np.prod,
    "rank": np.ndim,
    "round_": np.round,
    "row_stack": np.vstack,
    "sometrue": np.any,
    "trapz": getattr(np, "trapezoid", None),  # NumPy 2.0 gave it this name
}


def lost_names() -> dict[str, Any]:
    """Return the names that the installed NumPy lacks, each with what it meant.

    >>> lost_names()["asfarray"](["5", "0"])
    array([5., 0.])
    """
    return {name: value for name, value in NAMES.items() if name not in vars(np)}


def numpy_names() -> AbstractContextManager[None]:
    """Give NumPy its lost names back, for a while.

    >>> with numpy_names():
    ...     np.array([True, False], dtype=np.int)
    array([1, 0])
    >>> hasattr(np, "int")
    False
    """
    return replaced(np, lost_names())
