"""How kernels are held against the reference operations: in both types, on blocks, with values that make trouble."""

import functools
from types import SimpleNamespace

import numpy as np
import pytest

SPECIAL = [0.0, -0.0, 1e-30, -1e-30, 88.0, -88.0, 1000.0, -1000.0, np.inf, -np.inf, np.nan]
SHAPES = [(9, 83), (1, 83), (9, 1), (1, 1), (5, 10)]  # vectors and what they leave over, one row, one column
# Where nothing cancels a few units in the last place; where sums may cancel, also a few of 1.
CLOSE = {"f": {"rtol": 1e-6, "atol": 1e-43}, "d": {"rtol": 2e-15, "atol": 1e-300}}
TOLERANCE = {"f": {"rtol": 2e-6, "atol": 1e-6}, "d": {"rtol": 1e-13, "atol": 1e-14}}
UNTOUCHED = 123.0


def numbers(rng, shape, dtype, special=SPECIAL):
    """Return random numbers, a quarter of them special ones."""
    array = rng.normal(0, 3, shape)
    where = rng.random(shape) < (0.25 if len(special) else 0)
    array[where] = rng.choice(special, size=shape)[where] if len(special) else 0
    return array.astype(dtype)


def blocks(rows, columns):
    """Return the whole, whole rows, whole columns, a block in the middle, and nothing."""
    return [
        (0, rows, 0, columns),
        (rows // 3, rows, 0, columns),
        (0, rows, columns // 4, columns),
        (rows // 4, rows - rows // 4, columns // 5, columns - columns // 3),
        (rows // 2, rows // 2, 0, columns),
    ]


def assert_block(found, expected, block, message="", tolerance=TOLERANCE):
    """Check that an output is as expected inside the block and untouched outside."""
    r0, r1, c0, c1 = block
    inside = np.zeros(found.shape, bool)
    inside[..., r0:r1, c0:c1] = True
    np.testing.assert_allclose(
        found[inside], expected[inside], **tolerance[found.dtype.char], err_msg=f"{message} {found.dtype} {block}"
    )
    assert np.all(found[~inside] == UNTOUCHED), f"{message} wrote outside {block}"


def check(called, kernel, inputs, expected, settings=(), tolerance=CLOSE):
    """Run a kernel of blocks over several blocks of one output."""
    rows, columns = expected.shape[-2:]
    for block in blocks(rows, columns):
        found = np.full(expected.shape, UNTOUCHED, inputs[0].dtype)
        called(kernel)(*inputs, found, *block, *settings)
        assert_block(found, expected, block, kernel.__name__, tolerance)


@pytest.fixture(scope="session")
def kernels(called):
    return SimpleNamespace(
        CLOSE=CLOSE,
        SHAPES=SHAPES,
        SPECIAL=SPECIAL,
        TOLERANCE=TOLERANCE,
        UNTOUCHED=UNTOUCHED,
        assert_block=assert_block,
        blocks=blocks,
        called=called,
        check=functools.partial(check, called),
        numbers=numbers,
    )


# Each kernel is compiled for each type, which takes longer than all that is asked of it.
@pytest.fixture(params=[np.float32, pytest.param(np.float64, marks=pytest.mark.slow)], ids=["float32", "float64"])
def dtype(request):
    return request.param


@pytest.fixture(autouse=True)
def _quiet():
    """Let the references overflow and give nan: that is what is compared."""
    with np.errstate(all="ignore"):
        yield
