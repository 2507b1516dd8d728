"""Maxout as a layer: shapes, ties, what it generalizes, and its arithmetic by hand."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError
from glassnet.mathematics.functions import maxout, relu


def network(W, b, **words):
    pieces, n_in, n_out = np.shape(W)
    return gn.Network([gn.Maxout(n_in, n_out, pieces, init=(np.array(W, float), b))], "mean_squared_error", **words)


def test_the_arithmetic_by_hand():
    net = network([[[1.0], [0.0]], [[0.0], [2.0]]], [[0.0], [1.0]])  # max(x₁, 2x₂ + 1)
    trace = net.trace([[4.0, 1.0], [1.0, 3.0]], [0.0, 0.0])
    assert trace["pieces1"].tolist() == [[[4], [1]], [[3], [7]]]
    assert trace["A1"].tolist() == [[4], [7]]
    # dL/dy = 2y/2 = 4 and 7; the first sample goes to piece 0, the second to piece 1.
    assert trace["dpieces1"].tolist() == [[[4], [0]], [[0], [7]]]
    assert trace["dW1"].tolist() == [[[16], [4]], [[7], [21]]]
    assert trace["db1"].tolist() == [[4], [7]]
    assert trace["dX"].tolist() == [[4, 0], [0, 14]]


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_the_layer_is_the_function(pieces):
    rng = np.random.default_rng(pieces)
    x, W, b = rng.normal(size=(6, 3)), rng.normal(size=(pieces, 3, 4)), rng.normal(size=(pieces, 4))
    assert network(W, b, dtype="float64").predict(x) == pytest.approx(maxout(x, W, b))


def test_one_piece_is_a_dense_layer():
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(6, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    dense = gn.Network([gn.Dense(3, 4, init=(W, b))])
    assert network(W[None], b[None]).predict(x) == pytest.approx(dense.predict(x))


def test_the_pieces_x_and_0_are_relu():
    net = network([[[1.0]], [[0.0]]], [[0.0], [0.0]], dtype="float64")
    x = np.linspace(-2, 2, 9)[:, None]
    assert np.array_equal(net.predict(x), relu(x))


def test_of_equal_pieces_the_first_gets_the_gradient():
    net = network([[[1.0]], [[1.0]], [[1.0]]], np.zeros((3, 1)))
    gradients = net.gradients([[3.0]], [0.0])
    assert gradients["W1"].ravel().tolist() == [18, 0, 0]
    assert gradients["b1"].ravel().tolist() == [6, 0, 0]


def test_it_begins_a_block_and_has_its_own_numbers():
    net = gn.Network([gn.Maxout(3, 4), gn.Dropout(), gn.Maxout(4, 2, pieces=3)])
    assert {name: array.shape for name, array in net.parameters.items()} == {
        "W1": (2, 3, 4), "b1": (2, 4), "W2": (3, 4, 2), "b2": (3, 2)
    }  # fmt: skip
    assert net.parameters["W1"].std() > 0


def test_auto_is_he():
    W = gn.Network([gn.Maxout(400, 100)]).parameters["W1"]
    assert W.std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)


@pytest.mark.parametrize("name", ["n_in", "n_out", "pieces"])
def test_sizes_are_integers_of_at_least_1(name):
    sizes = {"n_in": 2, "n_out": 2, "pieces": 2}
    with pytest.raises(ArgumentError, match=f"Maxout's {name} must be an integer of at least 1, got 0"):
        gn.Maxout(**sizes | {name: 0})
    with pytest.raises(ArgumentTypeError, match=f"Maxout's {name} must be an integer of at least 1, got 2.0"):
        gn.Maxout(**sizes | {name: 2.0})
    assert repr(gn.Maxout(**sizes | {name: np.int8(3)})).count("np.") == 0


def test_arrays_of_another_shape_name_the_layer():
    with pytest.raises(ShapeError, match=r"layer 1, Maxout\(3, 4, init=.*\): W must have the shape \(2, 3, 4\), got"):
        gn.Network([gn.Maxout(3, 4, init=np.zeros((3, 4)))])
    with pytest.raises(ShapeError, match=r"got \(2, 4, 3\)\. Rows are inputs and columns outputs: transpose it"):
        gn.Network([gn.Maxout(3, 4, init=np.zeros((2, 4, 3)))])
