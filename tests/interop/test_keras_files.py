"""Keras's files: nothing in them is executed, none needs Keras, and a damaged or hostile one is one sentence."""

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from importlib.util import find_spec

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, DataError, GlassnetError
from random_networks import largest_difference, random_network

h5py = pytest.importorskip("h5py", reason="h5py is not installed: pip install glassnet[keras]")


@pytest.fixture
def content(tmp_path):
    """The files inside a `.keras` file."""
    net = gn.Network([gn.Dense(4, 3), gn.BatchNorm(), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()], seed=1)
    with zipfile.ZipFile(gn.save_keras(net, tmp_path / "whole.keras")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path, content, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, words in content.items():
            archive.writestr(name, words)
    return path


def refused(path, words="", **arguments):
    with pytest.raises(GlassnetError, match=words or None) as caught:
        gn.from_keras(path, **arguments)
    assert len(str(caught.value)) < 900
    return str(caught.value)


def test_files_need_no_keras(tmp_path):
    code = (
        "import sys; sys.modules['keras'] = sys.modules['torch'] = None; import glassnet as gn\n"
        "net = gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.ReLU(), gn.Maxout(3, 2), gn.Softmax()])\n"
        f"path = gn.save_keras(net, {str(tmp_path / 'm.keras')!r})\n"
        "print((gn.from_keras(path).predict([[1, 2]]) == net.predict([[1, 2]])).all())\n"
        "try: gn.to_keras(net)\n"
        "except gn.GlassnetError as error: print(error)\n"
        "sys.modules['h5py'] = None\n"
        "try: gn.from_keras(path)\n"
        "except gn.GlassnetError as error: print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, *words = result.stdout.splitlines()
    assert first == "True"
    assert [line.endswith("pip install glassnet[keras]") for line in words] == [True, True]


def test_a_backend_that_is_missing_is_said():
    if "keras" not in sys.modules and find_spec("keras") is None:
        pytest.skip("Keras is not installed: pip install glassnet[keras]")
    code = (
        "import os, sys; os.environ['KERAS_BACKEND'] = 'tensorflow'; sys.modules['tensorflow'] = None\n"
        "import glassnet as gn\n"
        "try: gn.to_keras(gn.Network([gn.Dense(2, 3)]))\n"
        "except gn.GlassnetError as error: print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "its backend is missing" in result.stdout


@pytest.mark.parametrize("name", ["m.h5", "m.json", "m"])
def test_other_endings_are_refused(name, tmp_path):
    with pytest.raises(ArgumentError, match=r"must end in \.keras or \.weights\.h5"):
        gn.save_keras(gn.Network([gn.Dense(2, 1)]), tmp_path / name)


def test_whole_or_not_at_all(tmp_path):
    path = tmp_path / "m.keras"
    path.write_bytes(b"old")
    with pytest.raises(ArgumentError, match="slope below 0"):
        gn.save_keras(gn.Network([gn.Dense(2, 2), gn.LeakyReLU(-1)]), path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("m.keras", b"old")]
    with pytest.raises(DataError, match="cannot be written"):
        gn.save_keras(gn.Network([gn.Dense(2, 1)]), tmp_path / "no" / "m.keras")


def test_the_bytes_of_a_file_depend_on_the_network_alone(tmp_path):
    net = random_network(4)
    for name in ("m.keras", "m.weights.h5"):
        one, other = (gn.save_keras(net, tmp_path / f"{number}{name}").read_bytes() for number in "12")
        assert one == other


# Damaged


def test_files_cut_short(tmp_path):
    net = random_network(2)
    for name in ("m.keras", "m.weights.h5"):
        content = gn.save_keras(net, tmp_path / name).read_bytes()
        path = tmp_path / f"cut-{name}"
        for length in [0, 1, 10, len(content) // 3, len(content) // 2, len(content) - 1]:
            path.write_bytes(content[:length])
            with pytest.raises(GlassnetError, match="cut-m"):
                gn.from_keras(path, **({} if name == "m.keras" else {"activations": "relu"}))


@pytest.mark.parametrize("missing", ["config.json", "model.weights.h5"])
def test_a_part_that_is_missing_is_named(missing, content, tmp_path):
    del content[missing]
    refused(written(tmp_path / "m.keras", content), f"must have one {missing}, got 0")


def test_a_part_that_is_there_twice(content, tmp_path):
    path = written(tmp_path / "m.keras", content)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("config.json", "{}")
    refused(path, "must have one config.json, got 2")


@pytest.mark.parametrize(
    "config",
    [
        "", "3", "[]", "{}", '"text"', "nul", "[" * 100_000, '{"class_name": 3}', '{"class_name": "Sequential"}',
        '{"class_name": "Sequential", "config": 3}', '{"class_name": "Sequential", "config": {"layers": []}}',
        '{"class_name": "Sequential", "config": {"layers": [3]}}',
        '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense"}]}}',
        '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"name": "a"}}, 3]}}',
        '{"class_name": "Functional", "config": {"layers": [{"class_name": "Dense", "config": {}}]}}',
        '{"class_name": "Functional", "config": {"layers": [3], "output_layers": ["a", 0, 0]}}',
    ],
)  # fmt: skip
def test_a_configuration_of_something_else(config, content, tmp_path):
    refused(written(tmp_path / "m.keras", {**content, "config.json": config}))


def edited(content, edit):
    """Return the parts with one change to the configuration of the layers."""
    config = json.loads(content["config.json"])
    edit(config["config"]["layers"])
    return {**content, "config.json": json.dumps(config)}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda layers: layers[1]["config"].update(units=10**12), ""),
        (lambda layers: layers[1]["config"].update(use_bias=False), "must have 1 arrays, got 2"),
        (lambda layers: layers[1]["config"].update(activation={"class_name": "function", "config": "eval"}), "eval"),
        (lambda layers: layers[1].update(module="os", class_name="system"), "os.system, a class of your own"),
        (lambda layers: layers[1].update(registered_name="mine>Dense"), "mine>Dense, a class of your own"),
        (lambda layers: layers[1].update(module=None, registered_name="Dense"), "is Dense, a class of your own"),
        (lambda layers: layers[1].update(module=None, registered_name=3), "a class of your own"),
        (lambda layers: layers[2]["config"].update(momentum=2), "BatchNorm's momentum must be"),
        (lambda layers: layers[2]["config"].update(epsilon="much"), "BatchNorm's eps must be"),
        (lambda layers: layers[3].update(class_name="Lambda"), "a Lambda, which is code"),
        (lambda layers: layers[0]["config"].update(batch_shape=[None, -4]), "must be a list of sizes"),
        (lambda layers: layers[0]["config"].update(batch_shape="wide"), "must be a list of sizes"),
        (lambda layers: layers.insert(1, {"class_name": "Rescaling", "config": {"scale": "a"}}), "must be a number"),
        (lambda layers: layers.insert(1, {"class_name": "Rescaling", "config": {"scale": 10**400}}), "be a number"),
        (lambda layers: layers[1]["config"].update(activation={"class_name": []}), "damaged"),
        (lambda layers: layers.insert(1, {"class_name": "Rescaling", "config": {"scale": [1, 2]}}), "scales 2 numbers"),
        (lambda layers: layers.extend(layers * 1000), "1 to 2,000 layers"),
    ],
)  # fmt: skip
def test_hostile_layers(edit, words, content, tmp_path):
    path = written(tmp_path / "m.keras", edited(content, edit))
    if words == "" and "1000000000000" in path.read_bytes().decode("latin-1"):
        assert gn.from_keras(path).layers[0] == gn.Dense(4, 3)  # what the arrays are counts
    else:
        refused(path, words)


def test_models_nested_without_end(content, tmp_path):
    opening = '{"class_name": "Sequential", "config": {"layers": ['
    text = opening * 900 + content["config.json"].decode() + "]}}" * 900
    refused(written(tmp_path / "m.keras", {**content, "config.json": text}), "damaged|no JSON")


# Zip files


def test_a_zip_bomb_is_not_unpacked(content, tmp_path):
    bomb = {**content, "config.json": b" " * 300_000_000}
    path = written(tmp_path / "m.keras", bomb, zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    try:
        refused(path, "would unpack to 300,")
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "assets/../../outside", "..\\outside"])
def test_paths_that_leave_the_folder(name, content, tmp_path):
    path = written(tmp_path / "m.keras", {**content, name: b"text"})
    refused(path, "would leave its folder")
    assert [file.name for file in tmp_path.iterdir() if file.name == "outside"] == []


