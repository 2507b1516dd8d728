"""docs/lecture-map.md: each page of the lectures has a row, and what a row names exists."""

import ast
import re
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import pytest

import glassnet as gn
from glassnet.lessons.catalogue import lessons

ROOT = Path(__file__).parents[2]
MAP = ROOT / "docs" / "lecture-map.md"
LECTURES = ROOT.parent / "shared" / "lectures"
RUNS_A_LESSON = "lessons/test_every_lesson.py::test_a_lesson_does_what_it_says"

# How the pages of each text begin: the slides' titles, or the first words where a title was lost.
TITLES = {
    "000": r"Machine Learning & Deep Learning$(?=\n\n손영두|\n\n\n\n# 신경망의 학습: learning rate)"
    r"|# \*\*Deep Learning\*\*$"
    r"|# XOR 문제$|# 다층 메셉트론|- \*\*▼ 신경망의 학습\*\*|- \*\*Gradient Descent Algorithm\*\*"
    r"|# 신경망의 학습(?:: learning rate\?)?$|- Recall: Chain Rule|- \*\*■\*\* Backpropagation in general"
    r"|# 신경망의 디자인: |# \*\*Types of activation functions\*\*$|Sigmoid Activation Function$"
    r"|\*\*Hyperbolic Tangent Activation Function\*\*|Rectified Linear Unit \(ReLU\) Activation Function$"
    r"|Leaky ReLU max\(0\.1x, x\)$|# \*\*Exponential ReLU Activation Function\*\*$|Leaky ReLU Activation Function$"
    r"|#+ 실습 [-–] ",
    "001": r"딥러닝\(Deep Learning\)$|퍼셉트론 (?:알아보기|기본 구조|동작원리)$|퍼셉트론과 신경망$|인공 신경망이란\?$"
    r"|활성화 함수(?:의 등장|의 기본 이해| ?- .*|의 종류)$|다층 신경망(?: 일부 연산 확인)?$|신경망을 행렬로 표시\(\d\)$"
    r"|행렬의 내적\(예제\)$|행렬의 곱에서 유의하기$|다차원 배열 연산 예제$|Cost function, loss function$"
    r"|Cost Function에 대해 알아보기$|예측 모델과 cost function$|모델의 목표는 비용을 최소화$"
    r"|W값에 따른 cost 값 구하기$"
    r"|Loss function – .*$|경사 하강 알고리즘(?:\(Gradient descent algorithm\))?$"
    r"|비용함수를 이용해서 어떻게 .*\?$|정리해 보기$",
    "002": r"Deep Learning with Python$|with Python$|Python 기초$(?!\n\nPython 기초)|Python 기초 : .*$"
    r"|Neurons vs\. Units$"
    r"|- 다수의 신호를 입력으로 받아|퍼셉트론과 논리회로 *$|퍼셉트론 구현 *$|퍼셉트론의 한계 *$|XOR 문제 : 층을 하나 더"
    r"|Neural Networks$|Example of NN *$|Activation Function\( 활성화 함수\) *$|Various Activation Functions *$"
    r"|Implementation of 3 Layered NN|MNIST .*$(?=\n\nNeural Network :)|Data in Deep Learning$"
    r"|Loss Function$(?=\n\nNeural Network :)|Why we have to set|Neural Network :Loss Function$(?=\n\n- 미분은)"
    r"|수치 ?(?:편)?미분의 예$|신경망에서의 기울기$|Neural Network :Backpropagation$(?=\n\n- Training)"
    r"|Computational Graph\( 계산 그래프\)$|Chain Rule\( 연쇄법칙\)$|Backpropagation\( 역전파\) : "
    r"|사과 쇼핑의 역전파 예$"
    r"|Backpropagation : |Backpropagation 실제 구현 : |다시 보기$",
    "003": r"7주차\(2/3\)$|순방향 신경망 예제$(?!\n\n파이썬으로)|\d\. 인공 신경망(?: 구조| 구현| 구현 코드)? ?: .*$",
    "004": r"# (?!batch processing)",
}  # fmt: skip


class Row(NamedTuple):
    """A page: the cells of its row, split where they list several."""

    lecture: str
    page: int
    begins: str
    shows: str
    lessons: list[str]
    functions: list[str]
    figures: list[str]
    tests: list[str]

    def __str__(self):
        return f"{self.lecture} page {self.page}"


def listed(cell):
    return [] if cell == "–" else cell.split(", ")


@cache
def rows():
    found, lecture = [], ""
    for line in MAP.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## Lecture (\d{3}): ", line):
            lecture = heading[1]
        elif lecture and re.match(r"\| \d", line):
            page, begins, shows, *lists = (cell.strip() for cell in line.strip("|").split(" | "))
            found.append(Row(lecture, int(page), begins, shows, *map(listed, lists)))
    return found


