"""The files themselves: what is refused, what is written in which type, the programs that they are."""

import re
import subprocess
import sys
import time

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentTypeError, DataError

WRITERS = [gn.export_python, gn.export_c, gn.export_javascript]


class Doubled(gn.Layer):
    def forward(self, x):
        return 2 * x

    def backward(self, dy, x, y):
        return 2 * dy


def small(**arguments):
    return gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1)], "mean_squared_error", **arguments)


@pytest.mark.parametrize("write", [*WRITERS, gn.export_onnx])
def test_layers_of_ones_own_are_named(write, tmp_path):
    path = tmp_path / "model"
    path.write_text("what was there")
    net = gn.Network([gn.Dense(2, 3), Doubled(), gn.Dense(3, 1)], "mean_squared_error")
    with pytest.raises(
        DataError, match=r"layer 2, Doubled\(\) cannot be written to an? \w+ file: it is your own class"
    ):
        write(net, path)
    assert path.read_text() == "what was there"


@pytest.mark.parametrize("write", [*WRITERS, gn.export_onnx])
def test_wrong_arguments(write, tmp_path):
    with pytest.raises(ArgumentTypeError, match=r"must be a glassnet\.Network, got 'model'"):
        write("model", tmp_path / "model")
    with pytest.raises(ArgumentTypeError, match="preprocessing must be True or False, got 'raw'"):
        write(small(), tmp_path / "model", preprocessing="raw")
    with pytest.raises(DataError, match="cannot be written"):
        write(small(), tmp_path / "no" / "model")


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_network_gives_the_same_file(write, tmp_path):
    assert write(small(), tmp_path / "a").read_bytes() == write(small(), tmp_path / "b").read_bytes()


@pytest.mark.parametrize("write", [gn.export_python, gn.export_javascript])
def test_large_networks_are_written_in_seconds(write, tmp_path):
    """In time that grows as the weights do: folding one long text into lines may take its square."""
    net = gn.Network([gn.Dense(784, 1_000, init="zeros"), gn.ReLU(), gn.Dense(1_000, 1)], "mean_squared_error")
    began = time.perf_counter()
    assert write(net, tmp_path / "model").stat().st_size > 4_000_000
    assert time.perf_counter() - began < 10


def test_the_weights_are_exact(tmp_path):
    """Every bit, of both types: by the numbers in the C file, and by the arrays of the Python module."""
    for dtype, suffix in (("float32", "f"), ("float64", "")):
        net = small(dtype=dtype)
        net.parameters["W1"] = np.array([[1e-45, -0.0, 1 / 3], [3e38, -1e-38, np.pi]], dtype=dtype)
        text = gn.export_c(net, tmp_path / "model.c").read_text()
        numbers = re.search(r"W1\[6\] = \{(.*?)\}", text, re.DOTALL).group(1).replace("\n", "").split(",")
        there = np.array([float.fromhex(number.strip().removesuffix(suffix)) for number in numbers], dtype=dtype)
        assert there.tobytes() == net.parameters["W1"].tobytes()
        module = {}
        exec(gn.export_python(net, tmp_path / "model.py").read_text(), module)  # the test's own file
        assert module["W1"].tobytes() == net.parameters["W1"].tobytes()


def test_types_of_c(tmp_path):
    def signature(net):
        return re.search(r"\nvoid predict\((.*?)\);", gn.export_c(net, tmp_path / "model.c").read_text()).group(1)

    assert signature(small()) == "const float *input, float *output"
    assert signature(small(dtype="float64")) == "const double *input, double *output"
    net = small()
    net.preprocessing = {
        "kind": "table",
        "mean": [0.0, 0.0],
        "std": [1.0, 1.0],
        "scaling": {"divisor": 255.0, "factor": 1.0, "offset": 0.0},
    }
    assert signature(net) == "const double *input, float *output"


def test_python_program(tmp_path):
    path = gn.export_python(small(), tmp_path / "model.py")
    (tmp_path / "input.csv").write_text("1.0,2.0\n-1.0,0.5\n")

    def run(*arguments, **options):
        return subprocess.run(
            [sys.executable, "-I", str(path), *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            **options,
        )

    done = run("input.csv")
    expected = small().predict([[1.0, 2.0], [-1.0, 0.5]])
    assert (
        np.array([[float(line)] for line in done.stdout.splitlines()], dtype=np.float32).tolist() == expected.tolist()
    )
    assert run("-", input="1.0,2.0\n-1.0,0.5\n").stdout == done.stdout
    for arguments in ((), ("--help",)):
        assert "usage: python" in run(*arguments).stderr
    (tmp_path / "wide.csv").write_text("1,2,3\n")
    (tmp_path / "words.csv").write_text("one,two\n")
    (tmp_path / "empty.csv").write_text("\n")
    assert run("empty.csv").stderr == "there are no numbers in what was given\n"
    for name, words in (("wide.csv", "shape (N, 2)"), ("words.csv", "could not convert"), ("none.csv", "none.csv")):
        done = run(name)
        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_python_refuses_what_is_no_rows(tmp_path):
    module = {}
    exec(gn.export_python(small(), tmp_path / "model.py").read_text(), module)  # the test's own file
    for x in ([1.0, 2.0], [[1.0]], [["a", "b"]], 3.0):
        with pytest.raises(ValueError, match=r"x must be numbers of shape \(N, 2\)"):
            module["predict"](x)
    assert module["predict"](np.zeros((0, 2))).shape == (0, 1)


def test_c_program_refuses_what_is_no_sample(in_c, tmp_path):
    in_c(small(), [[1.0, 2.0]])
    for text, words in (("1 2 3", "a sample has 2 numbers, the last one has 1"), ("1 two", "must be numbers")):
        done = subprocess.run([str(tmp_path / "program")], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert words in done.stderr


def test_javascript_refuses_what_is_no_sample(in_javascript):
    with pytest.raises(subprocess.CalledProcessError) as caught:
        in_javascript(small(), [[1.0, 2.0, 3.0]])
    assert "a sample must have 2 numbers, got 3" in caught.value.stderr
