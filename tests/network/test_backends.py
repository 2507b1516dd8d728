"""A network of other arrays than NumPy's: the same numbers, bits that survive moving, devices that are refused."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from elsewhere import CPU_LIBRARIES, GPUS, TOLERANCE, backend_or_skip, close, random_network, sizes_of
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    GlassnetError,
    MissingLibraryError,
    ShapeError,
)
from glassnet.mathematics.counter_hash import dropout_mask, hashed_integers
from glassnet.network import backends
from glassnet.network.backends import as_backend, library_of, rows_of, to_numpy
from glassnet.network.operations import OPERATIONS, operations_with

LAYERS = [gn.Dense(4, 5), gn.BatchNorm(), gn.Tanh(), gn.Dropout(0.4), gn.Dense(5, 3), gn.Softmax()]
X = np.random.default_rng(0).normal(size=(30, 4))
T = np.arange(30) % 3


@pytest.fixture(params=CPU_LIBRARIES)
def library(request):
    return backend_or_skip(request.param).library


@pytest.fixture(params=GPUS)
def gpu(request):
    return backend_or_skip(request.param)


def network(dtype="float64", **words):
    return gn.Network(LAYERS, seed=1, dtype=dtype, **words)


def assert_same_numbers(net, x, t, device):
    """Hold everything that a tape computes there against NumPy's."""
    there = copy.deepcopy(net).to(device)
    for mode in ("train", "predict"):
        expected, found = net.trace(x, t, mode=mode, step=3), there.trace(x, t, mode=mode, step=3)
        assert list(found) == list(expected)
        sizes = sizes_of(expected)
        for name in expected:
            assert close(found[name], expected[name], sizes[name]), name
            if name.startswith("mask"):
                assert np.array_equal(found[name], expected[name]), name
        gradients, wanted = there.gradients(x, t, mode=mode, step=3), net.gradients(x, t, mode=mode, step=3)
        for name in wanted:
            assert library_of(gradients[name]) == there.backend.library
            assert close(gradients[name], wanted[name], sizes[f"d{name}"]), name
        if mode == "predict":
            last = expected.tape.phase("forward")[-1].output
            assert close(there.predict(x), net.predict(x), sizes[last])
            assert there.loss(x, t) == pytest.approx(net.loss(x, t), abs=TOLERANCE[net.dtype.name] * sizes["loss"])


