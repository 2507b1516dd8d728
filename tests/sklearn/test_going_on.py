"""Parameters that change between two calls of fit: they are followed as scikit-learn follows them, or refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neural_network import MLPClassifier as TheirClassifier

from glassnet.mathematics.checks import ArgumentError
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

WARM = {"warm_start": True, "random_state": 0, "max_iter": 8, "learning_rate_init": 0.01}


@pytest.mark.parametrize(
    ("solver", "way"),
    [("adam", "fit"), ("adam", "partial_fit"), ("sgd", "fit"), ("sgd", "partial_fit"), ("lbfgs", "fit")],
)
def test_another_activation_is_the_one_from_then_on(solver, way, wine):
    X, y = wine
    both = []
    for kind, own in ((TheirClassifier, {}), (MLPClassifier, {"executor": "reference"})):
        estimator = kind((6,), "relu", solver=solver, **WARM, **own).fit(X, y)
        estimator.set_params(activation="tanh")
        at_once = estimator.predict_proba(X)
        getattr(estimator, way)(X, y)
        both.append((at_once, estimator.predict_proba(X), estimator.loss_, estimator.coefs_[0]))
    for theirs, ours in zip(*both, strict=True):
        assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)


def test_another_loss_is_trained_with_on_the_weights_there_are(diabetes):
    X, y = diabetes
    settings = {"hidden_layer_sizes": (6,), "executor": "reference", **WARM}
    first = MLPRegressor("squared_error", **settings).fit(X, y)
    changed = MLPRegressor("squared_error", **settings).fit(X, y).set_params(loss="huber", max_iter=1, batch_size=442)
    W, b = [w.copy() for w in changed.coefs_], [w.copy() for w in changed.intercepts_]
    error = np.abs(np.maximum(X @ W[0] + b[0], 0) @ W[1] + b[1] - y[:, None])
    by_hand = np.where(error <= 1, 0.5 * error**2, error - 0.5).mean()
    penalty = 0.5e-4 * sum((w**2).sum() for w in W) / len(X)
    assert changed.fit(X, y).loss_ == pytest.approx(by_hand + penalty)
    assert "huber" in repr(changed.network_.loss_function).lower()
    assert first.fit(X, y).network_ is first.network_


def test_dropout_and_normalization_come_in_and_go(wine, executor):
    X, y = wine
    estimator = MLPClassifier((6,), executor=executor, **WARM).fit(X, y)
    before = estimator.coefs_[0].copy()
    estimator.set_params(dropout=0.3, batch_normalization=True, learning_rate_init=1e-300).fit(X, y)
    assert [type(layer).__name__ for layer in estimator.network_.layers[1:4]] == ["BatchNorm", "ReLU", "Dropout"]
    assert_allclose(estimator.coefs_[0], before)
    estimator.set_params(learning_rate_init=0.01).partial_fit(X, y)
    assert "gamma1" in estimator.network_.parameters
    estimator.set_params(dropout=0.0, batch_normalization=False).partial_fit(X, y)
    assert len(estimator.network_.layers) == 4
    assert np.isfinite(estimator.loss_)


def test_a_network_whose_parameters_stay_is_kept(wine):
    X, y = wine
    estimator = MLPClassifier((6,), ["elu"], dropout=[0.1], executor="reference", **WARM).fit(X, y)
    network = estimator.network_
    assert estimator.set_params(activation="elu", dropout=0.1, max_iter=2).fit(X, y).network_ is network
    assert estimator.partial_fit(X, y).network_ is network


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hidden_layer_sizes": (9,)}, r"hidden_layer_sizes must stay \(6,\) where a training goes on, got \(9,\)"),
        ({"hidden_layer_sizes": (6, 6)}, r"hidden_layer_sizes must stay \(6,\)"),
        ({"activation": "maxout"}, "activation must fit the weights where a training goes on"),
    ],
    ids=str,
)
def test_what_cannot_go_on_is_refused(change, words, wine):
    X, y = wine
    for way in ("fit", "partial_fit"):
        estimator = MLPClassifier((6,), executor="reference", **WARM).fit(X, y).set_params(**change)
        with pytest.raises(ArgumentError, match=words):
            getattr(estimator, way)(X, y)


def test_another_output_function_is_refused(diabetes):
    X, y = diabetes
    estimator = MLPRegressor(hidden_layer_sizes=(3,), executor="reference", **WARM).fit(X, y)
    with pytest.raises(ArgumentError, match="loss='poisson' must go with the output function 'exp'"):
        estimator.set_params(loss="poisson").fit(X, y)


def test_another_solver_goes_on_from_the_weights_there_are(wine):
    X, y = wine
    estimator = MLPClassifier((6,), solver="lbfgs", **WARM).fit(X, y)
    W = estimator.coefs_[0].copy()
    estimator.set_params(solver="adam", learning_rate_init=1e-300).fit(X, y)
    assert_allclose(estimator.coefs_[0], W)
    assert len(estimator.loss_curve_) == 8
    assert estimator.best_loss_ == min(estimator.loss_curve_)
    again = MLPClassifier((6,), solver="lbfgs", **WARM).fit(X, y).set_params(solver="adam").partial_fit(X, y)
    assert len(again.loss_curve_) == 1


def test_early_stopping_comes_and_goes(wine):
    X, y = wine
    estimator = MLPClassifier((6,), **WARM).fit(X, y).set_params(early_stopping=True).fit(X, y)
    assert len(estimator.loss_curve_) == 16
    assert len(estimator.validation_scores_) == 8
    assert estimator.best_validation_score_ == max(estimator.validation_scores_)
    assert estimator.best_loss_ is None
    estimator.set_params(early_stopping=False).partial_fit(X, y)
    assert estimator.best_loss_ == estimator.loss_ == estimator.loss_curve_[16]
    assert estimator.validation_scores_ is None


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_the_best_weights_come_back_where_a_second_fit_finds_none_better(kind, wine):
    X, y = wine
    settings = {"hidden_layer_sizes": (6,), "early_stopping": True, "validation_fraction": 0.3, **WARM}
    estimator = kind(**settings).fit(X, y)
    before = [array.copy() for array in estimator.coefs_]
    best = estimator.best_validation_score_
    estimator.set_params(solver="sgd", learning_rate_init=1e-7, tol=1.0).fit(-X, y)
    assert max(estimator.validation_scores_[8:]) < best == estimator.best_validation_score_
    for now, then in zip(estimator.coefs_, before, strict=True):
        assert np.array_equal(now, then)
