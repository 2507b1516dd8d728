"""`fit` from outside: what it learns, what it counts, and that the same seed gives the same bits."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import threadpoolctl

import glassnet as gn
from glassnet.data.scaling import SCALINGS
from glassnet.engine import entry
from glassnet.mathematics.checks import ArgumentError, DataError
from glassnet.training.prepare import as_samples


def bits(net):
    return net.parameters.flat.tobytes() + net.state.flat.tobytes()


def mixed(seed=5):
    """A network with everything that draws or remembers: dropout, batch normalization, an own slope."""
    layers = [
        gn.Dense(2, 6),
        gn.BatchNorm(),
        gn.PReLU(),
        gn.Dropout(0.3),
        gn.Maxout(6, 4),
        gn.Dense(4, 3),
        gn.Softmax(),
    ]
    return gn.Network(layers, seed=seed)


# What it learns


def test_lecture_001_finds_w_1_b_0(line):
    net = line()
    history = net.fit(
        [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0], optimizer=gn.SGD(0.1), epochs=2000, batch_size="full", verbose=0
    )
    assert net.parameters["W1"][0, 0] == pytest.approx(1, abs=1e-6)
    assert net.parameters["b1"][0] == pytest.approx(0, abs=1e-6)
    assert history["loss"][0] == pytest.approx(14 / 3)  # W = 0: (1 + 4 + 9) / 3, the lecture's 4.67
    assert history["loss"][-1] < 1e-12


def test_online_learning_by_hand(line):
    """Batch size 1, in order: w ← w − η 2 (w x + b − t) x after each sample."""
    x, t = np.array([1.0, 2.0, -1.0]), np.array([3.0, 1.0, 0.5])
    net = line()
    net.fit(x[:, None], t, optimizer=gn.SGD(0.05), epochs=2, batch_size=1, shuffle=False, verbose=0)
    w = b = 0.0
    for value, target in [*zip(x, t, strict=True)] * 2:
        error = w * value + b - target
        w, b = w - 0.05 * 2 * error * value, b - 0.05 * 2 * error
    assert net.parameters["W1"][0, 0] == pytest.approx(w, rel=1e-12)
    assert net.parameters["b1"][0] == pytest.approx(b, rel=1e-12)


def test_a_short_last_batch_is_averaged_over_its_own_rows(line):
    """Five samples in batches of two: the fifth is alone, and its gradient is divided by 1."""
    x, t = np.arange(1.0, 6.0), np.array([1.0, 0.0, 2.0, 1.0, 4.0])
    net = line()
    net.fit(x[:, None], t, optimizer=gn.SGD(0.01), epochs=1, batch_size=2, shuffle=False, verbose=0)
    w = b = 0.0
    losses = []
    for rows in (slice(0, 2), slice(2, 4), slice(4, 5)):
        error = w * x[rows] + b - t[rows]
        losses.append(np.mean(error**2))
        w, b = w - 0.01 * 2 * np.mean(error * x[rows]), b - 0.01 * 2 * np.mean(error)
    assert net.parameters["W1"][0, 0] == pytest.approx(w, rel=1e-12)
    history = line().fit(x[:, None], t, optimizer=gn.SGD(0.01), epochs=1, batch_size=2, shuffle=False, verbose=0)
    assert history.steps["loss"] == pytest.approx(losses)
    assert history["loss"] == pytest.approx([(2 * losses[0] + 2 * losses[1] + losses[2]) / 5])


def test_it_learns_clusters_with_every_form_of_targets(clusters, classifier):
    x, t = clusters
    results = []
    for targets in (t, t.astype(float).tolist(), gn.one_hot(t, 3), gn.one_hot(t, 3).astype(int)):
        net = classifier()
        history = net.fit(x, targets, optimizer=gn.Adam(0.05), epochs=30, batch_size=10, verbose=0)
        assert net.accuracy(x, t) == 1.0
        results.append((bits(net), history.to_dict()["epochs"]["loss"]))
    assert all(result == results[0] for result in results)


def test_one_sigmoid_output_learns_xor():
    net = gn.Network([gn.Dense(2, 4), gn.Tanh(), gn.Dense(4, 1), gn.Sigmoid()], seed=1)
    history = net.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], optimizer=gn.Adam(0.1), epochs=150, verbose=0)
    assert net.classify([[0, 0], [0, 1], [1, 0], [1, 1]]).tolist() == [0, 1, 1, 0]
    assert history["accuracy"][-1] == 1.0


def test_a_regression_has_no_accuracy(line):
    history = line().fit([[1.0], [2.0]], [1.0, 2.0], validation_data=([[3.0]], [3.0]), epochs=1, verbose=0)
    assert not {"accuracy", "val_accuracy"} & (history.epochs.keys() | history.steps.keys())
    assert "val_loss" in history


def test_running_statistics_move_with_each_step():
    """0.9 of the old and 0.1 of the batch's mean and unbiased variance, from 0 and 1."""
    net = gn.Network([gn.BatchNorm(), gn.Dense(1, 1)], loss="mean_squared_error", dtype="float64")
    x = np.array([[1.0], [2.0], [6.0], [3.0]])
    net.fit(x, x[:, 0], epochs=1, batch_size=2, shuffle=False, verbose=0)
    mean = 0.9 * (0.9 * 0 + 0.1 * 1.5) + 0.1 * 4.5
    variance = 0.9 * (0.9 * 1 + 0.1 * 0.5) + 0.1 * 4.5
    assert net.state["running_mean0"] == pytest.approx([mean])
    assert net.state["running_variance0"] == pytest.approx([variance])


