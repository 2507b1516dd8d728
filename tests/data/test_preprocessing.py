"""How an input is made: the same for training and prediction, through a model file and back."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import Scaling, named_scaling
from glassnet.mathematics.checks import DataError, ShapeError

numbers = st.floats(-1e6, 1e6)


def through_json(preprocessing):
    return Preprocessing.from_dict(json.loads(json.dumps(preprocessing.to_dict(), allow_nan=False)))


def test_a_table_comes_to_mean_0_and_deviation_1():
    x = np.array([[1.0, 10.0, 5.0], [3.0, 30.0, 5.0]])
    preprocessing = Preprocessing.of(gn.Dataset(x, np.array([0, 1]), class_names=("no", "yes")), named_scaling("unit"))
    assert preprocessing.kind == "table"
    assert preprocessing.mean == (2.0, 20.0, 5.0)
    assert preprocessing.std == (1.0, 10.0, 1.0)  # a column that never changes is not divided by 0
    assert preprocessing(x).tolist() == [[-1.0, -1.0, 0.0], [1.0, 1.0, 0.0]]
    assert preprocessing([[2, 25, 6]]).tolist() == [[0.0, 0.5, 1.0]]
    assert preprocessing(x).dtype == np.float32


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, 1e300, 123456.789])
def test_a_constant_column_becomes_0_though_its_mean_is_rounded(value):
    x = np.column_stack([np.full(7, value), np.arange(7.0)])
    preprocessing = Preprocessing.of(gn.Dataset(x, np.arange(7.0)), named_scaling("unit"))
    assert preprocessing.std[0] == 1.0
    if abs(value) < 1e9:
        np.testing.assert_allclose(preprocessing(x)[:, 0], 0, atol=1e-9)


@given(st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=2, max_size=8))
def test_columns_of_any_table(rows):
    x = np.array(rows)
    scaled = Preprocessing.of(gn.Dataset(x, np.arange(float(len(x)))), named_scaling("unit"))(x)
    assert np.isfinite(scaled).all()
    for column, spread in zip(scaled.T.astype(np.float64), np.ptp(x, axis=0), strict=True):
        if spread > 1e-3 * (1 + np.abs(x).max()):
            assert column.mean() == pytest.approx(0, abs=1e-3)
            assert column.std() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("digits", "kind"), [(True, "digit"), (False, "image")])
def test_pictures_are_scaled_pixels(digits, kind):
    x = np.array([[0, 255, 51, 102]], dtype=np.uint8)
    dataset = gn.Dataset(x, np.array([0]), class_names=("a",), image_shape=(2, 2))
    preprocessing = Preprocessing.of(dataset, named_scaling("lecture000"), digits=digits)
    assert (preprocessing.kind, preprocessing.image_shape, preprocessing.class_names) == (kind, (2, 2), ("a",))
    np.testing.assert_allclose(preprocessing(x), [[0.01, 1.0, 0.208, 0.406]], rtol=1e-6)
    assert np.array_equal(preprocessing(x.tolist()), preprocessing(x))


@given(
    kind=st.sampled_from(["digit", "image", "table"]),
    names=st.lists(st.text(max_size=5), max_size=3),
    shape=st.tuples(st.integers(1, 99), st.integers(1, 99)),
    columns=st.lists(st.tuples(numbers, st.floats(1e-6, 1e6)), max_size=4),
    scaling=st.builds(Scaling, st.floats(0.1, 300), st.floats(0.1, 2), st.floats(-1, 1)),
)
def test_it_comes_back_from_a_file(kind, names, shape, columns, scaling):
    mean, std = zip(*columns, strict=True) if columns else ((), ())
    preprocessing = Preprocessing(kind, tuple(names), shape, scaling, mean, std)
    assert through_json(preprocessing) == preprocessing


def test_with_its_model(tmp_path):
    net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
    preprocessing = Preprocessing("table", mean=(np.float64(0.1), 2), std=(np.float32(0.5), 3))
    net.preprocessing = preprocessing.to_dict()
    again = Preprocessing.from_dict(gn.load(net.save(tmp_path / "model")).preprocessing)
    assert again == preprocessing
    x = np.random.default_rng(0).normal(size=(5, 2))
    assert again(x).tobytes() == preprocessing(x).tobytes()


def test_a_picture_becomes_an_image_of_the_networks_shape(tmp_path):
    from PIL import Image

    picture = np.zeros((40, 40), np.uint8)
    picture[:, 20:] = 200
    Image.fromarray(picture).save(tmp_path / "picture.png")
    preprocessing = Preprocessing("image", image_shape=(4, 4))
    image = preprocessing.from_picture(tmp_path / "picture.png")
    assert (image.shape, image.dtype) == ((4, 4), np.uint8)
    assert image[0, 0] == 0
    assert image[0, 3] == 200
    assert np.array_equal(preprocessing.from_picture(picture), image)


def test_a_picture_of_a_digit_becomes_one_of_mnists():
    page = np.full((90, 60), 240, dtype=np.uint8)
    page[20:70, 27:35] = 30
    image = Preprocessing("digit").from_picture(page)
    assert (image.shape, image.dtype) == ((28, 28), np.uint8)
    assert np.array_equal(image, gn.digit_from_picture(page).image)


def test_a_table_takes_no_picture():
    with pytest.raises(DataError, match="trained on a table of numbers, not on pictures"):
        Preprocessing("table").from_picture("digit.png")


@pytest.mark.parametrize("shape", [(3,), (2, 2, 3), (0, 5)])
def test_arrays_that_are_no_grey_picture(shape):
    with pytest.raises(ShapeError, match=r"a picture must be \(height, width\) grey levels"):
        Preprocessing("image").from_picture(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("x", [[1.0, 2.0], [[1.0]], [[1.0, 2.0, 3.0]], np.zeros((1, 2, 1))])
def test_rows_of_another_table(x):
    with pytest.raises(ShapeError, match=r"x must have the shape \(N, 2\) of the table that this was made for"):
        Preprocessing("table", mean=(0.0, 0.0), std=(1.0, 1.0))(x)


@pytest.mark.parametrize("x", [[["a", "b"]], [[None, 1.0]], [[1.0], [1.0, 2.0]]])
def test_rows_that_are_no_numbers(x):
    with pytest.raises(gn.GlassnetError, match=r"^x must "):
        Preprocessing("table", mean=(0.0, 0.0), std=(1.0, 1.0))(x)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "tabel"}, r"kind must be one of .*Did you mean 'table'\?"),
        ({"kind": 3}, "kind must be one of"),
        ({"kind": None}, "kind must be one of"),
        ({"class_names": "abc"}, "class_names must be a list or tuple, got 'abc'"),
        ({"class_names": 3}, "class_names must be a list or tuple"),
        ({"image_shape": [28]}, r"image_shape must be \(height, width\)"),
        ({"image_shape": [28, 28, 1]}, "image_shape must be"),
        ({"image_shape": [0, 28]}, "a side of image_shape must be an integer of at least 1, got 0"),
        ({"image_shape": ["a", "b"]}, "a side of image_shape must be"),
        ({"image_shape": None}, "image_shape must be a list or tuple"),
        ({"scaling": None}, "a scaling needs exactly the numbers divisor, factor, offset"),
        ({"scaling": {"divisor": 0, "factor": 1, "offset": 0}}, "divisor must not be 0"),
        ({"scaling": {"divisor": "255", "factor": 1, "offset": 0}}, "divisor must be a finite number"),
        ({"mean": [float("nan")], "std": [1]}, "a mean must be a finite number"),
        ({"mean": [1], "std": [0]}, "a standard deviation must be a finite number above 0, got 0"),
        ({"mean": [1], "std": [-1]}, "a standard deviation must be"),
        ({"mean": [10**400], "std": [1]}, "a mean must be a finite number"),
        ({"mean": ["1"], "std": [1]}, "a mean must be a finite number"),
        ({"mean": [1, 2], "std": [1]}, "mean and std must have one number for each column, got 2 and 1"),
        ({"mean": "12", "std": [1, 2]}, "mean must be a list or tuple"),
        ({"colour": 3}, "colour"),
        ({"kind": ...}, "kind"),
        ({"scaling": ...}, "it has no 'scaling'"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_damaged_description(change, words):
    data = {**Preprocessing("table", mean=(1.0,), std=(1.0,)).to_dict(), **change}
    data = {name: value for name, value in data.items() if value is not ...}
    with pytest.raises(DataError, match=f"the preprocessing in the model file is damaged: .*{words}"):
        Preprocessing.from_dict(data)


@pytest.mark.parametrize("data", [[1], "table", 3])
def test_a_description_that_is_none(data):
    with pytest.raises(DataError, match="the preprocessing in the model file is damaged"):
        Preprocessing.from_dict(data)


def test_a_model_without_one_says_what_to_do():
    with pytest.raises(DataError, match=r"does not say how its inputs are made\. Train it with glassnet train"):
        Preprocessing.from_dict({})
