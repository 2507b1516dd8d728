"""The table of formats: by the ending of a file's name, to what writes it and what reads it."""

from importlib.util import find_spec

import numpy as np
import pytest

import glassnet as gn
from glassnet.interop import formats
from glassnet.interop.formats import FORMATS, format_of, function_of, read_network
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError
from random_networks import largest_difference, random_network, rows_for


def small():
    return gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 2), gn.Softmax()], seed=0)


def test_no_ending_is_there_twice_and_every_function_is():
    suffixes = [suffix for kind in FORMATS for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)
    for kind in FORMATS:
        assert callable(function_of(kind.writer))
        assert not kind.reader or callable(function_of(kind.reader))
        assert kind.use.format(path="a/b.c", name="b.c")


def test_the_longest_ending_counts(monkeypatch):
    two = formats.Format("two", (".onnx.py",), "x:y")
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, two))
    assert format_of("m.onnx.py") is two
    assert format_of("m.py").name == "Python"


@pytest.mark.parametrize("path", ["m", "m.", "m.onx", ".py", "m.py.txt", "dir.py/m"])
def test_an_ending_that_is_none(path, tmp_path):
    with pytest.raises(ArgumentError, match=r"must end in \.safetensors, \.onnx, .*which says what is written"):
        gn.export(small(), tmp_path / path)
    assert not list(tmp_path.iterdir())


def test_an_ending_that_is_only_written(tmp_path):
    with pytest.raises(ArgumentError, match=r"must end in \.safetensors, \.onnx, \.keras, which says what is in it"):
        read_network(tmp_path / "m.py", gn.Network)


@pytest.mark.parametrize(("path", "option"), [("m.py", "preprocesing"), ("m.safetensors", "preprocessing")])
def test_options_that_there_are_not(tmp_path, path, option):
    with pytest.raises(ArgumentError, match=f"files have no option '{option}'"):
        gn.export(small(), tmp_path / path, **{option: False})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("suffix", "needs"), [(".pt", "torch"), (".keras", "h5py"), (".weights.h5", "h5py")])
def test_other_libraries_files_come_back(suffix, needs, tmp_path):
    if find_spec(needs) is None:
        pytest.skip(f"{needs} is not installed")
    net = random_network(8)
    path = gn.export(net, tmp_path / f"model{suffix}")
    back = gn.from_torch if needs == "torch" else gn.from_keras
    again = back(path) if suffix == ".keras" else back(path, layers=net.layers)
    assert largest_difference(again.predict(rows_for(net)), net.predict(rows_for(net))) == 0


@pytest.mark.parametrize(
    ("convert", "needs"), [(gn.to_torch, "torch"), (gn.to_keras, "keras"), (gn.to_sklearn, "sklearn")]
)
def test_what_is_no_network_is_not_converted(convert, needs):
    if find_spec(needs) is None:
        pytest.skip(f"{needs} is not installed")
    with pytest.raises(ArgumentTypeError, match=r"must be a glassnet.Network, got 3\. Give it first\."):
        convert(3)


def test_an_estimator_is_asked_for_its_network(tmp_path):
    perceptrons = pytest.importorskip("glassnet.sklearn", reason="scikit-learn is not installed", exc_type=ImportError)
    estimator = perceptrons.MLPRegressor(solver="lbfgs", max_fun=1)
    with pytest.warns(match="lbfgs failed"):
        estimator.fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(ArgumentTypeError, match=r"Give its network_\."):
        gn.export(estimator, tmp_path / "model.py")


def test_what_is_no_network(tmp_path):
    for thing in (None, "net", gn.Dense(1, 1)):
        with pytest.raises(ArgumentTypeError, match=r"must be a glassnet\.Network"):
            gn.export(thing, tmp_path / "m.py")
    with pytest.raises(ArgumentTypeError, match="path must be"):
        gn.export(small(), 3)


def test_each_ending_writes_what_its_function_writes(tmp_path):
    net = small()
    for suffix, write in ((".py", gn.export_python), (".c", gn.export_c), (".js", gn.export_javascript)):
        own = write(net, tmp_path / "own").read_bytes()
        assert gn.export(net, tmp_path / f"m{suffix}").read_bytes() == own


def test_glassnets_own_file(tmp_path):
    net, x = small(), [[1.0, -2.0]]
    gn.export(net, tmp_path / "m.safetensors")
    again = read_network(tmp_path / "m.safetensors", gn.Network)
    assert np.array_equal(again.predict(x), net.predict(x))
    assert type(again) is gn.Network


@pytest.mark.parametrize(("name", "words"), [("m.pt", "gn.from_torch"), ("m.weights.h5", "gn.from_keras")])
def test_files_of_arrays_alone_say_how_they_are_read(name, words):
    with pytest.raises(ArgumentError, match=words):
        format_of(name, reading=True)


def test_a_state_dict_in_safetensors_is_called_one(tmp_path):
    path = gn.save_torch(small(), tmp_path / "theirs.safetensors")
    with pytest.raises(DataError, match=r"it is a state dict of PyTorch's.*gn\.from_torch"):
        gn.load(path)
