"""The exponential function and its kin, in a form that the compiler can work out for many numbers at once.

Compiled code calls `exp` and `tanh` of the C library one number at a time. For float32 they are written here in
multiplications, additions and moves of bits instead, which run on whole vector registers. The domain is cut down to a
short interval by a power of two, and a polynomial does the rest: minimax polynomials, found by a weighted fit in
float64. (The reduction lives on rounding, so that additions stay in the order in which they are written:
`compiling.AS_WRITTEN`.) float64 keeps the C library's functions.

Every input has its right answer: ±∞, nan, what overflows, and what underflows (gradually, to the small numbers that
float32 stores with fewer digits). The largest errors found over every 17th of all float32 numbers, in units in the last
place (ulp), with or without fused multiply-add: `exp` 1.1, `expm1` 1.7, `tanh` 2.6, `sigmoid` 2.4, `log` 0.9, `log1p`
1.5. (`sigmoid` is 0 where exp(−x) overflows, below −88.7, as is the reference.)

References: `numpy.exp`, `numpy.expm1`, `numpy.log`, `numpy.log1p`, `numpy.tanh`, `functions.sigmoid`. Outside compiled
code the functions here are those. Source: Cody and Waite, "Software manual for the elementary functions", 1980 (the
reduction in two steps).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from glassnet.engine.compiling import formula, multiply_add

ROUNDER = np.float32(1.5 * 2**23)
"""A number added to this one loses its fraction: the sum's last bits are the nearest whole number."""
ROUNDER_BITS = np.int32(0x4B400000)
LOG2_E = np.float32(1.4426950408889634)
# ln 2 in two parts; the first has so few digits that its product with a whole number up to 150 is exact.
LN2_HIGH = np.float32(0.693145751953125)
LN2_LOW = np.float32(1.42860677e-06)
SQRT_HALF_BITS = np.int32(0x3F3504F3)


@formula
def _power_of_2(n: Any) -> Any:
    """Return 2ⁿ for n from −126 to 127: a float32 with nothing but an exponent."""
    return np.int32((n + 127) << 23).view(np.float32)


@formula
def _bits(x: Any) -> Any:
    return np.float32(x).view(np.int32)


@formula
def _reduced(x: Any) -> tuple[Any, Any]:
    """Return (expm1(r), n) with x = r + n ln 2, where |r| ≤ ½ ln 2 (nan gives nan, and any n); |x| is at most 110."""
    t = multiply_add(np.float32(x), LOG2_E, ROUNDER)
    n = np.float32(t - ROUNDER)
    r = multiply_add(-n, LN2_HIGH, np.float32(x))
    r = multiply_add(-n, LN2_LOW, r)
    p = np.float32(0.0013947058)
    p = multiply_add(p, r, np.float32(0.008366936))
    p = multiply_add(p, r, np.float32(0.041666273))
    p = multiply_add(p, r, np.float32(0.16666540))
    p = multiply_add(p, r, np.float32(0.5))
    return multiply_add(r * r, p, r), np.int32(_bits(t) - ROUNDER_BITS)


@formula
def _within(x: Any, low: Any, high: Any) -> Any:
    """Return x clipped; nan stays nan."""
    x = low if x < low else x
    return high if x > high else x


@formula
def _exp32(x: Any) -> Any:
    # exp(−104) is 0 and exp(89) is ∞ in float32. One power of two would not reach either end, two do.
    p, n = _reduced(_within(x, np.float32(-104), np.float32(89)))
    half = np.int32(n >> 1)
    return (p + np.float32(1)) * _power_of_2(half) * _power_of_2(n - half)


@formula
def _half_expm1_32(x: Any) -> Any:
    """Return ½ (exp(x) − 1), which does not overflow on the way to the largest numbers, for x from −110 to 89."""
    p, n = _reduced(x)
    s = _power_of_2(n - 1)
    return multiply_add(s, p, s - np.float32(0.5))


