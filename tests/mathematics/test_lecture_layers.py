"""The layers of lecture 002: the slides' numbers, gradients against central differences, and what they refuse."""

import numpy as np
import pytest

from glassnet.mathematics.checks import ArgumentError, DataError, ShapeError
from glassnet.mathematics.lecture_layers import AddLayer, Affine, MulLayer, Relu, Sigmoid, SoftmaxWithLoss
from glassnet.mathematics.numerical import numerical_gradient

GENERATOR = np.random.default_rng(2)
X = GENERATOR.normal(size=(4, 3))
DOUT = GENERATOR.normal(size=(4, 2))


class TestShopping:
    def test_two_apples(self):
        apples, taxed = MulLayer(), MulLayer()
        assert taxed.forward(apples.forward(100, 2), 1.1) == pytest.approx(220)
        dapples, dtax = taxed.backward(1)
        dapple, dnumber = apples.backward(dapples)
        assert (dapple, int(dnumber), dtax) == (2.2, 110, 200)  # as the slide prints them

    def test_an_apple_at_101(self):
        assert MulLayer().forward(MulLayer().forward(101, 2), 1.1) == pytest.approx(222.2)

    def test_apples_and_oranges(self):
        apples, oranges, both, taxed = MulLayer(), MulLayer(), AddLayer(), MulLayer()
        price = taxed.forward(both.forward(apples.forward(100, 2), oranges.forward(150, 3)), 1.1)
        assert int(price) == 715
        dboth, dtax = taxed.backward(1)
        dapples, doranges = both.backward(dboth)
        assert apples.backward(dapples) == pytest.approx((2.2, 110))
        assert oranges.backward(doranges) == pytest.approx((3.3, 165))
        assert dtax == 650

    def test_whole_numbers_stay_whole(self):
        layer = MulLayer()
        assert repr(layer.forward(100, 2)) == "200"
        assert repr(layer.backward(1)) == "(2, 100)"
        assert repr(AddLayer().forward(200, 450)) == "650"

    def test_arrays_that_were_repeated(self):
        multiplied, added = MulLayer(), AddLayer()
        assert multiplied.forward(np.ones((4, 2)), np.array([2.0, 3.0])).shape == (4, 2)
        dx, dy = multiplied.backward(np.ones((4, 2)))
        assert dx.tolist() == [[2, 3]] * 4
        assert dy.tolist() == [4, 4]
        added.forward(np.ones((4, 2)), 5)
        dx, dy = added.backward(np.ones((4, 2)))
        assert dx.shape == (4, 2)
        assert dy == 8

    def test_adding_needs_no_forward(self):
        assert AddLayer().backward(1.1) == (1.1, 1.1)


class TestActivations:
    def test_relu_keeps_a_mask(self):
        layer = Relu()
        x = np.array([1.0, 2.0, 3.0, -5.0, 10.0, 0.0])  # lecture 002, and the kink
        assert layer.forward(x).tolist() == [1, 2, 3, 0, 10, 0]
        assert layer.mask.tolist() == [False, False, False, True, False, True]
        assert x[3] == -5

    def test_relu_backward_leaves_dout(self):
        layer = Relu()
        layer.forward(np.array([1.0, -1.0]))
        dout = np.array([5.0, 6.0])
        assert layer.backward(dout).tolist() == [5, 0]
        assert dout.tolist() == [5, 6]

    @pytest.mark.parametrize("layer", [Relu(), Sigmoid()], ids=["relu", "sigmoid"])
    def test_against_central_differences(self, layer):
        dout = GENERATOR.normal(size=X.shape)
        layer.forward(X)
        expected = numerical_gradient(lambda x: np.sum(layer.__class__().forward(x) * dout), X.copy())
        np.testing.assert_allclose(layer.backward(dout), expected, rtol=1e-6, atol=1e-9)

    def test_sigmoid(self):
        layer = Sigmoid()
        assert layer.forward(np.array([1.0, 2.0])) == pytest.approx([0.731, 0.881], abs=5e-4)  # lecture 001
        assert layer.backward(np.ones(2)) == pytest.approx(layer.out * (1 - layer.out))
        assert layer.forward(np.zeros(2, np.float32)).dtype == np.float32


