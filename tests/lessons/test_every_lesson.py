"""Every lesson runs, prints what it says, and its exercises can be solved, and are checked with words."""

import re
from pathlib import Path

import numpy as np
import pytest

from glassnet.engine import entry
from glassnet.lessons.catalogue import lessons
from glassnet.lessons.checking import check, find_checker
from glassnet.lessons.execution import run_lesson
from glassnet.lessons.languages import language
from glassnet.lessons.review import LONGEST_SECONDS, RUBBISH, review

# Of the time that a lesson may take on two slow cores; a machine that does other things beside it takes longer, and one
# without Numba: 13-depth took 146 s there.
PATIENCE = 6 if entry.unavailable() else 3


LONG = {
    "04-activations",
    "11-mnist",
    "12-manifold",
    "13-depth",
    "14-further",
}  # 10 to 30 seconds each, for what MNIST's digits teach
MARKED = [pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.name in LONG else []) for each in lessons()]


@pytest.mark.parametrize("lesson", MARKED)
def test_a_lesson_does_what_it_says(lesson):
    run = run_lesson(lesson)
    problems = review(run)
    assert not problems, "\n\n".join(problems)
    assert run.seconds < PATIENCE * LONGEST_SECONDS


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_has_both_languages_figures_questions_and_exercises(lesson):
    assert len(lesson.exercises) >= 2
    kinds = [type(block).__name__ for block in lesson.blocks]
    assert kinds.count("Predict") >= 2
    assert lesson.lectures
    for prose in (part for block in lesson.blocks for part in getattr(block, "prose", (block,)) if hasattr(part, "ko")):
        assert re.search("[가-힣]", prose.ko), prose
        assert len(re.findall("[A-Za-z]", prose.en)) > len(re.findall("[가-힣]", prose.en)), prose


def test_korean_has_one_word_each_for_epoch_and_seed():
    root = Path(__file__).parents[2]
    texts = [
        *(root / "src").rglob("*.md"),
        *(root / "src").rglob("*.py"),
        *root.glob("*.md"),
        *root.glob("docs/**/*.md"),
    ]
    assert len(texts) > 200
    others = re.compile("에폭|씨앗")  # instead of 에포크 and 시드
    assert [path.name for path in texts if others.search(path.read_text(encoding="utf-8"))] == []


# The words by which the verdict on a typical wrong answer must tell the cause.
WRONG = [
    ("02.nand", lambda x1, x2: int(x1 and x2), r"nand(0, 0) must be 1, got 0"),
    ("02.nand", lambda x1, x2: 1 if -0.5 * x1 - 0.5 * x2 - 0.7 > 0 else 0, "the −0.7 on the slide is a misprint"),
    ("02.nand", lambda x1, x2: 1, "nand(1, 1) must be 0, got 1"),
    ("02.nand", lambda x1, x2: print(end=""), "Is the return missing?"),
    ("02.nand", lambda x1: 1, "raises TypeError"),
    ("02.nand", 1, "must be a function, got 1"),
    ("02.nand", lambda x1, x2: None, "Is the return missing?"),
    ("02.nand", lambda x1, x2: 1 - x1 * x2, "Right for 0 and 1. But nand(-2, -2) is neither 0 nor 1. It is not a perc"),
    ("02.nand", lambda x1, x2: int(not (x1 and x2)), "it changes twice"),
    ("02.nand", lambda x1, x2: 0 if x1 == x2 == 1 else 1, "it changes twice"),
    ("02.nand", lambda x1, x2: {0: 1, 1: 1, 2: 0}[x1 + x2], "neither 0 nor 1"),
    ("03.collapse", lambda W1, b1, W2, b2: None, "got None. Is the return missing?"),
    ("02.three-votes", (1, 1, 1, -0.5), "(0, 0, 1) it must give 0, got 1. The net input is 0.5"),
    ("02.three-votes", (1, 1, 1, -2.5), "raise the weights or the bias"),
    ("02.three-votes", (1, 1, 1), "array of shape (4,)"),
    ("02.update", lambda w, b, x, t, rate: (w, b), "must be"),
    ("02.update", lambda w, b, x, t, rate: w, "must return the new weights and bias"),
    (
        "02.update",
        lambda w, b, x, t, rate: (w + rate * t * x, b + rate * t),
        "Nothing changes where the answer was right",
    ),
    (
        "02.update",
        lambda w, b, x, t, rate: (w - rate * (t - (w @ x + b > 0)) * x, b - rate * (t - (w @ x + b > 0))),
        "The sign is turned round",
    ),
    (
        "02.update",
        lambda w, b, x, t, rate: (w + rate * (t - (w @ x + b > 0)) * x, b),
        "The bias follows the same rule",
    ),
]


@pytest.mark.parametrize(("exercise", "answer", "words"), WRONG)
def test_wrong_answers_are_told_why(capsys, exercise, answer, words):
    verdict = check(exercise, answer)
    assert not verdict
    assert verdict.answered
    said = capsys.readouterr().out
    assert said.startswith(f"{exercise}: not right yet.\n  - ")
    assert words in said
    assert "Traceback" not in said


KOREAN = [
    ("02.nand", lambda x1, x2: 1, "nand(1, 1)은 0이어야 하는데 1입니다."),
    (
        "03.collapse",
        lambda W1, b1, W2, b2: None,
        "답은 값 2개, (W, b)여야 하는데 None입니다. return을 빠뜨리지 않았나요?",
    ),
    ("05.softmax_rows", lambda a: np.zeros((4, 10)), "모양이 (4, 10)인 float64 배열입니다."),
    ("02.update", lambda w, b, x, t, rate: w, "[0.0, 0.0]을 돌려주었습니다."),
    ("02.nand", lambda x1, x2: 1 / 0, "nand(0, 0) 계산 중 오류가 났습니다"),
]


@pytest.mark.parametrize(("exercise", "answer", "words"), KOREAN)
def test_wrong_answers_are_told_why_in_korean(capsys, exercise, answer, words):
    language("ko")
    check(exercise, answer)
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_no_verdict_leaves_the_choice_of_a_particle_to_the_reader(lesson):
    for exercise in lesson.exercises:
        checker = find_checker(f"{lesson.number:02}.{exercise.name}")
        for answer in RUBBISH:
            for ko, _ in checker(answer):
                assert not re.search(r"은\(는\)|이\(가\)|을\(를\)|\(으\)로|\(이\)어야|with shape", ko), ko


def test_lessons_have_one_word_each():
    """A lesson is a 과, 강의 a lecture; and one word each for sample, shape, net input, checker and the rules."""
    root = Path(__file__).parents[2] / "src/glassnet/lessons"
    others = re.compile(r"\d강|\d강의[^ ]|이 강의에|다음 강의|이 책|샘플|형상|순입력|검사기|연쇄법칙|경사하강법")
    for path in [*(root / "texts").glob("*.md"), *(root / "checkers").glob("*.py"), root / "answers.py"]:
        assert not others.findall(path.read_text(encoding="utf-8")), path.name
