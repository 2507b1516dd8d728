"""The doctor finds nothing in healthy trainings: the recipes cut short, and random networks."""

import pytest

import glassnet as gn
from benchmarks.doctor_false_alarms import random_run
from glassnet.training.recipes import RECIPES


@pytest.fixture(scope="module")
def mnist():
    return gn.load_mnist(normalize=False)


def reports_of(name, mnist, *, rows, epochs, max_steps=None):
    """Train a recipe on some digits; return what the doctor says from outside and from within, and the accuracy."""
    recipe = RECIPES[name]
    (x, t), (x_test, t_test) = mnist
    low, high = recipe.targets
    data, held_out = (
        (recipe.scale(x[:count]), gn.one_hot(t[:count], 10, low=low, high=high))
        for x, t, count in ((x, t, rows), (x_test, t_test, 1000))
    )
    network = gn.Network(recipe.layers(784, 10), recipe.loss)
    doctor = gn.Doctor()
    history = network.fit(
        *data, optimizer=recipe.optimizer, epochs=epochs, batch_size=recipe.batch_size, shuffle=recipe.shuffle,
        augmentation=recipe.augmentation, max_steps=max_steps, validation_data=held_out, callbacks=[doctor],
        executor="reference", verbose=0,
    )  # fmt: skip
    return (
        network.diagnose(*data, history=history, validation_data=held_out),
        doctor.report,
        history["val_accuracy"][-1],
    )


@pytest.mark.parametrize(
    ("name", "epochs"),
    [
        *((name, epochs) for name in ("two-layer", "feedforward") for epochs in (1, 3)),
        ("deep-online", 1),
        pytest.param("deep-online", 3, marks=pytest.mark.slow),
    ],
)
def test_nothing_is_found_in_a_recipe_cut_short(name, epochs, mnist):
    rows = 2000 if name == "deep-online" else 10_000
    *reports, _ = reports_of(name, mnist, rows=rows, epochs=epochs)
    assert [report.codes for report in reports] == [(), ()]


def test_nothing_is_found_in_the_default_recipe_cut_short(mnist):
    *reports, accuracy = reports_of("default", mnist, rows=8000, epochs=1)
    assert [report.codes for report in reports] == [(), ()]
    assert accuracy > 0.8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "epochs", "least"),
    [("two-layer", 17, 0.91), ("feedforward", 10, 0.95), ("deep-online", 1, 0.9), ("default", 2, 0.95)],
)
def test_nothing_is_found_in_a_recipe(name, epochs, least, mnist):
    *reports, accuracy = reports_of(name, mnist, rows=60_000, epochs=epochs, max_steps=RECIPES[name].max_steps)
    assert [report.codes for report in reports] == [(), ()]
    assert accuracy > least


def test_the_first_random_networks_are_found_healthy():
    runs = [random_run(seed) for seed in range(3)]
    assert any(run.healthy for run in runs)
    for run in runs:
        if run.healthy:
            assert (run.report.codes, run.callback_report.codes) == ((), ())


@pytest.mark.slow
def test_false_alarms_are_rare():
    """At most 1% of 200 healthy trainings: `python -m benchmarks.doctor_false_alarms` shows each of them."""
    alarms, healthy, seed = 0, 0, 0
    while healthy < 200:
        run = random_run(seed)
        seed += 1
        if run.healthy:
            healthy += 1
            alarms += bool(run.report or run.callback_report)
    assert alarms <= 2