def of(lecture):
    return [row for row in rows() if row.lecture == lecture]


def each(column):
    """Every different entry of a column, with the first page that names it."""
    return sorted({entry: str(row) for row in reversed(rows()) for entry in getattr(row, column)}.items())


@cache
def figures():
    """The figures of the lessons as the map writes them: the lesson's number and the name."""
    named = set()
    for lesson in lessons():
        text = (Path(gn.lessons.__file__).parent / "texts" / f"{lesson.name}.md").read_text(encoding="utf-8")
        named |= {f"{lesson.name[:2]} {figure}" for figure in re.findall(r"^%% figure (\w+)$", text, re.MULTILINE)}
    return named


@cache
def defined_in(path):
    """The tests that a file defines, as name or Class::name."""
    defined = set()
    for node in ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            defined.add(node.name)
        elif isinstance(node, ast.ClassDef):
            defined |= {f"{node.name}::{method.name}" for method in node.body if isinstance(method, ast.FunctionDef)}
    return {name for name in defined if name.split("::")[-1].startswith("test_")}


@pytest.mark.parametrize("lecture", TITLES)
def test_no_page_is_without_a_row(lecture):
    text = MAP.read_text(encoding="utf-8")
    count = int(re.search(rf"^## Lecture {lecture}: (\d+) pages$", text, re.MULTILINE)[1])
    assert f"| {lecture} | {count} |" in text.splitlines()
    assert [row.page for row in of(lecture)] == list(range(1, count + 1))
    assert all(row.begins and row.shows and row.lessons for row in of(lecture))


def test_a_page_that_shows_something_has_a_test_and_more():
    without = [row for row in rows() if not row.tests]
    assert [
        str(row) for row in without if not re.match("title page|divider|what (will be|was) learned", row.shows)
    ] == []
    assert all(not row.figures and not row.functions for row in without)


@pytest.mark.parametrize(("entry", "page"), each("lessons"))
def test_every_lesson_is_there_in_both_languages(entry, page):
    name = {lesson.name[:2]: lesson.name for lesson in lessons()}[entry.strip("[]")]
    text = MAP.read_text(encoding="utf-8")
    assert f"{entry}: ../lessons/en/{name}.ipynb" in text.splitlines(), page
    for language in ("en", "ko"):
        assert f"](../lessons/{language}/{name}.ipynb)" in text
        assert (ROOT / "lessons" / language / f"{name}.ipynb").is_file()


@pytest.mark.parametrize(("entry", "page"), each("functions"))
def test_every_function_is_there(entry, page):
    assert re.fullmatch(r"`gn\.\w+(\.\w+)*`", entry), page
    assert attrgetter(entry.strip("`").removeprefix("gn."))(gn) is not None


@pytest.mark.parametrize(("entry", "page"), each("figures"))
def test_every_figure_is_there(entry, page):
    assert entry.strip("`") in figures(), page


def test_a_figure_is_in_a_lesson_of_its_row():
    assert [str(row) for row in rows() if not {f"[{name[1:3]}]" for name in row.figures} <= set(row.lessons)] == []


@pytest.mark.parametrize(("entry", "page"), each("tests"))
def test_every_test_is_there(entry, page):
    path, _, name = entry.strip("`").partition("::")
    if lesson := re.fullmatch(r"\[(.+)\]", path):  # short for the run of a lesson
        assert lesson[1] in {lesson.name for lesson in lessons()}, page
        path, _, name = RUNS_A_LESSON.partition("::")
    assert (ROOT / "tests" / path).is_file(), page
    assert name in defined_in(path), page


def pages(text, lecture):
    """Split a lecture's text where its pages begin."""
    starts = [match.start() for match in re.finditer(rf"^ ?(?:{TITLES[lecture]})", text, re.MULTILINE)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def letters(text):
    """Letters and digits alone: blanks and signs, such as those before a title, are often misread."""
    return re.sub(r"[^0-9A-Za-z가-힣]", "", text)


@pytest.mark.skipif(not LECTURES.is_dir(), reason=f"{LECTURES} with the lectures' texts is not there")
@pytest.mark.parametrize("lecture", TITLES)
def test_the_pages_are_those_of_the_lectures_text(lecture):
    (path,) = LECTURES.glob(f"{lecture}_*.txt")
    text = path.read_text(encoding="utf-8")
    found = pages(text, lecture)
    assert "".join(found).strip() == text.strip()  # nothing stands before the first page
    assert len(found) == len(of(lecture))
    for row, page in zip(of(lecture), found, strict=True):
        assert letters(page).startswith(letters(row.begins)), row
