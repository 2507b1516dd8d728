"""The notebooks in `lessons/` are those of the lessons as they stand: `make lessons` writes them."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from glassnet.engine import entry
from glassnet.lessons.blocks import Code, Predict
from glassnet.lessons.catalogue import lessons
from glassnet.lessons.comparison import prints_as_said
from glassnet.lessons.languages import LANGUAGES
from glassnet.lessons.notebook import notebook

FOLDER = Path(__file__).parents[2] / "lessons"
EVERY = [
    pytest.param(lesson, language, id=f"{lesson.name}-{language}") for lesson in lessons() for language in LANGUAGES
]
PICTURES = {"image/png", "image/svg+xml", "text/html"}


def kept_in(lesson, language):
    return json.loads((FOLDER / language / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))


def cells_of(book):
    return [(cell["cell_type"], cell["id"], "".join(cell["source"])) for cell in book["cells"]]


def codes_of(lesson):
    """Return the code of a lesson whose output a notebook shows; that of exercises is the student's."""
    blocks = [block.code if isinstance(block, Predict) else block for block in lesson.blocks]
    return [block for block in blocks if isinstance(block, Code)]


def shown_by(cell):
    """Return what a cell printed, and whether it showed a picture. A result that is no picture counts as printed."""
    printed, pictures = "", False
    for output in cell["outputs"]:
        assert output["output_type"] != "error", output
        if output.get("name") == "stderr":  # nothing but that there is no Numba, where there is none
            assert entry.unavailable(), output
            assert all(entry.unavailable() in line for line in output["text"].splitlines()), output
        elif output["output_type"] == "stream":
            printed += "".join(output["text"])
        elif PICTURES & set(output["data"]):
            pictures = True
        else:
            printed += "".join(output["data"]["text/plain"]) + "\n"
    return printed, pictures


def check_outputs(lesson, book):
    """Hold the outputs of a notebook against what the lesson says."""
    cells = {"".join(cell["source"]): cell for cell in book["cells"] if cell["cell_type"] == "code"}
    for code in codes_of(lesson):
        printed, pictures = shown_by(cells[code.text])
        assert pictures or not code.figure, code.text
        if code.prints is not None:
            assert prints_as_said(code.prints, printed), (code.text, printed)
        else:
            assert not printed or pictures, code.text  # the Axes of a picture have a text of their own in Jupyter


@pytest.mark.parametrize(("lesson", "language"), EVERY)
def test_a_notebook_holds_its_lesson(lesson, language):
    assert cells_of(kept_in(lesson, language)) == cells_of(notebook(lesson, language)), "run `make lessons`"


@pytest.mark.parametrize(("lesson", "language"), EVERY)
def test_every_cell_was_run_in_order_and_none_met_with_an_error(lesson, language):
    code = [cell for cell in kept_in(lesson, language)["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in code if cell["execution_count"] is not None]
    assert counts == list(range(counts[0], counts[0] + len(counts)))


@pytest.mark.parametrize(("lesson", "language"), EVERY)
def test_its_outputs_are_what_the_lesson_says(lesson, language):
    check_outputs(lesson, kept_in(lesson, language))


@pytest.mark.parametrize(("lesson", "language"), EVERY)
def test_the_words_for_its_pictures_are_words(lesson, language):
    text = json.dumps(kept_in(lesson, language)["cells"], ensure_ascii=False)
    words = re.findall(r'alt(?:=\\"|": ")(.*?)\\?"', text)
    assert len(words) >= len(lesson.figures)
    for each in words:
        assert re.match("(움직이는 )?그림: [^#]+$" if language == "ko" else "(Figure|Moving picture): [^#]+$", each), (
            each
        )


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "language"), EVERY)
def test_jupyter_runs_it(lesson, language, tmp_path):
    """In a kernel of its own, in an empty folder, as a student does."""
    book = nbformat.read(FOLDER / language / f"{lesson.name}.ipynb", as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    NotebookClient(book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    check_outputs(lesson, book)
    assert not list(tmp_path.iterdir())


def test_no_notebook_is_left_over():
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.ipynb")}
    assert found == {f"{language}/{lesson.name}.ipynb" for lesson in lessons() for language in LANGUAGES}
