"""Running the examples of a transcript one by one, and comparing what comes out with what it says."""

from __future__ import annotations

import ast
import io
import re
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from glassnet.legacy.running.typography import TYPOGRAPHY

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.legacy.running.problems import ScriptError
    from glassnet.legacy.running.reading import Piece

# What a prompt shows of an error: its last line names it.
SHOWN_ERROR = re.compile(r"^(?:[\w.]+\.)?(?P<kind>\w+(?:Error|Exception|Interrupt|Exit|Iteration))\b", re.MULTILINE)


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

    def run(
        self,
        piece: Piece,
        action: Callable[[], None],
        say: Callable[[str], None],
        explain: Callable[[Exception], ScriptError],
    ) -> None:
        """Run one piece; what it prints is printed.

        Parameters
        ----------
        piece : Piece
        action : callable
            Runs it.
        say : callable (words)
            Told of what went wrong in a transcript.
        explain : callable (exception)
            Returns what to say of an error.
        """
        if piece.expected is None:
            action()
            return
        output = io.StringIO()
        failure = None
        try:
            with redirect_stdout(output):
                action()
        except Exception as error:  # noqa: BLE001  # as at a prompt, the next line comes whatever happens
            failure = explain(error)
            output.write(f"{failure.words}\n")
            if not shown_error(piece.expected):
                self.failures += 1
                first = str(failure).split("\n", 1)[0]
                say("\n  ".join([first, failure.mend] if failure.mend else [first]))
        print(output.getvalue(), end="")
        if self.compare and piece.expected:
            self._compare(piece, output.getvalue(), say, failed=failure is not None)

    def _compare(self, piece: Piece, got: str, say: Callable[[str], None], *, failed: bool) -> None:
        self.count += 1
        expected = piece.expected or ""
        kind = shown_error(expected)
        if kind:
            expected = expected.rstrip().split("\n")[-1]
            # Each version of Python has other words for what it cannot read.
            if failed and kind in {"SyntaxError", "IndentationError"} and got.startswith(kind):
                got = expected
        if not same(got, expected):
            words = (
                f"{piece.name}, line {piece.first_line}: got {plain(got)!r}, the transcript says {plain(expected)!r}"
            )
            self.differences.append(words)
            say(words)


def shown_error(text: str) -> str:
    r"""Return the kind of error that an output ends with, or nothing.

    >>> shown_error("Traceback (most recent call last):\nNameError: name 'x' is not defined"), shown_error("3")
    ('NameError', '')
    """
    found = SHOWN_ERROR.match(text.strip().split("\n")[-1])
    if found is None or not text.lstrip().startswith(("Traceback", "File", found["kind"])):
        return ""
    return found["kind"]


def same(got: str, expected: str) -> bool:
    """Say whether two outputs are the same but for spaces, quotes, and the order of a dict.

    Since Python 3.7 a dict keeps the order in which it was filled; before, and on the slides, it had one of its own.

    >>> same("{'a': 1, 'b': 2}", "{‘b’ : 2, ‘a’ : 1}"), same("dict_keys(['a', 'b'])", "dict_keys([‘b’, ‘a’])")
    (True, True)
    >>> same("['a', 'b']", "['b', 'a']")
    False
    """
    return plain(got) == plain(expected) or (_unordered(got) is not None and _unordered(got) == _unordered(expected))


def _unordered(text: str) -> object:
    """Return what an output shows if it is a dict, its keys, values or items; else None."""
    found = re.fullmatch(r"(?:dict_(keys|values|items)\((.*)\)|(\{.*\}))", plain(text))
    if found is None:
        return None
    try:
        value = ast.literal_eval(found[2] or found[3])
    except (ValueError, SyntaxError):
        return None
    return sorted(map(repr, value)) if found[1] else value


def plain(text: str) -> str:
    """Return text without what differs between versions of NumPy and between slides: spaces and kinds of quotes.

    >>> plain("[ 3.  6.  9.]") == plain("[3. 6. 9.]"), plain("<class ‘float’>")
    (True, "<class 'float'>")
    """
    words = " ".join(text.translate(TYPOGRAPHY).split())
    return re.sub(r"\s*([\[\](){},:])\s*", r"\1", words)
