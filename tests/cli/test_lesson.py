import json
import os
import stat
from collections import Counter

import pytest
from rich.cells import cell_len

from glassnet.lessons.catalogue import lessons


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_lists_the_lessons(glassnet):
    status, lines, _ = glassnet("lesson")
    assert status == 0
    row = next(line for line in lines if "The perceptron" in line)
    assert row.split()[0] == "2"
    assert "35" in row.split()


def test_lists_in_the_language_asked_for_or_of_the_locale(glassnet, monkeypatch):
    assert any("퍼셉트론: 직선" in line for line in glassnet("lesson", "--lang", "ko")[1])
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert any("퍼셉트론: 직선" in line for line in glassnet("lesson")[1])
    assert any("The perceptron" in line for line in glassnet("lesson", "--lang", "en")[1])


@pytest.mark.parametrize("columns", ["60", "71", "83", "100", "200", "x", "0"])
def test_no_letter_is_lost_where_korean_lines_wrap(glassnet, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    listed = glassnet("lesson", "--lang", "ko")[1]
    width = int(columns) if columns.isdecimal() and columns != "0" else 100
    assert max(map(cell_len, listed)) <= width
    letters = Counter("".join(listed))
    for lesson in lessons():
        letters.subtract(lesson.title_ko + "; ".join(lesson.lectures))
    assert {letter for letter, left in letters.items() if left < 0} <= {" "}


def test_no_letter_of_a_table_is_lost_either(glassnet, monkeypatch):
    def letters(columns):
        monkeypatch.setenv("COLUMNS", columns)
        return Counter("".join(glassnet("lesson", "1", "--lang", "ko")[1]).replace("─", "").replace(" ", ""))

    assert letters("60") == letters("100") == letters("3000")


@pytest.mark.parametrize("columns", ["60", "100"])
def test_prose_wraps_and_code_does_not_where_a_program_reads(glassnet, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    for lesson in lessons()[1:4]:
        lines = glassnet("lesson", lesson.number, "--lang", "ko")[1]
        code = {f"    {line}".rstrip() for cell in lesson.cells for line in cell.text.splitlines()}
        assert code <= set(lines)
        assert any(len(line) > 60 for line in code)
        prose = [line for line in lines if not line.startswith("    ")]
        assert int(columns) - 10 < max(map(cell_len, prose)) <= int(columns)


@pytest.mark.parametrize("name", ["2", "02", "percep", "02-perc", "퍼셉트론", "퍼셉", "뉴런", "the perceptron"])
def test_a_lesson_by_part_of_its_names(glassnet, name):
    assert json.loads(glassnet("lesson", name, "--json")[1][-1])["number"] == 2


@pytest.mark.parametrize(("name", "number"), [("층", 5), ("이유", 3), ("whole", 5)])
def test_a_lesson_by_a_word_of_its_title(glassnet, name, number):
    assert json.loads(glassnet("lesson", name, "--json")[1][-1])["number"] == number


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("999",), "'999'에 맞는 과가 없습니다"),
        (("오차역전법",), "혹시 '오차역전파법'?"),
        (("m",), "5 matrices, 11 mnist, 12 manifold. 하나를 고르세요."),
        (("2", "--notebook", "a.txt"), ".ipynb로 끝나야 하는데 a.txt입니다"),
        (("2", "--notebook", "missing/"), "missing/ 폴더가 없습니다"),
        (("2", "--force"), "--notebook을 붙이거나"),
        (("--run",), "--run에는 과가 필요합니다"),
    ],
)
def test_errors_are_in_the_language_asked_for(glassnet, arguments, words):
    status, _, error = glassnet("lesson", *arguments, "--lang", "ko")
    assert status == 1
    assert words in error


def test_figures_are_told_of_in_the_language_asked_for(glassnet):
    assert any(
        "[그림 three_gates_three_lines: --notebook으로 보세요]" in line
        for line in glassnet("lesson", "2", "--run", "--lang", "ko")[1]
    )


def test_lists_in_json(glassnet):
    status, lines, _ = glassnet("lesson", "--json", "--lang", "ko")
    assert status == 0
    result = json.loads(lines[-1])
    assert result["language"] == "ko"
    assert [entry["number"] for entry in result["lessons"]] == [lesson.number for lesson in lessons()]
    assert {"number", "slug", "title", "minutes", "lectures"} == set(result["lessons"][0])