# HDF5 files


def h5_with(change, content):
    stream = io.BytesIO(content["model.weights.h5"])
    with h5py.File(stream, "r+") as file:
        change(file)
    return {**content, "model.weights.h5": stream.getvalue()}


def external_link(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink("secret.h5", "/x")


def soft_link(file):
    del file["layers/dense"]
    file["layers/dense"] = h5py.SoftLink("/layers/dense_1")


def external_storage(file):
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", (4, 3), "f4", external=[("/etc/passwd", 0, 48)])


def virtual(file):
    del file["layers/dense/vars/0"]
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource("secret.h5", "x", (4, 3))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def huge(file):
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", (4_000_000, 3_000_000), "f4", chunks=(100, 100))


def packed(file):
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", data=np.zeros((20_000, 2_000), "f4"), compression="gzip")


def integers(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = np.zeros((4, 3), "i8")


def other_shape(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = np.zeros((4, 3, 1), "f4")


def group_for_array(file):
    del file["layers/dense/vars/0"]
    file.create_group("layers/dense/vars/0")


def nothing(file):
    del file["layers"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (external_link, "link to elsewhere"),
        (soft_link, "link to elsewhere"),
        (external_storage, "other files"),
        (virtual, "other files"),
        (huge, "claims to be larger than the file"),
        (packed, "claims to be larger than the file"),
        (integers, "floating-point"),
        (other_shape, "make no Dense"),
        (group_for_array, "has no array at"),
        (nothing, "must have 2 arrays, got 0"),
    ],
)
def test_hostile_weights(change, words, content, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as secret:
        secret["x"] = np.ones((4, 3), "f4")
    hostile = h5_with(change, content)
    message = refused(written(tmp_path / "m.keras", hostile), words)
    assert "m.keras" in message or "the layer 'dense'" in message
    (tmp_path / "m.weights.h5").write_bytes(hostile["model.weights.h5"])
    refused(tmp_path / "m.weights.h5", layers=["dense", "batchnorm", "relu", "dense"])


def circle(layers):
    for name in "abcd":
        layers.create_group(name)["layers"] = layers


def doubling(layers):
    """6 links to each of 18 groups: 6 ** 18 ways through a small file."""
    for _ in range(18):
        inside = layers.file.create_group(None)
        for name in "abcdef":
            layers.create_group(name)["layers"] = inside
        layers = inside


def one_layer_twice(layers):
    layers.create_group("dense/vars")["0"] = np.zeros((2, 2), "f4")
    layers["dense_1"] = layers["dense"]


def crowd(layers):
    for index in range(2001):
        layers.create_group(f"dense_{index}")


@pytest.mark.parametrize("make", [circle, doubling, one_layer_twice, crowd])
def test_groups_that_are_met_again_and_again(make, tmp_path):
    with h5py.File(tmp_path / "m.weights.h5", "w") as file:
        make(file.create_group("layers"))
    refused(tmp_path / "m.weights.h5", "there twice, or one of more than 2,000", activations=["relu"])


def test_spoilt_bytes_raise_nothing_but_words(tmp_path):
    """In a process of its own: HDF5 is read by a library in C, which must not take the tests with it."""
    code = (
        "import contextlib, pathlib, sys, numpy as np, glassnet as gn\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "net = gn.Network([gn.Dense(4, 3), gn.BatchNorm(), gn.ReLU(), gn.Dense(3, 2)])\n"
        "content, rng, refused = gn.save_keras(net, path).read_bytes(), np.random.default_rng(0), 0\n"
        "for _ in range(100):\n"
        "    spoilt = bytearray(content)\n"
        "    for place in rng.integers(len(spoilt), size=3): spoilt[place] ^= int(rng.integers(1, 256))\n"
        "    path.write_bytes(bytes(spoilt))\n"
        "    try: assert gn.from_keras(path, layers=net.layers).layers == net.layers\n"
        "    except gn.GlassnetError as error: refused += len(str(error)) < 900\n"
        "print(refused)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "m.weights.h5")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert 10 < int(result.stdout) < 100  # the others had nothing spoilt that matters


# Files of before


def test_an_old_file_of_weights_alone_says_so(tmp_path):
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["layer_names"] = [b"dense"]
    refused(tmp_path / "old.h5", "weights alone, in the form of before Keras 3")


def test_a_file_of_keras_2(tmp_path):
    """As Keras 2 wrote it: bytes for text, batch_input_shape, alpha, lists of nodes."""
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(3, 2)).astype("f4"), rng.normal(size=2).astype("f4")
    layers = [
        {"class_name": "InputLayer", "name": "in", "inbound_nodes": [],
         "config": {"name": "in", "batch_input_shape": [None, 3]}},
        {"class_name": "Dense", "name": "d", "inbound_nodes": [[["in", 0, 0, {}]]],
         "config": {"name": "d", "units": 2, "activation": "linear", "use_bias": True}},
        {"class_name": "LeakyReLU", "name": "l", "inbound_nodes": [[["d", 0, 0, {}]]],
         "config": {"name": "l", "alpha": 0.25}},
    ]  # fmt: skip
    config = {"name": "m", "layers": layers, "input_layers": [["in", 0, 0]], "output_layers": [["l", 0, 0]]}
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config}).encode()
        group = file.create_group("model_weights/d")
        group.attrs["weight_names"] = [b"d/kernel:0", b"d/bias:0"]
        group["d/kernel:0"], group["d/bias:0"] = W, b
    net = gn.from_keras(tmp_path / "old.h5")
    assert net.layers == (gn.Dense(3, 2), gn.LeakyReLU(0.25))
    x = rng.normal(size=(5, 3)).astype("f4")
    z = x @ W + b
    assert largest_difference(net.predict(x), np.where(z > 0, z, 0.25 * z)) < 1e-6
