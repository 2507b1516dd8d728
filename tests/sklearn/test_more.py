"""What scikit-learn's own classes lack: activations by layer, dropout, losses, class weights, callbacks, a network."""

import sys
from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_allclose

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, GlassnetError
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_activations_by_layer_dropout_and_normalization(digits, executor):
    X, y = digits
    layers = [gn.ELU(0.5), "prelu", "maxout", "leaky_relu"]
    more = {"dropout": [0.1, 0, 0, 0.2], "batch_normalization": [True, True, False, False], "executor": executor}
    estimator = MLPClassifier((20, 15, 10, 12), layers, max_iter=30, learning_rate_init=0.01, random_state=0, **more)
    estimator.fit(X, y)
    kinds = " ".join(type(layer).__name__ for layer in estimator.network_.layers)
    assert kinds == "Dense BatchNorm ELU Dropout Dense BatchNorm PReLU Maxout Dense LeakyReLU Dropout Dense Softmax"
    assert estimator.score(X, y) > 0.9
    assert [W.shape for W in estimator.coefs_] == [(64, 20), (20, 15), (2, 15, 10), (10, 12), (12, 10)]
    assert estimator.network_.layers[2] == gn.ELU(0.5)
    again = MLPClassifier(**estimator.get_params()).fit(X, y)
    assert again.loss_curve_ == estimator.loss_curve_


def test_both_executors_learn_the_same_with_all_of_it(wine):
    X, y = wine
    layers = {"hidden_layer_sizes": (8, 6), "activation": ["tanh", "elu"], "dropout": 0.2, "batch_normalization": True}
    settings = {**layers, "class_weight": "balanced", "batch_size": 40, "max_iter": 6, "random_state": 1}
    curves = [MLPClassifier(executor=name, **settings).fit(X, y).loss_curve_ for name in ("reference", "auto")]
    assert_allclose(curves[1], curves[0], rtol=1e-9)


@pytest.mark.parametrize(
    "loss", ["absolute_error", "huber", "mean_squared_error", gn.NamedLoss("gaussian_nll", sigma=0.5)]
)
def test_losses_of_a_regression(loss, diabetes):
    X, y = diabetes
    estimator = MLPRegressor(loss, (10,), learning_rate_init=0.01, max_iter=60, random_state=0).fit(X, y)
    assert estimator.loss_curve_[-1] < 0.5 * estimator.loss_curve_[0]
    assert estimator.score(X, y) > 0.4


def test_a_users_function_is_the_loss_that_it_says(diabetes):
    X, y = diabetes
    settings = {"hidden_layer_sizes": (5,), "max_iter": 5, "random_state": 0, "executor": "reference"}
    own = MLPRegressor(lambda y, t: 0.5 * ((y - t) ** 2).mean(axis=1), **settings).fit(X, y)
    named = MLPRegressor("squared_error", **settings).fit(X, y)
    assert_allclose(own.loss_curve_, named.loss_curve_, rtol=1e-5)
    with pytest.raises(GlassnetError, match=r"one number for each of \d+ samples, got \(\)"):
        MLPRegressor(lambda y, t: ((y - t) ** 2).mean(), **settings).fit(X, y)


def test_huber_is_robust():
    X = np.linspace(-1, 1, 80)[:, None]
    y = X[:, 0].copy()
    y[::10] += 30
    fits = {loss: MLPRegressor(loss, (), solver="lbfgs", max_iter=500).fit(X, y) for loss in ("squared_error", "huber")}
    off = {loss: np.abs(fit.predict(X) - X[:, 0]).max() for loss, fit in fits.items()}
    assert off["huber"] < 0.5 < off["squared_error"]


def test_poisson_predicts_what_its_network_does(diabetes):
    X, y = diabetes
    estimator = MLPRegressor("poisson", (5,), max_iter=3, random_state=0).fit(X, np.round(y))
    assert (estimator.predict(X) > 0).all()
    assert_allclose(estimator.network_.predict(X)[:, 0], estimator.predict(X))


def test_class_weights_are_weights_of_samples(wine):
    X, y = wine
    settings = {"max_iter": 8, "random_state": 0, "executor": "reference"}
    counts = Counter(y.tolist())
    weights = {label: len(y) / (3 * count) for label, count in counts.items()}
    by_sample = MLPClassifier(**settings).fit(X, y, sample_weight=[weights[label] for label in y])
    for given in ("balanced", weights):
        assert_allclose(MLPClassifier(class_weight=given, **settings).fit(X, y).loss_curve_, by_sample.loss_curve_)
    with pytest.raises(ValueError, match="'balanced' is not supported for partial_fit"):
        MLPClassifier(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])


