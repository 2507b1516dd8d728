"""The gates against Python's own logic."""

import numpy as np
import pytest

from glassnet.mathematics import gates
from glassnet.mathematics.checks import GlassnetError, ShapeError

LOGIC = {
    "AND": lambda a, b: a & b,
    "NAND": lambda a, b: 1 - (a & b),
    "OR": lambda a, b: a | b,
    "XOR": lambda a, b: a ^ b,
}
every_gate = pytest.mark.parametrize("name", LOGIC)


@every_gate
def test_all_inputs_as_numbers(name):
    for a in (0, 1):
        for b in (0, 1):
            output = getattr(gates, name)(a, b)
            assert type(output) is int
            assert output == LOGIC[name](a, b)


@every_gate
def test_truth_table(name):
    table = getattr(gates, name).truth_table()
    assert table.tolist() == [[a, b, LOGIC[name](a, b)] for a in (0, 1) for b in (0, 1)]
    assert table.dtype.kind == "i"


@every_gate
def test_arrays_are_broadcast(name):
    gate = getattr(gates, name)
    column, row = np.array([[0], [1]]), np.array([0, 1, 1])
    output = gate(column, row)
    assert output.dtype.kind == "i"
    np.testing.assert_array_equal(output, LOGIC[name](column, row))
    np.testing.assert_array_equal(gate(1, [0, 1]), LOGIC[name](1, np.array([0, 1])))
    assert gate([], []).shape == (0,)
    assert gate(np.zeros((2, 3, 4), dtype=bool), True).shape == (2, 3, 4)


@pytest.mark.parametrize("one", [True, np.True_, 1.0, np.float32(1), np.uint8(1), np.array(1)])
def test_kinds_of_bits(one):
    assert gates.AND(one, one) == 1
    assert type(gates.XOR(one, 0)) is int


@every_gate
@pytest.mark.parametrize("bad", [2, -1, 0.5, np.nan, "1", None, [0, 3], 1j])
def test_what_is_no_bit(name, bad):
    gate = getattr(gates, name)
    with pytest.raises(GlassnetError, match="x1 must hold"):
        gate(bad, 1)
    with pytest.raises(GlassnetError, match="x2 must hold"):
        gate(1, bad)


def test_shapes_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"got \(2,\) and \(3,\)"):
        gates.OR([0, 1], [0, 1, 1])


def test_weights_of_the_lecture():
    assert gates.AND.perceptron.weights.tolist() == [0.5, 0.5]
    assert [gates.AND.bias, gates.NAND.bias, gates.OR.bias] == [-0.7, 0.7, -0.2]
    assert gates.NAND.weights == (-0.5, -0.5)


def test_training_a_gate_s_perceptron_leaves_the_gate():
    gates.AND.perceptron.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [1, 0, 0, 0])
    assert gates.AND(1, 1) == 1


def test_xor_is_built_of_the_others():
    assert gates.XOR.parts == (gates.NAND, gates.OR, gates.AND)
    assert repr(gates.XOR) == "<gate XOR: AND(NAND(x1, x2), OR(x1, x2))>"


def test_how_a_gate_prints():
    assert repr(gates.NAND) == "<gate NAND: fires when −0.5·x1 − 0.5·x2 + 0.7 > 0>"
    assert str(gates.XOR).splitlines()[1:] == ["x1  x2  XOR", " 0   0   0", " 0   1   1", " 1   0   1", " 1   1   0"]


def test_a_gate_cannot_be_changed():
    with pytest.raises(AttributeError):
        gates.AND.bias = 0.7
