import json

import numpy as np
import pytest
from PIL import Image

import glassnet as gn


def test_info(glassnet):
    status, lines, _ = glassnet("data", "info", "mnist", "--json")
    result = json.loads(lines[-1])
    assert status == 0
    assert (result["train_samples"], result["test_samples"]) == (60_000, 10_000)
    assert (result["smallest"], result["largest"]) == (0, 255)
    assert sum(result["classes"].values()) == 60_000
    assert result["classes"]["5"] == 5421  # the count that LeCun's page gives


def test_show(glassnet):
    status, lines, _ = glassnet("data", "show", "mnist", "--index", 0)
    assert status == 0
    assert lines[-1] == "sample 0 of mnist: 5"
    assert len(lines) == 15
    assert any("█" in line for line in lines)


def test_show_beyond_the_data(glassnet):
    status, _, error = glassnet("data", "show", "mnist", "--index", 60_000)
    assert status == 1
    assert "60,000" in error


def test_grid(glassnet, tmp_path):
    assert glassnet("data", "show", "mnist", "--grid", tmp_path / "grid.png")[0] == 0
    with Image.open(tmp_path / "grid.png") as image:
        assert min(image.size) > 300


def test_convert_to_npz_and_back(glassnet, picture_folder, tmp_path):
    path = tmp_path / "own.npz"
    assert glassnet("data", "convert", "--data", picture_folder, "--to", path)[0] == 0
    before, after = gn.load_data(picture_folder), gn.load_data(path)
    assert np.array_equal(before.x_train, after.x_train)
    assert np.array_equal(before.t_train, after.t_train)


def test_convert_to_csv_and_back(glassnet, picture_folder, tmp_path):
    assert glassnet("data", "convert", "--data", picture_folder, "--to", tmp_path / "own.csv")[0] == 0
    images, labels = gn.read_mnist_csv(tmp_path / "own_train.csv")
    before = gn.load_data(picture_folder)
    assert np.array_equal(images, before.x_train)
    assert np.array_equal(labels, before.t_train)


@pytest.mark.parametrize("name", ["own.xlsx", "own"])
def test_convert_to_an_unknown_format(glassnet, picture_folder, tmp_path, name):
    status, _, error = glassnet("data", "convert", "--data", picture_folder, "--to", tmp_path / name)
    assert status == 1
    assert "'.csv', '.npz'" in error


def test_picture(glassnet, digits, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(255 - digits[0][0]).resize((300, 300)).save(path)
    status, lines, _ = glassnet("data", "picture", path, "--to", tmp_path / "stages.svg", "--json")
    result = json.loads(lines[-1])
    assert status == 0
    assert result["polarity"] == "dark on light"
    assert np.array(result["pixels"]).shape == (28, 28)
    assert (tmp_path / "stages.svg").stat().st_size > 1000