@pytest.mark.parametrize("optimizer", ["rmsprop", gn.AdamW(0.01, weight_decay=0.1), gn.SGD(gn.schedules.Cosine(0.1))])
def test_optimizers_and_schedules_of_glassnet(optimizer, wine, executor):
    X, y = wine
    estimator = MLPClassifier(optimizer=optimizer, solver="sgd", max_iter=30, executor=executor, random_state=0).fit(
        X, y
    )
    assert estimator.score(X, y) > 0.95
    assert len(estimator.loss_curve_) == 30
    assert hasattr(estimator, "partial_fit")


def test_an_optimizer_means_what_it_means_in_fit(wine):
    X, y = wine
    estimator = MLPClassifier(
        (6,), optimizer=gn.Momentum(0.05), alpha=0, shuffle=False, batch_size=50, max_iter=4, random_state=0
    )
    twin = MLPClassifier(
        (6,), optimizer=gn.Momentum(0.05), alpha=0, shuffle=False, batch_size=50, max_iter=1, random_state=0
    )
    network = twin.fit(X, y).network_
    plan = estimator.fit(X, y)
    first = MLPClassifier((6,), max_iter=1, learning_rate_init=1e-300, random_state=0).fit(X, y).network_
    network.parameters.update(first.parameters)
    network.fit(
        X, y, optimizer=gn.Momentum(0.05), epochs=4, batch_size=50, shuffle=False, executor="reference", verbose=0
    )
    assert_allclose(network.parameters.flat, plan.network_.parameters.flat, rtol=1e-9)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_schedule_in_the_place_of_learning_rate(solver, wine):
    X, y = wine
    schedule = gn.schedules.StepDecay(0.1, every=2, factor=0.5)
    estimator = MLPClassifier(solver=solver, learning_rate=schedule, max_iter=4, n_iter_no_change=9).fit(X, y)
    if solver == "sgd":
        assert_allclose(estimator.history_["learning_rate"], [0.1, 0.1, 0.05, 0.05])
    assert estimator.score(X, y) > 0.9


def test_callbacks_see_epochs_steps_and_gradients_and_may_stop(wine, executor):
    X, y = wine

    class Watcher(gn.callbacks.Callback):
        def on_train_begin(self, run):
            self.steps, self.norms, self.ended = [], [], 0

        def on_gradients(self, run):
            self.norms.append(float(np.linalg.norm(run.batch["dW1"])))

        def on_step_end(self, run):
            self.steps.append(run.step)

        def on_train_end(self, run):
            self.ended += 1

    watcher, losses = Watcher(), []
    settings = {"batch_size": 60, "max_iter": 5, "random_state": 0, "executor": executor}
    estimator = MLPClassifier(callbacks=[watcher, lambda run: losses.append(run.metrics["loss"])], **settings).fit(X, y)
    assert watcher.steps == list(range(1, 16))
    assert len(watcher.norms) == 15
    assert min(watcher.norms) > 0
    assert watcher.ended == 1
    assert losses == estimator.loss_curve_
    assert_allclose(losses, MLPClassifier(**settings).fit(X, y).loss_curve_, rtol=1e-9)

    stopped = MLPClassifier(callbacks=[lambda run: run.stop("enough") if run.epoch == 2 else None], **settings).fit(
        X, y
    )
    assert stopped.n_iter_ == 2


def test_callbacks_that_do_not_look_at_gradients_see_what_each_step_computed(wine, executor):
    X, y = wine
    seen = []

    class Reader(gn.callbacks.Callback):
        def on_step_end(self, run):
            seen.append((run.batch["X"].shape, float(run.batch["loss"]), float(np.linalg.norm(run.batch["dW1"]))))

    doctor = gn.Doctor()
    settings = {"batch_size": 70, "alpha": 0.0, "executor": executor, "callbacks": [Reader(), doctor]}
    estimator = MLPClassifier(max_iter=2, random_state=0, **settings).fit(X, y)
    assert [shape for shape, *_ in seen] == 2 * [(70, 13), (70, 13), (38, 13)]
    assert_allclose(np.dot([loss for _, loss, _ in seen[:3]], [70, 70, 38]) / 178, estimator.loss_curve_[0])
    assert min(norm for *_, norm in seen) > 0
    assert doctor.looked_at == [1, 2, 3, 4, 5, 6]
    assert doctor.report.examined == ("structure", "data", "units", "gradients", "training")
    MLPClassifier(**settings).partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X, y)
    assert len(seen) == 12


