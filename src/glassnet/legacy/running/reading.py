"""What there is to run in a file: a script, the cells of a notebook, or the examples of a `>>>` transcript."""

from __future__ import annotations

import ast
import codeop
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from glassnet.data.files import check_file, read_bytes
from glassnet.legacy.running.notebook import plain_cell
from glassnet.legacy.running.text import decoded
from glassnet.legacy.running.typography import TYPOGRAPHY
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from pathlib import Path

PROMPT: Final = ">>>"
MORE: Final = "..."
CLAUSE: Final = re.compile(r"(else|elif|except|finally)\b")
CELL_MAGIC: Final = re.compile(r"\s*%%(?!time\b|timeit\b|capture\b|prun\b)(\w+)")
# What stands above the first prompt where Python was started in a terminal.
BANNER: Final = re.compile(
    r"Python \d|Type |\[?(GCC|Clang|MSC)\b|.*\bon (win32|linux|darwin)|Anaconda|Copyright|"
    r"(\([\w.-]+\) )?[\w@:~./ \\-]*[$%>] ?(python|py)[\d.]*( .*)?$"
)
LONGEST_BANNER: Final = 8


@dataclass
class Piece:
    """A piece of code that is run in one go.

    Attributes
    ----------
    name : str
        The file, for a notebook with the cell.
    code : str
    first_line : int
        The line of the file where it begins, from 1.
    shows : str
        What is shown besides what is printed: nothing ("none"), the value of the last line as in a notebook ("last"),
        or of every line as at a prompt ("all").
    expected : str or None
        What a transcript says that comes out.
    note : str
        What was done to read it, to be told.
    """

    name: str
    code: str
    first_line: int = 1
    shows: str = "none"
    expected: str | None = None
    note: str = ""


def read_pieces(path: Path) -> list[Piece]:
    """Return what there is to run in a file, in order.

    Parameters
    ----------
    path : Path
        A Python script, a Jupyter notebook (`.ipynb`), or a text that begins with `>>>`.

    Raises
    ------
    MissingFileError, DataError
        If the file is missing, no text, or no notebook although it is called so.
    """
    text = decoded(read_bytes(check_file(path)), path)
    if path.suffix.lower() == ".ipynb":
        return _cells(text, path)
    is_example, text = _unindented(text)
    return examples(text, str(path)) if is_example else [Piece(str(path), text)]


def _unindented(text: str) -> tuple[bool, str]:
    """Say whether a text is a transcript, which may begin with Python's banner; return it without common blanks."""
    lines = text.split("\n")
    above = 0
    for line in lines:
        body = line.strip()
        if body.startswith(PROMPT):
            blanks = line[: len(line) - len(line.lstrip())]
            return True, "\n".join(each.removeprefix(blanks) for each in lines)
        if body and not body.startswith("#"):
            above += 1
            if above > LONGEST_BANNER or not BANNER.match(body):
                break
    return False, text


def _cells(text: str, path: Path) -> list[Piece]:
    try:
        cells = json.loads(text)["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{path} is no notebook in Jupyter's format 4. Save it again with Jupyter or Colab.") from None
    pieces: list[Piece] = []
    first = 1  # the cell that the last piece began with
    for number, code in enumerate(codes, 1):
        if pieces and goes_on_with_class(pieces[-1].code, code):
            pieces[-1].code = f"{pieces[-1].code.rstrip()}\n{code}"
            pieces[-1].name = f"{path}, cells {first} to {number}"
            pieces[-1].note = f"{pieces[-1].name}: one class, which slides cut up; they are run as one cell"
            continue
        first = number
        pieces.append(Piece(f"{path}, cell {number}", _without_other_languages(code), shows="last"))
    return pieces


def goes_on_with_class(before: str, code: str) -> bool:
    r"""Say whether a cell can only be the rest of the class that the cell before it ends with.

    Notes
    -----
    Jupyter shifts a cell that is indented as a whole to the left, so the indentation alone says nothing. But a method
    of the class, or lines that stand deeper than its methods and speak of `self`, belong nowhere else.

    Examples
    --------
    >>> goes_on_with_class("class A:\n    def f(self):\n        pass", "    def g(self):\n        return 3")
    True
    >>> goes_on_with_class("class A:\n    def f(self):\n        pass", "    print(A().f())")
    False
    """
    lines, own = _code_lines(before), _code_lines(code)
    tops = [at for at, line in enumerate(lines) if not line[0].isspace()]
    if not own or not tops or tops[-1] + 1 == len(lines) or not re.match(r"class\b", lines[tops[-1]]):
        return False
    body, begin = _indent(lines[tops[-1] + 1]), _indent(own[0])
    if begin == body:
        return re.match(r"\s*(@|def\s+\w+\s*\(\s*self\b)", own[0]) is not None
    return begin > body and re.search(r"\bself\b", code) is not None


def _code_lines(code: str) -> list[str]:
    return [line for line in code.expandtabs().split("\n") if line.strip() and not line.lstrip().startswith("#")]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_other_languages(code: str) -> str:
    """Leave a cell for a shell or in HTML out, all but its first line, which will be told of."""
    written = plain_cell(code)
    if written is not None:
        return written
    return code.split("\n", 1)[0] if CELL_MAGIC.match(code) else code


def examples(text: str, name: str) -> list[Piece]:
    r"""Return the examples of a transcript.

    Notes
    -----
    Slides write `>>>` before the lines of a block too, where Python would write `...`, or nothing: an indented line
    after an unfinished one belongs to it, unless the block is whole and cannot go on with it: then it is output.

    Examples
    --------
    >>> [(piece.code, piece.expected) for piece in examples(">>> x = 1\n>>> x + 3\n4", "a")]
    [('x = 1', ''), ('x + 3', '4')]
    """
    found: list[Piece] = []
    for number, line in enumerate(text.split("\n"), 1):
        last = found[-1] if found else None
        if line.startswith(PROMPT):
            body = line.removeprefix(PROMPT).removeprefix(" ")
            if last is not None and not last.expected and (body[:1].isspace() or CLAUSE.match(body)):
                last.code += f"\n{body}"
            else:
                found.append(Piece(name, body, number, "all", ""))
        elif last is not None and line.startswith(MORE) and not last.expected:
            last.code += f"\n{line.removeprefix(MORE).removeprefix(' ')}"
        elif last is not None and not last.expected and _goes_on(last.code, line):
            last.code += f"\n{line}"
        elif last is not None:
            last.expected = f"{last.expected}\n{line}".strip("\n")
    return found


def _goes_on(code: str, line: str) -> bool:
    """Say whether a line without a prompt belongs to the code above it, and is no output."""
    if line.strip() and not line[0].isspace():
        return False
    if not _is_unfinished(code):
        return False
    return not _is_whole(code) or _is_whole(f"{code}\n{line}") or _is_unfinished(f"{code}\n{line}")


def _is_unfinished(code: str) -> bool:
    try:
        return codeop.compile_command(code.translate(TYPOGRAPHY), symbol="single") is None
    except (SyntaxError, ValueError, OverflowError):
        return False


def _is_whole(code: str) -> bool:
    try:
        ast.parse(code.translate(TYPOGRAPHY))
    except (SyntaxError, ValueError):
        return False
    return True
