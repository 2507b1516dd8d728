import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.mathematics.checks import DataError

X, T = np.zeros((3, 4)), np.array([0, 1, 1])


def test_what_it_says():
    data = Dataset(X, T, X[:1], T[:1], class_names=("a", "b"), image_shape=(2, 2), source="here")
    assert (data.n_in, data.n_classes) == (4, 2)
    assert str(data) == "3 training and 1 test samples of 2×2 pixels in 2 classes, from here"
    assert "with values as targets" in str(Dataset(X, T))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X, T[:2]), "3 training samples but 2 targets"),
        ((X, T, X, T[:1]), "3 test samples but 1 targets"),
        ((X[:0], T[:0]), "not empty"),
        ((X[0], T[:4]), "rows of numbers"),
        ((X, T, X), "t_test is missing"),
        ((X, T, None, T), "x_test is missing"),
        ((X, T, X[:, :2], T), "2 numbers, the training samples 4"),
        ((np.where(X == 0, np.nan, X), T), "training samples must be finite, got nan"),
        ((X, T, X, T + np.inf), "test targets must be finite"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(DataError, match=f"my file.*{message}"):
        Dataset(*arguments, source="my file")
