"""Neighbours: against all distances at once."""

import numpy as np
import pytest

import glassnet as gn
from glass_explain_helpers import random_network
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling
from glassnet.mathematics.checks import DataError, GlassnetError

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("seed", range(4))
def test_they_are_those_of_all_distances(seed):
    network, x = random_network(seed)
    rows = RNG.normal(size=(1500, len(x)))
    labels = RNG.integers(0, network.n_out, 1500)
    near = network.explain(x, data=(rows, labels), neighbours=7, turn_to=None).neighbours
    values = network.trace(np.vstack([rows, x]), mode="predict")[near.name].astype(np.float64)
    distances = np.linalg.norm(values[:-1] - values[-1], axis=1)
    order = np.argsort(distances, kind="stable")[:7]
    assert near.name == f"A{max(int(name[1:]) for name in network.parameters if name[0] == 'W') - 1}"
    assert np.allclose(near.distances, distances[order], rtol=1e-4, atol=1e-6)
    assert near.indices.tolist() == order.tolist()
    assert near.targets.tolist() == labels[order].tolist()
    assert np.allclose(near.rows, rows[order])


def test_equals_come_in_the_order_of_their_rows():
    network = gn.Network([gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()])
    rows = np.repeat([[1.0, 2.0]], 3000, axis=0)
    near = network.explain([1.0, 2.0], data=(rows, np.zeros(3000, int)), turn_to=None).neighbours
    assert near.indices.tolist() == [0, 1, 2, 3, 4]
    assert near.distances.tolist() == [0.0] * 5
    assert len(near) == 5


def test_more_than_there_are():
    network = gn.Network([gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()])
    near = network.explain([1.0, 2.0], data=([[0.0, 1.0], [1.0, 1.0]], [0, 1]), neighbours=9).neighbours
    assert sorted(near.indices.tolist()) == [0, 1]


def test_one_hot_targets_and_values():
    rows, t = RNG.normal(size=(20, 2)), RNG.integers(0, 2, 20)
    layers = [gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 2)]
    classifier = gn.Network([*layers, gn.Softmax()])
    plain, hot = (classifier.explain(rows[0], data=(rows, targets)) for targets in (t, np.eye(2)[t]))
    assert plain.neighbours.targets.tolist() == hot.neighbours.targets.tolist()
    values = RNG.normal(size=(20, 2))
    near = gn.Network(layers, loss="mean_squared_error").explain(rows[0], data=(rows, values)).neighbours
    assert np.allclose(near.targets, values[near.indices])
    assert near.indices[0] == 0


def pictures():
    x = RNG.integers(0, 256, (30, 4), dtype=np.uint8)
    return gn.Dataset(x, RNG.integers(0, 2, 30), class_names=("a", "b"), image_shape=(2, 2))


def test_a_data_set_is_fed_as_the_model_says():
    dataset = pictures()
    network = gn.Network([gn.Dense(4, 3), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()])
    with pytest.raises(GlassnetError, match="Pass scaling='unit'"):
        network.explain([0.1] * 4, data=dataset)
    told = network.explain(dataset.x_train[7] / 255, data=dataset, scaling="unit")
    network.preprocessing = Preprocessing("image", ("a", "b"), (2, 2), named_scaling("unit")).to_dict()
    known = network.explain(dataset.x_train[7] / 255, data=dataset)
    for explanation in (told, known):
        assert explanation.neighbours.indices[0] == 7
        assert explanation.neighbours.distances[0] < 1e-6
        assert explanation.neighbours.rows.max() <= 1
    assert known.class_names == ("a", "b")
    assert known.image_shape == (2, 2)
    assert network.explain(dataset.x_train[7] / 255, why="b").question.why == 1


def test_scaling_is_for_arrays_too():
    dataset = pictures()
    network = gn.Network([gn.Dense(4, 3), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()])
    near = network.explain(
        dataset.x_train[3] / 255, data=(dataset.x_train, dataset.t_train), scaling="unit", baseline="mean"
    )
    assert near.neighbours.indices[0] == 3
    assert near.inputs.exact


@pytest.mark.parametrize("more", [{}, {"baseline": "mean"}])
def test_data_with_nan_are_refused(more):
    network = gn.Network([gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 2), gn.Softmax()])
    rows = [[0.0, 1.0], [np.nan, 1.0], [1.0, 1.0]]
    with pytest.raises(DataError, match=r"x_train must be finite, got nan at \[1, 0\]"):
        network.explain([1.0, 2.0], data=(rows, [0, 1, 1]), **more)
