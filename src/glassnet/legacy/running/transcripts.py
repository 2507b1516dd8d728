"""Running the examples of a transcript one by one, and comparing what comes out with what it says."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from glassnet.legacy.running.mending import TYPOGRAPHY

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.legacy.running.reading import Piece

TRACEBACK = "Traceback"


class Comparison:
    """Runs pieces of code; those of a transcript go on after an error, as at a prompt.

    Parameters
    ----------
    compare : bool
        Compare outputs as well. Where the transcript has none, nothing is compared: slides leave them out.

    Attributes
    ----------
    count : int
        How many outputs were compared.
    differences : list of str
    failures : int
        Examples that raised an exception which the transcript does not show.
    """

    def __init__(self, *, compare: bool) -> None:
        self.compare = compare
        self.count = 0
        self.differences: list[str] = []
        self.failures = 0

    def run(self, piece: Piece, action: Callable[[], None], say: Callable[[str], None]) -> None:
        """Run one piece; what it prints is printed."""
        if piece.expected is None:
            action()
            return
        output = io.StringIO()
        try:
            with redirect_stdout(output):
                action()
        except Exception as error:  # noqa: BLE001  # as at a prompt, the next line comes whatever happens
            words = f"{type(error).__name__}: {error}"
            output.write(f"{words}\n")
            if not piece.expected.startswith(TRACEBACK):
                self.failures += 1
                say(f"{piece.name}, line {piece.first_line}: {words}")
        print(output.getvalue(), end="")
        if self.compare and piece.expected:
            self._compare(piece, output.getvalue(), say)

    def _compare(self, piece: Piece, got: str, say: Callable[[str], None]) -> None:
        self.count += 1
        expected = piece.expected or ""
        if expected.startswith(TRACEBACK):
            expected = expected.rstrip().split("\n")[-1]
        if plain(got) != plain(expected):
            words = (
                f"{piece.name}, line {piece.first_line}: got {plain(got)!r}, the transcript says {plain(expected)!r}"
            )
            self.differences.append(words)
            say(words)


def plain(text: str) -> str:
    """Return text without what differs between versions of NumPy and between slides: spaces and kinds of quotes.

    >>> plain("[ 3.  6.  9.]") == plain("[3. 6. 9.]"), plain("<class ‘float’>")
    (True, "<class 'float'>")
    """
    words = " ".join(text.translate(TYPOGRAPHY).split())
    return re.sub(r"\s*([\[\](){},:])\s*", r"\1", words)
