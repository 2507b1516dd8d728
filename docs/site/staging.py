"""The source of the site in one language, gathered in a folder from the lessons, guides and public names."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from docs.site import words
from docs.site.markdown import relink
from docs.site.reference import TOPICS, page
from docs.site.words import Words
from glassnet.lessons.catalogue import lessons
from glassnet.lessons.languages import LANGUAGES

ROOT: Final = Path(__file__).resolve().parents[2]
SMALLEST: Final = 0.61  # of a drawing's size: its numbers are then small, but can be read; most fit on a phone
READMES: Final = {"en": "README.md", "ko": "README.ko.md"}


@dataclass(frozen=True)
class Guide:
    """A Markdown file of the repository that is a page of the site."""

    source: str
    file: str
    title: Words


GUIDES: Final = (
    Guide("docs/lecture-map.md", "lecture-map", Words("The lectures, page by page", "강의 쪽별 찾아보기")),
    Guide("docs/design.md", "design", Words("Design", "설계")),
    Guide("docs/not-a-digit.md", "not-a-digit", Words("Not a digit", "숫자가 아닙니다")),
    Guide("docs/sklearn.md", "sklearn", Words("For users of scikit-learn", "scikit-learn을 쓰던 사람에게")),
    Guide("docs/data-sources.md", "data-sources", Words("Data from everywhere", "여러 곳의 데이터")),
    Guide("docs/around-training.md", "around-training", Words("Around training", "학습의 앞뒤")),
    Guide(
        "docs/other-frameworks.md",
        "other-frameworks",
        Words("PyTorch, Keras, scikit-learn", "PyTorch, Keras, scikit-learn"),
    ),
    Guide("docs/export.md", "export", Words("Models in and out", "모델 내보내기와 가져오기")),
    Guide("docs/engine.md", "engine", Words("The engine", "엔진")),
    Guide("docs/benchmarks.md", "benchmarks", Words("Benchmarks", "속도 비교")),
    Guide("docs/arrays.md", "arrays", Words("Arrays elsewhere", "GPU와 다른 배열 라이브러리")),
    Guide("docs/playground.md", "playground", Words("The playground", "놀이터")),
    Guide("docs/legacy.md", "legacy", Words("The lectures' own code", "강의의 코드 실행하기")),
    Guide("CHANGELOG.md", "changelog", Words("Changes", "바뀐 점")),
)


def guides() -> list[Guide]:
    """Return the guides whose files are there.

    >>> "design" in [guide.file for guide in guides()]
    True
    """
    return [guide for guide in GUIDES if (ROOT / guide.source).is_file()]


def stage(language: str, folder: Path) -> None:
    """Write all pages of a language, touching only those that change, and take away what an earlier run left."""
    pages = _pages(language)
    shutil.rmtree(folder / "notebooks", ignore_errors=True)
    shutil.copytree(ROOT / "lessons" / language, folder / "notebooks")
    shutil.copytree(ROOT / "docs" / "images", folder / "guides" / "images", dirs_exist_ok=True)
    for name, text in pages.items():
        target = folder / name
        if not (target.is_file() and target.read_text(encoding="utf-8") == text):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    for suffix in ("md", "rst", "ipynb"):
        for old in folder.rglob(f"*.{suffix}"):
            name = old.relative_to(folder).as_posix()
            if name not in pages and not name.startswith("notebooks/"):
                old.unlink()


def _pages(language: str) -> dict[str, str]:
    links = _links(language)
    pages = {
        "index.md": _front_page(language),
        "lessons/index.md": _list_page(words.LESSONS, words.LESSONS_INTRODUCTION, _lesson_files(), language),
        "guides/index.md": _list_page(words.GUIDES, words.GUIDES_INTRODUCTION, _guide_entries(language), language),
        "guides/quick-start.md": quick_start(language, links),
        "api/index.md": _list_page(words.API, words.API_INTRODUCTION, [topic.file for topic in TOPICS], language),
    }
    pages |= {f"guides/{guide.file}.md": guide_page(guide, language, links) for guide in guides()}
    pages |= {f"lessons/{file}.ipynb": lesson_page(file, language) for file in _lesson_files()}
    return pages | {f"api/{topic.file}.rst": page(topic, language) for topic in TOPICS}


def _links(language: str) -> dict[str, str]:
    images = {f"docs/images/{path.name}": f"guides/images/{path.name}" for path in (ROOT / "docs/images").iterdir()}
    links = images | {guide.source: f"guides/{guide.file}.md" for guide in guides()}
    for each in LANGUAGES:
        pages = {READMES[each]: "guides/quick-start.md", f"lessons/{each}": "lessons/index.md"}
        pages |= {f"lessons/{each}/{file}.ipynb": f"lessons/{file}.ipynb" for file in _lesson_files()}
        if each != language:
            pages = {name: re.sub(r"(.*)\.\w+", rf"../{each}/\1.html", page) for name, page in pages.items()}
        links |= pages
    return links


def _lesson_files() -> list[str]:
    return [lesson.name for lesson in lessons()]


def _guide_entries(language: str) -> list[str]:
    return ["quick-start", *(f"{guide.title.within(language)} <{guide.file}>" for guide in guides())]


def _contents(entries: list[str], options: str = "") -> str:
    return f"```{{toctree}}\n:maxdepth: 1\n{options}\n" + "\n".join(entries) + "\n```\n"


def _list_page(title: Words, introduction: Words, entries: list[str], language: str) -> str:
    return f"# {title.within(language)}\n\n{introduction.within(language)}\n\n{_contents(entries)}"


def _front_page(language: str) -> str:
    first = (ROOT / READMES[language]).read_text(encoding="utf-8").split("\n\n")[1]  # what glassnet is, in a sentence
    sections = {
        words.LESSONS: [f"lessons/{file}" for file in _lesson_files()],
        words.GUIDES: [re.sub(r"([\w-]+)(>?)$", r"guides/\1\2", entry) for entry in _guide_entries(language)],
        words.API: [f"api/{topic.file}" for topic in TOPICS],
    }
    shown = "\n".join(
        f"## {title.within(language)}\n\n{_contents(entries, f':caption: {title.within(language)}')}"
        for title, entries in sections.items()
    )
    hidden = _contents(["lessons/index", "guides/index", "api/index"], ":hidden:")
    return f"# glassnet\n\n{first}\n\n{shown}\n{hidden}"


def quick_start(language: str, links: dict[str, str]) -> str:
    """Return the README under the title of a quick start, without the line that leads to its other language."""
    source = READMES[language]
    text = (ROOT / source).read_text(encoding="utf-8")
    text = re.sub(r"^# .*", f"# {words.QUICK_START.within(language)}", text, count=1)
    text = re.sub(r"^\*[^*\n]*\(README[.\w]*\)\*\n\n", "", text, count=1, flags=re.MULTILINE)
    return relink(text, source, "guides/quick-start.md", links)


def guide_page(guide: Guide, language: str, links: dict[str, str]) -> str:
    """Return a guide, on Korean pages with a word that it is in English."""
    text = (ROOT / guide.source).read_text(encoding="utf-8")
    note = words.IN_ENGLISH.within(language)
    if note:
        text = re.sub(r"^(# .*\n)", rf"\1\n*{guide.title.within(language)}. {note}*\n", text, count=1)
    return relink(text, guide.source, f"guides/{guide.file}.md", links)


def lesson_page(file: str, language: str) -> str:
    """Return a lesson's notebook as the site shows it.

    What is different from the notebook itself: it can be downloaded, its title stands there once, and drawings are part
    of the page, so that their numbers can be searched and read aloud.
    """
    book = json.loads((ROOT / "lessons" / language / f"{file}.ipynb").read_text(encoding="utf-8"))
    title, *rest = book["cells"]
    head, *introduction = "".join(title["source"]).split("\n\n")
    download = f"{{download}}`{words.DOWNLOAD.within(language)} <../notebooks/{file}.ipynb>`"
    title["source"] = "\n\n".join([head, *introduction[:1], download, *introduction[1:]])
    for cell in rest:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = re.sub(r"\A# .*\n+", "", source)
        for output in cell.get("outputs", []):
            _inline_drawing(output)
            _keep_words(cell, output)
    return json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _inline_drawing(output: dict[str, Any]) -> None:
    """Put a drawing itself into the page, with the words that its image has in the notebook.

    It shrinks with the page, but not so far that its numbers cannot be read; then it scrolls, by the keyboard too.
    """
    drawing = output.get("data", {}).pop("image/svg+xml", None)
    if drawing is None:
        return
    svg = "".join(drawing)
    label = re.search(r'<img alt="([^"]*)"', "".join(output["data"]["text/html"]))
    width = re.search(r'<svg [^>]*\bwidth="([\d.]+)"', svg)
    if label:
        svg = svg.replace("<svg ", f'<svg aria-label="{label[1]}" ', 1)
    least = f' style="--least: {float(width[1]) * SMALLEST:.0f}px"' if width else ""
    output["data"]["text/html"] = f'<div class="drawing" tabindex="0"{least}>{svg}</div>'


def _keep_words(cell: dict[str, Any], output: dict[str, Any]) -> None:
    """Hand the words for a picture on to MyST, which looks for them in the cell; of several pictures the first's."""
    words = output.get("metadata", {}).get("image/png", {}).get("alt")
    if words:
        cell["metadata"].setdefault("mystnb", {"image": {"alt": words}})
