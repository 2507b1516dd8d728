"""The oracle is scikit-learn's own class: the same seed gives the same numbers, to rounding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn import neural_network as theirs

from glassnet import sklearn as ours

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CLASSIFIERS = [
    {},
    {"alpha": 0.5},
    {"alpha": 0},
    {"hidden_layer_sizes": (7, 5), "activation": "logistic", "batch_size": 32},
    {"hidden_layer_sizes": (), "batch_size": 64},
    {"hidden_layer_sizes": 9, "activation": "identity", "batch_size": 1, "max_iter": 2},
    {"activation": "tanh", "solver": "sgd", "batch_size": 100},
    {"solver": "sgd", "nesterovs_momentum": False, "shuffle": False},
    {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.1},
    {"solver": "sgd", "momentum": 1.0, "learning_rate_init": 1e-4},
    {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.1, "power_t": 0.3},
    {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.05, "n_iter_no_change": 1, "max_iter": 40},
    {"early_stopping": True, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4},
    {"early_stopping": True, "solver": "sgd", "tol": 0.5, "max_iter": 40, "validation_fraction": 0.3},
    # A longer way comes to a point where scikit-learn cuts the loss off at -log(eps), and then parts from ours.
    {"solver": "lbfgs", "max_iter": 4, "hidden_layer_sizes": (12,)},
]


def fitted(kind, X, y, weight, executor=None, **settings):
    own = {} if executor is None else {"executor": executor}
    return kind(random_state=3, **{"max_iter": 8, **settings}, **own).fit(X, y, sample_weight=weight)


def assert_same(a, b, X, rtol=1e-9):
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(a, name) == getattr(b, name), name
    for name in ("loss_", "best_loss_", "loss_curve_", "validation_scores_", "best_validation_score_"):
        assert hasattr(a, name) == hasattr(b, name), name
        if hasattr(a, name) and getattr(a, name) is not None:
            assert_allclose(getattr(b, name), getattr(a, name), rtol=rtol, err_msg=name)
        elif hasattr(a, name):
            assert getattr(b, name) is None, name
    for mine, other in zip([*b.coefs_, *b.intercepts_], [*a.coefs_, *a.intercepts_], strict=True):
        assert mine.shape == other.shape
        assert_allclose(mine, other, rtol=1e-7, atol=1e-9)
    assert_allclose(np.asarray(b.predict(X), float), np.asarray(a.predict(X), float), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("settings", CLASSIFIERS, ids=str)
def test_classifiers(settings, digits, executor):
    X, y = digits
    a, b = (
        fitted(theirs.MLPClassifier, X, y, None, **settings),
        fitted(ours.MLPClassifier, X, y, None, executor, **settings),
    )
    assert_same(a, b, X)
    assert_allclose(b.predict_proba(X), a.predict_proba(X), rtol=1e-6, atol=1e-12)
    assert_allclose(b.predict_log_proba(X), a.predict_log_proba(X), rtol=1e-6, atol=1e-9)
    assert b.score(X, y) == a.score(X, y)
    assert list(b.classes_) == list(a.classes_)


@pytest.mark.parametrize(
    "settings",
    [{}, {"solver": "sgd", "batch_size": 50}, {"solver": "lbfgs", "max_iter": 20}, {"early_stopping": True}],
    ids=str,
)
@pytest.mark.parametrize("outputs", [1, 2])
def test_regressors(settings, outputs, diabetes, executor):
    X, y = diabetes
    y = y if outputs == 1 else np.column_stack([y, y**2])
    a, b = (
        fitted(theirs.MLPRegressor, X, y, None, **settings),
        fitted(ours.MLPRegressor, X, y, None, executor, **settings),
    )
    assert_same(a, b, X)
    assert_allclose(b.score(X, y), a.score(X, y))


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_poisson(solver, diabetes):
    X, y = diabetes
    settings = {"loss": "poisson", "solver": solver, "hidden_layer_sizes": (8,), "max_iter": 10}
    a = fitted(theirs.MLPRegressor, X, np.round(y), None, **settings)
    b = fitted(ours.MLPRegressor, X, np.round(y), None, "reference", **settings)
    assert_same(a, b, X)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_weights_of_samples(solver, wine, diabetes, executor):
    for kinds, (X, y) in (((theirs.MLPClassifier, ours.MLPClassifier), wine),
                          ((theirs.MLPRegressor, ours.MLPRegressor), diabetes)):  # fmt: skip
        weight = np.random.default_rng(1).uniform(0.1, 3, len(X))
        settings = {"solver": solver, "batch_size": 50, "alpha": 0.1, "hidden_layer_sizes": (6,)}
        a, b = (
            fitted(kind, X, y, weight, *own, **settings) for kind, own in zip(kinds, ((), (executor,)), strict=True)
        )
        assert_same(a, b, X)


def test_two_classes_and_several_labels(wine, two_labels, executor):
    X, y = wine
    for inputs, targets in ((X[:130], np.array(["no", "yes"])[y[:130]]), two_labels):
        a = fitted(theirs.MLPClassifier, inputs, targets, None, batch_size=20)
        b = fitted(ours.MLPClassifier, inputs, targets, None, executor, batch_size=20)
        assert_allclose(b.loss_curve_, a.loss_curve_, rtol=1e-10)
        assert np.array_equal(b.predict(inputs), a.predict(inputs))
        assert_allclose(b.predict_proba(inputs), a.predict_proba(inputs))


def test_sparse_inputs(digits, executor, monkeypatch):
    X, y = digits
    a = fitted(theirs.MLPClassifier, sparse.csr_matrix(X), y, None)
    for most in (500_000_000, 0):  # written out once, or a batch at a time
        monkeypatch.setattr("glassnet.sklearn.source.DENSE_BYTES", most)
        b = fitted(ours.MLPClassifier, sparse.csc_array(X), y, None, executor)
        assert_same(a, b, sparse.csr_array(X))


def test_going_on_with_partial_fit_and_warm_start(wine, executor):
    X, y = wine
    a, b = theirs.MLPClassifier(random_state=0), ours.MLPClassifier(random_state=0, executor=executor)
    weight = np.linspace(0.5, 2, len(X))
    for k in range(12):
        part = slice(k % 3, None, 1 + k % 4 // 3)
        given = None if k % 5 else weight[part]
        a.partial_fit(X[part], y[part], classes=[0, 1, 2], sample_weight=given)
        b.partial_fit(X[part], y[part], classes=[0, 1, 2], sample_weight=given)
    assert_same(a, b, X)
    a.set_params(warm_start=True, max_iter=5).fit(X, y)
    b.set_params(warm_start=True, max_iter=5).fit(X, y)
    assert_same(a, b, X)


def test_float32_stays_float32(digits, executor):
    X, y = digits[0].astype(np.float32), digits[1]
    a, b = fitted(theirs.MLPClassifier, X, y, None), fitted(ours.MLPClassifier, X, y, None, executor)
    assert {array.dtype for array in [*b.coefs_, *b.intercepts_, b.predict_proba(X)]} == {np.dtype(np.float32)}
    assert_allclose(b.loss_curve_, a.loss_curve_, rtol=1e-4)


def test_the_same_generator_is_drawn_from(wine):
    X, y = wine
    states = [np.random.RandomState(5), np.random.RandomState(5)]
    theirs.MLPClassifier(max_iter=3, random_state=states[0], early_stopping=True).fit(X, y)
    ours.MLPClassifier(max_iter=3, random_state=states[1], early_stopping=True).fit(X, y)
    assert states[0].randint(1 << 30) == states[1].randint(1 << 30)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_diverging_training_ends_as_theirs(diabetes, executor):
    X, y = diabetes
    settings = {"solver": "sgd", "learning_rate_init": 50.0, "activation": "identity", "early_stopping": True}
    a = fitted(theirs.MLPRegressor, X, y, None, **settings)
    b = fitted(ours.MLPRegressor, X, y, None, executor, **settings)
    finite = np.isfinite(a.loss_curve_) & (np.abs(a.loss_curve_) < 1e100)
    assert_allclose(np.array(b.loss_curve_)[finite], np.array(a.loss_curve_)[finite], rtol=1e-6)
    assert np.isnan(b.validation_scores_[-1])
    assert np.isnan(a.validation_scores_[-1])
    with pytest.raises(ValueError, match="Solver produced non-finite parameter weights"):
        fitted(ours.MLPRegressor, X, y, None, executor, **{**settings, "early_stopping": False})


@settings(max_examples=25, deadline=None)
@given(
    rows=st.integers(4, 40),
    columns=st.integers(1, 6),
    sizes=st.lists(st.integers(1, 7), max_size=3),
    activation=st.sampled_from(["identity", "logistic", "tanh", "relu"]),
    solver=st.sampled_from(["sgd", "adam"]),
    batch_size=st.one_of(st.just("auto"), st.integers(1, 4)),
    alpha=st.sampled_from([0, 1e-4, 0.3]),
    classes=st.integers(2, 3),
    seed=st.integers(0, 1000),
    weighted=st.booleans(),
)
def test_any_small_network(rows, columns, sizes, activation, solver, batch_size, alpha, classes, seed, weighted):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(rows, columns)), np.arange(rows) % classes
    weight = rng.uniform(0.5, 2, rows) if weighted else None
    told = {"hidden_layer_sizes": sizes, "activation": activation, "solver": solver, "batch_size": batch_size,
            "alpha": alpha, "max_iter": 4, "random_state": seed}  # fmt: skip
    a = theirs.MLPClassifier(**told).fit(X, y, weight)
    b = ours.MLPClassifier(**told, executor="reference").fit(X, y, weight)
    assert_same(a, b, X)


def test_of_one_class_every_held_out_answer_is_right():
    X, y = np.random.default_rng(0).normal(size=(40, 3)), np.full(40, "yes")
    settings = {"early_stopping": True, "max_iter": 5, "n_iter_no_change": 2, "random_state": 0}
    both = [kind.MLPClassifier((4,), **settings).fit(X, y) for kind in (theirs, ours)]
    assert both[0].validation_scores_ == both[1].validation_scores_ == [1.0] * 4
    assert both[1].score(X, y) == 1.0


@pytest.mark.parametrize("settings", [{}, {"solver": "lbfgs"}, {"early_stopping": True}])
def test_numbers_are_of_the_same_types(settings, wine):
    X, y = wine
    both = [kind.MLPClassifier((4,), max_iter=2, random_state=0, **settings).fit(X, y) for kind in (theirs, ours)]
    for name in ("loss_", "best_loss_", "best_validation_score_", "n_iter_", "t_", "n_layers_", "n_outputs_"):
        assert len({type(getattr(estimator, name, None)) for estimator in both}) == 1, name
    for name in ("loss_curve_", "validation_scores_"):
        types = [[type(value) for value in getattr(estimator, name, None) or []] for estimator in both]
        assert types[0] == types[1], name