# What it counts


def test_history_is_complete(clusters, classifier):
    x, t = clusters
    history = classifier().fit(x, t, epochs=3, batch_size=8, validation_data=(x[:5], t[:5]), verbose=0)
    assert set(history.epochs) == {
        "epoch", "step", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds",
        "samples_per_second",
    }  # fmt: skip
    assert set(history.steps) == {"step", "loss", "accuracy", "learning_rate"}
    assert {len(values) for values in history.epochs.values()} == {3}
    assert {len(values) for values in history.steps.values()} == {12}
    assert history["epoch"] == [1, 2, 3]
    assert history["step"] == [4, 8, 12]
    assert history.steps["step"] == list(range(1, 13))
    assert all(rate > 0 for rate in history["samples_per_second"])
    assert history.stopped == "all epochs done"


def test_the_losses_are_those_that_were_differentiated(clusters):
    """Each step's loss is the train-mode loss of its batch before the update, dropout masks and all."""
    x, t = clusters
    net = mixed()
    seen = []

    class Watch(gn.callbacks.Callback):
        def on_gradients(self, run):
            given = {"step": run.step, "mode": "train"}
            loss = net.loss(run.batch["X"], run.batch["t"], **given)
            gradients = net.gradients(run.batch["X"], run.batch["t"], **given)
            assert all(np.array_equal(gradients[name], run.batch[f"d{name}"]) for name in net.parameters)
            seen.append(loss)

    history = net.fit(x, t, epochs=2, batch_size=7, callbacks=[Watch()], verbose=0)
    assert history.steps["loss"] == seen
    assert len(seen) == 10


def test_epoch_metrics_are_means_over_samples(clusters, classifier):
    """With a learning rate of almost 0 the network stands still: the epoch's metrics are those of the whole data."""
    x, t = clusters
    net = classifier(dtype="float64")
    history = net.fit(x, t, optimizer=gn.SGD(1e-15), epochs=1, batch_size=8, verbose=0)  # the last batch has 6
    assert history["loss"][0] == pytest.approx(net.loss(x, t), rel=1e-9)
    assert history["accuracy"][0] == pytest.approx(net.accuracy(x, t))


