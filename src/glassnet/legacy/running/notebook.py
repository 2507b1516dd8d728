"""Lines that a notebook understands and Python does not: magics, shell lines, questions for help."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterator

SHOW: Final = re.compile(r"[!%]\s*(?:cat|type|head|more|less|pycat)\s+(?P<file>[^|>;&]+?)")
LINE: Final = re.compile(r"^(?P<indent>\s*)(?P<sign>[!%]|\?{1,2}(?=\w))(?P<rest>.*)$")
ASSIGNED: Final = re.compile(r"^(?P<target>\s*[\w\s,.\[\]'\"]+?=\s*)(?P<sign>[!%])\s*(?P<rest>[^=\s].*)$")
MAGIC: Final = re.compile(r"(?P<name>\w+)\s*(?P<rest>.*)$")
WRITE: Final = re.compile(r"\s*%%(?:writefile|file)\s+(?P<append>-a\s+)?(?P<name>.+?)\s*(?:\n|$)")
# What mended lines call; the names stand in builtins while a script runs.
SHOW_FILE: Final = "__glassnet_show_file__"
CHANGE_FOLDER: Final = "__glassnet_change_folder__"
PROGRAM: Final = "__glassnet_program__"
LINES_OF: Final = "__glassnet_lines_of__"
WRITE_FILE: Final = "__glassnet_write_file__"
PYLAB: Final = "from pylab import *; import numpy as np; import matplotlib.pyplot as plt"
LISTED: Final = re.compile(r"(?:ls|dir)(?:\s+-\w+)*(?:\s+(?P<folder>[^\s|;&-][^|;&]*))?$")


def plain_line(line: str) -> tuple[str, str] | None:
    """Return a line of a notebook as Python, and what to say of it; None if it is none.

    >>> plain_line("%cd data")
    ("__glassnet_change_folder__('data')", 'the present folder changes')
    >>> plain_line("%matplotlib inline")
    ('pass', 'a line for a notebook, left out')
    >>> plain_line("np.arange(5)?")
    ('pass', 'help in a notebook, left out')
    """
    if found := LINE.match(line):
        code, words = _magic(found["sign"], found["rest"].strip(), line.strip())
        return f"{found['indent']}{code}", words
    if found := ASSIGNED.match(line):
        value = _value(found["sign"], found["rest"].strip())
        return (f"{found['target']}{value[0]}", value[1]) if value is not None else None
    asked = line.strip().rstrip("?")
    if asked != line.strip() and (re.fullmatch(r"[\w.*]+", asked) or _is_expression(asked)):
        return "pass", "help in a notebook, left out"
    return None


def advice_for(line: str) -> str:
    """Return what to write in place of a line of a notebook that cannot be run; nothing if it is none."""
    found = ASSIGNED.match(line)
    if found is None:
        return ""
    if found["sign"] == "!":
        return (
            "No shell is started. With `import subprocess` write "
            f"subprocess.run({found['rest'].strip()!r}, shell=True, stdout=-1, text=True).stdout.splitlines()."
        )
    return "What the notebook would put there is not known here. Write the value as Python."


def _magic(sign: str, rest: str, line: str) -> tuple[str, str]:
    """Return Python for a line that begins with a sign."""
    if found := SHOW.fullmatch(line):
        return f"{SHOW_FILE}({_unquoted(found['file'])!r})", "the file is shown"
    if sign == "!":
        return "pass", f"a line for a shell, left out. Run `{rest}` in a terminal if you need it"
    magic = MAGIC.match(rest) if sign == "%" else None
    known = _known(magic["name"], magic["rest"].strip()) if magic is not None else None
    return known or ("pass", "a line for a notebook, left out")


def _known(name: str, words: str) -> tuple[str, str] | None:
    if name == "cd":
        return f"{CHANGE_FOLDER}({_unquoted(words)!r})", "the present folder changes"
    if name == "run" and words:
        return f"exec({PROGRAM}({_unquoted(words.split(maxsplit=1)[0])!r}), globals())", "the file is run here"
    if name == "time" and words:
        return words, "run without taking the time"
    return (PYLAB, "the names of NumPy and pyplot are imported") if name == "pylab" else None


def _value(sign: str, rest: str) -> tuple[str, str] | None:
    """Return Python for what a notebook assigns, where no shell is needed for it."""
    if rest == "pwd":
        return f"[{LINES_OF}('pwd')[0]]" if sign == "!" else f"{LINES_OF}('pwd')[0]", "the name of the present folder"
    if sign == "!" and (found := LISTED.match(rest)):
        return f"{LINES_OF}('ls', {_unquoted(found['folder'] or '.')!r})", "the names of the files in the folder"
    if sign == "!" and (found := SHOW.fullmatch(f"!{rest}")) and rest.split(maxsplit=1)[0] in {"cat", "type"}:
        return f"{LINES_OF}('cat', {_unquoted(found['file'])!r})", "the lines of the file"
    if sign == "%" and (magic := MAGIC.match(rest)) and magic["name"] == "time" and _is_expression(magic["rest"]):
        return magic["rest"], "run without taking the time"
    return None


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True


def plain_cell(code: str) -> str | None:
    r"""Return a cell that writes a file as Python that does so; None if it is another one.

    >>> plain_cell("%%writefile a.py\nx = 1\n")
    "__glassnet_write_file__('a.py', 'x = 1\\n', False)"
    """
    found = WRITE.match(code)
    if found is None:
        return None
    text = code[found.end() :]
    text += "\n" * (not text.endswith("\n"))
    return f"{WRITE_FILE}({_unquoted(found['name'])!r}, {text!r}, {found['append'] is not None})"


@contextmanager
def notebook_names(say: Callable[[str], None], compile_file: Callable[[Path], types.CodeType]) -> Iterator[None]:
    """Let a script call `display` and `get_ipython`, and what `plain_line` writes, for a while.

    Parameters
    ----------
    say : callable (words)
        Told of what is done or left out.
    compile_file : callable (path)
        Returns the code of a file that is to be run.
    """
    import builtins

    cells = _Cells(say, compile_file)
    names = {
        SHOW_FILE: cells.show_file,
        CHANGE_FOLDER: cells.change_folder,
        PROGRAM: cells.program,
        LINES_OF: cells.lines_of,
        WRITE_FILE: cells.write_file,
        "execfile": cells.execfile,
        "display": display,
        "get_ipython": lambda: _Shell(cells),
    }
    with replaced(builtins, names):
        yield


def display(*values: object, **_: object) -> None:
    """Print values as a notebook shows them; figures are shown or saved with the others."""
    for value in values:
        if type(value).__module__.partition(".")[0] != "matplotlib":
            print(repr(value))


class _Cells:
    """What the lines of a notebook do."""

    def __init__(self, say: Callable[[str], None], compile_file: Callable[[Path], types.CodeType]) -> None:
        self.say = say
        self.compile_file = compile_file

    def show_file(self, name: str) -> None:
        try:
            with open(name, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # the run's own `open`
                shutil.copyfileobj(file, sys.stdout)
        except OSError as error:
            self.say(f"{name} cannot be shown: {error.strerror or error}")

    def change_folder(self, name: str) -> None:
        try:
            os.chdir(Path(name or "~").expanduser())
        except OSError:
            self.say(f"%cd: there is no folder {name}; files are looked for where they were")

    def lines_of(self, what: str, name: str = ".") -> list[str]:
        if what == "pwd":
            return [str(Path.cwd())]
        if what == "ls":
            return sorted(entry.name for entry in Path(name).iterdir() if not entry.name.startswith("."))
        with open(name, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read().splitlines()

    def write_file(self, name: str, text: str, append: bool) -> None:  # called by mended code alone
        """Write a cell to its file, as Jupyter does; a file with other words keeps them under another name."""
        path = Path(name).expanduser()
        if append:
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
            return
        if path.is_file() and path.read_bytes() != text.encode():
            old = path.with_name(f"{path.name}~")
            shutil.copyfile(path, old)
            self.say(f"{name} is written anew; as it was it is kept as {old.name}")
        path.write_text(text, encoding="utf-8", newline="")

    def program(self, name: str) -> types.CodeType:
        return self.compile_file(Path(name))

    def execfile(self, name: str, names: dict[str, Any] | None = None, *_: object) -> None:
        """Run a file, as Python 2 did, in the names of whoever calls."""
        exec(self.program(name), sys._getframe(1).f_globals if names is None else names)  # noqa: S102, SLF001


class _Shell:
    """Stands for IPython's shell, which notebooks that were saved as scripts call."""

    def __init__(self, cells: _Cells) -> None:
        self._cells = cells

    def run_line_magic(self, name: str, line: str = "", *_: object) -> None:
        """Do what the line of a notebook does."""
        self._run(f"%{name} {line}")

    def magic(self, line: str) -> None:
        """Do what the line of a notebook does, as older ones call it."""
        self._run(f"%{line}")

    def system(self, line: str) -> None:
        """Do what a line for a shell does here: show a file, or nothing."""
        self._run(f"!{line}")

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Do what a cell with a magic does."""
        code = plain_cell(f"%%{name} {line}\n{cell}")
        if code is not None:
            exec(code, {})  # noqa: S102  # it calls `write_file`
        elif name in {"time", "timeit", "capture", "prun"}:
            exec(cell, sys._getframe(1).f_globals)  # noqa: S102, SLF001  # as the script asks for
        else:
            self._cells.say(f"a cell for {name}, left out")

    def getoutput(self, line: str, *_: object) -> list[str]:
        """Return what a shell would print, where none is needed for it."""
        value = _value("!", line.strip())
        if value is None:
            self._cells.say(f"a line for a shell, left out: {line}")
            return []
        return list(eval(value[0]))  # noqa: S307  # one of the calls above

    def _run(self, line: str) -> None:
        plain = plain_line(line.strip())
        if plain is None:
            return
        if plain[0] == "pass":
            self._cells.say(f"{plain[1]}: {line.strip()}")
        exec(plain[0], sys._getframe(2).f_globals)  # noqa: S102, SLF001  # what the script asks for
