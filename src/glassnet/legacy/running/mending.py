"""Code that is nearly Python, made Python: notebook lines, print statements, the quotes of slides."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.legacy.running.notebook import advice_for, plain_line
from glassnet.legacy.running.prints import PRINT, hidden_print, print_call
from glassnet.legacy.running.problems import Change, Spot, from_syntax, mend_for, told
from glassnet.legacy.running.python2 import is_old, modernized, notices, rewritten
from glassnet.legacy.running.slips import advice_on, without_backslash
from glassnet.legacy.running.typography import plain_signs

if TYPE_CHECKING:
    import types
    from collections.abc import Callable


@dataclass
class Mended:
    """Code that Python can read.

    Attributes
    ----------
    name : str
        Of the file.
    tree : ast.Module
        Its lines are numbered as in the file.
    text : str
        As it was.
    prints : set of int
        Lines, from 1, whose print statement became a call.
    is_python2 : bool
        It can only have been written for Python 2.
    """

    name: str
    tree: ast.Module
    text: str
    prints: set[int]
    is_python2: bool


def parse(code: str, name: str, say: Callable[[str], None]) -> ast.Module:
    """Return the syntax tree of code, mended where it is nearly Python.

    Parameters
    ----------
    code : str
    name : str
        Of the file, for messages and tracebacks.
    say : callable (words)
        Told of each mend, and of what Python 3 does otherwise than Python 2 in a script for that.

    Returns
    -------
    ast.Module
        Its lines are numbered as in `code`.

    Raises
    ------
    ScriptError
        At the first line that cannot be mended; the message shows it and says what to write instead.

    Notes
    -----
    A line is touched only where Python refuses it, so that typographic quotes within a text stay.

    Examples
    --------
    >>> tree = parse("print 1 + 3, “won”", "slide.py", print)
    slide.py, line 1: typographic signs of a slide became plain ones
    slide.py, line 1: print is a function today: print(1 + 3, "won")
    >>> ast.unparse(tree)
    "print(1 + 3, 'won')"
    """
    mended = mend(code, name, say)
    return finished(mended, say, is_python2=mended.is_python2)


def compiled(code: str, name: str, say: Callable[[str], None]) -> types.CodeType:
    """Return the code of a whole file, mended as by `parse`."""
    tree = parse(code, name, say)
    try:
        return compile(tree, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise from_syntax(name, error, code.split("\n")) from None


def mend(code: str, name: str, say: Callable[[str], None]) -> Mended:
    """Return code as Python reads it; what it does otherwise than it once did stays as it is."""
    lines = code.split("\n")
    prints: set[int] = set()
    said: set[str] = set()
    is_python2 = False
    while True:
        try:
            tree = ast.parse("\n".join(lines), name)
        except SyntaxError as error:
            change = _change(lines, name, error)
            if change is None:
                index = _index(lines, error)
                raise _refusal(name, error, code.split("\n"), _advice(lines[index], error)) from None
        else:
            change = hidden_print(tree, lines)
            if change is None:
                return Mended(name, tree, code, prints, is_python2 or is_old(tree))
        for index, line in change.lines.items():
            lines[index] = line
        number = min(change.lines) + 1
        prints |= {number} if change.prints else set()
        is_python2 |= change.is_python2
        words = f"{name}, line {number}: {change.words}"
        if words not in said:
            said.add(words)
            say(words)


def finished(mended: Mended, say: Callable[[str], None], *, is_python2: bool) -> ast.Module:
    """Return the tree to run: lost methods are called by their names of today.

    Parameters
    ----------
    mended : Mended
    say : callable (words)
    is_python2 : bool
        Tell of what Python 3 does otherwise.
    """
    for line, words in sorted({*notices(mended.tree, mended.prints, is_python2=is_python2)}):
        say(f"{mended.name}, line {line}: {words}")
    return modernized(mended.tree, is_python2=is_python2)


def _advice(line: str, error: SyntaxError) -> str:
    return advice_for(line) or ("" if mend_for(error.msg) else advice_on(line))


def _index(lines: list[str], error: SyntaxError) -> int:
    return min(max(error.lineno or 1, 1), len(lines)) - 1


def _change(lines: list[str], name: str, error: SyntaxError) -> Change | None:
    """Return what makes the refused line Python, or nearer to it; None if it cannot be helped."""
    index = _index(lines, error)
    line, start = lines[index], (error.offset or 1) - 1
    if (plain := plain_line(line)) is not None:
        return Change({index: plain[0]}, plain[1])
    if "call to 'print'" in error.msg and line.startswith(PRINT, start):
        change = print_call(lines, index, start) or rewritten(line, index)
        if change is None:
            raise _unprintable(Spot(name, index + 1, line), line[start + len(PRINT) :])
        return change
    return without_backslash(lines, index, start) or plain_signs(lines, index, start) or rewritten(line, index)


def _unprintable(spot: Spot, printed: str) -> Exception:
    """Return what to say of a print statement: what Python refuses in it, besides the statement itself."""
    advice = "Put what it prints into parentheses: print(…)."
    try:
        ast.parse(f"{PRINT}({printed})")
    except SyntaxError as error:
        advice = mend_for(error.msg) or advice
    return told(spot, "print is a function today", advice)


def _refusal(name: str, error: SyntaxError, lines: list[str], advice: str) -> Exception:
    refusal = from_syntax(name, error, lines)
    return (
        told(Spot(name, _index(lines, error) + 1, lines[_index(lines, error)]), refusal.words, advice)
        if advice
        else refusal
    )
