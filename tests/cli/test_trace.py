import json

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling


@pytest.fixture
def model(tmp_path):
    network = gn.Network([gn.Dense(4, 3), gn.ReLU(), gn.Dropout(0.5), gn.Dense(3, 2), gn.Softmax()], seed=3)
    network.preprocessing = Preprocessing("image", ("coat", "shirt"), (2, 2), named_scaling("unit")).to_dict()
    return network.save(tmp_path / "clothes.safetensors")


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "coat.png"
    Image.fromarray(np.array([[0, 60], [200, 255]], dtype=np.uint8)).save(path)
    return path


def test_a_trace_of_a_picture(glassnet, model, picture):
    status, lines, error = glassnet("trace", model, picture, "--why", "A2[0,1]", "--json")
    assert status == 0, error
    result = json.loads(lines[-1])
    x = np.array([[0, 60, 200, 255]], dtype=np.float32) / np.float32(255)
    expected = gn.load(model).trace(x, mode="predict")
    assert (
        list(result["arrays"])
        == list(expected.names)
        == [line.split()[0] for line in lines[1 : 1 + len(expected.names)]]
    )
    assert result["address"]["model"] == expected.address.model
    assert result["address"]["input"] == expected.address.input
    assert np.isclose(result["why"][0]["value"], expected["A2"][0, 1])
    assert str(expected.why("A2[0,1]")) in lines


def test_back_from_the_loss_and_saved_and_opened(glassnet, model, picture, tmp_path):
    path = tmp_path / "coat.trace.json"
    arguments = ("--target", "shirt", "--mode", "train", "--step", 3, "--why", "dW2[1,0]", "--save", path)
    status, made, error = glassnet("trace", model, picture, *arguments)
    assert status == 0, error
    trace = gn.load_trace(path)
    assert trace.address.step == 3
    assert trace.mode == "train"
    assert trace["t"].tolist() == [[0.0, 1.0]]
    status, opened, error = glassnet("trace", path, "--why", "dW2[1,0]")
    assert status == 0, error
    assert opened == made


def test_a_regression_has_numbers_for_targets(glassnet, tmp_path, picture):
    network = gn.Network([gn.Dense(4, 2)], loss="mean_squared_error")
    network.preprocessing = Preprocessing("image", (), (2, 2)).to_dict()
    model = network.save(tmp_path / "values.safetensors")
    status, lines, error = glassnet("trace", model, picture, "--target", "0.5,-1", "--json")
    assert status == 0, error
    assert "loss" in json.loads(lines[-1])["arrays"]
    status, _, error = glassnet("trace", model, picture, "--target", "high")
    assert status == 1
    assert "--target must be numbers" in error


def test_what_cannot_be_used_is_one_sentence(glassnet, model, picture, tmp_path):
    trace = gn.load(model).trace([[0.0, 0.1, 0.2, 0.3]]).save(tmp_path / "trace.safetensors")
    cases = [
        ([model], "is a model. Name a picture too"),
        ([tmp_path / "missing.json"], "missing.json"),
        ([trace, "--target", "1"], "--target is for a model and a picture"),
        ([trace, picture], "trace.safetensors"),
        ([trace, "--why", "Z9[0,0]"], "no 'Z9'"),
        ([model, picture, "--target", "hat"], "--target must be one of the classes coat, shirt"),
        ([model, picture, "--save", "trace.txt"], "the ending of the path"),
    ]
    for arguments, words in cases:
        status, _, error = glassnet("trace", *arguments)
        assert status == 1, arguments
        assert words in error
        assert len(error.splitlines()) == 1
    status, _, error = glassnet("trace", model, picture, "--step", "-1")
    assert (status, "argument --step: it must be an integer of at least 0" in error) == (2, True)
