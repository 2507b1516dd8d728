"""In pipelines, searches, copies, processes, files and tables, an estimator is at home."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingRegressor
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.neural_network import MLPRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = {
    "hidden_layer_sizes": (8,),
    "max_iter": 15,
    "learning_rate_init": 0.02,
    "executor": "reference",
    "random_state": 0,
}


@pytest.mark.parametrize(("own", "theirs"), [(MLPClassifier, TheirClassifier), (MLPRegressor, TheirRegressor)])
def test_every_parameter_of_theirs_has_its_default(own, theirs):
    mine, others = own().get_params(), theirs().get_params()
    assert {name: mine[name] for name in others} == others
    positional = list(others)[:3]
    assert [name for name in own._get_param_names() if name in positional] == positional


def test_a_search_in_a_pipeline(wine):
    X, y = wine
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(**SMALL))
    grid = {"mlpclassifier__hidden_layer_sizes": [(1,), (8,)], "mlpclassifier__activation": ["tanh", ["elu"]]}
    search = GridSearchCV(pipeline, grid, cv=3, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.9
    assert search.best_estimator_[-1].network_.n_out == 3
    assert cross_val_predict(pipeline, X, y, cv=3, method="predict_proba").shape == (178, 3)
    assert permutation_importance(search, X, y, n_repeats=1, random_state=0).importances_mean.shape == (13,)


def test_in_other_processes(wine):
    X, y = wine
    estimator = MLPClassifier(**SMALL)
    alone = cross_val_score(estimator, X, y, cv=3)
    with joblib.parallel_backend("loky", n_jobs=2):
        assert_allclose(cross_val_score(estimator, X, y, cv=3), alone)
    bagged = BaggingClassifier(estimator, n_estimators=3, random_state=0, n_jobs=2).fit(X, y)
    assert bagged.score(X, y) > 0.9


def test_copies(wine):
    X, y = wine
    estimator = MLPClassifier(**SMALL, callbacks=[], optimizer=gn.Adam(0.01)).fit(X, y)
    fresh = clone(estimator)
    assert not hasattr(fresh, "coefs_")
    assert fresh.get_params()["optimizer"] == gn.Adam(0.01)
    twin = copy.deepcopy(estimator)
    assert_allclose(twin.predict_proba(X), estimator.predict_proba(X))
    twin.partial_fit(X, y)
    assert not np.array_equal(twin.coefs_[0], estimator.coefs_[0])


@pytest.mark.parametrize("kind", ["adam", "sgd", "lbfgs"])
def test_pickles_go_on(kind, wine, executor):
    X, y = wine
    estimator = MLPClassifier(**{**SMALL, "executor": executor, "solver": kind}).fit(X, y)
    back = pickle.loads(pickle.dumps(estimator))
    assert np.array_equal(back.predict_proba(X), estimator.predict_proba(X))
    assert back.get_params() == estimator.get_params()
    assert back.coefs_[0].base is back.network_.parameters["W1"].base
    if kind != "lbfgs":
        for one in (estimator, back, pickle.loads(pickle.dumps(estimator))):
            one.set_params(random_state=1)
        for _ in range(3):
            estimator.partial_fit(X, y)
            back.partial_fit(X, y)
        assert np.array_equal(back.coefs_[1], estimator.coefs_[1])
        assert back.loss_curve_ == estimator.loss_curve_
        assert np.array_equal(pickle.loads(pickle.dumps(back)).predict(X), back.predict(X))


def test_partial_fit_with_batches_of_any_size(wine, executor):
    X, y = wine
    curves = []
    for how in (executor, "reference"):
        estimator = MLPClassifier(**{**SMALL, "executor": how})
        for rows in (50, 50, 178, 7, 50):
            estimator.partial_fit(
                X[:rows], y[:rows], classes=[0, 1, 2], sample_weight=None if rows == 7 else np.ones(rows)
            )
        curves.append(estimator.loss_curve_)
    assert_allclose(*curves, rtol=1e-10)


def test_pandas_in_and_out(wine, diabetes):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    X = pd.DataFrame(wine[0], columns=[f"x{k}" for k in range(13)], index=range(100, 278))
    y = pd.Series(np.array(["a", "b", "c"])[wine[1]], index=X.index, name="kind")
    estimator = MLPClassifier(**SMALL).fit(X, y)
    assert list(estimator.feature_names_in_) == list(X.columns)
    assert isinstance(estimator.predict(X), np.ndarray)
    labels = estimator.set_output(transform="pandas").predict(X)
    assert labels.name == "kind"
    assert labels.index.equals(X.index)
    table = estimator.predict_proba(X)
    assert list(table.columns) == ["a", "b", "c"]
    assert_allclose(table.sum(axis=1), 1)
    assert clone(estimator).fit(X, y).predict_log_proba(X).shape == (178, 3)
    assert estimator.score(X, y) > 0.9
    with pytest.raises(ValueError, match="feature names"):
        estimator.predict(X.rename(columns={"x0": "other"}))
    X, y = diabetes
    both = pd.DataFrame({"one": y, "two": -y})
    assert list(MLPRegressor(**SMALL).fit(X, both).set_output(transform="pandas").predict(X).columns) == ["one", "two"]


def test_what_works_with_clones_is_given_arrays(wine, diabetes):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    X, y = pd.DataFrame(wine[0], columns=[f"x{k}" for k in range(13)]), wine[1]
    framed = MLPClassifier(**SMALL).set_output(transform="pandas")
    for of in (lambda it: CalibratedClassifierCV(it, cv=2), OneVsRestClassifier, lambda it: GridSearchCV(it, {}, cv=2)):
        ours, plain = (of(it).fit(X, y).predict(X) for it in (framed, MLPClassifier(**SMALL)))
        assert isinstance(ours, np.ndarray)
        assert np.array_equal(ours, plain)
    assert isinstance(framed.fit(X, y).predict(X), pd.Series)  # which itself is as it was
    framed = MLPRegressor(**SMALL).set_output(transform="pandas")
    assert StackingRegressor([("net", framed)], cv=2).fit(*diabetes).predict(diabetes[0]).shape == diabetes[1].shape


def test_a_network_of_float32_answers_in_float32(wine):
    X, y = wine
    ours = MLPClassifier(**SMALL).fit(X.astype(np.float32), y)
    theirs = TheirClassifier(**{key: value for key, value in SMALL.items() if key != "executor"})
    assert ours.predict_proba(X).dtype == np.float32
    assert theirs.fit(X.astype(np.float32), y).predict_proba(X).dtype == np.float64
    ours = MLPRegressor(**SMALL).fit(X.astype(np.float32), y)
    assert ours.predict(X).dtype == np.float32


def test_polars_in_and_out(wine):
    pl = pytest.importorskip("polars", reason="polars is not installed")
    X = pl.DataFrame(wine[0], schema=[f"x{k}" for k in range(13)])
    y = pl.Series("kind", wine[1])
    estimator = MLPClassifier(**SMALL).fit(X, y)
    assert list(estimator.feature_names_in_) == X.columns
    plain = estimator.predict_proba(X)
    estimator.set_output(transform="polars")
    assert estimator.predict(X).name == "kind"
    assert estimator.predict_proba(X).columns == ["0", "1", "2"]
    assert_allclose(estimator.predict_proba(X).to_numpy(), plain)
    estimator.set_output(transform="default")
    assert isinstance(estimator.predict(X), np.ndarray)
    with pytest.raises(ArgumentError, match="transform must be one of"):
        estimator.set_output(transform="arrow")


def test_what_verbose_prints_is_what_theirs_prints(wine, capsys):
    X, y = wine
    for settings in (
        {},
        {"early_stopping": True},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 1.0, "max_iter": 60},
    ):
        printed = []
        for kind, own in ((TheirClassifier, {}), (MLPClassifier, {"executor": "reference"})):
            kind(**{"max_iter": 4, "random_state": 0, "verbose": True, "n_iter_no_change": 2, **settings}, **own).fit(
                X, y
            )
            printed.append(capsys.readouterr().out)
        assert printed[0] == printed[1]
        assert "Iteration 1, loss = " in printed[0]


@pytest.mark.parametrize(
    "settings",
    [{"max_iter": 2}, {"solver": "lbfgs", "max_iter": 2}, {"batch_size": 9999, "max_iter": 2, "solver": "sgd"}],
    ids=str,
)
def test_warnings_are_theirs(settings, wine):
    X, y = wine
    said = []
    for kind, own in ((TheirClassifier, {}), (MLPClassifier, {"executor": "reference"})):
        with pytest.warns(UserWarning) as caught:  # noqa: PT030  # compared with one another
            kind(random_state=0, **settings, **own).fit(X, y)
        said.append([(str(warning.message), warning.category) for warning in caught])
    assert said[0] == said[1]


def test_errors_are_theirs(wine):
    X, y = wine
    for action in (
        lambda kind: kind(early_stopping=True).partial_fit(X, y, classes=[0, 1, 2]),
        lambda kind: kind().partial_fit(X, y),
        lambda kind: kind(max_iter=2).fit(X, y).predict(X[:, :3]),
        lambda kind: kind().predict(X),
        lambda kind: kind(warm_start=True, max_iter=2).fit(X, y).fit(X[:100], y[:100]),
        lambda kind: kind().partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X, y + 1),
        lambda kind: kind(max_iter=2).fit(X, y, sample_weight=np.zeros(len(y))),
        lambda kind: kind(early_stopping=True).fit(X[:5], y[:5]),
        lambda kind: kind(alpha=-1).fit(X, y),
        lambda kind: kind(solver="lbfgs").partial_fit(X, y),
    ):
        said = []
        for kind in (TheirClassifier, MLPClassifier):
            with pytest.raises(Exception, match=r".") as caught:  # compared with one another
                action(kind)
            said.append((caught.type, str(caught.value)))
        assert said[0] == said[1]
