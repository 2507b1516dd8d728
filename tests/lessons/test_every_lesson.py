"""Every lesson runs, prints what it says, and its exercises can be solved, and are checked with words."""

import re
from pathlib import Path

import pytest

from glassnet.lessons.catalogue import lessons
from glassnet.lessons.checking import check
from glassnet.lessons.execution import run_lesson
from glassnet.lessons.review import LONGEST_SECONDS, review

# Of the time that a lesson may take on two slow cores; a machine that does other things beside it takes longer.
PATIENCE = 3


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
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
