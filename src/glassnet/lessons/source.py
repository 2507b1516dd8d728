"""A lesson's source: one file that holds the code once and the prose in Korean and English, read into blocks.

Lines that begin with `%%` divide the file into sections; a few sections make a block. What is wrong in a file is told
with the file, the line, and how to mend it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from glassnet.data.files import read_bytes
from glassnet.lessons.blocks import Block, Code, Exercise, Lesson, Predict, Prose
from glassnet.mathematics.checks import DataError, did_you_mean

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

MARK: Final = "%%"
FIELDS: Final = ("number", "slug", "title_ko", "title_en", "lectures", "minutes")
NAMED: Final = ("figure", "predict", "exercise")
SECTIONS: Final = ("lesson", "ko", "en", "code", "prints", *NAMED)
_NAME: Final = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


def read_lesson(path: str | os.PathLike[str]) -> Lesson:
    """Read a lesson from its file.

    Parameters
    ----------
    path : path
        A UTF-8 file named ``NN-slug.md``.

    Returns
    -------
    Lesson

    Raises
    ------
    MissingFileError
        If it is not there.
    DataError
        If it is not written as a lesson is; the error names file and line.

    Examples
    --------
    >>> read_lesson("99-nothing.md")
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingFileError: 99-nothing.md is not there. Check the path.
    """
    place = Path(path)
    try:
        text = read_bytes(place).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{place} is not UTF-8: {error.reason} at byte {error.start}. Save it as UTF-8.") from None
    return parse_lesson(text, str(place))


def parse_lesson(text: str, path: str = "<lesson>") -> Lesson:
    """Read a lesson from the text of its file.

    Parameters
    ----------
    text : str
    path : str
        What errors call the file; one that ends in .md must be named by number and slug.

    Returns
    -------
    Lesson

    Raises
    ------
    DataError
        If it is not written as a lesson is; the error names file and line.

    Examples
    --------
    >>> lesson = parse_lesson('''%% lesson
    ... number: 3
    ... slug: xor
    ... title_ko: 층이 하나 더 필요한 이유
    ... title_en: Why one more layer
    ... lectures: 000 XOR 문제; 002 퍼셉트론의 한계
    ... minutes: 25
    ... %% ko
    ... 안녕하세요.
    ... %% en
    ... Hello.
    ... %% code
    ... print(1 + 1)
    ... %% prints
    ... 2
    ... ''')
    >>> lesson.name, lesson.cells[0].prints
    ('03-xor', '2')
    """
    sections = _sections(text, path)
    if not sections or sections[0].kind != "lesson":
        line = sections[0].line if sections else 1
        _wrong(path, line, "a lesson begins with its header", "Write `%% lesson` and the fields below it first")
    header = _header(sections[0], path)
    blocks = _Blocks(sections[1:], path).read()
    lesson = Lesson(
        path=path,
        number=_whole_number(header, "number", path),
        slug=header["slug"][1],
        title_ko=header["title_ko"][1],
        title_en=header["title_en"][1],
        lectures=tuple(part.strip() for part in header["lectures"][1].split(";") if part.strip()),
        minutes=_whole_number(header, "minutes", path),
        blocks=blocks,
    )
    if path.endswith(".md") and Path(path).name != f"{lesson.name}.md":
        _wrong(path, 1, f"number and slug make the name {lesson.name}.md", "Rename the file or mend the header")
    return lesson


@dataclass(frozen=True)
class _Section:
    """What stands between two lines with the mark."""

    line: int  # of the mark
    kind: str
    name: str
    lines: tuple[str, ...]

    def body(self) -> tuple[int, str]:
        """Return the text without empty lines around it, and the line where it begins."""
        first, last = 0, len(self.lines)
        while first < last and not self.lines[first].strip():
            first += 1
        while last > first and not self.lines[last - 1].strip():
            last -= 1
        return self.line + 1 + first, "\n".join(self.lines[first:last])


def _wrong(path: str, line: int, what: str, mend: str) -> NoReturn:
    raise DataError(f"{path}, line {line}: {what}. {mend}.")


def _sections(text: str, path: str) -> list[_Section]:
    lines = [line.rstrip() for line in text.splitlines()]
    marks = [index for index, line in enumerate(lines) if line.startswith(MARK)]
    before = next((index for index, line in enumerate(lines) if line), len(lines))
    if marks and before < marks[0]:
        _wrong(path, before + 1, "there is text before the first block", "Move it into a block")
    return [
        _section(index + 1, lines[index], lines[index + 1 : end], path) for index, end in pairwise([*marks, len(lines)])
    ]


def _section(line: int, mark: str, lines: Sequence[str], path: str) -> _Section:
    kind, _, name = mark.removeprefix(MARK).strip().partition(" ")
    name = name.strip()
    if kind not in SECTIONS:
        known = ", ".join(SECTIONS)
        _wrong(path, line, f"{mark!r} is no block", f"Blocks are {known}.{did_you_mean(kind, SECTIONS)}".rstrip("."))
    if kind in NAMED and not _NAME.fullmatch(name):
        what = f"a {kind} needs a name of small letters, digits, - and _, got {name!r}"
        _wrong(path, line, what, f"Write for example `%% {kind} two_lines`")
    if kind not in NAMED and name:
        _wrong(path, line, f"a {kind} block has no name, got {name!r}", f"Write `%% {kind}` alone")
    section = _Section(line, kind, name, tuple(lines))
    if kind in {"predict", "exercise"} and section.body()[1]:
        _wrong(path, section.body()[0], f"text directly below `{mark}`", "Begin its prose with `%% ko`")
    if kind in {"ko", "en", "code", "figure"} and not section.body()[1]:
        _wrong(path, line, f"the {kind} block is empty", "Fill it or take it out")
    return section


def _header(section: _Section, path: str) -> dict[str, tuple[int, str]]:
    """Return each field's line and value."""
    header: dict[str, tuple[int, str]] = {}
    for line, text in enumerate(section.lines, start=section.line + 1):
        if not text.strip():
            continue
        name, colon, value = (part.strip() for part in text.partition(":"))
        if not colon or name not in FIELDS:
            mend = f"Fields are {', '.join(FIELDS)}.{did_you_mean(name, FIELDS)}"
            _wrong(path, line, f"{text!r} is no field of the header", mend.rstrip("."))
        if name in header:
            _wrong(path, line, f"{name} stands in the header twice", "Keep one")
        if not value:
            _wrong(path, line, f"{name} is empty", f"Write `{name}: …`")
        header[name] = (line, value)
    for name in FIELDS:
        if name not in header:
            _wrong(path, section.line, f"the header has no {name}", f"Add a line `{name}: …`")
    line, slug = header["slug"]
    if not _NAME.fullmatch(slug):
        _wrong(
            path, line, f"slug must be of small letters, digits and -, got {slug!r}", "Write for example `slug: xor`"
        )
    return header


