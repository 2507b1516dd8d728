"""Drawings of networks: what they show can be read off again; they are XML, escape what they are told, and refuse."""

import base64
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.glass.network_words import WORDS
from glassnet.mathematics.checks import ArgumentError

SVG = "{http://www.w3.org/2000/svg}"
X, T = [[0.0, 1.0], [1.0, 1.0]], [1, 0]


def small():
    W = np.array([[2.0, -1.0, 0.5], [0.25, 0.0, -4.0]])
    return gn.Network([gn.Dense(2, 3, init=(W, [0.1, 0.2, 0.3])), gn.Tanh(), gn.Dense(3, 1), gn.Sigmoid()], seed=1)


def lines_of(drawing, name="W1"):
    """The lines of one layer by their first told number: thickness, role, dashes, all that is told."""
    found = {}
    for line in ET.fromstring(drawing.svg).iter(f"{SVG}line"):
        told = line.find(f"{SVG}title")
        if told is not None and told.text.startswith(f"{name}["):
            place = told.text.split(" = ")[0]
            found[place] = (float(line.get("stroke-width")), line.get("class"), line.get("stroke-dasharray"), told.text)
    return found


def test_lines_are_weights():
    drawing = small().draw()
    lines = lines_of(drawing)
    assert len(lines) == 6
    thickness = {place: line[0] for place, line in lines.items()}
    assert thickness["W1[1,2]"] == 5.0  # the largest
    assert thickness["W1[0,0]"] == pytest.approx(0.5 + 4.5 * 2 / 4)
    assert thickness["W1[1,1]"] == 0.5  # 0
    assert lines["W1[0,0]"][1:3] == ("value", None)
    assert lines["W1[0,1]"][1:3] == ("derivative", "7 3")
    assert lines["W1[1,2]"][3] == "W1[1,2] = -4.0"
    assert len(lines_of(drawing, "W2")) == 3
    assert drawing.title == "Network 2-3-1, 13 parameters"
    assert "A1: Dense(2, 3" in drawing.description
    assert drawing._repr_svg_() == drawing.svg == small().draw().svg


@pytest.mark.parametrize(("by", "sample"), [("gradient", 0), ("activation", 1), ("weight", 1)])
def test_with_a_trace_lines_and_units_show_its_numbers(by, sample):
    net = small()
    trace = net.trace(X, T)
    drawing = net.draw(trace=trace, by=by, sample=sample)
    shown = {
        "weight": trace["W1"],
        "gradient": trace["dW1"],
        "activation": trace["W1"] * trace["X"][sample][:, None],
    }[by]  # fmt: skip
    lines = lines_of(drawing)
    for (i, j), value in np.ndenumerate(shown):
        width, role, _, told = lines[f"W1[{i},{j}]"]
        assert width == pytest.approx(0.5 + 4.5 * abs(value) / np.abs(shown).max(), abs=0.006)
        assert role == ("value" if value >= 0 else "derivative")
        assert f"dW1[{i},{j}] = {trace['dW1'][i, j]!s}" in told
    units = [
        unit.find(f"{SVG}title").text
        for unit in ET.fromstring(drawing.svg).iter(f"{SVG}g")
        if unit.get("class") == "unit"
    ]
    assert len(units) == 6
    assert f"A1[{sample},2] = {trace['A1'][sample, 2]!s}" in units[4]
    assert f"dA1[{sample},2] = {trace['dA1'][sample, 2]!s}" in units[4]
    assert "b1[2] = 0.3" in units[4]


def test_by_default_a_trace_shows_activations():
    net = small()
    trace = net.trace(X)
    assert net.draw(trace=trace).svg == net.draw(trace=trace, by="activation").svg


def test_of_maxout_every_piece_is_told():
    net = gn.Network([gn.Maxout(2, 2, pieces=3), gn.Dense(2, 1)], "mean_squared_error", seed=1)
    lines = lines_of(net.draw())
    assert len(lines) == 4
    told = (
        lines["W1[0,1,0]"]
        if "W1[0,1,0]" in lines
        else next(line for place, line in lines.items() if place == "W1[0,1,0]")
    )
    assert [words.split(" = ")[0] for words in told[3].splitlines()] == ["W1[0,1,0]", "W1[1,1,0]", "W1[2,1,0]"]


def test_a_large_network_is_drawn_as_blocks_with_pictures_of_its_first_weights():
    W = np.zeros((64, 20))
    W[0, 0], W[63, 0], W[8, 1] = 1.0, -1.0, 0.5
    layers = [gn.Dense(64, 20, init=(W, np.zeros(20))), gn.BatchNorm(), gn.ReLU(), gn.Dense(20, 10), gn.Softmax()]
    net = gn.Network(layers, seed=1)
    root = ET.fromstring(net.draw().svg)
    words = [text.text for text in root.iter(f"{SVG}text")]
    for expected in ("Input", "X (N, 64)", "BatchNorm()", "ReLU()", "A1 (N, 20)", "1,340 parameters", "Softmax()"):
        assert expected in words
    assert "The first 16 of 20 units; a pixel is a weight" in words
    assert list(root.iter(f"{SVG}line")) == []
    pictures = [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(image.get("href").split(",")[1]))))
        for image in root.iter(f"{SVG}image")
    ]
    assert len(pictures) == 16
    assert pictures[0].shape == (8, 8, 4)
    ink = pictures[0][..., 3]
    assert (ink[0, 0], ink[7, 7], np.count_nonzero(ink)) == (255, 255, 2)
    assert not np.array_equal(pictures[0][0, 0, :3], pictures[0][7, 7, :3])
    assert np.argwhere(pictures[1][..., 3]).tolist() == [[1, 0]]
    traced = net.draw(trace=net.trace(np.ones((1, 64)), [3]), by="gradient").svg
    assert "dA1[0]: " in traced
    assert "units; a pixel is a weight&#x27;s derivative" in traced


