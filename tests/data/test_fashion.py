import functools
import gzip
import hashlib
import http.server
import shutil
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet.data import fashion
from glassnet.data.fashion import FASHION_CLASSES, load_fashion_mnist
from glassnet.mathematics.checks import DataError, MissingFileError

DEBIAN = Path("/usr/share/datasets/fashion-mnist")  # from the package dataset-fashion-mnist
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def pack(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


@pytest.fixture
def contents(monkeypatch):
    """Four small files in the form of Fashion-MNIST's, and their digests instead of the real ones."""
    rng = np.random.default_rng(0)
    made = {}
    for count, (images, labels) in ((3, NAMES[:2]), (2, NAMES[2:])):
        made[images] = pack(rng.integers(0, 256, (count, 28, 28)))
        made[labels] = pack(rng.integers(0, 10, count))
    for name, content in made.items():
        monkeypatch.setitem(fashion.DIGESTS, name, hashlib.sha256(content).hexdigest())
    return made


@pytest.fixture
def server(tmp_path, contents):
    folder = tmp_path / "served"
    folder.mkdir()
    for name, content in contents.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=1))

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/", folder
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("packed", [False, True])
def test_from_a_folder_packed_in_any_way(tmp_path, contents, packed):
    for name, content in contents.items():
        path = tmp_path / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content, compresslevel=2) if packed else content)
    (x, t), (x_test, rows) = load_fashion_mnist(tmp_path, one_hot_label=True)
    assert (x.shape, x.dtype, t.shape, rows.dtype) == ((3, 784), np.float32, (3, 10), np.float32)
    expected = np.frombuffer(contents[NAMES[2]][16:], np.uint8).reshape(2, 784)
    np.testing.assert_array_equal(x_test, (expected / 255).astype(np.float32))
    (pixels, labels), _ = load_fashion_mnist(tmp_path, normalize=False, flatten=False)
    assert (pixels.shape, pixels.dtype, labels.tolist()) == ((3, 1, 28, 28), np.uint8, list(contents[NAMES[1]][8:]))


@pytest.mark.skipif(not DEBIAN.is_dir(), reason=f"{DEBIAN} is not there")
def test_the_real_files():
    (x, t), (x_test, _) = load_fashion_mnist(DEBIAN)
    assert (x.shape, x_test.shape) == ((60000, 784), (10000, 784))
    assert np.bincount(t).tolist() == [6000] * 10
    assert FASHION_CLASSES[t[0]] == "Ankle boot"


def test_mnists_own_files_of_the_same_names_are_refused():
    folder = Path(glassnet.__file__).parent / "data" / "mnist"
    with pytest.raises(DataError, match="of another data set"):
        load_fashion_mnist(folder)


def test_a_missing_file_says_how_to_get_it(tmp_path, contents):
    with pytest.raises(MissingFileError, match=r"train-images-idx3-ubyte is not there.*download=True"):
        load_fashion_mnist(tmp_path)


def test_download_into_the_cache_and_never_again(tmp_path, server, monkeypatch):
    url, served = server
    monkeypatch.delenv("GLASSNET_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(MissingFileError, match="download=True"):
        load_fashion_mnist()
    first = load_fashion_mnist(download=True, base_url=url)
    shutil.rmtree(served)
    for again in (load_fashion_mnist(), load_fashion_mnist(download=True, base_url=url)):
        np.testing.assert_array_equal(again[0][0], first[0][0])
    kept = sorted(path.name for path in (tmp_path / "cache" / "glassnet" / "fashion-mnist").iterdir())
    assert kept == sorted(f"{name}.gz" for name in NAMES)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda path: path.write_bytes(gzip.compress(b"something else")), "digest"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "cut short"),
        (lambda path: path.write_bytes(gzip.compress(bytes(100_000_000), 1)), "digest"),
        (lambda path: path.unlink(), "404"),
    ],
)
def test_what_is_wrong_on_the_server_is_not_kept(tmp_path, server, change, message):
    url, served = server
    change(served / f"{NAMES[1]}.gz")
    folder = tmp_path / "own"
    folder.mkdir()
    with pytest.raises(DataError, match=rf"http://127.0.0.1:\d+/{NAMES[1]}\.gz.*{message}"):
        load_fashion_mnist(folder, download=True, base_url=url)
    assert [path.name for path in folder.iterdir()] == [f"{NAMES[0]}.gz"]


def test_a_cache_that_cannot_be_made(tmp_path, contents, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("GLASSNET_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"cache folder .* cannot be made"):
        load_fashion_mnist(download=True)
