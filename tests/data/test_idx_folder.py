import gzip
import struct

import numpy as np
import pytest

from glassnet.data.idx_folder import read_idx_folder
from glassnet.mathematics.checks import DataError, MissingFileError

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def pack(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for count, (images, labels) in ((5, NAMES[:2]), (2, NAMES[2:])):
        (tmp_path / images).write_bytes(pack(rng.integers(0, 256, (count, 3, 2))))
        (tmp_path / f"{labels}.gz").write_bytes(gzip.compress(pack(np.arange(count) % 4)))
    return tmp_path


def test_both_splits_are_read(folder):
    data = read_idx_folder(folder)
    assert data.x_train.shape == (5, 6)
    assert data.x_train.tobytes() == (folder / NAMES[0]).read_bytes()[16:]
    assert data.t_train.tolist() == [0, 1, 2, 3, 0]
    assert data.t_test.tolist() == [0, 1]
    assert data.class_names == ("0", "1", "2", "3")
    assert data.image_shape == (3, 2)


def test_names_with_a_dot_and_a_lone_training_set(folder):
    for name in NAMES[2:]:
        (folder / name).unlink(missing_ok=True)
        (folder / f"{name}.gz").unlink(missing_ok=True)
    (folder / NAMES[0]).rename(folder / NAMES[0].replace("-idx", ".idx"))
    assert read_idx_folder(folder).x_test is None


def test_a_missing_partner_is_named(folder):
    (folder / NAMES[2]).unlink()
    with pytest.raises(MissingFileError, match="t10k-images-idx3-ubyte is not there"):
        read_idx_folder(folder)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        (NAMES[1], np.arange(4), "5 images in train-images-idx3-ubyte but 4 labels"),
        (NAMES[1], np.zeros((5, 2)), "labels must be whole numbers of shape"),
        (NAMES[0], np.zeros((5, 6)), "images must be uint8 of shape"),
        (NAMES[0], np.zeros((0, 3, 2)), "at least one"),
        (NAMES[2], np.zeros((2, 3, 3)), "9 numbers, the training samples 6"),
    ],
)
def test_files_that_do_not_fit_are_refused(folder, name, array, message):
    (folder / f"{name}.gz").unlink(missing_ok=True)
    (folder / name).write_bytes(pack(array))
    with pytest.raises(DataError, match=message):
        read_idx_folder(folder)
