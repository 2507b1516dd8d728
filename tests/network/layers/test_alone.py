"""Every layer on its own, with random gradients from above: all of its gradients against two oracles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.network import reference
from glassnet.network.layers import LAYERS
from glassnet.network.places import as_places
from glassnet.network.tape import Tape

CASES = {
    "Dense": [gn.Dense(3, 2), gn.Dense(3, 4, bias=False), gn.Dense(3, 1)],
    "Maxout": [gn.Maxout(3, 2), gn.Maxout(3, 2, pieces=1), gn.Maxout(3, 2, pieces=4)],
    "BatchNorm": [gn.BatchNorm(), gn.BatchNorm(momentum=0.0, eps=0.5)],
    "Dropout": [gn.Dropout(), gn.Dropout(0.0), gn.Dropout(0.9)],
    "LeakyReLU": [gn.LeakyReLU(), gn.LeakyReLU(-0.5), gn.LeakyReLU(2.0)],
    "ELU": [gn.ELU(), gn.ELU(0.3)],
    "PReLU": [gn.PReLU(), gn.PReLU(0.0)],
} | {name: [LAYERS[name]()] for name in ("Sigmoid", "Tanh", "ReLU", "Softmax", "Identity")}
MODES = ("train", "predict")


class Alone:
    """A layer without a network: its steps and random numbers for all that they read."""

    def __init__(self, layer, mode, rows, seed):
        rng = np.random.default_rng(seed)
        own = layer.initial_parameters(3, rng, None) | layer.initial_state(3)
        widths = [3, layer.output_size(3)]
        (self.place,) = as_places((layer,), widths, [tuple(own)])
        self.tape = Tape(mode, (*layer.forward_steps(self.place, mode), *layer.backward_steps(self.place, mode)))
        self.parameters = [self.place.names[name] for name in layer.initial_parameters(3, rng, None)]
        self.values = {"X": rng.normal(size=(rows, 3)), "seed": 5, "step": seed}
        for name, array in own.items():
            positive = "variance" in name
            self.values[self.place.names[name]] = (
                rng.uniform(0.5, 2, array.shape) if positive else rng.normal(size=array.shape)
            )
        self.upstream = rng.normal(size=(rows, widths[1]))

    def output(self, values):
        return reference.run(self.tape, values, "forward")[self.place.output]

    def gradients(self):
        values = reference.run(self.tape, self.values, "forward")
        values[f"d{self.place.output}"] = self.upstream
        values = reference.run(self.tape, values, "backward")
        return {name: values[f"d{name}"] for name in ("X", *self.parameters)}


def test_no_layer_is_left_out():
    assert set(CASES) == set(LAYERS)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("layer", [layer for layers in CASES.values() for layer in layers], ids=repr)
def test_gradients_from_a_random_gradient_above(oracle, layer, rows, mode):
    for seed in range(3):
        alone = Alone(layer, mode, rows, seed)

        def total(values, alone=alone):
            return (alone.output(values) * alone.upstream).sum()

        for name, gradient in alone.gradients().items():
            assert gradient.shape == alone.values[name].shape
            for derive, tolerance in ((oracle.by_complex_steps, 1e-11), (oracle.by_differences, 1e-6)):
                expected = derive(total, alone.values, name)
                assert oracle.relative_distance(gradient, expected) < tolerance, f"d{name} by {derive.__name__}"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("layer", [layer for layers in CASES.values() for layer in layers], ids=repr)
@settings(max_examples=10, deadline=None)
@given(rows=st.integers(1, 6), dtype=st.sampled_from(["float32", "float64"]))
def test_what_the_tape_says_of_shapes_is_true(layer, mode, rows, dtype):
    net = gn.Network([gn.Dense(2, 3), layer, gn.Dense(layer.output_size(3), 2)], "mean_squared_error", dtype=dtype)
    tape = net.tape(mode)
    x, t = np.ones((rows, 2)), np.zeros((rows, 2))
    given = reference.values_for(net, net.as_input(x), net.as_targets(t, rows))
    values = reference.run(tape, given, "forward", "loss", "backward", "state")
    known = set(given)
    for step in tape:
        assert set(step.inputs) <= known, step
        known |= set(step.outputs)
        for name, shape in zip(step.outputs, step.shapes, strict=True):
            assert np.shape(values[name]) == tuple(rows if size == "N" else size for size in shape), step
            assert values[name].dtype == dtype, step
        # An activation's derivative is written in what it consumes, x or y; its step reads both.
        for name in step.inputs[:1] if step.phase == "backward" else step.inputs:
            if (
                name not in {"weights", "seed", "step", "losses", "dlosses", "t"}
                and step.operation != "running_variance"
            ):
                assert name in step.formula or step.operation == "mask_like", step


@pytest.mark.parametrize("layer", [layer for layers in CASES.values() for layer in layers], ids=repr)
def test_a_layer_is_written_as_it_is_made(layer):
    made = eval(repr(layer), vars(gn).copy())
    assert made == layer
    assert repr(made) == repr(layer)


@pytest.mark.parametrize("layer", [layer for layers in CASES.values() for layer in layers], ids=repr)
def test_layers_cannot_be_changed(layer):
    with pytest.raises(AttributeError):
        layer.rate = 0.7