def test_every_sample_is_seen_once_an_epoch(clusters, classifier):
    x, t = clusters
    orders = {}

    class Watch(gn.callbacks.Callback):
        def on_step_end(self, run):
            orders.setdefault(run.epoch, []).append(run.batch["X"])

    classifier().fit(x, t, epochs=3, batch_size=8, callbacks=[Watch()], verbose=0)
    epochs = [np.vstack(batches) for batches in orders.values()]
    for rows in epochs:
        assert sorted(map(tuple, rows.tolist())) == sorted(map(tuple, x.astype(np.float32).tolist()))
    assert not np.array_equal(epochs[0], epochs[1])  # drawn anew
    orders.clear()
    classifier().fit(x, t, epochs=2, batch_size=8, shuffle=False, callbacks=[Watch()], verbose=0)
    assert all(np.array_equal(np.vstack(batches), x.astype(np.float32)) for batches in orders.values())


def test_default_and_full_batches(clusters, classifier):
    x, t = clusters
    many = np.tile(x, (8, 1))
    assert len(classifier().fit(many, np.tile(t, 8), epochs=1, verbose=0).steps["step"]) == 3  # 100, 100, 40
    assert len(classifier().fit(x, t, epochs=2, verbose=0).steps["step"]) == 2
    assert len(classifier().fit(x, t, epochs=2, batch_size="full", verbose=0).steps["step"]) == 2
    assert len(classifier().fit(x, t, epochs=1, batch_size=np.int64(30), verbose=0).steps["step"]) == 1


def test_max_steps_ends_within_an_epoch(clusters, classifier):
    net = classifier()
    history = net.fit(*clusters, epochs=9, batch_size=8, max_steps=6, verbose=0)
    assert len(history.steps["step"]) == 6
    assert history["step"] == [4, 6]
    assert history.stopped == "max_steps done"
    assert net.metadata["training"]["steps"] == 6


