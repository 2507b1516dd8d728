"""The preprocessing within the file: pixels and tables, and the raw form."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling
from glassnet.mathematics.checks import DataError
from glassnet.network import reference

PIXELS = np.random.default_rng(0).integers(0, 256, size=(5, 6), dtype=np.uint8)


def pixel_net(scaling="lecture000", **arguments):
    net = gn.Network([gn.Dense(6, 4), gn.Tanh(), gn.Dense(4, 3), gn.Softmax()], seed=1, **arguments)
    net.preprocessing = Preprocessing("image", ("a", "b", "c"), (2, 3), named_scaling(scaling)).to_dict()
    return net


def table_net(**arguments):
    net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1), gn.Sigmoid()], seed=1, **arguments)
    net.preprocessing = Preprocessing("table", ("no", "yes"), mean=(2020.0, 1.7e9), std=(1.5, 3e4)).to_dict()
    return net


def expected(net, x):
    return reference.predict(net, Preprocessing.from_dict(net.preprocessing)(x))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scaling", ["unit", "lecture000", "none"])
def test_pixels(elsewhere, dtype, scaling):
    net = pixel_net(scaling, dtype=dtype)
    np.testing.assert_allclose(elsewhere(net, PIXELS), expected(net, PIXELS), rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_columns_that_need_more_digits_than_float32_has(elsewhere, dtype):
    net = table_net(dtype=dtype)
    x = np.array([[2019.0, 1.7e9 + 12_345], [2021.0, 1.7e9 - 777], [2020.0, 1.7e9 + 1]])
    y = elsewhere(net, x)
    assert len(np.unique(y)) == 3
    np.testing.assert_allclose(y, expected(net, x), rtol=1e-5)


def test_raw_form(elsewhere):
    net = pixel_net()
    x = PIXELS.astype(np.float32) / 255
    np.testing.assert_allclose(elsewhere(net, x, preprocessing=False), reference.predict(net, x), rtol=1e-5)


def test_names_of_classes(in_python, in_c, in_javascript):
    net, x = table_net(), np.array([[2019.0, 1.7e9 + 90_000], [2022.0, 1.7e9 - 90_000]])
    classes = reference.classify(net, Preprocessing.from_dict(net.preprocessing)(x)).tolist()
    assert in_python(net, x)[1] == {"names": ["no", "yes"], "metadata": {}, "classes": classes}
    assert in_c(net, x)[1] == [("no", "yes")[index] for index in classes]
    assert in_javascript(net, x)[1]["names"] == ["no", "yes"]
    assert in_javascript(net, x)[1]["classes"] == classes


def test_names_that_are_not_one_for_each_class_are_left_out(in_c, tmp_path):
    """What reads a name by its index must find one: C would read beyond the end."""
    net = pixel_net()
    net.preprocessing["class_names"] = ["a"]
    classes = reference.classify(net, Preprocessing.from_dict(net.preprocessing)(PIXELS))
    assert in_c(net, PIXELS)[1] == [str(index) for index in classes]
    assert "class_names" not in (tmp_path / "model.c").read_text()


@pytest.mark.parametrize("write", [gn.export_python, gn.export_c, gn.export_javascript, gn.export_onnx])
def test_preprocessing_that_glassnet_does_not_know(write, tmp_path):
    net = pixel_net()
    net.preprocessing = {"kind": "sound"}
    with pytest.raises(DataError, match=r"net\.preprocessing cannot be written.*preprocessing=False"):
        write(net, tmp_path / "model")
    assert not list(tmp_path.iterdir())
    write(net, tmp_path / "model", preprocessing=False)
    net = table_net()
    net.preprocessing["mean"], net.preprocessing["std"] = [1.0], [1.0]
    with pytest.raises(DataError, match="for 1 columns, and the network takes 2"):
        write(net, tmp_path / "other")
