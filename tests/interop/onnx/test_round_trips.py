"""glassnet to ONNX and back, and what onnxruntime says in between."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling
from glassnet.network import reference
from random_networks import random_network, rows_for

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
from onnx_graphs import outputs_of  # noqa: E402  # it needs onnx


def agree(y, expected, tolerance):
    np.testing.assert_allclose(y, expected, rtol=0, atol=tolerance * max(1.0, np.abs(expected).max(initial=0)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", range(10))
def test_ten_random_networks(seed, dtype, tmp_path):
    net = random_network(seed, dtype)
    path = gn.export_onnx(net, tmp_path / "model.onnx")
    again = gn.import_onnx(path)
    assert (again.dtype, again.seed) == (net.dtype, net.seed)
    assert repr(again.loss_function) == repr(net.loss_function)
    assert again.output_kind == net.output_kind
    for rows in (1, 7):
        x = rows_for(net, seed, rows)
        expected = reference.predict(net, x)
        agree(reference.predict(again, x), expected, 1e-6)
        y = outputs_of(path, x)
        assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
        agree(y, expected, 1e-5)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), scale=st.sampled_from([0.0, 1e-3, 1.0, 1000.0]))
def test_any_random_network(tmp_path_factory, seed, scale):
    net = random_network(seed, "float64")
    path = gn.export_onnx(net, tmp_path_factory.mktemp("any") / "model.onnx")
    x = rows_for(net, seed, scale=scale)
    expected = reference.predict(net, x)
    agree(reference.predict(gn.import_onnx(path), x), expected, 1e-6)
    agree(outputs_of(path, x), expected, 1e-5)


def test_layers_come_back(tmp_path):
    layers = [
        gn.BatchNorm(),
        gn.Dense(3, 4),
        gn.BatchNorm(eps=0.001),
        gn.ReLU(),
        gn.Dense(4, 5, bias=False),
        gn.LeakyReLU(0.3),
        gn.Maxout(5, 4, pieces=3),
        gn.ELU(0.7),
        gn.Dense(4, 3),
        gn.PReLU(),
        gn.Dense(3, 2),
        gn.Tanh(),
        gn.Maxout(2, 2),
        gn.Sigmoid(),
    ]
    for dtype in ("float32", "float64"):
        net = gn.Network(layers, "binary_cross_entropy", dtype=dtype)
        again = gn.import_onnx(gn.export_onnx(net, tmp_path / "model.onnx"))
        assert list(map(str, again.layers)) == list(map(str, layers))
        for name, array in net.parameters.items():
            assert again.parameters[name].tobytes() == array.tobytes()
        for name, array in net.state.items():
            assert again.state[name].tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scaling", ["unit", "lecture000", "none"])
def test_pixels(tmp_path, scaling, dtype):
    net = random_network(3, dtype)
    net.preprocessing = Preprocessing("image", image_shape=(1, net.n_in), scaling=named_scaling(scaling)).to_dict()
    x = np.random.default_rng(0).integers(0, 256, size=(6, net.n_in), dtype=np.uint8)
    fed = Preprocessing.from_dict(net.preprocessing)(x)
    path = gn.export_onnx(net, tmp_path / "model.onnx")
    agree(outputs_of(path, x), reference.predict(net, fed), 1e-5)
    again = gn.import_onnx(path)
    assert again.preprocessing == net.preprocessing
    agree(reference.predict(again, fed), reference.predict(net, fed), 1e-6)
    assert again.layers == gn.import_onnx(gn.export_onnx(net, path, preprocessing=False)).layers


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tables_whose_columns_need_double_precision(tmp_path, dtype):
    net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1), gn.Sigmoid()], dtype=dtype, seed=2)
    net.preprocessing = Preprocessing("table", ("no", "yes"), mean=(2020.0, 1.7e9), std=(1.5, 3e4)).to_dict()
    x = np.array([[2019.0, 1.7e9 + 12_345], [2021.0, 1.7e9 - 777], [2020.0, 1.7e9 + 1]])
    path = gn.export_onnx(net, tmp_path / "model.onnx")
    fed = Preprocessing.from_dict(net.preprocessing)(x)
    agree(outputs_of(path, x), reference.predict(net, fed), 1e-5)
    again = gn.import_onnx(path)
    agree(reference.predict(again, fed), reference.predict(net, fed), 1e-6)
    assert again.preprocessing == net.preprocessing


def test_what_is_known_besides_the_graph(tmp_path):
    net = gn.Network([gn.Dense(2, 3), gn.Softmax()], "mean_squared_error", seed=5)
    net.preprocessing = Preprocessing("table", ("가", 'b"', "c"), mean=(1.0, 2.0), std=(1.0, 2.0)).to_dict()
    net.metadata = {"recipe": "own", "accuracy": 0.5, "history": [1, None]}
    path = gn.export_onnx(net, tmp_path / "model.onnx")
    made = onnx.load(path)
    onnx.checker.check_model(made, full_check=True)
    properties = {entry.key: json.loads(entry.value) for entry in made.metadata_props}
    assert properties["class_names"] == ["가", 'b"', "c"]
    assert made.opset_import[0].version == 17
    assert [size.dim_param or size.dim_value for size in made.graph.input[0].type.tensor_type.shape.dim] == ["N", 2]
    again = gn.import_onnx(path)
    assert (again.preprocessing, again.metadata) == (net.preprocessing, net.metadata)
    assert (again.loss_function.name, again.seed) == ("mean_squared_error", 5)
    raw = gn.import_onnx(gn.export_onnx(net, path, preprocessing=False))
    assert raw.preprocessing == net.preprocessing


def test_a_loss_of_ones_own_is_left_out(tmp_path):
    class Own(gn.Loss):
        def forward(self, y, t):
            return ((y - t) ** 2).sum(axis=1)

        def backward(self, y, t):
            return 2 * (y - t)

    net = gn.Network([gn.Dense(2, 1)], Own())
    again = gn.import_onnx(gn.export_onnx(net, tmp_path / "model.onnx"))
    assert again.loss_function.name == "mean_squared_error"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_training_that_went_astray_is_written_as_it_is(value, tmp_path):
    net = gn.Network([gn.Dense(2, 2), gn.ReLU(), gn.Dense(2, 1)], "mean_squared_error")
    net.parameters["b2"] = [value]
    again = gn.import_onnx(gn.export_onnx(net, tmp_path / "model.onnx"))
    assert np.array_equal(again.parameters["b2"], [value], equal_nan=True)


def test_trained_digits(tmp_path):
    """A network of the lectures' size, with large weights: what float32 itself errs by is allowed, and no more."""
    net = gn.Network([gn.Dense(784, 50), gn.Sigmoid(), gn.Dense(50, 10), gn.Softmax()], seed=0)
    net.parameters["W1"] = net.parameters["W1"] * 100
    (_, _), (x, _) = gn.load_mnist()
    path = gn.export_onnx(net, tmp_path / "model.onnx")
    agree(outputs_of(path, x[:100]), reference.predict(net, x[:100]), 1e-5)
