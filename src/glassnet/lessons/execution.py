"""Running a lesson: its cells in one namespace, without Jupyter; and whether they print what the lesson says."""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.comparison import prints_as_said
from glassnet.lessons.display import Shown, figure_of, open_figures, shown, shown_figure
from glassnet.lessons.languages import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.blocks import Code, Lesson

NOTICE: Final = "glassnet: "  # so begins what glassnet says of the machine
# What a notebook hides unless the cell itself causes it.
_FOR_PROGRAMMERS: Final = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


@dataclass(frozen=True)
class CellRun:
    """What a cell did.

    Parameters
    ----------
    cell : Code
    output : str
        Its standard output.
    result : Shown or None
        The value of its last expression, if there is one to be shown.
    figures : tuple of Shown
        The figures of pyplot that it left open, and that are not its result.
    complaints : str
        What went to standard error, and warnings; empty in a good lesson.
    error : str
        The traceback if it failed, else empty.
    seconds : float
    """

    cell: Code
    output: str
    result: Shown | None
    figures: tuple[Shown, ...]
    complaints: str
    error: str
    seconds: float

    @property
    def printed(self) -> str:
        """Its standard output, and the text of its last expression where that is no picture."""
        if self.result is None or self.result.is_picture:
            return self.output
        return f"{self.output}{self.result.data['text/plain']}\n"

    @property
    def pictures(self) -> tuple[Shown, ...]:
        """The pictures it showed, that of its last expression first."""
        return (self.result, *self.figures) if self.result is not None and self.result.is_picture else self.figures


@dataclass(frozen=True)
class LessonRun:
    """What a lesson's cells did, from top to bottom; after a failure the rest is not run.

    Parameters
    ----------
    lesson : Lesson
    cells : tuple of CellRun
    """

    lesson: Lesson
    cells: tuple[CellRun, ...]

    @property
    def seconds(self) -> float:
        """How long all cells took."""
        return sum(run.seconds for run in self.cells)

    def of(self, cell: Code) -> CellRun | None:
        """Return what a cell did, or None if it was not run."""
        return next((run for run in self.cells if run.cell is cell), None)

    def problems(self) -> list[str]:
        """Return, cell by cell, where the lesson does not do what it says; empty for a good lesson.

        Cells of exercises may print what they like: their verdicts depend on the language.
        """
        free = {id(exercise.code) for exercise in self.lesson.exercises}
        problems = []
        for run in self.cells:
            place = f"{self.lesson.path}, line {run.cell.line}"
            problems += [f"{place}: {problem}" for problem in _problems(run, prints_freely=id(run.cell) in free)]
        return problems


def run_lesson(lesson: Lesson) -> LessonRun:
    r"""Run a lesson's cells in one namespace and note what each prints and shows.

    Verdicts on exercises are in English meanwhile; settings of NumPy and Matplotlib are put back at the end.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    LessonRun

    Examples
    --------
    >>> from glassnet.lessons.source import parse_lesson
    >>> header = "number: 1\nslug: a\ntitle_ko: a\ntitle_en: a\nlectures: 001\nminutes: 1"
    >>> text = f"%% lesson\n{header}\n%% code\nx = 2\nprint(x)\n%% prints\n3\n"
    >>> run = run_lesson(parse_lesson(text))
    >>> run.cells[0].printed
    '2\n'
    >>> print(run.problems()[0])
    <lesson>, line 9: the cell does not print what stands below it.
    Expected:
        3
    Got:
        2
    """
    namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    runs: list[CellRun] = []
    with _settings_of_its_own():
        for cell in lesson.cells:
            runs.append(_run_cell(cell, lesson.path, namespace))
            if runs[-1].error:
                break
    return LessonRun(lesson, tuple(runs))


@contextlib.contextmanager
def _settings_of_its_own() -> Iterator[None]:
    """Let a lesson change what is shown and how, and put it back afterwards."""
    import matplotlib as mpl

    before = language()
    language("en")
    mpl.use("agg")  # no window opens
    try:
        with mpl.rc_context(), np.printoptions(), np.errstate():
            yield
    finally:
        open_figures()
        language(before)


def _run_cell(cell: Code, path: str, namespace: dict[str, Any]) -> CellRun:
    output, complaints = io.StringIO(), io.StringIO()
    result: Shown | None = None
    figures: list[Shown] = []
    error = ""
    start = time.perf_counter()
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(complaints),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        try:
            value = _execute(cell, path, namespace)
            result, figures = _show(value, quiet=cell.text.endswith(";"))
        except (Exception, SystemExit) as failure:  # noqa: BLE001  # whatever a cell does, the report says so
            error = "".join(traceback.format_exception(failure.with_traceback(_below_this_module(failure))))
    seconds = time.perf_counter() - start
    for warning in warned:
        if not issubclass(warning.category, _FOR_PROGRAMMERS) or warning.filename == path:
            complaints.write(f"{warning.category.__name__}: {warning.message}\n")
    return CellRun(cell, output.getvalue(), result, tuple(figures), _without_notices(complaints), error, seconds)


def _without_notices(complaints: io.StringIO) -> str:
    """Return complaints without what glassnet says of this machine, such as that it compiles; that is passed on."""
    lines = complaints.getvalue().splitlines(keepends=True)
    for line in lines:
        if line.startswith(NOTICE):
            sys.stderr.write(line)
    return "".join(line for line in lines if not line.startswith(NOTICE))


def _execute(cell: Code, path: str, namespace: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last expression; its lines keep the numbers they have in the file."""
    tree = ast.increment_lineno(ast.parse(cell.text, path), cell.line - 1)
    last = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    if last is not None:
        tree.body.pop()
    exec(compile(tree, path, "exec", dont_inherit=True), namespace)  # noqa: S102  # a lesson of the package
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), path, "eval", dont_inherit=True), namespace)  # noqa: S307  # as above


def _show(value: Any, *, quiet: bool) -> tuple[Shown | None, list[Shown]]:
    """Return what a notebook shows below a cell: its last value, and pyplot's figures, each figure once."""
    figures = open_figures()
    result = None
    if value is not None and not quiet and not hasattr(value, "_ipython_display_"):
        result = shown(value)
        figures = [figure for figure in figures if figure is not figure_of(value)]
    return result, [shown_figure(figure) for figure in figures]


def _below_this_module(failure: BaseException) -> Any:
    """Return the part of the traceback that is the lesson's own."""
    step = failure.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename == __file__:
        step = step.tb_next
    return step


def _problems(run: CellRun, *, prints_freely: bool) -> Iterator[str]:
    if run.error:
        yield f"the cell fails, and what follows is not run.\n{run.error}"
        return
    if run.complaints:
        yield f"the cell warns or writes to standard error; mend the cause.\n{_indented(run.complaints)}"
    if run.cell.figure and not run.pictures:
        yield f"figure {run.cell.figure} shows no picture. End the cell with the Axes, Figure or drawing."
    if prints_freely and run.cell.prints is None:
        return
    if run.cell.prints is None and run.printed:
        yield f"the cell prints, but no `%% prints` says what. Add it.\nGot:\n{_indented(run.printed)}"
    elif run.cell.prints is not None and not prints_as_said(run.cell.prints, run.printed):
        expected = _indented(run.cell.prints)
        yield f"the cell does not print what stands below it.\nExpected:\n{expected}\nGot:\n{_indented(run.printed)}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.rstrip().splitlines())
