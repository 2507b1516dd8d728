"""ONNX files of others: a network gives what onnxruntime gives for the graph, or the node is named that no layer is."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import DataError, MissingFileError

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
from onnx import TensorProto, helper  # noqa: E402

from onnx_graphs import model, node, normal, outputs_of, written  # noqa: E402

W, B, V, C = normal(4, 3), normal(3), normal(3, 2), normal(2)


def layers(path, **options):
    return list(map(str, gn.import_onnx(path, **options).layers))


def agrees(path, x, **options):
    """The layers, after it was checked that the network gives what runs the graph gives."""
    net = gn.import_onnx(path, **options)
    expected = outputs_of(path, x, options.get("output")).reshape(len(x), -1)
    np.testing.assert_allclose(net.predict(x.reshape(len(x), -1)), expected, rtol=1e-5, atol=1e-5)
    return list(map(str, net.layers))


@pytest.mark.parametrize(
    ("attributes", "constants"),
    [
        ({}, {"W": W, "b": B}),
        ({"transB": 1}, {"W": W.T, "b": B}),
        ({"transA": 0, "transB": 1, "alpha": 0.5, "beta": -2.0}, {"W": W.T, "b": B[None]}),
        ({"alpha": 3.0}, {"W": W}),
        ({}, {"W": W, "b": np.float32(0.5)}),
        ({"beta": 0.0}, {"W": W, "b": B}),
    ],
)
def test_gemm(tmp_path, attributes, constants):
    path = written(model([node("Gemm", ["x", *constants], "y", **attributes)], constants), tmp_path / "m.onnx")
    bias = "" if "b" in constants else ", bias=False"
    assert agrees(path, normal(5, 4)) == [f"Dense(4, 3{bias})"]


def test_matmul_and_add_in_either_order(tmp_path):
    nodes = [
        node("MatMul", ["x", "W"], "z"),
        node("Add", ["b", "z"], "a"),
        node("Relu", ["a"], "r"),
        node("MatMul", ["r", "V"], "u"),
        node("Add", ["u", "c"], "v"),
        node("Softmax", ["v"], "y", axis=-1),
    ]
    path = written(model(nodes, {"W": W, "b": B, "V": V, "c": C}), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Dense(4, 3)", "ReLU()", "Dense(3, 2)", "Softmax()"]


@pytest.mark.parametrize(
    ("operator", "attributes", "more", "layer"),
    [
        ("Relu", {}, {}, "ReLU()"),
        ("Sigmoid", {}, {}, "Sigmoid()"),
        ("Tanh", {}, {}, "Tanh()"),
        ("LeakyRelu", {}, {}, "LeakyReLU(alpha=0.01)"),
        ("LeakyRelu", {"alpha": 0.3}, {}, "LeakyReLU(alpha=0.3)"),
        ("PRelu", {}, {"s": np.float32(0.2)}, "LeakyReLU(alpha=0.2)"),
        ("PRelu", {}, {"s": np.array([0.1, -0.2, 0.3], np.float32)}, "PReLU()"),
        ("Elu", {"alpha": 0.5}, {}, "ELU(alpha=0.5)"),
        ("Softmax", {}, {}, "Softmax()"),
        ("Softmax", {"axis": 1}, {}, "Softmax()"),
        ("Clip", {}, {"least": np.float32(0)}, "ReLU()"),
        ("Clip", {}, {"least": np.float32(0), "most": np.float32(np.inf)}, "ReLU()"),
        ("Max", {}, {"zero": np.float32(0)}, "ReLU()"),
        ("Dropout", {}, {}, "Dropout()"),
        ("Dropout", {}, {"ratio": np.float32(0.3)}, "Dropout(0.3)"),
    ],
)
def test_activations(tmp_path, operator, attributes, more, layer):
    nodes = [node("Gemm", ["x", "W"], "z"), node(operator, ["z", *more], "y", **attributes)]
    path = written(model(nodes, {"W": W, **more}), tmp_path / "m.onnx")
    found = agrees(path, 3 * normal(9, 4))
    assert found[0] == "Dense(4, 3, bias=False)"
    assert found[1].replace("rate=", "") == layer


def test_batch_normalization(tmp_path):
    arrays = {"g": normal(3), "b": normal(3), "m": normal(3), "v": np.abs(normal(3)) + 0.1}
    nodes = [
        node("Gemm", ["x", "W"], "z"),
        node("BatchNormalization", ["z", *arrays], "n", epsilon=0.01),
        node("Mul", ["n", "two"], "y"),
    ]
    path = written(model(nodes, {"W": W, "two": np.float32(2), **arrays}), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Dense(4, 3, bias=False)", "BatchNorm(eps=0.01)"]


def test_identities_casts_and_shapes_do_nothing(tmp_path):
    nodes = [
        node("Identity", ["W"], "W_again"),
        node("Cast", ["x"], "c", to=TensorProto.FLOAT),
        node("Identity", ["c"], "i"),
        node("Flatten", ["i"], "f"),
        node("Gemm", ["f", "W_again"], "z"),
        node("Reshape", ["z", "shape"], "r"),
        node("Transpose", ["r"], "t", perm=[0, 1]),
        node("Tanh", ["t"], "y"),
    ]
    path = written(model(nodes, {"W": W, "shape": np.array([-1, 3])}), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Dense(4, 3, bias=False)", "Tanh()"]


@pytest.mark.parametrize("shape", [[-1, 784], [0, -1], [0, 784]])
def test_pictures_are_flattened_and_scaled(tmp_path, shape):
    nodes = [
        node("Cast", ["x"], "c", to=TensorProto.FLOAT),
        node("Div", ["c", "white"], "d"),
        node("Sub", ["d", "mean"], "s"),
        node("Mul", ["s", "factor"], "m"),
        node("Reshape", ["m", "shape"], "f"),
        node("Gemm", ["f", "W"], "y"),
    ]
    constants = {
        "white": np.float32(255),
        "mean": np.full((1, 1, 1, 1), 0.1307, np.float32),
        "factor": np.float32(1 / 0.3081),
        "shape": np.array(shape),
        "W": normal(784, 5) / np.float32(28),  # so that the sums are of the size of 1
    }
    made = model(nodes, constants, shape=("N", 1, 28, 28), kind=TensorProto.UINT8)
    path = written(made, tmp_path / "m.onnx")
    x = np.random.default_rng(0).integers(0, 256, size=(4, 1, 28, 28), dtype=np.uint8)
    assert agrees(path, x) == ["Dense(784, 5)"]


def test_columns_are_scaled_before_a_layer_and_between_two(tmp_path):
    nodes = [
        node("Sub", ["x", "mean"], "a"),
        node("Div", ["a", "std"], "b"),
        node("Gemm", ["b", "W"], "z"),
        node("Tanh", ["z"], "t"),
        node("Mul", ["t", "s"], "u"),
        node("Sub", ["one", "u"], "v"),
        node("Neg", ["v"], "w"),
        node("Gemm", ["w", "V"], "y"),
    ]
    constants = {"mean": normal(4), "std": np.abs(normal(4)) + 1, "W": W, "V": V, "s": normal(3), "one": np.float32(1)}
    path = written(model(nodes, constants), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Dense(4, 3)", "Tanh()", "Dense(3, 2)"]


def test_scalings_that_no_layer_takes_become_a_batch_normalization(tmp_path):
    nodes = [
        node("Gemm", ["x", "W"], "z"),
        node("Relu", ["z"], "r"),
        node("Mul", ["r", "s"], "m"),
        node("Add", ["m", "t"], "y"),
    ]
    constants = {"W": W, "s": np.array([2.0, 0.0, -3.0], np.float32), "t": np.array([1.0, 5.0, 0.0], np.float32)}
    path = written(model(nodes, constants), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4))[:2] == ["Dense(4, 3, bias=False)", "ReLU()"]


def test_columns_far_from_zero_keep_their_digits(tmp_path):
    """In float32, 1e6 ± 1 worked into the weights would leave one digit; (x - mean) first leaves them all."""
    constants = {"mean": np.full(4, 1e6, np.float32), "W": W}
    path = written(
        model([node("Sub", ["x", "mean"], "a"), node("Gemm", ["a", "W"], "y")], constants), tmp_path / "m.onnx"
    )
    x = (1e6 + np.arange(20).reshape(5, 4) / 16).astype(np.float32)
    assert agrees(path, x)[1:] == ["Dense(4, 3, bias=False)"]


def test_maxout(tmp_path):
    constants = {"W1": W, "b1": B, "W2": normal(4, 3), "b2": normal(3)}
    nodes = [node("Gemm", ["x", "W1", "b1"], "p"), node("Gemm", ["x", "W2", "b2"], "q"), node("Max", ["p", "q"], "y")]
    path = written(model(nodes, constants), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Maxout(4, 3)"]


@pytest.mark.parametrize("whole", [np.int32, np.int64])
def test_constants_that_are_whole_are_divided_without_a_rest(tmp_path, whole):
    nodes = [
        node("Div", ["i", "j"], "k"),
        node("Cast", ["k"], "f", to=TensorProto.FLOAT),
        node("Mul", ["x", "f"], "m"),
        node("Gemm", ["m", "W"], "y"),
    ]
    constants = {"W": W, "i": np.array([7, -7, 7, -7], whole), "j": np.array([2, 2, -2, -2], whole)}
    path = written(model(nodes, constants), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Dense(4, 3, bias=False)"]
    constants["j"][1] = 0
    with pytest.raises(DataError, match="divided by 0"):
        gn.import_onnx(written(model(nodes, constants), tmp_path / "m.onnx"))


def test_constants_that_overflow_do_so_as_in_their_own_type(tmp_path):
    nodes = [
        node("Sub", ["i", "j"], "k"),
        node("Cast", ["k"], "f", to=TensorProto.FLOAT),
        node("Mul", ["x", "f"], "m"),
        node("Gemm", ["m", "W"], "y"),
    ]
    constants = {"W": W, "i": np.array([1, 9, 200, 0], np.int32), "j": np.array([2, 2, 2**31 - 1, 3], np.int32)}
    constants["i"][2] = -(2**31)
    assert agrees(written(model(nodes, constants), tmp_path / "m.onnx"), normal(5, 4)) == ["Dense(4, 3, bias=False)"]


@pytest.mark.parametrize(
    ("operator", "kind", "other"),
    [
        ("Div", TensorProto.INT32, np.int32(7)),
        ("Sub", TensorProto.UINT8, np.uint8(100)),
        ("Add", TensorProto.INT8, np.int8(100)),
        ("Mul", TensorProto.INT64, np.int64(3)),
        ("Max", TensorProto.INT32, np.int32(0)),
    ],
)
def test_arithmetic_of_whole_numbers_is_refused_until_they_are_cast(tmp_path, operator, kind, other):
    cast = node("Cast", ["x"], "c", to=TensorProto.FLOAT)
    shaped = [node("Identity", ["x"], "i"), node("Reshape", ["i", "shape"], "r")]
    nodes = [*shaped, node(operator, ["r", "s"], "z"), node("Cast", ["z"], "f", to=TensorProto.FLOAT)]
    constants = {"W": W, "s": other, "shape": np.array([-1, 4])}
    made = model([*nodes, node("Gemm", ["f", "W"], "y")], constants, kind=kind)
    with pytest.raises(DataError, match=rf"\({operator}\).*computes with whole numbers"):
        gn.import_onnx(written(made, tmp_path / "m.onnx"))
    after = [cast, node(operator, ["c", "s"], "z"), node("Gemm", ["z", "W"], "y")]
    path = written(model(after, {"W": W, "s": np.float32(other)}, kind=kind), tmp_path / "m.onnx")
    x = np.random.default_rng(0).integers(0, 100, size=(5, 4)).astype(helper.tensor_dtype_to_np_dtype(kind))
    agrees(path, x)


def test_two_branches_of_whole_numbers_are_refused(tmp_path):
    nodes = [node("Identity", ["x"], "a"), node("Max", ["a", "x"], "m"), node("Cast", ["m"], "c", to=TensorProto.FLOAT)]
    made = model([*nodes, node("Gemm", ["c", "W"], "y")], {"W": W}, kind=TensorProto.INT32)
    with pytest.raises(DataError, match="computes with whole numbers"):
        gn.import_onnx(written(made, tmp_path / "m.onnx"))


def test_a_scaler_takes_whole_numbers(tmp_path):
    scaler = node("Scaler", ["x"], "s", offset=[1.0, 2.0, 3.0, 4.0], scale=[0.5, 0.25, 0.3, 0.2])
    scaler.domain = "ai.onnx.ml"
    made = model([scaler, node("Gemm", ["s", "W"], "y")], {"W": W}, kind=TensorProto.INT64)
    assert agrees(written(made, tmp_path / "m.onnx"), np.arange(20).reshape(5, 4)) == ["Dense(4, 3)"]


def test_weights_of_other_types_and_from_constant_nodes(tmp_path):
    half = W.astype(np.float16)
    nodes = [
        helper.make_node("Constant", [], ["W16"], value=onnx.numpy_helper.from_array(half)),
        node("Cast", ["W16"], "W", to=TensorProto.FLOAT),
        helper.make_node("Constant", [], ["b"], value_floats=[1.0, 2.0, 3.0]),
        node("Transpose", ["V"], "U", perm=[1, 0]),
        node("Gemm", ["x", "W", "b"], "z"),
        node("MatMul", ["z", "U"], "y"),
    ]
    path = written(model(nodes, {"V": V.T.copy()}), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Dense(4, 3)", "Dense(3, 2, bias=False)"]
    assert gn.import_onnx(path).dtype == np.float32


def test_bfloat16_is_read(tmp_path):
    tensor = helper.make_tensor("W", TensorProto.BFLOAT16, (4, 1), [1.0, -2.0, 0.5, 3.0])
    made = model([node("Gemm", ["x", "W"], "y")])
    made.graph.initializer.append(tensor)
    assert gn.import_onnx(written(made, tmp_path / "m.onnx")).predict(np.ones((1, 4))).tolist() == [[2.5]]


def test_double_precision(tmp_path):
    made = model([node("Gemm", ["x", "W"], "y")], {"W": W.astype(np.float64)}, kind=TensorProto.DOUBLE)
    net = gn.import_onnx(written(made, tmp_path / "m.onnx"))
    assert net.dtype == np.float64


@pytest.mark.parametrize("shape", [None, (None, None), ("N", "M"), (3, 4)])
def test_inputs_whose_shape_is_not_known(tmp_path, shape):
    nodes = [node("Mul", ["x", "s"], "m"), node("Gemm", ["m", "W"], "z"), node("Relu", ["z"], "y")]
    path = written(model(nodes, {"W": W, "s": np.float32(2)}, shape=shape), tmp_path / "m.onnx")
    assert agrees(path, normal(3, 4)) == ["Dense(4, 3, bias=False)", "ReLU()"]


def test_samples_whose_shape_is_not_known_are_no_rows(tmp_path):
    """A product along the last axis of (N, T, 4) works on each of T rows: that is no perceptron of one row."""
    made = model([node("MatMul", ["x", "W"], "y")], {"W": W}, shape=("N", "T", 4))
    with pytest.raises(DataError, match="must be rows, or samples of a known shape"):
        gn.import_onnx(written(made, tmp_path / "m.onnx"))
    made = model([node("MatMul", ["x", "W"], "y")], {"W": W}, shape=("N", 2, 4))
    with pytest.raises(DataError, match="Flatten them before it"):
        gn.import_onnx(written(made, tmp_path / "m.onnx"))


def test_one_output_as_a_vector(tmp_path):
    nodes = [node("Gemm", ["x", "w"], "z"), node("Sigmoid", ["z"], "p"), node("Squeeze", ["p", "axes"], "y")]
    path = written(model(nodes, {"w": normal(4, 1), "axes": np.array([-1])}), tmp_path / "m.onnx")
    assert agrees(path, normal(5, 4)) == ["Dense(4, 1, bias=False)", "Sigmoid()"]


def test_one_output_of_several_is_chosen(tmp_path):
    nodes = [
        node("Gemm", ["x", "W"], "z"),
        node("Softmax", ["z"], "p"),
        node("ArgMax", ["p"], "label", axis=1),
        node("LogSoftmax", ["z"], "logarithms"),
    ]
    path = written(model(nodes, {"W": W}, outputs=("p", "label")), tmp_path / "m.onnx")
    with pytest.raises(DataError, match=r"has 2 outputs: 'p', 'label'\. Choose one with output="):
        gn.import_onnx(path)
    assert layers(path, output="p") == ["Dense(4, 3, bias=False)", "Softmax()"]
    assert layers(path, output="z") == ["Dense(4, 3, bias=False)"]
    with pytest.raises(DataError, match=r"writes no 'q'"):
        gn.import_onnx(path, output="q")
    with pytest.raises(
        DataError, match=r"'label_node' \(ArgMax\).*classify does. output='p' ends the network before it"
    ):
        gn.import_onnx(path, output="label")
    with pytest.raises(DataError, match=r"\(LogSoftmax\).*output='z' ends the network before it"):
        gn.import_onnx(path, output="logarithms")


@pytest.mark.parametrize(
    ("nodes", "constants", "words"),
    [
        ([node("Conv", ["x", "k"], "y")], {"k": normal(1, 1, 2, 2)}, r"node 'y_node' \(Conv\) cannot be represented"),
        ([node("Gemm", ["x", "W"], "z"), node("Softplus", ["z"], "y")], {"W": W}, r"\(Softplus\)"),
        ([node("Gemm", ["x", "W"], "z"), node("Sigmoyd", ["z"], "y")], {"W": W}, "Did you mean 'Sigmoid'"),
        ([node("Gemm", ["x", "W"], "z"), node("Add", ["z", "x"], "y")], {"W": normal(4, 4)}, "joins two branches"),
        ([node("Gemm", ["x", "W"], "z"), node("Concat", ["z", "x"], "y")], {"W": W}, "joins two branches"),
        ([node("Gemm", ["x", "W"], "y", transA=1)], {"W": W}, "must not be transposed"),
        ([node("Gemm", ["W", "x"], "y")], {"W": normal(3, 4)}, "rows must be its first input"),
        ([node("MatMul", ["W", "x"], "y")], {"W": normal(3, 4)}, "rows must be its first input"),
        ([node("Gemm", ["x", "W"], "y")], {"W": normal(5, 3)}, "weights are for 5 columns, and there are 4"),
        ([node("Gemm", ["x", "W", "b"], "y")], {"W": W, "b": normal(2)}, "one number for each of 3 columns"),
        ([node("Gemm", ["x", "W"], "y")], {"W": normal(4)}, "must have 2 axes"),
        ([node("Gemm", ["x", "W"], "y")], {"W": np.zeros((4, 0), np.float32)}, "must not be empty"),
        ([node("Gemm", ["x", "W"], "z"), node("Div", ["one", "z"], "y")], {"W": W, "one": np.float32(1)}, "divides by"),
        ([node("Gemm", ["x", "W"], "z"), node("Mul", ["z", "s"], "y")], {"W": W, "s": normal(2)}, "must fit samples"),
        ([node("Gemm", ["x", "W"], "z"), node("Exp", ["z"], "y")], {"W": W}, r"\(Exp\).*by itself it is no layer"),
        ([node("Gemm", ["x", "W"], "z"), node("Min", ["z", "s"], "y")], {"W": W, "s": np.float32(1)}, "only against 0"),
        ([node("Clip", ["x", "a", "b"], "y")], {"a": np.float32(0), "b": np.float32(6)}, "got from 0.0 to 6.0"),
        ([node("Gemm", ["x", "W"], "z"), node("Softmax", ["z"], "y", axis=0)], {"W": W}, "over the columns of rows"),
        (
            [node("Gemm", ["x", "W"], "z"), node("Dropout", ["z", "r", "t"], "y")],
            {"W": W, "r": np.float32(0.5), "t": np.array(True)},
            "training mode",
        ),
        ([node("Gemm", ["x", "W"], "z"), node("Transpose", ["z"], "y", perm=[1, 0])], {"W": W}, "order of the axes"),
        (
            [node("Gemm", ["x", "W"], "z"), node("Reshape", ["z", "s"], "y")],
            {"W": W, "s": np.array([3, -1])},
            "keep the rows",
        ),
        (
            [node("Gemm", ["x", "W"], "z"), node("Reshape", ["z", "s"], "y")],
            {"W": W, "s": np.array([-1, 2])},
            "cannot get",
        ),
        ([node("Gemm", ["x", "W"], "z"), node("Cast", ["z"], "y", to=TensorProto.INT64)], {"W": W}, "whole numbers"),
        (
            [
                node("Cast", ["x"], "h", to=TensorProto.FLOAT16),
                node("Cast", ["h"], "f", to=TensorProto.FLOAT),
                node("Gemm", ["f", "W"], "y"),
            ],
            {"W": W},
            "rounds the rows to float16",
        ),
        ([node("Relu", ["x"], "y")], {}, "no product with weights"),
        ([node("Identity", ["W"], "y")], {"W": W}, "does not follow from its input"),
        ([node("RandomNormal", [], "r", shape=[4, 3]), node("Gemm", ["x", "r"], "y")], {}, r"\(RandomNormal\)"),
    ],
)
def test_what_no_layer_is_is_named(tmp_path, nodes, constants, words):
    path = written(model(nodes, constants), tmp_path / "m.onnx")
    with pytest.raises(DataError, match=words) as caught:
        gn.import_onnx(path)
    assert str(path) in str(caught.value)


def test_what_leads_to_no_output_need_not_be_understood(tmp_path):
    nodes = [node("Conv", ["x", "W"], "other"), node("Gemm", ["x", "W"], "y")]
    assert layers(written(model(nodes, {"W": W}), tmp_path / "m.onnx")) == ["Dense(4, 3, bias=False)"]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(MissingFileError):
        gn.import_onnx(tmp_path / "none.onnx")


def test_preprocessing_that_the_graph_does_not_do(tmp_path):
    """The properties say how a graph begins; where they and the graph differ, neither is believed."""
    net = gn.Network([gn.Dense(2, 1)], "mean_squared_error")
    net.preprocessing = {
        "kind": "table",
        "mean": [1.0, 2.0],
        "std": [1.0, 2.0],
        "scaling": {"divisor": 255.0, "factor": 1.0, "offset": 0.0},
    }
    made = onnx.load(gn.export_onnx(net, tmp_path / "m.onnx"))
    for entry in made.metadata_props:
        entry.value = entry.value.replace('"mean": [1.0, 2.0]', '"mean": [1.0, 3.0]')
    with pytest.raises(DataError, match="does not begin with the preprocessing that its properties describe"):
        gn.import_onnx(written(made, tmp_path / "m.onnx"))
