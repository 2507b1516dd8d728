"""The notebooks in `lessons/` are those of the lessons as they stand: `make lessons` writes them."""

import json
from pathlib import Path

import pytest

from glassnet.lessons.catalogue import lessons
from glassnet.lessons.languages import LANGUAGES
from glassnet.lessons.notebook import notebook

FOLDER = Path(__file__).parents[2] / "lessons"
EVERY = [
    pytest.param(lesson, language, id=f"{lesson.name}-{language}") for lesson in lessons() for language in LANGUAGES
]


def cells_of(book):
    return [(cell["cell_type"], cell["id"], "".join(cell["source"])) for cell in book["cells"]]


@pytest.mark.parametrize(("lesson", "language"), EVERY)
def test_a_notebook_holds_its_lesson(lesson, language):
    kept = json.loads((FOLDER / language / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))
    assert cells_of(kept) == cells_of(notebook(lesson, language)), "run `make lessons`"


@pytest.mark.parametrize(("lesson", "language"), EVERY)
def test_every_cell_was_run_in_order_and_none_met_with_an_error(lesson, language):
    kept = json.loads((FOLDER / language / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in kept["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in code if cell["execution_count"] is not None]
    assert counts == list(range(counts[0], counts[0] + len(counts)))
    assert not [out for cell in code for out in cell["outputs"] if out["output_type"] == "error"]
    assert any("image/png" in out.get("data", {}) or "image/svg+xml" in out.get("data", {})
               for cell in code for out in cell["outputs"])  # fmt: skip


def test_no_notebook_is_left_over():
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.ipynb")}
    assert found == {f"{language}/{lesson.name}.ipynb" for lesson in lessons() for language in LANGUAGES}
