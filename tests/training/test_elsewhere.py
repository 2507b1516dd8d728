"""Training on other arrays than NumPy's: the same course of losses and parameters, whatever takes part in it."""

import numpy as np
import pytest

import glassnet as gn
from elsewhere import CPU_LIBRARIES, backend_or_skip
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError
from glassnet.network.backends import library_of, to_numpy
from glassnet.training import executors

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 4))
T = np.arange(60) % 3
LAYERS = [gn.Dense(4, 6), gn.Tanh(), gn.Dropout(0.2), gn.Dense(6, 3), gn.Softmax()]
NORMALIZED = [gn.Dense(4, 6, bias=False), gn.BatchNorm(), gn.PReLU(), gn.Maxout(6, 5), gn.Dense(5, 3), gn.Softmax()]
OPTIMIZERS = (
    gn.SGD(0.1, weight_decay=0.01),
    gn.Momentum(0.05),
    gn.Nesterov(0.05),
    gn.AdaGrad(0.1),
    gn.RMSProp(0.01),
    gn.Adam(gn.schedules.OneCycle(0.02)),
    gn.AdamW(0.01),
)


@pytest.fixture(params=CPU_LIBRARIES)
def device(request):
    return backend_or_skip(request.param).name


def train(device="cpu", layers=LAYERS, x=X, t=T, loss=None, dtype="float64", **arguments):
    net = gn.Network(layers, loss, seed=5, dtype=dtype, device=device)
    words = {"epochs": 3, "batch_size": 16, "executor": "reference", "verbose": 0} | arguments
    return net, net.fit(x, t, **words)


def assert_same_course(device, rel=1e-9, **arguments):
    (here, expected), (there, found) = train(**arguments), train(device, **arguments)
    assert there.device == device
    assert list(found.epochs) == list(expected.epochs)
    for name in set(expected.epochs) - {"seconds", "samples_per_second"}:
        assert found[name] == pytest.approx(expected[name], rel=rel), name
    assert found.steps["loss"] == pytest.approx(expected.steps["loss"], rel=rel)
    for name, array in {**here.parameters, **here.state}.items():
        np.testing.assert_allclose(to_numpy({**there.parameters, **there.state}[name]), array, rtol=rel, atol=rel)
    return there, found


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)
@pytest.mark.parametrize("layers", [LAYERS, NORMALIZED], ids=["dropout", "batch-norm"])
def test_every_optimizer_takes_the_same_course(device, optimizer, layers):
    assert_same_course(device, optimizer=optimizer, layers=layers)


def test_float32_takes_the_same_course_to_its_rounding(device):
    there, _ = assert_same_course(device, rel=1e-4, dtype="float32")
    assert str(there.parameters["W1"].dtype).endswith("float32")


def test_all_that_fit_can_be_given(device):
    weights = RNG.uniform(0.5, 2, 60)
    assert_same_course(
        device,
        layers=NORMALIZED,
        sample_weight=weights,
        class_weight="balanced",
        validation_fraction=0.25,
        callbacks=[gn.callbacks.EarlyStopping(patience=1)],
        augmentation=lambda x, rng: x + rng.normal(0, 0.01, x.shape),
        shuffle=False,
        max_steps=20,
        epochs=9,
    )


@pytest.mark.parametrize("loss", ["mean_squared_error", "mean_absolute_error", "gaussian_nll"])
def test_a_regression(device, loss):
    t = X[:, :2] * 2 - 1
    assert_same_course(
        device, layers=[gn.Dense(4, 8), gn.ELU(), gn.Dense(8, 2)], t=t, loss=loss, validation_data=(X, t)
    )


def test_one_sigmoid(device):
    layers = [gn.Dense(4, 5), gn.LeakyReLU(), gn.Dense(5, 1), gn.Sigmoid()]
    assert_same_course(device, layers=layers, t=T % 2, validation_data=(X, T % 2))


def test_bytes_are_scaled_batch_by_batch(device):
    x = RNG.integers(0, 256, (60, 4), dtype=np.uint8)
    assert_same_course(device, x=x, scaling="unit", validation_data=(x, T))


def test_data_that_are_there_already_give_the_same_bits(device):
    net, history = train(device, sample_weight=np.ones(60), validation_data=(X, T))
    rows = net.backend.asarray(X, net.dtype)
    labels = net.backend.xp.asarray(T)
    ones = net.backend.asarray(np.ones(60), net.dtype)
    again, other = train(device, x=rows, t=labels, sample_weight=ones, validation_data=(rows, labels))
    assert other.steps["loss"] == history.steps["loss"]
    assert other["val_accuracy"] == history["val_accuracy"]
    assert np.array_equal(to_numpy(again.parameters.flat), to_numpy(net.parameters.flat))


def test_data_that_are_there_already_are_not_copied(device):
    seen = []

    class Look(gn.callbacks.Callback):
        def on_gradients(self, run):
            seen.append(run.batch["X"])

    net = gn.Network(LAYERS, dtype="float64", device=device)
    rows = net.backend.asarray(X.copy(), net.dtype)
    net.fit(rows, T, epochs=1, batch_size=60, shuffle=False, callbacks=[Look()], verbose=0)
    rows[0, 0] = 77.0
    assert float(seen[0][0, 0]) == 77.0


