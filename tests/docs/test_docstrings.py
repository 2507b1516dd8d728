"""How docstrings are read."""

import pytest

import glassnet as gn
from docs.site.docstrings import add_formulas, public_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gn.Network", "Network"),
        ("Variable", "Variable"),
        ("glassnet.load_mnist()", "load_mnist"),
        ("gn.losses.gaussian_nll", "losses.gaussian_nll"),
        ("W1", None),
        ("functions", None),
    ],
)
def test_public_names_are_links(text, name):
    assert public_name(text) == name


def test_a_functions_formulas_follow_its_first_sentence():
    lines = ["", "Sigmoid.", "", "More."]
    add_formulas(None, "function", "", gn.functions.sigmoid, None, lines)
    assert lines[:5] == ["", "Sigmoid.", "", "* Value: ``1 / (1 + exp(-x))``", "* Derivative: ``y (1 - y)``"]


def test_other_docstrings_stay_as_they_are():
    lines = ["A multilayer perceptron.", ""]
    add_formulas(None, "class", "", gn.Network, None, lines)
    assert lines == ["A multilayer perceptron.", ""]
