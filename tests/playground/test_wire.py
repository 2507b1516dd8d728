import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.mathematics.checks import DataError
from glassnet.playground.wire import pack, unpack

ARRAYS = hnp.arrays(
    st.sampled_from([np.uint8, np.int32, np.float32, np.float64]), hnp.array_shapes(max_dims=4, min_side=0)
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text(max_size=8).filter(lambda key: not key.startswith("$"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text() | FINITE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, ARRAYS | PLAIN, max_size=5))
def test_a_message_comes_back_as_it_was(message):
    again = unpack(pack(message))
    assert again.keys() == message.keys()
    for name, value in message.items():
        if isinstance(value, np.ndarray):
            assert again[name].dtype == value.dtype
            np.testing.assert_array_equal(again[name], value)
        else:
            assert again[name] == value


def test_every_array_begins_at_a_multiple_of_eight_bytes():
    frame = pack({"a": np.arange(3, dtype=np.uint8), "b": np.arange(2, dtype=np.float64), "가": "나"})
    (length,) = struct.unpack_from("<I", frame)
    assert (4 + length) % 8 == 0
    assert len(frame) == 4 + length + 8 + 16


def test_numbers_of_numpy_and_what_is_not_finite_are_told():
    sent = {"count": np.int64(3), "loss": np.float32("nan"), "all": [np.True_, float("inf")], "wide": np.arange(2)}
    again = unpack(pack(sent))
    assert again["count"] == 3
    assert again["loss"] == {"$number": "nan"}
    assert again["all"] == [True, {"$number": "inf"}]
    assert again["wide"].dtype == np.int32


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"abc",
        struct.pack("<I", 1000) + b"{}",
        struct.pack("<I", 4) + b"null",
        struct.pack("<I", 2**32 - 1),
        struct.pack("<I", 29) + b'{"message": [], "arrays": [1]}',
        struct.pack("<I", 57) + b'{"message": {}, "arrays": [["float64", [99999999999], 0]]}',
        struct.pack("<I", 44) + b'{"message": {}, "arrays": [["object", [1], 0]]}',
        struct.pack("<I", 51) + b'{"message": {}, "arrays": [["uint8", [4, -1], -1000]]}',
        struct.pack("<I", 100_000) + b"[" * 100_000,
    ],
)
def test_what_is_no_frame_is_refused(frame):
    with pytest.raises(DataError, match="a message must be a frame"):
        unpack(frame)


@given(st.binary(max_size=200))
def test_rubbish_never_does_harm(frame):
    with contextlib.suppress(DataError):
        unpack(frame)


def test_half_a_letter_does_no_harm():
    assert unpack(pack({"name": "\ud83d.safetensors"})) == {"name": "?.safetensors"}


def test_a_header_is_read_up_to_a_size_only():
    header = b'{"message": {}, "arrays": []}' + b" " * 1_000_000
    with pytest.raises(DataError, match="more than 1,000,000 bytes"):
        unpack(struct.pack("<I", len(header)) + header)
