import numpy as np
import pytest
from PIL import Image

from glassnet.data.folders import read_image_folder
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, MissingFileError

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


def draw(path, grey=GREY, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grey).save(path, **options)


def test_classes_pixels_and_order(tmp_path):
    draw(tmp_path / "dog" / "2.png", GREY + 1)
    draw(tmp_path / "dog" / "1.BMP", GREY)
    draw(tmp_path / "cat" / "x.tiff", GREY + 2)
    (tmp_path / "cat" / "notes.txt").write_text("no picture")
    (tmp_path / "cat" / ".hidden.png").write_text("no picture")
    (tmp_path / ".git").mkdir()
    data = read_image_folder(tmp_path)
    assert (data.class_names, data.t_train.tolist(), data.image_shape) == (("cat", "dog"), [0, 1, 1], (3, 4))
    assert (data.x_train.dtype, data.t_train.dtype, data.x_test) == (np.uint8, np.int64, None)
    np.testing.assert_array_equal(data.x_train.reshape(3, 3, 4), [GREY + 2, GREY, GREY + 1])


def test_numbers_are_sorted_by_value(tmp_path):
    for name in ("10", "9", "2"):
        draw(tmp_path / name / "a.png")
    assert read_image_folder(str(tmp_path)).class_names == ("2", "9", "10")


def test_train_and_test(tmp_path):
    draw(tmp_path / "train" / "a" / "1.png")
    draw(tmp_path / "train" / "b" / "1.png", GREY + 1)
    draw(tmp_path / "test" / "b" / "1.png", GREY + 2)
    data = read_image_folder(tmp_path)
    assert data.t_test.tolist() == [1]
    np.testing.assert_array_equal(data.x_test[0], (GREY + 2).ravel())
    draw(tmp_path / "test" / "c" / "1.png")
    with pytest.raises(DataError, match="no class of that name to train on; there are a, b"):
        read_image_folder(tmp_path)


def test_colour_becomes_grey_and_size_is_made(tmp_path):
    draw(tmp_path / "a" / "colour.png", np.full((6, 8, 3), (255, 0, 0), np.uint8))
    draw(tmp_path / "a" / "large.jpg", np.full((50, 40), 200, np.uint8), quality=95)
    data = read_image_folder(tmp_path, size=(5, 7))
    assert data.image_shape == (5, 7)
    np.testing.assert_allclose(data.x_train[0], 76, atol=1)
    np.testing.assert_allclose(data.x_train[1], 200, atol=2)


def test_sizes_must_agree(tmp_path):
    draw(tmp_path / "train" / "a" / "1.png")
    draw(tmp_path / "test" / "a" / "1.png", GREY.T.copy())
    with pytest.raises(DataError, match=r"test: the pictures have 4×3 pixels.*3×4.*size="):
        read_image_folder(tmp_path)
    draw(tmp_path / "train" / "a" / "2.png", GREY.T.copy())
    with pytest.raises(DataError, match=r"2\.png has 4×3 pixels.*the first picture 3×4.*size="):
        read_image_folder(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [lambda raw: raw[: len(raw) // 2], lambda _: b"", lambda _: b"<html>", lambda _: b"%!PS-Adobe-3.0 EPSF-3.0"],
)
def test_an_unreadable_picture_is_named(tmp_path, damage):
    draw(tmp_path / "a" / "good.png")
    bad = tmp_path / "a" / "bad.png"
    draw(bad, np.random.default_rng(0).integers(0, 256, (60, 60), np.uint8))
    bad.write_bytes(damage(bad.read_bytes()))
    with pytest.raises(DataError, match=r"bad\.png"):
        read_image_folder(tmp_path)


def test_a_picture_of_monstrous_size_is_refused(tmp_path):
    path = tmp_path / "a" / "huge.png"
    path.parent.mkdir()
    Image.new("1", (20_000, 10_000)).save(path)
    with pytest.raises(DataError, match=r"huge\.png"):
        read_image_folder(tmp_path)


def test_folders_without_pictures(tmp_path):
    with pytest.raises(MissingFileError):
        read_image_folder(tmp_path / "none")
    with pytest.raises(DataError, match="holds no class folders"):
        read_image_folder(tmp_path)
    (tmp_path / "a").mkdir()
    with pytest.raises(DataError, match="hold no picture"):
        read_image_folder(tmp_path)


def test_a_wrong_size_is_refused(tmp_path):
    draw(tmp_path / "a" / "1.png")
    for size, error in (
        ((0, 3), ArgumentError),
        (28, ArgumentTypeError),
        ((1, 2, 3), ArgumentTypeError),
        ("28", ArgumentTypeError),
    ):
        with pytest.raises(error, match=r"height|size"):
            read_image_folder(tmp_path, size=size)
