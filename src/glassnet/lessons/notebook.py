"""A lesson as a Jupyter notebook, in Korean or English; opens in Jupyter and in Colab.

A notebook is a JSON file (nbformat 4.5) of few fields: it is written here without a library.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from glassnet.lessons.blocks import Code, Exercise, Predict, Prose
from glassnet.lessons.languages import LANGUAGES
from glassnet.lessons.outputs import in_lines, last_heading, outputs
from glassnet.mathematics.checks import check_choice
from glassnet.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.blocks import Lesson
    from glassnet.lessons.execution import LessonRun

Cell: TypeAlias = dict[str, Any]

# The first cell of code. It asks before it imports: a version that is imported cannot be exchanged any more.
SETUP: Final = """\
import re
from importlib import invalidate_caches, metadata, util


class NotInstalled(Exception):
    def _render_traceback_(self):  # Jupyter shows these lines instead of a traceback
        return [str(self)]


def glassnet_is_here(needed):
    try:
        found = metadata.version("glassnet")
    except metadata.PackageNotFoundError:
        return util.find_spec("glassnet") is not None  # its source is
    first, second = ([int(part) for part in re.findall(r"\\d+", text)[:3]] for text in (found, needed))
    return first >= second


if not glassnet_is_here("{version}"):  # on Colab, for example; a wheel that lies beside this notebook does as well
    %pip install --quiet --find-links . "glassnet>={version}"
    invalidate_caches()
    if not glassnet_is_here("{version}"):
        raise NotInstalled('''{not_installed}''')

import glassnet as gn

_ = gn.lessons.language("{language}")"""

NOT_INSTALLED: Final = {
    "ko": """
glassnet {version}을 설치하지 못했습니다. 이 판이 아직 공개되지 않았거나 인터넷에 연결되지 않았습니다.
휠 파일로 설치할 수 있습니다.
1. glassnet의 소스 폴더에서 pip wheel --no-deps . 을 실행하면 glassnet-{version}-py3-none-any.whl이 생깁니다.
2. 그 파일을 이 노트북 옆에 두세요. Colab에서는 왼쪽의 폴더 아이콘을 누르고 파일을 그 자리에 끌어다 놓습니다.
3. 이 칸을 다시 실행하세요. 옆에 있는 휠을 찾아 설치합니다.
""",
    "en": """
