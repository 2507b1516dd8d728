"""Running cells: what they print and show, compared with what the lesson says."""

import base64
import re
import textwrap

import matplotlib as mpl
import numpy as np
import pytest

from glassnet.lessons.execution import run_lesson
from glassnet.lessons.languages import language
from glassnet.lessons.source import parse_lesson

PNG = b"\x89PNG"


@pytest.fixture
def run(sample):
    def run(blocks):
        return run_lesson(sample(textwrap.dedent(blocks)))

    return run


def test_cells_share_a_namespace(run):
    done = run("%% code\nx = 2\n%% code\nprint(x + 1)\n%% prints\n3\n")
    assert done.problems() == []
    assert [cell.printed for cell in done.cells] == ["", "3\n"]
    assert done.seconds >= 0


def test_output_is_compared_as_a_doctest_does(run):
    assert run("%% code\nprint('a   b 0.123 s')\n%% prints\na b ... s\n").problems() == []


def test_a_number_may_be_a_little_off_where_the_lesson_says_so(run):
    blocks = "%% code\nprint('accuracy 0.23, 4e-08')\n%% prints\naccuracy ≈0.25±{}, ≈3e-08{}\n"
    assert run(blocks.format("0.02", "×÷2")).problems() == []
    assert run(blocks.format("0.01", "×÷2")).problems() != []
    assert run(blocks.format("0.02", "×÷1.2")).problems() != []


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ("%% code\nprint(2)\n%% prints\n3\n", "line 9: the cell does not print what stands below it.*3.*2"),
        ("%% code\nprint(2)\n", "line 9: the cell prints, but no `%% prints`"),
        ("%% code\n1 + 1\n", "no `%% prints`.*2"),
        ("%% code\nx = 1\n%% prints\n1\n", "does not print"),
        ("%% code\nimport warnings\nwarnings.warn('odd')\n", "warns.*UserWarning: odd"),
        ("%% code\nimport sys\nx = sys.stderr.write('odd')\n", "standard error.*odd"),
        ("%% figure a\nx = 1\n", "figure a shows no picture"),
        ("%% code\nx = 1\n\nraise SystemExit(3)\n", "line 9: the cell fails"),
        ("%% code\nx = 1\n\nx / 0\n", 'cell fails.*07-sample.md", line 11.*ZeroDivisionError'),
    ],
)
def test_problems_are_told_with_the_line(run, blocks, words):
    (problem,) = run(blocks).problems()
    assert problem.startswith("07-sample.md, line 9: ")
    assert re.search(words, problem, re.DOTALL), problem


def test_after_a_failure_the_rest_is_not_run(run):
    done = run("%% code\n1 / 0\n%% code\nx = 1\n")
    assert len(done.cells) == 1
    assert done.of(done.lesson.cells[1]) is None


def test_a_value_at_the_end_counts_as_printed_unless_hidden(run):
    done = run("%% code\nprint(1)\n[2, 3]\n%% prints\n1\n[2, 3]\n%% code\n5;\n%% code\nNone\n")
    assert done.problems() == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax", "image/png"),
        ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.set_title('a');", "image/png"),
        ("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", "image/png"),
        ("import matplotlib.pyplot as plt\nplt.figure()", "image/png"),
        ("import glassnet as gn, numpy as np\ngn.plots.digit_grid(np.eye(28)[None])", "image/png"),
        ("class A:\n    def _repr_svg_(self):\n        return '<svg/>'\nA()", "image/svg+xml"),
        ("class A:\n    def _repr_html_(self):\n        return '<b>a</b>'\nA()", "text/html"),
    ],
)
def test_pictures(run, code, kind):
    done = run(f"%% figure one\n{code}\n%% code\ny = 1\n")
    assert done.problems() == []
    (picture,) = done.cells[0].pictures
    assert kind in picture.data
    if kind == "image/png":
        assert base64.b64decode(picture.data[kind]).startswith(PNG)
    assert done.cells[0].printed == ""
    assert done.cells[1].pictures == ()  # a figure is shown once


def test_words_of_a_figure_are_its_titles_and_axes(run):
    done = run(
        """\
        %% figure one
        import matplotlib.pyplot as plt
        fig, (left, right) = plt.subplots(1, 2)
        left.set(title="AND", xlabel="$x_1$", ylabel="y")
        right.set(title="AND", ylabel="y")
        fig.suptitle("Gates")
        fig
        """
    )
    (picture,) = done.cells[0].pictures
    assert picture.words == "Gates; AND | $x_1$; y"


def test_a_lesson_leaves_nothing_behind(run):
    done = run(
        """\
        %% code
        import matplotlib as mpl, numpy as np, matplotlib.pyplot as plt
        import glassnet as gn
        np.set_printoptions(precision=1)
        mpl.rcParams["lines.linewidth"] = 9
        old = gn.lessons.language("ko")
        plt.figure();
        """
    )
    assert done.problems() == []
    assert np.get_printoptions()["precision"] == 8
    assert mpl.rcParams["lines.linewidth"] == 1.5
    assert language() == "en"
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


def test_exercises_print_their_verdict_freely(run):
    done = run("%% exercise a\n%% ko\n가\n%% en\na\n%% code\nprint('anything')\n")
    assert done.problems() == []


def test_what_glassnet_says_of_the_machine_is_passed_on_and_no_complaint(capsys):
    header = "number: 1\nslug: a\ntitle_ko: a\ntitle_en: a\nlectures: 001\nminutes: 1"
    code = "import sys\nprint('glassnet: compiling', file=sys.stderr)\nprint('oh no', file=sys.stderr)"
    run = run_lesson(parse_lesson(f"%% lesson\n{header}\n%% code\n{code}\n"))
    assert capsys.readouterr().err == "glassnet: compiling\n"
    assert len(run.problems()) == 1
    assert "oh no" in run.problems()[0]
    assert "compiling" not in run.problems()[0]
