"""scikit-learn's perceptrons: taken over with the same predictions, given back, and what cannot be is named."""

from itertools import pairwise

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.interop.parts import ConversionWarning
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, GlassnetError
from random_networks import fill, largest_difference

sklearn = pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install glassnet[sklearn]")
from sklearn.decomposition import PCA  # noqa: E402  # after the skip
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.{ConvergenceWarning.__name__}"),
]
RNG = np.random.default_rng(0)
X = RNG.normal(3, 2, size=(60, 4))
THREE = np.array(["ant", "bee", "cat"])[RNG.integers(3, size=60)]
TWO = np.where(X[:, 0] > 3, 7, 4)


def classifier(t=THREE, **settings):
    settings = {"hidden_layer_sizes": (6, 5), "max_iter": 15, "random_state": 0, **settings}
    return MLPClassifier(**settings).fit(X, t)


def regressor(t=X[:, 1], **settings):
    return MLPRegressor(**{"hidden_layer_sizes": (6,), "max_iter": 15, "random_state": 0, **settings}).fit(X, t)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("hidden", [(6, 5), (3,), ()])
def test_classifiers_predict_alike(activation, hidden):
    model = classifier(activation=activation, hidden_layer_sizes=hidden)
    net = gn.from_sklearn(model)
    assert net.dtype == "float64"
    assert largest_difference(net.predict(X), model.predict_proba(X)) < 1e-12
    assert (model.classes_[net.classify(X)] == model.predict(X)).all()


def test_two_classes_are_one_sigmoid():
    model = classifier(TWO)
    net = gn.from_sklearn(model)
    assert net.n_out == 1
    assert largest_difference(net.predict(X), model.predict_proba(X)[:, 1:]) < 1e-12
    assert (model.classes_[net.classify(X)] == model.predict(X)).all()


def test_regressors_predict_alike():
    for t in (X[:, 1], X[:, :2]):
        model = regressor(t)
        net = gn.from_sklearn(model)
        assert largest_difference(net.predict(X), model.predict(X).reshape(60, -1)) < 1e-12
        assert net.loss_function.name == "mean_squared_error"
        assert net.output_kind == "values"


def test_labels_that_may_be_there_together():
    t = RNG.integers(2, size=(60, 3))
    model = classifier(t)
    net = gn.from_sklearn(model)
    assert largest_difference(net.predict(X), model.predict_proba(X)) < 1e-12
    again = gn.to_sklearn(net)
    assert (again.predict(X) == model.predict(X)).all()


def test_float32_stays_float32():
    model = MLPClassifier((5,), max_iter=5).fit(X.astype("float32"), TWO)
    assert gn.from_sklearn(model).dtype == "float32"
    assert gn.to_sklearn(gn.from_sklearn(model)).coefs_[0].dtype == np.float32
    assert gn.from_sklearn(model, dtype="float64").dtype == "float64"


def test_classes_are_kept_as_elsewhere():
    net = gn.from_sklearn(classifier(TWO))
    assert Preprocessing.from_dict(net.preprocessing).class_names == ("4", "7")
    assert np.array_equal(Preprocessing.from_dict(net.preprocessing)(X), X.astype("float32"))
    assert net.metadata["classes"] == [4, 7]


OURS = {
    "three classes": lambda gs: gs.MLPClassifier((6,), max_iter=5, executor="reference").fit(X, THREE),
    "two classes": lambda gs: gs.MLPClassifier((6,), max_iter=5, executor="reference").fit(X, TWO),
    "other layers": lambda gs: gs.MLPClassifier(
        (6, 5), gn.ELU(0.5), dropout=0.2, batch_normalization=True, max_iter=5, executor="reference"
    ).fit(X, THREE),
    "a regression": lambda gs: gs.MLPRegressor(hidden_layer_sizes=(6,), max_iter=5, executor="reference").fit(
        X, X[:, 1]
    ),
}


@pytest.mark.parametrize("name", OURS)
def test_estimators_of_glassnets_own_are_taken_as_scikit_learns(name):
    gs = pytest.importorskip("glassnet.sklearn")
    model = OURS[name](gs)
    net = gn.from_sklearn(model)
    assert net.layers == model.network_.layers
    assert largest_difference(net.predict(X), model.network_.predict(X)) == 0
    net.parameters.flat[...] = 0.0
    assert model.network_.parameters.flat.any()  # a copy
    if hasattr(model, "classes_"):
        assert net.metadata["classes"] == model.classes_.tolist()
    behind = make_pipeline(StandardScaler().fit(X), model)
    expected = model.network_.predict(behind[0].transform(X))
    assert largest_difference(gn.from_sklearn(behind).predict(X), expected) < 1e-9


