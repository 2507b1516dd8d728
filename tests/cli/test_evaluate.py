import json

import numpy as np

import glassnet as gn


def test_measures_on_the_test_set(glassnet, trained):
    status, lines, _ = glassnet("evaluate", trained / "model.safetensors", "--json")
    result = json.loads(lines[-1])
    (_, _), (x, t) = gn.load_mnist()
    network = gn.load(trained / "model.safetensors")
    assert status == 0
    assert result["accuracy"] == network.accuracy(x, t)
    assert result["samples"] == 10_000
    confusion = np.array(result["confusion"])
    assert confusion.sum() == 10_000
    assert confusion.trace() / 10_000 == result["accuracy"]
    assert lines[-2].startswith(f"accuracy {100 * result['accuracy']:.2f}%")


def test_own_csv_gives_what_the_package_gives(glassnet, trained, tmp_path, digits):
    images, labels = digits
    path = tmp_path / "digits.csv"
    np.savetxt(path, np.column_stack([labels, images.reshape(len(labels), -1)]), fmt="%d", delimiter=",")
    status, lines, error = glassnet("evaluate", trained / "model.safetensors", "--data", path, "--json")
    assert status == 0, error
    network = gn.load(trained / "model.safetensors")
    expected = network.accuracy(images.reshape(len(labels), -1) / np.float32(255), labels)
    assert json.loads(lines[-1])["accuracy"] == expected


def test_data_of_another_width_is_refused(glassnet, trained, table):
    status, _, error = glassnet("evaluate", trained / "model.safetensors", "--data", table, "--label-column", "size")
    assert status == 1
    assert "takes 784 numbers a sample" in error


def test_model_that_is_none(glassnet, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"not a model")
    for path in (tmp_path / "model.safetensors", tmp_path / "missing.safetensors", tmp_path):
        status, _, error = glassnet("evaluate", path)
        assert status == 1
        assert str(path) in error
        assert "Traceback" not in error


def test_model_without_preprocessing(glassnet, tmp_path):
    gn.Network([gn.Dense(784, 10), gn.Softmax()]).save(tmp_path / "bare.safetensors")
    status, _, error = glassnet("evaluate", tmp_path / "bare.safetensors")
    assert status == 1
    assert "does not say how its inputs are made" in error