def test_every_text_is_there_in_both_languages_and_takes_the_same_values():
    fields = {name: set(re.findall(r"{(\w+)", str(text))) for name, text in vars(WORDS["en"]).items()}
    assert fields == {name: set(re.findall(r"{(\w+)", str(text))) for name, text in vars(WORDS["ko"]).items()}
    small_net, large = small(), gn.Network([gn.Sigmoid(), gn.Dense(64, 20), gn.ReLU(), gn.Dense(20, 10), gn.Softmax()])
    for net in (small_net, large):
        drawing = net.draw(language="ko")
        told = [element.text or "" for element in ET.fromstring(drawing.svg).iter() if element.tag != f"{SVG}style"]
        left = re.sub(r"[A-Z]\w*\(.*[)…]", "", "\n".join(told))  # layers keep their names
        assert not re.search(r"[a-z]{3,}", left), left
        assert drawing.title.startswith("신경망 ")
    with pytest.raises(ArgumentError, match="language must be one of 'en', 'ko'"):
        small_net.draw(language="fr")


def test_units_when_wanted():
    net = small()
    assert "<image" not in net.draw(units=False).svg
    assert lines_of(net.draw(units=False)) == {}
    wide = gn.Network([gn.Dense(17, 2)], "mean_squared_error")
    assert lines_of(wide.draw()) == {}
    assert len(lines_of(wide.draw(units=True))) == 34


def test_before_the_first_block_and_numbers_that_are_not_finite():
    net = gn.Network([gn.BatchNorm(), gn.Dense(2, 2)], "mean_squared_error")
    net.parameters["W1"][0, 0] = np.nan
    drawing = net.draw(trace=net.trace(X, X), by="activation")
    assert lines_of(drawing)["W1[0,0]"][0] == 0.5
    assert "nan" in lines_of(drawing)["W1[0,0]"][3]
    ET.fromstring(net.draw(units=False).svg)


def test_themes_and_size():
    light, dark, auto = (small().draw(theme=theme).svg for theme in ("light", "dark", "auto"))
    assert "#FFFFFF" in light
    assert "#16181D" in dark
    assert "prefers-color-scheme: dark" in auto
    assert "prefers-color-scheme" not in light + dark
    root = ET.fromstring(auto)
    assert root.get("viewBox").split()[2:] == [root.get("width"), root.get("height")]
    assert "max-width: 100%" in root.get("style")
    assert float(root.get("width")) < 500
    assert not re.search(r"<script|https?://(?!www\.w3\.org/2000/svg)", auto)


def test_what_it_is_told_is_escaped():
    class Odd(gn.Layer):
        def forward(self, x):
            return x

        def backward(self, dy, x, y):
            return dy

        def __repr__(self):
            return "<b onclick='x'>&</b>"

    drawing = gn.Network([gn.Dense(2, 2), Odd()], "mean_squared_error").draw(title="<script>")
    assert "<b " not in drawing.svg
    assert "<script" not in drawing.svg
    ET.fromstring(drawing.svg)


def test_it_is_saved(tmp_path):
    path = small().draw().save(tmp_path / "net.svg")
    assert ET.parse(path).getroot().tag == f"{SVG}svg"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": "gradient"}, "by must be 'weight' without a trace"),
        ({"by": "colour"}, "by must be one of 'activation', 'gradient', 'weight'"),
        ({"trace": "no"}, "trace must be a trace of this network"),
        ({"units": 1}, "units must be True, False or None"),
        ({"theme": "blue"}, "theme must be one of"),
        ({"title": 3}, "title must be a string or None"),
        ({"trace": small().trace(X), "sample": 2}, "sample must be less than 2, the number of samples"),
        ({"trace": small().trace(X), "by": "gradient"}, "Give trace the targets too"),
        ({"trace": gn.Network([gn.Dense(2, 4)], "mean_squared_error").trace(X)}, "trace must be of this network"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(arguments, words):
    with pytest.raises(gn.GlassnetError, match=words):
        small().draw(**arguments)


def test_a_layer_without_weights_cannot_have_units():
    class Bare(gn.Layer):
        starts_block = True

        def forward(self, x):
            return x

        def backward(self, dy, x, y):
            return dy

    net = gn.Network([gn.Dense(2, 2), Bare()], "mean_squared_error")
    assert lines_of(net.draw()) == {}
    with pytest.raises(
        gn.GlassnetError, match=r"units must be False where a layer has no weights W to draw, got layer 2, Bare"
    ):
        net.draw(units=True)
