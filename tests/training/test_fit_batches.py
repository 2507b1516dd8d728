"""`fit` with batches is `fit` with arrays: the same steps, history, callbacks and validation."""

import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn
from executors import EXECUTORS, NEEDS_NUMBA
from glassnet.training.callbacks import Callback, Checkpoint, EarlyStopping
from glassnet.training.fit import NotFiniteWarning


def cut(x, t, size=8, weight=None):
    extra = () if weight is None else (weight,)
    return [tuple(part[start : start + size] for part in (x, t, *extra)) for start in range(0, len(x), size)]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("kind", ["list", "function", "arrays"])
def test_it_is_the_training_with_arrays(kind, executor, clusters, classifier):
    x, t = clusters
    source = {"list": cut(x, t), "function": lambda: iter(cut(x, t)), "arrays": gn.batches(x, t, batch_size=8)}[kind]
    settings = {"epochs": 3, "executor": executor, "verbose": 0, "optimizer": gn.Momentum(0.05)}
    nets = [classifier(), classifier()]
    histories = [
        nets[0].fit(x, t, batch_size=8, shuffle=False, validation_data=(x, t), **settings),
        nets[1].fit(source, validation_data=gn.batches(x, t, batch_size=7), **settings),
    ]
    assert np.array_equal(nets[0].parameters.flat, nets[1].parameters.flat)
    for name in ("epoch", "step", "loss", "accuracy", "learning_rate"):
        assert histories[0][name] == histories[1][name]
    assert histories[0].steps == histories[1].steps
    assert histories[1]["val_loss"] == pytest.approx(histories[0]["val_loss"], rel=1e-6)
    assert histories[1]["val_accuracy"] == pytest.approx(histories[0]["val_accuracy"], rel=1e-6)
    assert histories[0].stopped == histories[1].stopped == "all epochs done"


@NEEDS_NUMBA
def test_inputs_that_are_mostly_zeros():
    rng = np.random.default_rng(0)
    x = (rng.random((200, 40)) * (rng.random((200, 40)) < 0.2)).astype(np.float32)
    t = rng.integers(0, 3, 200)
    nets = [gn.Network([gn.Dense(40, 8), gn.ReLU(), gn.Dense(8, 3), gn.Softmax()]) for _ in range(3)]
    nets[0].fit(x, t, batch_size=16, shuffle=False, epochs=2, executor="compiled", verbose=0)
    nets[1].fit(cut(x, t, 16), epochs=2, executor="compiled", verbose=0)
    for x_batch, t_batch in 2 * cut(x, t, 16):
        nets[2].partial_fit(x_batch, t_batch, executor="compiled")
    for net in nets[1:]:
        assert np.array_equal(net.parameters.flat, nets[0].parameters.flat)


def test_a_loss_that_is_not_finite_is_warned_of_where_fit_was_called(clusters, classifier):
    net = classifier()
    net.parameters["W2"][0, 0] = np.nan
    with pytest.warns(NotFiniteWarning) as caught:
        net.fit(cut(*clusters), epochs=1, executor="reference", verbose=0)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("executor", EXECUTORS)
def test_weights_classes_and_augmentation(executor, clusters, classifier):
    x, t = clusters
    weight = np.linspace(0.5, 2, len(x))

    def shift(x, rng):
        return x + rng.normal(size=x.shape)

    settings = {"epochs": 2, "executor": executor, "verbose": 0, "class_weight": [1, 2, 3], "augmentation": shift}
    nets = [classifier(), classifier()]
    nets[0].fit(x, t, batch_size=8, shuffle=False, sample_weight=weight, **settings)
    nets[1].fit(cut(x, t, weight=weight), **settings)
    assert np.array_equal(nets[0].parameters.flat, nets[1].parameters.flat)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_batches_of_different_sizes(executor):
    """Each batch is a step, whatever its size; the oracle is one fit a batch."""
    rng = np.random.default_rng(0)
    sizes = [3, 3, 1, 7, 2, 7, 7, 4]
    data = [(rng.integers(0, 256, (n, 5)).astype(np.uint8), rng.integers(0, 2, n)) for n in sizes]
    nets = [gn.Network([gn.Dense(5, 3), gn.Tanh(), gn.Dense(3, 2), gn.Softmax()]) for _ in range(2)]
    history = nets[0].fit(data, scaling="unit", optimizer=gn.SGD(0.1), epochs=1, verbose=0,
                          executor=executor)  # fmt: skip
    assert len(history.steps["loss"]) == len(sizes)
    for x, t in data:
        nets[1].fit((x / np.float32(255)).astype(np.float32), t, optimizer=gn.SGD(0.1), batch_size="full", epochs=1,
                    executor="reference", shuffle=False, verbose=0)  # fmt: skip
    assert np.allclose(nets[0].parameters.flat, nets[1].parameters.flat, rtol=1e-5, atol=1e-6)


