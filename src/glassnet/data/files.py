"""Opening, reading and writing files, with one clear error for whatever a file system can do to one."""

from __future__ import annotations

import gzip
import os
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from glassnet.mathematics.checks import (
    ArgumentTypeError,
    DataError,
    MissingFileError,
    describe,
    did_you_mean,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

GZIP_MAGIC: Final = b"\x1f\x8b"


def check_path(path: str | os.PathLike[str]) -> Path:
    """Return `path` as a `Path` to something that is there.

    Parameters
    ----------
    path : str or path-like
        A file or a folder.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentTypeError
        If `path` is no path at all.
    MissingFileError
        If nothing is there; a file of nearly that name is suggested.

    Examples
    --------
    >>> check_path("no/such/file.csv")
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingFileError: no/such/file.csv is not there. Check the path.
    """
    place = as_path(path)
    try:
        there = place.exists()
    except (OSError, ValueError) as error:
        raise DataError(f"{str(path)!r} is no usable path: {_reason(error)}. Check the path.") from None
    if not there:
        siblings = [other.name for other in place.parent.iterdir()] if place.parent.is_dir() else []
        raise MissingFileError(f"{place} is not there. Check the path.{did_you_mean(place.name, siblings)}")
    return place


def as_path(path: object) -> Path:
    """Return `path` as a `Path`, whether or not anything is there, or raise `ArgumentTypeError` if it is none.

    >>> as_path("weights.bin").suffix
    '.bin'
    """
    if not isinstance(path, str | os.PathLike):
        raise ArgumentTypeError(f"path must be a str or a path, got {describe(path)}.")
    return Path(path)


def check_file(path: str | os.PathLike[str]) -> Path:
    """Return `path` as a `Path` to a regular file.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    Path

    Raises
    ------
    MissingFileError, DataError
        If nothing, a folder or a device is there.

    Examples
    --------
    >>> check_file(".")
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: . is a folder; a file is expected. Name a file in it.
    """
    place = check_path(path)
    if place.is_dir():
        raise DataError(f"{place} is a folder; a file is expected. Name a file in it.")
    if not place.is_file():
        raise DataError(f"{place} is a device or a pipe; a file is expected. Save its content to a file first.")
    return place


def check_folder(path: str | os.PathLike[str]) -> Path:
    """Return `path` as a `Path` to a folder.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    Path

    Raises
    ------
    MissingFileError, DataError
        If nothing is there, or no folder.

    Examples
    --------
    >>> check_folder(".").is_dir()
    True
    """
    place = check_path(path)
    if not place.is_dir():
        raise DataError(f"{place} is a file; a folder is expected. Name the folder that holds the data.")
    return place


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the content of a file.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    bytes

    Raises
    ------
    MissingFileError, DataError
        If it is not there, no file, or cannot be read.

    Examples
    --------
    >>> read_bytes("no/such/file.gz")
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingFileError: no/such/file.gz is not there. Check the path.
    """
    place = check_file(path)
    try:
        return place.read_bytes()
    except (OSError, MemoryError) as error:
        raise unreadable(place, error) from None


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for reading bytes, decompressed if its content is gzip, whatever its name is.

    Parameters
    ----------
    path : str or path-like

    Yields
    ------
    file object
        What goes wrong while it is read becomes a `DataError` that names the file.

    Raises
    ------
    MissingFileError, DataError

    Examples
    --------
    >>> with opened("no/such/file.csv") as stream:
    ...     stream.read()
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingFileError: no/such/file.csv is not there. Check the path.
    """
    place = check_file(path)
    try:
        with place.open("rb") as plain:
            packed = plain.read(len(GZIP_MAGIC)) == GZIP_MAGIC
            plain.seek(0)
            if packed:
                with gzip.open(plain) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield plain
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        if isinstance(error, DataError):
            raise
        raise unreadable(place, error) from None


def write_atomically(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file so that, whatever happens, the old content or the new is there, never a part.

    Parameters
    ----------
    path : str or path-like
        The file. Its folder must exist.
    content : bytes

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DataError
        If it cannot be written (no permission, no folder, disk full); what was there is untouched.

    Examples
    --------
    >>> write_atomically("no/such/folder/weights.bin", b"1")
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: no/such/folder/weights.bin cannot be written: No such file or directory...
    """
    place = as_path(path)
    try:
        # A link stays a link: what it points to is replaced.
        _write_draft_and_rename(Path(os.path.realpath(place)) if place.is_symlink() else place, content)
    except (OSError, ValueError) as error:  # a ValueError is about the name: none at all, or a NUL in it
        raise DataError(
            f"{place} cannot be written: {_reason(error)}. "
            "What was there before is untouched. Choose another place or make room."
        ) from None
    return place


def _write_draft_and_rename(target: Path, content: bytes) -> None:
    # In the same folder, since only a rename within one file system is atomic.
    draft = target.with_name(f".{target.name[:40]}.{os.urandom(4).hex()}.part")
    try:
        with draft.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def unreadable(path: str | os.PathLike[str], error: BaseException) -> DataError:
    """Return the error that tells why a file could not be read.

    >>> unreadable("x.gz", EOFError("it stops"))
    DataError('x.gz is damaged or cut short: it stops. Fetch the file again.')
    """
    if isinstance(error, MemoryError):
        return DataError(f"{path} does not fit into memory. Use a smaller file or a larger machine.")
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return DataError(f"{path} is damaged or cut short: {_reason(error)}. Fetch the file again.")
    return DataError(f"{path} cannot be read: {_reason(error)}. Check the file and its permissions.")


def _reason(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def end_of_sentence(error: Exception) -> str:
    """Return what an error says of a file's content as the end of a sentence, with one stop.

    >>> end_of_sentence(KeyError("layers")), end_of_sentence(ValueError("no sum.")), end_of_sentence(ValueError("so?"))
    ("it has no 'layers'.", 'no sum.', 'so?')
    """
    words = f"it has no {error}" if isinstance(error, KeyError) else str(error).rstrip(".")
    return words if words.endswith("?") else f"{words}."
