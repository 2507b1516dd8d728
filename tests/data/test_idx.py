import gzip
import math
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import glassnet
from glassnet.data.idx import read_idx
from glassnet.mathematics.checks import DataError, MissingFileError

MNIST = Path(glassnet.__file__).parent / "data" / "mnist"
TYPES = {
    "u1": (0x08, "B"),
    "i1": (0x09, "b"),
    "i2": (0x0B, "h"),
    "i4": (0x0C, "i"),
    "f4": (0x0D, "f"),
    "f8": (0x0E, "d"),
}


def pack(array):
    """IDX by the standard library alone."""
    code, letter = TYPES[array.dtype.str[1:]]
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return header + struct.pack(f">{array.size}{letter}", *array.ravel().tolist())


def write(folder, content):
    path = folder / "some.idx"
    path.write_bytes(content)
    return path


@given(
    array=st.sampled_from(sorted(TYPES)).flatmap(
        lambda code: hnp.arrays(code, hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4))
    ),
    packed=st.booleans(),
)
def test_every_type_and_shape_comes_back(tmp_path_factory, array, packed):
    content = pack(array)
    path = write(tmp_path_factory.mktemp("idx"), gzip.compress(content) if packed else content)
    result = read_idx(path)
    assert result.dtype == array.dtype
    assert result.dtype.isnative
    assert result.flags.writeable
    np.testing.assert_array_equal(result, array)


def test_mnists_own_labels_agree_with_plain_python():
    raw = gzip.decompress((MNIST / "t10k-labels-idx1-ubyte.gz").read_bytes())
    assert read_idx(MNIST / "t10k-labels-idx1-ubyte.gz").tolist() == list(raw[8:])


@pytest.mark.parametrize("packed", [False, True])
def test_every_cut_and_every_excess_is_refused(tmp_path, packed):
    content = pack(np.arange(6, dtype="i2").reshape(2, 3))
    for changed in [content[:end] for end in range(len(content))] + [content + b"\0", content + bytes(1000)]:
        path = write(tmp_path, gzip.compress(changed) if packed else changed)
        with pytest.raises(DataError, match=r"some\.idx"):
            read_idx(path)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("shape", [(2**32 - 1,), (2**32 - 1,) * 10, (60000, 28, 28), (0, 2**32 - 1, 2**32 - 1)])
def test_a_lying_header_takes_no_memory(tmp_path, shape, packed):
    content = struct.pack(f">HBB{len(shape)}I", 0, 0x0E, len(shape), *shape) + bytes(8)
    path = write(tmp_path, gzip.compress(content) if packed else content)
    tracemalloc.start()
    stated = f"{math.prod(shape) * 8:,} bytes"
    with pytest.raises(DataError, match=f"some.idx: the header, at byte 3, states .*{stated}"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_an_impossible_shape_is_one_error(tmp_path):
    header = struct.pack(">HBB3I", 0, 0x08, 3, 0, 2**32 - 1, 2**32 - 1)
    with pytest.raises(DataError, match=r"some\.idx: an array of shape"):
        read_idx(write(tmp_path, header))


def test_a_bomb_is_not_unpacked(tmp_path):
    content = pack(np.zeros(4, "u1")) + bytes(100_000_000)
    path = write(tmp_path, gzip.compress(content, compresslevel=1))
    tracemalloc.start()
    with pytest.raises(DataError, match="4 bytes, but more follow"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\0",
        b"PK\3\4",
        b"\x89PNG\r\n",
        b"label,1x1,1x2",
        b"\0\0\x0a\x01",
        b"\0\1\x08\x01",
        b"\0\0\x08\x41" + bytes(300),
    ],
)
def test_what_is_no_idx_is_told_so(tmp_path, start):
    with pytest.raises(DataError, match=r"some\.idx: byte 0: got .*expected the four bytes of an IDX file"):
        read_idx(write(tmp_path, start))


def test_missing_and_folder(tmp_path):
    with pytest.raises(MissingFileError):
        read_idx(tmp_path / "none.idx")
    with pytest.raises(DataError, match="is a folder"):
        read_idx(tmp_path)
