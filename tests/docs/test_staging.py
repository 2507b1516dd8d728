"""The pages that Sphinx is given."""

import json
import re

import pytest

from docs.site.staging import ROOT, guides, stage
from glassnet.lessons.catalogue import lessons

LANGUAGES = ["en", "ko"]


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for language in LANGUAGES:
        stage(language, folder / language)
    return folder


def pages_of(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if "notebooks" not in path.parts}


def test_both_languages_have_the_same_pages(staged):
    assert pages_of(staged / "en") == pages_of(staged / "ko")
    assert {f"lessons/{lesson.name}.ipynb" for lesson in lessons()} <= pages_of(staged / "en")
    assert {f"guides/{guide.file}.md" for guide in guides()} <= pages_of(staged / "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_can_be_downloaded_as_it_is_in_the_repository(staged, language):
    for lesson in lessons():
        kept = (ROOT / "lessons" / language / f"{lesson.name}.ipynb").read_bytes()
        assert (staged / language / "notebooks" / f"{lesson.name}.ipynb").read_bytes() == kept
        page = (staged / language / "lessons" / f"{lesson.name}.ipynb").read_text(encoding="utf-8")
        assert f"<../notebooks/{lesson.name}.ipynb>" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_has_one_title_and_keeps_its_code_and_outputs(staged, language):
    for lesson in lessons():
        kept = json.loads((ROOT / "lessons" / language / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))
        shown = json.loads((staged / language / "lessons" / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))
        prose = ["".join(cell["source"]) for cell in shown["cells"] if cell["cell_type"] == "markdown"]
        assert sum(len(re.findall(r"^# ", text, re.MULTILINE)) for text in prose) == 1
        assert [c["source"] for c in shown["cells"] if c["cell_type"] == "code"] == [
            c["source"] for c in kept["cells"] if c["cell_type"] == "code"
        ]
        assert [len(c.get("outputs", [])) for c in shown["cells"]] == [len(c.get("outputs", [])) for c in kept["cells"]]


def test_drawings_are_part_of_their_page(staged):
    page = (staged / "ko" / "lessons" / "09-graphs.ipynb").read_text(encoding="utf-8")
    assert "image/svg+xml" not in page
    drawings = re.findall(r'<div class=\\"drawing\\" tabindex=\\"0\\" style=\\"--least: \d+px\\"><svg [^>]*>', page)
    assert len(drawings) == page.count("<svg ") > 3
    for drawing in drawings:
        assert 'aria-label=\\"그림: ' in drawing
        assert 'role=\\"img\\"' in drawing
        least, width = (float(re.search(way, drawing)[1]) for way in (r"--least: (\d+)px", r' width=\\"([\d.]+)'))
        assert 0.5 * width < least < 0.8 * width


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_keeps_its_words(staged, language):
    for lesson in lessons():
        page = json.loads((staged / language / "lessons" / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))
        for cell in page["cells"]:
            # MyST gives all pictures of a cell the same words, so a cell may have one only.
            words = [
                out["metadata"]["image/png"]["alt"]
                for out in cell.get("outputs", [])
                if "image/png" in out.get("data", {})
            ]
            assert len(words) <= 1
            assert [cell["metadata"]["mystnb"]["image"]["alt"]] == words if words else "mystnb" not in cell["metadata"]


def test_the_picture_of_a_fit_moves_on_its_page_and_in_its_notebook():
    for language in LANGUAGES:
        path = ROOT / "lessons" / language / "13-depth.ipynb"
        assert path.read_text(encoding="utf-8").count('src=\\"data:image/gif;base64,R0lGOD') == 1
        assert path.stat().st_size < 1.5e6


def test_english_guides_say_so_on_korean_pages_only(staged):
    assert "영어로 쓰여 있습니다" in (staged / "ko/guides/design.md").read_text(encoding="utf-8")
    assert (staged / "en/guides/legacy.md").read_text(encoding="utf-8") == (ROOT / "docs/legacy.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(("language", "title"), [("en", "Quick start"), ("ko", "빠른 시작")])
def test_the_readme_is_the_quick_start(staged, language, title):
    text = (staged / language / "guides/quick-start.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {title}\n")
    assert "README." not in text
    assert "](engine.md)" in text
    assert "gn.gates.XOR([0, 0, 1, 1], [0, 1, 0, 1])" in text


def test_staging_again_touches_nothing_that_stays_and_removes_what_went(tmp_path):
    stage("en", tmp_path)
    page, gone = tmp_path / "index.md", tmp_path / "guides" / "gone.md"
    before = page.stat().st_mtime_ns
    gone.write_text("# Gone\n")
    stage("en", tmp_path)
    assert page.stat().st_mtime_ns == before
    assert not gone.exists()