def test_poisson_regression_of_glassnets_own_is_named():
    gs = pytest.importorskip("glassnet.sklearn")
    model = gs.MLPRegressor("poisson", max_iter=2, executor="reference").fit(X, np.abs(X[:, 1]))
    with pytest.raises(ArgumentError, match="output 'exp'"):
        gn.from_sklearn(model)
    with pytest.raises(ArgumentTypeError, match="must be a fitted MLPClassifier"):
        gn.from_sklearn(gs.MLPRegressor())


def test_they_go_through_a_model_file(tmp_path):
    model = classifier()
    net = gn.load(gn.from_sklearn(model).save(tmp_path / "m.safetensors"))
    assert (gn.to_sklearn(net).predict(X) == model.predict(X)).all()


SCALERS = {
    "standard": StandardScaler(),
    "standard without mean": StandardScaler(with_mean=False),
    "standard without std": StandardScaler(with_std=False),
    "neither": StandardScaler(with_mean=False, with_std=False),
    "min max": MinMaxScaler((-2, 5)),
    "max abs": MaxAbsScaler(),
    "robust": RobustScaler(),
    "robust without either": RobustScaler(with_centering=False, with_scaling=False),
    "passthrough": "passthrough",
    "none": None,
}


@pytest.mark.parametrize("name", SCALERS)
def test_scalers_go_into_the_first_weights(name):
    settings = {"hidden_layer_sizes": (5,), "max_iter": 15, "random_state": 0}
    for before in ([SCALERS[name]], [SCALERS[name], MinMaxScaler()]):
        model = make_pipeline(*before, MLPClassifier(**settings)).fit(X, THREE)
        assert largest_difference(gn.from_sklearn(model).predict(X), model.predict_proba(X)) < 1e-10
    model = make_pipeline(StandardScaler(), MLPRegressor(**settings)).fit(X, X[:, 0])
    assert largest_difference(gn.from_sklearn(model).predict(X)[:, 0], model.predict(X)) < 1e-10


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (MLPClassifier, "has not been fitted"),
        (lambda: make_pipeline(PCA(2), classifier()), "'pca' is a PCA"),
        (lambda: make_pipeline(MinMaxScaler(clip=True).fit(X), classifier()), "a scaler that clips"),
        (lambda: make_pipeline(StandardScaler(), classifier()), "'standardscaler' has not been fitted"),
        (lambda: make_pipeline(StandardScaler().fit(X[:, :2]), classifier()), "scales 2 numbers"),
        (lambda: StandardScaler().fit(X), "must be a fitted MLPClassifier"),
        (lambda: 3, "must be a fitted MLPClassifier"),
        (lambda: gn.Network([gn.Dense(2, 1)]), "must be a fitted MLPClassifier"),
    ],
)
def test_what_has_no_counterpart_is_named(make, words):
    with pytest.raises((ArgumentError, ArgumentTypeError, GlassnetError), match=words):
        gn.from_sklearn(make())


def test_poisson_regression_is_named():
    try:
        model = regressor(np.abs(X[:, 0]), loss="poisson")
    except TypeError:
        pytest.skip("this scikit-learn has no Poisson loss")
    with pytest.raises(ArgumentError, match="output 'exp'"):
        gn.from_sklearn(model)


# There and back


def random_perceptron(seed, **arguments):
    """A network that scikit-learn can have, with dropout and batch normalization."""
    rng = np.random.default_rng(seed)
    widths = [4, *rng.integers(2, 8, size=rng.integers(0, 4)).tolist()]
    activation = [gn.ReLU(), gn.Tanh(), gn.Sigmoid(), gn.Identity()][rng.integers(4)]
    layers = [gn.BatchNorm()] if rng.random() < 0.4 else []
    for n_in, n_out in pairwise(widths):
        layers.append(gn.Dense(n_in, n_out, bias=bool(rng.random() < 0.7)))
        layers += [gn.BatchNorm(0.9, 1e-3)] if rng.random() < 0.5 else []
        layers.append(activation)
        layers += [gn.Dropout(0.3)] if rng.random() < 0.4 else []
        layers += [gn.BatchNorm()] if rng.random() < 0.3 else []
    n_out = int(rng.integers(1, 5))
    layers.append(gn.Dense(widths[-1], n_out))
    layers += [[], [gn.Sigmoid()], [gn.Softmax()]][rng.integers(3 if n_out > 1 else 2)]
    net = gn.Network(layers, dtype=["float32", "float64"][seed % 2], **arguments)
    fill(net, rng)
    return net


def outputs_of(model, x, n_out):
    """What scikit-learn predicts, in glassnet's form."""
    if isinstance(model, MLPRegressor):
        return model.predict(x).reshape(len(x), -1)
    y = model.predict_proba(x)
    return y[:, 1:] if n_out == 1 else y


