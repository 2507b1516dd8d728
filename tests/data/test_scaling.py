import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.scaling import SCALINGS, Scaling, named_scaling, scale_lecture_000, scale_unit
from glassnet.mathematics.checks import ArgumentError, GlassnetError

PIXELS = np.arange(256, dtype=np.uint8)
NUMBERS = st.floats(0.01, 1000)


def test_unit_is_the_rounded_quotient_of_every_pixel():
    exact = np.array([np.float32(pixel / 255) for pixel in range(256)])
    scaled = scale_unit(PIXELS)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled, exact)


def test_lecture_000_is_its_formula():
    expected = [(pixel / 255.0) * 0.99 + 0.01 for pixel in range(256)]
    np.testing.assert_allclose(scale_lecture_000(PIXELS), expected, rtol=2e-7)
    assert scale_lecture_000(PIXELS).min() > 0


@pytest.mark.parametrize("name", SCALINGS)
def test_each_named_scaling_can_be_undone_and_stored(name):
    scaling = named_scaling(name)
    np.testing.assert_array_equal(np.rint(scaling.invert(scaling(PIXELS))), PIXELS)
    assert Scaling.from_dict(json.loads(json.dumps(scaling.to_dict()))) == scaling


@given(NUMBERS, NUMBERS, st.floats(-100, 100), st.lists(st.integers(0, 255), min_size=1))
def test_any_scaling_can_be_undone(divisor, factor, offset, pixels):
    scaling = Scaling(divisor, factor, offset)
    x = np.array(pixels, np.uint8)
    scaled = scaling(x)
    np.testing.assert_allclose(scaled, x / divisor * factor + offset, rtol=1e-5, atol=1e-4)
    tolerance = (abs(offset) + np.abs(scaled).max()) * 1e-6 * divisor / factor
    np.testing.assert_allclose(scaling.invert(scaled), x, rtol=1e-5, atol=tolerance)


@pytest.mark.parametrize("pixels", [np.full((2, 3), 255.0), [[255, 255, 255]] * 2, np.full((2, 3), 255)])
def test_other_types_and_shapes_are_scaled_too(pixels):
    np.testing.assert_array_equal(scale_unit(pixels), np.ones((2, 3), np.float32))


def test_out_is_written():
    out = np.empty(256, np.float32)
    assert scale_lecture_000(PIXELS, out=out) is out
    np.testing.assert_array_equal(out, scale_lecture_000(PIXELS))


def test_pixels_are_not_changed():
    before = PIXELS.copy()
    scale_lecture_000(PIXELS)
    np.testing.assert_array_equal(PIXELS, before)


@pytest.mark.parametrize(
    "numbers", [{"divisor": 0}, {"factor": 0}, {"offset": np.nan}, {"factor": np.inf}, {"divisor": "255"}]
)
def test_unusable_numbers_are_refused(numbers):
    with pytest.raises(GlassnetError, match=next(iter(numbers))):
        Scaling(**numbers)


@pytest.mark.parametrize(
    "stored", [{}, {"factor": 1.0}, {"divisor": 1, "factor": 1, "offset": 0, "extra": 1}, [1, 2, 3], None]
)
def test_a_stored_scaling_must_be_whole(stored):
    with pytest.raises(ArgumentError, match="exactly the numbers divisor, factor, offset"):
        Scaling.from_dict(stored)


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(ArgumentError, match="Did you mean 'lecture000'"):
        named_scaling("lecture_000")
