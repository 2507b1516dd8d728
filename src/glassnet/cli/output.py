"""What commands print: JSON, errors, a picture of a digit in the terminal; and the options that they share."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

SUCCEEDED, FAILED, INTERRUPTED = 0, 1, 130


class _MayClose:
    """A text stream that goes silent when its reader has gone, instead of failing."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or do nothing if there is no reader."""
        return self._unless_closed(lambda: self._stream.write(text)) or 0

    def flush(self) -> None:
        """Flush, or do nothing if there is no reader."""
        self._unless_closed(self._stream.flush)

    def _unless_closed(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except BrokenPipeError:
            # Python flushes the stream once more at its end: let that go nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            return None


@contextmanager
def output_that_may_close() -> Iterator[None]:
    """Go on, silently, when whoever reads the output stops (`glassnet train … | head`): the work is not lost."""
    usual = sys.stdout
    sys.stdout = cast("Any", _MayClose(usual))
    try:
        yield
        sys.stdout.flush()
    finally:
        sys.stdout = usual


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command has."""
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def print_json(result: dict[str, Any]) -> None:
    """Print a result as one line of JSON; nan and inf, which JSON lacks, become null."""
    print(json.dumps(_plain(result), ensure_ascii=False, allow_nan=False), flush=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def print_error(words: str, *, as_json: bool) -> None:
    """Print an error for people, and for programs if they asked for JSON."""
    print(f"glassnet: {words}", file=sys.stderr, flush=True)
    if as_json:
        print_json({"error": words})


def picture_in_text(image: NDArray[Any]) -> str:
    """Draw a grey image with the letters of a terminal, two pixels above each other in one.

    >>> print(picture_in_text(np.array([[0, 255], [255, 255]], dtype=np.uint8)))
    ▄█
    """
    levels = np.asarray(image, dtype=np.float64)
    levels = levels / max(levels.max(), 1.0)
    if len(levels) % 2:
        levels = np.vstack([levels, np.zeros((1, levels.shape[1]))])
    upper, lower = levels[::2], levels[1::2]
    lines = []
    for above, below in zip(upper, lower, strict=True):
        lines.append("".join(_letter(a, b) for a, b in zip(above, below, strict=True)).rstrip())
    return "\n".join(lines)


def _letter(above: float, below: float) -> str:
    """Return the letter for two pixels: a half block if one of them is bright, else a shade of their mean."""
    if above >= 0.5 and below >= 0.5:
        return "█"
    if above >= 0.5:
        return "▀"
    if below >= 0.5:
        return "▄"
    return " ░▒"[min(2, int((above + below) * 3))]
