"""`glassnet lesson`: list the lessons, read one in the terminal, or take it as a notebook."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.cli.lesson_text import print_lesson, print_list
from glassnet.cli.lesson_words import said
from glassnet.cli.output import FAILED, SUCCEEDED, add_common_options, print_error, print_json
from glassnet.data.files import write_atomically
from glassnet.lessons.catalogue import lesson as find_lesson
from glassnet.lessons.catalogue import lessons
from glassnet.lessons.execution import run_lesson
from glassnet.lessons.languages import LANGUAGES, of_locale
from glassnet.lessons.notebook import notebook, notebook_json
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from glassnet.lessons.blocks import Lesson
    from glassnet.lessons.execution import LessonRun

EPILOG = """\
examples:
  glassnet lesson                            all lessons, with the minutes each takes
  glassnet lesson 2                          read lesson 2 here, in the language of your locale
  glassnet lesson xor --lang ko              by its name, in Korean
  glassnet lesson 2 --run                    run its code too, and show what it prints
  glassnet lesson 2 --notebook               write 02-perceptron.ipynb into this folder
  glassnet lesson 2 --notebook ~/lessons/ --run      … into another, with outputs and figures in it
  glassnet lesson 2 --open                   the same, and open it in Jupyter
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "lesson",
        help="list the lessons, read one, or take it as a notebook",
        description="List the lessons; read one in the terminal; or take it as a Jupyter notebook.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "lesson",
        nargs="?",
        metavar="LESSON",
        help="its number, the beginning of its name, or a word of its title: 3, xor, back, 행렬 (default: list all)",
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="Korean or English (default: as the locale)")
    parser.add_argument("--run", dest="execute", action="store_true", help="run the code and show what it prints")
    parser.add_argument(
        "--notebook", nargs="?", const="", metavar="PATH",
        help="write a Jupyter notebook: a file, or a folder for one (default: this folder)",
    )  # fmt: skip
    parser.add_argument("--open", action="store_true", help="write the notebook and open it in Jupyter")
    parser.add_argument("--force", action="store_true", help="overwrite a notebook that is there")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List, show or write, as the options say."""
    language = options.lang or of_locale()
    if options.lesson is None:
        for name in ("execute", "notebook", "open", "force"):
            if getattr(options, name) not in {None, False}:
                shown = {"execute": "run"}.get(name, name)
                raise DataError(said(language, "needs-lesson", option=shown))
        return _list(language, as_json=options.json)
    lesson = find_lesson(options.lesson, language)
    if options.notebook is not None or options.open:
        return _write(lesson, language, options)
    if options.force:
        raise DataError(said(language, "force"))
    done = _run(lesson, language) if options.execute else None
    if options.json:
        print_json(_as_json(lesson, language, done))
    else:
        print_lesson(lesson, language, done)
    return SUCCEEDED


def _list(language: str, *, as_json: bool) -> int:
    if as_json:
        print_json({"language": language, "lessons": [_summary(lesson, language) for lesson in lessons()]})
    else:
        print_list(lessons(), language)
    return SUCCEEDED


def _summary(lesson: Lesson, language: str) -> dict[str, Any]:
    return {
        "number": lesson.number,
        "slug": lesson.slug,
        "title": lesson.title(language),
        "minutes": lesson.minutes,
        "lectures": lesson.lectures,
    }


def _as_json(lesson: Lesson, language: str, done: LessonRun | None) -> dict[str, Any]:
    result = _summary(lesson, language)
    result["language"] = language
    result["notebook"] = notebook(lesson, language, done)
    return result


def _run(lesson: Lesson, language: str) -> LessonRun:
    """Run a lesson that must run as it says."""
    done = run_lesson(lesson)
    failed = [cell.error for cell in done.cells if cell.error]
    if failed:
        error = failed[0].strip().splitlines()[-1]
        raise DataError(said(language, "does-not-run", number=lesson.number, error=error))
    return done


def _write(lesson: Lesson, language: str, options: argparse.Namespace) -> int:
    target = _target(lesson, options.notebook or "", language)
    if target.exists() and not options.force:
        raise DataError(said(language, "is-there", target=target))
    done = _run(lesson, language) if options.execute else None
    write_atomically(target, notebook_json(notebook(lesson, language, done)).encode())
    command = _jupyter() if options.open else None
    if options.json:
        print_json({"notebook": str(target), "language": language, "opened": command is not None})
    else:
        print(target)
    if not options.open:
        return SUCCEEDED
    if command is None:
        print_error(said(language, "no-jupyter", target=target), as_json=False)
        return FAILED
    return subprocess.run([*command, str(target)], check=False).returncode  # noqa: S603  # the user's own Jupyter


def _target(lesson: Lesson, path: str, language: str) -> Path:
    """Return where the notebook goes: a folder gets a file named after the lesson."""
    place = Path(path).expanduser()
    if path == "" or path.endswith(("/", "\\")) or place.is_dir():
        if path and not place.is_dir():
            raise DataError(said(language, "no-folder", path=path))
        return place / f"{lesson.name}.ipynb"
    if place.suffix != ".ipynb":
        raise DataError(said(language, "not-ipynb", path=path))
    return place


def _jupyter() -> list[str] | None:
    """Return the command that opens a notebook, or None if there is none."""
    beside = str(Path(sys.executable).parent)  # of this environment first, which need not be on the PATH
    for name in ("jupyter-lab", "jupyter-notebook"):
        found = shutil.which(name, path=beside) or shutil.which(name)
        if found:
            return [found]
    return None
