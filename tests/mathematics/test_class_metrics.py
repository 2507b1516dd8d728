"""Top-k accuracy, precision and recall: against hand-counted numbers and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.mathematics.class_metrics import ClassScores, precision_recall, top_k_accuracy

sklearn_metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
SAMPLES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


def test_scores_counted_by_hand():
    # Of class 0 two of three are found; of the three answers 0 two are right. Class 2 is neither there nor answered.
    scores = precision_recall([0, 0, 0, 1, 1], [0, 0, 1, 0, 1], n_classes=3)
    assert scores.precision == pytest.approx([2 / 3, 1 / 2, np.nan], nan_ok=True)
    assert scores.recall == pytest.approx([2 / 3, 1 / 2, np.nan], nan_ok=True)
    assert scores.f1 == pytest.approx([2 / 3, 1 / 2, np.nan], nan_ok=True)
    assert scores.support.tolist() == [3, 2, 0]
    assert str(scores).splitlines()[-1].split() == ["2", "-", "-", "-", "0"]


@given(SAMPLES)
def test_scores_are_those_of_scikit_learn(samples):
    t, predicted = map(np.array, zip(*samples, strict=True))
    ours = precision_recall(t, predicted, n_classes=4)
    theirs = sklearn_metrics.precision_recall_fscore_support(t, predicted, labels=range(4), zero_division=np.nan)
    for own, other in zip((ours.precision, ours.recall, ours.f1, ours.support), theirs, strict=True):
        assert own == pytest.approx(other, nan_ok=True)


@given(SAMPLES)
def test_a_table_of_counts_gives_the_same_scores(samples):
    t, predicted = map(np.array, zip(*samples, strict=True))
    scores = precision_recall(t, predicted, n_classes=4)
    again = ClassScores.of_counts(gn.metrics.confusion_counts(t, predicted, 4))
    assert np.array_equal(scores.f1, again.f1, equal_nan=True)


@given(st.integers(1, 5), st.integers(1, 30), st.integers(0, 10**6))
def test_top_k_is_that_of_scikit_learn(k, count, seed):
    rng = np.random.default_rng(seed)
    scores, t = rng.random((count, 5)), rng.integers(0, 5, count)
    expected = 1.0 if k == 5 else sklearn_metrics.top_k_accuracy_score(t, scores, k=k, labels=range(5))
    assert top_k_accuracy(t, scores, k) == pytest.approx(expected)


def test_equal_outputs_count_as_classify_has_them():
    scores = np.zeros((3, 3))
    assert [top_k_accuracy([0, 1, 2], scores, k) for k in (1, 2, 3)] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert top_k_accuracy(np.eye(3), np.eye(3), 1) == 1.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0], [[0.5, 0.5]], 3), "k must be at most the number of classes, 2, got 3"),
        (([0], [[0.5, 0.5]], 0), "k must be an integer of at least 1"),
        (([0], [0.5]), r"must be rows \(N, n_classes\)"),
        (([0], [[0.5]]), "two classes or more"),
        (([0, 1], [[0.5, 0.5]], 1), "the same length, got 2 and 1"),
        (([0], [[np.nan, 0.5]], 1), "must not hold nan"),
        (([2], [[0.5, 0.5]], 1), "a label must be a whole number from 0 to 1"),
    ],
)
def test_what_cannot_be_is_said(arguments, words):
    with pytest.raises(gn.GlassnetError, match=words):
        top_k_accuracy(*arguments)


def test_fewer_classes_than_five_are_all_the_top():
    assert top_k_accuracy([0, 1], [[0.9, 0.1], [0.9, 0.1]]) == 1.0
    assert top_k_accuracy([5], [[0.6, 0.5, 0.4, 0.3, 0.2, 0.1]]) == 0.0