def test_inputs_in_numpy_are_moved_a_batch_at_a_time(device, monkeypatch):
    net, largest = gn.Network(LAYERS, dtype="float64", device=device), []
    asarray = type(net.backend).asarray
    monkeypatch.setattr(
        type(net.backend),
        "asarray",
        lambda self, array, dtype: (largest.append(np.shape(array)[:1]), asarray(self, array, dtype))[1],
    )
    net.fit(X, T, epochs=1, batch_size=10, verbose=0)
    assert max(largest) == (10,)


def test_resuming_goes_on_as_if_nothing_had_been_between(device):
    once, _ = train(device, epochs=4)
    net, _ = train(device, epochs=2)
    net.to("cpu").to(device)
    net.fit(X, T, epochs=2, batch_size=16, resume=True, verbose=0)
    assert np.array_equal(to_numpy(net.parameters.flat), to_numpy(once.parameters.flat))


def test_a_training_goes_on_somewhere_else(device, tmp_path):
    once, _ = train(epochs=4)
    net, _ = train(device, epochs=2)
    net.save(tmp_path / "half.safetensors", training_state=True)
    for half in (net.to("cpu"), gn.load(tmp_path / "half.safetensors")):
        half.fit(X, T, epochs=2, batch_size=16, resume=True, executor="reference", verbose=0)
        np.testing.assert_allclose(half.parameters.flat, once.parameters.flat, rtol=1e-9)


def test_the_last_batch_is_read_in_numpy(device):
    net, history = train(device)
    batch = net.last_batch()
    assert all(isinstance(array, np.ndarray) for array in batch.values())
    assert float(batch["loss"]) == history.steps["loss"][-1]
    assert batch.address.executor == f"reference on {device}"


def test_callbacks_see_the_arrays_there_and_can_change_a_gradient(device):
    class Halve(gn.callbacks.Callback):
        def on_gradients(self, run):
            assert library_of(run.batch["dW1"]) == run.network.backend.library
            run.batch["dW1"] *= 0.5

    assert_same_course(device, callbacks=[Halve()], optimizer=gn.SGD(0.1))


def test_checkpoints_logs_evaluations_and_the_doctor(device, tmp_path):
    doctor = gn.Doctor()
    callbacks = [
        gn.callbacks.Checkpoint(tmp_path / "best.safetensors", monitor="val_loss"),
        gn.callbacks.CSVLog(tmp_path / "log.csv"),
        gn.callbacks.Evaluate(X, T, every_samples=30),
        doctor,
    ]
    net, history = train(device, validation_data=(X, T), callbacks=callbacks)
    assert gn.load(tmp_path / "best.safetensors").loss(X, T) == pytest.approx(min(history["val_loss"]))
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 4
    assert history.evaluations["loss"][-1] == pytest.approx(net.loss(X, T))
    assert "structure" in str(doctor.report)


def test_a_loss_that_is_not_finite_stops_and_says_where(device):
    net, history = train(
        device, optimizer=gn.SGD(1e200), loss="mean_squared_error", layers=LAYERS[:-1], t=np.eye(3)[T], verbose=1
    )
    assert history.stopped.startswith("not finite: step 2: the loss is")
    for bad in (np.nan, np.inf):
        x = X.copy()
        x[3, 1] = bad
        for rows in (x, net.backend.asarray(x, net.dtype)):
            with pytest.raises(DataError, match=rf"x must be finite, got {bad} at \[3, 1\]"):
                train(device, x=rows)


def test_layers_losses_and_optimizers_of_ones_own_in_operators():
    device = backend_or_skip("torch").name

    class Scale(gn.Layer):
        def parameters(self, n_in, rng):
            return {"scale": np.ones(n_in)}

        def forward(self, x, scale):
            return x * scale

        def backward(self, dy, x, y, scale):
            return dy * scale, {"scale": (dy * x).sum(axis=0)}

    class Cubic(gn.Loss):
        def forward(self, y, t):
            return (abs(y - t) ** 3).sum(axis=1)

        def backward(self, y, t):
            return 3 * (y - t) * abs(y - t)

    class Sign(gn.Optimizer):
        def update(self, w, g, slots, rate, step):
            w -= rate * g / (abs(g) + 1e-3)

    layers = [gn.Dense(4, 3), Scale(), gn.Tanh(), gn.Dense(3, 1)]
    assert_same_course(device, layers=layers, loss=Cubic(), t=X[:, :1], optimizer=Sign(0.01))


def test_a_layer_that_leaves_the_library_is_refused():
    device = backend_or_skip("torch").name

    class Numpys(gn.Layer):
        def forward(self, x):
            return np.tanh(x.numpy())

        def backward(self, dy, x, y):
            return dy * (1 - y**2)

    net = gn.Network([gn.Dense(4, 3), Numpys()], "mean_squared_error", device=device)
    with pytest.raises(
        ArgumentTypeError, match=r"Numpys\.forward.* must be, .* a Tensor of torch\.float32, got an array"
    ):
        net.predict(X)


def test_auto_runs_on_the_reference_executor_and_says_so_once(device, capsys, monkeypatch):
    monkeypatch.setattr(executors, "_told", set())
    train(device, executor="auto")
    train(device, executor="auto")
    library = device.partition(":")[0]
    assert capsys.readouterr().err == (
        f"glassnet: the network is on {device}: this runs on the reference executor, in {library}.\n"
    )


def test_the_compiled_executor_is_refused(device):
    with pytest.raises(ArgumentError, match=f"the network is on {device}"):
        train(device, executor="compiled")
