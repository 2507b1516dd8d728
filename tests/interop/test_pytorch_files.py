"""Files of state dicts: there and back, and whatever a damaged or hostile one holds is one sentence."""

import io
import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save, save_file

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, DataError, GlassnetError, MissingFileError
from random_networks import largest_difference, random_network, rows_for

try:
    import torch
except ImportError:
    torch = None
NEEDS_TORCH = pytest.mark.skipif(torch is None, reason="PyTorch is not installed: pip install glassnet[torch]")


@pytest.mark.parametrize("seed", range(10))
def test_random_networks_there_and_back_as_safetensors(seed, tmp_path):
    net = random_network(seed)
    again = gn.from_torch(gn.save_torch(net, tmp_path / "weights.safetensors"))
    assert again.layers == net.layers
    assert again.dtype == net.dtype
    assert largest_difference(again.predict(rows_for(net)), net.predict(rows_for(net))) == 0


@NEEDS_TORCH
@pytest.mark.parametrize("suffix", [".pt", ".pth", ".PT"])
def test_there_and_back_as_a_pickled_state_dict(suffix, tmp_path):
    net = random_network(3)
    again = gn.from_torch(str(gn.save_torch(net, tmp_path / f"weights{suffix}")), layers=net.layers)
    assert largest_difference(again.predict(rows_for(net)), net.predict(rows_for(net))) == 0


@NEEDS_TORCH
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_pytorch_loads_what_is_written(suffix, tmp_path):
    net = random_network(6)
    path = gn.save_torch(net, tmp_path / f"weights{suffix}")
    if suffix == ".pt":
        state = torch.load(path, weights_only=True)
    else:
        from safetensors.torch import load_file

        state = load_file(path)
    model = gn.to_torch(random_network(6))
    assert list(model.load_state_dict(state)) == [[], []]
    with torch.no_grad():
        y = model(torch.from_numpy(rows_for(net))).numpy()
    assert largest_difference(y, net.predict(rows_for(net))) < 1e-5


@NEEDS_TORCH
def test_a_checkpoint_of_pytorchs_own(tmp_path):
    model = torch.nn.Sequential(*[torch.nn.Linear(3, 3) for _ in range(11)])
    safe = pytest.importorskip("safetensors.torch")
    safe.save_file(model.state_dict(), tmp_path / "w.safetensors")  # which sorts by name: 0, 1, 10, 2, …
    torch.save({"state_dict": model.state_dict(), "epoch": 7}, tmp_path / "w.pt")
    x = np.eye(3, dtype="float32")
    for name in ("w.safetensors", "w.pt"):
        net = gn.from_torch(tmp_path / name, activations=[None] * 11)
        with torch.no_grad():
            assert largest_difference(net.predict(x), model(torch.from_numpy(x)).numpy()) < 1e-5


def test_safetensors_need_no_pytorch(tmp_path):
    code = (
        "import sys; sys.modules['torch'] = None; import glassnet as gn\n"
        "net = gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()])\n"
        f"path = gn.save_torch(net, {str(tmp_path / 'w.safetensors')!r})\n"
        "print((gn.from_torch(path).predict([[1, 2]]) == net.predict([[1, 2]])).all())\n"
        "for call in (lambda: gn.to_torch(net), lambda: gn.save_torch(net, path.with_suffix('.pt'))):\n"
        "    try: call()\n"
        "    except gn.GlassnetError as error: print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, *words = result.stdout.splitlines()
    assert first == "True"
    assert [line.endswith("pip install glassnet[torch]") for line in words] == [True, True]
    assert [path.name for path in tmp_path.iterdir()] == ["w.safetensors"]


def test_batch_counts_and_metadata_are_as_pytorch_has_them(tmp_path):
    net = gn.Network([gn.Dense(2, 3), gn.BatchNorm()])
    with safe_open(gn.save_torch(net, tmp_path / "w.safetensors"), framework="np") as file:
        assert file.metadata()["format"] == "pt"
        assert set(file.keys()) == {
            "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
        }  # fmt: skip
        assert file.get_tensor("0.weight").shape == (3, 2)
        assert file.get_tensor("1.num_batches_tracked").dtype == np.int64


@pytest.mark.parametrize("name", ["w.bin", "w", "w.onnx"])
def test_other_endings_are_refused(name, tmp_path):
    with pytest.raises(ArgumentError, match=r"must end in \.safetensors, \.pt, \.pth"):
        gn.save_torch(gn.Network([gn.Dense(2, 1)]), tmp_path / name)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError, match="must end in"):
        gn.from_torch(tmp_path / name)


def test_a_file_that_is_missing_or_cannot_be_written_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        gn.from_torch(tmp_path / "w.pt")
    with pytest.raises(DataError, match="cannot be written"):
        gn.save_torch(gn.Network([gn.Dense(2, 1)]), tmp_path / "no" / "w.safetensors")


def test_what_cannot_be_converted_leaves_the_old_file(tmp_path):
    class Own(gn.Layer):
        def forward(self, x):
            return x

        def backward(self, dy, x, y):
            return dy

    path = tmp_path / "w.safetensors"
    path.write_bytes(b"old")
    with pytest.raises(ArgumentError, match="your own"):
        gn.save_torch(gn.Network([gn.Dense(2, 2), Own()]), path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("w.safetensors", b"old")]


# Hostile files


def refused(path, **arguments):
    with pytest.raises(GlassnetError) as caught:
        gn.from_torch(path, **(arguments or {"activations": "relu"}))
    message = str(caught.value)
    assert path.name in message
    assert len(message) < 900
    return message


