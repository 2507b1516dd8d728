"""Files, cards and conversions are the same wherever a network's arrays are."""

import numpy as np
import pytest

import glassnet as gn
from elsewhere import CPU_LIBRARIES, backend_or_skip

X = np.random.default_rng(1).normal(size=(40, 4)).astype(np.float32)
T = np.arange(40) % 3


@pytest.fixture(params=CPU_LIBRARIES)
def nets(request):
    """The same network at home and elsewhere."""
    device = backend_or_skip(request.param).name
    layers = [gn.Dense(4, 6), gn.BatchNorm(), gn.Tanh(), gn.Dense(6, 3), gn.Softmax()]
    return gn.Network(layers, seed=2), gn.Network(layers, seed=2, device=device)


@pytest.mark.parametrize("ending", ["py", "c", "mjs", "onnx", "safetensors"])
def test_files_are_the_same_to_the_byte(ending, nets, tmp_path):
    home, away = (gn.export(net, tmp_path / f"{number}.{ending}").read_bytes() for number, net in enumerate(nets))
    assert away == home


def test_other_libraries_get_the_same_numbers(nets, tmp_path):
    pytest.importorskip("torch", reason="torch is not installed")
    home, away = (gn.to_torch(net).state_dict() for net in nets)
    assert all(np.array_equal(home[name], away[name]) for name in home)


def test_scikit_learn_gets_the_same_numbers(nets):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    with pytest.warns(UserWarning, match="BatchNorm has gone into the weights"):
        home, away = (gn.to_sklearn(net) for net in nets)
    assert np.array_equal(home.predict_proba(X), away.predict_proba(X))


def test_a_card_is_of_the_same_numbers(nets):
    home, away = (str(net.card((X, T))) for net in nets)
    assert away == home


def test_a_calibrated_copy_is_where_the_network_is(nets):
    home, away = (net.calibrate(X, T) for net in nets)
    assert away.device == nets[1].device
    assert nets[1].metadata == {}
    for name, array in home.parameters.items():
        assert np.array_equal(np.asarray(away.parameters[name]), array)


def test_tensorboard_watches_it(nets, tmp_path):
    pytest.importorskip("tensorboard", reason="tensorboard is not installed")
    nets[1].fit(X, T, epochs=1, callbacks=[gn.callbacks.TensorBoard(tmp_path)], executor="reference", verbose=0)
    assert list(tmp_path.iterdir())
