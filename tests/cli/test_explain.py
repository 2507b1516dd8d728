import json

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.cli.explain import contributions_in_text
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of real digits, piecewise linear, trained for a moment."""
    (x, t), _ = gn.load_mnist()
    network = gn.Network([gn.Dense(784, 20), gn.ReLU(), gn.Dense(20, 10), gn.Softmax()], seed=1)
    network.fit(x[:2000], t[:2000], epochs=2, executor="reference", verbose=0)
    network.preprocessing = Preprocessing("digit", tuple("0123456789"), (28, 28), named_scaling("unit")).to_dict()
    return network.save(tmp_path_factory.mktemp("model") / "model.safetensors")


@pytest.fixture
def picture(tmp_path, digits):
    path = tmp_path / "digit.png"
    Image.fromarray(255 - digits[0][0]).resize((120, 120)).save(path)  # dark on light, larger
    return path


def test_explains_a_picture_as_the_library_does(glassnet, model, picture):
    status, lines, error = glassnet("explain", model, picture, "--json", "--lang", "en")
    assert status == 0, error
    result = json.loads(lines[-1])
    network = gn.load(model)
    preprocessing = Preprocessing.from_dict(network.preprocessing)
    x = preprocessing(preprocessing.from_picture(picture).reshape(1, -1))
    logits = np.log(network.predict(x)[0].astype(np.float64))
    order = np.argsort(-logits)
    assert (result["why"], result["why_not"]) == tuple(order[:2])
    difference = logits[order[0]] - logits[order[1]]
    for part in ("inputs", "units"):
        assert result[part]["exact"]
        total = sum(result[part]["contributions"]) + result[part]["constant"]
        assert np.isclose(total, difference, rtol=1e-5)
    changed = np.array(result["change"]["x"], dtype=np.float32)
    assert network.classify(changed[None])[0] == result["change"]["after"] != order[0]
    assert changed.min() >= 0
    assert changed.max() <= 1
    near = result["neighbours"]
    (images, labels), _ = gn.load_mnist(normalize=False)
    assert labels[near["indices"]].tolist() == near["targets"]
    hidden = network.trace(np.vstack([x, images[near["indices"]] / 255]), mode="predict")["A1"].astype(np.float64)
    assert np.allclose(np.linalg.norm(hidden[1:] - hidden[0], axis=1), near["distances"], rtol=1e-4)
    assert any("█" in line for line in lines)
    assert any("#" in line for line in lines)


def test_chosen_classes_in_korean(glassnet, model, picture):
    arguments = ("--why", 3, "--not", 8, "--neighbours", 0, "--turn-to", 2, "--lang", "ko", "--quiet")
    status, lines, error = glassnet("explain", model, picture, *arguments)
    assert status == 0, error
    assert lines[0].startswith("왜 8이 아니라 3인가: 로짓")
    assert "에서 2로: L2 크기" in lines[-1]
    assert not any("훈련 표본" in line for line in lines)


@pytest.mark.parametrize("ending", ["png", "json"])
def test_saves(glassnet, model, picture, tmp_path, ending):
    path = tmp_path / f"why.{ending}"
    status, _, error = glassnet("explain", model, picture, "--save", path, "--quiet", "--neighbours", 2)
    assert status == 0, error
    assert path.stat().st_size > 5000
    if ending == "json":
        assert len(json.loads(path.read_text())["neighbours"]["indices"]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--why", "ten"], "one of the classes 0, 1, 2"),
        (["--why", "3", "--not", "3"], "must differ"),
        (["--save", "why.txt"], "the ending of the path"),
        (["--layer", "A9"], "layer must be a hidden layer, 'A1'"),
        (["--data", "missing.csv"], "missing.csv"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(glassnet, model, picture, arguments, words):
    status, _, error = glassnet("explain", model, picture, *arguments)
    assert status == 1
    assert words in error
    assert len(error.splitlines()) == 1


def test_a_model_of_other_pictures_needs_its_data(glassnet, tmp_path, picture):
    network = gn.Network([gn.Dense(16, 4), gn.ReLU(), gn.Dense(4, 2), gn.Softmax()], seed=3)
    network.preprocessing = Preprocessing("image", ("coat", "shirt"), (4, 4), named_scaling("unit")).to_dict()
    model = network.save(tmp_path / "clothes.safetensors")
    status, lines, error = glassnet("explain", model, picture, "--why", "coat", "--quiet", "--lang", "en")
    assert status == 0, error
    assert lines[0].startswith("Why coat and not shirt: logit")
    assert not any("Nearest" in line for line in lines)
    for index, name in enumerate(["coat", "shirt"] * 3):
        folder = tmp_path / "clothes" / name
        folder.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(index).integers(0, 256, (4, 4), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    arguments = ("--data", tmp_path / "clothes", "--neighbours", 2, "--quiet", "--json")
    status, lines, error = glassnet("explain", model, picture, *arguments)
    assert status == 0, error
    assert len(json.loads(lines[-1])["neighbours"]["indices"]) == 2


def test_help_teaches_by_example(glassnet):
    status, lines, _ = glassnet("explain", "--help")
    assert status == 0
    assert any("--why 7 --not 1" in line for line in lines)


def test_contributions_in_letters():
    drawn = contributions_in_text(np.array([[1.0, 0.1, 0.0], [0.0, 0.0, -0.2], [0.0, 0.0, -1.0]]))
    assert drawn.splitlines() == ["#+-", "  ="]
