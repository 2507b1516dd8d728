"""`resume=True`: two trainings of two epochs are, bit for bit, one of four."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.training import schedules
from glassnet.training.optimizers import OPTIMIZERS


def network(dtype="float32"):
    layers = [gn.Dense(2, 6), gn.BatchNorm(), gn.ReLU(), gn.Dropout(0.3), gn.Maxout(6, 4), gn.Dense(4, 3), gn.Softmax()]
    return gn.Network(layers, seed=11, dtype=dtype)


def noise(x, rng):
    return x + 0.1 * rng.normal(size=x.shape)


def bits(net):
    return net.parameters.flat.tobytes() + net.state.flat.tobytes()


def train(net, clusters, epochs, **arguments):
    return net.fit(*clusters, epochs=epochs, **{"batch_size": 7, "augmentation": noise, "verbose": 0, **arguments})


SETTINGS = {
    **{name: kind(0.02) for name, kind in OPTIMIZERS.items()},
    "decay": gn.AdamW(0.02, weight_decay=0.1),
    "numpy": gn.Adam(np.float64(0.02), beta1=np.float32(0.8)),
    "steps": gn.Momentum(schedules.StepDecay(0.05, every=1, factor=0.5)),
    "constant": gn.Nesterov(schedules.Constant(0.02)),
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_and_two_are_four(name, dtype, tmp_path, clusters):
    optimizer = SETTINGS[name]
    whole, parts = network(dtype), network(dtype)
    expected = train(whole, clusters, 4, optimizer=optimizer)
    first = train(parts, clusters, 2, optimizer=optimizer)
    loaded = gn.load(parts.save(tmp_path / "model.safetensors", training_state=True))
    assert loaded.training_state.optimizer == optimizer
    for net in (parts, loaded):
        second = train(net, clusters, 2, resume=True)
        assert bits(net) == bits(whole)
        assert first["loss"] + second["loss"] == expected["loss"]
        assert first.steps["step"] + second.steps["step"] == expected.steps["step"]
        assert second["epoch"] == [3, 4]
        assert {**net.metadata["training"], "last_epoch": 0} == {**whole.metadata["training"], "last_epoch": 0}


def test_without_resume_it_is_another_training(clusters):
    whole, parts = network(), network()
    train(whole, clusters, 4)
    train(parts, clusters, 2)
    train(parts, clusters, 2)
    assert bits(parts) != bits(whole)


@pytest.mark.parametrize(
    "schedule", [schedules.Cosine(0.1), schedules.OneCycle(0.1), schedules.WarmUp(schedules.Cosine(0.1), 5)]
)
def test_a_planned_training_that_was_cut_short_goes_down_the_same_curve(schedule, tmp_path, clusters):
    """Planned for 4 epochs, stopped after 2 and resumed with the other 2: the total is 4 all along."""
    whole, parts = network(), network()
    train(whole, clusters, 4, optimizer=gn.SGD(schedule))
    stop = lambda run: run.stop("enough for today") if run.epoch == 2 else None  # noqa: E731  # short is clear
    train(parts, clusters, 4, optimizer=gn.SGD(schedule), callbacks=[stop, gn.callbacks.Checkpoint(tmp_path / "model")])
    loaded = gn.load(tmp_path / "model")
    for net in (parts, loaded):
        train(net, clusters, 2, resume=True)
        assert bits(net) == bits(whole)


def test_a_schedule_that_had_ended_takes_its_place_on_the_longer_way(clusters):
    net = network()
    optimizer = gn.SGD(schedules.Cosine(0.1))
    rates = train(net, clusters, 2, optimizer=optimizer).steps["learning_rate"]
    more = train(net, clusters, 2, resume=True).steps["learning_rate"]
    assert rates == [optimizer.learning_rate.rate(step, 10, 5) for step in range(10)]
    assert more == [optimizer.learning_rate.rate(step, 20, 5) for step in range(10, 20)]


def test_what_is_cut_within_an_epoch_goes_on_with_a_new_one(clusters):
    net = network()
    train(net, clusters, 3, max_steps=7)
    history = train(net, clusters, 2, resume=True)
    assert history["epoch"] == [3, 4]
    assert history.steps["step"] == list(range(8, 18))


def test_the_rate_may_be_changed_and_the_kind_may_not(clusters):
    net = network()
    train(net, clusters, 1, optimizer=gn.Adam(0.1))
    kept = {name: {slot: array.copy() for slot, array in own.items()} for name, own in net.training_state.slots.items()}
    history = train(net, clusters, 1, optimizer=gn.Adam(0.01), resume=True, max_steps=1)
    assert history.steps["learning_rate"] == [0.01]
    m, g = net.training_state.slots["W1"]["m"], kept["W1"]["m"]
    assert not np.array_equal(m, g)
    assert np.abs(m - 0.9 * g).max() < 0.1 * 50  # m ← 0.9 m + 0.1 g: the old m is in it
    with pytest.raises(gn.GlassnetError, match="must go on with the same kind of optimizer, Adam"):
        train(net, clusters, 1, optimizer=gn.AdamW(0.1), resume=True)


def test_a_network_saved_without_its_training_state_cannot_be_resumed(tmp_path, clusters):
    net = network()
    train(net, clusters, 1)
    loaded = gn.load(net.save(tmp_path / "model"))
    with pytest.raises(gn.GlassnetError, match="resume=True must follow a fit of the same network, or a checkpoint"):
        train(loaded, clusters, 1, resume=True)


def test_the_same_rows_are_held_out_again(clusters):
    """A sample that was validated on must not be trained on after a resume."""
    seen = []
    net = network()

    def watch(x, rng):
        seen.extend(map(tuple, x.tolist()))
        return x

    for resume in (False, True):
        net.fit(*clusters, epochs=2, validation_fraction=0.3, augmentation=watch, resume=resume, verbose=0)
    assert len(set(seen)) == 21


def test_resuming_after_early_stopping(clusters):
    net = network()
    train(net, clusters, 5, callbacks=[gn.callbacks.EarlyStopping("learning_rate", patience=1)])  # never better
    assert net.training_state.epoch == 1
    assert train(net, clusters, 1, resume=True)["epoch"] == [2]


@pytest.mark.parametrize("optimizer", [gn.SGD(0.05), gn.Adam(0.02)])
def test_resuming_after_early_stopping_goes_on_from_the_best_epoch(optimizer, tmp_path, clusters):
    """To the bit: slots, counts and generators are those of the epoch whose parameters are back."""
    whole, net = network(), network()
    train(whole, clusters, 4, optimizer=optimizer)
    callbacks = [lambda run: run.metrics.update(loss=[3, 2, 5, 4, 6][run.epoch - 1])]
    train(net, clusters, 5, optimizer=optimizer, callbacks=[*callbacks, gn.callbacks.EarlyStopping("loss", patience=3)])
    loaded = gn.load(net.save(tmp_path / "model", training_state=True))
    for one in (net, loaded):
        history = train(one, clusters, 2, resume=True)
        assert history["epoch"] == [3, 4]
        assert bits(one) == bits(whole)