@pytest.mark.filterwarnings("ignore::glassnet.interop.parts.ConversionWarning")
@pytest.mark.parametrize("seed", range(10))
def test_random_networks_there_and_back(seed):
    net = random_perceptron(seed)
    x = X[:20].astype(net.dtype)
    model = gn.to_sklearn(net)
    assert largest_difference(outputs_of(model, x, net.n_out), net.predict(x)) < 1e-5
    again = gn.from_sklearn(model)
    assert again.dtype == net.dtype
    y = again.predict(x)
    if again.n_out < net.n_out:  # of two classes scikit-learn keeps the second's probability
        y = np.hstack([1 - y, y])
    assert largest_difference(y, net.predict(x)) < (1e-6 if net.dtype == "float64" else 1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_perceptrons_there_and_back(seed):
    rng = np.random.default_rng(seed)
    activation = ["identity", "logistic", "tanh", "relu"][rng.integers(4)]
    hidden = tuple(rng.integers(1, 9, size=rng.integers(0, 4)).tolist())
    dtype = ["float32", "float64"][seed % 2]
    settings = {"hidden_layer_sizes": hidden, "activation": activation, "max_iter": 5, "random_state": seed}
    t = [THREE, TWO, X[:, 0], X[:, :3]][rng.integers(4)]
    kind = MLPRegressor if t.dtype == float else MLPClassifier
    model = kind(**settings).fit(X.astype(dtype), t)
    again = gn.to_sklearn(gn.from_sklearn(model))
    x = X.astype(dtype)
    assert type(again) is kind
    assert again.get_params()["activation"] == activation or hidden == ()
    assert largest_difference(outputs_of(again, x, 3), outputs_of(model, x, 3)) < 1e-6
    if kind is MLPClassifier:
        assert (again.classes_ == model.classes_).all()
        assert (again.predict(x) == model.predict(x)).all()


def test_what_is_left_out_is_said():
    layers = [gn.Dense(4, 3), gn.BatchNorm(), gn.ReLU(), gn.Dropout(0.2), gn.Dense(3, 3), gn.Softmax()]
    with pytest.warns(ConversionWarning) as caught:
        model = gn.to_sklearn(gn.Network(layers))
    words = [str(warning.message) for warning in caught]
    assert words[0].startswith("layer 4, Dropout(rate=0.2) is left out")
    assert words[1].startswith("BatchNorm has gone into the weights")
    assert model.hidden_layer_sizes == (3,)
    assert model.activation == "relu"


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (
            [gn.Dense(4, 3), gn.ReLU(), gn.Dense(3, 3), gn.Tanh(), gn.Dense(3, 1)],
            r"mixed hidden activations \(ReLU, Tanh",
        ),
        ([gn.Dense(4, 3), gn.ReLU(), gn.Dense(3, 3), gn.Dense(3, 1)], r"mixed hidden activations \(Identity, ReLU"),
        ([gn.Dense(4, 3), gn.ELU(), gn.Dense(3, 1)], r"layer 2, ELU\(\) is no activation"),
        ([gn.Maxout(4, 3), gn.Dense(3, 1)], r"layer 1, Maxout\(4, 3\)"),
        ([gn.Dense(4, 3), gn.ReLU(), gn.Tanh(), gn.Dense(3, 1)], r"layer 3, Tanh\(\) is an activation behind"),
        ([gn.Dense(4, 3), gn.Softmax(), gn.Dense(3, 1)], "a Softmax inside"),
        ([gn.Dense(4, 3), gn.Tanh()], r"ends in Tanh\(\)"),
        ([gn.Dense(4, 3), gn.Softmax(), gn.BatchNorm()], "ends in BatchNorm"),
        ([gn.Tanh(), gn.Dense(4, 3)], r"layer 1, Tanh\(\)"),
    ],
)
def test_what_scikit_learn_cannot_have_is_named(layers, words):
    with pytest.raises(ArgumentError, match=words):
        gn.to_sklearn(gn.Network(layers))


def test_classes_come_from_where_glassnet_keeps_them():
    net = gn.Network([gn.Dense(4, 3), gn.Softmax()])
    assert gn.to_sklearn(net).classes_.tolist() == [0, 1, 2]
    net.preprocessing = Preprocessing("image", ("0", "1", "2")).to_dict()
    assert gn.to_sklearn(net).classes_.tolist() == [0, 1, 2]
    net.preprocessing = Preprocessing("table", ("a", "b", "c")).to_dict()
    assert gn.to_sklearn(net).classes_.tolist() == ["a", "b", "c"]
    net.metadata["classes"] = [3, 5, 8]
    assert gn.to_sklearn(net).classes_.tolist() == [3, 5, 8]
    net.metadata["classes"] = [8, 5, 3]
    with pytest.raises(ArgumentError, match="sorted order"):
        gn.to_sklearn(net)


def test_what_comes_back_trains_on():
    model = gn.to_sklearn(gn.from_sklearn(classifier()))
    for _ in range(60):
        model.partial_fit(X, THREE)
    assert len(model.loss_curve_) == 60
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    model.set_params(max_iter=3, warm_start=True).fit(X, THREE)
    assert sklearn.base.clone(model).get_params() == model.get_params()