glassnet {version} could not be installed: this version is not published yet, or there is no network.
A wheel will do.
1. Where glassnet's source is, in its folder, run: pip wheel --no-deps .   It makes glassnet-{version}-py3-none-any.whl.
2. Put that file beside this notebook. In Colab, click the folder at the left and drop the file there.
3. Run this cell again: it finds the wheel beside it and installs it.
""",
}

HEADINGS: Final = {
    "ko": {
        "predict": "### 먼저 예측해 보기",
        "exercise": "### 연습 문제: {name}",
        "intro": "강의: {lectures} · 약 {minutes}분 · 위에서부터 차례로 실행하세요.",
        "colab": "Colab에서 열려면 이 파일을 [Colab](https://colab.research.google.com/)의 **파일 → 노트북 업로드**로 "
        "올리세요. 아래 첫 칸은 glassnet이 없을 때만 그것을 설치하고, 설치하지 못하면 어떻게 할지 알려 줍니다.",
    },
    "en": {
        "predict": "### Predict first",
        "exercise": "### Exercise: {name}",
        "intro": "Lectures: {lectures} · about {minutes} minutes · run the cells from top to bottom.",
        "colab": "To open it in Colab, upload this file to [Colab](https://colab.research.google.com/) by "
        "**File → Upload notebook**. The first cell below installs glassnet where it is missing, and "
        "says what to do if it cannot.",
    },
}


def notebook(lesson: Lesson, language: str, run: LessonRun | None = None) -> dict[str, Any]:
    """Return a lesson as a notebook.

    Parameters
    ----------
    lesson : Lesson
    language : "ko" or "en"
    run : LessonRun, optional
        What its cells printed and showed, which becomes their output. Exercises have none: they are the student's.

    Returns
    -------
    dict
        What the notebook's JSON holds.

    Raises
    ------
    ArgumentError
        If there is no such language.

    Examples
    --------
    >>> from glassnet.lessons.catalogue import lesson
    >>> book = notebook(lesson(2), "en")
    >>> book["nbformat"], book["cells"][0]["cell_type"]
    (4, 'markdown')
    """
    language = check_choice("language", language, LANGUAGES)
    not_installed = NOT_INSTALLED[language].format(version=__version__)
    setup = SETUP.format(language=language, version=__version__, not_installed=not_installed)
    cells = [_markdown(_title(lesson, language), "title"), _code(setup, "setup", [], 1)]
    count = 1
    heading = lesson.title(language)
    for block in lesson.blocks:
        heading = last_heading(block, language) or heading
        for cell in _cells(block, language, run, heading):
            if cell["cell_type"] == "code" and cell["execution_count"] is not None:
                count += 1
                _number(cell, count)
            cells.append(cell)
    _make_ids_differ(cells)
    return {"cells": cells, "metadata": _metadata(lesson, language), "nbformat": 4, "nbformat_minor": 5}


def notebook_json(book: dict[str, Any]) -> str:
    r"""Return the text of a notebook's file, laid out as Jupyter does, so that saving it changes little.

    >>> notebook_json({"nbformat": 4, "cells": []})
    '{\n "cells": [],\n "nbformat": 4\n}\n'
    """
    return json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _title(lesson: Lesson, language: str) -> str:
    words = HEADINGS[language]
    intro = words["intro"].format(lectures="; ".join(lesson.lectures), minutes=lesson.minutes)
    return f"# {lesson.number}. {lesson.title(language)}\n\n{intro}\n\n{words['colab']}"


def _metadata(lesson: Lesson, language: str) -> dict[str, Any]:
    return {
        "colab": {"name": f"{lesson.name}.ipynb", "provenance": [], "toc_visible": True},
        "glassnet": {"language": language, "lesson": lesson.number},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }


def _cells(
    block: Prose | Code | Predict | Exercise, language: str, run: LessonRun | None, heading: str
) -> Iterator[Cell]:
    """Yield the cells of a block that stands below a heading."""
    if isinstance(block, Prose):
        yield _markdown(block.text(language), f"prose-{_digest(block.en)}")
        return
    if isinstance(block, Code):
        yield _code_cell(block, block.figure or f"code-{_digest(block.text)}", run, language, heading)
        return
    kind = "predict" if isinstance(block, Predict) else "exercise"
    title = HEADINGS[language][kind].format(name=block.name)
    text = "\n\n".join([title, *(prose.text(language) for prose in block.prose)])
    yield _markdown(text, f"{kind}-{block.name}")
    name = f"{kind}-{block.name}-code"
    yield _code_cell(block.code, name, run if kind == "predict" else None, language, heading)


def _digest(text: str) -> str:
    """Return a short name that stays while the text stays, wherever it stands: a change elsewhere leaves it."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _markdown(text: str, name: str) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": in_lines(text)}


def _code_cell(code: Code, name: str, run: LessonRun | None, language: str, heading: str) -> Cell:
    done = run.of(code) if run is not None else None
    if done is None:
        return _code(code.text, name, [], None)
    return _code(code.text, name, list(outputs(done, language, heading)), 0)


def _code(text: str, name: str, shown_below: list[dict[str, Any]], count: int | None) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": name,
        "metadata": {},
        "outputs": shown_below,
        "source": in_lines(text),
    }


def _number(cell: Cell, count: int) -> None:
    """Give a cell that was run its number, and its result the same."""
    for part in (cell, *cell["outputs"]):
        if "execution_count" in part:
            part["execution_count"] = count


def _make_ids_differ(cells: list[Cell]) -> None:
    """Give cells of the same text different ids, of at most 64 letters, as the format wants."""
    seen: dict[str, int] = {}
    for cell in cells:
        name = cell["id"][:56]
        seen[name] = seen.get(name, 0) + 1
        cell["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"
