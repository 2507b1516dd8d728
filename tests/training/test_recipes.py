"""The recipes: the networks that the lectures describe, and that each of them trains."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.training.recipes import RECIPES


def test_the_lectures_networks():
    deep = RECIPES["deep-online"]
    assert gn.Network(deep.layers(784, 10), loss=deep.loss).layers == (
        gn.Dense(784, 100, bias=False, init=gn.initializers.He()), gn.Sigmoid(),
        gn.Dense(100, 100, bias=False, init=gn.initializers.He()), gn.Tanh(),
        gn.Dense(100, 100, bias=False, init=gn.initializers.He()), gn.Sigmoid(),
        gn.Dense(100, 10, bias=False, init=gn.initializers.He()), gn.Softmax(),
    )  # fmt: skip
    assert (deep.batch_size, deep.optimizer, deep.targets, deep.evaluate_every) == (1, gn.SGD(0.01), (0.01, 0.99), 2000)
    assert (deep.scale.factor, deep.scale.offset) == (0.99, 0.01)
    two = RECIPES["two-layer"]
    assert [repr(layer) for layer in two.layers(784, 10)] == [
        "Dense(784, 50, init=Normal(std=0.01))", "Sigmoid()", "Dense(50, 10, init=Normal(std=0.01))", "Softmax()",
    ]  # fmt: skip
    assert (two.batch_size, two.optimizer, two.max_steps) == (100, gn.SGD(0.1), 10_000)
    assert two.epochs * 600 >= two.max_steps
    forward = RECIPES["feedforward"]
    assert [type(layer) for layer in forward.layers(784, 10)] == [gn.Dense, gn.Sigmoid, gn.Dense, gn.Sigmoid]
    assert forward.loss == "binary_cross_entropy"


@pytest.mark.parametrize("name", RECIPES)
def test_each_recipe_trains(name):
    recipe = RECIPES[name]
    images = np.random.default_rng(0).integers(0, 256, size=(20, 784), dtype=np.uint8)
    labels = np.arange(20) % 10
    net = gn.Network(recipe.layers(784, 10), loss=recipe.loss, seed=1)
    targets = gn.one_hot(labels, 10, low=recipe.targets[0], high=recipe.targets[1])
    history = net.fit(
        recipe.scale(images), targets, optimizer=recipe.optimizer, epochs=2, batch_size=min(20, recipe.batch_size),
        augmentation=recipe.augmentation, shuffle=recipe.shuffle, verbose=0,
    )  # fmt: skip
    assert np.isfinite(history["loss"]).all()
    assert recipe.description
