"""The content of a gzipped file, unpacked only as far as is asked for."""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING

from glassnet.data.files import unreadable
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    import os


def gunzip(packed: bytes, source: str | os.PathLike[str], at_most: int) -> bytes:
    r"""Return the content of a gzip file, or its first `at_most` bytes if it has more.

    Parameters
    ----------
    packed : bytes
        The whole gzip file, one stream.
    source : str or path-like
        Where it comes from, for the error message.
    at_most : int
        Reading stops there, so that a small file cannot unpack into all of the memory.

    Returns
    -------
    bytes

    Raises
    ------
    DataError
        If the file is damaged (its own checksum is compared), cut short, or followed by something else.

    Examples
    --------
    >>> import gzip
    >>> gunzip(gzip.compress(bytes(1000)), "zeros.gz", at_most=4)
    b'\x00\x00\x00\x00'
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, min(at_most, sys.maxsize))
    except (zlib.error, MemoryError) as error:
        raise unreadable(source, error) from None
    if len(content) < at_most:
        if not unpacker.eof:
            raise DataError(
                f"{source} is cut short: its gzip stream stops after {len(packed):,} bytes, "
                f"{len(content):,} unpacked. Fetch the file again."
            )
        extra = len(unpacker.unused_data.lstrip(b"\0"))  # padding with zeros is allowed
        if extra:
            raise DataError(f"{source} has {extra:,} bytes after the end of its gzip stream. Fetch the file again.")
    return content
