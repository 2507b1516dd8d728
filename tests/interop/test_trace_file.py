"""Trace files: bit for bit, in both forms; what is damaged or hostile is one sentence, and costs no memory."""

import json
import struct

import numpy as np
import pytest
from safetensors.numpy import save

import glassnet as gn
from glassnet.mathematics.checks import DataError, MissingFileError

X = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])
T = np.array([2, 0, 1])
ENDINGS = ["json", "safetensors"]


def network(**arguments):
    layers = [
        gn.Dense(2, 4),
        gn.BatchNorm(),
        gn.PReLU(),
        gn.Dropout(0.5),
        gn.Maxout(4, 3),
        gn.Dense(3, 3),
        gn.Softmax(),
    ]
    return gn.Network(layers, seed=3, **arguments)


@pytest.fixture
def traced():
    return network().trace(X, T, step=5)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", ["train", "predict"])
def test_what_goes_in_comes_out_to_the_bit(tmp_path, ending, dtype, mode):
    trace = network(dtype=dtype).trace(X, T, mode=mode, step=5)
    again = gn.load_trace(trace.save(tmp_path / f"trace.{ending}"))
    assert type(again) is gn.Trace
    assert again.names == trace.names
    assert again.address == trace.address
    for name in (*trace, *trace.parameters, "running_mean1", "dA3"):
        assert (again[name].dtype, again[name].tobytes()) == (trace[name].dtype, trace[name].tobytes()), name
    assert str(again) == str(trace)
    for address in ("dW1[1,2]", "A3[0,1]", "loss"):
        assert str(again.why(address)) == str(trace.why(address))
    assert np.array_equal(again.after("sgd")["W1"], trace.after("sgd")["W1"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_forward_alone_and_what_training_ran(tmp_path, ending):
    trace = network().trace(X)
    assert gn.load_trace(trace.save(tmp_path / f"a.{ending}")).names == trace.names
    net = network()
    net.fit(X, T, sample_weight=[1, 2, 3], epochs=2, executor="reference", verbose=0)
    trace = net.last_batch()
    again = gn.load_trace(trace.save(tmp_path / f"b.{ending}"))
    assert again.address == trace.address
    assert np.array_equal(again["weights"], trace["weights"])
    assert "dX" not in again


@pytest.mark.parametrize("ending", ENDINGS)
def test_numbers_that_are_not_finite(tmp_path, ending):
    net = gn.Network([gn.Dense(1, 2)], "mean_squared_error")
    net.parameters["b1"] = [np.inf, np.nan]
    trace = net.trace([[1.0]], [[-0.0, 1.0]])
    again = gn.load_trace(trace.save(tmp_path / f"trace.{ending}"))
    for name in trace:
        assert again[name].tobytes() == trace[name].tobytes() or np.array_equal(
            again[name], trace[name], equal_nan=True
        )


def test_json_reads_as_text(tmp_path, traced):
    description = json.loads(traced.save(tmp_path / "trace.json").read_text(encoding="utf-8"))
    assert (description["kind"], description["format"]) == ("trace", 1)
    assert description["arrays"]["Z1"] == {"shape": [3, 4], "formula": "X @ W1 + b1"}
    assert description["address"]["step"] == 5
    assert description["numbers"]["X"] == X.ravel().tolist()


def test_what_cannot_be_saved(tmp_path, traced):
    with pytest.raises(
        gn.GlassnetError, match=r"the ending of the path must be one of '.json', '.safetensors', got '.npz'"
    ):
        traced.save(tmp_path / "trace.npz")
    large = gn.Network([gn.Dense(400, 300)], "mean_squared_error").trace(np.zeros((1, 400)))
    with pytest.raises(gn.GlassnetError, match=r"at most 100,000 numbers to be saved as JSON, got 121,\d\d\d"):
        large.save(tmp_path / "trace.json")

    class Own(gn.Layer):
        def forward(self, x):
            return x

        def backward(self, dy, x, y):
            return dy

    own = gn.Network([gn.Dense(2, 2), Own()], "mean_squared_error").trace(X)
    with pytest.raises(DataError, match="cannot be saved: it is your own class"):
        own.save(tmp_path / "trace.json")
    assert list(tmp_path.iterdir()) == []


def test_a_model_is_no_trace_and_a_trace_no_model(tmp_path, traced):
    model, trace = network().save(tmp_path / "model.safetensors"), traced.save(tmp_path / "trace.safetensors")
    with pytest.raises(
        DataError, match=r"is no trace that can be read: it is a 'model', not a trace. Open it with gn.load\."
    ):
        gn.load_trace(model)
    with pytest.raises(DataError, match=r"it is a 'trace', not a model. Open it with gn.load_trace\."):
        gn.load(trace)
    with pytest.raises(MissingFileError, match=r"Did you mean 'trace.safetensors'"):
        gn.load_trace(tmp_path / "trac.safetensors")
    (tmp_path / "other.safetensors").write_bytes(save({"X": np.zeros(1)}))
    with pytest.raises(DataError, match="not one that glassnet wrote"):
        gn.load_trace(tmp_path / "other.safetensors")


def changed(description, path, value):
    """Return a copy in which one thing is another."""
    copy = json.loads(json.dumps(description))
    *way, last = path
    place = copy
    for key in way:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return copy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "it is JSON, but not of the form in which glassnet writes a trace"),
        ('{"apples": 2}', "it is JSON, but not of the form in which glassnet writes a trace"),
        ("[1]", "its description is no JSON object"),
    ],
)
def test_json_of_others_is_said_to_be_no_trace(tmp_path, text, words):
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(DataError, match=words):
        gn.load_trace(tmp_path / "other.json")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (["format"], 2, r"it is of format 2, written by glassnet .*, which reads up to 1. Upgrade glassnet\."),
        (["format"], None, "it has no 'format'"),
        (["format"], "1", "its format number must be an integer"),
        (["kind"], "lesson", "it is a 'lesson', not a trace"),
        (["layers"], "Dense", "its layers must be a list"),
        (["layers", 0, "type"], "Popen", "it names the unknown layer 'Popen'"),
        (["layers", 0, "n_in"], 10**12, r"its layers need [\d,]+ numbers, but its arrays hold"),
        (["loss", "type"], "exit", "it names the unknown loss"),
        (["dtype"], "object", "dtype must be one of"),
        (["address"], [], "its address must be an object"),
        (["address", "seed"], -1, "seed must be"),
        (["address", "seed"], 4, "not those of its address"),
        (["address", "step"], 6, "not those of its address"),
        (["address", "step"], None, "it has no 'step'"),
        (["address", "mode"], "evil", "mode must be one of"),
        (["address", "mode"], "predict", "it must have the arrays"),
        (["address", "mode"], {}, "mode must be one of"),
        (["address", "mode"], ["train"], r"Did you mean 'train'\?$"),
        (["address", "executor"], "other", "its executor must be one of"),
        (["address", "model"], "0" * 64, "not those of its address"),
        (["numbers"], [], "its numbers must be an object of lists"),
        (["numbers", "W1"], 7, "its numbers must be an object of lists"),
        (["numbers", "W1"], None, "it must have the arrays"),
        (["numbers", "W9"], [1.0], "wrong about W9"),
        (["numbers", "W1", 0], "x", "W1 must hold numbers, got 'x'"),
        (["numbers", "W1", 0], [1], "W1 must hold numbers"),
        (["numbers", "W1", 0], True, "W1 must hold numbers"),
        (["numbers", "W1", 0], 10**400, "is no trace that can be read"),
        (["numbers", "Z1", 0], 0.123, "not those of its address"),
        (["content"], None, "it has no 'content'"),
        (["numbers", "W1", 0], 0.123, "not those of its address"),
        (["numbers", "b1"], [0.0], "b1 must have 4 numbers, got 1"),
        (["numbers", "X"], [1.0, 2.0, 3.0], "X must have rows of 2 numbers"),
        (["numbers", "X"], [], "X must have rows of 2 numbers"),
        (["backward"], False, "it must have the arrays"),
        (["input_gradient"], "yes", "it must have the arrays"),
    ],
)  # fmt: skip
def test_hostile_or_damaged_json_is_one_sentence(tmp_path, traced, path, value, words):
    file = traced.save(tmp_path / "trace.json")
    file.write_text(json.dumps(changed(json.loads(file.read_text(encoding="utf-8")), path, value)), encoding="utf-8")
    with pytest.raises(DataError, match=words):
        gn.load_trace(file)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"kind": NaN}', b"[" * 100_000, b'"x"'], ids=repr
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_no_such_file(tmp_path, content, ending):
    file = tmp_path / f"trace.{ending}"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"trace\.\w+ is no "):
        gn.load_trace(file)


