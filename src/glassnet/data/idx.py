"""The IDX format: the files in which MNIST and its relatives are published."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.data.files import GZIP_MAGIC, check_file, read_bytes
from glassnet.data.gzipped import gunzip
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

# The third byte of a file says what its numbers are. All are big endian.
TYPES: Final = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MAX_DIMENSIONS: Final = 64  # what a NumPy array can have
HEADER_SIZE: Final = 4 + 4 * MAX_DIMENSIONS


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an array from an IDX file, plain or gzipped.

    Parameters
    ----------
    path : str or path-like
        The file; whether it is gzipped is told by its content.

    Returns
    -------
    ndarray
        In the shape and type that the file states (uint8, int8, int16, int32, float32 or float64), in the
        byte order of this machine; writable.

    Raises
    ------
    MissingFileError, DataError
        If the file is not there, not IDX, damaged, cut short, or longer or shorter than its header says.

    Notes
    -----
    A file is two zero bytes, one for the type, one for the number of dimensions, each dimension as a 4-byte
    integer, then the numbers, row by row. What the header states is compared with what the file holds before
    any memory is set aside for it.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", section "File formats".

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "three-bytes.idx"
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 10, 20, 30]))
    ...     read_idx(path)
    array([10, 20, 30], dtype=uint8)
    """
    place = check_file(path)
    array = decode_idx(read_bytes(place), place)
    return array.astype(array.dtype.newbyteorder("="))


def is_idx(start: bytes) -> bool:
    """Say whether the (unpacked) content that begins so can be IDX.

    >>> is_idx(bytes([0, 0, 8, 3])), is_idx(b"label,1x1")
    (True, False)
    """
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in TYPES and start[3] <= MAX_DIMENSIONS


def decode_idx(raw: bytes, source: str | os.PathLike[str]) -> NDArray[Any]:
    """Return the array in the bytes of an IDX file, gzipped or not, as a read-only big-endian view.

    Parameters
    ----------
    raw : bytes
        The content of the file.
    source : str or path-like
        Where they come from, for error messages.

    Returns
    -------
    ndarray

    Raises
    ------
    DataError

    Examples
    --------
    >>> decode_idx(bytes([0, 0, 11, 1, 0, 0, 0, 1, 1, 0]), "an-int16.idx")
    array([256], dtype='>i2')
    """
    packed = raw.startswith(GZIP_MAGIC)
    # The header lies in the first unpacked bytes, which a few thousand packed ones yield.
    start = gunzip(raw, source, at_most=HEADER_SIZE) if packed else raw[:HEADER_SIZE]
    dtype, shape = _header(start, source)
    offset = 4 + 4 * len(shape)
    stated = math.prod(shape) * dtype.itemsize
    content = gunzip(raw, source, at_most=offset + stated + 1) if packed else raw
    held = len(content) - offset
    if held != stated:
        found = f"{held:,} follow" if held < stated else "more follow"
        raise DataError(
            f"{source}: the header, at byte 3, states {len(shape)} dimensions {shape} of {dtype.name}, "
            f"which are {stated:,} bytes, but {found}. The file is cut short or its header is wrong; "
            "fetch it again."
        )
    try:
        return np.frombuffer(content, dtype, offset=offset).reshape(shape)
    except ValueError as error:
        raise DataError(f"{source}: an array of shape {shape} cannot be made ({error}).") from None


def _header(start: bytes, source: str | os.PathLike[str]) -> tuple[np.dtype[Any], tuple[int, ...]]:
    if not is_idx(start):
        raise DataError(
            f"{source}: byte 0: got {start[:4].hex(' ') or 'nothing'}, expected the four bytes of an IDX file: "
            f"00 00, a type ({', '.join(f'{code:02x}' for code in TYPES)}), "
            f"the number of dimensions (at most {MAX_DIMENSIONS}). "
            "Name an IDX file, plain or gzipped."
        )
    dimensions = start[3]
    if len(start) < 4 + 4 * dimensions:
        raise DataError(
            f"{source}: the header ends at byte {len(start)}; {dimensions} dimensions need "
            f"{4 + 4 * dimensions} bytes. The file is cut short; fetch it again."
        )
    shape = tuple(int(size) for size in np.frombuffer(start, ">u4", dimensions, offset=4))
    return np.dtype(TYPES[start[2]]), shape
