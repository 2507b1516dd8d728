"""Numbers, names and tooltips as a drawing writes them."""

import numpy as np
import pytest

from glassnet.glass.graph_marks import escaped, number_text, numbers_text, shortened, symbol_of, value_text, width_of
from glassnet.mathematics.graph_rules import RULES


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (100 * 2 * 1.1, "220"),
        (101 * 2 * 1.1, "222.2"),
        (2.2, "2.2"),
        (110.00000000000001, "110"),
        (3.3000000000000003, "3.3"),
        (715.0000000000001, "715"),
        (0.0, "0"),
        (-0.0, "0"),
        (-1.5, "−1.5"),
        (1 / 3, "0.3333"),
        (0.00012345, "0.0001234"),
        (1.5e-5, "1.5×10⁻⁵"),
        (999999.0, "999999"),
        (999.96, "1000"),
        (1e6, "1×10⁶"),
        (-2.5e300, "−2.5×10³⁰⁰"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "nan"),
        (np.float32(0.1), "0.1"),
    ],
)
def test_numbers(number, text):
    assert number_text(number) == text


def test_values():
    assert value_text(np.float32(2.5)) == "2.5"
    assert value_text(np.zeros((2, 3))) == "(2, 3)"
    assert value_text(np.zeros(0)) == "(0,)"


def test_tooltips_do_not_grow_with_the_array():
    assert numbers_text(np.arange(3.0)) == "[0., 1., 2.]"
    large = numbers_text(np.ones((1000, 1000)))
    assert large.startswith("(1000, 1000)")
    assert len(large) < 300


def test_every_operation_has_a_symbol():
    assert all(symbol_of(operation) for operation in RULES)
    assert symbol_of("my_own_layer") == "my own layer"


def test_names():
    assert shortened("tax") == "tax"
    assert shortened("two\nlines") == "two lines"
    assert len(shortened("x" * 100)) == 24
    assert width_of("한글", 10) == 20
    assert width_of("e\u0301", 10) == width_of("e", 10)
    assert escaped("<&>\ufffe") == "&lt;&amp;&gt;�"