@formula
def _expm1_32(x: Any) -> Any:
    h = _half_expm1_32(_within(x, np.float32(-20), np.float32(89)))  # −1 from −17.4 on
    return h + h


@formula
def _tanh32(x: Any) -> Any:
    # With h = ½ (exp(2 |x|) − 1): tanh |x| = h / (h + 1), in which nothing cancels. It is 1 from 9.1 on.
    size = np.float32(abs(x))
    h = _half_expm1_32(_within(size + size, np.float32(0), np.float32(20)))
    return np.float32(math.copysign(h / (h + np.float32(1)), x))


@formula
def _log32(x: Any) -> Any:
    tiny = x < np.float32(2**-126)
    scaled = x * np.float32(2**23) if tiny else x
    # x = m 2ᵉ with m from √½ to √2, and log m = f − ½ f² + f³ p(f) with f = m − 1.
    bits = np.int32(_bits(scaled) - SQRT_HALF_BITS)
    e = np.float32(bits >> 23) - (np.float32(23) if tiny else np.float32(0))
    m = np.int32((bits & 0x007FFFFF) + SQRT_HALF_BITS).view(np.float32)
    f = m - np.float32(1)
    p = np.float32(-0.07859616)
    p = multiply_add(p, f, np.float32(0.12881654))
    p = multiply_add(p, f, np.float32(-0.13128756))
    p = multiply_add(p, f, np.float32(0.14181191))
    p = multiply_add(p, f, np.float32(-0.16624554))
    p = multiply_add(p, f, np.float32(0.20002286))
    p = multiply_add(p, f, np.float32(-0.25000811))
    p = multiply_add(p, f, np.float32(0.33333317))
    square = f * f
    rest = square * f * p + e * LN2_LOW
    result = (f + (rest - np.float32(0.5) * square)) + e * LN2_HIGH
    result = result if x < np.float32(np.inf) else x  # ∞ and nan
    result = result if x != np.float32(0) else np.float32(-np.inf)
    return np.float32(np.nan) if x < np.float32(0) else result


@formula
def _log1p_32(x: Any) -> Any:
    # log(1 + x) of the rounded sum, and what was rounded away, by the slope 1 / (1 + x).
    u = np.float32(np.float32(1) + x)
    lost = np.float32(x - (u - np.float32(1)))
    ordinary = (u > np.float32(0)) & (u < np.float32(np.inf))
    return _log32(u) + (lost / u if ordinary else np.float32(0))


@formula
def _sigmoid32(x: Any) -> Any:
    return np.float32(1) / (np.float32(1) + _exp32(-x))


@formula
def _sigmoid64(x: Any) -> Any:
    return 1.0 / (1.0 + math.exp(-x))


def exp(x: Any) -> Any:
    """Return eˣ, in the type of x."""
    return np.exp(x)


def expm1(x: Any) -> Any:
    """Return eˣ − 1, without cancellation near 0."""
    return np.expm1(x)


def tanh(x: Any) -> Any:
    """Return tanh x."""
    return np.tanh(x)


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + e⁻ˣ)."""
    return 1 / (1 + np.exp(-x))


def log(x: Any) -> Any:
    """Return the natural logarithm of x: −∞ at 0, nan below."""
    return np.log(x)


def log1p(x: Any) -> Any:
    """Return log(1 + x), without cancellation near 0."""
    return np.log1p(x)


def _choose(function: Any, for_float32: Any, for_float64: Any) -> None:
    """Let compiled code that calls `function` have the form for the type of its argument."""

    def chosen(x: Any) -> Any:
        form = for_float32 if x == types.float32 else for_float64
        return lambda x: form(x)  # noqa: PLW0108  # Numba wants a function of Python

    overload(function, strict=False)(chosen)


_choose(exp, _exp32, math.exp)
_choose(expm1, _expm1_32, math.expm1)
_choose(tanh, _tanh32, math.tanh)
_choose(sigmoid, _sigmoid32, _sigmoid64)
_choose(log, _log32, math.log)
_choose(log1p, _log1p_32, math.log1p)
