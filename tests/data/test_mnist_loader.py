import gzip
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet.data import mnist_loader
from glassnet.data.mnist_loader import load_mnist
from glassnet.mathematics.checks import DataError

FOLDER = Path(glassnet.__file__).parent / "data" / "mnist"
# Published digests of the unpacked files.
UNPACKED = {
    "train": ("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    "t10k": ("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
             "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
}  # fmt: skip


def sha256(header, array):
    return hashlib.sha256(bytes.fromhex(header) + array.astype(np.uint8).tobytes()).hexdigest()


def test_the_numbers_are_mnists_bit_for_bit():
    train, test = load_mnist(normalize=False)
    for (x, t), split, count in ((train, "train", "0000ea60"), (test, "t10k", "00002710")):
        image_digest, label_digest = UNPACKED[split]
        assert sha256(f"00000803{count}0000001c0000001c", x) == image_digest
        assert sha256(f"00000801{count}", t) == label_digest


def test_the_three_switches():
    (x, t), (x_test, t_test) = load_mnist()
    (pixels, _), (pixels_test, rows_test) = load_mnist(normalize=False, flatten=False, one_hot_label=True)
    assert (x.dtype, pixels.dtype, t.dtype, rows_test.dtype) == (np.float32, np.uint8, np.int64, np.float32)
    assert (x.shape, x_test.shape, t.shape) == ((60000, 784), (10000, 784), (60000,))
    assert (pixels.shape, pixels_test.shape, rows_test.shape) == ((60000, 1, 28, 28), (10000, 1, 28, 28), (10000, 10))
    np.testing.assert_array_equal(x_test, (pixels_test.reshape(10000, 784) / 255).astype(np.float32))
    np.testing.assert_array_equal(rows_test.argmax(axis=1), t_test)
    assert rows_test.sum() == 10000
    assert (x.min(), x.max()) == (0, 1)


def test_arrays_belong_to_the_caller():
    (x, t), _ = load_mnist()
    x[0], t[0] = 0.5, 3
    (again, labels), _ = load_mnist()
    assert again[0].max() == 1
    assert labels[0] == 5


@pytest.mark.parametrize(
    "damage",
    [lambda raw: raw[:-1], lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:], lambda raw: gzip.compress(b"")],
)
def test_a_damaged_file_is_one_clear_error(tmp_path, monkeypatch, damage):
    folder = tmp_path / "mnist"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr(mnist_loader, "FOLDER", folder)
    path = folder / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte.gz is damaged.*Install glassnet again"):
        load_mnist()
    path.unlink()
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte.gz is not there"):
        load_mnist()
