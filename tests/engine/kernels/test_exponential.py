"""The exponential function and its kin: every 4099th of all float32 numbers, against float64."""

import math

import numpy as np
import pytest

pytest.importorskip("numba", reason="the kernels are compiled by Numba", exc_type=ImportError)

from numba import njit

from glassnet.engine.kernels import exponential

ALL = np.arange(0, 2**32, 4099, dtype=np.uint32).view(np.float32)
LARGEST = np.finfo(np.float32).max
SMALLEST_NORMAL = np.finfo(np.float32).tiny
REFERENCES = {
    "exp": (np.exp, 1.1),
    "expm1": (np.expm1, 1.7),
    "tanh": (np.tanh, 2.6),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), 2.4),
    "log": (np.log, 0.9),
    "log1p": (np.log1p, 1.5),
}


@pytest.fixture(scope="module")
def over():
    """Return a function (name, array) → array, compiled once for each name and type."""
    compiled = {}

    def run(name, x):
        if name not in compiled:
            function = getattr(exponential, name)

            @njit(nogil=True)
            def loop(x, y):
                for i in range(len(x)):
                    y[i] = function(x[i])

            compiled[name] = loop
        y = np.empty_like(x)
        compiled[name](x, y)
        return y

    return run


def ulps(found, exact):
    """Return the distance of float32 numbers from exact ones, in units in the last place of the exact ones."""
    unit = np.exp2(np.maximum(np.frexp(exact)[1] - 24, -149).astype(np.float64))
    return np.abs(found.astype(np.float64) - exact) / unit


@pytest.mark.parametrize("name", REFERENCES)
def test_float32_is_within_the_stated_error_over_all_numbers(name, over):
    reference, bound = REFERENCES[name]
    found, exact = over(name, ALL), reference(ALL.astype(np.float64))
    rounded = exact.astype(np.float32)
    plain = np.isfinite(rounded) & (rounded != 0)
    np.testing.assert_array_equal(found[~plain], rounded[~plain])
    if name == "sigmoid":  # where exp(−x) overflows it is 0, as the reference in float32
        faint = np.abs(exact) < SMALLEST_NORMAL
        assert found[faint].max() <= SMALLEST_NORMAL
        plain &= ~faint
    assert ulps(found[plain], exact[plain]).max() <= bound


@pytest.mark.parametrize("name", REFERENCES)
def test_float32_at_the_ends_and_at_the_seams(name, over):
    special = [0, 1, -1, 88.5, 88.7228, 88.73, -87.3, -103.9, -104.1, 17, -17.5, 0.34657, 9.1, LARGEST, -LARGEST]
    tiny = [1e-45, -1e-45, 1e-40, -1e-40, SMALLEST_NORMAL, 1e-30, -1e-30, np.inf, -np.inf, np.nan]
    x = np.array(special + tiny, np.float32)
    reference, bound = REFERENCES[name]
    found, exact = over(name, x), reference(x.astype(np.float64))
    rounded = exact.astype(np.float32)
    plain = np.isfinite(rounded)
    np.testing.assert_array_equal(found[~plain], rounded[~plain])
    # What is smaller than the smallest normal number may lose its last digit.
    errors = np.abs(found[plain].astype(np.float64) - exact[plain])
    allowed = bound * np.maximum(np.spacing(np.abs(rounded[plain])), 0)
    assert np.all(errors <= np.maximum(allowed, SMALLEST_NORMAL if name == "sigmoid" else 2e-45))


@pytest.mark.parametrize("name", REFERENCES)
def test_float64_is_the_c_library(name, over):
    x = np.linspace(0.001, 30, 101)
    form = getattr(math, name, lambda x: 1 / (1 + math.exp(-x)))
    assert over(name, x) == pytest.approx([form(float(value)) for value in x], rel=1e-15)


@pytest.mark.parametrize("name", REFERENCES)
def test_outside_compiled_code_they_are_the_references(name):
    x = np.array([0.1, 2.0], np.float32)
    np.testing.assert_array_equal(getattr(exponential, name)(x), REFERENCES[name][0](x))
