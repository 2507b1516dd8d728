"""Functions that NumPy removed, as they were used: rebuilt from what NumPy has today."""

from __future__ import annotations

import ast
import functools
import inspect
import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SCTYPES: Final[dict[str, list[Any]]] = {
    "int": [np.int8, np.int16, np.int32, np.int64],
    "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
    "float": [np.float16, np.float32, np.float64, np.longdouble],
    "complex": [np.complex64, np.complex128, np.clongdouble],
    "others": [bool, object, bytes, str, np.void],
}


def asfarray(a: Any, dtype: Any = np.float64) -> Any:
    """Convert to floating-point numbers: text too, as a row of a CSV file that was split at its commas.

    >>> asfarray(["5", "0"], int)
    array([5., 0.])
    """
    return np.asarray(a, dtype=dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def msort(a: Any) -> Any:
    """Sort along the first axis."""
    return np.sort(a, axis=0)


def asscalar(a: Any) -> Any:
    """Return the one number of an array as Python's own."""
    return np.asarray(a).item()


def alen(a: Any) -> int:
    """Return the length of the first axis; 1 for a number."""
    return len(np.atleast_1d(a))


def in1d(ar1: Any, ar2: Any, **options: Any) -> Any:
    """Say for each element of the flattened `ar1` whether it is in `ar2`."""
    return np.isin(np.ravel(ar1), ar2, **options)


def disp(mesg: Any, device: Any = None, linefeed: bool = True) -> None:  # as it was called
    """Write a text to a file or to the screen."""
    print(mesg, file=device, end="\n" if linefeed else "")


class Cast(dict[Any, Any]):
    """`np.cast[dtype](x)`: conversion by the name of the type.

    >>> Cast()["f"]([1, 2]).dtype
    dtype('float32')
    """

    def __missing__(self, key: Any) -> Callable[[Any], Any]:
        return lambda x: np.asarray(x, dtype=key)


class Sizes(dict[Any, int]):
    """`np.nbytes[dtype]`: the bytes of one element."""

    def __missing__(self, key: Any) -> int:
        return np.dtype(key).itemsize


def obj2sctype(rep: Any, default: Any = None) -> Any:
    """Return the type of an array's elements, or of one."""
    if isinstance(rep, type) and issubclass(rep, np.generic):
        return rep
    if isinstance(rep, np.ndarray):
        return rep.dtype.type
    try:
        return np.dtype(rep).type
    except TypeError:
        return default


def issctype(rep: Any) -> bool:
    """Say whether something names the type of an element."""
    if not isinstance(rep, type | np.dtype):
        return False
    found = obj2sctype(rep)
    return found is not None and found is not np.object_


def issubclass_(arg1: Any, arg2: Any) -> bool:
    """Say whether a class is below another; what is no class is below none."""
    return isinstance(arg1, type) and issubclass(arg1, arg2)


def issubsctype(arg1: Any, arg2: Any) -> bool:
    """Say whether one element type is below another."""
    return issubclass(obj2sctype(arg1), obj2sctype(arg2))


def maximum_sctype(t: Any) -> Any:
    """Return the largest type of the same kind."""
    names = {"i": "int", "u": "uint", "f": "float", "c": "complex"}
    found = obj2sctype(t)
    kind = names.get(np.dtype(found).kind) if found is not None else None
    return t if found is None else SCTYPES[kind][-1] if kind else found


def sctype2char(sctype: Any) -> str:
    """Return the letter of a type."""
    return str(np.dtype(obj2sctype(sctype)).char)


def find_common_type(array_types: Iterable[Any], scalar_types: Iterable[Any]) -> Any:
    """Return the type that arrays and numbers share: numbers count only where they are of a higher kind.

    >>> find_common_type([np.float32], [np.int64, np.float64])
    dtype('float32')
    """
    arrays, scalars = ([np.dtype(each) for each in types] for types in (array_types, scalar_types))
    kinds = "buifc"
    if not arrays or not scalars:
        return np.result_type(*arrays, *scalars)
    of_arrays, of_scalars = np.result_type(*arrays), np.result_type(*scalars)
    higher = kinds.find(of_scalars.kind) > kinds.find(of_arrays.kind)
    return of_scalars if higher else of_arrays


def safe_eval(source: str) -> Any:
    """Return the value of a text of Python that holds nothing but constants."""
    return ast.literal_eval(source)


def recfromtxt(fname: Any, **options: Any) -> Any:
    """Read a table into an array with named columns."""
    options.setdefault("dtype", None)
    options.setdefault("encoding", None)
    usemask = options.get("usemask", False)
    table = np.genfromtxt(fname, **options)
    return table if usemask else table.view(np.recarray)


def recfromcsv(fname: Any, **options: Any) -> Any:
    """Read a CSV file, whose first line has the names, into an array with named columns."""
    defaults = {"case_sensitive": "lower", "names": True, "delimiter": ","}
    return recfromtxt(fname, **{**defaults, **options})


def who(vardict: Mapping[str, Any] | None = None) -> None:
    """List the arrays of a dict, or of whoever calls."""
    frame = inspect.currentframe()
    names = vardict if vardict is not None or frame is None or frame.f_back is None else frame.f_back.f_globals
    rows = [(name, value) for name, value in (names or {}).items() if isinstance(value, np.ndarray)]
    for name, value in rows:
        print(f"{name:12} {' x '.join(map(str, value.shape)):16} {value.nbytes:<12} {value.dtype}")


def source(object: Any, output: Any = None) -> None:  # noqa: A002  # its own name for it
    """Print the source of a function or class."""
    try:
        print(inspect.getsource(object), file=output)
    except (OSError, TypeError):
        print("Not available for this object.", file=output)


def lookfor(what: str, *_: Any, **__: Any) -> None:
    """List the functions of NumPy whose name and first line have all the words."""
    words = what.lower().split()
    for name in sorted(dir(np)):
        value = vars(np).get(name)
        lines = [line for line in inspect.cleandoc(getattr(value, "__doc__", None) or "").split("\n") if line]
        # A function in C begins with how it is called.
        summary = next((line for line in lines if not line.startswith(f"{name}(")), "")
        if callable(value) and all(word in f"{name} {summary}".lower() for word in words):
            print(f"numpy.{name}\n    {summary}")


def set_string_function(*_: Any, **__: Any) -> None:
    """Leave the way that arrays are printed as it is, and say so."""
    warnings.warn("np.set_string_function does nothing any more: arrays are printed as ever.", stacklevel=2)


def deprecate(*arguments: Any, **_: Any) -> Any:
    """Return a function as it is: a warning that it is old is no news here."""
    if arguments and callable(arguments[0]):
        return arguments[0]
    return lambda function: function


def deprecate_with_doc(_: str) -> Any:
    """Return a decorator that leaves a function as it is."""
    return deprecate()


def fast_copy_and_transpose(a: Any) -> Any:
    """Return a turned copy."""
    return np.asarray(a).T.copy()


def get_array_wrap(*arguments: Any) -> Any:
    """Return the `__array_wrap__` of the argument that has the highest priority."""
    found = [each for each in arguments if hasattr(each, "__array_wrap__")]
    best = max(found, key=lambda each: getattr(each, "__array_priority__", 0.0), default=None)
    return None if best is None else best.__array_wrap__


def percentile_of(usual: Callable[..., Any]) -> Callable[..., Any]:
    """Return one of NumPy's quantile functions that takes `interpolation` for `method`, as before 2.4.

    >>> float(percentile_of(np.percentile)([1, 2], 50, interpolation="lower"))
    1.0
    """

    @functools.wraps(usual)
    def quantile(*arguments: Any, interpolation: Any = None, **options: Any) -> Any:
        return usual(*arguments, **options, **({"method": interpolation} if interpolation is not None else {}))

    return quantile


def add_newdoc(*_: Any, **__: Any) -> None:
    """Do nothing: it described NumPy's own functions."""