@NEEDS_NUMBA
def test_a_source_may_use_its_memory_again(clusters, classifier):
    x, t = clusters[0].astype(np.float32), clusters[1]
    room = np.empty((5, 2), np.float32)

    def reused():
        for start in range(0, 30, 5):
            room[:] = x[start : start + 5]
            yield room, t[start : start + 5]

    nets = [classifier(), classifier()]
    nets[0].fit(reused, epochs=2, executor="compiled", verbose=0)
    nets[1].fit(cut(x, t, 5), epochs=2, executor="compiled", verbose=0)
    assert np.array_equal(nets[0].parameters.flat, nets[1].parameters.flat)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_callbacks_see_every_step(executor, clusters, classifier):
    seen = []

    class Watch(Callback):
        def on_gradients(self, run):
            seen.append((run.step, run.batch["dW1"].shape, len(run.batch["X"])))

    net = classifier()
    net.fit(cut(*clusters), epochs=2, callbacks=[Watch()], executor=executor, verbose=0)
    assert [step for step, _, _ in seen] == list(range(8))
    assert [rows for _, _, rows in seen] == [8, 8, 8, 6] * 2


def test_checkpoints_resume_and_early_stopping(tmp_path, clusters, classifier):
    whole, part = classifier(), classifier()
    settings = {"verbose": 0, "validation_data": clusters}
    whole.fit(cut(*clusters), epochs=4, **settings)
    part.fit(cut(*clusters), epochs=2, callbacks=[Checkpoint(tmp_path / "model")], **settings)
    resumed = gn.load(tmp_path / "model")
    history = resumed.fit(cut(*clusters), epochs=2, resume=True, **settings)
    assert history["epoch"] == [3, 4]
    assert np.array_equal(resumed.parameters.flat, whole.parameters.flat)
    stopped = classifier().fit(cut(*clusters), epochs=50, optimizer=gn.SGD(1e-9), **settings,
                               callbacks=[EarlyStopping(patience=2, min_delta=0.1)])  # fmt: skip
    assert stopped.stopped.startswith("early stopping")


@pytest.mark.parametrize("executor", EXECUTORS)
def test_max_steps_ends_an_endless_source(executor, clusters, classifier):
    def endless():
        while True:
            yield clusters

    net = classifier()
    history = net.fit(endless, epochs=1, max_steps=5, executor=executor, verbose=0)
    assert (len(history.steps["step"]), history.stopped) == (5, "max_steps done")
    history = net.fit(gn.batches(endless, length=3), epochs=2, optimizer=gn.SGD(gn.schedules.Cosine(0.1)),
                      executor=executor, verbose=0)  # fmt: skip
    assert (history["step"], history.stopped) == ([3, 6], "all epochs done")


def test_the_display_does_without_a_length(clusters, classifier, capsys):
    classifier().fit(lambda: iter(cut(*clusters)), epochs=2, executor="reference")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]


def empty():
    yield from ()


CASES = {
    "iterator, two epochs": (lambda x, t: (iter(cut(x, t)),), {"epochs": 2}, "epochs must be 1, got 2: an iterator"),
    "t too": (lambda x, t: (iter(cut(x, t)), t), {}, "t must be left out: x gives batches"),
    "no t": (lambda x, t: (x,), {}, "t must be given with x"),
    "no t for a list": (lambda x, t: (x.tolist(),), {}, "t must be given with x"),
    "no t for a table": (lambda x, t: ([[0.1, 0.2], [0.3, 0.4]],), {}, "t must be given with x"),
    "no t for a tuple": (lambda x, t: ((x, t),), {}, "t must be given with x"),
    "batch_size": (lambda x, t: (cut(x, t),), {"batch_size": 3}, "batch_size must be left out"),
    "fraction": (lambda x, t: (cut(x, t),), {"validation_fraction": 0.1}, "validation_fraction must be left out"),
    "weight": (lambda x, t: (cut(x, t),), {"sample_weight": [1.0]}, "sample_weight must be left out with batches"),
    "balanced": (lambda x, t: (cut(x, t),), {"class_weight": "balanced"}, "must know all targets"),
    "nothing": (lambda x, t: (empty,), {}, "there is not one batch"),
    "a schedule": (
        lambda x, t: (lambda: iter(cut(x, t)),), {"optimizer": gn.Adam(gn.schedules.Cosine(0.1))},
        "must know how many steps there will be",
    ),
    "too wide": (lambda x, t: ([(x, t), (np.ones((2, 3)), [0, 1])],), {}, r"batch 2: x must have the shape \(N, 2\)"),
    "nan": (lambda x, t: ([(x, t), (x * np.nan, t)],), {}, "batch 2: x must be finite"),
    "no batch": (lambda x, t: ([(x, t), x],), {}, r"batch 2 must be \(x, t\)"),
    "validation": (
        lambda x, t: (x, t), {"validation_data": gn.batches([(x := np.ones((2, 3)), [0, 1])])},
        "validation batch 1: x must have",
    ),
    "no validation": (lambda x, t: (x, t), {"validation_data": empty}, "there is no validation batch"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "settings", "words"), CASES.values(), ids=CASES)
