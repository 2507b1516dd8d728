"""What predictions are refused by, in a model file and out of it."""

import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

import glassnet as gn
from glassnet.glass.refusal.detector import Limits, NotADigit, judging_network
from glassnet.mathematics.checks import DataError


def a_network(n_in=784):
    return gn.Network([gn.Dense(n_in, 10), gn.Softmax()], seed=2)


@pytest.fixture
def network():
    """A network with a detector of random numbers."""
    rng = np.random.default_rng(0)
    examples, middle = rng.random((20, 392), dtype=np.float32), rng.random(392, dtype=np.float32)
    limits = Limits(least_ink=10.0, most_ink=450.0, distance=14.0, log_odds=0.5)
    net = a_network()
    net.refusal = NotADigit(judging_network(), middle, 0.7, examples, 0.0, 1.0, limits, 8.0, 1_000, 7, far=1)
    return net


def test_it_comes_back_bit_for_bit(network, tmp_path):
    again = gn.load(network.save(tmp_path / "model.safetensors")).refusal
    assert again.to_dict() == network.refusal.to_dict()
    for name, array in network.refusal.arrays().items():
        assert np.array_equal(array, again.arrays()[name]), name
    x = np.random.default_rng(1).random((40, 784), dtype=np.float32)
    for mine, theirs in zip(network.refusal.measure(x), again.measure(x), strict=True):
        assert np.array_equal(mine, theirs)


def test_a_model_without_it_is_as_before(network, tmp_path):
    plain = a_network().save(tmp_path / "plain.safetensors")
    with safe_open(plain, framework="np") as file:
        assert "refusal" not in json.loads(file.metadata()["glassnet"])
        assert set(file.keys()) == {"W1", "b1"}
    assert gn.load(plain).refusal is None
    assert network.save(tmp_path / "model.safetensors").stat().st_size - plain.stat().st_size < 1_000_000


def test_it_is_float32_beside_a_network_of_float64(network, tmp_path):
    wide = gn.Network(network.layers, dtype="float64")
    wide.refusal = network.refusal
    assert gn.load(wide.save(tmp_path / "model.safetensors")).refusal.middle.dtype == np.float32


def an_array(arrays, name, change):
    arrays[f"refusal.{name}"] = np.ascontiguousarray(change(arrays[f"refusal.{name}"]))


DAMAGE = {
    "of the kind not-a-digit": [
        lambda description, arrays: description["refusal"].update(kind="pickle"),
        lambda description, arrays: description.update(refusal=[1]),
    ],
    "does not say what they are": [lambda description, arrays: description.pop("refusal")],
    "must have the arrays": [
        lambda description, arrays: arrays.pop("refusal.examples"),
        lambda description, arrays: arrays.update({"refusal.more": arrays["refusal.middle"]}),
    ],
    "finite float32 of shape": [
        lambda description, arrays: an_array(arrays, "W1", lambda array: array[:-1]),
        lambda description, arrays: an_array(arrays, "examples", lambda array: array[:0]),
        lambda description, arrays: an_array(arrays, "middle", lambda array: array * np.float32("nan")),
        lambda description, arrays: an_array(arrays, "b1", lambda array: array.astype(np.float64)),
    ],
    "the widths of its refusal": [lambda description, arrays: description["refusal"].update(hidden=[10**9])],
    "it has no 'distance'": [lambda description, arrays: description["refusal"]["limits"].pop("distance")],
    "the span of its refusal": [lambda description, arrays: description["refusal"].update(span=0.0)],
    "the black of its refusal": [lambda description, arrays: description["refusal"].update(black="none")],
}


@pytest.mark.parametrize(("words", "damage"), [(words, how) for words, ways in DAMAGE.items() for how in ways])
def test_a_damaged_one_is_refused_in_words(network, tmp_path, words, damage):
    path = network.save(tmp_path / "model.safetensors")
    with safe_open(path, framework="np") as file:
        description = json.loads(file.metadata()["glassnet"])
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
    damage(description, arrays)
    save_file(arrays, path, {"glassnet": json.dumps(description)})
    with pytest.raises(DataError, match="is no model that can be read") as caught:
        gn.load(path)
    assert words in str(caught.value)


def test_a_network_of_other_inputs_takes_none(network, tmp_path):
    other = a_network(100)
    other.refusal = network.refusal
    with pytest.raises(DataError, match="28 × 28 pixels, but its network takes 100"):
        gn.load(other.save(tmp_path / "model.safetensors"))
