"""The bytes of a pickle, and the instructions that stand for one constant: a number, a text, some bytes."""

from __future__ import annotations

import io
import pickle
import re
import struct
from typing import IO, TYPE_CHECKING, Any, Final

from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

ESCAPE: Final = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
AT_ONCE: Final = 1 << 20  # a count may lie: nothing is set aside for it
ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\", b"'": b"'", b'"': b'"'}


class PickleReader:
    r"""Reads the bytes of a pickle one after another, and none of what follows it.

    Parameters
    ----------
    content : bytes, or binary file

    Examples
    --------
    >>> reader = PickleReader(b"\x02abfour\n")
    >>> reader.counted("<B"), reader.line()
    (b'ab', b'four')
    """

    def __init__(self, content: bytes | IO[bytes]) -> None:
        self.file = io.BytesIO(content) if isinstance(content, bytes) else content
        self.position = 0

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes of the file."""
        pieces, left = [], count
        while left > 0 and (piece := self.file.read(min(left, AT_ONCE))):
            pieces.append(piece)
            left -= len(piece)
        if left:
            raise DataError(
                f"{count:,} bytes are needed, {count - left:,} are left. "
                "The file is cut short or no pickle; fetch it again."
            )
        self.position += count
        return b"".join(pieces)

    def line(self) -> bytes:
        """Return the file up to the next line end."""
        line = self.file.readline()
        if not line.endswith(b"\n"):
            raise DataError("a line end is missing. The file is cut short or no pickle; fetch it again.")
        self.position += len(line)
        return line[:-1]

    def number(self, form: str) -> Any:
        """Return the next number in the binary form that `struct` calls so."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def counted(self, form: str) -> bytes:
        """Return the next bytes, whose number stands before them."""
        return self.take(self.number(form))


def _legacy_integer(reader: PickleReader) -> int:
    text = reader.line()
    return {b"00": False, b"01": True}[text] if text in {b"00", b"01"} else int(text)


def _legacy_string(reader: PickleReader) -> str:
    """Read a Python 2 string as its `repr` stands in protocol 0."""
    text = reader.line().strip()
    if len(text) < 2 or text[:1] != text[-1:] or text[:1] not in {b"'", b'"'}:
        raise ValueError(text[:20])

    def unescape(found: re.Match[bytes]) -> bytes:
        word = found[1]
        return bytes.fromhex(word[1:].decode()) if len(word) == 3 else ESCAPED[word]

    return ESCAPE.sub(unescape, text[1:-1]).decode("latin-1")


def _long(raw: bytes) -> int:
    return int.from_bytes(raw, "little", signed=True)


CONSTANTS: Final[dict[bytes, Callable[[PickleReader], object]]] = {
    pickle.NONE: lambda _: None,
    pickle.NEWTRUE: lambda _: True,
    pickle.NEWFALSE: lambda _: False,
    pickle.INT: _legacy_integer,
    pickle.LONG: lambda r: int(r.line().removesuffix(b"L")),
    pickle.BININT: lambda r: r.number("<i"),
    pickle.BININT1: lambda r: r.number("<B"),
    pickle.BININT2: lambda r: r.number("<H"),
    pickle.LONG1: lambda r: _long(r.counted("<B")),
    pickle.LONG4: lambda r: _long(r.counted("<i")),
    pickle.FLOAT: lambda r: float(r.line()),
    pickle.BINFLOAT: lambda r: r.number(">d"),
    pickle.STRING: _legacy_string,
    pickle.SHORT_BINSTRING: lambda r: r.counted("<B").decode("latin-1"),
    pickle.BINSTRING: lambda r: r.counted("<i").decode("latin-1"),
    pickle.UNICODE: lambda r: r.line().decode("raw-unicode-escape"),
    pickle.SHORT_BINUNICODE: lambda r: r.counted("<B").decode("utf-8", "surrogatepass"),
    pickle.BINUNICODE: lambda r: r.counted("<I").decode("utf-8", "surrogatepass"),
    pickle.BINUNICODE8: lambda r: r.counted("<Q").decode("utf-8", "surrogatepass"),
    pickle.SHORT_BINBYTES: lambda r: r.counted("<B"),
    pickle.BINBYTES: lambda r: r.counted("<I"),
    pickle.BINBYTES8: lambda r: r.counted("<Q"),
    pickle.BYTEARRAY8: lambda r: r.counted("<Q"),
}