def test_validation_curves(wine, diabetes):
    X, y = wine
    estimator = MLPClassifier(max_iter=5, random_state=0).fit(X[::2], y[::2], validation_data=(X[1::2], y[1::2]))
    assert len(estimator.history_["val_loss"]) == 5
    assert_allclose(estimator.history_["val_score"][-1], estimator.score(X[1::2], y[1::2]))
    X, y = diabetes
    estimator = MLPRegressor(max_iter=5, random_state=0).fit(X, y, validation_data=(X, y))
    assert_allclose(estimator.history_["val_loss"][-1], 0.5 * np.mean((estimator.predict(X) - y) ** 2))
    with pytest.raises(ArgumentError, match=r"the pair \(X, y\)"):
        estimator.fit(X, y, validation_data=X)


def test_the_network_traces_explains_and_draws(wine, tmp_path):
    X, y = wine
    estimator = MLPClassifier((5,), "tanh", max_iter=50, random_state=0).fit(X, y)
    network = estimator.network_
    trace = network.trace(X[:3], y[:3], mode="predict")
    assert_allclose(trace["A2"], estimator.predict_proba(X[:3]))
    assert_allclose(estimator.layer_outputs(X[:3])["A1"], trace["A1"])
    assert_allclose(
        estimator.layer_outputs(X[:3])["A1"], np.tanh(X[:3] @ estimator.coefs_[0] + estimator.intercepts_[0])
    )
    assert trace.why("Z2[0,1]").total == pytest.approx(trace["Z2"][0, 1])
    assert network.explain(X[0]) is not None
    network.save(tmp_path / "wine.safetensors")
    assert_allclose(gn.load(tmp_path / "wine.safetensors").predict(X), estimator.predict_proba(X))


def test_weights_that_are_put_in_are_predicted_with(wine):
    X, y = wine
    estimator = MLPClassifier((5,), max_iter=3, random_state=0).fit(X, y)
    other = MLPClassifier((5,), max_iter=9, random_state=1).fit(X, y)
    estimator.coefs_ = [W.copy() for W in other.coefs_]
    for k, b in enumerate(other.intercepts_):
        estimator.intercepts_[k] = b.copy()
    assert_allclose(estimator.predict_proba(X), other.predict_proba(X))
    estimator.coefs_[0][...] = 0  # in place
    assert len(np.unique(estimator.predict_proba(X).round(9), axis=0)) == 1


def test_threads_change_no_bit(digits, executor):
    X, y = digits
    curves = [
        MLPClassifier(threads=k, max_iter=3, random_state=0, executor=executor).fit(X, y).loss_curve_ for k in (1, 2)
    ]
    assert curves[0] == curves[1]


@pytest.mark.parametrize("executor_name", ["auto", "reference"])
def test_without_compilation_the_reference_executor_does_it(executor_name, wine, monkeypatch):
    monkeypatch.setattr("glassnet.engine.entry.unavailable", lambda: "no Numba here")
    monkeypatch.setattr("glassnet.training.executors.entry.unavailable", lambda: "no Numba here")
    X, y = wine
    assert MLPClassifier(executor=executor_name, max_iter=300, random_state=0).fit(X, y).score(X, y) == 1.0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"activation": ["relu", "tanh"]}, "one for each of the 1 hidden layers, got 2"),
        ({"activation": ["relux"]}, "Did you mean 'relu'"),
        ({"activation": [3]}, r"a name or a layer such as gn.ELU"),
        ({"dropout": [1.5]}, "dropout must be"),
        ({"solver": "lbfgs", "dropout": 0.5}, "solver='lbfgs' must go with weights and biases alone"),
        ({"solver": "lbfgs", "callbacks": [print]}, "validation_data and callbacks must go with epochs"),
        ({"hidden_layer_sizes": (3, -1)}, r"hidden_layer_sizes must be > 0, got \[3, -1\]"),
        ({"solver": "adagrad"}, "The 'solver' parameter of MLPClassifier must be a str among"),
        ({"class_weight": {0: 1, 1: -1, 2: 1}}, "the class_weight of 1 must be"),
        ({"class_weight": {0: float("nan")}}, "the class_weight of 0 must be"),
        ({"solver": "lbfgs", "optimizer": gn.Adam(0.1)}, "solver='lbfgs' and optimizer=Adam.* must not go together"),
        ({"solver": "lbfgs", "learning_rate": gn.schedules.Cosine(0.1)}, "must not go with solver='lbfgs'"),
        ({"optimizer": "adam", "learning_rate": gn.schedules.Cosine(0.1)}, "has a learning rate of its own"),
        (
            {"optimizer": gn.SGD(0.1), "learning_rate": "adaptive"},
            "learning_rate='adaptive' must not go with optimizer",
        ),
        ({"loss": "hinge"}, "The 'loss' parameter of MLPClassifier must be"),
    ],
    ids=str,
)
def test_what_is_refused(settings, words, wine):
    with pytest.raises((ValueError, TypeError), match=words):
        MLPClassifier(**{"max_iter": 2, **settings}).fit(*wine)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "categorical_cross_entropy"])
