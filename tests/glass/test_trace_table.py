"""Traces as tables: small arrays in numbers, large ones in summary; HTML that is well-formed and escaped."""

import xml.etree.ElementTree as ET

import numpy as np

import glassnet as gn


def test_small_numbers_and_large_summaries():
    net = gn.Network([gn.Dense(3, 2, init="zeros")], "mean_squared_error")
    table = {
        line.split()[0]: line for line in str(net.trace(np.arange(6.0).reshape(2, 3), np.ones((2, 2)))).splitlines()
    }
    assert " 0 … 5, mean 2.5 " in table["X"]
    assert " 1, 1, 1, 1 " in table["t"]
    assert table["loss"].split()[:3] == ["loss", "()", "1"]


def test_html_is_well_formed_and_escaped():
    class Odd(gn.Layer):
        def forward(self, x):
            return x

        def backward(self, dy, x, y):
            return dy

    Odd.__name__ = "<script>alert(1)</script>"
    trace = gn.Network([gn.Dense(2, 2), Odd()], "mean_squared_error").trace([[0.0, 1.0]], [[1.0, 0.0]])
    html = trace._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    root = ET.fromstring(html)
    rows = root.findall(".//tbody/tr")
    assert [row.find("th").text for row in rows] == list(trace.names)
    assert root.find(".//caption").text == str(trace.address)
    numbers = {row.find("th").text: row.find(".//pre").text for row in rows}
    assert numbers["X"] == "[[0., 1.]]"


def test_html_after_an_update_has_both():
    trace = gn.Network([gn.Dense(1, 1, init=([[2.0]], [0.0]))], "mean_squared_error").trace([[1.0]], [5.0])
    root = ET.fromstring(trace.after(gn.SGD(0.1))._repr_html_())
    assert [head.text for head in root.findall(".//thead//th")] == ["name", "shape", "before", "after", "formula"]
    row = next(row for row in root.findall(".//tbody/tr") if row.find("th").text == "W1")
    assert [row.findall("td")[1].text, row.find(".//summary").text] == ["2", "2.6"]


def test_it_brings_no_colours_that_a_theme_could_hide():
    html = gn.Network([gn.Dense(2, 2)]).trace([[0.0, 1.0]])._repr_html_()
    assert "color:inherit" in html
    assert "#" not in html.split("</style>")[0]
