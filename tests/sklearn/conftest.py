"""What the tests of the estimators share: small data, and both executors."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits, load_wine

from executors import EXECUTORS


@pytest.fixture(scope="session", name="digits")
def _digits():
    X, y = load_digits(return_X_y=True)
    return X[:450] / 16, y[:450]


@pytest.fixture(scope="session", name="wine")
def _wine():
    X, y = load_wine(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.fixture(scope="session", name="diabetes")
def _diabetes():
    X, y = load_diabetes(return_X_y=True)
    return 20 * X, y / 100


@pytest.fixture(params=EXECUTORS, name="executor")
def _executor(request):
    return request.param


@pytest.fixture(name="two_labels")
def _two_labels():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 4))
    return X, (X[:, :3] > 0).astype(int)
