"""The smallest change: against closed forms, and against brute force in the plane."""

import numpy as np
import pytest

import glassnet as gn
from glass_explain_helpers import random_network
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling
from glassnet.glass.explain.projection import nearest_point
from glassnet.network import reference

NO_LIMITS = (-np.inf, np.inf)


def turns(network, change, x):
    """Check what is reported of a change; return its class as the network alone sees it."""
    changed = np.asarray(x, network.dtype).astype(np.float64) + change.delta
    assert np.allclose(changed, change.x, rtol=0, atol=1e-12)
    assert change.x.dtype == network.dtype
    assert np.isclose(change.size, np.sqrt(np.sum(change.delta**2)))
    assert network.classify(np.asarray(x)[None])[0] == change.before
    assert network.classify(change.x[None])[0] == change.after != change.before
    assert change.margin > 0
    return change.after


def all_around(network, x):
    """Distances from x in the plane, and the classes that the network answers there in all directions."""
    angles, radii = np.linspace(0, 2 * np.pi, 720, endpoint=False), np.linspace(0, 6, 400)
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    rows = (x + radii[:, None, None] * ways).reshape(-1, 2)
    return radii, reference.classify(network, rows).reshape(len(radii), -1)


def test_by_hand(by_hand):
    change = by_hand.explain([1.0, 3.0]).change  # the line 2 x - y = -1.5 is 0.5 / √5 away
    assert turns(by_hand, change, [1.0, 3.0]) == 1
    assert np.isclose(change.size, 0.5 / np.sqrt(5), rtol=1e-3)
    assert np.allclose(change.delta, [-0.2, 0.1], rtol=1e-3)
    assert change.changed == 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", range(5))
