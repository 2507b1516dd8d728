"""What a function is: how it is called, what its arguments may be, how it is copied and pickled."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentTypeError, ShapeError
from glassnet.mathematics.function import Function, elementwise, substitute

ALL = {name: f for name in gn.functions.__all__ if isinstance(f := getattr(gn.functions, name), Function)}


def test_every_public_function_has_its_words():
    assert len(ALL) == 12
    for name, function in ALL.items():
        assert function.name == function.__name__ == name
        assert function.formula
        assert function.derivative_formula
        assert "Parameters\n" in function.__doc__
        assert ">>> " in function.__doc__
        assert repr(function) == f"<function {name}: {function.formula}>"


@elementwise(lambda x, y, a, b: a + 0 * x, formula="a x + b", derivative_formula="a")
def line(x, a, b=1.0):
    """A line."""
    return a * x + b


def test_parameters_come_by_position_or_by_name():
    assert line(2.0, 3.0) == line(2.0, a=3.0) == 7
    assert line(2.0, 3.0, 5.0) == line(2.0, b=5.0, a=3.0) == line(2.0, 3.0, b=5.0) == 11
    assert line.derivative(2.0, 3.0) == 3
    assert line.defaults == {"b": 1.0}


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"c": 2}), ((), {"b": 2}), ((1,), {"a": 2})],
    ids=["none", "too many", "unknown", "missing", "twice"],
)
def test_other_parameters_are_refused(args, kwargs):
    for call in (line, line.derivative):
        with pytest.raises(ArgumentTypeError, match=r"line must be called as line\(x, a, b\), got \(x"):
            call(1.0, *args, **kwargs)


@pytest.mark.parametrize("value", ["0.1", None, [None], object()])
def test_a_parameter_must_hold_numbers(value):
    with pytest.raises(ArgumentTypeError, match="alpha must hold numbers"):
        gn.functions.leaky_relu([1.0], value)


@pytest.mark.parametrize("shape", [(3,), (2, 2), (1, 2, 2), (0,)])
def test_a_parameter_must_broadcast_to_x(shape):
    for call in (gn.functions.prelu, gn.functions.prelu.derivative):
        with pytest.raises(ShapeError, match=r"alpha of prelu .* x's shape \(1, 2\), got an array .* with shape"):
            call([[1.0, 2.0]], np.ones(shape))


@pytest.mark.parametrize("alpha", [0.3, np.float64(0.3), np.float32(0.3), np.array(0.3)])
def test_float32_stays_float32_beside_any_number(alpha):
    x = np.array([-1.0, 2.0], dtype=np.float32)
    assert gn.functions.leaky_relu(x, alpha).dtype == np.float32
    assert gn.functions.leaky_relu.derivative(x, alpha).dtype == np.float32
    assert gn.functions.elu(x, alpha).dtype == np.float32


@pytest.mark.parametrize("name", sorted(ALL))
def test_functions_are_pickled_and_copied_as_themselves(name):
    function = ALL[name]
    assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(function) is function


def test_a_function_looks_like_a_function():
    assert inspect.signature(gn.functions.elu).parameters.keys() == {"x", "alpha"}
    assert inspect.unwrap(gn.functions.elu) is gn.functions.elu.value


def test_backward_is_the_chain_rule():
    x = np.array([-1.0, 2.0])
    y = gn.functions.tanh(x)
    dy = np.array([3.0, 5.0])
    assert np.array_equal(gn.functions.tanh.backward(dy, x, y), dy * gn.functions.tanh.derivative(x))


def test_only_whole_words_are_substituted():
    assert substitute("exp(x) + x y", x="Z1", y="A1") == "exp(Z1) + Z1 A1"
