"""The network behind an estimator, saved and measured by itself."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import glassnet as gn
from glassnet.mathematics.checks import DataError
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0, "executor": "reference"}


def test_the_network_knows_the_names_of_its_classes(wine, two_labels, tmp_path):
    X, y = wine
    labels = np.array(["barbera", "barolo", "grignolino"])
    estimator = MLPClassifier(**SMALL).fit(X, labels[y])
    estimator.network_.save(tmp_path / "wine.safetensors")
    network = gn.load(tmp_path / "wine.safetensors")
    assert network.preprocessing["class_names"] == labels.tolist()
    assert_array_equal(labels[network.classify(X)], estimator.predict(X))
    estimator.set_params(activation="tanh").partial_fit(X, labels[y])
    assert estimator.network_.preprocessing["class_names"] == labels.tolist()
    by_parts = MLPClassifier(**SMALL).partial_fit(X[y < 1], y[y < 1], classes=[0, 1])
    assert by_parts.network_.metadata["classes"] == [0, 1]
    assert MLPClassifier(**SMALL).fit(*two_labels).network_.preprocessing == {}  # labels that may be there together


def test_the_loss_of_a_regressors_network_is_larger_by_a_constant(diabetes):
    X, y = diabetes
    estimator = MLPRegressor(alpha=0, solver="lbfgs", **SMALL).fit(X, y)
    by_hand = 0.5 * np.mean((estimator.predict(X) - y) ** 2)
    assert estimator.loss_ == pytest.approx(by_hand)
    assert estimator.network_.loss(X, y[:, None]) == pytest.approx(by_hand + 0.5 * np.log(2 * np.pi))


@pytest.mark.parametrize("loss", ["poisson", "huber"])
def test_a_network_with_a_loss_of_the_estimators_is_kept_in_a_pickle(loss, diabetes, tmp_path):
    X, y = diabetes
    estimator = MLPRegressor(loss, **SMALL).fit(X, y)
    with pytest.raises(DataError, match="cannot be saved: it is your own class"):
        estimator.network_.save(tmp_path / "counts.safetensors")
    assert_array_equal(pickle.loads(pickle.dumps(estimator)).predict(X), estimator.predict(X))
