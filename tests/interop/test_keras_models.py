"""Keras's models: taken over with the same predictions, given back, and what cannot be is named."""

import os
from importlib.util import find_spec

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, GlassnetError
from random_networks import largest_difference, random_network, rows_for

if find_spec("torch"):
    os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras", reason="Keras, or its backend, is not installed: pip install glassnet[keras]")
pytest.importorskip("h5py", reason="h5py is not installed: pip install glassnet[keras]")
L = keras.layers
# Keras calls its backend's arrays in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def predicted(model, x):
    return model.predict(x, verbose=0)


def x_for(*shape):
    return np.random.default_rng(4).normal(size=(9, *shape)).astype("float32")


def with_random_weights(model, seed=0):
    """Give all weights random values, variances and counts positive ones."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        positive = "variance" in variable.path or "count" in variable.path
        values = rng.uniform(0.3, 3, size=variable.shape) if positive else rng.normal(size=variable.shape) * 0.6
        variable.assign(values.astype(variable.dtype))
    return model


def sequential(*layers, n_in=5, seed=0):
    return with_random_weights(keras.Sequential([keras.Input((n_in,)), *layers]), seed)


def sources(model, tmp_path, *, h5=True):
    """The model, and every kind of file that holds all of it."""
    model.save(tmp_path / "model.keras")
    paths = [tmp_path / "model.keras"]
    if h5:
        model.save(tmp_path / "model.h5")
        paths.append(tmp_path / "model.h5")
    return [model, *paths]


LAYERS = {
    "Dense with an activation": lambda: [L.Dense(4, "tanh")],
    "Dense without bias": lambda: [L.Dense(4, use_bias=False)],
    "Dense with a layer as activation": lambda: [L.Dense(4, activation=L.LeakyReLU(0.15)), L.Dense(3, L.ELU(0.4))],
    "Dense with leaky_relu": lambda: [L.Dense(4, "leaky_relu")],
    "Dense with elu": lambda: [L.Dense(4, "elu"), L.Dense(4, "sigmoid"), L.Dense(4, "linear"), L.Dense(2, "softmax")],
    "Activation": lambda: [L.Dense(4), L.Activation("sigmoid")],
    "Activation of a layer": lambda: [L.Dense(4), L.Activation(L.Softmax())],
    "ReLU": lambda: [L.Dense(4), L.ReLU()],
    "ReLU with a slope": lambda: [L.Dense(4), L.ReLU(negative_slope=0.3)],
    "LeakyReLU": lambda: [L.Dense(4), L.LeakyReLU(0.25)],
    "PReLU": lambda: [L.Dense(4), L.PReLU()],
    "PReLU with one slope": lambda: [L.Dense(4), L.PReLU(shared_axes=[1])],
    "ELU": lambda: [L.Dense(4), L.ELU(0.3)],
    "Softmax": lambda: [L.Dense(4), L.Softmax()],
    "Dropout": lambda: [L.Dense(4), L.Dropout(0.3), L.Dense(2)],
    "BatchNormalization": lambda: [L.BatchNormalization(), L.Dense(4), L.BatchNormalization(epsilon=0.01)],
    "BatchNormalization without scale": lambda: [L.Dense(4), L.BatchNormalization(scale=False)],
    "BatchNormalization without center": lambda: [L.Dense(4), L.BatchNormalization(center=False)],
    "BatchNormalization without either": lambda: [L.Dense(4), L.BatchNormalization(scale=False, center=False)],
    "Flatten and Identity": lambda: [L.Flatten(), L.Dense(4), L.Identity()],
    "Maxout": lambda: [L.Dense(6), L.Reshape((2, 3)), L.GlobalMaxPooling1D(), L.Dense(2)],
}


@pytest.mark.filterwarnings("ignore:.*HDF5.*")
@pytest.mark.parametrize("name", LAYERS)
def test_every_kind_of_layer_predicts_alike(name, tmp_path):
    model = sequential(*LAYERS[name]())
    for source in sources(model, tmp_path):
        assert largest_difference(gn.from_keras(source).predict(x_for(5)), predicted(model, x_for(5))) < 1e-5


def test_settings_are_carried_over():
    net = gn.from_keras(sequential(L.Dense(4), L.BatchNormalization(momentum=0.8, epsilon=0.02), L.Dropout(0.4)))
    assert net.layers == (gn.Dense(5, 4), gn.BatchNorm(0.8, 0.02), gn.Dropout(0.4))
    net = gn.from_keras(sequential(L.Dense(6), L.Reshape((2, 3)), L.GlobalMaxPooling1D()))
    assert net.layers == (gn.Maxout(5, 3, pieces=2),)


def test_functional_models_and_models_inside_models(tmp_path):
    x = keras.Input((5,))
    inner = keras.Sequential([L.Dense(4), L.ReLU(), L.Dense(3)])
    deeper = keras.Sequential([keras.Input((3,)), inner, L.Dense(3)])
    y = L.Activation("tanh")(deeper(L.Dense(3, name="first")(x)))
    model = with_random_weights(keras.Model(x, L.Dense(2)(y)))
    for source in sources(model, tmp_path, h5=False):
        net = gn.from_keras(source)
        assert [type(layer).__name__ for layer in net.layers] == [
            *["Dense", "Dense", "ReLU", "Dense", "Dense", "Tanh", "Dense"]
        ]
        assert largest_difference(net.predict(x_for(5)), predicted(model, x_for(5))) < 1e-5


@pytest.mark.filterwarnings("ignore:.*HDF5.*")
def test_a_functional_model_in_an_old_file(tmp_path):
    x = keras.Input((5,))
    model = with_random_weights(keras.Model(x, L.Dense(2, "softmax")(L.Dense(3, "relu")(x))))
    model.save(tmp_path / "model.h5")
    net = gn.from_keras(tmp_path / "model.h5")
    assert largest_difference(net.predict(x_for(5)), predicted(model, x_for(5))) < 1e-5


@pytest.mark.filterwarnings("ignore:.*HDF5.*")
def test_scaling_of_the_inputs_goes_into_the_first_dense(tmp_path):
    adapted = L.Normalization()
    adapted.adapt(np.random.default_rng(0).normal(3, 2, size=(40, 5)))
    layers = [
        [adapted],
        [L.Normalization(mean=[1.0] * 5, variance=[4.0] * 5), L.Rescaling(0.5, offset=-1)],
        [L.Normalization(axis=None, mean=2.0, variance=3.0)],
        [L.Normalization(mean=[1.0] * 5, variance=[4.0] * 5, invert=True)],
        [L.Rescaling([1.0, 2, 3, 4, 5])],
    ]
    for before in layers:
        model = keras.Sequential([keras.Input((5,)), *before, L.Dense(3, "tanh", use_bias=False), L.Dense(2)])
        for source in sources(model, tmp_path):
            net = gn.from_keras(source)
            assert net.layers == (gn.Dense(5, 3), gn.Tanh(), gn.Dense(3, 2))
            assert largest_difference(net.predict(x_for(5)), predicted(model, x_for(5))) < 1e-5


def test_pictures_are_rescaled_and_flattened():
    model = keras.Sequential([keras.Input((4, 3)), L.Rescaling(1 / 255), L.Flatten(), L.Dense(3, "softmax")])
    pixels = np.random.default_rng(0).integers(0, 256, size=(9, 4, 3)).astype("float32")
    assert largest_difference(gn.from_keras(model).predict(pixels.reshape(9, 12)), predicted(model, pixels)) < 1e-5


# There and back


@pytest.mark.parametrize("seed", range(10))
def test_random_networks_there_and_back(seed, tmp_path):
    net = random_network(seed)
    x = rows_for(net)
    model = gn.to_keras(net)
    assert largest_difference(predicted(model, x), net.predict(x)) < 1e-5
    again = gn.from_keras(model)
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in net.layers]
    assert again.dtype == net.dtype
    assert largest_difference(again.predict(x), net.predict(x)) < 1e-6
    path = gn.save_keras(net, tmp_path / "model.keras")
    assert largest_difference(gn.from_keras(path).predict(x), net.predict(x)) == 0
    loaded = keras.saving.load_model(path)
    assert largest_difference(predicted(loaded, x), predicted(model, x)) == 0
    loaded.save(tmp_path / "again.keras")  # what Keras makes of ours
    assert largest_difference(gn.from_keras(tmp_path / "again.keras").predict(x), net.predict(x)) < 1e-6


@pytest.mark.parametrize("seed", [0, 3, 6])
def test_weights_alone_there_and_back(seed, tmp_path):
    net = random_network(seed)
    path = gn.save_keras(net, tmp_path / "model.weights.h5")
    again = gn.from_keras(path, layers=net.layers)
    assert largest_difference(again.predict(rows_for(net)), net.predict(rows_for(net))) == 0
    model = with_random_weights(gn.to_keras(net))
    model.load_weights(path)
    assert largest_difference(predicted(model, rows_for(net)), net.predict(rows_for(net))) < 1e-5


def test_weights_of_keras_take_the_kinds_of_layers(tmp_path):
    inner = keras.Sequential([keras.Input((4,)), L.Dense(4, "relu"), L.Dense(3)])
    model = sequential(L.Dense(4, "tanh", name="first"), inner)
    model.save_weights(tmp_path / "m.weights.h5")
    for arguments in ({"activations": ["tanh", "relu", None]}, {"layers": ["dense", "tanh", "dense", "relu", "dense"]}):
        net = gn.from_keras(tmp_path / "m.weights.h5", **arguments)
        assert largest_difference(net.predict(x_for(5)), predicted(model, x_for(5))) < 1e-5
    with pytest.raises(ArgumentError, match="these are weights alone"):
        gn.from_keras(tmp_path / "m.weights.h5")
    sequential(L.Dense(3), L.BatchNormalization(scale=False)).save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(DataError, match="'batch_normalization': its 3 arrays"):
        gn.from_keras(tmp_path / "m.weights.h5", layers=["dense", "batchnorm"])


def test_logits():
    net = gn.Network([gn.Dense(3, 4), gn.Softmax()])
    model = gn.to_keras(net, logits=True)
    assert [type(layer).__name__ for layer in model.layers] == ["Dense"]
    again = gn.from_keras(model, softmax=True)
    assert again.layers == net.layers
    assert gn.from_keras(model, loss="categorical_cross_entropy").layers == net.layers
    assert gn.from_keras(model).layers == (gn.Dense(3, 4),)


# What cannot be taken over


class Mine(keras.layers.Dense):
    pass


def test_a_class_of_ones_own_with_the_name_of_keras(tmp_path):
    class Dense(keras.layers.Dense):
        def call(self, x):
            return super().call(x) * 10

    model = keras.Sequential([keras.Input((5,)), Dense(3)])
    model.save(tmp_path / "m.keras")
    for source in (model, tmp_path / "m.keras"):
        with pytest.raises(ArgumentError, match="Dense, a class of your own"):
            gn.from_keras(source)


def test_a_function_of_ones_own_with_the_name_of_keras():
    def relu(x):
        return x * 10

    for layer in (L.Dense(3, activation=relu), L.Activation(relu)):
        with pytest.raises(ArgumentError, match="a layer with the activation 'relu' of"):
            gn.from_keras(keras.Sequential([keras.Input((5,)), L.Dense(5), layer]))
    for function in (keras.activations.relu, keras.ops.relu):
        model = sequential(L.Dense(3, activation=function))
        assert gn.from_keras(model).layers == (gn.Dense(5, 3), gn.ReLU())


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (lambda: [L.Dense(3, name="deep"), L.LayerNormalization(name="norm")], "the layer 'norm' is a LayerNormal"),
        (lambda: [L.Dense(3), L.ReLU(max_value=6, name="six")], "'six' is a ReLU with max_value=6"),
        (lambda: [L.Dense(3), L.ReLU(threshold=0.5)], "threshold=0.5"),
        (lambda: [L.Dense(3, "gelu", name="deep")], "'deep' is a layer with the activation 'gelu'"),
        (lambda: [L.Dense(3, "relu6")], "'relu6'"),
        (lambda: [L.Dense(3, activation=lambda x: x)], "activation"),
        (lambda: [L.Dense(3), L.Lambda(lambda x: x)], "a Lambda, which is code"),
        (lambda: [Mine(3)], "a class of your own"),
        (lambda: [L.Dense(3), L.Rescaling(2.0)], "behind another layer"),
        (lambda: [L.Rescaling(2.0), L.BatchNormalization(), L.Dense(3)], "Rescaling|scaling of the inputs"),
        (lambda: [L.GaussianNoise(0.1), L.Dense(3)], "GaussianNoise"),
        (lambda: [L.Reshape((5, 1)), L.Dense(3)], "makes no plain row"),
    ],
)
def test_what_has_no_counterpart_is_named(layers, words):
    model = keras.Sequential([keras.Input((5,)), *layers()])
    with pytest.raises(ArgumentError, match=words) as caught:
        gn.from_keras(model)
    assert "the layer '" in str(caught.value)


def test_layers_on_several_axes_are_refused():
    model = keras.Sequential([keras.Input((2, 3)), L.Dense(4), L.Flatten()])
    with pytest.raises(ArgumentError, match=r"a Dense of samples of shape \(2, 3\)"):
        gn.from_keras(model)


def test_branches_and_shared_layers_are_refused():
    x = keras.Input((3,))
    once = L.Dense(3, name="once")
    with pytest.raises(GlassnetError, match="'add' is an Add of several inputs"):
        gn.from_keras(keras.Model(x, L.Add(name="add")([x, once(x)])))
    with pytest.raises(GlassnetError, match="'once'"):
        gn.from_keras(keras.Model(x, once(once(x))))
    with pytest.raises(GlassnetError, match="one output, got 2"):
        gn.from_keras(keras.Model(x, [L.Dense(1)(x), L.Dense(2)(x)]))


def test_models_of_ones_own_and_other_things_are_refused():
    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ArgumentError, match=r"a class of your own|what it is made of"):
        gn.from_keras(Own())
    with pytest.raises(ArgumentTypeError, match="must be a Keras model"):
        gn.from_keras(3)
    with pytest.raises(GlassnetError, match="Build the model"):
        gn.from_keras(keras.Sequential([L.Dense(3)]))
    with pytest.raises(ArgumentError, match="files of weights alone"):
        gn.from_keras(sequential(L.Dense(3)), activations="relu")


def test_what_keras_does_not_have_is_named():
    with pytest.raises(ArgumentError, match=r"LeakyReLU\(alpha=-0\.5\)"):
        gn.to_keras(gn.Network([gn.Dense(2, 2), gn.LeakyReLU(-0.5)]))

    class Own(gn.Layer):
        def forward(self, x):
            return x

        def backward(self, dy, x, y):
            return dy

    with pytest.raises(ArgumentError, match=r"layer 2, Own\(\)"):
        gn.to_keras(gn.Network([gn.Dense(2, 2), Own()]))
