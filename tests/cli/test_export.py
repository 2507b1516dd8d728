import json
import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling


@pytest.fixture
def digits_model(tmp_path):
    net = gn.Network([gn.Dense(784, 5), gn.ReLU(), gn.Dense(5, 10), gn.Softmax()], seed=0)
    net.preprocessing = Preprocessing("digit", tuple("0123456789"), scaling=named_scaling("unit")).to_dict()
    return net, net.save(tmp_path / "digits.safetensors")


@pytest.mark.parametrize(
    ("ending", "name"), [("onnx", "ONNX"), ("py", "Python"), ("c", "C"), ("js", "JavaScript"), ("mjs", "JavaScript")]
)
def test_writes_what_the_ending_says(glassnet, digits_model, tmp_path, ending, name):
    if ending == "onnx":
        pytest.importorskip("onnx", reason="onnx is not installed")
    net, path = digits_model
    out = tmp_path / f"out.{ending}"
    status, lines, error = glassnet("export", path, out, "--json")
    result = json.loads(lines[-1])
    assert (status, error) == (0, "")
    assert (result["written_as"], result["read_as"]) == (name, "glassnet")
    assert (result["n_in"], result["n_out"], result["preprocessing_inside"]) == (784, 10, True)
    assert result["bytes"] == out.stat().st_size
    assert "it takes 784 numbers a sample: pixels from 0 to 255" in lines
    assert out.read_bytes() == gn.export(net, tmp_path / f"other.{ending}").read_bytes()


def test_raw(glassnet, digits_model, tmp_path):
    net, path = digits_model
    status, lines, _ = glassnet("export", path, tmp_path / "raw.py", "--raw", "--json")
    assert status == 0
    assert json.loads(lines[-1])["preprocessing_inside"] is False
    assert (tmp_path / "raw.py").read_bytes() == gn.export_python(
        net, tmp_path / "b.py", preprocessing=False
    ).read_bytes()


def test_the_python_file_runs_as_is_told(glassnet, digits_model, tmp_path):
    net, path = digits_model
    _, lines, _ = glassnet("export", path, tmp_path / "out.py")
    assert lines[-1] == f"python {tmp_path / 'out.py'} input.csv"
    pixels = np.random.default_rng(0).integers(0, 256, size=(3, 784))
    np.savetxt(tmp_path / "input.csv", pixels, fmt="%d", delimiter=",")
    command = [sys.executable, "-I", str(tmp_path / "out.py"), str(tmp_path / "input.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    classes = [int(line.split("\t")[1]) for line in done.stdout.splitlines()]
    assert classes == net.classify(pixels / np.float32(255)).tolist()


def test_onnx_comes_in(glassnet, digits_model, tmp_path):
    pytest.importorskip("onnx", reason="onnx is not installed")
    net, path = digits_model
    assert glassnet("export", path, tmp_path / "m.onnx")[0] == 0
    status, lines, _ = glassnet("export", tmp_path / "m.onnx", tmp_path / "again.safetensors", "--json")
    assert status == 0
    assert json.loads(lines[-1])["read_as"] == "ONNX"
    again = gn.load(tmp_path / "again.safetensors")
    assert again.preprocessing == net.preprocessing
    x = np.random.default_rng(0).random((3, 784))
    assert np.array_equal(again.predict(x), net.predict(x))
    status, _, _ = glassnet("export", tmp_path / "m.onnx", tmp_path / "logits.safetensors", "--output", "Z2")
    assert status == 0
    assert str(gn.load(tmp_path / "logits.safetensors").layers[-1]) == "Dense(5, 10)"
    status, _, error = glassnet("export", tmp_path / "m.onnx", tmp_path / "x.safetensors", "--output", "Z9")
    assert status == 1
    assert "writes no 'Z9'" in error


@pytest.mark.parametrize(
    ("model", "out", "words"),
    [
        ("digits.safetensors", "out.onxn", "Did you mean '.onnx'?"),
        ("digits.safetensors", "out", "must end in .safetensors, .onnx"),
        ("digits.safetensors", "digits.safetensors", "is the model itself"),
        ("digits.safetensors", "none/out.py", "cannot be written"),
        ("digit.safetensors", "out.py", "Did you mean 'digits.safetensors'?"),
        ("digits.py", "out.onnx", "which says what is in it"),
        ("garbage.safetensors", "out.py", "is no safetensors file"),
        ("garbage.onnx", "out.py", "no ONNX file"),
    ],
)
def test_mistakes(glassnet, digits_model, tmp_path, monkeypatch, model, out, words):
    if model.endswith("onnx"):
        pytest.importorskip("onnx", reason="onnx is not installed")
    monkeypatch.chdir(tmp_path)
    for ending in ("onnx", "safetensors"):
        (tmp_path / f"garbage.{ending}").write_bytes(b"garbage")
    before = sorted(tmp_path.iterdir())
    status, lines, error = glassnet("export", model, out, "--json")
    assert status == 1
    assert words in error
    assert "Traceback" not in error
    assert words in json.loads(lines[-1])["error"]
    assert sorted(tmp_path.iterdir()) == before


def test_options_that_do_not_go_with_the_file(glassnet, digits_model, tmp_path):
    _, path = digits_model
    assert "ends with" in " ".join(glassnet("export", "--help")[1])
    status, _, error = glassnet("export", path, tmp_path / "out.py", "--output", "Z2")
    assert (status, "no option 'output'" in error) == (1, True)
    status, _, error = glassnet("export", path, tmp_path / "out.safetensors", "--raw")
    assert (status, "no option 'preprocessing'" in error) == (1, True)
