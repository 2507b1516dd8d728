"""Whole layers as nodes of a graph: a two-layer network by hand and against differences, dtypes, targets, bad shapes."""

import numpy as np
import pytest

from glassnet.mathematics import functions
from glassnet.mathematics.checks import ArgumentTypeError, DataError, ShapeError
from glassnet.mathematics.graph import Variable
from glassnet.mathematics.graph_functions import affine, softmax_with_loss
from glassnet.mathematics.numerical import numerical_gradient

GENERATOR = np.random.default_rng(4)
X = GENERATOR.normal(size=(5, 3))
T = np.array([0, 1, 1, 0, 1])
SHAPES = {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
PARAMETERS = {name: GENERATOR.normal(size=shape) for name, shape in SHAPES.items()}


def network_loss(x, W1, b1, W2, b2):
    return softmax_with_loss(affine(functions.sigmoid(affine(x, W1, b1)), W2, b2), T)


class TestTwoLayerNetwork:
    def test_gradients_against_central_differences(self):
        variables = {name: Variable(value, name) for name, value in PARAMETERS.items()}
        network_loss(X, **variables).backward()
        for name, variable in variables.items():
            array = PARAMETERS[name].copy()
            expected = numerical_gradient(lambda a, name=name: network_loss(X, **{**PARAMETERS, name: a}), array)
            np.testing.assert_allclose(variable.grad, expected, rtol=1e-6, atol=1e-9)

    def test_one_node_a_layer(self):
        variables = {name: Variable(value) for name, value in PARAMETERS.items()}
        operations = [node.operation for node in network_loss(X, **variables).nodes() if node.parents]
        assert operations == ["affine", "sigmoid", "affine", "softmax_with_loss"]

    def test_float32_stays_float32(self):
        variables = {name: Variable(value.astype(np.float32)) for name, value in PARAMETERS.items()}
        loss = network_loss(X.astype(np.float32), **variables)
        loss.backward()
        assert loss.dtype == np.float32
        assert {variable.grad.dtype for variable in variables.values()} == {np.dtype(np.float32)}
        assert float(loss.value) == pytest.approx(float(network_loss(X, **PARAMETERS)), rel=1e-5)


class TestAffine:
    def test_a_layer_of_lecture_002(self):
        # x = (1.0, 0.5), W1 and b1 of the three-layer network: 0.1 + 0.05 + 0.1, 0.3 + 0.2 + 0.2, 0.5 + 0.3 + 0.3
        z = affine([1.0, 0.5], Variable([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]), [0.1, 0.2, 0.3])
        assert z.value == pytest.approx([0.3, 0.7, 1.1])

    def test_the_bias_gets_the_sum_over_samples(self):
        b = Variable([0.0, 0.0])
        affine(np.ones((7, 3)), np.ones((3, 2)), b).backward(np.arange(14.0).reshape(7, 2))
        assert b.grad.tolist() == [42, 49]

    def test_one_number_as_bias(self):
        b = Variable(1.0)
        affine(np.ones((7, 3)), np.ones((3, 2)), b).backward()
        assert b.grad == 14

    def test_arrays_give_an_array(self):
        assert affine([[1, 2]], [[3], [4]], [5]).tolist() == [[16]]

    @pytest.mark.parametrize(
        "shapes",
        [((5, 3), (4, 2), (2,)), ((5, 3), (3, 2), (3,)), ((), (3, 2), (2,)), ((5, 3), (3,), ()), ((3,), (3, 2), (5, 2))],
    )
    def test_shapes_that_do_not_agree(self, shapes):
        x, W, b = (Variable(np.ones(shape)) for shape in shapes)
        with pytest.raises(ShapeError, match=r"affine must get x \(N, n_in\), W \(n_in, n_out\) and b \(n_out,\), got"):
            affine(x, W, b)

    def test_words_are_no_numbers(self):
        with pytest.raises(ArgumentTypeError, match="must hold numbers"):
            affine(["a", "b"], np.ones((2, 2)), 0.0)


class TestSoftmaxWithLoss:
    def test_lecture_002(self):
        # softmax(0.3, 2.9, 4.0) = (0.018…, 0.245…, 0.737…)
        z = Variable([[0.3, 2.9, 4.0]])
        loss = softmax_with_loss(z, [2])
        loss.backward()
        assert loss.value == pytest.approx(-np.log(0.73659691))
        assert z.grad == pytest.approx(np.array([[0.01821127, 0.24519181, 0.73659691 - 1]]))

    @pytest.mark.parametrize("t", [[0, 2], [[0], [2]], [[1, 0, 0], [0, 0, 1]]])
    def test_targets_in_every_form(self, t):
        z = Variable([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
        softmax_with_loss(z, t).backward()
        expected = (functions.softmax(z.value) - np.array([[1, 0, 0], [0, 0, 1]])) / 2
        np.testing.assert_allclose(z.grad, expected, rtol=1e-12)

    def test_one_sample(self):
        z = Variable([0.0, 0.0])
        loss = softmax_with_loss(z, 1)
        loss.backward()
        assert loss.value == pytest.approx(np.log(2))
        assert z.grad.tolist() == [0.5, -0.5]

    def test_large_net_inputs(self):
        z = Variable([[1000.0, 0.0]])
        loss = softmax_with_loss(z, [1])
        loss.backward()
        assert loss.value == 1000
        assert z.grad.tolist() == [[1, -1]]

    def test_what_comes_back_is_passed_on(self):
        z = Variable([[0.0, 0.0]])
        (softmax_with_loss(z, [0]) * 10).backward()
        assert z.grad.tolist() == [[-5, 5]]

    def test_without_a_variable(self):
        assert softmax_with_loss([[0.0, 0.0, 0.0]], [1]) == pytest.approx(np.log(3))

    def test_wrong_targets(self):
        z = Variable(np.zeros((2, 3)))
        with pytest.raises(DataError, match="from 0 to 2, got 3"):
            softmax_with_loss(z, [0, 3])
        with pytest.raises(ShapeError, match="one row for each of the 2 samples"):
            softmax_with_loss(z, [0, 1, 2])
        with pytest.raises(ShapeError, match=r"t must have the shape \(2, 3\)"):
            softmax_with_loss(z, Variable([0.0, 1.0]))
        with pytest.raises(ShapeError, match=r"z must have the shape \(N, n_classes\)"):
            softmax_with_loss(Variable(1.0), 0)
