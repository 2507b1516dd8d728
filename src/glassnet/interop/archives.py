"""Zip files from elsewhere: looked at before anything is unpacked, and never unpacked onto the disk."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from glassnet.mathematics.checks import DataError, describe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_TIMES = 20
"""A file that unpacks to more times its size is refused: weights hardly pack at all."""
SMALL = 1_000_000
"""So many bytes may come out of any file."""
MOST_MEMBERS = 10_000


@contextmanager
def opened_archive(place: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file, or raise one `DataError` for whatever is wrong with it, also while it is read."""
    size = place.stat().st_size
    try:
        with zipfile.ZipFile(place) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if unpacked > MOST_TIMES * size + SMALL or len(members) > MOST_MEMBERS:
                raise DataError(
                    f"{place} would unpack to {unpacked:,} bytes in {len(members):,} files from {size:,}, as no model "
                    "does. It is not read."
                )
            for member in members:
                if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/"):
                    raise DataError(f"{place} has a file that would leave its folder, {describe(member.filename)}.")
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{place} is no zip file that can be read, or is damaged ({error}). Copy it again.") from None


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return what the only file of that name in the archive holds, no more of it than it claims to have."""
    there = [member for member in archive.infolist() if member.filename == name]
    if len(there) != 1:
        raise DataError(f"{archive.filename} must have one {name}, got {len(there)}. Save the model again.")
    with archive.open(there[0]) as stream:
        content = stream.read(there[0].file_size + 1)
    if len(content) != there[0].file_size:
        raise DataError(f"{name} in {archive.filename} is not as long as it claims. Copy the file again.")
    return content
