"""Where compiled code is kept between processes."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from glassnet.data.download import cache_folder
from glassnet.mathematics.checks import DataError

KEPT_VERSIONS = 16
"""How many versions of the engine's compiled code stay on disk, 2 MB each: checkouts side by side have one each."""


def engine_folder() -> Path | None:
    """Return the folder for this version of the engine, or None if nothing can be written.

    Numba would notice a change of the file that a door stands in, but not of those that it calls: so the folder's name
    is a digest of all files of the engine, of where they stand (by which Numba looks), and of the versions of what
    compiles them.
    """
    try:
        folder = cache_folder() / f"engine-{_digest()}"
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except (OSError, DataError):
        return None
    return folder


def why_no_folder() -> str:
    """Return why nothing can be kept, in words."""
    try:
        return f"{cache_folder()} cannot be written; GLASSNET_CACHE may name another folder"
    except DataError as error:
        return str(error)


def remove_old_versions(folder: Path) -> None:
    """Remove the compiled code of all but the newest few versions of the engine."""
    others = [other for other in folder.parent.glob("engine-*") if other != folder]
    try:
        others.sort(key=lambda other: other.stat().st_mtime, reverse=True)
    except OSError:  # another process is removing them
        return
    for other in others[KEPT_VERSIONS - 1 :]:
        shutil.rmtree(other, ignore_errors=True)


def _processor() -> bytes:
    """Return what tells processors apart for which other code is made: a home directory may be that of many."""
    try:
        lines = Path("/proc/cpuinfo").read_bytes().splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}".encode()
    telling = (b"model name", b"flags", b"Features", b"CPU part")
    return b"\n".join(sorted({line for line in lines if line.startswith(telling)}))


def _digest() -> str:
    """Return a short name for the engine's files, the processor, and the versions of Python, Numba, LLVM and NumPy."""
    digest = hashlib.sha256(f"{platform.python_implementation()} {sys.version_info[:3]}".encode())
    for package in ("numba", "llvmlite", "numpy"):
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(package.encode())
    digest.update(_processor())
    here = Path(__file__).parent
    digest.update(os.fspath(here).encode())
    for file in sorted(here.rglob("*.py")):
        digest.update(file.relative_to(here).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
