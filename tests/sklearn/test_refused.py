"""What would go wrong without a word: refused in words, where scikit-learn's own estimators refuse it or should."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier as TheirClassifier

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = {"max_iter": 2, "random_state": 0, "executor": "reference"}


def test_validation_labels_that_the_training_has_not(wine, two_labels):
    X, y = wine
    estimator = MLPClassifier((5,), **SMALL)
    with pytest.raises(ArgumentError, match=r"no labels but those of the training, \[0 1 2\], got also \[7, 8\]"):
        estimator.fit(X, y, validation_data=(X, np.where(y == 0, 7, 8)))
    with pytest.raises(ArgumentError, match=r"got also \['c'\]"):
        names = np.array(["a", "b", "c"])
        estimator.fit(X[y < 2], names[y[y < 2]], validation_data=(X, names[y]))
    some = estimator.fit(X, y, validation_data=(X[y == 1], y[y == 1]))  # fewer classes are fine
    assert some.history_["val_loss"][-1] > 0
    X, y = two_labels
    with pytest.raises(ArgumentError, match=r"got also \[3\]"):
        estimator.fit(X, y, validation_data=(X, np.hstack([y, y[:, :1]])))


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_counts_below_0(solver, diabetes):
    X, y = diabetes
    estimator = MLPRegressor("poisson", (5,), solver=solver, **SMALL)
    with pytest.raises(ArgumentError, match=r"y must be at least 0 for loss='poisson', got -1"):
        estimator.fit(X, np.where(y > 1, y, -1))
    if solver == "adam":
        with pytest.raises(ArgumentError, match=r"the y of validation_data must be at least 0 for loss='poisson'"):
            estimator.fit(X, y, validation_data=(X, -y))
    estimator.fit(X, np.where(y > 1, y, 0))  # 0 is a count
    MLPRegressor("squared_error", (5,), solver=solver, **SMALL).fit(X, -y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_weights_that_sum_to_less_than_0(solver, wine):
    X, y = wine
    estimator = MLPClassifier((5,), solver=solver, **SMALL)
    with pytest.raises(ArgumentError, match=r"sample_weight must sum to more than 0 in each batch, got -178"):
        estimator.fit(X, y, sample_weight=-np.ones(178))
    some = np.where(np.arange(178) < 9, -0.5, 1.0)  # which is no more than strange
    theirs = TheirClassifier((5,), solver=solver, max_iter=2, random_state=0).fit(X, y, sample_weight=some)
    assert estimator.fit(X, y, sample_weight=some).loss_ == pytest.approx(theirs.loss_)
    with pytest.raises(ZeroDivisionError):
        MLPClassifier(class_weight={0: 0, 1: 0, 2: 0}, solver=solver, **SMALL).fit(X, y)


@pytest.mark.parametrize("sizes", [(10.7,), (10.0,), 10.0, ("10",), [(3, 4)]], ids=str)
def test_sizes_that_are_no_whole_numbers(sizes, wine):
    for kind in (TheirClassifier, MLPClassifier):
        with pytest.raises((TypeError, ValueError)):
            kind(sizes).fit(*wine)
    if not isinstance(sizes, float):  # which is refused as a parameter, before
        with pytest.raises(ArgumentTypeError, match=r"hidden_layer_sizes must be whole numbers such as \(100, 50\)"):
            MLPClassifier(sizes).fit(*wine)
    assert MLPClassifier(np.array([3, 4]), **SMALL).fit(*wine).network_.n_out == 3


@pytest.mark.parametrize("layer", [gn.Dense(100, 100), gn.Maxout(100, 100), gn.Dropout(0.5), gn.BatchNorm()], ids=repr)
def test_layers_that_are_no_activation(layer, wine):
    for given in (layer, [layer]):
        with pytest.raises(ArgumentTypeError, match="activation must be a name or a layer such as"):
            MLPClassifier(activation=given, **SMALL).fit(*wine)
