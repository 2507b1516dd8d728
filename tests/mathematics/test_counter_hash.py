"""Dropout masks: the right share of zeros, and a function of (seed, step, layer, element) alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.mathematics.counter_hash import dropout_mask, hash_key, hashed_integers

PROPERTY = settings(max_examples=25)
KEYS = st.tuples(st.integers(0, 2**63), st.integers(0, 2**40), st.integers(0, 1000))


def murmur3_finalizer(h):
    """In plain Python."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        h ^= h >> shift
        h = h * factor & 0xFFFFFFFF
    return h


@PROPERTY
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_the_hash_is_murmur3s_finalizer_applied_twice(first, second):
    expected = [murmur3_finalizer(murmur3_finalizer(counter ^ first) ^ second) for counter in range(5)]
    assert hashed_integers((first, second), 5).tolist() == expected


@PROPERTY
@given(KEYS, KEYS)
def test_keys_are_two_words_that_differ_where_anything_differs(one, other):
    key = hash_key(*one)
    assert all(0 <= half < 2**32 for half in key)
    assert key == hash_key(*one)
    if one != other:
        assert key != hash_key(*other)


def test_seed_step_and_layer_are_not_exchangeable():
    keys = {hash_key(*key) for key in ((1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1), (0, 0, 6))}
    assert len(keys) == 7


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_mask_is_0_at_the_rate_and_has_mean_1(rate, dtype):
    mask = dropout_mask((500, 400), rate, seed=1, step=2, layer=3, dtype=dtype)
    assert mask.dtype == dtype
    assert set(np.unique(mask)) == ({dtype(1)} if rate == 0 else {dtype(0), dtype(1 / (1 - rate))})
    spread = np.sqrt(rate * (1 - rate) / mask.size)
    assert abs((mask == 0).mean() - rate) < 5 * spread + 1e-12
    assert mask.mean() == pytest.approx(1, abs=5 * spread / (1 - rate) + 1e-6)


def test_rows_columns_and_neighbours_are_independent():
    dropped = dropout_mask((400, 400), 0.5, seed=0, step=0, layer=1) == 0
    bound = 5 * 0.5 / 20  # five standard deviations of a share of 400
    assert np.abs(dropped.mean(axis=0) - 0.5).max() < bound
    assert np.abs(dropped.mean(axis=1) - 0.5).max() < bound
    for neighbour in (np.roll(dropped, 1, axis=0), np.roll(dropped, 1, axis=1)):
        assert abs((dropped == neighbour).mean() - 0.5) < 0.01


@pytest.mark.parametrize("other", [{"seed": 1}, {"step": 1}, {"layer": 1}])
def test_another_seed_step_or_layer_gives_an_independent_mask(other):
    key = {"seed": 0, "step": 0, "layer": 0}
    one, two = (dropout_mask((300, 300), 0.5, **k) for k in (key, key | other))
    assert abs((one == two).mean() - 0.5) < 0.01


@PROPERTY
@given(KEYS, st.integers(1, 20))
def test_the_mask_of_fewer_rows_is_the_beginning_of_the_mask(key, rows):
    seed, step, layer = key
    whole = dropout_mask((20, 7), 0.3, seed, step, layer)
    assert np.array_equal(dropout_mask((rows, 7), 0.3, seed, step, layer), whole[:rows])


def test_masks_stay_what_they_are():
    # Written down once: a change here would change every network that was trained with dropout.
    assert hash_key(0, 0, 1) == (1109241648, 870877091)
    for dtype in (np.float32, np.float64):
        mask = dropout_mask((2, 8), 0.5, seed=0, step=0, layer=1, dtype=dtype)
        assert (mask / 2).tolist() == [[1, 1, 0, 1, 0, 0, 1, 1], [0, 1, 1, 1, 0, 0, 1, 1]]


def test_no_elements_have_no_mask():
    assert dropout_mask((0, 5), 0.5, 0, 0, 0).shape == (0, 5)
