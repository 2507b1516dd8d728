"""What is written is compared first: a graph that gives other outputs never becomes a file."""

import sys

import numpy as np
import pytest

import glassnet as gn
from glassnet.interop.onnx import comparing, operators
from glassnet.mathematics.checks import DataError, MissingLibraryError
from random_networks import random_network

pytest.importorskip("onnx", reason="onnx is not installed")


def small():
    return gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 2), gn.Softmax()], seed=0)


def test_a_graph_that_gives_other_outputs_is_not_written(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    path.write_text("what was there")
    monkeypatch.setitem(operators.SIMPLE, "tanh", "Sigmoid")
    with pytest.raises(DataError, match=r"gives outputs for the graph that are up to .* from the network's"):
        gn.export_onnx(small(), path)
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_a_graph_that_cannot_be_run_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(comparing, "_with_onnxruntime", lambda content, x: 1 / 0)
    monkeypatch.setattr(comparing, "_with_reference", lambda content, x: 1 / 0)
    with pytest.raises(DataError, match="cannot run the graph: division by zero"):
        gn.export_onnx(small(), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_without_onnxruntime_onnx_itself_runs_it(tmp_path, monkeypatch, dtype):
    monkeypatch.setattr(comparing, "is_installed", lambda name: False)
    monkeypatch.setattr(comparing, "_with_onnxruntime", None)
    for seed in range(6):
        gn.export_onnx(random_network(seed, dtype), tmp_path / "model.onnx")
    monkeypatch.setitem(operators.SIMPLE, "tanh", "Sigmoid")
    with pytest.raises(DataError, match="ONNX's reference evaluator gives outputs"):
        gn.export_onnx(small(), tmp_path / "model.onnx")


def test_a_missing_library_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingLibraryError, match=r"writing ONNX files needs onnx.*pip install glassnet\[onnx\]"):
        gn.export_onnx(small(), tmp_path / "model.onnx")
    (tmp_path / "there.onnx").write_bytes(b"?")
    with pytest.raises(MissingLibraryError, match="reading ONNX files needs onnx"):
        gn.import_onnx(tmp_path / "there.onnx")


def test_each_node_says_what_it_computes(tmp_path):
    import onnx

    made = onnx.load(gn.export_onnx(small(), tmp_path / "model.onnx"))
    assert [(node.op_type, node.doc_string) for node in made.graph.node] == [
        ("Gemm", "X @ W1 + b1"),
        ("Tanh", "tanh(Z1)"),
        ("Gemm", "A1 @ W2 + b2"),
        ("Softmax", "exp(Z2) / sum(exp(Z2))"),
    ]


def test_outputs_that_are_large_are_compared_by_their_size(tmp_path):
    net = gn.Network([gn.Dense(50, 1)], "mean_squared_error", seed=0)
    net.parameters["W1"] = np.random.default_rng(0).normal(scale=1e6, size=(50, 1))
    assert gn.export_onnx(net, tmp_path / "model.onnx").exists()
