"""Building the notebooks of lessons in both languages: `python -m glassnet.lessons.build FOLDER [LESSON …]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.data.files import as_path, write_atomically
from glassnet.lessons.catalogue import lesson, lessons
from glassnet.lessons.execution import run_lesson
from glassnet.lessons.languages import LANGUAGES
from glassnet.lessons.notebook import notebook, notebook_json
from glassnet.mathematics.checks import DataError, UnknownNameError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from glassnet.lessons.blocks import Lesson


def build(folder: str | os.PathLike[str], which: Iterable[Lesson] | None = None) -> Iterator[Path]:
    """Run lessons, each once, and write their notebooks in both languages with what they print and show.

    Parameters
    ----------
    folder : path
        Gets the folders ko and en.
    which : iterable of Lesson, optional
        By default all.

    Yields
    ------
    Path
        Each notebook when it is written.

    Raises
    ------
    DataError
        If a lesson does not print what it says, or a file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.relative_to(place).as_posix() for path in build(place, lessons()[:0])]
    []
    """
    place = as_path(folder)
    for each in lessons() if which is None else which:
        run = run_lesson(each)
        problems = run.problems()
        if problems:
            raise DataError("\n\n".join(problems))
        for language in LANGUAGES:
            target = place / language / f"{each.name}.ipynb"
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DataError(f"{target.parent} cannot be made: {error.strerror}. Choose another folder.") from None
            yield write_atomically(target, notebook_json(notebook(each, language, run)).encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Build notebooks in a folder, all or those of some lessons, and say which."""
    parser = argparse.ArgumentParser(
        prog="python -m glassnet.lessons.build",
        description="Run all lessons and write their notebooks, in Korean and English, with what they print and show.",
    )
    parser.add_argument("folder", nargs="?", default="lessons", help="gets the folders ko and en (default: lessons)")
    parser.add_argument("lesson", nargs="*", help="which, by number or name (default: all)")
    options = parser.parse_args(arguments)
    try:
        for path in build(Path(options.folder), [lesson(name) for name in options.lesson] or None):
            print(path, flush=True)
    except (DataError, UnknownNameError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
