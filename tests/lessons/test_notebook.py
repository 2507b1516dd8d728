"""Notebooks: valid, the same cells in both languages, real outputs, and nothing of the solutions."""

import json
import re

import pytest

from glassnet.lessons.build import build, main
from glassnet.lessons.catalogue import lesson
from glassnet.lessons.execution import run_lesson
from glassnet.lessons.notebook import notebook, notebook_json
from glassnet.mathematics.checks import ArgumentError, DataError

BLOCKS = """\
%% ko
문단
%% en
A paragraph
%% ko
문단
%% en
A paragraph
%% code
print("a\\nb")
%% prints
a
b
%% figure dot
class Dot:
    def _repr_svg_(self):
        return "<svg/>"
Dot()
%% exercise nand
%% ko
과제
%% en
The task
%% code
print(...)
"""


@pytest.fixture
def books(sample):
    found = sample(BLOCKS)
    run = run_lesson(found)
    return {language: notebook(found, language, run) for language in ("ko", "en")}


@pytest.fixture(scope="module")
def real():
    return run_lesson(lesson("perceptron"))


def check_by_hand(book):
    """What nbformat 4.5 asks of the fields that are used here."""
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in ids)
    for cell in book["cells"]:
        wanted = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            wanted |= {"execution_count", "outputs"}
        assert set(cell) == wanted
        assert all(isinstance(line, str) for line in cell["source"])


def test_valid(books, real):
    for book in (*books.values(), notebook(real.lesson, "ko", real), notebook(real.lesson, "en")):
        check_by_hand(json.loads(notebook_json(book)))


def test_valid_as_nbformat_sees_it(books, real):
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed: its schema is not asked")
    for book in (*books.values(), notebook(real.lesson, "ko", real)):
        nbformat.validate(json.loads(notebook_json(book)))


def test_cells_in_order(books):
    cells = books["en"]["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    assert [cell["cell_type"] for cell in cells] == [
        "markdown", "code", "markdown", "markdown", "code", "code", "markdown", "code",
    ]  # fmt: skip
    assert sources[0].startswith("# 7. A sample\n")
    assert "25 minutes" in sources[0]
    assert 'gn.lessons.language("en")' in sources[1]
    assert "%pip install --quiet glassnet" in sources[1]
    assert sources[2] == "A paragraph"
    assert sources[6].startswith("### Exercise: nand")
    assert sources[6].endswith("The task")


def test_both_languages_have_the_same_code_and_outputs(books):
    def code(book):
        return [cell for cell in book["cells"] if cell["cell_type"] == "code"][1:]

    assert code(books["ko"]) == code(books["en"])
    assert [cell["id"] for cell in books["ko"]["cells"]] == [cell["id"] for cell in books["en"]["cells"]]
    assert "".join(books["ko"]["cells"][2]["source"]) == "문단"
    assert 'gn.lessons.language("ko")' in "".join(books["ko"]["cells"][1]["source"])


def test_outputs(books):
    printed, shown, exercise = [cell for cell in books["ko"]["cells"] if cell["cell_type"] == "code"][1:]
    assert printed["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["a\n", "b\n"]}]
    assert shown["outputs"][0]["data"] == {"image/svg+xml": ["<svg/>"], "text/plain": ["<Dot>"]}
    assert (printed["execution_count"], shown["execution_count"]) == (2, 3)
    assert exercise["outputs"] == []
    assert exercise["execution_count"] is None


def test_without_a_run_there_are_no_outputs(sample):
    book = notebook(sample(BLOCKS), "en")
    assert all(cell.get("outputs", []) == [] for cell in book["cells"])


def test_a_change_leaves_the_ids_of_other_cells(sample, books):
    longer = notebook(sample("%% ko\n새\n%% en\nNew\n" + BLOCKS), "en")
    before = [cell["id"] for cell in books["en"]["cells"]]
    assert [cell["id"] for cell in longer["cells"] if "".join(cell["source"]) != "New"] == before


def test_solutions_stay_out(real):
    text = notebook_json(notebook(real.lesson, "en", real))
    assert "lesson_02" not in text
    assert "-0.5 * x1 - 0.5 * x2 + 0.7" not in text


def test_pictures_are_in_the_notebook(real):
    book = notebook(real.lesson, "ko", real)
    kinds = [kind for cell in book["cells"] for out in cell.get("outputs", []) for kind in out.get("data", {})]
    assert kinds.count("image/png") == len(real.lesson.figures)


def test_an_unknown_language(sample):
    with pytest.raises(ArgumentError, match="language must be one of"):
        notebook(sample(BLOCKS), "fr")


def test_build_writes_both_folders(sample, tmp_path):
    paths = list(build(tmp_path, [sample(BLOCKS)]))
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == ["ko/07-sample.ipynb", "en/07-sample.ipynb"]
    for path in paths:
        check_by_hand(json.loads(path.read_text(encoding="utf-8")))
    first = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in build(tmp_path, [sample(BLOCKS)])] == first


def test_build_refuses_a_lesson_that_does_not_do_what_it_says(sample, tmp_path):
    with pytest.raises(DataError, match="line 9: the cell does not print"):
        list(build(tmp_path, [sample("%% code\nprint(1)\n%% prints\n2\n")]))
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_could_not_write(tmp_path, capsys, monkeypatch, sample):
    monkeypatch.setattr("glassnet.lessons.build.lessons", lambda: (sample("%% code\nx = 1\n"),))
    assert main([str(tmp_path)]) == 0
    assert "07-sample.ipynb" in capsys.readouterr().out
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file")]) == 1
    assert "file" in capsys.readouterr().err
