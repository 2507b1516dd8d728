"""`calibrate`: the same answers, with a temperature that is in the weights."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.training.temperature import logits


def too_sure(layers, seed=0):
    """Make a network whose last layer is six times what suits its data, and the data."""
    net = gn.Network(layers, seed=seed)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, net.n_in)).astype(np.float32)
    p = net.predict(x)
    t = (
        (rng.random((400, 1)) < p)[:, 0]
        if net.n_out == 1
        else np.array([rng.choice(net.n_out, p=q / q.sum()) for q in p])
    )
    return net, x, t.astype(int)


@pytest.mark.parametrize(
    "last",
    [
        [gn.Dense(5, 3), gn.Softmax()], [gn.Dense(5, 3), gn.Dropout(0.5), gn.Softmax(), gn.Identity()],
        [gn.Dense(5, 1), gn.Sigmoid()], [gn.Maxout(5, 3), gn.Softmax()], [gn.Dense(5, 3), gn.BatchNorm(), gn.Softmax()],
    ],
    ids=["softmax", "dropout between", "one sigmoid", "maxout", "batch norm"],
)  # fmt: skip
def test_a_planted_temperature_is_found(last, tmp_path):
    net, x, t = too_sure([gn.Dense(4, 5), gn.Tanh(), *last])
    names = ("gamma2", "beta2") if "gamma2" in net.parameters else ("W2", "b2")
    for name in names:
        net.parameters[name] *= 6
    before, z = net.parameters.flat.copy(), logits(net, x)
    calm = net.calibrate(x, t)
    temperature = calm.metadata["temperature"]
    assert 4 < temperature < 9
    assert logits(calm, x) == pytest.approx(z / temperature, rel=1e-5, abs=1e-6)
    assert np.array_equal(calm.classify(x), net.classify(x))
    assert calm.loss(x, t) < net.loss(x, t)
    assert np.array_equal(net.parameters.flat, before)  # the network itself is untouched
    ours, theirs = (gn.metrics.expected_calibration_error(t, of.predict(x)) for of in (calm, net))
    assert ours < theirs
    loaded = gn.load(calm.save(tmp_path / "calm.safetensors"))
    assert np.array_equal(loaded.predict(x), calm.predict(x))
    assert loaded.metadata["temperature"] == temperature
    again = calm.calibrate(x, t)  # there is nothing left to do
    assert again.metadata["temperature"] == pytest.approx(temperature, rel=1e-4)


def test_logits_are_those_of_a_hand_worked_network():
    net = gn.Network([gn.Dense(2, 2, init=([[1.0, 2.0], [3.0, 4.0]], [0.5, -0.5])), gn.Softmax()])
    assert logits(net, [[1.0, 1.0]]).tolist() == [[4.5, 5.5]]


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([gn.Dense(2, 2)], "only a classifier whose last layer is Softmax or Sigmoid can be calibrated"),
        (
            [gn.Dense(2, 2), gn.Tanh(), gn.Softmax()],
            "must be Dense, Maxout or BatchNorm; this network has layer 2, Tanh",
        ),
    ],
)
def test_networks_that_cannot_be_calibrated(layers, words):
    with pytest.raises(gn.GlassnetError, match=words):
        gn.Network(layers).calibrate([[1.0, 2.0]], [0])


def test_data_that_cannot_be_used(classifier):
    for x, t, words in [([[1.0]], [0], "x must have the shape"), ([[1.0, 2.0]], [0, 1], "t must have"),
                        (np.zeros((0, 2)), [], "at least one row")]:  # fmt: skip
        with pytest.raises(gn.GlassnetError, match=words):
            classifier().calibrate(x, t)


@pytest.mark.parametrize("temperature", ["abc", None, 0.0, float("nan"), True, [2.0]])
def test_a_temperature_of_before_that_is_none_is_refused(temperature, classifier):
    net, x = classifier(), [[1.0, 2.0]]
    net.metadata["temperature"] = temperature
    with pytest.raises(gn.GlassnetError, match=r"metadata\['temperature'\] must be a finite number above 0, got .*del"):
        net.calibrate(x, [0])
    net.metadata["temperature"] = 2
    once = classifier().calibrate(x, [0]).metadata["temperature"]
    assert net.calibrate(x, [0]).metadata["temperature"] == 2 * once
