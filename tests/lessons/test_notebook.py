"""Notebooks: valid, the same cells in both languages, real outputs, and nothing of the solutions."""

import base64
import json
import re
from importlib import metadata
from xml.etree import ElementTree as ET

import pytest

from glassnet.lessons.build import build, main
from glassnet.lessons.catalogue import lesson
from glassnet.lessons.execution import run_lesson
from glassnet.lessons.notebook import notebook, notebook_json
from glassnet.mathematics.checks import ArgumentError, DataError
from glassnet.version import __version__

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
    assert f'%pip install --quiet --find-links . "glassnet>={__version__}"' in sources[1]
    assert sources[2] == "A paragraph"
    assert sources[6].startswith("### Exercise: nand")
    assert sources[6].endswith("The task")


def test_both_languages_have_the_same_code_and_outputs(books):
    def code(book):
        cells = json.loads(json.dumps([cell for cell in book["cells"] if cell["cell_type"] == "code"][1:]))
        for output in (output for cell in cells for output in cell["outputs"]):
            output.get("data", {}).pop("text/html", None)  # its words are in the reader's language
        return cells

    assert code(books["ko"]) == code(books["en"])
    assert [cell["id"] for cell in books["ko"]["cells"]] == [cell["id"] for cell in books["en"]["cells"]]
    assert "".join(books["ko"]["cells"][2]["source"]) == "문단"
    assert 'gn.lessons.language("ko")' in "".join(books["ko"]["cells"][1]["source"])


def test_outputs(books):
    printed, shown, exercise = [cell for cell in books["ko"]["cells"] if cell["cell_type"] == "code"][1:]
    assert printed["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["a\n", "b\n"]}]
    (output,) = shown["outputs"]
    fits = 'style="max-width: 100%; height: auto"'
    image = f'<img alt="그림: 견본 (dot)" {fits} src="data:image/svg+xml;base64,PHN2Zy8+">'
    assert output["data"] == {"image/svg+xml": ["<svg/>"], "text/plain": ["<Dot>"], "text/html": [image]}
    assert (output["output_type"], output["execution_count"]) == ("execute_result", 3)
    assert (printed["execution_count"], shown["execution_count"]) == (2, 3)
    assert exercise["outputs"] == []
    assert exercise["execution_count"] is None


PICTURES = """\
%% ko
## 문 {$x_1$}
%% en
## Gates "of" $x_1$
%% figure gate_and
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.set(title="AND", xlabel="$x_1$")
fig
%% code
plt.plot([1, 2])
2 + 3
%% prints
5
%% figure a_dot
class Dot:
    title = "1 < 2"
    def _repr_svg_(self):
        return "<svg/>"
Dot()
"""


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "그림: 문 {x_1}"), ("en", 'Figure: Gates "of" x_1')], ids=["ko", "en"]
)
def test_every_picture_has_words_in_the_language_of_the_notebook(sample, language, words):
    found = sample(PICTURES)
    first, second, third = [cell["outputs"] for cell in notebook(found, language, run_lesson(found))["cells"][-3:]]
    assert first[0]["metadata"] == {"image/png": {"alt": f"{words} (gate and). AND | x_1"}}
    assert [output["output_type"] for output in second] == ["execute_result", "display_data"]
    assert second[0]["data"] == {"text/plain": ["5"]}
    assert second[0]["execution_count"] == 3
    assert second[1]["metadata"] == {"image/png": {"alt": words}}
    tag = ET.fromstring(third[0]["data"]["text/html"][0].replace(">", "/>"))
    assert tag.attrib["alt"] == f"{words} (a dot). 1 < 2"
    assert base64.b64decode(tag.attrib["src"].partition(",")[2]) == b"<svg/>"


@pytest.mark.parametrize(("language", "words"), [("ko", "움직이는 그림: 견본"), ("en", "Moving picture: A sample")])
def test_a_moving_picture_moves_and_has_a_still_one_beside_it(sample, language, words):
    found = sample(
        """\
%% figure a_fit
class Fit:
    def _repr_png_(self):
        return b"still"
    def _repr_html_(self):
        return '<img alt="a fit" src="data:image/gif;base64,R0lG">'
Fit()
"""
    )
    (output,) = notebook(found, language, run_lesson(found))["cells"][-1]["outputs"]
    assert output["data"]["text/html"] == [f'<img alt="{words} (a fit)" src="data:image/gif;base64,R0lG">']
    assert output["data"]["image/png"] == base64.b64encode(b"still").decode()
    assert output["metadata"] == {"image/png": {"alt": f"{words} (a fit)"}}


@pytest.mark.parametrize(
    ("version", "source_is_there", "installs"),
    [
        (__version__, True, False),
        ("99.0.0.dev1", True, False),
        ("0.0.9", True, True),
        (None, True, False),
        (None, False, True),
    ],
)
def test_the_first_cell_installs_only_what_is_missing(sample, monkeypatch, version, source_is_there, installs):
    monkeypatch.setattr(metadata, "version", of_package(version))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if source_is_there else None)
    asked = []

    def install(wanted):
        asked.append(wanted)
        monkeypatch.setattr(metadata, "version", of_package(__version__))

    exec(first_cell(sample, "en"), {"install": install})
    assert asked == [f"glassnet>={__version__}"] * installs


@pytest.mark.parametrize(("language", "words"), [("ko", "설치하지 못했습니다"), ("en", "could not be installed")])
@pytest.mark.parametrize("version", [None, "0.0.9"])
def test_where_installing_fails_the_first_cell_says_what_to_do(sample, monkeypatch, version, language, words):
    monkeypatch.setattr(metadata, "version", of_package(version))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Exception, match=words) as failure:
        exec(first_cell(sample, language), {"install": lambda wanted: None})
    (shown,) = failure.value._render_traceback_()  # what Jupyter shows, without a traceback
    assert f"glassnet-{__version__}-py3-none-any.whl" in shown
    assert "Colab" in shown


def of_package(version):
    def found(name):
        if version is None:
            raise metadata.PackageNotFoundError(name)
        return version

    return found


def first_cell(sample, language):
    """Return the code of a notebook's first cell, with a function in place of pip."""
    setup = "".join(notebook(sample(BLOCKS), language)["cells"][1]["source"])
    code = re.sub(r"%pip install --quiet --find-links \. (.*)", r"install(\1)", setup)
    assert code != setup
    return code


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


def test_the_command_builds_the_lessons_that_are_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("glassnet.lessons.build.build", lambda folder, which: [each.name for each in which])
    assert main([str(tmp_path), "5", "xor"]) == 0
    assert capsys.readouterr().out.split() == ["05-matrices", "03-xor"]
    assert main([str(tmp_path), "99"]) == 1
    assert "There is no lesson '99'" in capsys.readouterr().err
