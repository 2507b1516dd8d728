"""The dense layer: sizes, biases, initial weights, and its arithmetic by hand."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError


def test_the_arithmetic_by_hand():
    net = gn.Network([gn.Dense(2, 3)], "mean_squared_error")
    net.parameters.update({"W1": [[1, 2, 3], [4, 5, 6]], "b1": [10, 20, 30]})
    assert net.predict([[1, 1], [2, 0]]).tolist() == [[15, 27, 39], [12, 24, 36]]


def test_without_bias_there_is_none():
    net = gn.Network([gn.Dense(2, 3, bias=False)], "mean_squared_error")
    assert list(net.parameters) == ["W1"]
    assert net.predict([[0, 0]]).tolist() == [[0, 0, 0]]
    assert list(net.gradients([[1, 1]], [[0, 0, 0]])) == ["W1"]


@pytest.mark.parametrize("name", ["n_in", "n_out"])
@pytest.mark.parametrize("size", [0, -3])
def test_sizes_are_at_least_1(name, size):
    with pytest.raises(ArgumentError, match=f"Dense's {name} must be an integer of at least 1, got {size}"):
        gn.Dense(**({"n_in": 2, "n_out": 2} | {name: size}))


@pytest.mark.parametrize("size", [2.0, "2", None, True])
def test_sizes_are_integers(size):
    with pytest.raises(ArgumentTypeError, match="Dense's n_in must be an integer"):
        gn.Dense(size, 2)


def test_numpys_integers_become_plain_ones():
    layer = gn.Dense(np.int64(3), np.array([0, 9]).max() + 1)
    assert repr(layer) == "Dense(3, 10)"
    assert layer == gn.Dense(3, 10)


@pytest.mark.parametrize("bias", ["he", 0, 1, None, [0.0]])
def test_bias_says_yes_or_no(bias):
    with pytest.raises(ArgumentTypeError, match="Dense's bias must be True or False, got"):
        gn.Dense(2, 2, bias)


def test_biases_are_not_dropped_silently():
    with pytest.raises(ArgumentError, match="Dense's init must be W alone where bias=False, got W and b"):
        gn.Dense(1, 1, bias=False, init=([[1.0]], [1.0]))
    layer = gn.Dense(1, 1, bias=False, init=([[2.0]], None))
    assert gn.Network([layer]).predict([[3.0]]).tolist() == [[6]]


def test_biases_start_at_0():
    for init in ("auto", "he", "xavier", "normal", gn.initializers.He(), np.ones((2, 3))):
        assert gn.Network([gn.Dense(2, 3, init=init)]).parameters["b1"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("W", "b", "words"),
    [
        (
            (3, 2),
            (3,),
            r"W must have the shape \(2, 3\), got \(3, 2\)\. Rows are inputs and columns outputs: transpose it",
        ),
        ((2, 4), (3,), r"W must have the shape \(2, 3\), got \(2, 4\)\. Give an array of that shape"),
        ((2, 3), (2,), r"b must have the shape \(3,\), got \(2,\)"),
        ((2, 3), (1, 3), r"b must have the shape \(3,\), got \(1, 3\)"),
    ],
)
def test_arrays_of_another_shape_name_the_layer(W, b, words):
    with pytest.raises(ShapeError, match=r"^layer 2, Dense\(2, 3, init=.*\): " + words):
        gn.Network([gn.Dense(4, 2), gn.Dense(2, 3, init=(np.zeros(W), np.zeros(b)))])


@pytest.mark.parametrize(
    ("following", "std"),
    [
        ([gn.ReLU()], np.sqrt(2 / 400)),
        ([gn.LeakyReLU()], np.sqrt(2 / 400)),
        ([gn.BatchNorm(), gn.Dropout(), gn.ELU()], np.sqrt(2 / 400)),
        ([gn.Tanh()], np.sqrt(2 / 600)),
        ([gn.Sigmoid()], np.sqrt(2 / 600)),
        ([], np.sqrt(2 / 600)),
        ([gn.Dense(200, 5), gn.ReLU()], np.sqrt(2 / 600)),  # that ReLU belongs to the next block
        ([gn.Maxout(200, 5)], np.sqrt(2 / 600)),
    ],
    ids=str,
)
def test_auto_suits_the_activation_of_the_same_block(following, std):
    W = gn.Network([gn.Dense(400, 200), *following]).parameters["W1"]
    assert W.std() == pytest.approx(std, rel=0.02)


def test_init_must_be_something_known():
    with pytest.raises(ArgumentError, match=r"init must be one of .* Did you mean 'xavier'\?"):
        gn.Dense(2, 2, init="xavir")
    for init in (3, None, [[1.0, 2.0]], gn.initializers.He, (1, 2, 3)):
        with pytest.raises(ArgumentTypeError, match="init must be a name such as 'he', an initializer"):
            gn.Dense(2, 2, init=init)
