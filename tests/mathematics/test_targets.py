"""Targets in every form: indices, one-hot, soft, columns, floats; what is out of range is named with its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError
from glassnet.mathematics.targets import as_class_indices, as_rows, one_hot, preferred_class, right_answers

PROPERTY = settings(max_examples=25)
LABELS = st.lists(st.integers(0, 4), max_size=8)


@PROPERTY
@given(LABELS)
def test_one_hot_rows_are_rows_of_the_unit_matrix(labels):
    rows = one_hot(labels, 5)
    assert rows.dtype == np.float32
    assert np.array_equal(rows, np.eye(5)[np.array(labels, dtype=int)])


def test_one_hot_is_public_and_keeps_leading_axes():
    assert gn.one_hot is one_hot
    assert one_hot(1, 3).tolist() == [0, 1, 0]
    assert one_hot([[0], [1]], 2).shape == (2, 1, 2)
    assert one_hot(np.array([1, 0], "uint8"), 2, dtype="float64").dtype == np.float64


def test_one_hot_with_the_targets_of_lecture_000():
    assert one_hot([1], 3, dtype=float, low=0.01, high=0.99).tolist() == [[0.01, 0.99, 0.01]]


@pytest.mark.parametrize("n_classes", [0, -1])
def test_there_must_be_classes(n_classes):
    with pytest.raises(ArgumentError, match="n_classes must be an integer of at least 1, got"):
        one_hot([], n_classes)


@pytest.mark.parametrize("n_classes", [2.5, "3", None])
def test_the_number_of_classes_must_be_an_integer(n_classes):
    with pytest.raises(ArgumentTypeError, match="n_classes must be an integer of at least 1, got"):
        one_hot([0], n_classes)


@pytest.mark.parametrize("value", [-1, 3, 1e9, 0.5, np.nan, np.inf, -np.inf])
def test_a_label_that_is_none_is_named_with_its_place(value):
    with pytest.raises(DataError, match=rf"whole number from 0 to 2, got {value:g} at position 1".replace("+", r"\+")):
        as_class_indices([0, value, -5], 3)


@pytest.mark.parametrize("labels", ["cat", ["0", "1"], None, [1j]])
def test_labels_must_be_numbers(labels):
    with pytest.raises(ArgumentTypeError, match=r"labels must hold .*numbers"):
        as_class_indices(labels, 3)


def test_whole_floats_and_bools_are_labels():
    assert as_class_indices([1.0, 0.0, 2.0], 3).tolist() == [1, 0, 2]
    assert as_class_indices([True, False], 2).tolist() == [1, 0]
    assert as_class_indices([], 2).dtype == np.intp


@PROPERTY
@given(LABELS.filter(bool))
def test_indices_become_rows_like_the_outputs(labels):
    y = np.empty((len(labels), 5), dtype=np.float32)
    expected = one_hot(labels, 5)
    for t in (labels, np.array(labels, float), np.array(labels)[:, None], expected, expected.astype(bool).tolist()):
        rows = as_rows(y, t, classes=True)
        assert rows.dtype == np.float32
        assert np.array_equal(rows, expected)


@PROPERTY
@given(hnp.arrays(float, (3, 4), elements=st.floats(-10, 10)))
def test_rows_are_taken_as_they_are(t):
    for classes in (True, False):
        assert np.array_equal(as_rows(np.empty((3, 4)), t, classes=classes), t)
        assert np.shares_memory(as_rows(np.empty((3, 4)), t, classes=classes), t)


@pytest.mark.parametrize("shape", [(3,), (3, 1)], ids=str)
@pytest.mark.parametrize("target_shape", [(3,), (3, 1)], ids=str)
@pytest.mark.parametrize("classes", [True, False])
def test_a_list_and_a_column_are_the_same(shape, target_shape, classes):
    t = np.array([0.0, 1.0, 0.5]).reshape(target_shape)
    assert np.array_equal(as_rows(np.empty(shape), t, classes=classes), t.reshape(shape))


def test_one_output_takes_its_targets_as_values_not_as_indices():
    assert as_rows(np.empty((2, 1)), [1, 0], classes=True).tolist() == [[1], [0]]
    assert as_rows(np.empty((1, 1)), [5.5], classes=True).tolist() == [[5.5]]


def test_a_square_of_targets_are_rows():
    assert as_rows(np.empty((2, 2)), [[0, 1], [1, 0]], classes=True).tolist() == [[0, 1], [1, 0]]


def test_no_samples_have_no_targets():
    assert as_rows(np.empty((0, 3)), [], classes=True).shape == (0, 3)
    assert as_rows(np.empty((0, 1)), [], classes=False).shape == (0, 1)


def test_values_of_a_regression_are_never_indices():
    with pytest.raises(ShapeError, match=r"shape \(2, 3\) of the output \(values, not class indices\), got .*\(2,\)"):
        as_rows(np.empty((2, 3)), [0, 1], classes=False)


@pytest.mark.parametrize("t", [[0, 1, 0], np.zeros((3, 4)), np.zeros((1, 4))], ids=np.shape)
def test_another_number_of_targets_is_said(t):
    with pytest.raises(ShapeError, match=rf"labels must have one row for each of the 2 samples, got {len(t)} in"):
        as_rows(np.empty((2, 4)), t, classes=True, name="labels")


@pytest.mark.parametrize("shape", [(), (2, 3), (2, 4, 1), (2, 1, 4), (2, 0)], ids=str)
def test_other_shapes_say_both_shapes_and_what_to_do(shape):
    with pytest.raises(ShapeError) as error:
        as_rows(np.empty((2, 4)), np.zeros(shape), classes=True)
    message = str(error.value)
    assert "t must have the shape (2, 4) of the output or class indices of shape (2,)" in message
    assert f"{shape}" in message
    assert "Reshape the targets" in message


def test_a_target_too_large_for_float32_becomes_infinite_and_nothing_warns():
    assert as_rows(np.empty((1, 1), "float32"), [1e300], classes=False).tolist() == [[np.inf]]


def test_the_right_answer_is_any_class_that_the_target_prefers():
    y = np.array([[0.1, 0.7, 0.2]])
    for t, right in (
        ([0, 1, 0], True),
        ([1, 0, 0], False),
        ([0, 1, 1], True),
        ([0.3, 0.4, 0.3], True),
        ([0, 0, 0], False),
    ):
        assert right_answers(y, np.array([t], float)).tolist() == [right]


def test_one_output_says_yes_from_one_half_on():
    y = np.array([[0.49999], [0.5], [1.0]])
    assert preferred_class(y).tolist() == [0, 1, 1]
    assert right_answers(y, np.array([[0.0], [1.0], [0.0]])).tolist() == [True, True, False]


def test_of_equal_outputs_the_first_counts():
    assert preferred_class(np.array([[0.5, 0.5], [0.2, 0.2]])).tolist() == [0, 0]


def test_rows_without_a_class_are_answered_right_by_none():
    assert right_answers(np.array([[0.1, 0.2], [0.9, 0.8]]), np.array([[0.0, 0.0], [1.0, 1.0]])).tolist() == [
        False,
        True,
    ]
