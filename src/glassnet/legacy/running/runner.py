"""Runs a script that was written for the lectures or their book, unchanged, in the world that it was written for."""

from __future__ import annotations

import ast
import os
import sys
import traceback
import types
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.data.files import read_bytes
from glassnet.legacy.running.mending import Mended, compiled, finished, mend
from glassnet.legacy.running.modules import is_own
from glassnet.legacy.running.notebook import notebook_names
from glassnet.legacy.running.pictures import Pictures
from glassnet.legacy.running.problems import ScriptError, from_exception, from_syntax
from glassnet.legacy.running.reading import Piece, read_pieces
from glassnet.legacy.running.replacing import replaced
from glassnet.legacy.running.text import decoded
from glassnet.legacy.running.transcripts import Comparison
from glassnet.legacy.running.world import old_world
from glassnet.mathematics.checks import ArgumentError, GlassnetError

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
    programs = _programs(pieces, told)
    folder = script.resolve().parent
    pictures = Pictures(folder, script.stem, told, always=save_pictures)
    module = _main_module(script)
    comparison = Comparison(compare=compare)

    def explained(error: Exception) -> ScriptError:
        return from_exception(error, _sources(pieces, error, folder))

    with (
        old_world(folder, pictures, told),
        notebook_names(told, partial(_program, told=told)),
        _as_main(module, [str(script), *arguments], folder),
    ):
        try:
            for piece, codes in zip(pieces, programs, strict=True):
                comparison.run(piece, partial(_execute, codes, vars(module)), told, explained)
                if piece.shows == "last":
                    pictures.show_what_is_left()
            pictures.show_what_is_left()
        except SystemExit as stop:
            pictures.keep_what_is_left()
            outcome.status = _status(stop.code)
        except Exception as error:
            pictures.keep_what_is_left()
            raise explained(error) from error
        except KeyboardInterrupt:
            pictures.keep_what_is_left()
            raise
        finally:
            pictures.close()
    outcome.pictures, outcome.compared, outcome.differences = pictures.saved, comparison.count, comparison.differences
    outcome.status = outcome.status or int(bool(comparison.differences or comparison.failures))
    return outcome


def _programs(pieces: Sequence[Piece], say: Callable[[str], None]) -> list[list[types.CodeType] | ScriptError]:
    """Compile all pieces before one runs; what cannot be read of a transcript is its example's error."""
    read: list[Mended | ScriptError] = []
    for piece in pieces:
        if piece.note:
            say(piece.note)
        try:
            # So that its lines have the numbers of the file.
            read.append(mend("\n" * (piece.first_line - 1) + piece.code, piece.name, say))
        except ScriptError as error:
            if piece.expected is None:
                raise
            read.append(error)
    is_python2 = any(each.is_python2 for each in read if isinstance(each, Mended))
    programs: list[list[types.CodeType] | ScriptError] = []
    for piece, each in zip(pieces, read, strict=True):
        try:
            programs.append(each if isinstance(each, ScriptError) else _compiled(piece, each, is_python2, say))
        except ScriptError as error:
            if piece.expected is None:
                raise
            programs.append(error)
    return programs


def _compiled(piece: Piece, mended: Mended, is_python2: bool, say: Callable[[str], None]) -> list[types.CodeType]:
    """Compile a piece: what is run in silence, and what shows its value."""
    tree = finished(mended, say, is_python2=is_python2)
    shown: list[ast.stmt] = []
    if piece.shows == "all":
        shown, tree.body = tree.body, []
    elif piece.shows == "last" and tree.body and not piece.code.rstrip().endswith(";"):
        shown = [tree.body.pop()] if isinstance(tree.body[-1], ast.Expr) else []
    try:
        return [
            compile(tree, piece.name, "exec", dont_inherit=True),
            compile(ast.Interactive(shown), piece.name, "single", dont_inherit=True),
        ]
    except SyntaxError as error:
        raise from_syntax(piece.name, error, mended.text.split("\n")) from None


def _execute(codes: Sequence[types.CodeType] | ScriptError, names: dict[str, Any]) -> None:
    if isinstance(codes, ScriptError):
        raise codes
    for code in codes:
        exec(code, names)  # noqa: S102  # running the user's script is the purpose


def _program(path: Path, told: Callable[[str], None]) -> types.CodeType:
    """Return the code of a file that a script runs in its own names."""
    return compiled(decoded(read_bytes(path), path), str(path), told)


def _main_module(script: Path) -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__file__ = str(script)
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
            sources[frame.filename] = _lines(place)
    if isinstance(error, SyntaxError) and error.filename and is_own(error.filename, folder):
        sources.setdefault(error.filename, _lines(Path(error.filename)))
    return sources


def _lines(path: Path) -> list[str]:
    try:
        return decoded(read_bytes(path), path).split("\n")
    except (OSError, GlassnetError):
        return []
