"""Fetching a file over HTTP: bounded in size and time, shown as it comes in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from glassnet.mathematics.checks import ArgumentError, DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

CHUNK: Final = 1 << 16


def cache_folder() -> Path:
    r"""Return the folder for what can be fetched or made again, by the custom of the platform; it may not exist yet.

    Returns
    -------
    Path
        `$GLASSNET_CACHE` where that is set, or `$XDG_CACHE_HOME/glassnet`; else `~/Library/Caches/glassnet` on macOS,
        `%LOCALAPPDATA%\glassnet` on Windows, `~/.cache/glassnet` elsewhere.

    Raises
    ------
    DataError
        If there is no home folder, and none is named.

    Examples
    --------
    >>> place = cache_folder() / "fashion-mnist"
    >>> place.name
    'fashion-mnist'
    """
    named = os.environ.get("GLASSNET_CACHE")
    if named:
        return Path(named)
    homes = {"darwin": Path("~/Library/Caches"), "win32": Path(os.environ.get("LOCALAPPDATA") or "~")}
    stated = os.environ.get("XDG_CACHE_HOME")
    base = Path(stated) if stated else homes.get(sys.platform, Path("~/.cache"))
    try:
        return base.expanduser() / "glassnet"
    except RuntimeError:
        raise DataError("there is no home folder for a cache. Set GLASSNET_CACHE to a folder.") from None


def fetch(url: str, *, at_most: int, timeout: float = 30.0) -> bytes:
    """Fetch the content of a URL, with a progress bar on a terminal.

    Parameters
    ----------
    url : str
        An `https:` or `http:` address.
    at_most : int
        Bytes; a longer answer is an error.
    timeout : float
        Seconds without an answer before it is given up.

    Returns
    -------
    bytes

    Raises
    ------
    ArgumentError
        If `url` is of another kind.
    DataError
        If there is no network, no such file, or the answer is cut short or too long.

    Examples
    --------
    >>> fetch("file:///etc/hostname", at_most=100)
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: url must begin with https:// or http://, got 'file:///etc/hostname'.
    """
    if not url.startswith(("https://", "http://")):
        raise ArgumentError(f"url must begin with https:// or http://, got {url!r}.")
    # Here, since they are a tenth of what `import glassnet` would take.
    import urllib.error
    import urllib.request
    from http.client import HTTPException

    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310  # the scheme is checked above
            content = _receive(answer, url, at_most)
            stated = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        with error:  # it holds the connection open
            raise DataError(f"{url} answered {error.code} {error.reason}. Check the address.") from None
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, DataError):
            raise
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise DataError(
            f"{url} could not be fetched: {reason}. Check the network, or fetch the file by other means "
            "and name its folder."
        ) from None
    if stated is not None and stated.isdecimal() and len(content) != int(stated):
        raise DataError(f"{url} was cut short at {len(content):,} of {int(stated):,} bytes. Try again.")
    return content


def _receive(answer: HTTPResponse, url: str, at_most: int) -> bytes:
    stated = answer.headers.get("Content-Length") or ""
    total = int(stated) if stated.isdecimal() else None
    if not sys.stderr.isatty():
        return _read_chunks(answer, url, at_most, lambda _: None)
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(url.rsplit("/", 1)[-1], total=total)
        return _read_chunks(answer, url, at_most, lambda count: progress.update(task, completed=count))


def _read_chunks(answer: HTTPResponse, url: str, at_most: int, report: Callable[[int], None]) -> bytes:
    content = bytearray()
    while chunk := answer.read(CHUNK):
        content += chunk
        report(len(content))
        if len(content) > at_most:
            raise DataError(f"{url} is longer than the {at_most:,} bytes that it may have. Check the address.")
    return bytes(content)
