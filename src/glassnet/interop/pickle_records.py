"""What stands in a legacy pickle for an array or a set: plain records, checked before one is made of them.

A pickle calls functions by name to build its arrays. Here those few names lead to the functions of this module,
which record and compare; NumPy's own are never called with what a file says.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from glassnet.mathematics.checks import DataError, with_article

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

PLAIN_CODES: Final = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"})
TEXT_CODE: Final = re.compile(r"[SU][1-9][0-9]{0,6}")
MAX_DIMENSIONS: Final = 64  # what a NumPy array can have
LARGEST_CODE_POINT: Final = 0x10FFFF


@dataclass(frozen=True)
class GlobalName:
    """A function or class that the pickle names, as `numpy.dtype`; nothing is imported."""

    name: str


@dataclass
class DtypeRecord:
    """The element type of an array: a code as `f4` and the byte order, `<`, `>`, `|` or `=` (this machine's)."""

    code: str
    order: str = "="

    def resolve(self) -> np.dtype[Any]:
        """Return the NumPy dtype."""
        return np.dtype(self.order + self.code)


@dataclass
class ArrayRecord:
    """An array to be, or a single number in NumPy's wrapping.

    `content` is None until the pickle has given its state; then it is a view of the bytes in the file.
    """

    content: NDArray[Any] | None = None
    is_scalar: bool = False

    def finish(self) -> Any:
        """Return the array, or the number: writable, C-ordered, in the byte order of this machine."""
        if self.content is None:
            raise DataError("it names an array but does not fill it.")
        # Any byte but 0 is True; NumPy expects 1.
        content = self.content.view(np.uint8) != 0 if self.content.dtype.kind == "b" else self.content
        array = np.array(content, content.dtype.newbyteorder("="), order="C")
        return array[()] if self.is_scalar else array


@dataclass
class SetRecord:
    """A set to be; what is in it may be records."""

    items: list[Any]
    frozen: bool = False


def kind_of(value: object) -> str:
    """Say what a value from a pickle is; only short text and numbers are shown.

    The text of a nested value could be endless: a list may hold a list twice that holds a list twice.

    >>> kind_of("f4"), kind_of(GlobalName("numpy.dtype")), kind_of([[], []])
    ("'f4'", 'numpy.dtype', 'a list')
    """
    if isinstance(value, GlobalName):
        return value.name
    if value is None or isinstance(value, bool | float):
        return repr(value)
    if isinstance(value, str | bytes) and len(value) <= 60:
        return repr(value)
    if isinstance(value, int) and value.bit_length() <= 64:
        return repr(value)
    return with_article(type(value).__name__)


NDARRAY: Final = GlobalName("numpy.ndarray")


def call(function: object, arguments: object) -> object:
    """Do what a pickle's REDUCE asks for, if it is one of the few things that build an array.

    >>> call(GlobalName("numpy.dtype"), ("f4", False, True))
    DtypeRecord(code='f4', order='=')
    """
    if not isinstance(function, GlobalName) or not isinstance(arguments, tuple):
        raise DataError(f"it calls {kind_of(function)}, which is no function.")
    if function.name not in CALLABLES:
        raise DataError(f"it calls {function.name}, which is not needed to read an array.")
    try:
        return CALLABLES[function.name](*arguments)
    except TypeError:
        raise DataError(f"it calls {function.name} with arguments that do not fit.") from None


def set_state(record: object, state: object) -> None:
    """Do what a pickle's BUILD asks for: complete an array or an element type.

    >>> record = DtypeRecord("f4")
    >>> set_state(record, (3, ">", None, None, None, -1, -1, 0))
    >>> record.resolve()
    dtype('>f4')
    """
    if isinstance(record, DtypeRecord):
        _complete_dtype(record, state)
    elif isinstance(record, ArrayRecord):
        _complete_array(record, state)
    else:
        raise DataError(f"it sets the state of {kind_of(record)}; only arrays have one here.")


def as_raw(value: object) -> bytes:
    r"""Return the bytes of an array; Python 2 had them as a string.

    >>> as_raw("\xff")
    b'\xff'
    """
    if isinstance(value, str):
        return value.encode("latin-1")
    if isinstance(value, bytes):
        return value
    if isinstance(value, list):
        raise DataError("it holds an array of Python objects (dtype object); only numbers and text are read.")
    raise DataError(f"the content of an array is {kind_of(value)}; expected bytes.")


def make_array(raw: bytes, dtype: object, shape: object, order: Literal["C", "F"]) -> NDArray[Any]:
    """Return a read-only array over `raw`, after all sizes were compared.

    >>> make_array(bytes([1, 2, 3, 4]), DtypeRecord("u1"), (2, 2), "F")
    array([[1, 3],
           [2, 4]], dtype=uint8)
    """
    if not isinstance(dtype, DtypeRecord):
        raise DataError(f"the element type of an array is {kind_of(dtype)}; expected a numpy.dtype.")
    sizes = _sizes(shape)
    element = dtype.resolve()
    stated = math.prod(sizes) * element.itemsize
    if stated != len(raw):
        raise DataError(
            f"an array of shape {sizes} and type {element} has {stated:,} bytes, but {len(raw):,} are there."
        )
    if element.kind == "U" and np.frombuffer(raw, element.byteorder + "u4").max(initial=0) > LARGEST_CODE_POINT:
        raise DataError("an array of text holds something that is no character.")
    return np.frombuffer(raw, element).reshape(sizes, order=order)


def _sizes(shape: object) -> tuple[int, ...]:
    if (
        not isinstance(shape, tuple)
        or len(shape) > MAX_DIMENSIONS
        or not all(type(size) is int and size >= 0 for size in shape)
    ):
        raise DataError(f"the shape of an array must be a tuple of at most {MAX_DIMENSIONS} sizes of 0 or more.")
    return shape


def _make_dtype(code: object, *_: object) -> DtypeRecord:
    text = code.decode("latin-1") if isinstance(code, bytes) else code
    if not isinstance(text, str):
        raise DataError(f"an element type is {kind_of(text)}; expected a code as 'f4'.")
    if text.startswith("O"):
        raise DataError("it holds an array of Python objects (dtype object); only numbers and text are read.")
    if text not in PLAIN_CODES and not TEXT_CODE.fullmatch(text):
        raise DataError(f"it holds an array of type {kind_of(text)}; only numbers and text are read.")
    return DtypeRecord(text)


def _complete_dtype(record: DtypeRecord, state: object) -> None:
    plain = (
        isinstance(state, tuple)
        and len(state) >= 5
        and isinstance(state[1], str)
        and state[1] in {"<", ">", "|", "="}
        and state[2] is state[3] is state[4] is None  # no subarray, no names, no fields
    )
    if not plain or not isinstance(state, tuple):
        raise DataError(f"the state of an element type is {kind_of(state)}; only plain types are read.")
    record.order = state[1]


def _complete_array(record: ArrayRecord, state: object) -> None:
    if not isinstance(state, tuple) or len(state) != 5:
        raise DataError(f"the state of an array is {kind_of(state)}; expected NumPy's five fields.")
    _, shape, dtype, fortran, raw = state
    record.content = make_array(as_raw(raw), dtype, shape, "F" if fortran else "C")


def _reconstruct(subtype: object, *_: object) -> ArrayRecord:
    if subtype != NDARRAY:
        raise DataError(f"it makes an array of the class {kind_of(subtype)}; only {NDARRAY.name} is read.")
    return ArrayRecord()


def _scalar(dtype: object, raw: object = b"") -> ArrayRecord:
    return ArrayRecord(make_array(as_raw(raw), dtype, (), "C"), is_scalar=True)


def _frombuffer(raw: object, dtype: object, shape: object, order: object, axes: object = None) -> ArrayRecord:
    if not isinstance(order, str) or order not in {"C", "F", "K"}:
        raise DataError(f"the order of an array is {kind_of(order)}; expected 'C' or 'F'.")
    array = make_array(as_raw(raw), dtype, shape, "F" if order == "F" else "C")
    if axes is not None:
        places = _sizes(axes)
        if sorted(places) != list(range(array.ndim)):
            raise DataError(f"the axes of an array are {places}; expected each of {array.ndim} once.")
        array = array.transpose(places)
    return ArrayRecord(array)


def _encode(text: object, encoding: object = "latin1") -> bytes:
    # Only text may be looked up: the hash of a nested tuple could take for ever.
    if not isinstance(text, str) or not isinstance(encoding, str) or encoding not in {"latin1", "latin-1"}:
        raise DataError("it encodes something other than bytes as latin1.")
    return text.encode("latin-1")


def _no_bytes() -> bytes:
    return b""


def _set(items: object = ()) -> SetRecord:
    return SetRecord(_listed(items, "a set"))


def _frozenset(items: object = ()) -> SetRecord:
    return SetRecord(_listed(items, "a frozenset"), frozen=True)


def _listed(items: object, what: str) -> list[Any]:
    if not isinstance(items, list | tuple):
        raise DataError(f"it makes {what} of {kind_of(items)}; expected a list.")
    return [*items]


def _ordered_dict(pairs: object = ()) -> OrderedDict[Any, Any]:
    """Make the dict that Python 3 fills afterwards, or that of Python 2 from its pairs."""
    result: OrderedDict[Any, Any] = OrderedDict()
    for pair in _listed(pairs, "an OrderedDict"):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise DataError(f"an OrderedDict is made of {kind_of(pair)}; expected pairs.")
        check_key(pair[0])
        result[pair[0]] = pair[1]
    return result


def check_key(key: object) -> None:
    """Refuse keys of a dict but text and whole numbers: long ones could be chosen so that all collide in the table.

    >>> check_key("W1")
    """
    if not isinstance(key, str | int) or (isinstance(key, int) and key.bit_length() > 60):
        raise DataError(f"a dict has the key {kind_of(key)}; only text and whole numbers are read as keys.")


# Python 2 and 3, NumPy before and since 2.0, name the same things differently.
CALLABLES: Final[dict[str, Callable[..., object]]] = {
    "numpy.dtype": _make_dtype,
    "_codecs.encode": _encode,
    "__builtin__.bytes": _no_bytes,
    "builtins.bytes": _no_bytes,
    "collections.OrderedDict": _ordered_dict,
    **{f"{module}.set": _set for module in ("__builtin__", "builtins")},
    **{f"{module}.frozenset": _frozenset for module in ("__builtin__", "builtins")},
    **{f"numpy.{core}.multiarray._reconstruct": _reconstruct for core in ("core", "_core")},
    **{f"numpy.{core}.multiarray.scalar": _scalar for core in ("core", "_core")},
    **{f"numpy.{core}.numeric._frombuffer": _frombuffer for core in ("core", "_core")},
}
ADMITTED: Final = frozenset(CALLABLES) | {NDARRAY.name}
