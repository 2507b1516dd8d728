"""Every schedule at points worked by hand, and what must hold of each at every step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.training.schedules import Constant, Cosine, OneCycle, Schedule, StepDecay, WarmUp, as_schedule

lengths = st.tuples(st.integers(1, 400), st.integers(1, 50))


def rates(schedule, total, per_epoch=10):
    return np.array([schedule.rate(step, total, per_epoch) for step in range(total)])


@pytest.mark.parametrize(
    ("schedule", "total", "points"),
    [
        (Constant(0.3), 10, {0: 0.3, 9: 0.3}),
        (StepDecay(0.8, every=1, factor=0.5), 40, {0: 0.8, 9: 0.8, 10: 0.4, 29: 0.2, 30: 0.1}),
        (StepDecay(0.8, every=2, factor=0.1), 40, {19: 0.8, 20: 0.08, 39: 0.08}),
        (Cosine(0.2), 4, {0: 0.2, 1: 0.1 + 0.1 * np.sqrt(0.5), 2: 0.1, 3: 0.1 - 0.1 * np.sqrt(0.5)}),
        (Cosine(0.2, minimum=0.1), 3, {0: 0.2, 1: 0.175, 2: 0.125}),
        (Cosine(0.2), 2, {0: 0.2, 1: 0.1}),
        (Cosine(0.2), 1, {0: 0.2}),
        (WarmUp(0.1, steps=5), 9, {0: 0.02, 3: 0.08, 4: 0.1, 8: 0.1}),
        (WarmUp(Cosine(0.2), steps=4), 6, {0: 0.05, 2: 0.1125, 4: 0.05}),
        (OneCycle(0.5, up=0.25), 9, {0: 0.02, 1: 0.26, 2: 0.5, 5: 0.250025, 8: 0.00005}),
        (OneCycle(0.5), 1, {0: 0.02}),
    ],
    ids=repr,
)
def test_points_worked_by_hand(schedule, total, points):
    found = {step: schedule.rate(step, total, 10) for step in points}
    assert found == pytest.approx(points, rel=1e-9, abs=1e-12)


@given(lengths, st.floats(1e-6, 10), st.floats(0.01, 0.99))
def test_one_cycle_rises_to_its_maximum_and_falls(length, maximum, up):
    total, per_epoch = length
    found = rates(OneCycle(maximum, up), total, per_epoch)
    assert np.all(found > 0)
    assert np.all(found <= maximum * (1 + 1e-12))
    assert found[0] == pytest.approx(maximum / 25)
    if total > 1:
        assert found[-1] == pytest.approx(maximum / 10_000)
        top = int(np.argmax(found))
        assert np.all(np.diff(found[: top + 1]) >= 0)
        assert np.all(np.diff(found[top:]) <= 0)


@given(lengths, st.floats(1e-6, 10), st.floats(0, 1))
def test_cosine_falls_from_the_rate_to_its_minimum(length, rate, share):
    found = rates(Cosine(rate, minimum=share * rate), *length)
    assert found[0] == pytest.approx(rate)
    assert np.all(np.diff(found) <= 1e-15)
    assert np.all(found >= share * rate * (1 - 1e-12))
    if share < 0.99:
        assert found[-1] > share * rate, "no step is made in vain"
    assert Cosine(rate, minimum=share * rate).rate(length[0], *length) == pytest.approx(share * rate)


@given(lengths, st.floats(1e-6, 10), st.integers(1, 8), st.floats(0.01, 1))
def test_steps_fall_once_every_so_many_epochs(length, rate, every, factor):
    total, per_epoch = length
    found = rates(StepDecay(rate, every, factor), total, per_epoch)
    assert np.all(found >= 0)
    for step in range(total):
        assert found[step] == pytest.approx(rate * factor ** ((step // per_epoch) // every), rel=1e-12)


@given(lengths, st.integers(1, 60))
def test_warm_up_grows_and_ends_in_the_other_schedule(length, steps):
    found = rates(WarmUp(0.1, steps), *length)
    assert np.all(found > 0)
    assert np.all(np.diff(found) >= 0)
    assert np.all(found[steps - 1 :] == 0.1)
    other = Cosine(0.1)
    assert np.array_equal(rates(WarmUp(other, steps), *length)[steps:], rates(other, *length)[steps:])


def test_fit_asks_for_the_rate_of_each_step(clusters, classifier):
    history = classifier().fit(*clusters, optimizer=gn.SGD(StepDecay(0.8, 1, 0.5)), epochs=3, batch_size=8, verbose=0)
    assert history.steps["learning_rate"] == [0.8] * 4 + [0.4] * 4 + [0.2] * 4
    assert history["learning_rate"] == [0.8, 0.4, 0.2]
    history = classifier().fit(
        *clusters, optimizer=gn.SGD(OneCycle(0.5)), epochs=3, max_steps=10, batch_size=8, verbose=0
    )
    assert history.steps["learning_rate"] == rates(OneCycle(0.5), 10).tolist()  # the way ends where training does


def test_a_schedule_of_ones_own(clusters, classifier):
    class Halving(Schedule):
        def rate(self, step, total_steps, steps_per_epoch):
            return np.float64(2.0**-step)

    history = classifier().fit(*clusters, optimizer=gn.SGD(Halving()), epochs=3, batch_size="full", verbose=0)
    assert history.steps["learning_rate"] == [1.0, 0.5, 0.25]
    assert type(history.steps["learning_rate"][0]) is float
    with pytest.raises(NotImplementedError, match="Schedule must define rate"):
        classifier().fit(*clusters, optimizer=gn.SGD(Schedule()), verbose=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Constant(0), "learning_rate must be a finite number above 0, got 0"),
        (lambda: StepDecay(-1), "learning_rate"),
        (lambda: StepDecay(0.1, every=0), "every must be an integer of at least 1, got 0"),
        (lambda: StepDecay(0.1, factor=0), "factor must be"),
        (lambda: Cosine(np.nan), "learning_rate"),
        (lambda: Cosine(0.1, minimum=0.2), "minimum must be a finite number at least 0 and at most 0.1, got 0.2"),
        (lambda: WarmUp(-0.1), "learning_rate"),
        (lambda: WarmUp(0.1, steps=0), "steps must be"),
        (lambda: OneCycle(0), "maximum must be"),
        (lambda: OneCycle(0.1, up=1), "up must be .* below 1"),
        (lambda: as_schedule("cosine"), "learning_rate must be a finite number"),
    ],
)
def test_settings_that_cannot_be(make, words):
    with pytest.raises(gn.GlassnetError, match=words):
        make()
