import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.labels import check_labels
from glassnet.mathematics.checks import DataError


@given(st.lists(st.integers(0, 9)), st.sampled_from(["u1", "i1", "i4", "u8", "f4", "f8"]), st.booleans())
def test_good_labels_become_int64(labels, code, as_column):
    array = np.array(labels, code)
    result = check_labels(array[:, None] if as_column else array, "labels", 10)
    assert result.dtype == np.int64
    assert result.tolist() == labels


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 10], "label 10 at row 1 .*expected 0 to 9 .*1 of 2 labels"),
        ([-1, 3, -2], "label -1 at row 0 .*2 of 3 labels"),
        ([0.5], "whole numbers"),
        ([np.nan], "whole numbers"),
        ([[1, 2]], "shape"),
        (["7"], "whole numbers"),
        ([2**63], "at row 0"),
    ],
)
def test_bad_labels_are_named(labels, message):
    with pytest.raises(DataError, match=f"my file: .*{message}"):
        check_labels(np.array(labels), "my file", 10)


def test_without_a_number_of_classes_absurd_labels_are_refused():
    assert check_labels(np.array([0, 9999]), "x").tolist() == [0, 9999]
    with pytest.raises(DataError, match="10000"):
        check_labels(np.array([10_000]), "x")
