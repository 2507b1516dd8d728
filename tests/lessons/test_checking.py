"""Verdicts: in either language, and never a traceback, whatever the answer does."""

import sys

import numpy as np
import pytest

import glassnet as gn
from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of
from glassnet.lessons.checking import Verdict, check, find_checker
from glassnet.lessons.placeholders import is_unanswered
from glassnet.lessons.review import RUBBISH
from glassnet.mathematics.checks import ArgumentError, UnknownNameError


def right(x1, x2):
    return int(-0.5 * x1 - 0.5 * x2 + 0.7 > 0)


def test_a_right_answer(capsys):
    verdict = gn.lessons.check("02.nand", right)
    assert verdict
    assert verdict.problems == ()
    assert capsys.readouterr().out == "02.nand: right.\n"


def test_the_words_follow_the_language(capsys):
    assert gn.lessons.language("ko") == "ko"
    check("02.nand", right)
    check("02.nand", ...)
    check("02.nand", lambda x1, x2: 1)
    said = capsys.readouterr().out
    assert "02.nand: 맞았습니다." in said
    assert "아직 답하지 않았습니다" in said
    assert "nand(1, 1)은 0이어야 하는데 1입니다" in said
    assert gn.lessons.language() == "ko"


def test_an_unknown_language_leaves_the_old():
    with pytest.raises(ArgumentError, match="language must be one of"):
        gn.lessons.language("fr")
    assert gn.lessons.language() == "en"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ko", "LANG": "en"}, "ko"),
        ({}, "en"),
    ],
)
def test_the_first_language_is_that_of_the_locale(monkeypatch, environment, expected):
    from glassnet.lessons.languages import of_locale

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert of_locale() == expected


def name_of(answer):
    return getattr(answer, "__name__", str(answer))


def unwritten():
    def body(x1, x2): ...

    def with_docstring(x1, x2):
        """Fill this in."""

    def passing(x1, x2):
        pass

    def value_missing(x1, x2):
        y = ...
        return x1 + y

    def values_missing(x):
        a, b = ..., ...
        return a * x + b

    def returns_it(x):
        return ...

    def adds_it(x):
        return x + ...

    class Layer:
        def forward(self, x): ...

    return [
        None, ..., "", "...", (1, ...), [...], {"w": ...},
        body, with_docstring, passing, value_missing, values_missing, returns_it, adds_it, Layer, lambda x: ...,
    ]  # fmt: skip


@pytest.mark.parametrize("answer", unwritten(), ids=name_of)
def test_not_yet_answered(capsys, answer):
    verdict = check("02.nand", answer)
    assert not verdict
    assert not verdict.answered
    assert capsys.readouterr().out.startswith("02.nand: not yet answered.")


def written():
    def index(x):
        return x[..., 0]

    def assigns(x):
        x[...] = 1
        return x[..., None, :]

    def constant(x):
        return 0

    class Layer:
        size = 3

        def forward(self, x):
            return x

    return [0, False, "text", (0, None), np.zeros(2), index, assigns, constant, Layer, np.sum, lambda: 1]


@pytest.mark.parametrize("answer", written(), ids=name_of)
def test_answers_that_are_there(answer):
    assert not is_unanswered(answer)


class Hostile:
    """Whatever is asked of it raises."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


def leaves(*_):
    sys.exit("gone")


def recurses(*_):
    return recurses()


@pytest.mark.parametrize("exercise", ["02.nand", "02.three-votes", "02.update"])
@pytest.mark.parametrize("which", range(len(RUBBISH) + 4))
def test_rubbish_gets_words(capsys, exercise, which):
    verdict = check(exercise, [*RUBBISH, Hostile(), leaves, recurses, lambda *_: Hostile()][which])
    assert not verdict
    assert verdict.problems
    assert "  - " in capsys.readouterr().out


def test_a_ctrl_c_goes_through():
    def interrupted(x1, x2):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("02.nand", interrupted)


@pytest.mark.parametrize(
    ("exercise", "words"),
    [
        ("02.nend", "Did you mean '02.nand'"),
        ("02.problems_of", "the exercise must be one of"),
        ("02._cause", "must be a lesson and a name"),
        ("99.nand", "lesson 99 has no exercises"),
        ("nand", "must be a lesson and a name"),
        (2, "must be a lesson and a name"),
    ],
)
def test_unknown_exercises(exercise, words):
    with pytest.raises((UnknownNameError, ArgumentError), match=words):
        find_checker(exercise)


def test_a_notebook_shows_the_words_once(capsys):
    Verdict("02.nand", answered=True, problems=())._ipython_display_()
    assert capsys.readouterr().out == ""


def test_calls_are_of_copies():
    x = np.zeros(2)

    def spoils(x):
        x += 1
        return x

    assert called("f", spoils, x).tolist() == [1, 1]
    assert x.tolist() == [0, 0]


@pytest.mark.parametrize("value", ["1", [[1], [1, 2]], object(), 1j, [1, 2, 3], [np.nan, 1], {}])
def test_what_are_no_two_numbers(value):
    with pytest.raises(Failed) as failure:
        as_numbers("w", value, (2,))
    korean, english = failure.value.problem
    assert "w" in korean
    assert english.startswith("w ")


def test_a_checker_lists_up_to_a_failure():
    @problems_of
    def checker(answer):
        yield "하나", "one"
        raise Failed("둘", "two")

    assert checker(0) == [("하나", "one"), ("둘", "two")]


def test_described_is_short():
    assert described(np.arange(1000)).startswith("an array of int")
    assert described(Hostile()) == "<Hostile>"
