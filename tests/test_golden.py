"""The figures of the lectures, from the first perceptron figures to MNIST with weights that others trained."""

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_file(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not there: these weights may not travel with the project")
    return path


# Lecture 001


def test_sigmoid_of_1_and_2():
    assert gn.functions.sigmoid([1.0, 2.0]) == pytest.approx([0.7310586, 0.8807971], abs=5e-8)


@pytest.mark.parametrize(("W", "cost"), [(0, 4.67), (1, 0), (2, 4.67)])
def test_the_cost_of_a_line_through_the_origin(W, cost):
    x = np.array([1.0, 2.0, 3.0])
    assert round(float(gn.losses.mean_squared_error(W * x, x)), 2) == cost
    net = gn.Network([gn.Dense(1, 1, bias=False, init=np.array([[float(W)]]))], "mean_squared_error")
    assert round(net.loss(x[:, None], x), 2) == cost


def test_the_log_loss_of_eight_rows():
    p = [0.94, 0.90, 0.78, 0.56, 0.51, 0.47, 0.32, 0.10]
    actual = [1, 1, 1, 0, 0, 1, 1, 0]
    assert round(float(gn.losses.binary_cross_entropy(p, actual) / np.log(10)), 3) == 0.214


# Lecture 002


def test_the_forward_pass_through_three_layers():
    layers = [
        gn.Dense(2, 3, init=([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3])),
        gn.Sigmoid(),
        gn.Dense(3, 2, init=([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], [0.1, 0.2])),
        gn.Sigmoid(),
        gn.Dense(2, 2, init=([[0.1, 0.3], [0.2, 0.4]], [0.1, 0.2])),
        gn.Identity(),
    ]
    x = [[1.0, 0.5]]
    assert gn.Network(layers, dtype="float64").predict(x).round(8).tolist() == [[0.31682708, 0.69627909]]
    assert gn.Network(layers).predict(x) == pytest.approx(np.array([[0.31682708, 0.69627909]]), rel=1e-6)
    trace = gn.Network(layers, dtype="float64").trace(x)
    assert trace["Z1"] == pytest.approx(np.array([[0.3, 0.7, 1.1]]))


def test_softmax_of_three_numbers():
    y = gn.functions.softmax([0.3, 2.9, 4.0])
    assert y.round(8).tolist() == [0.01821127, 0.24519181, 0.73659691]
    assert y.sum() == pytest.approx(1)


def test_the_losses_of_a_2():
    y = [0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]
    t = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert gn.losses.sum_of_squares_error(y, t) == pytest.approx(0.0975)
    assert gn.losses.categorical_cross_entropy(y, t) == pytest.approx(0.510825457)


# Lecture 000

XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_T = np.array([0.0, 1.0, 1.0, 0.0])


def test_xor_by_a_relu_network():
    layers = [
        gn.Dense(2, 2, init=(np.ones((2, 2)), [0.0, -1.0])),
        gn.ReLU(),
        gn.Dense(2, 1, init=([[1.0], [-2.0]], [0.0])),
    ]
    net = gn.Network(layers, "mean_squared_error")
    assert net.predict(XOR_X)[:, 0].tolist() == XOR_T.tolist()
    assert net.trace(XOR_X)["A1"].tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert net.loss(XOR_X, XOR_T) == 0


def test_least_squares_on_xor_give_no_weights_and_one_half():
    net = gn.Network([gn.Dense(2, 1)], "mean_squared_error", seed=1, dtype="float64")
    net.fit(XOR_X, XOR_T, optimizer=gn.SGD(0.5), epochs=400, batch_size="full", verbose=0)
    assert net.parameters["W1"] == pytest.approx(np.zeros((2, 1)), abs=1e-6)
    assert net.parameters["b1"] == pytest.approx(0.5, abs=1e-6)
    exact = np.linalg.lstsq(np.c_[XOR_X, np.ones(4)], XOR_T)[0]
    assert net.parameters.flat == pytest.approx(exact, abs=1e-6)
    assert net.loss(XOR_X, XOR_T) == pytest.approx(0.25)


# The weights of others, on MNIST


@pytest.fixture(scope="module")
def mnist_test():
    return gn.load_mnist()[1]


def saitoh(dtype):
    weights = gn.read_legacy_pickle(shared_file("sample_weight.pkl"))
    layers = [gn.Dense(784, 50), gn.Sigmoid(), gn.Dense(50, 100), gn.Sigmoid(), gn.Dense(100, 10), gn.Softmax()]
    net = gn.Network(layers, dtype=dtype)
    net.parameters.update(weights)
    return net


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_weights_of_lecture_002_read_9352_of_10000(dtype, mnist_test):
    net, (x, t) = saitoh(dtype), mnist_test
    classes = net.classify(x)
    assert (classes == t).sum() == 9352
    assert net.accuracy(x, t) == 0.9352
    in_batches = np.concatenate([net.classify(x[start : start + 100]) for start in range(0, 10_000, 100)])
    assert np.array_equal(in_batches, classes)
    wrong = np.flatnonzero(classes != t)[:150]  # those near the border, and some others
    for row in (*wrong, *range(150)):
        assert net.classify(x[row : row + 1])[0] == classes[row]


def test_the_weights_of_lecture_003_read_9634_of_10000(mnist_test):
    W1 = gn.read_legacy_pickle(shared_file("joy/w_xh.weights"))
    W2 = gn.read_legacy_pickle(shared_file("joy/w_hy.weights"))
    assert (W1.shape, W2.shape) == ((100, 784), (10, 100))  # columns are samples there: W @ x
    layers = [
        gn.Dense(784, 100, bias=False, init=W1.T), gn.Sigmoid(), gn.Dense(100, 10, bias=False, init=W2.T), gn.Sigmoid()
    ]  # fmt: skip
    x, t = mnist_test
    for dtype in ("float32", "float64"):
        net = gn.Network(layers, dtype=dtype)
        assert (net.classify(x) == t).sum() == 9634
    x_train, t_train = gn.load_mnist()[0]
    first_7 = np.flatnonzero(t_train == 7)[0]
    assert round(float(net.predict(x_train[first_7 : first_7 + 1])[0, 7]), 3) == 0.979


def test_the_weights_of_lecture_003_that_no_ink_reached_are_still_as_they_were_drawn():
    W1 = gn.read_legacy_pickle(shared_file("joy/w_xh.weights"))
    slide = [-1.65955991e-01, 4.40648987e-01, -7.06488218e-01, -8.15322810e-01, -2.06465052e-01, 7.76334680e-02]
    assert np.allclose(W1[0, [0, 1, 4, 5, 8, 9]], slide, rtol=1e-8)
    assert np.allclose(W1[0, [12, 13, 16, 17]], [-5.92088802e-01, 7.54060585e-01, -1.65390395e-01, 1.17379657e-01])
    drawn = 2 * np.random.RandomState(1).random_sample(W1.shape) - 1
    silent = gn.load_mnist()[0][0].max(axis=0) == 0
    assert silent.sum() == 67
    assert np.array_equal(np.isclose(W1, drawn, rtol=0, atol=1e-9).all(axis=0), silent)
