"""The drawing of a computational graph: the slides' numbers, every edge once, no label on another, refusals."""

import os
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass.graph_drawing import draw_graph
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError
from glassnet.mathematics.graph import Variable

SVG = "{http://www.w3.org/2000/svg}"


def two_apples(apple=100):
    return Variable(apple, "apple") * Variable(2, "number of apples") * Variable(1.1, "tax")


def shopping():
    apple, number = Variable(100, "apple"), Variable(2, "number of apples")
    orange, number_of_oranges = Variable(150, "orange"), Variable(3, "number of oranges")
    price = (apple * number + orange * number_of_oranges) * Variable(1.1, "tax")
    price.name = "price"
    price.backward()
    return price


def neuron():
    x1, x2, w1, w2, b = (Variable(v, n) for v, n in [(1, "x1"), (0, "x2"), (0.5, "w1"), (0.5, "w2"), (-0.7, "b")])
    y = gn.functions.sigmoid(x1 * w1 + x2 * w2 + b)
    y.backward()
    return y


def small_network():
    """Return the squared error of a network of single numbers: 2 inputs, 2 hidden units, 1 output."""
    x = [Variable(1.0, "x1"), Variable(0.5, "x2")]
    h = []
    for unit in "12":
        z = x[0] * Variable(0.1, f"w1{unit}") + x[1] * Variable(-0.2, f"w2{unit}") + Variable(0.3, f"b{unit}")
        h.append(gn.functions.relu(z))
    loss = (h[0] * Variable(0.7, "v1") + h[1] * Variable(-0.8, "v2") - 1) ** 2 / 2
    loss.backward()
    return loss


def network_of_arrays():
    W1, b1 = Variable(np.full((784, 50), 0.01), "W1"), Variable(np.zeros(50), "b1")
    W2, b2 = Variable(np.full((50, 10), 0.1), "W2"), Variable(np.zeros(10), "b2")
    hidden = gn.functions.sigmoid(gn.affine(np.ones((100, 784)), W1, b1))
    loss = gn.softmax_with_loss(gn.affine(hidden, W2, b2), np.zeros(100, int))
    loss.backward()
    return loss


def shared():
    x, y = Variable(3.0, "x"), Variable(2.0, "y")
    a = x * y
    a.name = "a step with a long name"
    c = (a + x) - a
    d = c / a + np.exp(a + x) * x * x
    d.backward()
    return d


def random_graph(seed):
    """Return a graph of 40 operations on whatever came before, sharing much."""
    generator = np.random.default_rng(seed)
    nodes = [Variable(generator.normal(), f"input {k}") for k in range(4)]
    for _ in range(40):
        a, b = (nodes[k] for k in generator.integers(max(0, len(nodes) - 8), len(nodes), 2))
        nodes.append([a + b, a * 0.5, a - b, np.sin(a), a * b][generator.integers(5)])
    nodes[-1].backward()
    return nodes[-1]


GRAPHS = {
    "shopping": shopping,
    "neuron": neuron,
    "small network": small_network,
    "network of arrays": network_of_arrays,
    "shared": shared,
    "without derivatives": two_apples,
    "one input": lambda: Variable(3.0, "x"),
    "named in Korean": lambda: Variable(100, "사과의 개수") * Variable(2, "소비세") - 1,
    **{f"random {seed}": (lambda seed=seed: random_graph(seed)) for seed in range(4)},
}
every_graph = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())
both_ways = pytest.mark.parametrize("inputs", ["left", "near"])


def parsed(drawing):
    return ET.fromstring(drawing.svg)


def texts(drawing, role=None):
    """Return the visible texts, or those in the colour of a role."""
    place = f".//{SVG}g[@class='{role}']/{SVG}text" if role else f".//{SVG}text"
    return [element.text for element in parsed(drawing).findall(place)]


def boxes(root):
    """Return where each text lies, its letters taken for as wide as DejaVu Sans, a wide font, has them."""
    found = []
    for element in root.iter(f"{SVG}text"):
        size = float(element.get("font-size", 14))
        width = sum(
            size if ord(letter) > 0x1100 and letter != "−" and ord(letter) >= 0xAC00 else 0.64 * size
            for letter in element.text
        )
        x, baseline = float(element.get("x")), float(element.get("y"))
        left = {"start": x, "middle": x - width / 2, "end": x - width}[element.get("text-anchor")]
        found.append((left, baseline - 0.75 * size, left + width, baseline + 0.22 * size, element.text))
    return found