def test_reads_a_lesson(glassnet):
    status, lines, _ = glassnet("lesson", "2")
    text = "\n".join(lines)
    assert status == 0
    assert "w₁ x₁ + w₂ x₂ > θ" in text
    assert "$" not in text.replace("$w_1", "").replace("$x_", "").replace('$"', "").replace("2$", "")
    assert "Exercise: nand" in text
    assert "def nand(x1, x2):" in text
    assert "Converged: epoch 6" not in text  # that is an output
    korean = "\n".join(glassnet("lesson", "perceptron", "--lang", "ko")[1])
    assert "임계값" in korean
    assert "연습 문제: nand" in korean


def test_runs_a_lesson(glassnet):
    status, lines, _ = glassnet("lesson", "2", "--run")
    text = "\n".join(lines)
    assert status == 0
    assert "Converged: epoch 6 made no mistake" in text
    assert "[figure three_gates_three_lines: see it by --notebook]" in text


def test_a_lesson_in_json(glassnet):
    result = json.loads(glassnet("lesson", "2", "--json")[1][-1])
    assert result["slug"] == "perceptron"
    assert result["notebook"]["nbformat"] == 4


def test_writes_a_notebook_and_never_over_one(glassnet, tmp_path):
    status, lines, _ = glassnet("lesson", "2", "--notebook", "--lang", "ko")
    path = tmp_path / "02-perceptron.ipynb"
    assert (status, lines) == (0, ["02-perceptron.ipynb"])
    book = json.loads(path.read_text(encoding="utf-8"))
    assert book["metadata"]["glassnet"] == {"language": "ko", "lesson": 2}
    path.write_text("my answers")
    status, _, error = glassnet("lesson", "2", "--notebook")
    assert status == 1
    assert "is there already" in error
    assert path.read_text() == "my answers"
    assert glassnet("lesson", "2", "--notebook", "--force")[0] == 0
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["glassnet"]["language"] == "en"
    assert [file.name for file in tmp_path.iterdir()] == ["02-perceptron.ipynb"]


def test_a_notebook_where_and_how_it_is_wanted(glassnet, tmp_path):
    (tmp_path / "mine").mkdir()
    assert glassnet("lesson", "2", "--notebook", "mine")[1] == ["mine/02-perceptron.ipynb"]
    status, lines, _ = glassnet("lesson", "2", "--notebook", tmp_path / "a.ipynb", "--run", "--json")
    assert status == 0
    assert json.loads(lines[-1]) == {"notebook": str(tmp_path / "a.ipynb"), "language": "en", "opened": False}
    text = (tmp_path / "a.ipynb").read_text(encoding="utf-8")
    assert "image/png" in text
    assert "Converged: epoch 6" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("999",), "There is no lesson '999'"),
        (("percepton",), "Did you mean 'perceptron'"),
        (("오차역전법",), "Did you mean '오차역전파법'"),
        (("m",), "5 matrices, 11 mnist, 12 manifold fit. Name one."),
        (("",), "There is no lesson ''"),
        (("2", "--notebook", "a.txt"), "a notebook's name ends in .ipynb"),
        (("2", "--notebook", "missing/"), "the folder missing/ is not there"),
        (("2", "--notebook", "missing/a.ipynb"), "cannot be written"),
        (("2", "--force"), "Add --notebook"),
        (("--notebook",), "--notebook needs a lesson"),
        (("--run",), "--run needs a lesson"),
        (("--open",), "--open needs a lesson"),
    ],
)
def test_wrong_wishes_get_a_sentence(glassnet, tmp_path, arguments, words):
    status, _, error = glassnet("lesson", *arguments)
    assert status == 1
    assert words in error
    assert "mistake in glassnet" not in error
    assert list(tmp_path.iterdir()) == []


def test_wrong_language(glassnet):
    status, _, error = glassnet("lesson", "2", "--lang", "fr")
    assert status == 2
    assert "'fr'" in error


@pytest.fixture
def jupyter(tmp_path_factory, monkeypatch):
    """A Jupyter that notes what it is asked to open."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "jupyter-lab"
    script.write_text(f'#!/bin/sh\necho "$1" > "{folder}/opened"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setattr("sys.executable", str(folder / "python"))
    return folder


def test_opens_jupyter(glassnet, jupyter, tmp_path):
    status, lines, _ = glassnet("lesson", "2", "--open")
    assert (status, lines) == (0, ["02-perceptron.ipynb"])
    assert (jupyter / "opened").read_text() == "02-perceptron.ipynb\n"


def test_says_how_where_there_is_no_jupyter(glassnet, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    status, _, error = glassnet("lesson", "2", "--open")
    assert status == 1
    assert "pip install jupyterlab" in error
    assert (tmp_path / "02-perceptron.ipynb").is_file()


def test_help_teaches_by_example(glassnet):
    status, lines, _ = glassnet("lesson", "--help")
    assert status == 0
    assert "  glassnet lesson xor --lang ko              by its name, in Korean" in lines
