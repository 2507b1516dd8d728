"""The modules that the lectures import: their names, and that they compute what the slides and the book say."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.legacy.common import functions, gradient, layers, optimizer
from glassnet.legacy.two_layer_net import TwoLayerNet


def test_all_is_reached_from_gn():
    assert gn.legacy.common.functions.softmax is functions.softmax
    assert gn.legacy.dataset.mnist.load_mnist is gn.load_mnist
    assert gn.legacy.two_layer_net.TwoLayerNet is TwoLayerNet
    assert gn.legacy.joy.load_mnist_num(3)[1] == 3


def test_functions():
    x = np.array([-1.0, 0.0, 2.0])
    s = 1 / (1 + np.exp(-x))
    assert functions.step_function(x).dtype.kind == "i"
    assert np.allclose(functions.sigmoid(x), s)
    assert np.allclose(functions.sigmoid_grad(x), s * (1 - s))
    assert functions.relu(x).tolist() == [0, 0, 2]
    assert functions.relu_grad(x).tolist() == [0, 0, 1]
    assert functions.identity_function(x).tolist() == x.tolist()
    assert functions.softmax(np.array([[0.0, 0.0], [0.0, np.log(3)]])).round(6).tolist() == [[0.5, 0.5], [0.25, 0.75]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cross_entropy_is_the_sum_of_the_slide_and_the_mean_of_the_book(dtype):
    y = np.array([[0.6, 0.4], [0.1, 0.9], [1.0, 0.0]], dtype=dtype)
    t = np.array([[1, 0], [1, 0], [0, 1]])
    each = [-np.log(0.6 + 1e-7), -np.log(0.1 + 1e-7), -np.log(1e-7)]
    assert functions.cross_entropy_error(y, t) == pytest.approx(np.mean(each), rel=1e-6)
    assert functions.cross_entropy_error(y, np.array([0, 0, 1])) == pytest.approx(np.mean(each), rel=1e-6)
    for row, one_hot, loss in zip(y, t, each, strict=True):
        assert functions.cross_entropy_error(row, one_hot) == pytest.approx(loss, rel=1e-6)
    z = np.array([[0.3, 2.9, 4.0]])
    assert functions.softmax_loss(z, [2]) == pytest.approx(-np.log(0.73659691), rel=1e-6)


def test_numerical_gradient_of_any_shape():
    x = np.arange(6.0).reshape(1, 2, 3)
    assert np.allclose(gradient.numerical_gradient(lambda x: np.sum(x**3), x), 3 * x**2, atol=1e-6)


def test_layers_are_those_of_the_lectures():
    assert layers.__all__ == ["AddLayer", "Affine", "MulLayer", "Relu", "Sigmoid", "SoftmaxWithLoss"]
    assert layers.MulLayer().forward(100, 2) == 200


class TestOptimizers:
    """Two updates with gradients 2 and 1 from w = 1, by the formulas of the book."""

    @staticmethod
    def after(rule, *gradients):
        params = {"W": np.array([1.0]), "b": np.array([[5.0]])}
        for g in gradients:
            rule.update(params, {"W": np.array([g]), "b": np.array([[0.0]])})
        assert params["b"].tolist() == [[5.0]]
        return params["W"].item()

    def test_sgd(self):
        assert self.after(optimizer.SGD(lr=0.1), 2.0, 1.0) == pytest.approx(0.7)

    def test_the_rate_may_be_changed_on_the_way(self):
        rule = optimizer.SGD(lr=0.1)
        rule.lr = 0.2
        assert self.after(rule, 2.0) == pytest.approx(0.6)

    def test_momentum(self):
        assert self.after(optimizer.Momentum(lr=0.1), 2.0, 1.0) == pytest.approx(1 - 0.2 - (0.9 * 0.2 + 0.1))

    def test_nesterov(self):
        # The book: w += μ² v − (1 + μ) η g, then v ← μ v − η g.
        w = 1 - 1.9 * 0.2
        w += 0.81 * -0.2 - 1.9 * 0.1
        assert self.after(optimizer.Nesterov(lr=0.1), 2.0, 1.0) == pytest.approx(w)

    def test_adagrad(self):
        assert self.after(optimizer.AdaGrad(lr=0.1), 2.0, 1.0) == pytest.approx(1 - 0.1 - 0.1 / np.sqrt(5), abs=1e-6)

    def test_rmsprop(self):
        h1 = 0.01 * 4
        h2 = 0.99 * h1 + 0.01
        w = 1 - 0.1 * 2 / np.sqrt(h1) - 0.1 / np.sqrt(h2)
        assert self.after(optimizer.RMSprop(lr=0.1), 2.0, 1.0) == pytest.approx(w, abs=1e-5)

    def test_adam(self):
        m, v, w = 0.0, 0.0, 1.0
        for step, g in enumerate((2.0, 1.0), 1):
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            w -= 0.1 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step) * m / (np.sqrt(v) + 1e-7)
        assert self.after(optimizer.Adam(lr=0.1), 2.0, 1.0) == pytest.approx(w, abs=1e-5)


class TestTwoLayerNet:
    def network(self):
        np.random.seed(3)  # noqa: NPY002  # as old code does
        return TwoLayerNet(5, 4, 3, weight_init_std=0.5)

    def test_the_global_seed_decides_the_weights(self):
        assert np.array_equal(self.network().params["W2"], self.network().params["W2"])

    @pytest.mark.parametrize("one_hot", [True, False])
    def test_both_gradients_agree(self, one_hot):
        network = self.network()
        x, t = np.random.default_rng(0).normal(size=(6, 5)), np.array([0, 1, 2, 2, 1, 0])
        t = np.eye(3)[t] if one_hot else t
        exact, estimated = network.gradient(x, t), network.numerical_gradient(x, t)
        assert list(exact) == ["W1", "b1", "W2", "b2"]
        for name, value in exact.items():
            assert value.shape == network.params[name].shape
            assert np.allclose(value, estimated[name], atol=1e-6)

    def test_it_learns_whichever_way_parameters_are_changed(self):
        network = self.network()
        x = np.random.default_rng(0).normal(size=(60, 5))
        t = np.argmax(x[:, :3], axis=1)
        before = network.loss(x, t)
        for _ in range(200):
            for name, value in network.gradient(x, t).items():
                network.params[name] = network.params[name] - 0.5 * value
        assert network.loss(x, t) < 0.5 * before
        assert network.accuracy(x, t) == network.accuracy(x, np.eye(3)[t]) > 0.8


@pytest.mark.parametrize("number", [-1, 10, 2.5])
def test_joy_takes_digits_only(number):
    with pytest.raises(gn.GlassnetError, match="num must be"):
        gn.legacy.joy.load_mnist_num(number)


def test_joy_gives_columns_of_numbers_from_0_to_1():
    X, y = gn.legacy.joy.load_mnist_num(7)
    assert (X.shape, y, X.min(), X.max()) == ((784, 1), 7, 0, 1)
    (x, t), _ = gn.load_mnist()
    assert np.array_equal(X[:, 0], x[np.flatnonzero(t == 7)[0]])


def test_joy_runs_nothing_that_is_in_weights(tmp_path):
    path = tmp_path / "w_xh.weights"
    path.write_bytes(b"cos\nsystem\n(S'ls'\ntR.")
    with pytest.raises(gn.GlassnetError, match=r"it asks for 'os.system'"):
        gn.legacy.joy.load_mnist_weight(path)
    with pytest.raises(FileNotFoundError, match="Put it beside the script"):
        gn.legacy.joy.load_mnist_weight(tmp_path / "w_hy.weights")