class TestAffine:
    def test_against_central_differences(self):
        W, b = GENERATOR.normal(size=(3, 2)), GENERATOR.normal(size=2)
        layer = Affine(W, b)
        layer.forward(X)
        dx = layer.backward(DOUT)
        for got, f, array in [
            (dx, lambda x: Affine(W, b).forward(x), X),
            (layer.dW, lambda W: Affine(W, b).forward(X), W),
            (layer.db, lambda b: Affine(W, b).forward(X), b),
        ]:
            expected = numerical_gradient(lambda a, f=f: np.sum(f(a) * DOUT), array.copy())
            np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-9)

    def test_parameters_are_not_copied(self):
        W = np.ones((2, 2))
        layer = Affine(W, np.zeros(2))
        W *= 3
        assert layer.forward([[1.0, 1.0]]).tolist() == [[6, 6]]

    def test_pictures_are_laid_out(self):
        layer = Affine(np.ones((6, 2)), np.zeros(2))
        assert layer.forward(np.ones((4, 1, 2, 3))).shape == (4, 2)
        assert layer.backward(np.ones((4, 2))).shape == (4, 1, 2, 3)

    def test_one_sample(self):
        layer = Affine(np.ones((3, 2)), np.zeros(2))
        layer.forward([1.0, 2.0, 3.0])
        assert layer.backward([1.0, 1.0]).tolist() == [2, 2, 2]
        assert layer.dW.tolist() == [[1, 1], [2, 2], [3, 3]]

    def test_shapes_that_do_not_agree(self):
        layer = Affine(np.ones((3, 2)), np.zeros(2))
        with pytest.raises(ShapeError, match="Make n_in and n_out agree"):
            layer.forward(np.ones((4, 5)))
        layer.forward(X)
        with pytest.raises(ShapeError, match=r"dout must have the shape \(4, 2\)"):
            layer.backward(np.ones((4, 3)))


class TestSoftmaxWithLoss:
    @pytest.mark.parametrize("t", [[2, 0, 1, 1], np.eye(3)[[2, 0, 1, 1]]], ids=["indices", "one-hot"])
    def test_backward_is_the_error_shared_by_the_batch(self, t):
        layer = SoftmaxWithLoss()
        loss = layer.forward(X, t)
        exponentials = np.exp(X)
        y = exponentials / exponentials.sum(axis=1, keepdims=True)
        assert loss == pytest.approx(-np.mean(np.log(y[range(4), [2, 0, 1, 1]])))
        np.testing.assert_allclose(layer.y, y)
        np.testing.assert_allclose(layer.backward(), (y - np.eye(3)[[2, 0, 1, 1]]) / 4, rtol=1e-12, atol=1e-15)
        expected = numerical_gradient(lambda x: SoftmaxWithLoss().forward(x, t), X.copy())
        np.testing.assert_allclose(layer.backward(), expected, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(layer.backward(2.0), 2 * layer.backward())

    def test_wrong_targets(self):
        with pytest.raises(DataError, match="from 0 to 2"):
            SoftmaxWithLoss().forward(X, [0, 1, 2, 3])
        with pytest.raises(ShapeError, match="one row for each of the 4 samples"):
            SoftmaxWithLoss().forward(X, [0, 1])


@pytest.mark.parametrize(
    "layer", [MulLayer(), Relu(), Sigmoid(), Affine(np.eye(2), np.zeros(2)), SoftmaxWithLoss()], ids=lambda x: type(x).__name__
)
def test_backward_before_forward(layer):
    with pytest.raises(ArgumentError, match="Call forward first"):
        layer.backward(np.ones(2))
