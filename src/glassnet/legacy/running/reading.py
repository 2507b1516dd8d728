"""What there is to run in a file: a script, the cells of a notebook, or the examples of a `>>>` transcript."""

from __future__ import annotations

import codeop
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from glassnet.data.files import check_file, read_bytes
from glassnet.legacy.running.mending import TYPOGRAPHY
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from pathlib import Path

PROMPT: Final = ">>>"
MORE: Final = "..."
CLAUSE: Final = re.compile(r"(else|elif|except|finally)\b")
CELL_MAGIC: Final = re.compile(r"\s*%%(?!time\b|timeit\b|capture\b)(\w+)")


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
    """

    name: str
    code: str
    first_line: int = 1
    shows: str = "none"
    expected: str | None = None


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
    content = read_bytes(check_file(path))
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        text = _korean(content, path)
    if path.suffix.lower() == ".ipynb":
        return _cells(text, path)
    first = next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), "")
    return examples(text, str(path)) if first.startswith(PROMPT) else [Piece(str(path), text)]


def _korean(content: bytes, path: Path) -> str:
    """Read a text that an older Windows in Korean saved."""
    try:
        return content.decode("cp949").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise DataError(f"{path} is no text in UTF-8. Save it as UTF-8, or check that it is a script.") from None


def _cells(text: str, path: Path) -> list[Piece]:
    try:
        cells = json.loads(text)["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{path} is no notebook in Jupyter's format 4. Save it again with Jupyter or Colab.") from None
    return [
        Piece(f"{path}, cell {number}", _without_other_languages(code), shows="last")
        for number, code in enumerate(codes, 1)
    ]


def _without_other_languages(code: str) -> str:
    """Leave a cell for a shell or in HTML out, all but its first line, which will be told of."""
    return code.split("\n", 1)[0] if CELL_MAGIC.match(code) else code


def examples(text: str, name: str) -> list[Piece]:
    r"""Return the examples of a transcript.

    Notes
    -----
    Slides write `>>>` before the lines of a block too, where Python would write `...`, or nothing: an indented line
    after an unfinished one belongs to it.

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
        elif last is not None and (not line.strip() or line[0].isspace()) and _is_unfinished(last.code):
            last.code += f"\n{line}"
        elif last is not None:
            last.expected = f"{last.expected}\n{line}".strip("\n")
    return found


def _is_unfinished(code: str) -> bool:
    try:
        return codeop.compile_command(code.translate(TYPOGRAPHY), symbol="single") is None
    except (SyntaxError, ValueError, OverflowError):
        return False
