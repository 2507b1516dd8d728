import gzip
import pickle
import struct

import numpy as np
import pytest
from PIL import Image

from glassnet.data.loading import load_data
from glassnet.mathematics.checks import DataError, MissingFileError


def digit_rows(count, seed=0):
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.integers(0, 10, count), rng.integers(0, 256, (count, 784))])


def save_csv(path, rows):
    np.savetxt(path, rows, fmt="%d", delimiter=",")


def test_mnist_as_csv_is_known_by_its_width(tmp_path):
    rows = digit_rows(3)
    save_csv(tmp_path / "digits.txt", rows)
    data = load_data(tmp_path / "digits.txt")
    assert data.image_shape == (28, 28)
    assert data.class_names == tuple("0123456789")
    np.testing.assert_array_equal(data.x_train, rows[:, 1:])
    np.testing.assert_array_equal(data.t_train, rows[:, 0])


def test_a_fault_in_mnist_as_csv_is_told_as_such(tmp_path):
    rows = digit_rows(3)
    rows[0, 5] = 256
    save_csv(tmp_path / "digits.csv", rows)
    with pytest.raises(DataError, match="line 1, column 6: got '256', expected a pixel"):
        load_data(tmp_path / "digits.csv")
    assert load_data(tmp_path / "digits.csv", label_column=0).image_shape is None


def test_the_pair_of_lecture_000(tmp_path):
    train, test = digit_rows(4), digit_rows(2, seed=1)
    save_csv(tmp_path / "mnist_train.csv", train)
    assert load_data(tmp_path).x_test is None
    save_csv(tmp_path / "mnist_test.csv", test)
    data = load_data(tmp_path)
    np.testing.assert_array_equal(data.x_test, test[:, 1:])
    np.testing.assert_array_equal(data.t_test, test[:, 0])


def test_a_pair_of_tables_shares_its_classes(tmp_path):
    (tmp_path / "train.csv").write_text("a,1\nb,2\nc,3\n")
    (tmp_path / "test.csv").write_text("c,5\nb,6\n")
    data = load_data(tmp_path)
    assert (data.class_names, data.t_test.tolist(), data.x_test.tolist()) == (("a", "b", "c"), [2, 1], [[5], [6]])
    (tmp_path / "test.csv").write_text("d,5\n")
    with pytest.raises(DataError, match=r"has labels that .* has not: d"):
        load_data(tmp_path)
    (tmp_path / "test.csv").write_text("0.5,5\n")
    with pytest.raises(DataError, match="has not: values"):
        load_data(tmp_path)


def test_any_table(tmp_path):
    path = tmp_path / "own.csv.gz"
    path.write_bytes(gzip.compress(b"x,y,kind\n1,2,b\n3,4,a\n"))
    assert load_data(path, label_column="kind").class_names == ("a", "b")


def test_an_archive_under_any_name(tmp_path):
    with (tmp_path / "archive").open("wb") as file:
        np.savez(file, x=np.ones((2, 3)), y=[0, 1])
    assert load_data(tmp_path / "archive").n_in == 3


def test_a_folder_of_idx_files(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 2, 1, 1) + b"\1\2")
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(struct.pack(">2I", 0x801, 2) + b"\0\1"))
    assert load_data(tmp_path).x_train.tolist() == [[1], [2]]
    with pytest.raises(DataError, match="one IDX file; images and labels are needed"):
        load_data(tmp_path / "train-images-idx3-ubyte")


def test_a_folder_of_pictures(tmp_path):
    for name in ("0", "1"):
        (tmp_path / name).mkdir()
        Image.new("L", (5, 6), 9).save(tmp_path / name / "a.png")
    assert load_data(tmp_path).image_shape == (6, 5)
    assert load_data(tmp_path, size=(3, 3)).image_shape == (3, 3)


def test_nothing_that_is_known(tmp_path):
    with pytest.raises(MissingFileError):
        load_data(tmp_path / "none")
    with pytest.raises(DataError, match="holds nothing that is known"):
        load_data(tmp_path)
    for content in (bytes(100), pickle.dumps([1]), b"\x89PNG\r\n\x1a\n\0\0"):
        (tmp_path / "odd").write_bytes(content)
        with pytest.raises(DataError, match="of no kind that is known"):
            load_data(tmp_path / "odd")
    (tmp_path / "odd").write_bytes(b"")
    with pytest.raises(DataError, match="holds no row"):
        load_data(tmp_path / "odd")


def test_letters_as_a_csv_of_pixels_are_pictures_where_the_label_is_named(tmp_path):
    path = tmp_path / "letters.csv"
    rng = np.random.default_rng(0)
    rows = [f"{label}," + ",".join(map(str, rng.integers(0, 256, 784))) for label in ("A", "B", "A")]
    path.write_text("\n".join(rows))
    with pytest.raises(DataError, match="name the label's column"):
        load_data(path)
    dataset = load_data(path, label_column=0)
    assert dataset.class_names == ("A", "B")
    assert dataset.image_shape == (28, 28)
    assert dataset.x_train.dtype == np.uint8