def points_of(line):
    """Return points along a path of M, H, L and C."""
    points = []
    for command, numbers in re.findall(r"([MHLC])([^MHLC]*)", line.get("d")):
        values = [float(number) for number in numbers.split()]
        if command == "C":
            start = points[-1]
            control = np.array([start, *np.reshape(values, (3, 2))])
            u = np.linspace(0, 1, 30)[:, None]
            weights = np.hstack([(1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u**2 * (1 - u), u**3])
            points += [tuple(map(float, point)) for point in weights @ control]
        else:
            x, y = values if len(values) == 2 else (values[0], points[-1][1])
            if points:
                points += [tuple(map(float, point)) for point in np.linspace(points[-1], (x, y), 50)]
            points.append((x, y))
    return points


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


class TestLectureFigures:
    def test_two_apples(self):
        price = two_apples()
        price.backward()
        drawing = draw_graph(price)
        assert sorted(texts(drawing, "value")) == sorted(["100", "2", "200", "1.1", "220"])
        assert sorted(texts(drawing, "derivative")) == sorted(["2.2", "110", "1.1", "200", "1"])
        assert texts(drawing, "ink").count("×") == 2

    def test_an_apple_at_101(self):
        drawing = draw_graph(two_apples(101))
        assert "222.2" in texts(drawing)
        assert texts(drawing, "derivative") == []  # nothing went backward yet

    def test_apples_and_oranges(self):
        drawing = draw_graph(shopping())
        assert sorted(texts(drawing, "value")) == sorted(["100", "2", "150", "3", "1.1", "200", "450", "650", "715"])
        backward = ["2.2", "110", "3.3", "165", "650", "1.1", "1.1", "1.1", "1"]
        assert sorted(texts(drawing, "derivative")) == sorted(backward)
        names = ["apple", "number of apples", "orange", "number of oranges", "tax", "price", "×", "×", "×", "+"]
        assert sorted(texts(drawing, "ink")) == sorted(names)

    def test_inputs_left_result_right_in_the_slide_s_order(self):
        lies = {box[4]: box for box in boxes(parsed(draw_graph(shopping())))}
        inputs = ["apple", "number of apples", "orange", "number of oranges", "tax"]
        assert len({round(lies[name][2]) for name in inputs}) == 1  # all end at one line
        assert max(lies[name][2] for name in inputs) < min(lies["+"][0], lies["200"][0], lies["price"][0])
        assert max(box[0] for box in lies.values()) == lies["price"][0]
        assert sorted(inputs, key=lambda name: lies[name][1]) == inputs

    def test_values_above_and_derivatives_below_the_edge(self):
        root = parsed(draw_graph(shopping()))
        edges = root.findall(f".//{SVG}g[@class='edge']")
        assert len(edges) == 9
        for edge in edges:
            (value,), (derivative,) = (
                edge.findall(f"{SVG}g[@class='{role}']/{SVG}text") for role in ("value", "derivative")
            )
            assert value.get("x") == derivative.get("x")
            assert float(value.get("y")) + 20 < float(derivative.get("y"))

    def test_arrows_forth_and_back(self):
        edge = parsed(draw_graph(shopping())).find(f".//{SVG}g[@class='edge']")
        for role, pointing_left in [("value", False), ("derivative", True)]:
            line, head = edge.findall(f"{SVG}g[@class='{role}']/{SVG}path")
            tip = float(re.match(r"M([\d.]+)", head.get("d"))[1])
            base = float(re.search(r"l(-?[\d.]+)", head.get("d"))[1])
            assert (base > 0) is pointing_left
            begin, end = points_of(line)[0], points_of(line)[-1]
            assert tip < begin[0] < end[0] if pointing_left else begin[0] < end[0] < tip

    def test_derivatives_can_be_left_out(self):
        assert texts(draw_graph(shopping(), derivatives=False), "derivative") == []


class TestGraphs:
    @every_graph
    @both_ways
    def test_no_text_lies_on_another(self, graph, inputs):
        found = boxes(parsed(draw_graph(graph(), inputs=inputs)))
        assert not [(one[4], other[4]) for one, other in combinations(found, 2) if overlap(one, other)]

    @every_graph
    @both_ways
    def test_nothing_reaches_over_the_paper(self, graph, inputs):
        root = parsed(draw_graph(graph(), inputs=inputs))
        _, _, width, height = map(float, root.get("viewBox").split())
        for left, top, right, bottom, text in boxes(root):
            inside = left > -16 and top > -16 and right < width - 16 and bottom < height - 16  # of a group moved by 16
            assert inside, text

    @every_graph
    def test_every_node_and_edge_once(self, graph):
        node = graph()
        root = parsed(draw_graph(node))
        nodes = node.nodes()
        titles = [place.find(f"{SVG}title") for place in root.findall(f".//{SVG}g[@data-node]")]
        assert len(titles) == len(nodes) + 1
        assert [title is None for title in titles].count(True) == 1  # the result's own place
        drawn = sorted(
            (int(edge.get("data-from")), int(edge.get("data-to")), int(edge.get("data-operand")))
            for edge in root.findall(f".//{SVG}g[@class='edge']")
        )
        number = {each: k for k, each in enumerate(nodes, start=1)}  # 0 is the result's place
        expected = [(number[p], number[n], k) for n in nodes for k, p in enumerate(n.parents)] + [(len(nodes), 0, 0)]
        assert drawn == sorted(expected)

    @every_graph
    @both_ways
    def test_no_line_runs_through_a_text(self, graph, inputs):
        root = parsed(draw_graph(graph(), inputs=inputs))
        lines = [line for line in root.iter(f"{SVG}path") if line.get("fill") == "none"]
        points = np.array([point for line in lines for point in points_of(line)])
        for left, top, right, bottom, text in boxes(root):
            inside = (points > (left, top)).all(axis=1) & (points < (right, bottom)).all(axis=1)
            assert not inside.any(), text

    def test_of_a_tree_no_edges_cross(self):
        heights = {box[4]: box[1] for box in boxes(parsed(draw_graph(shopping(), derivatives=False)))}
        assert heights["200"] < heights["450"]
        assert heights["650"] < heights["1.1"]

    def test_what_several_edges_bring_is_added_up(self):
        x = Variable(3.0, "x")
        y = x * x + x
        y.backward()
        drawing = draw_graph(y)
        assert sorted(texts(drawing, "derivative")) == sorted(["1", "1", "3", "3", "1", "Σ 7"])
        assert texts(drawing, "ink").count("x") == 1

    def test_a_second_backward_doubles_what_is_drawn(self):
        x = Variable(3.0, "x")
        y = x * 2
        y.backward()
        y.backward()
        assert sorted(texts(draw_graph(y), "derivative")) == ["2", "4"]

    def test_constants_are_grey_and_written_once(self):
        drawing = draw_graph(Variable(5.0, "x") - 3)
        assert texts(drawing, "constant") == ["3"]
        assert sorted(texts(drawing, "value")) == ["2", "5"]

    def test_operands_that_cannot_be_exchanged_stand_in_order(self):
        x = Variable(5.0, "x")
        for y, first in [(x - 3, "from x"), (3 - x, "from 3")]:
            root = parsed(draw_graph(y))
            ends = {}
            for edge in root.findall(f".//{SVG}g[@class='edge']"):
                if edge.get("data-operand") in "01" and edge.get("data-to") != "0":
                    head = edge.findall(f".//{SVG}path")[1].get("d")
                    ends[edge.get("data-operand")] = float(re.match(r"M[\d.]+ ([\d.]+)", head)[1])
            assert ends["0"] < ends["1"], first

    def test_arrays_show_their_shapes_and_tell_their_numbers(self):
        drawing = draw_graph(network_of_arrays())
        assert texts(drawing, "value").count("(784, 50)") == 1
        assert texts(drawing, "derivative").count("(50, 10)") == 1
        assert "(100, 784)" in texts(drawing, "constant")
        weights = Variable([1.0, 2.5], "w")
        assert any("[1. , 2.5]" in (title.text or "") for title in parsed(draw_graph(weights * 2)).iter(f"{SVG}title"))

    def test_names_of_steps_are_shown(self):
        assert "a step with a long name" in texts(draw_graph(shared()))

    def test_a_gradient_from_elsewhere_does_not_disturb(self):
        x = Variable(2.0, "x")
        (x * 100).backward()
        y = x * 3
        y.backward()
        assert sorted(texts(draw_graph(y), "derivative")) == ["1", "3"]

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_dtypes(self, dtype):
        x = Variable(dtype(0.1), "x")
        y = x * 2
        y.backward()
        assert texts(draw_graph(y), "value") == ["0.2", "0.1"]

    def test_not_finite(self):
        x = Variable(0.0, "x")
        y = np.log(x)
        y.backward()
        drawing = draw_graph(y)
        assert "−∞" in texts(drawing, "value")
        assert "∞" in texts(drawing, "derivative")


class TestPicture:
    def test_accessible(self):
        drawing = draw_graph(shopping())
        root = parsed(drawing)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text == drawing.title == "Computational graph: price = 715"
        assert root.find(f"{SVG}desc").text == drawing.description
        assert "orange = 150 (derivative 3.3)" in drawing.description
        assert "3. add(step 1, step 2) = 650 (derivative 1.1)." in drawing.description

    def test_words_of_one_s_own(self):
        drawing = draw_graph(two_apples(), title="사과 두 개", description="순전파")
        assert parsed(drawing).find(f"{SVG}title").text == "사과 두 개"
        assert parsed(drawing).find(f"{SVG}desc").text == "순전파"

    def test_themes(self):
        light, dark, auto = (draw_graph(two_apples(), theme=theme).svg for theme in ("light", "dark", "auto"))
        assert "prefers-color-scheme: dark" in auto
        assert "<style>" not in light
        assert "<style>" not in dark
        assert '"#FFFFFF"' in light
        assert '"#FFFFFF"' not in dark

    def test_styles_reach_nothing_else_on_a_page(self):
        svg = draw_graph(two_apples()).svg
        name = ET.fromstring(svg).get("id")
        rules = re.search(r"\{(.*)\}</style>", svg)[1]
        assert all(rule.strip().startswith(f"#{name} .") for rule in rules.split("}") if rule.strip())
        assert name != ET.fromstring(draw_graph(two_apples(101)).svg).get("id")

    def test_the_same_graph_gives_the_same_bytes(self):
        assert draw_graph(shopping()).svg == draw_graph(shopping()).svg

    def test_any_name_makes_a_valid_file(self, tmp_path):
        name = 'a < b & "c"\x00\n\ud800 </svg>'
        drawing = draw_graph(Variable(1.0, name) * 2)
        assert texts(drawing, "ink")[0].startswith('a < b & "c"�')
        ET.parse(drawing.save(tmp_path / "odd.svg"))

    def test_a_long_name_is_shortened_and_told_in_whole(self):
        name = "the number of apples in the basket of the lecture"
        drawing = draw_graph(Variable(1.0, name) * 2)
        assert "the number of apples in…" in texts(drawing)
        assert name in drawing.svg

    def test_notebooks(self):
        drawing = draw_graph(two_apples())
        assert drawing._repr_svg_() == drawing.svg
        assert "<svg" not in repr(drawing)


class TestSaving:
    def test_saved(self, tmp_path):
        drawing = draw_graph(two_apples())
        path = drawing.save(tmp_path / "apples.svg")
        assert path.read_text(encoding="utf-8") == drawing.svg

    def test_a_failure_leaves_the_old_file(self, tmp_path, monkeypatch):
        path = tmp_path / "apples.svg"
        path.write_text("old")

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(DataError, match="No space left"):
            draw_graph(two_apples()).save(path)
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_other_endings_and_no_folder(self, tmp_path):
        drawing = draw_graph(two_apples())
        with pytest.raises(ArgumentError, match=r"end in \.svg, got 'apples\.png'.* Save it as 'apples\.svg';"):
            drawing.save(tmp_path / "apples.png")
        with pytest.raises(ArgumentError, match=r"Save it as 'graph\.svg'"):
            drawing.save("")
        with pytest.raises(DataError, match="cannot be written"):
            drawing.save(tmp_path / "nowhere" / "apples.svg")


class TestRefusals:
    @pytest.mark.parametrize("name", [3, ["apple"], b"apple"])
    def test_a_name_that_is_no_string(self, name):
        apple = Variable(100.0)
        apple.name = name
        with pytest.raises(ArgumentTypeError, match=r"must be a string or None .* at the node of value 100\. Write"):
            draw_graph(apple * 2)

    def test_no_variable(self):
        with pytest.raises(ArgumentTypeError, match="node must be a Variable, got 3"):
            draw_graph(3)

    def test_too_large(self):
        node = Variable(1.0)
        for _ in range(5000):
            node = node + node
        with pytest.raises(ArgumentError, match=r"at most 150 nodes to be drawn, got 5,001\. Draw a node nearer"):
            draw_graph(node)

    def test_a_larger_limit(self):
        node = Variable(1.0)
        for _ in range(200):
            node = np.sin(node)
        assert texts(draw_graph(node, max_nodes=201)).count("sin") == 200

    def test_an_input_changed_since(self):
        x = Variable(1.0, "x")
        y = x * 2
        x.value = 5.0
        with pytest.raises(ArgumentError, match="Compute the expression again"):
            draw_graph(y)

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ({"inputs": "right"}, "inputs must be one of 'left', 'near'"),
            ({"theme": "darkk"}, "Did you mean 'dark'"),
            ({"title": 3}, "title must be a string"),
            ({"max_nodes": 0}, "max_nodes must be an integer of at least 1"),
        ],
    )
    def test_wrong_arguments(self, words, message):
        with pytest.raises((ArgumentError, ArgumentTypeError), match=message):
            draw_graph(two_apples(), **words)
