"""Operators, methods and NumPy's functions on Variables: who takes over, what is refused."""

import numpy as np
import pytest

from glassnet.mathematics import functions
from glassnet.mathematics.checks import ArgumentTypeError, GlassnetError, ShapeError
from glassnet.mathematics.graph import Variable

ARRAY = np.array([1.0, 2.0])


@pytest.mark.parametrize("other", [3, 2.5, True, np.float32(2), np.int64(3), ARRAY, [1.0, 2.0], np.array(2)])
def test_operators_with_numbers_and_arrays_on_both_sides(other):
    x = np.array([4.0, 5.0])
    v = Variable(x)
    o = np.asarray(other, dtype=np.float64)
    pairs = [
        (v + other, x + o), (other + v, o + x), (v - other, x - o), (other - v, o - x),
        (v * other, x * o), (other * v, o * x), (v / other, x / o), (other / v, o / x),
        (v**other, x**o), (other**v, o**x),
    ]  # fmt: skip
    for got, expected in pairs:
        assert isinstance(got, Variable)
        np.testing.assert_allclose(got.value, expected, rtol=1e-15)


def test_matrix_products_on_both_sides():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    v = Variable(x)
    for got, expected in [(v @ ARRAY, x @ ARRAY), (ARRAY @ v, ARRAY @ x), ([1, 2] @ v, ARRAY @ x)]:
        assert isinstance(got, Variable)
        np.testing.assert_array_equal(got.value, expected)


def test_unary_and_augmented_operators():
    v = Variable([-1.0, 2.0])
    assert (-v).value.tolist() == [1, -2]
    assert +v is v
    assert abs(v).value.tolist() == [1, 2]
    before = v
    v += 1
    assert v.value.tolist() == [0, 3]
    assert before.value.tolist() == [-1, 2]
    array = np.ones(2)
    with pytest.raises(TypeError):
        array += before  # an array cannot hold a node


@pytest.mark.parametrize(
    "name", ["exp", "log", "log10", "sqrt", "abs", "sin", "cos", "sum", "mean", "max", "transpose", "tanh"]
)
def test_methods_and_numpy_s_functions_agree(name):
    x = np.array([[0.5, 1.0], [2.0, 3.0]])
    by_method, by_numpy = getattr(Variable(x), name)(), getattr(np, name)(Variable(x))
    np.testing.assert_allclose(by_method.value, getattr(np, name)(x), rtol=1e-15)
    np.testing.assert_array_equal(by_method.value, by_numpy.value)
    assert by_method.operation == by_numpy.operation


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "softmax"])
def test_activation_functions(name):
    x = np.array([[-1000.0, -1.0, 0.0], [0.5, 2.0, 1000.0]])
    function = getattr(functions, name)
    upstream = np.random.default_rng(0).normal(size=x.shape)
    for make in (function, lambda v: getattr(v, name)()):
        v = Variable(x)
        y = make(v)
        assert y.operation == name
        np.testing.assert_array_equal(y.value, function(x))
        y.backward(upstream)
        np.testing.assert_array_equal(v.grad, function.backward(upstream, x, function(x)))


def test_numpy_functions_with_arguments():
    x = np.arange(6.0).reshape(2, 3)
    v = Variable(x)
    np.testing.assert_array_equal(np.sum(v, axis=0, keepdims=True).value, np.sum(x, axis=0, keepdims=True))
    np.testing.assert_array_equal(np.mean(v, 1).value, np.mean(x, 1))
    np.testing.assert_array_equal(np.max(v, axis=1).value, np.max(x, axis=1))
    np.testing.assert_array_equal(np.reshape(v, (3, 2)).value, np.reshape(x, (3, 2)))
    np.testing.assert_array_equal(np.transpose(v, axes=(0, 1)).value, x)
    np.testing.assert_array_equal(np.maximum(0, v - 2).value, np.maximum(0, x - 2))
    assert (np.shape(v), np.ndim(v), np.size(v)) == ((2, 3), 2, 6)


def test_dot():
    x, W = np.array([1.0, 0.5]), np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])
    for got in (np.dot(x, Variable(W)), np.dot(Variable(x), W), np.dot(Variable(x), Variable(W))):
        np.testing.assert_allclose(got.value, [0.2, 0.5, 0.8])
    with pytest.raises(ShapeError, match="at most two axes"):
        np.dot(Variable(x), np.ones((2, 2, 2)))


