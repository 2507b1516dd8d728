"""The text of a script's bytes: by what it says of itself, as UTF-8, or as an older Windows in Korean saved it."""

from __future__ import annotations

import codecs
import io
import tokenize
from typing import TYPE_CHECKING, Final

from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from pathlib import Path

KOREAN: Final = "cp949"
# Python's strict codecs of these names lack syllables that Windows writes.
NARROWER: Final = frozenset({"euc_kr"})


def decoded(content: bytes, path: Path) -> str:
    r"""Return the text of a file, with plain line ends.

    Parameters
    ----------
    content : bytes
        Of the file.
    path : Path
        For the message.

    Raises
    ------
    DataError
        If it is no text.

    Notes
    -----
    The encoding is that of a mark at the beginning, or of a line like `# coding: latin-1` among the first two; else
    UTF-8, else that of Windows in Korean.

    Examples
    --------
    >>> from pathlib import Path
    >>> decoded(b"# coding: latin-1\nx = 'caf\xe9'", Path("old.py")).split("'")[1]
    'café'
    """
    for encoding in (_stated(content), "utf-8-sig", KOREAN):
        if encoding is None:
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise DataError(f"{path} is no text in UTF-8. Save it as UTF-8, or check that it is a script.")


def _stated(content: bytes) -> str | None:
    """Return the encoding that a file states; None if it states none that is known."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        name = codecs.lookup(encoding).name
    except (SyntaxError, LookupError):
        return None
    return KOREAN if name in NARROWER else name