@pytest.mark.parametrize(
    ("max_steps", "ending"), [(7, "max_steps done"), (8, "all epochs done"), (99, "all epochs done")]
)
def test_it_says_whether_epochs_or_steps_were_done_first(clusters, classifier, max_steps, ending):
    x, t = clusters
    net = classifier()
    batch_size = -(-len(x) // 4)
    for resume in (False, True):
        history = net.fit(x, t, epochs=2, batch_size=batch_size, max_steps=max_steps, resume=resume, verbose=0)
        assert history.stopped == ending


def test_masked_numbers_are_refused_and_a_mask_of_none_is_nothing(clusters, classifier):
    x, t = clusters
    masked = np.ma.masked_array(x, mask=np.zeros(x.shape, bool))
    np.testing.assert_array_equal(classifier(seed=1).predict(masked), classifier(seed=1).predict(x))
    plain, same = classifier(seed=1), classifier(seed=1)
    plain.fit(x, t, verbose=0, epochs=1)
    same.fit(masked, t, verbose=0, epochs=1)
    np.testing.assert_array_equal(plain.parameters.flat, same.parameters.flat)
    masked[3, 0] = np.ma.masked
    network = classifier()
    uses = [
        lambda: network.fit(masked, t, verbose=0),
        lambda: network.predict(masked),
        lambda: network.predict(np.ma.concatenate([masked] * 2000)),  # so many that it is compiled
        lambda: network.accuracy(masked, t),
        lambda: SCALINGS["unit"](masked),
    ]
    for use in uses:
        with pytest.raises(DataError, match="has masked numbers"):
            use()


def test_bytes_of_a_memory_map_stay_where_they_are(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(60, dtype=np.uint8).reshape(20, 3))
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    network = gn.Network([gn.Dense(3, 2), gn.Softmax()])
    samples = as_samples(network, x, np.arange(20) % 2, scaling=SCALINGS["unit"])
    assert np.shares_memory(samples.x, x)


def test_metadata_describe_the_training(clusters, classifier):
    x, t = clusters
    net = classifier(seed=4)
    history = net.fit(x, t, optimizer=gn.SGD(0.1), epochs=2, batch_size=np.int64(8), verbose=0)
    training = net.metadata["training"]
    assert training.pop("last_epoch") == {
        name: history[name][-1] for name in ("epoch", "step", "loss", "accuracy", "learning_rate")
    }
    assert training == {
        "optimizer": "SGD(learning_rate=0.1, weight_decay=0.0)", "batch_size": 8, "epochs": 2, "steps": 8, "seed": 4,
        "stopped": "all epochs done", "best": {"loss": min(history["loss"]), "accuracy": max(history["accuracy"])},
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [(), (0,), (2,), (4,), (0, 1, 4)])
def test_accuracy_counts_the_samples_of_a_short_last_batch_once(wrong):
    """Batches of 2, 2 and 1: an accuracy is the right answers of 5, in whichever batch the wrong ones are."""
    net = gn.Network([gn.Dense(1, 2, init="zeros"), gn.Softmax()], dtype="float64")
    net.parameters["b1"] = [1.0, 0.0]  # always says class 0, since it stands still
    t = [int(row in wrong) for row in range(5)]
    history = net.fit(np.zeros((5, 1)), t, optimizer=gn.SGD(1e-300), epochs=1, batch_size=2, shuffle=False, verbose=0)
    assert history["accuracy"] == pytest.approx([(5 - len(wrong)) / 5])


# Validation


def test_validation_data_are_measured_and_never_trained_on(clusters):
    x, t = clusters
    plain, validated = mixed(), mixed()
    plain.fit(x, t, epochs=3, batch_size=8, verbose=0)
    history = validated.fit(x, t, epochs=3, batch_size=8, validation_data=(-x, 2 - t), verbose=0)
    assert bits(plain) == bits(validated)
    assert history["val_loss"][-1] == validated.loss(-x, 2 - t)
    assert history["val_accuracy"][-1] == validated.accuracy(-x, 2 - t)


def test_a_validation_fraction_is_taken_out(clusters):
    x, t = clusters
    net = mixed()
    seen = []
    history = net.fit(
        x, t, epochs=2, batch_size=8, validation_fraction=0.2, verbose=0,
        augmentation=lambda rows, rng: (seen.append(rows), rows)[1],
    )  # fmt: skip
    trained = {tuple(row) for rows in seen for row in rows.tolist()}
    everything = {tuple(row) for row in x.astype(np.float32).tolist()}
    assert len(everything) == 30
    assert len(trained) == 24
    held = np.array([tuple(row) not in trained for row in x.astype(np.float32).tolist()])
    assert history["val_loss"][-1] == net.loss(x[held], t[held])
    # Whatever stands in the rows held out, the parameters are the same to the bit.
    other, changed = mixed(), x.copy()
    changed[held] += 100
    other.fit(changed, t, epochs=2, batch_size=8, validation_fraction=0.2, verbose=0)
    assert bits(other) == bits(net)


def test_validation_with_weights(clusters, classifier):
    x, t = clusters
    weights = np.linspace(0, 1, 30)
    net = classifier()
    history = net.fit(x, t, epochs=1, validation_data=(x, t, weights), verbose=0)
    assert history["val_loss"] == [net.loss(x, t, sample_weight=weights)]


# The same bits


def test_the_same_seed_gives_the_same_bits(clusters):
    def trained(seed):
        net = mixed(seed)
        net.fit(*clusters, epochs=3, batch_size=8, augmentation=lambda x, rng: x + rng.normal(size=x.shape), verbose=0)
        return bits(net)

    assert trained(1) == trained(1)
    assert trained(1) != trained(2)


def test_two_processes_give_the_same_bits():
    code = (
        "import hashlib, numpy as np, glassnet as gn\n"
        "x = np.sin(np.arange(400.0)).reshape(40, 10)\n"
        "layers = [gn.Dense(10, 20), gn.BatchNorm(), gn.ReLU(), gn.Dropout(0.5), gn.Dense(20, 4), gn.Softmax()]\n"
        "net = gn.Network(layers, seed=3)\n"
        "net.fit(x, np.arange(40) % 4, epochs=3, batch_size=7, threads=1, verbose=0)\n"
        "print(hashlib.sha256(net.parameters.flat).hexdigest())"
    )
    digests = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]
    assert digests[0] == digests[1]
    assert len(digests[0].strip()) == len(hashlib.sha256().hexdigest())


