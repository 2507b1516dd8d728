"""Augmentation in machine code against the same in NumPy, draw for draw."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from glassnet.data.augmentation import Augmentation
from glassnet.mathematics.checks import ShapeError

pytest.importorskip("numba", reason="without Numba nothing is compiled", exc_type=ImportError)

from glassnet.engine import entry
from glassnet.engine.augmentation import CompiledAugmentation

EVERYTHING = {"rotation": 10, "shift": 1, "scale": 0.1, "shear": 0.2, "elastic": 0.5, "thickness": 0.6}
FAR = {"rotation": 180, "shift": 20, "scale": 0.9, "shear": 2, "elastic": 5, "thickness": 1}


def generator(seed=0):
    return np.random.default_rng(seed)


def noise(count, side=28, seed=0):
    """Images whose every pixel differs, some of them below 0: the hardest to read exactly."""
    return generator(seed).uniform(-0.3, 0.7, (count, side * side)).astype(np.float32)


def both(augmentation, x, seed=1):
    """Return what NumPy makes of `x`, what the compiled form makes of it, and the two generators afterwards."""
    side = round(x.shape[1] ** 0.5)
    compiled = CompiledAugmentation(augmentation, side)
    rngs = generator(seed), generator(seed)
    expected = augmentation(x, rngs[0])
    got = np.full_like(x, np.nan)
    compiled.apply(x, compiled.draw(len(x), rngs[1]), got)
    return expected, got, rngs


def check(augmentation, x, seed=1):
    expected, got, rngs = both(augmentation, x, seed)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)
    assert rngs[0].bit_generator.state == rngs[1].bit_generator.state


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("parameters", [EVERYTHING, FAR], ids=["everything", "far"])
def test_each_change_alone_is_that_of_numpy(name, parameters):
    check(Augmentation(**{name: parameters[name]}), noise(40))


@pytest.mark.parametrize("parameters", [EVERYTHING, FAR], ids=["everything", "far"])
@pytest.mark.parametrize("side", [1, 2, 3, 5, 16, 29])
def test_all_changes_together_at_any_side(parameters, side):
    if side == 1:  # an elastic bend needs two pixels
        parameters = parameters | {"elastic": 0}
    check(Augmentation(**parameters), noise(33, side))


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 200, 1300])
@pytest.mark.parametrize("group", [1, 3, 16, 40, 600])
def test_any_count_over_several_slices_and_any_group(count, group):
    check(Augmentation(**EVERYTHING, images_per_map=group), noise(count, side=9))


def test_random_parameters():
    rng = generator(3)
    for seed in range(60):
        parameters = {name: rng.uniform(0, 2 * most) * rng.integers(2) for name, most in EVERYTHING.items()}
        parameters["thickness"] = min(parameters["thickness"], 1)
        group, count, side = rng.integers(1, 40), rng.integers(1, 80), rng.integers(2, 31)
        check(Augmentation(**parameters, images_per_map=int(group)), noise(count, side), seed)


def test_nothing_asked_for_is_a_copy_and_draws_nothing():
    x = noise(30)
    _, got, rngs = both(Augmentation(), x)
    assert np.array_equal(got, x)
    assert rngs[1].bit_generator.state == generator(1).bit_generator.state


def test_the_source_and_what_lies_around_the_result_stay_as_they_are():
    x = noise(21)
    before = x.copy()
    compiled = CompiledAugmentation(Augmentation(**EVERYTHING), 28)
    around = np.full((23, 784), 7, dtype=np.float32)
    compiled.apply(x, compiled.draw(21, generator()), around[1:-1])
    assert np.array_equal(x, before)
    assert np.all(around[[0, -1]] == 7)
    assert np.all(around[1:-1] != 7)


@pytest.mark.parametrize("group", [5, 16, 20])
def test_groups_apart_and_in_threads_give_the_same_bits_as_at_once(group):
    x = noise(150)
    compiled = CompiledAugmentation(Augmentation(**EVERYTHING, images_per_map=group), 28)
    draws = compiled.draw(len(x), generator())
    at_once, apart = np.empty_like(x), np.empty_like(x)
    compiled.apply(x, draws, at_once)
    edges = [0, 1, 3, 4, draws.plane.shape[1]]
    with ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(entry.augmentation(), x, apart, *draws, compiled.profiles, group, edges[part], edges[part + 1])
            for part in range(4)
        ]
    assert [call.result() for call in calls] == [None] * 4
    assert np.array_equal(apart, at_once)


def test_a_pixel_that_is_not_finite_shows():
    x = noise(3)
    x[1, 28 * 14 + 14] = np.nan
    _, got, _ = both(Augmentation(**EVERYTHING), x)
    assert np.isnan(got[1]).any()
    assert np.isfinite(got[[0, 2]]).all()


def test_arrays_that_do_not_fit_the_draws_are_refused():
    compiled = CompiledAugmentation(Augmentation(shift=1), 28)
    draws = compiled.draw(4, generator())
    with pytest.raises(ShapeError, match=r"\(4, 784\).*\(5, 784\)"):
        compiled.apply(noise(4), draws, noise(5))
    with pytest.raises(ShapeError, match=r"\(4, 784\).*\(4, 729\)"):
        compiled.apply(noise(4, side=27), draws, noise(4))
