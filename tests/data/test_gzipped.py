import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.gzipped import gunzip
from glassnet.mathematics.checks import DataError


@given(st.binary(max_size=500))
def test_gunzip_returns_what_was_packed(content):
    assert gunzip(gzip.compress(content), "x.gz", at_most=len(content) + 1) == content


@given(st.binary(min_size=1, max_size=300), st.data())
def test_gunzip_refuses_every_cut(content, data):
    packed = gzip.compress(content)
    end = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(DataError, match=r"x\.gz"):
        gunzip(packed[:end], "x.gz", at_most=len(content) + 1)


@given(st.binary(min_size=20, max_size=200), st.data())
def test_gunzip_never_returns_damaged_content_as_whole(content, data):
    packed = bytearray(gzip.compress(content))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    try:
        result = gunzip(bytes(packed), "x.gz", at_most=100_000)
    except DataError:
        return
    assert result == content  # a flipped time stamp or name in the gzip header harms nothing


def test_gunzip_refuses_what_follows_but_zeros():
    packed = gzip.compress(b"abc")
    assert gunzip(packed + bytes(10), "x.gz", at_most=4) == b"abc"
    with pytest.raises(DataError, match="4 bytes after the end"):
        gunzip(packed + b"more", "x.gz", at_most=4)


def test_gunzip_stops_in_a_bomb():
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    tracemalloc.start()
    assert gunzip(bomb, "bomb.gz", at_most=1000) == bytes(1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(bomb)
