"""Each rule of the graph against complex steps, central differences and numbers by hand; domains and kinks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.mathematics.graph import Variable
from glassnet.mathematics.graph_functions import affine, softmax_with_loss
from glassnet.mathematics.graph_rules import RULES, undo_broadcasting

GENERATOR = np.random.default_rng(7)


def normal(*shape):
    return GENERATOR.normal(size=shape)


def positive(*shape):
    return GENERATOR.uniform(0.5, 2.0, size=shape)


# Functions of arrays and of Variables alike: the same text is evaluated with both.
CASES = {
    "add": (lambda a, b: a + b, normal(2, 3), normal(3)),
    "subtract": (lambda a, b: a - b, normal(2, 1), normal(2, 3)),
    "multiply": (lambda a, b: a * b, normal(2, 3), normal()),
    "divide": (lambda a, b: a / b, normal(2, 3), positive(1, 3)),
    "power": (lambda a, b: a**b, positive(2, 3), normal(3)),
    "power of a number": (lambda a: 2.0**a, normal(4)),
    "power to a number": (lambda a: a**3, normal(4)),
    "negative": (lambda a: -a, normal(3)),
    "square": (np.square, normal(3)),
    "exp": (np.exp, normal(3)),
    "log": (np.log, positive(3)),
    "log10": (np.log10, positive(3)),
    "sqrt": (np.sqrt, positive(3)),
    "sin": (np.sin, normal(3)),
    "cos": (np.cos, normal(3)),
    "tanh": (np.tanh, normal(3)),
    "sum": (lambda a: a.sum(), normal(2, 3)),
    "sum over an axis": (lambda a: a.sum(axis=1), normal(2, 3, 2)),
    "sum over axes": (lambda a: a.sum(axis=(0, -1)), normal(2, 3, 2)),
    "sum keeping axes": (lambda a: a.sum(axis=-2, keepdims=True), normal(2, 3, 2)),
    "sum over no axis": (lambda a: a.sum(axis=()), normal(2, 3)),
    "mean": (lambda a: a.mean(), normal(2, 3)),
    "mean over axes": (lambda a: a.mean(axis=(1, 0)), normal(2, 3, 2)),
    "mean keeping axes": (lambda a: a.mean(axis=0, keepdims=True), normal(2, 3)),
    "reshape": (lambda a: a.reshape(3, -1), normal(2, 3)),
    "reshape by a tuple": (lambda a: a.reshape((6,)), normal(2, 3)),
    "T": (lambda a: a.T, normal(2, 3, 4)),
    "transpose": (lambda a: a.transpose((1, 2, 0)), normal(2, 3, 4)),
    "transpose counted from the end": (lambda a: a.transpose((-1, 0, -2)), normal(2, 3, 4)),
    "item": (lambda a: a[1], normal(3)),
    "item of a matrix": (lambda a: a[1, 2], normal(2, 3)),
    "slice": (lambda a: a[::-2, None, ..., 1:], normal(3, 2, 3)),
    "indices that repeat": (lambda a: a[[0, 2, 0, 0]], normal(3, 2)),
    "pairs of indices": (lambda a: a[np.arange(3), [1, 0, 1]], normal(3, 2)),
    "mask": (lambda a: a[np.array([True, False, True])], normal(3, 2)),
    "vector @ vector": (lambda a, b: a @ b, normal(3), normal(3)),
    "matrix @ vector": (lambda a, b: a @ b, normal(2, 3), normal(3)),
    "vector @ matrix": (lambda a, b: a @ b, normal(3), normal(3, 2)),
    "matrix @ matrix": (lambda a, b: a @ b, normal(2, 3), normal(3, 4)),
    "stack @ matrix": (lambda a, b: a @ b, normal(5, 2, 3), normal(3, 4)),
    "vector @ stack": (lambda a, b: a @ b, normal(3), normal(5, 3, 2)),
    "stack @ vector": (lambda a, b: a @ b, normal(5, 2, 3), normal(3)),
    "stacks that broadcast": (lambda a, b: a @ b, normal(4, 1, 2, 3), normal(5, 3, 2)),
    "dot": (np.dot, normal(2, 3), normal(3, 2)),
    "dot with a number": (np.dot, normal(), normal(3, 2)),
}
NOT_COMPLEX = {
    "absolute": (np.abs, np.array([-2.0, 0.5, 3.0])),
    "maximum": (np.maximum, np.array([[1.0, -2.0], [3.0, 0.0]]), np.array([0.5, -1.0])),
    "max": (lambda a: a.max(), np.array([[1.0, 5.0], [3.0, 4.0]])),
    "max over an axis": (lambda a: a.max(axis=-1), np.array([[1.0, 5.0], [3.0, 2.0]])),
    "max keeping axes": (lambda a: a.max(axis=(0, 2), keepdims=True), np.arange(12.0).reshape(2, 3, 2)),
    "affine": (affine, normal(4, 3), normal(3, 2), normal(2)),
    "affine of one sample": (affine, normal(3), normal(3, 2), normal(2)),
    "affine with one bias": (affine, normal(5, 4, 3), normal(3, 2), normal()),
    "softmax with loss": (softmax_with_loss, normal(4, 3), positive(4, 3)),
    "softmax with loss of one sample": (softmax_with_loss, normal(3), positive(3)),
}


def derivative_by_complex_step(f, arrays, k, index):
    shifted = [array.astype(complex) for array in arrays]
    shifted[k][index] += 1e-30j
    return np.imag(f(*shifted)) / 1e-30


def derivative_by_central_difference(f, arrays, k, index):
    up, down = [array.copy() for array in arrays], [array.copy() for array in arrays]
    up[k][index] += 1e-6
    down[k][index] -= 1e-6
    return (f(*up) - f(*down)) / 2e-6


def check(f, arrays, derivative, rtol):
    arrays = [np.array(array) for array in arrays]
    variables = [Variable(array) for array in arrays]
    output = f(*variables)
    value = f(*arrays)
    assert output.shape == np.shape(value)
    np.testing.assert_allclose(output.value, value, rtol=1e-14)
    upstream = np.random.default_rng(3).normal(size=np.shape(value))
    output.backward(upstream)
    for k, (array, variable) in enumerate(zip(arrays, variables, strict=True)):
        assert np.shape(variable.grad) == array.shape
        expected = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            expected[index] = np.sum(upstream * derivative(f, arrays, k, index))
        np.testing.assert_allclose(variable.grad, expected, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("name", CASES)
def test_against_the_complex_step(name):
    f, *arrays = CASES[name]
    check(f, arrays, derivative_by_complex_step, 1e-12)


@pytest.mark.parametrize("name", [*CASES, *NOT_COMPLEX])
def test_against_central_differences(name):
    f, *arrays = (CASES | NOT_COMPLEX)[name]
    check(f, arrays, derivative_by_central_difference, 1e-7)


def test_every_rule_is_tested():
    used = set()
    for f, *arrays in (CASES | NOT_COMPLEX).values():
        used |= {node.operation for node in f(*map(Variable, arrays)).nodes()}
    assert set(RULES) <= used


def gradient(f, x):
    variable = Variable(x)
    f(variable).backward()
    return variable.grad


class TestKinks:
    def test_absolute_value_at_zero(self):
        assert gradient(abs, 0.0) == 0
        assert gradient(abs, -0.0) == 0

    def test_ties_share_the_derivative(self):
        a, b = Variable([1.0, 1.0]), Variable([1.0, 0.0])
        np.maximum(a, b).backward([10, 10])
        assert a.grad.tolist() == [5, 10]
        assert b.grad.tolist() == [5, 0]
        assert gradient(lambda x: x.max(), [2.0, 1.0, 2.0]).tolist() == [0.5, 0, 0.5]
        assert gradient(lambda x: x.max(axis=0), [[2.0, 1.0], [2.0, 3.0]]).tolist() == [[0.5, 0], [0.5, 1]]


class TestPower:
    def test_zero_to_the_zero(self):
        x, n = Variable(0.0), Variable(0.0)
        y = x**n
        y.backward()
        assert y.value == 1
        assert x.grad == 0
        assert np.isnan(n.grad)

    @pytest.mark.parametrize(("exponent", "value", "slope"), [(1, 0, 1), (2, 0, 0), (3, 0, 0), (0, 1, 0)])
    def test_base_zero(self, exponent, value, slope):
        x = Variable(0.0)
        y = x**exponent
        y.backward()
        assert y.value == value
        assert x.grad == slope

    def test_negative_base_with_integer_exponents(self):
        x = Variable([-2.0, -2.0, -2.0, -2.0])
        y = x ** np.array([3, 2, -1, 0])
        y.backward()
        np.testing.assert_allclose(y.value, [-8, 4, -0.5, 1])
        np.testing.assert_allclose(x.grad, [12, -4, -0.25, 0])

    def test_gradient_of_the_exponent(self):
        a, n = Variable([2.0, 0.0, -2.0, -2.0]), Variable([3.0, 2.0, 3.0, 0.5])
        y = a**n
        y.backward()
        np.testing.assert_allclose(n.grad, [8 * np.log(2), 0, np.nan, np.nan])
        np.testing.assert_allclose(a.grad, [12, 0, 12, np.nan])
        assert np.isnan(y.value[3])

    def test_reflected(self):
        assert gradient(lambda x: 2**x, 3.0) == pytest.approx(8 * np.log(2))


class TestOutsideTheDomain:
    """No warnings (they would be errors here): inf and nan, as the limits are."""

    @pytest.mark.parametrize(
        ("f", "x", "value", "slope"),
        [
            (lambda x: 1 / x, 0.0, np.inf, -np.inf),
            (lambda x: x / 0, 1.0, np.inf, np.inf),
            (lambda x: x / x, 0.0, np.nan, np.nan),
            (np.log, 0.0, -np.inf, np.inf),
            (np.log, -1.0, np.nan, -1.0),
            (np.log10, 0.0, -np.inf, np.inf),
            (np.sqrt, 0.0, 0.0, np.inf),
            (np.sqrt, -1.0, np.nan, np.nan),
            (np.exp, 1000.0, np.inf, np.inf),
            (np.exp, -1000.0, 0.0, 0.0),
            (lambda x: x**-1, 0.0, np.inf, -np.inf),
            (lambda x: x * x, 1e200, np.inf, 2e200),
            (np.sin, np.inf, np.nan, np.nan),
            (lambda x: x + 1, np.nan, np.nan, 1.0),
            (np.max, np.nan, np.nan, np.nan),
        ],
    )
    def test_numbers(self, f, x, value, slope):
        variable = Variable(x)
        y = f(variable)
        y.backward()
        np.testing.assert_equal(y.value, value)
        np.testing.assert_equal(variable.grad, slope)

    def test_float32_overflow(self):
        y = Variable(np.float32(1.0)) * 1e300
        assert y.value == np.inf

    def test_reductions_of_nothing(self):
        x = Variable(np.empty((0, 3)))
        assert np.isnan(x.mean().value)
        assert np.isnan(x.mean(axis=0).value).all()
        assert x.mean(axis=1).shape == (0,)
        assert x.sum().value == 0
        (x.sum() + x.mean() + x.mean(axis=1).sum()).backward()
        assert x.grad.shape == (0, 3)


shapes = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@settings(max_examples=100)
@given(shapes, shapes)
def test_undoing_a_broadcast_is_its_adjoint(shape, larger):
    try:
        full = np.broadcast_shapes(shape, larger)
    except ValueError:
        return
    x, dy = np.random.default_rng(0).normal(size=shape), np.random.default_rng(1).normal(size=full)
    back = undo_broadcasting(dy, shape)
    assert back.shape == shape
    assert np.sum(back * x) == pytest.approx(np.sum(dy * np.broadcast_to(x, full)))