def test_nothing_touches_the_global_generator_or_the_data(clusters):
    x, t = clusters[0].astype(np.float32), clusters[1].copy()
    before, state = (x.copy(), t.copy()), np.random.get_state()[1].copy()  # noqa: NPY002  # that it is untouched is the point
    mixed().fit(x, t, epochs=2, batch_size=8, augmentation=lambda rows, rng: np.multiply(rows, 0, out=rows), verbose=0)
    mixed().fit(x, t, epochs=2, shuffle=False, augmentation=lambda rows, rng: np.multiply(rows, 0, out=rows), verbose=0)
    assert np.array_equal(x, before[0])
    assert np.array_equal(t, before[1])
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_a_second_fit_begins_afresh_from_the_present_parameters(clusters, classifier):
    net = classifier()
    net.fit(*clusters, epochs=2, batch_size=8, verbose=0)
    other = classifier(seed=0)
    other.parameters.update(net.parameters)
    history = net.fit(*clusters, epochs=2, batch_size=8, verbose=0)
    assert history["epoch"] == [1, 2]
    other.fit(*clusters, epochs=2, batch_size=8, verbose=0)
    assert bits(net) == bits(other)


# Executors and threads


@pytest.mark.parametrize("executor", ["auto", "compiled", "reference"])
def test_executors_by_name(executor, clusters, classifier):
    if executor == "compiled" and entry.unavailable():
        with pytest.raises(ArgumentError, match="executor='compiled' must have a training that can be compiled: Numba"):
            classifier().fit(*clusters, executor=executor, epochs=1, verbose=0)
        return
    assert classifier().fit(*clusters, executor=executor, epochs=1, verbose=0)["epoch"] == [1]


def test_threads_are_limited_and_given_back(clusters, classifier):
    def threads():
        return [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]

    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before, during = threads(), []
        if not before:
            pytest.skip("this NumPy has no BLAS that threadpoolctl knows")
        classifier().fit(*clusters, threads=1, epochs=1, callbacks=[lambda run: during.append(threads())], verbose=0)
        assert during == [[1] * len(before)]
        assert threads() == before
        classifier().fit(*clusters, epochs=1, callbacks=[lambda run: during.append(threads())], verbose=0)
        assert during[1] == [1] * len(before)  # what small products are left to

        def fail(run):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            classifier().fit(*clusters, threads=1, epochs=1, callbacks=[fail], verbose=0)
        assert threads() == before


# Augmentation


def test_augmentation_changes_inputs_and_not_targets(clusters, classifier):
    x, t = clusters
    shapes = []

    def shift(rows, rng):
        shapes.append((rows.shape, rows.dtype))
        return (rows + 1).tolist()  # what is no array of the dtype is made one

    class Watch(gn.callbacks.Callback):
        def on_step_end(self, run):
            assert run.batch["X"].dtype == np.float32
            assert np.array_equal(run.batch["X"], x.astype(np.float32) + np.float32(1))
            assert np.array_equal(run.batch["t"], gn.one_hot(t, 3))

    classifier().fit(
        x, t, epochs=1, batch_size="full", shuffle=False, augmentation=shift, callbacks=[Watch()], verbose=0
    )
    assert shapes == [((30, 2), np.float32)]


def test_a_network_is_trained_by_one_thread_at_a_time():
    net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
    x, t = [[1.0, 2.0]], [3.0]

    def train_it_too(run):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(net.fit, x, t, epochs=1, verbose=0).result()

    with pytest.raises(gn.GlassnetError, match="being trained already, by another thread"):
        net.fit(x, t, epochs=1, verbose=0, callbacks=[train_it_too])
    net.fit(x, t, epochs=1, verbose=0)  # the refused one has left nothing behind
