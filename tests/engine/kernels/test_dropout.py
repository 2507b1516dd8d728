"""Dropout in compiled form: the very bits of the reference, whatever the block."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the kernels are compiled by Numba", exc_type=ImportError)

from glassnet.engine.kernels import dropout
from glassnet.mathematics import counter_hash

KEYS = [(0, 0, 0), (1, 2, 3), (2**31 + 7, 10**6, 11), (2**63 - 1, 2**40, 0)]
RATES = [0.0, 0.1, 0.5, 0.9, 1 - 1e-12, 1.5 / 2**32, 2.5 / 2**32]


@pytest.mark.parametrize("key", KEYS)
def test_the_keys_are_those_of_the_reference(key, called):
    assert tuple(map(int, called(dropout.hash_key)(*key))) == counter_hash.hash_key(*key)


def test_a_seed_of_64_bits_may_come_as_a_negative_number(called):
    seed = 2**64 - 12345
    assert tuple(map(int, called(dropout.hash_key)(-12345, 4, 5))) == counter_hash.hash_key(seed, 4, 5)


@pytest.mark.parametrize("rate", RATES)
def test_masks_have_the_very_bits_of_the_reference_whatever_the_block(rate, dtype, kernels, called):
    for shape in kernels.SHAPES:
        expected = counter_hash.dropout_mask(shape, rate, 7, 8, 2, dtype)
        x = kernels.numbers(np.random.default_rng(0), shape, dtype)
        for block in kernels.blocks(*shape):
            mask, fused, y, product = (np.full(shape, kernels.UNTOUCHED, dtype) for _ in range(4))
            called(dropout.mask_like)(mask, *block, 7, 8, 2, rate)
            called(dropout.dropout)(x, fused, y, *block, 7, 8, 2, rate)
            called(dropout.multiply)(x, expected, product, *block)
            r0, r1, c0, c1 = block
            np.testing.assert_array_equal(mask[r0:r1, c0:c1], expected[r0:r1, c0:c1])
            np.testing.assert_array_equal(fused, mask)
            np.testing.assert_array_equal(y, product)
            kernels.assert_block(mask, expected, block, "mask_like")
            kernels.assert_block(product, x * expected, block, "multiply")


def test_a_larger_mask_drops_the_share_that_it_should(called):
    mask = np.empty((300, 1000), np.float32)
    called(dropout.mask_like)(mask, 0, 300, 0, 1000, 1, 2, 3, 0.25)
    np.testing.assert_array_equal(mask, counter_hash.dropout_mask(mask.shape, 0.25, 1, 2, 3))
    assert (mask == 0).mean() == pytest.approx(0.25, abs=0.005)