def test_a_huge_json_file_is_not_read(tmp_path):
    file = tmp_path / "trace.json"
    with file.open("wb") as stream:
        stream.truncate(1 << 31)
    with pytest.raises(DataError, match="larger than 16,000,000 bytes"):
        gn.load_trace(file)


def test_safetensors_cut_short_or_changed(tmp_path, traced):
    file = traced.save(tmp_path / "trace.safetensors")
    content = file.read_bytes()
    for length in (0, 7, 100, len(content) - 1):
        file.write_bytes(content[:length])
        with pytest.raises(DataError, match="damaged or cut short"):
            gn.load_trace(file)
    flipped = bytearray(content)
    begin = 8 + struct.unpack("<Q", content[:8])[0]
    table = json.loads(content[8:begin])
    flipped[begin + table["W1"]["data_offsets"][0] + 1] ^= 1
    file.write_bytes(flipped)
    with pytest.raises(DataError, match="not those of its address"):
        gn.load_trace(file)


def test_a_failed_save_leaves_what_was_there(tmp_path, traced):
    file = traced.save(tmp_path / "trace.json")
    before = file.read_bytes()
    with pytest.raises(DataError, match="cannot be written"):
        traced.save(tmp_path / "no" / "trace.json")
    assert file.read_bytes() == before
    assert [other.name for other in tmp_path.iterdir()] == ["trace.json"]
