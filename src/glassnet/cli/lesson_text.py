"""A lesson as text in a terminal: prose, formulas, code, and what the code prints."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Final

from glassnet.cli.formulas import in_unicode
from glassnet.cli.lesson_words import said
from glassnet.lessons.blocks import Code, Prose
from glassnet.lessons.notebook import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from glassnet.lessons.blocks import Lesson
    from glassnet.lessons.execution import LessonRun

NARROWEST: Final = 60
WIDEST: Final = 100  # longer lines are hard to read


def terminal_markdown(text: str) -> str:
    r"""Return Markdown with its formulas in plain letters, as code, which a terminal leaves as it is.

    >>> terminal_markdown(r"the threshold $\theta$ is $-b$")
    'the threshold `θ` is `−b`'
    """

    def block(match: re.Match[str]) -> str:
        return f"\n\n```text\n{in_unicode(match[1])}\n```\n\n"

    # What is code already stays as it is.
    parts = re.split(r"(```.*?```|`[^`\n]*`)", text, flags=re.DOTALL)
    for index in range(0, len(parts), 2):
        displayed = re.sub(r"\s*\$\$(.+?)\$\$\s*", block, parts[index], flags=re.DOTALL)
        parts[index] = re.sub(r"(?<!\\)\$([^$\n]+?)\$", lambda match: f"`{in_unicode(match[1])}`", displayed)
    return "".join(parts)


def print_list(lessons: Iterable[Lesson], language: str) -> None:
    """Print number, title, minutes and lectures of each lesson."""
    from rich.table import Table

    from glassnet.cli.markdown import fold

    titles = ("번호", "제목", "분", "강의") if language == "ko" else ("no.", "title", "minutes", "lectures")
    table = Table(*titles, box=None, pad_edge=False, header_style="dim")
    table.columns[0].justify = table.columns[2].justify = "right"
    for lesson in lessons:
        table.add_row(str(lesson.number), lesson.title(language), str(lesson.minutes), "; ".join(lesson.lectures))
    console = _console()
    console.print(fold(table))
    hint = "한 과를 읽으려면: glassnet lesson 2" if language == "ko" else "To read one: glassnet lesson 2"
    console.print(f"\n{hint}", style="dim", highlight=False)


def print_lesson(lesson: Lesson, language: str, run: LessonRun | None) -> None:
    """Print a lesson, page by page on a terminal."""
    console = _console()
    if console.is_terminal and sys.stdin.isatty():
        os.environ.setdefault("LESS", "-R")  # `less` then lets colours through
        with console.pager(styles="R" in os.environ["LESS"]):
            _print(console, lesson, language, run)
    else:
        _print(console, lesson, language, run)


def _console() -> Console:
    """Return the console: as wide as the terminal within limits; without one, as COLUMNS says."""
    from rich.console import Console

    console = Console(file=sys.stdout)
    wanted = os.environ.get("COLUMNS", "")
    if console.is_terminal:
        console.width = max(NARROWEST, min(WIDEST, console.width))
    else:
        console.width = int(wanted) if wanted.isdecimal() and int(wanted) > 0 else WIDEST
    return console


def _print(console: Console, lesson: Lesson, language: str, run: LessonRun | None) -> None:
    words = HEADINGS[language]
    intro = words["intro"].format(lectures="; ".join(lesson.lectures), minutes=lesson.minutes)
    _markdown(console, f"# {lesson.number}. {lesson.title(language)}\n\n{intro}")
    for block in lesson.blocks:
        if isinstance(block, Prose):
            _markdown(console, block.text(language))
        elif isinstance(block, Code):
            _code(console, block, language, run)
        else:
            kind = type(block).__name__.lower()
            _markdown(console, words[kind].format(name=block.name))
            for prose in block.prose:
                _markdown(console, prose.text(language))
            _code(console, block.code, language, run)


def _markdown(console: Console, text: str) -> None:
    from glassnet.cli.markdown import FoldingMarkdown

    shown = terminal_markdown(text)
    # A program that reads this gets code line by line as it is; on a terminal long lines go on below.
    parts = [shown] if console.is_terminal else re.split(r"^```.*\n((?:.*\n)*?)```[ ]*$", shown, flags=re.MULTILINE)
    for index, part in enumerate(parts):
        if index % 2:
            _verbatim(console, part)
        elif part.strip():
            console.print(FoldingMarkdown(part, code_theme="ansi_dark"))
            console.print()


def _verbatim(console: Console, text: str) -> None:
    """Print code and what it prints, aside from the prose, and an empty line."""
    from rich.padding import Padding
    from rich.text import Text

    if console.is_terminal:
        console.print(Padding(Text(text.rstrip(), style="green"), (0, 0, 1, 4)))
        return
    for line in [*text.rstrip().splitlines(), ""]:
        console.out(f"    {line}".rstrip(), highlight=False)


def _code(console: Console, code: Code, language: str, run: LessonRun | None) -> None:
    from rich.padding import Padding
    from rich.syntax import Syntax
    from rich.text import Text

    if console.is_terminal:
        syntax = Syntax(code.text, "python", theme="ansi_dark", background_color="default", word_wrap=True)
        console.print(Padding(syntax, (0, 0, 1, 4)))
    else:
        _verbatim(console, code.text)
    done = run.of(code) if run is not None else None
    if done is None:
        return
    if done.printed:
        _verbatim(console, done.printed)
    for _ in done.pictures:
        console.print(Padding(Text(said(language, "figure", name=code.figure or ""), style="dim"), (0, 0, 1, 4)))
