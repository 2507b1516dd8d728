"""Runs a script that was written for the lectures or their book, unchanged, in the world that it was written for."""

from __future__ import annotations

import ast
import linecache
import os
import shutil
import sys
import traceback
import types
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.legacy.running.mending import SHOW_FILE, parse
from glassnet.legacy.running.modules import is_own
from glassnet.legacy.running.pictures import Pictures
from glassnet.legacy.running.problems import from_exception, from_syntax
from glassnet.legacy.running.reading import Piece, read_pieces
from glassnet.legacy.running.replacing import replaced
from glassnet.legacy.running.transcripts import Comparison
from glassnet.legacy.running.world import old_world
from glassnet.mathematics.checks import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@dataclass
class Outcome:
    """What came of a run.

    Attributes
    ----------
    status : int
        0, or what the script handed to `sys.exit`; 1 where a transcript's example failed or says something else.
    notes : list of str
        What was mended or left out, with file and line.
    pictures : list of Path
        The figures that were saved.
    compared, differences : int, list of str
        For a transcript: how many outputs were compared, and what was different.
    """

    status: int = 0
    notes: list[str] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    compared: int = 0
    differences: list[str] = field(default_factory=list)


def run_script(
    path: str | os.PathLike[str],
    arguments: Sequence[str] = (),
    *,
    say: Callable[[str], None] | None = None,
    save_pictures: bool = False,
    compare: bool = False,
) -> Outcome:
    r"""Run a script, a notebook or a transcript as it is; afterwards everything in this process is as it was.

    Parameters
    ----------
    path : path
    arguments : sequence of str
        What the script finds in `sys.argv[1:]`.
    say : callable (words), optional
        Told of each mend and picture; without it they are only in the outcome.
    save_pictures : bool
        Save figures even where there is a screen.
    compare : bool
        For a transcript: compare what comes out with what it says.

    Returns
    -------
    Outcome

    Raises
    ------
    ScriptError
        If the script cannot be read as Python or fails; the message shows its own line.
    MissingFileError, DataError
        If the file is not there, or is no text.
    ArgumentError
        If `compare` is asked for what is no transcript.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "old.py"
    ...     _ = path.write_text("import numpy as np\nprint np.round_(np.NaN)")
    ...     outcome = run_script(path)
    nan
    >>> len(outcome.notes)
    1
    """
    script = Path(path)
    outcome = Outcome()

    def told(words: str) -> None:
        outcome.notes.append(words)
        if say is not None:
            say(words)

    pieces = read_pieces(script)
    if compare and all(piece.expected is None for piece in pieces):
        raise ArgumentError(f"{script} is no transcript: it does not begin with >>>. Leave --compare out.")
    programs = [_compiled(piece, told) for piece in pieces]
    folder = script.resolve().parent
    pictures = Pictures(folder, script.stem, told, always=save_pictures)
    names = _main_module(script, told)
    comparison = Comparison(compare=compare)
    with old_world(folder, pictures), _as_main(names, [str(script), *arguments], folder):
        try:
            for piece, codes in zip(pieces, programs, strict=True):
                comparison.run(piece, partial(_execute, codes, vars(names)), told)
                if piece.shows == "last":
                    pictures.show_what_is_left()
            pictures.show_what_is_left()
        except SystemExit as stop:
            outcome.status = _status(stop.code)
        except Exception as error:
            raise from_exception(error, _sources(pieces, error, folder)) from error
        finally:
            pictures.close()
    outcome.pictures, outcome.compared, outcome.differences = pictures.saved, comparison.count, comparison.differences
    outcome.status = outcome.status or int(bool(comparison.differences or comparison.failures))
    return outcome


def _compiled(piece: Piece, say: Callable[[str], None]) -> list[types.CodeType]:
    """Compile a piece, mended where needed, so that its lines have the numbers of the file."""
    code = "\n" * (piece.first_line - 1) + piece.code
    tree = parse(code, piece.name, say)
    shown: list[ast.stmt] = []
    if piece.shows == "all":
        shown, tree.body = tree.body, []
    elif piece.shows == "last" and tree.body and not code.rstrip().endswith(";"):
        shown = [tree.body.pop()] if isinstance(tree.body[-1], ast.Expr) else []
    try:
        return [
            compile(tree, piece.name, "exec", dont_inherit=True),
            compile(ast.Interactive(shown), piece.name, "single", dont_inherit=True),
        ]
    except SyntaxError as error:
        raise from_syntax(piece.name, error, code.split("\n")) from None


def _execute(codes: Sequence[types.CodeType], names: dict[str, Any]) -> None:
    for code in codes:
        exec(code, names)  # noqa: S102  # running the user's script is the purpose


def _main_module(script: Path, say: Callable[[str], None]) -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__file__ = str(script)

    def show_file(name: str) -> None:
        try:
            with open(name, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # the run's own `open`
                shutil.copyfileobj(file, sys.stdout)
        except OSError as error:
            say(f"{name} cannot be shown: {error.strerror or error}")

    vars(module)[SHOW_FILE] = show_file
    return module


@contextmanager
def _as_main(module: types.ModuleType, arguments: list[str], folder: Path) -> Iterator[None]:
    """Let the script be what Python has been started with."""
    modules, here = sys.modules["__main__"], Path.cwd()

    def display(value: object) -> None:
        if value is not None:
            print(repr(value))

    with ExitStack() as stack:
        names = {"argv": arguments, "path": [str(folder), *sys.path], "displayhook": display}
        stack.enter_context(replaced(sys, names))
        stack.callback(os.chdir, here)
        sys.modules["__main__"] = module
        try:
            yield
        finally:
            sys.modules["__main__"] = modules


def _status(code: object) -> int:
    """Return the exit status that a script asked for; as in Python, words are printed and mean failure."""
    if code is None or isinstance(code, int):
        return int(code or 0)
    print(code, file=sys.stderr)
    return 1


def _sources(pieces: Sequence[Piece], error: Exception, folder: Path) -> Mapping[str, Sequence[str]]:
    """Return the lines of the user's files: those of the script, and of modules beside it."""
    sources: dict[str, list[str]] = {}
    for piece in pieces:
        lines = sources.setdefault(piece.name, [])
        lines += [""] * (piece.first_line - 1 - len(lines)) + piece.code.split("\n")
    for frame in traceback.extract_tb(error.__traceback__):
        place = Path(frame.filename)
        if is_own(frame.filename, folder) and frame.filename not in sources and place.is_file():
            sources[frame.filename] = [line.rstrip("\n") for line in linecache.getlines(frame.filename)]
    return sources
