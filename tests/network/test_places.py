"""Where layers stand: sizes that must agree, and names that no two arrays share."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError


def names(*layers):
    return [step.output for step in gn.Network(list(layers), "mean_squared_error").tape("predict").phase("forward")]


def test_blocks_are_numbered_and_end_with_their_output():
    assert names(gn.Dense(2, 3), gn.Sigmoid(), gn.Dense(3, 2)) == ["Z1", "A1", "Z2", "A2"]
    assert names(gn.Dense(2, 3), gn.Dense(3, 2)) == ["Z1", "A1", "Z2", "A2"]
    assert names(gn.Maxout(2, 3), gn.Tanh()) == ["pieces1", "Z1", "A1"]


def test_arrays_within_a_block_are_named_by_their_layer():
    assert names(gn.Dense(2, 3), gn.ReLU(), gn.ReLU(), gn.Dropout(), gn.Dense(3, 1)) == [
        "Z1", "relu1", "relu1_2", "A1", "Z2", "A2"
    ]  # fmt: skip


def test_layers_before_the_first_dense_are_block_0():
    assert names(gn.Dropout(), gn.Tanh(), gn.Dense(2, 1)) == ["dropout0", "A0", "Z1", "A1"]
    assert names(gn.Identity(), gn.Dense(2, 1)) == ["A0", "Z1", "A1"]


def test_one_dense_is_a_network():
    net = gn.Network([gn.Dense(2, 1)])
    assert names(gn.Dense(2, 1)) == ["Z1", "A1"]
    assert (net.n_in, net.n_out) == (2, 1)


def test_the_same_layer_object_may_stand_twice():
    dense, relu, norm = gn.Dense(3, 3), gn.ReLU(), gn.BatchNorm()
    net = gn.Network([dense, relu, norm, dense, relu, norm, norm], "mean_squared_error")
    assert list(net.parameters) == [
        "W1", "b1", "gamma1", "beta1", "W2", "b2", "gamma2", "beta2", "gamma2_2", "beta2_2"
    ]  # fmt: skip
    assert not np.array_equal(net.parameters["W1"], net.parameters["W2"])
    net.parameters["W1"][...] = 0
    assert net.parameters["W2"].any()


def test_prelu_has_names_of_its_own_in_each_place():
    net = gn.Network([gn.PReLU(), gn.Dense(2, 3), gn.PReLU(), gn.PReLU(), gn.Dense(3, 1)])
    shapes = {name: array.shape for name, array in net.parameters.items() if name.startswith("alpha")}
    assert shapes == {"alpha0": (2,), "alpha1": (3,), "alpha1_2": (3,)}


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (
            [gn.Dense(2, 3), gn.Dense(4, 1)],
            r"layer 2, Dense\(4, 1\), must take .*: layer 1, Dense\(2, 3\), gives 3\. Give layer 2 n_in=3, or let lay",
        ),
        (
            [gn.Dense(2, 3), gn.BatchNorm(), gn.ReLU(), gn.Maxout(4, 1)],
            r"layer 4, Maxout\(4, 1\), .* layer 3, ReLU\(\), gives 3\. .* let layer 1, Dense\(2, 3\), give 4\.",
        ),
    ],
)
def test_sizes_that_do_not_agree_name_both_layers_and_the_way_out(layers, words):
    with pytest.raises(ShapeError, match=words):
        gn.Network(layers)


@pytest.mark.parametrize(
    ("layers", "kind", "words"),
    [
        ([], ArgumentError, "layers must hold at least one layer, got none"),
        ([gn.ReLU(), gn.Dropout()], ArgumentError, r"must have a layer with a size, got \[ReLU\(\), Dropout\(\)\]"),
        (gn.Dense(2, 1), ArgumentTypeError, r"layers must be a list of layers, got Dense\(2, 1\)"),
        (3, ArgumentTypeError, "layers must be a list of layers, got 3"),
        (None, ArgumentTypeError, "layers must be a list of layers, got None"),
        (
            [gn.Dense(2, 1), gn.Sigmoid],
            ArgumentTypeError,
            r"layer 2 must be a layer, got the class Sigmoid\. Write Sigm",
        ),
        ([gn.Dense(2, 1), "relu"], ArgumentTypeError, "layer 2 must be a layer, got 'relu'"),
        ("relu", ArgumentTypeError, "layer 1 must be a layer, got 'r'"),
        ([[gn.Dense(2, 1)]], ArgumentTypeError, "layer 1 must be a layer"),
    ],
    ids=str,
)
def test_what_is_no_list_of_layers_is_refused(layers, kind, words):
    with pytest.raises(kind, match=words):
        gn.Network(layers)


def test_a_generator_of_layers_will_do():
    assert len(gn.Network(gn.Dense(2, 2) for _ in range(3)).layers) == 3