def test_three_layers_of_lecture_002():
    x = np.array([1.0, 0.5])
    W1, b1 = Variable([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]), Variable([0.1, 0.2, 0.3])
    W2, b2 = Variable([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]), Variable([0.1, 0.2])
    W3, b3 = Variable([[0.1, 0.3], [0.2, 0.4]]), Variable([0.1, 0.2])
    z1 = functions.sigmoid(np.dot(x, W1) + b1)
    z2 = (np.dot(z1, W2) + b2).sigmoid()
    y = np.dot(z2, W3) + b3
    np.testing.assert_allclose(y.value, [0.31682708, 0.69627909], atol=5e-9)
    y.backward()
    np.testing.assert_allclose(b3.grad, 1)
    np.testing.assert_allclose(W3.grad, np.outer(z2.value, [1, 1]))


@pytest.mark.parametrize(
    "use",
    [
        np.arctan,
        np.cumsum,
        np.add.reduce,
        lambda v: np.add(v, 1, out=np.empty(2)),
        lambda v: np.exp(v, where=False),
        lambda v: np.sum(a=v),
        lambda v: np.concatenate([v, v]),
        lambda v: v > 0,
        lambda v: v // 2,
        float,
        np.frompyfunc(abs, 1, 1),
    ],
)
def test_what_has_no_rule_is_a_type_error(use):
    with pytest.raises(TypeError):
        use(Variable(ARRAY))


@pytest.mark.parametrize("use", [np.array, np.asarray, lambda v: np.zeros(2) + np.array(v, dtype=float)])
def test_a_node_does_not_become_an_array_unseen(use):
    with pytest.raises(ArgumentTypeError, match=r"is not an array. Take its .value"):
        use(Variable(ARRAY))


@pytest.mark.parametrize("other", [None, "3", 1j, object(), ["a"], {}, np.array(["a"])])
def test_operands_that_are_no_real_numbers(other):
    v = Variable(ARRAY)
    for use in (lambda: v + other, lambda: other - v, lambda: v @ other):
        with pytest.raises(TypeError):
            use()
    with pytest.raises(GlassnetError, match="an operand must hold"):
        v * other


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda v: v + np.ones(3), r"add must get shapes .* got \(2,\) and \(3,\)"),
        (lambda v: v @ np.ones((3, 2)), r"matmul .* got \(2,\) and \(3, 2\)"),
        (lambda v: v @ 3, r"matmul .* got \(2,\) and \(\)"),
        (lambda v: v.sum(axis=1), r"sum .* got \(2,\), axis=1, keepdims=False. NumPy says: axis 1 is out of bounds"),
        (lambda v: v.sum(axis="a"), "sum .* axis='a'"),
        (lambda v: v.max(axis=(0, 0)), "max .* axis=.0, 0."),
        (lambda v: v.reshape(3), r"reshape .* shape=3"),
        (lambda v: v.transpose((0, 1)), "transpose .* axes=.0, 1."),
        (lambda v: Variable([]).max(), r"max .* got \(0,\)"),
        (lambda v: v[0, 0], r"getitem .* got \(2,\), index=\(0, 0\). NumPy says: too many indices"),
    ],
)
def test_shapes_and_options_that_do_not_fit(use, words):
    with pytest.raises(GlassnetError, match=words):
        use(Variable(ARRAY))


def test_later_changes_of_an_index_do_not_reach_the_graph():
    v = Variable([1.0, 2.0, 3.0])
    chosen, as_list = np.array([0, 1]), [0, 1]
    y = v[chosen] + v[as_list] + v[(chosen,)]
    chosen[:] = 2
    as_list[:] = [2, 2]
    y.backward()
    assert v.grad.tolist() == [3, 3, 0]


def test_an_empty_list_of_indices():
    v = Variable([1.0, 2.0])
    y = v[[]]
    assert y.shape == (0,)
    y.backward()
    assert v.grad.tolist() == [0, 0]


def test_constants_are_not_copied_into_other_constants():
    array = np.array([1.0, 2.0])
    y = Variable(ARRAY) * array
    assert array.flags.writeable
    assert not y.parents[1].array.flags.writeable
