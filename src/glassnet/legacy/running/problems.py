"""What is wrong in a script, told with its own line and what to write instead."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from glassnet.legacy.running.lost_names import advice_on_error
from glassnet.mathematics.checks import GlassnetError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What Python says of old code, or of code from a slide, and the mend.
MENDS: Final = (
    (r"name 'file' is not defined", "Python 3 calls it open."),
    (r"name 'apply' is not defined", "Write f(*arguments)."),
    (r"name 'intern' is not defined", "Write sys.intern."),
    (r"no attribute 'has_key'", "Write `key in d`."),
    (r"no attribute 'iter(items|keys|values)'", "Python 3 has items(), keys() and values() alone."),
    (r"no attribute 'next'", "Write next(x)."),
    (r"'(map|filter|zip|dict_\w+)' object (is not subscriptable|has no)|object of type '(map|filter|zip)'",
     "It is no list today: put list(…) around it."),
    (r"'(dict_\w+|map|filter|zip|range)' object has no attribute '(sort|append|reverse|index)'",
     "It is no list today: put list(…) around it."),
    (r"dictionary changed size during iteration", "Write `for key in list(d)`."),
    (r"'<' not supported between instances", "Python 3 does not order values of different kinds."),
    (r"unexpected keyword argument 'cmp'|sort\(\) takes no positional", "Write key=functools.cmp_to_key(…)."),
    (r"'float' object cannot be interpreted as an integer|indices must be integers|only integers, slices",
     "A division of whole numbers has a fraction today: write // in place of /."),
    (r"can't concat str to bytes|a bytes-like object is required, not 'str'",
     "Bytes and text are two things today: text.encode(), bytes.decode()."),
    (r"write\(\) argument must be str, not bytes", "Open the file with mode 'wb'."),
    (r"module 'sys' has no attribute 'maxint'", "Write sys.maxsize."),
    (r"module 'sys' has no attribute 'setdefaultencoding'", "Leave the line out: text is Unicode today."),
    (r"module 'urllib' has no attribute", "Write `import urllib.request`: it is there, or in urllib.parse."),
    (r"module 'os' has no attribute 'getcwdu'", "Write os.getcwd()."),
    (r"module 'string' has no attribute", "Texts have it as a method: ','.join(words)."),
    (r"No module named 'IPython'", "Leave the line out: display and get_ipython are there by themselves."),
    (r"No module named 'commands'", "Write subprocess.getoutput(…)."),
    (r"No module named '(tkMessageBox|tkFileDialog|ttk|thread|cookielib|SocketServer)'",
     "Python 3 has it by another name."),
    (r"No module named 'sklearn.externals'", "Write `import joblib`."),
    (r"cannot import name '\w+' from 'scipy.misc'|No module named 'scipy.misc",
     "SciPy has it no more: use matplotlib.pyplot.imread, PIL.Image or scipy.special."),
    (r"unexpected keyword argument 'normed'", "Matplotlib calls it density."),
    (r"unexpected keyword argument 'axisbg'", "Matplotlib calls it facecolor."),
    (r"Cannot load backend", "There is no screen: leave the line that chooses a backend out."),
    (r"(No such file|cannot open resource|can't open).*\.tt[cf]|\.tt[cf].*(No such file|not found)",
     "Leave the lines on fonts out: Korean is drawn with a font of this machine."),
    (r"setting an array element with a sequence", "The rows have different lengths: np.array(rows, dtype=object)."),
    (r"only (0-dimensional|length-1|size-1) arrays can be converted",
     "NumPy makes a number of an array without axes alone: x.item()."),
    (r"expected an indented block", "Slides lose indentation: put four spaces before the lines of the block."),
    (r"unexpected indent|unindent does not match",
     "Let the lines of one block begin at the same column; what belongs to the cell before goes into that cell."),
    (r"inconsistent use of tabs", "Use four spaces in place of each tab."),
    (r"expected ':'", "End the line with a colon."),
    (r"multiple exception types must be parenthesized", "Write `except Error as name:`."),
    (r"leading zeros in decimal integer literals", "Write an octal number with 0o before it."),
    (r"Missing parentheses in call to 'exec'", "Write exec(…)."),
    (r"parameters? cannot be parenthesized", "Give the parameter one name, and take it apart in the function."),
    (r"Cannot save file into a non-existent directory", "Make the folder first."),
)  # fmt: skip
MOST_CALLS: Final = 5


class ScriptError(GlassnetError):
    """A script cannot be read or has failed: the message shows its line.

    Parameters
    ----------
    message : str
        All of it.
    words : str
        What is wrong, without line and mend.
    mend : str
        What to write instead.
    """

    def __init__(self, message: str, words: str = "", mend: str = "") -> None:
        super().__init__(message)
        self.words = words or message
        self.mend = mend


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


@dataclass(frozen=True)
class Change:
    """Lines of a script in another wording.

    Attributes
    ----------
    lines : dict of int and str
        From 0, with what stands there now.
    words : str
        What was done.
    is_python2 : bool
        It could only be Python 2.
    prints : bool
        A print statement became a call.
    """

    lines: dict[int, str]
    words: str
    is_python2: bool = False
    prints: bool = False


def told(spot: Spot, words: str, mend: str = "") -> ScriptError:
    """Return the error for one line.

    >>> print(told(Spot("old.py", 3, "f = file('a')"), "name 'file' is not defined"))
    old.py, line 3: name 'file' is not defined
        f = file('a')
      Python 3 calls it open.
    """
    lines = [f"{spot}: {words}", f"    {spot.text.strip()}"]
    mend = mend or mend_for(words)
    return ScriptError("\n".join(lines + [f"  {mend}"] * bool(mend)), words, mend)


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
    if isinstance(error, ScriptError):  # of a module that could not be read
        return _with_callers(error, [*reversed(spots)])
    if isinstance(error, SyntaxError) and error.filename is not None and error.filename in sources:
        read = from_syntax(error.filename, error, sources[error.filename])
        return _with_callers(read, [*reversed(spots)])
    if isinstance(error, GlassnetError):
        words = str(error)
    mend = mend_for(words) or _about_provided(error) or advice_on_error(error)
    if not spots:
        return ScriptError(words, words, mend)
    last, *callers = reversed(spots)
    return _with_callers(told(last, words, mend), callers)


def _with_callers(error: ScriptError, callers: Sequence[Spot]) -> ScriptError:
    """Return an error with the lines of the script that led to it, the last first."""
    lines = [str(error)]
    lines += [f"  called from {spot}: {spot.text.strip()}" for spot in callers[:MOST_CALLS]]
    if len(callers) > MOST_CALLS:
        lines.append(f"  and {len(callers) - MOST_CALLS} calls before")
    return ScriptError("\n".join(lines), error.words, error.mend)


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
