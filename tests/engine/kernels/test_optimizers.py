"""The rules of the optimizers in one pass, against `Optimizer.apply`."""

import dataclasses

import numpy as np
import pytest

pytest.importorskip("numba", reason="the kernels are compiled by Numba", exc_type=ImportError)

from glassnet.engine.kernels import optimizers as kernels_of_rules
from glassnet.training.optimizers import OPTIMIZERS

# The settings in the order in which the kernels take them, after the rate and before the decay.
SETTINGS = {
    "sgd": (),
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "adagrad": ("eps",),
    "rmsprop": ("decay", "eps"),
    "adam": ("beta1", "beta2", "eps", "step"),
    "adamw": ("beta1", "beta2", "eps", "step"),
}
RATE = 0.05


def run_both(called, name, w, gradients, weight_decay, block, first_step=1):
    """Apply a rule to w once for each gradient; return the parameter and slots of the kernel and of the reference."""
    optimizer = dataclasses.replace(OPTIMIZERS[name](), weight_decay=weight_decay)
    found = [w.copy(), *(np.zeros_like(w) for _ in optimizer.slots)]
    expected = [array.copy() for array in found]
    for step, g in enumerate(gradients, first_step):
        known = dataclasses.asdict(optimizer) | {"step": step}
        settings = [known[setting] for setting in SETTINGS[name]]
        before = g.copy()
        called(getattr(kernels_of_rules, name))(found[0], g, *found[1:], *block, RATE, *settings, weight_decay)
        np.testing.assert_array_equal(g, before)
        optimizer.apply("W1", expected[0], g, dict(zip(optimizer.slots, expected[1:], strict=True)), RATE, step)
    return found, expected


def assert_same(found, expected, w, block):
    r0, r1, c0, c1 = block
    close = {"rtol": 5e-6, "atol": 1e-6} if w.dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-14}
    inside = np.zeros(w.shape, bool)
    inside[r0:r1, c0:c1] = True
    for ours, theirs, outside in zip(found, expected, [w, *(np.zeros_like(w) for _ in found[1:])], strict=True):
        np.testing.assert_allclose(ours[inside], theirs[inside], **close, err_msg=f"{w.dtype} {block}")
        np.testing.assert_array_equal(ours[~inside], outside[~inside])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_three_updates_equal_the_reference(name, dtype, kernels, called):
    rng = np.random.default_rng(0)
    for shape in kernels.SHAPES:
        for weight_decay in (0.0, 0.1):
            w, gradients = kernels.numbers(rng, shape, dtype, []), kernels.numbers(rng, (3, *shape), dtype, [0, 1e-30])
            for block in kernels.blocks(*shape):
                assert_same(*run_both(called, name, w, gradients, weight_decay, block), w, block)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_is_no_number_shows_as_in_the_reference(name, dtype, kernels, called):
    rng = np.random.default_rng(1)
    shape, block = (9, 83), (0, 9, 0, 83)
    special = [0, 1e-30, 1e30, np.inf, -np.inf, np.nan]
    w, gradients = kernels.numbers(rng, shape, dtype, special), kernels.numbers(rng, (2, *shape), dtype, special)
    for weight_decay in (0.0, 0.1):
        assert_same(*run_both(called, name, w, gradients, weight_decay, block), w, block)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_late_steps_have_no_bias_left(name, dtype, called):
    w, gradients = np.ones((2, 20), dtype), np.full((1, 2, 20), 0.5, dtype)
    block = (0, 2, 0, 20)
    assert_same(*run_both(called, name, w, gradients, 0.0, block, first_step=100_000), w, block)