def test_what_cannot_be_used_is_said(given, settings, words, clusters, classifier):
    with pytest.raises(gn.GlassnetError, match=words):
        classifier().fit(*given(*clusters), **{"epochs": 1, "verbose": 0, "executor": "reference", **settings})


def test_an_error_of_the_source_comes_through(clusters, classifier):
    class OwnError(Exception):
        pass

    def broken():
        yield clusters
        raise OwnError

    with pytest.raises(OwnError):
        classifier().fit(broken, epochs=1, verbose=0)


def test_pytorch_data_is_trained_on(clusters, classifier):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from torch.utils.data import DataLoader, Dataset, TensorDataset

    x, t = clusters
    tensors = TensorDataset(torch.tensor(x), torch.tensor(t))

    class Samples(Dataset):
        def __len__(self):
            return len(x)

        def __getitem__(self, row):
            return tensors[row]

    settings = {"epochs": 2, "executor": "reference", "verbose": 0}
    nets = [classifier() for _ in range(4)]
    nets[0].fit(x, t, batch_size=8, shuffle=False, **settings)
    nets[1].fit(DataLoader(tensors, batch_size=8), **settings)
    nets[2].fit(Samples(), batch_size=8, shuffle=False, **settings)
    nets[3].fit(tensors, batch_size=8, shuffle=False, **settings)
    for net in nets[1:]:
        assert np.array_equal(net.parameters.flat, nets[0].parameters.flat)
    shuffled = classifier().fit(Samples(), batch_size=8, **settings)
    assert shuffled.steps["loss"] != nets[0].fit(x, t, epochs=1, verbose=0).steps["loss"]
    pictures = [(torch.zeros(2, 2), 1)] * 3
    with pytest.raises(gn.GlassnetError, match=r"Flatten each sample.*flatten=True"):
        gn.Network([gn.Dense(4, 2), gn.Softmax()]).fit(DataLoader(pictures, batch_size=2), verbose=0)
    flat = gn.batches(DataLoader(pictures, batch_size=2), flatten=True)
    gn.Network([gn.Dense(4, 2), gn.Softmax()]).fit(flat, verbose=0)


LIMITED = """
import resource, sys
import numpy as np
import glassnet as gn
rows = 700_000
x = np.memmap(sys.argv[1], np.uint8, "w+", shape=(rows, 784))  # its zeros take no place on the disk
x[: 1000] = np.random.default_rng(0).integers(0, 256, (1000, 784))
x.flush()
x = np.memmap(sys.argv[1], np.uint8, "r", shape=(rows, 784))
t = np.arange(rows, dtype=np.uint8) % 2
used = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmData"))) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 300_000_000,) * 2)
net = gn.Network([gn.Dense(784, 4), gn.ReLU(), gn.Dense(4, 2), gn.Softmax()])
try:
    x.astype(np.float32)
    print("not limited")
except MemoryError:
    print("2.2 GB refused")
kind = sys.argv[2]
if kind == "array":
    history = net.fit(x, t, scaling="unit", epochs=1, batch_size=5000, max_steps=60, executor="reference", verbose=0)
elif kind == "batches":
    source = gn.batches(x, t, batch_size=5000, shuffle=True)
    history = net.fit(source, scaling="unit", epochs=1, max_steps=60, executor="reference", verbose=0)
else:
    for start in range(0, 300_000, 5000):
        net.partial_fit(x[start : start + 5000], t[start : start + 5000], scaling="unit", executor="reference")
    print(net.training_state.step)
if kind != "partial":
    print(len(history.steps["loss"]))
"""


@pytest.mark.parametrize("executor", EXECUTORS)
def test_equal_networks_trained_on_the_same_object_are_equal(executor, clusters, classifier):
    x, t = clusters
    source = gn.batches(x, t, batch_size=8, shuffle=True)
    settings = {"executor": executor, "verbose": 0, "validation_data": source}
    nets = [classifier() for _ in range(3)]
    for net in nets[:2]:
        net.fit(source, epochs=3, **settings)
    # And one that was resumed goes on in the order that it would have had.
    nets[2].fit(source, epochs=1, **settings)
    nets[2].fit(source, epochs=2, resume=True, **settings)
    for net in nets[1:]:
        assert np.array_equal(net.parameters.flat, nets[0].parameters.flat)
    other = classifier()
    other.fit(gn.batches(x, t, batch_size=8, shuffle=True, seed=1), epochs=3, **settings)
    assert not np.array_equal(other.parameters.flat, nets[0].parameters.flat)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by Linux's RLIMIT_DATA")
@pytest.mark.parametrize("kind", ["array", "batches", "partial"])
def test_a_file_larger_than_memory_is_trained_on(kind, tmp_path):
    """550 MB of bytes, of which a process with 300 MB could not make floats."""
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "x.bin"), kind], capture_output=True, text=True, check=False
    )
    assert result.stdout.split("\n")[:2] == ["2.2 GB refused", "60"], result.stderr
