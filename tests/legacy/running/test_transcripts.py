"""Transcripts: they go on after any error, and what stands around the prompts is told apart."""

import pytest


def notes(outcome):
    return [note.rpartition("t.txt, ")[2] for note in outcome.notes]


def test_it_goes_on_after_what_cannot_be_read(run):
    out, outcome = run(
        ">>> x = (1\n>>> def f(object)\n...     pass\n>>> return 3\n>>> 2 + 2\n4\n", "t.txt", compare=True
    )
    assert out.splitlines()[-1] == "4"
    assert [line.split(":")[0] for line in out.splitlines()[:-1]] == ["SyntaxError"] * 3
    assert notes(outcome) == [
        "line 1: SyntaxError: '(' was never closed",
        "line 2: SyntaxError: expected ':'\n  End the line with a colon.",
        "line 4: SyntaxError: 'return' outside function",
    ]
    assert (outcome.status, outcome.compared) == (1, 1)


def test_errors_that_it_shows_are_no_failure(run):
    _, outcome = run(
        '>>> 1 +\n  File "<stdin>", line 1\n    1 +\n      ^\nSyntaxError: unexpected EOF while parsing\n'
        ">>> [1][2]\nIndexError: list index out of range\n",
        "t.txt",
        compare=True,
    )
    assert (outcome.status, outcome.compared, outcome.notes) == (0, 2, [])


def test_errors_carry_the_mend(run):
    _, outcome = run(">>> file('a')\n", "t.txt")
    assert notes(outcome) == ["line 1: NameError: name 'file' is not defined\n  Python 3 calls it open."]


def test_output_that_begins_with_a_blank(run):
    out, outcome = run(
        ">>> for i in range(2): print(i)\n 0\n 1\n"
        ">>> if True:\n...     print(5)\n 5\n"
        ">>> for i in range(2):\n    print(i)\n\n0\n1\n",
        "t.txt",
        compare=True,
    )
    assert out.split() == ["0", "1", "5", "0", "1"]
    assert (outcome.status, outcome.compared) == (0, 3)


@pytest.mark.parametrize(
    "above",
    [
        (
            "Python 3.6.4 |Anaconda, Inc.| (default, Jan 16 2018, 10:22:32) [MSC v.1900 64 bit (AMD64)] on win32\n"
            'Type "help", "copyright", "credits" or "license" for more information.\n'
        ),
        "$ python\nPython 2.7.12 (default, Nov 19 2016)\n[GCC 5.4.0 20160609] on linux2\n",
        "(base) C:\\Users\\kim> python\n\n",
        "",
    ],
)
@pytest.mark.parametrize("indent", ["", "    "])
def test_banners_and_common_blanks(tmp_path, capsys, above, indent):
    from glassnet.legacy.running.runner import run_script

    path = tmp_path / "t.txt"
    text = f"{above}>>> a = 3\n>>> a\n3"
    path.write_text("".join(f"{indent}{line}\n" for line in text.split("\n")), encoding="utf-8")
    outcome = run_script(path, compare=True)
    assert (capsys.readouterr().out, outcome.status, outcome.compared) == ("3\n", 0, 1)


def test_a_script_that_only_mentions_a_prompt_is_a_script(run):
    assert run('x = 1\ns = """\n>>> x\n"""\nprint(x)')[0] == "1\n"


def test_full_width_signs_and_what_stands_within_texts(run):
    out, outcome = run("print（‘（a）× “b”’， 2 × 3 ÷ 2）\nif 1 ≤ 2：\n\u3000\u3000print(“ok”)\n")
    assert out.splitlines() == ["（a）× “b” 3.0", "ok"]
    assert {note.rpartition("slide.py, ")[2] for note in outcome.notes} == {
        "line 1: typographic signs of a slide became plain ones",
        "line 2: typographic signs of a slide became plain ones",
        "line 3: typographic signs of a slide became plain ones",
        "line 3: the blanks of a slide became plain ones",
    }