@pytest.mark.parametrize("device", CPU_LIBRARIES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_random_networks_give_the_same_numbers(device, dtype, seed):
    backend_or_skip(device)
    net, x, t = random_network(np.random.default_rng(seed), dtype)
    assert_same_numbers(net, x, t, device)


def test_the_same_numbers_on_a_gpu(gpu):
    dtype = "float32" if gpu.device == "mps" else "float64"
    net = network(dtype)
    found, expected = network(dtype, device=gpu).gradients(X, T), net.gradients(X, T)
    for name, array in expected.items():
        assert np.allclose(to_numpy(found[name]), array, rtol=1e-4, atol=1e-6), name
    there = network(dtype, device=gpu)
    here, far = (n.fit(X, T, epochs=3, executor="reference", verbose=0) for n in (net, there))
    assert far["loss"] == pytest.approx(here["loss"], rel=1e-4)
    assert library_of(there.parameters["W1"]) == gpu.library


def test_moving_to_and_fro_keeps_every_bit(library):
    net = network("float32")
    net.fit(X, T, epochs=2, executor="reference", verbose=0)
    before = pickle.dumps((net.parameters.copies(), net.state.copies(), net.training_state.slots))
    assert net.to(library) is net
    assert net.device == f"{library}:cpu"
    assert library_of(net.parameters["W1"]) == library_of(net.training_state.slots["W1"]["m"]) == library
    assert net.to("cpu").device == "cpu"
    assert pickle.dumps((net.parameters.copies(), net.state.copies(), net.training_state.slots)) == before
    parameters = net.parameters
    assert net.to("numpy").parameters is parameters  # it is there already


def test_a_moved_network_shares_no_memory_with_what_was_before(library):
    net = network()
    before = net.parameters["W1"]
    kept = before.copy()
    net.to(library).parameters["W1"] = np.zeros((4, 5))
    assert np.array_equal(before, kept)
    assert not to_numpy(net.parameters["W1"]).any()


def test_copies_and_pickles_stay_where_they_are(library):
    net = network(device=library)
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other.device == net.device
        assert np.array_equal(other.predict(X), net.predict(X))
        other.parameters["W1"] *= 2
        assert not np.array_equal(other.predict(X), net.predict(X))


def test_what_comes_in_comes_out(library):
    net = network(device=library)
    rows = net.backend.asarray(X, net.dtype)
    assert isinstance(net.predict(X), np.ndarray)
    assert isinstance(net.classify(X), np.ndarray)
    assert library_of(net.predict(rows)) == library_of(net.classify(rows)) == library
    assert np.array_equal(to_numpy(net.predict(rows)), net.predict(X))
    assert np.array_equal(to_numpy(net.classify(rows)), network().classify(X))
    assert net.accuracy(rows, T) == net.accuracy(X, T) == network().accuracy(X, T)
    assert net.loss(rows, T) == net.loss(X, T)
    assert tuple(net.predict(rows[:0, ...]).shape) == net.predict(X[:0]).shape == (0, 3)


def test_many_rows_go_in_slices(library):
    net, x = network(device=library), np.tile(X, (50, 1))
    rows = net.backend.asarray(x, net.dtype)
    assert np.allclose(to_numpy(net.predict(rows)), np.tile(network().predict(X), (50, 1)))
    assert net.loss(rows, np.tile(T, 50), sample_weight=np.ones(1500)) == pytest.approx(network().loss(X, T))


def test_arrays_of_a_network_are_assigned_from_any_library(library):
    net, here = network(device=library), network()
    there = net.backend.asarray(np.full((4, 5), 2.0), np.dtype("float64"))
    for values in (there, np.full((4, 5), 2), [[2.0] * 5] * 4):
        net.parameters["W1"] = values
        assert (to_numpy(net.parameters["W1"]) == 2).all()
        here.parameters = {"W1": values}
        assert (here.parameters["W1"] == 2).all()
    with pytest.raises(ShapeError, match=r"W1 must have the shape \(4, 5\), got \(5, 4\)"):
        net.parameters["W1"] = net.backend.asarray(np.zeros((5, 4)), net.dtype)
    with pytest.raises(ArgumentTypeError, match="W1 must hold real numbers"):
        net.parameters["W1"] = net.backend.xp.asarray(np.zeros((4, 5), complex))
    with pytest.raises(ArgumentError, match="not added"):
        del net.parameters["W1"]


def test_wrong_inputs_are_refused_as_ever(library):
    net = network(device=library)
    for x in (X[:, :3], net.backend.asarray(X[:, :3], net.dtype)):
        with pytest.raises(ShapeError, match=r"x must have the shape \(N, 4\) for layer 1.*got \(30, 3\)"):
            net.predict(x)
    with pytest.raises(ShapeError, match="reshape"):
        net.predict(net.backend.asarray(X[0], net.dtype))
    with pytest.raises(DataError, match="at least one row"):
        net.loss(net.backend.asarray(X[:0], net.dtype), [])
    with pytest.raises(DataError, match="a label must be a whole number"):
        net.loss(X, T + 1)


def test_numbers_of_other_libraries_go_into_a_numpy_network(library):
    rows = as_backend(library).asarray(X, np.dtype("float64"))
    labels = as_backend(library).xp.asarray(T)
    net = network()
    assert np.array_equal(net.predict(rows), net.predict(X))
    assert net.loss(rows, labels) == net.loss(X, T)


def test_what_is_for_reading_comes_home(library, tmp_path):
    net, there = network(), network(device=library)
    assert all(isinstance(array, np.ndarray) for array in there.trace(X, T).values())
    assert there.trace(X, T).address.executor == f"reference on {library}:cpu"
    again = gn.load_trace(there.trace(X[:2], T[:2]).save(tmp_path / "trace.json"))
    assert again.address == there.trace(X[:2], T[:2]).address
    assert str(there.trace(X, T).why("Z1[0,3]")) == str(net.trace(X, T).why("Z1[0,3]"))
    assert there.explain(X[0]).to_dict().keys() == net.explain(X[0]).to_dict().keys()
    assert "W1" in there.draw().svg
    assert str(there.diagnose(X, T)) == str(net.diagnose(X, T))
    assert gn.gradient_check(there, X[:4], T[:4]).passed
    assert str(there) == str(net).replace("float64", f"float64, on {library}:cpu")
    loaded = gn.load(there.save(tmp_path / "model.safetensors"))
    assert loaded.device == "cpu"
    assert loaded.parameters.flat.tobytes() == net.parameters.flat.tobytes()


def test_what_is_no_digit_is_refused_there_too(library):
    net = gn.Network([gn.Dense(784, 10), gn.Softmax()], device=library)
    rows = net.backend.asarray(np.zeros((2, 784)), net.dtype)
    assert [verdict.digit for verdict in net.judge(rows)] == [None, None]
    assert net.classify(rows, refuse=True).tolist() == [-1, -1]


def test_learning_rates_are_tried_at_home(library):
    net, there = network(), network(device=library)
    words = {"steps": 3, "rates": [0.01, 0.1]}
    rows = there.backend.asarray(X, there.dtype)
    assert gn.learning_rate_range_test(there, rows, T, **words) == gn.learning_rate_range_test(net, X, T, **words)


def test_weights_are_drawn_from_anywhere(library):
    import matplotlib.pyplot as plt

    gn.plots.first_layer_weights(gn.Network([gn.Dense(4, 2)], "mean_squared_error", device=library))
    plt.close("all")


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_hashes_are_the_same_bits_everywhere(library, count):
    xp = as_backend(library).xp
    for key in ((0, 0), (2**32 - 1, 2**32 - 1), (123456789, 4000000000)):
        assert to_numpy(hashed_integers(key, count, xp=xp)).tolist() == hashed_integers(key, count).tolist()


@pytest.mark.parametrize("rate", [0.0, 0.3, 0.999999])
def test_masks_are_the_same_bits_everywhere(library, rate):
    xp = as_backend(library).xp
    for dtype in ("float32", "float64"):
        mask = dropout_mask((7, 9), rate, 3, 4, 5, getattr(xp, dtype), xp=xp)
        expected = dropout_mask((7, 9), rate, 3, 4, 5, dtype)
        assert to_numpy(mask).dtype == expected.dtype
        assert np.array_equal(to_numpy(mask), expected)


def test_the_namespace_is_bound_once(library):
    backend = as_backend(library)
    assert operations_with(backend.xp) is operations_with(as_backend(library).xp) is backend.operations
    assert operations_with(backend.xp).keys() == OPERATIONS.keys()
    assert as_backend("cpu").operations is OPERATIONS  # NumPy's are the functions themselves


@pytest.mark.parametrize(
    ("device", "name"),
    [("cpu", "cpu"), ("numpy", "cpu"), ("numpy:cpu", "cpu"), ("array_api_strict", "array_api_strict:cpu")],
)
def test_names_of_places(device, name):
    assert as_backend(device).name == name
    assert as_backend(as_backend(name)) == as_backend(device)


def test_names_of_places_of_pytorch():
    backend_or_skip("torch")
    import torch

    assert (
        as_backend("torch").name == as_backend("torch:cpu").name == as_backend(torch.device("cpu")).name == "torch:cpu"
    )


@pytest.mark.parametrize(
    "device",
    ["gpu", "", "cpu:0", "cuda:x", "torch:", "torch:tpu", "numpy:cuda", "cupy:cpu", "mps:0", "torch:cpu:0", "tpu"],
)
def test_other_names_are_refused(device):
    if device == "torch:":
        backend_or_skip("torch")
        assert as_backend(device).name == "torch:cpu"
        return
    with pytest.raises(ArgumentError, match="device must be 'cpu'"):
        gn.Network([gn.Dense(1, 1)], device=device)
    with pytest.raises(ArgumentTypeError, match="device must be"):
        gn.Network([gn.Dense(1, 1)]).to(3)


def test_a_device_that_is_not_there_is_refused_and_nothing_moves():
    backend_or_skip("torch")
    net = network()
    with pytest.raises(ArgumentError, match=r"device must be one that torch finds here.*'torch:cuda:99'"):
        net.to("cuda:99")
    assert net.device == "cpu"
    assert isinstance(net.parameters["W1"], np.ndarray)


def test_a_library_that_is_missing_is_named_with_its_extra(monkeypatch):
    backends._namespace.cache_clear()
    monkeypatch.setitem(sys.modules, "array_api_strict", None)
    with pytest.raises(MissingLibraryError, match=r"needs array_api_strict.*pip install glassnet\[test\]"):
        network().to("array_api_strict")
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(GlassnetError, match=r"torch.*pip install glassnet\[torch,arrays\]"):
        network().to("cuda")
    with pytest.raises(MissingLibraryError, match=r"needs cupy, .* such as cupy-cuda12x"):
        network().to("cupy")
    backends._namespace.cache_clear()


def test_nothing_is_loaded_until_it_is_asked_for():
    code = "import sys, glassnet as gn; gn.Network([gn.Dense(1, 1)]).predict([[1]]); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "cupy", "array_api_compat", "array_api_strict"} & set(result.stdout.split())


def test_rows_are_taken_in_any_library(library):
    array = as_backend(library).asarray(X, np.dtype("float64"))
    assert np.array_equal(to_numpy(rows_of(array, slice(2, 5))), X[2:5])
    assert np.array_equal(to_numpy(rows_of(array, np.array([4, 0, 4]))), X[[4, 0, 4]])
