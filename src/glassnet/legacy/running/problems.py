"""What is wrong in a script, told with its own line and what to write instead."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from glassnet.mathematics.checks import GlassnetError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What Python says of old code, or of code from a slide, and the mend.
MENDS: Final = (
    (r"name 'xrange' is not defined", "Python 3 calls it range."),
    (r"name 'raw_input' is not defined", "Python 3 calls it input."),
    (r"name 'unicode' is not defined", "Python 3 calls it str."),
    (r"name 'long' is not defined", "Python 3 calls it int."),
    (r"name 'unichr' is not defined", "Python 3 calls it chr."),
    (r"name 'reduce' is not defined", "Write `from functools import reduce` above it."),
    (r"name 'execfile' is not defined", "Write exec(open(…).read())."),
    (r"no attribute 'has_key'", "Write `key in d`."),
    (r"no attribute 'iter(items|keys|values)'", "Python 3 has items(), keys() and values() alone."),
    (r"no attribute 'next'", "Write next(x)."),
    (r"No module named '(urllib2|Tkinter|StringIO|Queue|ConfigParser)'", "Python 3 has it by another name."),
    (r"expected an indented block", "Slides lose indentation: put four spaces before the lines of the block."),
    (r"unexpected indent|unindent does not match", "Let the lines of one block begin at the same column."),
    (r"inconsistent use of tabs", "Use four spaces in place of each tab."),
    (r"expected ':'", "End the line with a colon."),
    (r"multiple exception types must be parenthesized", "Write `except Error as name:`."),
    (r"leading zeros in decimal integer literals", "Write an octal number with 0o before it."),
    (r"Missing parentheses in call to 'exec'", "Write exec(…)."),
)
MOST_CALLS: Final = 5


class ScriptError(GlassnetError):
    """A script cannot be read or has failed: the message shows its line."""


@dataclass(frozen=True)
class Spot:
    """A line of a script.

    Attributes
    ----------
    name : str
        The file, for a notebook with the cell.
    line : int
        From 1.
    text : str
        The line as the user wrote it.
    """

    name: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.name}, line {self.line}"


def told(spot: Spot, words: str, mend: str = "") -> ScriptError:
    """Return the error for one line.

    >>> print(told(Spot("old.py", 3, "for i in xrange(3):"), "name 'xrange' is not defined"))
    old.py, line 3: name 'xrange' is not defined
        for i in xrange(3):
      Python 3 calls it range.
    """
    lines = [f"{spot}: {words}", f"    {spot.text.strip()}"]
    mend = mend or mend_for(words)
    return ScriptError("\n".join(lines + [f"  {mend}"] * bool(mend)))


def mend_for(words: str) -> str:
    """Return what to write instead, or nothing if there is no advice for this message.

    >>> mend_for("'dict' object has no attribute 'has_key'")
    'Write `key in d`.'
    """
    return next((mend for pattern, mend in MENDS if re.search(pattern, words)), "")


def from_syntax(name: str, error: SyntaxError, lines: Sequence[str]) -> ScriptError:
    """Return what to say of code that is no Python."""
    number = min(max(error.lineno or 1, 1), max(len(lines), 1))
    text = lines[number - 1] if lines else ""
    return told(Spot(name, number, text), f"{type(error).__name__}: {error.msg}")


def from_exception(error: BaseException, sources: Mapping[str, Sequence[str]]) -> ScriptError:
    """Return what to say of an exception that a script raised: its own lines, the last first, none of a library's.

    Parameters
    ----------
    error : exception
    sources : dict of file name and lines
        The user's files; what a traceback says of others is left out.
    """
    spots = [
        Spot(frame.filename, frame.lineno or 1, _line(sources[frame.filename], frame.lineno or 1))
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in sources
    ]
    kind = type(error).__name__
    words = f"{kind}: {error}" if str(error) else kind
    if isinstance(error, GlassnetError):
        words = str(error)
    mend = mend_for(words) or _about_provided(error)
    if not spots:
        return ScriptError(words)
    last, *callers = reversed(spots)
    lines = str(told(last, words, mend)).split("\n")
    lines += [f"  called from {spot}: {spot.text.strip()}" for spot in callers[:MOST_CALLS]]
    if len(callers) > MOST_CALLS:
        lines.append(f"  and {len(callers) - MOST_CALLS} calls before")
    return ScriptError("\n".join(lines))


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _about_provided(error: BaseException) -> str:
    if not isinstance(error, ImportError):
        return ""
    from glassnet.legacy.running.modules import PROVIDED, provided_names

    module = str(error.name)
    if module.partition(".")[0] not in PROVIDED:
        return ""
    known = provided_names()
    wanted = re.search(r"cannot import name '(\w+)'", str(error))
    near = did_you_mean(wanted[1], known.get(module, [])) if wanted else ""
    return f"`glassnet legacy list` shows what is provided.{near}"