def _whole_number(header: dict[str, tuple[int, str]], name: str, path: str) -> int:
    line, value = header[name]
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        _wrong(
            path, line, f"{name} must be a whole number of at least 1, got {value!r}", f"Write for example `{name}: 3`"
        )
    return int(value)


class _Blocks:
    """Sections put together to blocks, from top to bottom."""

    def __init__(self, sections: Sequence[_Section], path: str) -> None:
        self._sections = list(sections)
        self._path = path
        self._first_line: dict[tuple[str, str], int] = {}  # of each named block

    def read(self) -> tuple[Block, ...]:
        """Return all blocks."""
        blocks: list[Block] = []
        while self._sections:
            blocks.append(self._block(self._sections.pop(0)))
        return tuple(blocks)

    def _block(self, section: _Section) -> Block:
        self._check_unique(section)
        if section.kind == "ko":
            return self._prose(section)
        if section.kind in {"code", "figure"}:
            return self._code(section)
        if section.kind in {"predict", "exercise"}:
            return self._task(section)
        whats = {
            "en": ("en stands without the ko before it", "Write the Korean first, in `%% ko`"),
            "prints": ("prints stands without code before it", "Put it directly below its `%% code`"),
            "lesson": ("there is a second header", "A file holds one lesson"),
        }
        _wrong(self._path, section.line, *whats[section.kind])

    def _check_unique(self, section: _Section) -> None:
        if section.kind not in NAMED:
            return
        first = self._first_line.setdefault((section.kind, section.name), section.line)
        if first != section.line:
            what = f"a second {section.kind} is called {section.name!r}; the first is in line {first}"
            _wrong(self._path, section.line, what, "Give it another name")

    def _next_is(self, *kinds: str) -> bool:
        return bool(self._sections) and self._sections[0].kind in kinds

    def _prose(self, ko: _Section) -> Prose:
        if not self._next_is("en"):
            _wrong(self._path, ko.line, "ko stands without its en", "Write the English after it, in `%% en`")
        en = self._sections.pop(0)
        line, korean = ko.body()
        return Prose(line, korean, en.body()[1])

    def _code(self, section: _Section) -> Code:
        line, text = section.body()
        try:
            compile(text, self._path, "exec", dont_inherit=True)
        except SyntaxError as error:
            _wrong(self._path, line + (error.lineno or 1) - 1, f"the code is no Python: {error.msg}", "Mend it")
        prints = None
        if self._next_is("prints"):
            prints = self._sections.pop(0).body()[1]
        return Code(line, text, prints, section.name or None)

    def _task(self, section: _Section) -> Predict | Exercise:
        prose: list[Prose] = []
        while self._next_is("ko"):
            prose.append(self._prose(self._sections.pop(0)))
        if not prose:
            _wrong(self._path, section.line, f"the {section.kind} has no prose", "Follow it with `%% ko` and `%% en`")
        if not self._next_is("code", "figure"):
            _wrong(self._path, section.line, f"the {section.kind} has no code", "Follow its prose with `%% code`")
        code_section = self._sections.pop(0)
        self._check_unique(code_section)
        kind = Predict if section.kind == "predict" else Exercise
        return kind(section.line, section.name, tuple(prose), self._code(code_section))