def test_of_a_linear_network_it_is_the_distance_to_the_nearest_plane(seed, dtype):
    network = gn.Network([gn.Dense(6, 4), gn.Softmax()], seed=seed, dtype=dtype)
    x = np.random.default_rng(seed).normal(size=6)
    explanation = network.explain(x, limits=NO_LIMITS)
    W, z = network.parameters["W1"].astype(np.float64), explanation.logits
    first = explanation.question.answer
    distances = {k: (z[first] - z[k]) / np.linalg.norm(W[:, first] - W[:, k]) for k in range(4) if k != first}
    nearest = min(distances, key=distances.get)
    assert turns(network, explanation.change, x) == nearest
    assert np.isclose(explanation.change.size, distances[nearest], rtol=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_a_chosen_class_is_reached_where_it_beats_all_others(seed):
    network = gn.Network([gn.Dense(2, 4), gn.Softmax()], seed=seed)
    x = np.random.default_rng(seed).normal(size=2)
    answer = int(network.classify(x[None])[0])
    radii, classes = all_around(network, x)
    for target in set(range(4)) - {answer}:
        reached = np.any(classes == target, axis=1)
        change = network.explain(x, turn_to=target, limits=NO_LIMITS).change
        if not reached.any():
            assert change is None or change.size > 5.9
            continue
        assert turns(network, change, x) == target
        assert np.isclose(change.size, radii[np.argmax(reached)], rtol=0.01, atol=0.02)


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_in_the_plane_nothing_smaller_turns_it(seed, smooth):
    curve = gn.Tanh() if smooth else gn.ReLU()
    network = gn.Network([gn.Dense(2, 8), curve, gn.Dense(8, 8), curve, gn.Dense(8, 3), gn.Softmax()], seed=seed)
    rng = np.random.default_rng(seed)
    for name in ("b1", "b2"):
        network.parameters[name][...] = rng.normal(size=8)
    x = rng.normal(size=2)
    answer = int(network.classify(x[None])[0])
    radii, classes = all_around(network, x)
    turned = np.any(classes != answer, axis=1)
    change = network.explain(x, limits=NO_LIMITS).change
    if not turned.any():
        assert change is None or change.size > 5.9
        return
    turns(network, change, x)
    assert change.size <= radii[np.argmax(turned)] * 1.01 + 0.01
    assert change.size >= radii[np.argmax(turned) - 1] * 0.99 - 0.02


def test_limits_are_kept():
    network = gn.Network([gn.Dense(2, 2, init=([[2.0, -2.0], [1.0, -1.0]], [-3.2, 3.2])), gn.Softmax()])
    # 2 x + y = 3.2 from (0, 0): with both within [0, 1] none but nearly (1, 1) is left, without limits 3.2 / √5.
    assert np.isclose(network.explain([0.0, 0.0], limits=NO_LIMITS).change.size, 3.2 / np.sqrt(5), rtol=1e-3)
    assert network.explain([0.0, 0.0], limits=(0, 1)).change is None
    wider = network.explain([0.0, 0.0], limits=(0, 1.2)).change
    assert wider.limits == (0.0, float(np.float32(1.2)))
    assert np.allclose(wider.x, [1.2, 0.8], atol=2e-3)
    assert wider.x.max() <= np.float32(1.2)


def test_limits_by_default():
    network = gn.Network([gn.Dense(2, 2, init=([[1.0, -1.0], [1.0, -1.0]], [-1.0, 1.0])), gn.Softmax()])
    assert network.explain([0.25, 0.25]).change.limits == (0.0, 1.0)
    assert network.explain([-0.25, 0.25]).change.limits is None
    network.preprocessing = Preprocessing("image", ("a", "b"), (1, 2), named_scaling("lecture000")).to_dict()
    change = network.explain([0.25, 0.01]).change
    assert change.limits == (float(np.float32(0.01)), 1.0)
    assert change.x.min() >= np.float32(0.01)


def test_one_sigmoid_output_turns():
    network = gn.Network([gn.Dense(2, 1, init=([[3.0], [4.0]], [-10.0])), gn.Sigmoid()])
    change = network.explain([0.0, 0.0], limits=NO_LIMITS).change  # 3 x + 4 y = 10 is 2 away
    assert turns(network, change, [0.0, 0.0]) == 1
    assert np.isclose(change.size, 2.0, rtol=1e-3)
    back = network.explain([2.0, 2.0], turn_to=0, limits=NO_LIMITS).change
    assert turns(network, back, [2.0, 2.0]) == 0
    assert np.isclose(back.size, 0.8, rtol=1e-3)


def test_what_never_turns_says_so():
    network = gn.Network([gn.Dense(2, 2, init=(np.zeros((2, 2)), [1.0, 0.0])), gn.Softmax()])
    explanation = network.explain([0.5, 0.5])
    assert explanation.change is None
    assert "No change that turns the answer was found." in str(explanation)
    assert "No input changes it nearby" in str(explanation)


def test_training_samples_help_where_planes_do_not():
    class Round(gn.Layer):
        def forward(self, x):
            return np.round(x)

        def backward(self, dy, x, y):
            return 0 * dy

    first = np.eye(40)[:, :1]
    layers = [gn.Dense(40, 1, init=(first, [0.0])), Round(), gn.Dense(1, 2, init=([[1.0, -1.0]], [-0.5, 0.5]))]
    network = gn.Network([*layers, gn.Softmax()])
    x = 0.2 * first[:, 0]
    assert network.explain(x).change is None
    change = network.explain(x, data=([0 * x, 4.5 * x], [1, 0])).change
    assert turns(network, change, x) == 0
    assert np.isclose(change.size, 0.3, rtol=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_random_networks_turn(seed):
    network, x = random_network(seed, smooth=seed % 2 == 1, dtype=["float32", "float64"][seed % 4 // 2])
    change = network.explain(x, limits=NO_LIMITS).change
    if change is not None:
        turns(network, change, x)
    else:
        rows = np.random.default_rng(seed).normal(size=(4000, len(x))) * np.geomspace(0.1, 30, 4000)[:, None] + x
        assert np.all(network.classify(rows) == network.classify(x[None]))


def test_nearest_points():
    rng = np.random.default_rng(1)
    for _ in range(20):
        x, normals = rng.normal(size=2), rng.normal(size=(2, 2))
        bounds = normals @ x + rng.uniform(-0.3, 0.6, 2)
        points = np.stack(np.meshgrid(*[np.linspace(-1.5, 1.5, 301)] * 2), axis=-1).reshape(-1, 2)
        allowed = np.all(points @ normals.T >= bounds, axis=1)
        if not allowed.any():
            continue
        least = np.linalg.norm(points[allowed] - x, axis=1).min()
        found = nearest_point(x, normals, bounds, -1.5, 1.5)
        assert np.all(normals @ found >= bounds - 1e-5)
        assert np.abs(found).max() <= 1.5
        assert np.linalg.norm(found - x) <= least + 1e-3


def test_a_sample_near_the_largest_number_is_searched_from_without_a_warning():
    network = gn.Network([gn.Dense(3, 4), gn.ReLU(), gn.Dense(4, 3), gn.Softmax()])
    explanation = network.explain([1e38, 1e38, 1e38])
    change = explanation.change
    assert change is None or (np.isfinite(change.x).all() and change.after != change.before)
