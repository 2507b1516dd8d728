"""What passes between page and server: one binary frame a message, JSON with arrays behind it.

A frame is the length of the header (4 bytes, little-endian), the header (JSON in UTF-8, filled with blanks so that what
follows begins at a multiple of 8 bytes), then the arrays, each filled to a multiple of 8. The header is
`{"message": …, "arrays": [[dtype, shape, offset], …]}`; `{"$array": 2}` in the message stands for the third of them.
`static/js/wire.js` is its other half.
"""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

DTYPES = {"uint8": "u1", "int32": "<i4", "float32": "<f4", "float64": "<f8"}
MOST_ARRAYS = 1000
MOST_HEADER = 1_000_000
ALIGNMENT = 8
NOT_FINITE = "$number"


def pack(message: Mapping[str, Any]) -> bytes:
    """Return a message as a frame.

    Parameters
    ----------
    message : mapping
        Plain data with arrays anywhere in it.

    Returns
    -------
    bytes

    Examples
    --------
    >>> frame = pack({"picture": np.eye(2, dtype=np.float32), "name": "seven"})
    >>> unpack(frame)
    {'picture': array([[1., 0.],
           [0., 1.]], dtype=float32), 'name': 'seven'}
    """
    arrays: list[NDArray[Any]] = []
    plain = _without_arrays(message, arrays)
    table, offset = [], 0
    for array in arrays:
        table.append([array.dtype.name, array.shape, offset])
        offset += _filled(array.nbytes)
    header = json.dumps({"message": plain, "arrays": table}, allow_nan=False, ensure_ascii=False).encode(
        errors="replace"
    )
    header += b" " * (_filled(4 + len(header)) - 4 - len(header))
    parts = [struct.pack("<I", len(header)), header]
    for array in arrays:
        parts += [array.astype(DTYPES[array.dtype.name], copy=False).tobytes(), b"\0" * (-array.nbytes % ALIGNMENT)]
    return b"".join(parts)


def _filled(size: int) -> int:
    return size + -size % ALIGNMENT


def _without_arrays(value: Any, arrays: list[NDArray[Any]]) -> Any:
    """Return plain data with each array put into the list, and its number in its place."""
    if isinstance(value, np.ndarray):
        arrays.append(_as_sent(value))
        return {"$array": len(arrays) - 1}
    if isinstance(value, dict):
        return {str(key): _without_arrays(own, arrays) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return [_without_arrays(own, arrays) for own in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {NOT_FINITE: str(value)}
    return value


def _as_sent(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array in one of the types that a page can read: whole numbers as int32, truth values as uint8."""
    if array.dtype.name in DTYPES:
        return array
    if array.dtype.kind == "b":
        return array.astype(np.uint8)
    return array.astype(np.int32 if array.dtype.kind in "iu" else np.float64)


def unpack(frame: bytes) -> dict[str, Any]:
    """Return the message that a frame holds.

    Parameters
    ----------
    frame : bytes
        From anyone: nothing in it is trusted.

    Returns
    -------
    dict

    Raises
    ------
    DataError
        If it is no frame.
    """
    try:
        (length,) = struct.unpack_from("<I", frame)
        if length > MOST_HEADER:
            raise ValueError(f"its header has more than {MOST_HEADER:,} bytes")  # noqa: TRY301  # one of its faults
        header = json.loads(frame[4 : 4 + length])
        table = header["arrays"]
        arrays = [_read(frame, 4 + length, *entry) for entry in table[:MOST_ARRAYS]]
        message = dict(_with_arrays(header["message"], arrays))
    except (struct.error, ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise DataError(f"a message must be a frame as glassnet's page sends it: {error}.") from None
    return message


def _read(frame: bytes, start: int, dtype: str, shape: list[int], offset: int) -> NDArray[Any]:
    sizes = [int(size) for size in shape]
    if min([offset, *sizes], default=0) < 0 or len(sizes) > 4:
        raise ValueError("an array of no such shape")
    count = math.prod(sizes)
    return np.frombuffer(frame, DTYPES[dtype], count, start + offset).reshape(sizes)


def _with_arrays(value: Any, arrays: list[NDArray[Any]]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"$array"}:
            return arrays[value["$array"]]
        return {key: _with_arrays(own, arrays) for key, own in value.items()}
    if isinstance(value, list):
        return [_with_arrays(own, arrays) for own in value]
    return value