def test_every_way_to_cut_a_safetensors_file_short_is_said(tmp_path):
    content = gn.save_torch(random_network(1), tmp_path / "w.safetensors").read_bytes()
    path = tmp_path / "cut.safetensors"
    for length in [0, 1, 7, 8, 9, 50, len(content) // 2, len(content) - 1]:
        path.write_bytes(content[:length])
        assert "damaged or cut short" in refused(path)


def test_safetensors_with_other_things_inside(tmp_path):
    path = tmp_path / "w.safetensors"
    save_file({"0.weight": np.zeros((2, 2), np.int64)}, path)
    assert "floating-point" in refused(path)
    save_file({"0.weight": np.zeros((2, 2), np.uint8)}, path)
    assert "of type U8" in refused(path)
    save_file({"0.weight": np.zeros((2, 2, 2), np.float32)}, path)
    assert "belong to no Linear" in refused(path)
    save_file({"0.weight": np.zeros((0, 2), np.float32)}, path)
    assert "n_out must be" in refused(path)
    save_file({}, path)
    assert "no weights" in refused(path)
    save_file({"0.weight": np.zeros((2, 3), np.float16), "0.bias": np.zeros(2, np.float16)}, path)
    assert gn.from_torch(path, activations="relu").dtype == "float32"


@pytest.mark.parametrize(
    "words",
    [
        "[",
        "3",
        "[" * 100_000,
        '[{"type": "os.system"}]',
        '[{"type": "Dense", "n_in": 10000000, "n_out": 1000000}]',
        "{}",
    ],
)
def test_layers_that_a_file_names_are_not_trusted(words, tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(save({"0.weight": np.zeros((2, 3), np.float32)}, {"glassnet.layers": words}))
    refused(path, activations=None)


class Bomb:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (os.mkdir, (self.path,))


@NEEDS_TORCH
def test_nothing_in_a_pickle_is_executed(tmp_path):
    mark, path = tmp_path / "executed", tmp_path / "w.pt"
    path.write_bytes(pickle.dumps({"0.weight": Bomb(mark)}, protocol=2))
    refused(path)
    torch.save({"0.weight": Bomb(mark)}, path)
    assert "without running what is in it" in refused(path)
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 2)), path)
    assert "Save model.state_dict()" in refused(path)
    assert not mark.exists()


@NEEDS_TORCH
def test_damaged_pt_files_are_one_sentence(tmp_path):
    content = gn.save_torch(random_network(1), tmp_path / "w.pt").read_bytes()
    path = tmp_path / "cut.pt"
    rng = np.random.default_rng(0)
    for length in [0, 1, 100, len(content) // 2, len(content) - 1]:
        path.write_bytes(content[:length])
        refused(path)
    for _ in range(20):
        spoilt = bytearray(content)
        spoilt[int(rng.integers(len(content) // 2))] ^= 0xFF
        path.write_bytes(bytes(spoilt))
        with pytest.raises(GlassnetError, match=r"cut\.pt"):
            gn.from_torch(path, layers=["no such layer"])


@NEEDS_TORCH
def test_a_zip_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "w.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w/data.pkl", b"\0" * 50_000_000)
    assert "would unpack to 50,000,000 bytes" in refused(path)


@NEEDS_TORCH
def test_a_tensor_larger_than_its_file_is_refused(tmp_path):
    path = tmp_path / "w.pt"
    torch.save({"0.weight": torch.zeros(1, 1).expand(100_000, 100_000)}, path)  # 40 GB out of one number
    assert "claims to be larger than the file" in refused(path)


@NEEDS_TORCH
@pytest.mark.parametrize(
    "found", [[1, 2], {"0.weight": "text"}, {"0.weight": [1.0]}, {"0.weight": {"a": 1}}, {1: 2}, {}, None]
)
def test_a_pt_file_with_something_else_in_it(found, tmp_path):
    stream = io.BytesIO()
    torch.save(found, stream)
    path = tmp_path / "w.pt"
    path.write_bytes(stream.getvalue())
    refused(path)


@NEEDS_TORCH
def test_a_dictionary_that_holds_itself(tmp_path):
    path = tmp_path / "w.pt"
    for names in (("model",), ("state_dict", "model_state_dict")):
        found = inside = {}
        for name in names[1:]:
            inside[name] = inside = {}
        inside[names[0]] = found
        torch.save(found, path)
        assert "stands in more than 10 others" in refused(path)
        with pytest.raises(GlassnetError, match="more than 10 others"):
            gn.from_torch(found)


@NEEDS_TORCH
def test_a_state_dict_some_dictionaries_deep(tmp_path):
    held = torch.nn.Linear(2, 3).state_dict()
    for _ in range(3):
        held = {"epoch": 3, "model": held}
    torch.save(held, tmp_path / "w.pt")
    assert gn.from_torch(tmp_path / "w.pt", layers=["dense"]).layers == (gn.Dense(2, 3),)


@NEEDS_TORCH
@pytest.mark.parametrize(
    "tensor",
    [
        lambda: torch.zeros(2, 2, dtype=torch.complex64),
        lambda: torch.zeros(2, 2, dtype=torch.int64),
        lambda: torch.zeros(2, 2).to_sparse(),
    ],
)
def test_tensors_of_other_kinds_are_named(tensor, tmp_path):
    path = tmp_path / "w.pt"
    torch.save({"0.weight": tensor()}, path)
    assert "0.weight must be a plain tensor" in refused(path)


def test_a_header_that_claims_more_than_there_is(tmp_path):
    header = json.dumps({"0.weight": {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 4]}}).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    refused(path)
