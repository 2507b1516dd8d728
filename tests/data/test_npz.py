import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

from glassnet.data.npz import read_npz
from glassnet.mathematics.checks import DataError, MissingFileError

IMAGES = np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3)


def save(folder, **arrays):
    path = folder / "set.npz"
    np.savez_compressed(path, **arrays)
    return path


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("x_train", "t_train", "x_test", "t_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("X_train", "Y_train", "X_test", "Y_test"),
    ],
)
def test_both_splits_under_their_usual_names(tmp_path, names):
    path = save(tmp_path, **dict(zip(names, (IMAGES, np.uint8([3, 0]), IMAGES[:1], np.uint8([4])), strict=True)))
    data = read_npz(path)
    np.testing.assert_array_equal(data.x_train, IMAGES.reshape(2, 12))
    assert (data.x_train.dtype, data.t_train.dtype) == (np.uint8, np.int64)
    assert (data.t_train.tolist(), data.t_test.tolist()) == ([3, 0], [4])
    assert data.class_names == ("0", "1", "2", "3", "4")
    assert data.image_shape == (4, 3)


@pytest.mark.parametrize(("x", "t"), [("x", "t"), ("images", "labels"), ("X", "y"), ("data", "targets")])
def test_one_split(tmp_path, x, t):
    data = read_npz(save(tmp_path, **{x: IMAGES, t: np.array([[1], [0]])}))
    assert data.x_test is None
    assert data.t_train.tolist() == [1, 0]


def test_values_and_rows_as_targets_and_foreign_byte_order(tmp_path):
    data = read_npz(save(tmp_path, x=np.array([[1.5], [2.5]], ">f8"), t=np.array([0.5, 1.5], ">f4")))
    assert data.x_train.dtype == np.float64
    assert data.x_train.dtype.isnative
    assert (data.class_names, data.t_train.tolist()) == ((), [0.5, 1.5])
    assert read_npz(save(tmp_path, x=IMAGES, t=np.eye(2))).t_train.shape == (2, 2)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x_train": IMAGES}, "holds the arrays x_train; expected x_train and y_train"),
        ({"x_train": IMAGES, "y_train": [0, 1], "x_test": IMAGES}, "x_test"),
        ({"weights": IMAGES}, "weights; expected"),
        ({"x": IMAGES, "y": [0]}, "2 training samples but 1 targets"),
        ({"x": IMAGES, "y": [0, -1]}, "label -1"),
        ({"x": [1, 2], "y": [0, 1]}, r"samples must have shape \(N, …\)"),
        ({"x": np.zeros((0, 3)), "y": []}, "at least one"),
        ({"x": IMAGES, "y": ["a", "b"]}, "expected numbers"),
        ({"x": IMAGES * 1j, "y": [0, 1]}, "expected numbers"),
        ({"x": [[np.inf], [0.0]], "y": [0, 1]}, "finite"),
    ],
)
def test_arrays_that_do_not_do(tmp_path, arrays, message):
    with pytest.raises(DataError, match=message):
        read_npz(save(tmp_path, **arrays))


class Bomb:
    def __reduce__(self):
        return print, ("it ran",)


def test_python_objects_are_refused_and_not_run(tmp_path):
    path = save(tmp_path, x=np.array([Bomb()], dtype=object), y=[0])
    code = "import sys; from glassnet.data.npz import read_npz; read_npz(sys.argv[1])"
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "holds Python objects, which could run code" in result.stderr
    assert "it ran" not in result.stdout


def archive(folder, member):
    path = folder / "made.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in ("x.npy", "y.npy"):
            made.writestr(name, member)
    return path


def npy(header, content=b"", version=b"\1\0"):
    text = header.encode()
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text + content


@pytest.mark.parametrize(
    "member",
    [
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}\n", bytes(8)),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}\n", bytes(8)),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}\n", bytes(8)),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n", b"cos\nsystem\n."),
        npy("__import__('os').abort()"),
        npy("(" * 5000),
        npy("{}", version=b"\3\0"),
        b"junk",
        b"",
    ],
)
def test_members_that_lie(tmp_path, member):
    path = archive(tmp_path, member)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"made\.npz"):
        read_npz(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_damage_anywhere_is_one_error_or_harmless(tmp_path):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (2, 5, 5), np.uint8), np.array([1, 0])
    whole = save(tmp_path, x=images, y=labels).read_bytes()
    path = tmp_path / "damaged.npz"
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError, match=r"damaged\.npz"):
            read_npz(path)
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            data = read_npz(path)
        except DataError:
            continue
        np.testing.assert_array_equal(data.x_train, images.reshape(2, 25))
        np.testing.assert_array_equal(data.t_train, labels)


def test_no_archive(tmp_path):
    path = tmp_path / "x.npz"
    buffer = io.BytesIO()
    np.save(buffer, IMAGES)
    for content in (b"", b"text", buffer.getvalue()):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"x\.npz cannot be read as \.npz"):
            read_npz(path)
    with pytest.raises(MissingFileError):
        read_npz(tmp_path / "none.npz")
