"""ONNX files that mean harm, or were harmed: one sentence, little memory, nothing read or run besides the file."""

import contextlib
import subprocess
import sys
import textwrap
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.mathematics.checks import DataError
from random_networks import random_network

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
from onnx import TensorProto, helper  # noqa: E402

from onnx_graphs import model, node, normal, written  # noqa: E402

W = normal(4, 3)


def refused(path, made, words):
    """One sentence that names the file; it takes no second and no memory to speak of."""
    if not isinstance(made, bytes):
        made = made.SerializeToString()
    path.write_bytes(made)
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(DataError, match=words) as caught:
            gn.import_onnx(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value)) < 1_000
    assert time.perf_counter() - began < 20
    return peak


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    net = random_network(4)
    net.metadata = {"recipe": "own"}
    return gn.export_onnx(net, tmp_path_factory.mktemp("model") / "model.onnx").read_bytes()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\0",
        b"\xff" * 100,
        b"PK\x03\x04",
        b"{}",
        b"import os\n",
        b"\x08" * 5_000,
        b"\x12\x00" * 9,
        bytes(range(256)) * 20,
    ],
)
def test_garbage(tmp_path, garbage):
    refused(tmp_path / "m.onnx", garbage, "no ONNX file")


def test_cut_short_anywhere(tmp_path, content):
    for length in range(0, len(content) - 1, max(1, len(content) // 60)):
        (tmp_path / "m.onnx").write_bytes(content[:length])
        with contextlib.suppress(DataError):  # a piece that ends between two fields may still be a network
            gn.import_onnx(tmp_path / "m.onnx")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_anywhere(tmp_path_factory, content, data):
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.onnx"
    path.write_bytes(bytes(damaged))
    try:
        net = gn.import_onnx(path)
    except DataError:
        return
    with np.errstate(all="ignore"):
        net.predict(np.ones((2, net.n_in)))


@pytest.mark.parametrize("location", ["secret.bin", "../secret.bin", "/etc/hostname", ""])
def test_arrays_in_other_files_are_not_read(tmp_path, location):
    (tmp_path / "secret.bin").write_bytes(W.tobytes())
    made = model([node("Gemm", ["x", "W"], "y")], {"W": W})
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    refused(tmp_path / "m.onnx", made, "stands in another file, which is not opened")
    tensor.data_location = TensorProto.DEFAULT
    refused(tmp_path / "m.onnx", made, "stands in another file, which is not opened")
    inner = helper.make_node("Constant", [], ["W"])
    inner.attribute.add(name="value", type=onnx.AttributeProto.TENSOR).t.CopyFrom(tensor)
    refused(tmp_path / "m.onnx", model([inner, node("Gemm", ["x", "W"], "y")]), "stands in another file")


def test_nothing_else_is_opened_and_nothing_is_run(tmp_path, content):
    """Python tells a hook of all that is opened and run."""
    (tmp_path / "good.onnx").write_bytes(content)
    made = model([node("Gemm", ["x", "W"], "y")], {"W": W})
    made.graph.initializer[0].data_location = TensorProto.EXTERNAL
    made.graph.initializer[0].external_data.add(key="location", value="/etc/hostname")
    written(made, tmp_path / "bad.onnx")
    code = """
    import sys, glassnet as gn
    gn.import_onnx(sys.argv[1])  # whatever is imported, is now
    events = []
    watched = ("open", "exec", "subprocess.Popen", "os.system", "socket.connect", "import", "compile")
    sys.addaudithook(lambda name, given: events.append((name, str(given[0]))) if name in watched else None)
    for path in sys.argv[1:]:
        try:
            gn.import_onnx(path)
        except gn.GlassnetError as error:
            pass
    seen = list(events)
    print(sorted({event for event in seen if event[0] != "import" or "onnx" not in event[1]}))
    """
    paths = [str(tmp_path / "good.onnx"), str(tmp_path / "bad.onnx")]
    command = [sys.executable, "-c", textwrap.dedent(code), *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(sorted(("open", path) for path in paths))


@pytest.mark.parametrize("dims", [[2**40, 2**40], [2**62], [-1, 3], [4, -3], [4, 4], [0, 3], [10**9]])
def test_shapes_that_are_not_what_is_there(tmp_path, dims):
    made = model([node("Gemm", ["x", "W"], "y")], {"W": W})
    made.graph.initializer[0].ClearField("dims")
    made.graph.initializer[0].dims.extend(dims)
    assert refused(tmp_path / "m.onnx", made, "W|weights") < 2**22


def test_arrays_that_hold_no_numbers(tmp_path):
    made = model([node("Gemm", ["x", "W"], "y")])
    made.graph.initializer.append(helper.make_tensor("W", TensorProto.STRING, (4, 3), [b"a"] * 12))
    refused(tmp_path / "m.onnx", made, "'W' is of the type STRING, which is not read")
    made.graph.initializer[0].data_type = 999
    refused(tmp_path / "m.onnx", made, r"of the type \?, which is not read")


@pytest.mark.parametrize("shape", [(10**18,), ("N", 2**62), ("N", 2**31, 2**31), ("N", -5), ("N", 0)])
def test_inputs_of_any_size(tmp_path, shape):
    nodes = [node("Mul", ["x", "s"], "m"), node("Tanh", ["m"], "t"), node("Add", ["t", "b"], "y")]
    constants = {"s": normal(2, 1), "b": normal(1, 1)}
    assert refused(tmp_path / "m.onnx", model(nodes, constants, shape=shape), "input|product|shape|rows") < 2**22


def test_circles_and_what_nothing_writes(tmp_path):
    circle = [node("Add", ["b", "x"], "a"), node("Tanh", ["a"], "b"), node("Gemm", ["b", "W"], "y")]
    refused(tmp_path / "m.onnx", model(circle, {"W": W}), "reads 'b', which nothing before it writes")
    refused(tmp_path / "m.onnx", model([node("Tanh", ["y"], "y")]), "reads 'y', which nothing before it writes")
    refused(tmp_path / "m.onnx", model([node("Gemm", ["x", "none"], "y")]), "reads 'none'")
    twice = [node("Gemm", ["x", "W"], "y"), node("Tanh", ["x"], "y")]
    refused(tmp_path / "m.onnx", model(twice, {"W": W}), "which is there already|product")
    refused(tmp_path / "m.onnx", model([node("Gemm", ["x", "W"], "W")], {"W": W}, outputs=("W",)), "there already")
    refused(tmp_path / "m.onnx", model([node("Gemm", ["x", "W"], "y")], {"W": W}, outputs=("z",)), "'z'|z")


def test_constants_that_grow_without_end(tmp_path):
    doubled = [node("Concat", ["W" if k == 0 else f"c{k}"] * 2, f"c{k + 1}", axis=0) for k in range(60)]
    assert (
        refused(tmp_path / "m.onnx", model([*doubled, node("Gemm", ["x", "c60"], "y")], {"W": W}), "far larger") < 2**31
    )
    long = {"a": np.ones((100_000, 1), np.float32), "b": np.ones((1, 100_000), np.float32)}
    nodes = [node("Add", ["a", "b"], "c"), node("Gemm", ["x", "c"], "y")]
    assert refused(tmp_path / "m.onnx", model(nodes, long), "far larger") < 2**24


def test_rows_that_grow_without_end(tmp_path):
    """A constant of a few numbers, spread over millions of columns at each of many nodes."""
    nodes = [node("Add", ["x" if k == 0 else f"a{k}", "s"], f"a{k + 1}") for k in range(50)]
    nodes = [item for k, add in enumerate(nodes) for item in (add, node("Tanh", [f"a{k + 1}"], f"t{k + 1}"))]
    for k, item in enumerate(nodes):
        if k and item.op_type == "Add":
            item.input[0] = nodes[k - 1].output[0]
    made = model([*nodes, node("Identity", [nodes[-1].output[0]], "y")], {"s": normal(2, 1)}, shape=("N", 2, 2**22))
    assert refused(tmp_path / "m.onnx", made, "far larger") < 2**31


def test_sizes_that_grow_without_end(tmp_path):
    doubled = [node("Concat", ["s" if k == 0 else f"c{k}"] * 2, f"c{k + 1}", axis=0) for k in range(60)]
    nodes = [node("Shape", ["x"], "s"), *doubled, node("Reshape", ["x", "c60"], "y")]
    refused(tmp_path / "m.onnx", model(nodes), "axes")


def test_long_chains_and_many_nodes(tmp_path):
    chain = [node("Tanh", ["x" if k == 0 else f"t{k}"], f"t{k + 1}") for k in range(5_000)]
    made = model([*chain, node("Gemm", ["t5000", "W"], "y")], {"W": W})
    refused(tmp_path / "m.onnx", made, "5,001 layers; at most 2,000 are read")
    many = model([helper.make_node("Tanh", ["x"], [""])] * 100_001)
    refused(tmp_path / "m.onnx", many, "has 100,001 nodes")


def test_graphs_within_graphs_and_operators_of_ones_own(tmp_path):
    inner = helper.make_graph([node("Identity", ["W"], "z")], "inner", [], [helper.make_empty_tensor_value_info("z")])
    branch = helper.make_node("If", ["x"], ["y"], then_branch=inner, else_branch=inner)
    refused(tmp_path / "m.onnx", model([branch], {"W": W}), r"node 1 \(If\) cannot be represented")
    made = model([helper.make_node("Gemm", ["x", "W"], ["y"], domain="evil\n" * 500)], {"W": W})
    refused(tmp_path / "m.onnx", made, r"node 1 \(evil")
    made = model([node("Gemm", ["x", "W"], "y")], {"W": W}, opset=3)
    refused(tmp_path / "m.onnx", made, "opset 3, older than 7")


@pytest.mark.parametrize("value", ["", "{", "[" * 100_000, "nan", "[1]", '"text"', "{" * 10])
@pytest.mark.parametrize("key", ["preprocessing", "metadata", "loss", "seed"])
def test_properties_that_are_not_what_they_should_be(tmp_path, key, value):
    made = model([node("Gemm", ["x", "W"], "y")], {"W": W}, properties={f"glassnet.{key}": value})
    refused(tmp_path / "m.onnx", made, key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("loss", '{"type": "os.system"}'),
        ("loss", '{"type": "NamedLoss", "name": "binary_cross_entropy", "x": 1}'),
        ("seed", "-1"),
        ("seed", "1.5"),
        ("preprocessing_inside", "true"),
    ],
)
def test_properties_with_unknown_content(tmp_path, key, value):
    made = model([node("Gemm", ["x", "W"], "y")], {"W": W}, properties={f"glassnet.{key}": value})
    refused(tmp_path / "m.onnx", made, "unknown loss|no setting|its seed must be|does not say how its inputs")


def test_attributes_of_the_wrong_kind(tmp_path):
    for attributes in ({"alpha": "text"}, {"transB": [1, 2]}, {"alpha": float("nan")}, {"transB": 2**62}):
        made = model([node("Gemm", ["x", "W"], "y", **attributes)], {"W": W})
        path = written(made, tmp_path / "m.onnx")
        with contextlib.suppress(DataError):
            gn.import_onnx(path)
    for operator, attributes in (
        ("Elu", {"alpha": float("inf")}),
        ("Dropout", {"ratio": 5.0}),
        ("LeakyRelu", {"alpha": float("nan")}),
    ):
        opset = 10 if operator == "Dropout" else 17
        made = model([node("Gemm", ["x", "W"], "z"), node(operator, ["z"], "y", **attributes)], {"W": W}, opset=opset)
        refused(tmp_path / "m.onnx", made, "must be a")
