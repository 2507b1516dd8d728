"""Lesson files: what they hold, and errors that name file, line and mend."""

import pytest

from glassnet.lessons.blocks import Code, Exercise, Predict, Prose
from glassnet.lessons.catalogue import lesson, lessons
from glassnet.lessons.source import parse_lesson, read_lesson
from glassnet.mathematics.checks import DataError, MissingFileError, UnknownNameError

PROSE = "%% ko\n안녕\n%% en\nHello\n"
WHOLE = f"""
{PROSE}
%% code

print(1)

%% prints
1
%% figure curve
draw()
%% predict how-many
%% ko
몇 개?
%% en
How many?
%% ko
둘째 문단
%% en
A second one
%% figure answer
draw()
%% exercise nand
{PROSE}%% code
def nand(x1, x2):
    ...
"""


def test_a_whole_lesson(sample):
    lesson = sample(WHOLE)
    assert (lesson.number, lesson.slug, lesson.name, lesson.minutes) == (7, "sample", "07-sample", 25)
    assert lesson.title("ko") == "견본"
    assert lesson.title("en") == "A sample"
    assert lesson.lectures == ("000 XOR 문제", "002 퍼셉트론의 한계")
    assert [type(block) for block in lesson.blocks] == [Prose, Code, Code, Predict, Exercise]
    assert lesson.blocks[0].text("ko") == "안녕"
    assert lesson.blocks[1] == Code(line=16, text="print(1)", prints="1", figure=None)
    assert [prose.en for prose in lesson.blocks[3].prose] == ["How many?", "A second one"]
    assert lesson.blocks[3].name == "how-many"
    assert lesson.figures == ("curve", "answer")
    assert [exercise.name for exercise in lesson.exercises] == ["nand"]
    assert [cell.text.split("(")[0] for cell in lesson.cells] == ["print", "draw", "draw", "def nand"]


def test_code_keeps_its_inner_lines(sample):
    (cell,) = sample("%% code\nif True:\n\n    x = 1\n").cells
    assert cell.text == "if True:\n\n    x = 1"


@pytest.mark.parametrize(
    ("blocks", "line", "words"),
    [
        ("%% ko\n안녕\n%% code\nx = 1\n", 8, "ko stands without its en"),
        ("%% ko\n안녕\n", 8, "ko stands without its en"),
        ("%% en\nHello\n", 8, "en stands without the ko"),
        ("%% prints\n1\n", 8, "prints stands without code"),
        ("%% code\nprint(1)\n%% prints\n1\n%% prints\n1\n", 12, "prints stands without code"),
        ("%% cod\nx = 1\n", 8, r"no block.*Did you mean 'code'"),
        ("%%time\nx = 1\n", 8, "no block"),
        ("%% code\n\n%% ko\n", 8, "code block is empty"),
        (PROSE + "%% ko\n\n%% en\nx\n", 12, "ko block is empty"),
        ("%% code\n\nx = 1\ny = = 2\n", 11, "no Python"),
        ("%% code x\nx = 1\n", 8, "has no name"),
        ("%% figure\nx = 1\n", 8, "needs a name"),
        ("%% figure Two Lines\nx = 1\n", 8, "needs a name"),
        ("%% figure a\nx\n%% figure a\nx\n", 10, "called 'a'; the first is in line 8"),
        ("%% exercise a\n" + PROSE + "%% code\nx\n%% exercise a\n" + PROSE + "%% code\nx\n", 15, "first is in line 8"),
        ("%% exercise a\n%% code\nx\n", 8, "no prose"),
        ("%% predict a\n" + PROSE, 8, "no code"),
        ("%% predict a\nWhat?\n", 9, "Begin its prose with"),
        ("%% lesson\nnumber: 8\n", 8, "second header"),
    ],
)
def test_mistakes_name_file_and_line(sample, blocks, line, words):
    with pytest.raises(DataError, match=rf"^07-sample\.md, line {line}: .*{words}"):
        sample(blocks)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("minutes: 25\n", "", 1, "no minutes. Add a line `minutes: …`"),
        ("minutes: 25", "minutes: soon", 7, "whole number of at least 1, got 'soon'"),
        ("number: 7", "number: 0", 2, "whole number"),
        ("slug: sample", "slug: A Sample", 3, "slug must be"),
        ("slug: sample", "slug: other", 1, "make the name 07-other.md"),
        ("title_en: A sample", "title_em: A sample", 5, "Did you mean 'title_en'"),
        ("title_en: A sample", "title_en:", 5, "title_en is empty"),
        ("slug: sample", "number: 7", 3, "twice"),
        ("%% lesson", "Hello\n%% lesson", 1, "text before the first block"),
        ("%% lesson\nnumber: 7", "%% ko\nnumber: 7", 1, "begins with its header"),
    ],
)
def test_mistakes_of_the_header(sample, old, new, line, words):
    with pytest.raises(DataError, match=rf"^07-sample\.md, line {line}: .*{words}"):
        sample(PROSE, old, new)


def test_an_empty_file():
    with pytest.raises(DataError, match="line 1: a lesson begins with its header"):
        parse_lesson("")


def test_files(tmp_path, sample):
    with pytest.raises(MissingFileError):
        read_lesson(tmp_path / "07-sample.md")
    (tmp_path / "07-sample.md").write_bytes("%% lesson\n".encode("utf-16"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_lesson(tmp_path / "07-sample.md")


def test_the_catalogue_is_in_order():
    numbers = [found.number for found in lessons()]
    assert numbers == sorted(set(numbers))
    assert 2 in numbers


@pytest.mark.parametrize("which", [2, "2", "02", "perceptron", "02-perceptron", " Perceptron "])
def test_a_lesson_by_any_of_its_names(which):
    assert lesson(which).name == "02-perceptron"


@pytest.mark.parametrize("which", [0, -1, "", "999", "../secret"])
def test_no_such_lesson(which):
    with pytest.raises(UnknownNameError, match="There is no lesson"):
        lesson(which)