@pytest.mark.parametrize("form", [str, gn.NamedLoss], ids=["name", "loss"])
def test_losses_of_probabilities_are_refused_by_the_regressor(name, form, diabetes):
    with pytest.raises(ArgumentError, match=f"numbers without bounds for MLPRegressor, got .*{name}"):
        MLPRegressor(form(name), max_iter=2).fit(*diabetes)


def test_categorical_cross_entropy_is_refused_where_outputs_are_sigmoids(wine):
    X, y = wine
    for targets in (y > 0, np.eye(3)[y] + np.eye(3)[(y + 1) % 3]):
        with pytest.raises(ArgumentError, match="three classes or more that exclude each other"):
            MLPClassifier(loss="categorical_cross_entropy", max_iter=2).fit(X, targets)


def test_a_class_of_weight_0_is_left_out(wine):
    X, y = wine
    settings = {"hidden_layer_sizes": (5,), "max_iter": 40, "learning_rate_init": 0.02, "random_state": 0}
    estimator = MLPClassifier(class_weight={1: 0}, executor="reference", **settings).fit(X, y)
    assert not np.any(estimator.predict(X[y == 0]) == 1)


def test_targets_of_another_width_are_refused(diabetes, executor):
    X, y = diabetes
    estimator = MLPRegressor(hidden_layer_sizes=(3,), executor=executor).partial_fit(X, y)
    with pytest.raises(ValueError, match="y must have 1 columns of targets, as when the network was made, got 2"):
        estimator.partial_fit(X, np.column_stack([y, y]))


def test_weights_of_other_shapes_make_another_network(wine):
    X, y = wine
    estimator = MLPClassifier((5,), max_iter=3, random_state=0).fit(X, y)
    wider = MLPClassifier((9, 4), max_iter=3, random_state=0).fit(X, y)
    estimator.coefs_, estimator.intercepts_ = list(wider.coefs_), list(wider.intercepts_)
    assert_allclose(estimator.predict_proba(X), wider.predict_proba(X))


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("glassnet.sklearn")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(GlassnetError, match=r"pip install glassnet\[sklearn\]"):
        __import__("glassnet.sklearn")


@pytest.mark.parametrize("warm", [False, True])
def test_a_network_that_was_moved_comes_home_to_be_trained(warm, wine, executor):
    pytest.importorskip("torch", reason="torch is not installed")
    X, y = wine
    settings = {"max_iter": 3, "random_state": 0, "warm_start": warm, "executor": executor}
    stayed, moved = (MLPClassifier((5,), **settings).partial_fit(X, y, classes=[0, 1, 2]) for _ in range(2))
    moved.network_.to("torch")
    assert_allclose(moved.predict_proba(X), stayed.predict_proba(X), rtol=1e-6)
    assert_allclose(moved.layer_outputs(X)["A1"], stayed.layer_outputs(X)["A1"])
    for estimator in (stayed, moved):
        estimator.fit(X, y) if warm else estimator.partial_fit(X, y)
    assert moved.network_.device == "cpu"
    assert np.shares_memory(moved.coefs_[0], moved.network_.parameters["W1"])
    assert_allclose(moved.coefs_[0], stayed.coefs_[0])
    assert_allclose(moved.predict_proba(X), stayed.predict_proba(X))
