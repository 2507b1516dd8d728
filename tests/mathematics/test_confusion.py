"""Counting right and wrong answers: against tables counted by hand and a slow count in plain Python."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError
from glassnet.mathematics.confusion import class_indices, confusion_counts

BY_HAND = [[2, 1, 0], [0, 0, 1], [1, 0, 3]]
TRUE = [0, 0, 0, 1, 2, 2, 2, 2]
ANSWERED = [0, 1, 0, 2, 0, 2, 2, 2]


def test_counts_equal_a_table_counted_by_hand():
    counts = confusion_counts(TRUE, ANSWERED)
    assert counts.tolist() == BY_HAND
    assert counts.dtype == np.int64


def test_classes_that_do_not_occur_have_empty_rows_and_columns():
    counts = confusion_counts(TRUE, ANSWERED, n_classes=5)
    assert counts.shape == (5, 5)
    assert counts[:3, :3].tolist() == BY_HAND
    assert counts[3:].sum() == counts[:, 3:].sum() == 0


@pytest.mark.parametrize(
    "form",
    [
        lambda t: np.array(t, dtype=np.uint8),
        lambda t: np.array(t, dtype=np.float32),
        lambda t: np.array(t)[:, np.newaxis],
        lambda t: np.eye(3)[t],
        lambda t: 0.8 * np.eye(3)[t] + 0.1,
    ],
    ids=["uint8", "float", "column", "one-hot", "soft"],
)
def test_every_form_of_targets_and_answers_gives_the_same_counts(form):
    assert confusion_counts(form(TRUE), ANSWERED).tolist() == BY_HAND
    assert confusion_counts(TRUE, form(ANSWERED)).tolist() == BY_HAND


def test_bytes_do_not_overflow_with_many_classes():
    t = np.arange(200, dtype=np.uint8)
    assert np.array_equal(confusion_counts(t, t), np.eye(200))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=60))
def test_counts_equal_a_count_in_plain_python(pairs):
    t, predicted = zip(*pairs, strict=True)
    counts = confusion_counts(t, predicted, 7)
    assert {(i, j): n for (i, j), n in np.ndenumerate(counts) if n} == Counter(pairs)


def test_counts_of_exchanged_arguments_are_the_transpose():
    assert np.array_equal(confusion_counts(TRUE, ANSWERED).T, confusion_counts(ANSWERED, TRUE))


def test_class_indices_of_rows_are_the_largest_entries():
    rng = np.random.default_rng(0)
    rows = rng.random((20, 4))
    assert class_indices(rows).tolist() == [max(range(4), key=lambda j, row=row: row[j]) for row in rows]


@pytest.mark.parametrize(
    ("t", "predicted", "n_classes", "error", "words"),
    [
        ([0, 1], [0], None, ShapeError, "2 true classes and 1 answers"),
        ([], [], None, ShapeError, "at least one sample"),
        ([[[0]]], [0], None, ShapeError, r"shape \(1, 1, 1\)"),
        (0, 0, None, ShapeError, "at least one sample"),
        ([0, 3], [0, 1], 3, DataError, "from 0 to 2, got 3 at position 1"),
        ([0, -1], [0, 1], None, DataError, "got -1 at position 1"),
        ([0, 1.5], [0, 1], None, DataError, "got 1.5"),
        ([0, np.nan], [0, 1], None, DataError, "nan"),
        ([0, np.inf], [0, 1], None, DataError, "inf"),
        ([[0.1, np.nan], [0, 1]], [0, 1], None, DataError, "the rows of t must not hold nan"),
        ([[0, 1], [1, 0]], [0, 1], 3, ShapeError, "each of the 3 classes"),
        ([0, 10**9], [0, 1], None, ArgumentError, "n_classes must be at most 10,000"),
        ([0, 1], [0, 1], 0, ArgumentError, "n_classes must be an integer of at least 1"),
        (["zero"], [0], None, ArgumentTypeError, "t must hold numbers"),
        ([[0, 1], [1]], [0, 1], None, ShapeError, "different lengths"),
    ],
)
def test_bad_input_is_named(t, predicted, n_classes, error, words):
    with pytest.raises(error, match=words):
        confusion_counts(t, predicted, n_classes)


@pytest.mark.parametrize(("row", "ones"), [([1, 1, 0], 2), ([0, 0, 0], 0)])
@pytest.mark.parametrize("dtype", [bool, int, np.float32])
def test_labels_that_do_not_exclude_each_other_name_no_class(row, ones, dtype):
    t, p = np.array([[0, 1, 0], row], dtype=dtype), np.array([[0.1, 0.8, 0.1], [0.5, 0.4, 0.1]])
    words = f"must name one class each, got {ones} ones in row 1.*each label by itself"
    metrics = gn.metrics
    for of in (metrics.confusion_counts, metrics.confusion_matrix, metrics.precision_recall,
               metrics.expected_calibration_error, metrics.reliability_curve, metrics.class_indices):  # fmt: skip
        with pytest.raises(DataError, match=words):
            of(t) if of is metrics.class_indices else of(t, p)
    with pytest.raises(DataError, match=words):
        metrics.top_k_accuracy(t, p, 2)
    with pytest.raises(DataError, match=words.replace("must", "of predicted must", 1)):
        confusion_counts([1, 0], t)


def test_each_label_by_itself_is_measured_as_the_refusal_says():
    t, p = np.array([[1, 1], [0, 0], [1, 0]]), np.array([[0.9, 0.4], [0.2, 0.1], [0.8, 0.7]])
    assert gn.metrics.precision_recall(t[:, 1], p[:, 1] >= 0.5).recall.tolist() == [0.5, 0.0]
    assert np.nanmin(gn.metrics.reliability_curve(t[:, 0], p[:, 0]).accuracy) == 1.0
