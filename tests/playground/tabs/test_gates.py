"""The tab Gates' server side: one perceptron, XOR by combining, Rosenblatt's rule, a network that learns."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.playground.actions import action
from glassnet.playground.message import Message
from glassnet.playground.sessions import Session

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR = [0, 1, 1, 0]


def ask(name, session=None, **content):
    return action(f"gates.{name}")(session or Session(), Message(content))


def inside(polygon, point):
    """Whether a point lies within a polygon: by counting the sides above it."""
    x, y = point
    crossed = False
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (x1 > x) != (x2 > x) and y < y1 + (x - x1) / (x2 - x1) * (y2 - y1):
            crossed = not crossed
    return crossed


@pytest.mark.parametrize("gate", ["AND", "NAND", "OR"])
def test_the_lectures_values_are_right_and_the_tinted_side_fires(gate):
    w1, w2, bias = ask("look", gate=gate, w1=0, w2=0, bias=0)["solution"]
    answer = ask("look", gate=gate, w1=w1, w2=w2, bias=bias)
    assert answer["right"] == 4
    assert [row["output"] for row in answer["rows"]] == getattr(gn.gates, gate).truth_table()[:, 2].tolist()
    perceptron = gn.Perceptron([w1, w2], bias=bias)
    for point in np.random.default_rng(0).uniform(-0.45, 1.45, (40, 2)):
        assert inside(answer["fires"], point) == bool(perceptron(point))
    for point in answer["line"]:
        assert perceptron.net_input(point) == pytest.approx(0, abs=1e-12)


def test_sums_are_those_of_paper_where_floats_have_crumbs():
    """0.1 + 0.2 − 0.3 is 5.6e−17 in floats, and would fire."""
    row = ask("look", gate="AND", w1=0.1, w2=0.2, bias=-0.3)["rows"][3]
    assert (row["sum"], row["weighted"], row["output"]) == ("0", "0.3", 0)


def test_without_weights_there_is_no_line():
    answer = ask("look", gate="OR", w1=0, w2=0, bias=0)
    assert (answer["line"], answer["fires"]) == ([], [])
    assert len(ask("look", gate="OR", w1=0, w2=0, bias=1)["fires"]) == 4


def test_no_line_gets_more_than_three_rows_of_xor():
    rng = np.random.default_rng(1)
    found = [ask("look", gate="XOR", w1=a, w2=b, bias=c)["right"] for a, b, c in rng.uniform(-2, 2, (300, 3))]
    assert max(found) == 3


def test_only_nand_and_or_into_and_make_xor():
    names = ("AND", "NAND", "OR")
    right = {
        (first, second, output)
        for first in names
        for second in names
        for output in names
        if ask("combine", first=first, second=second, output=output)["right"] == 4
    }
    assert right == {("NAND", "OR", "AND"), ("OR", "NAND", "AND")}


def test_the_circuit_shows_what_the_gates_say():
    answer = ask("combine", first="NAND", second="OR", output="AND")
    assert [row["output"] for row in answer["rows"]] == gn.gates.XOR(X[:, 0], X[:, 1]).tolist()
    assert [row["hidden"] for row in answer["rows"]] == [[1, 0], [1, 1], [1, 1], [0, 1]]
    assert answer["formula"] == gn.gates.XOR.formula


@pytest.mark.parametrize("gate", ["AND", "NAND", "OR", "XOR"])
@pytest.mark.parametrize("rate", [1, 0.25])
def test_rosenblatts_steps_end_where_fit_ends(gate, rate):
    answer = ask("learn", gate=gate, w1=0, w2=0, bias=0, rate=rate)
    t = getattr(gn.gates, gate)(X[:, 0], X[:, 1])
    report = gn.Perceptron([0, 0], bias=0).fit(X, t, rate)
    assert (answer["converged"], answer["epochs"], answer["cycle"]) == (
        report.converged,
        report.epochs,
        report.cycle_length,
    )
    for epoch, (weights, bias) in enumerate(report.path, start=1):
        step = answer["steps"][4 * epoch - 1]
        shown = [float(own.replace("−", "-")) for own in (*step["weights"], step["bias"])]
        assert shown == pytest.approx([*weights, bias])
    assert answer["converged"] is (gate != "XOR")


def test_each_step_of_the_rule_by_hand():
    answer = ask("learn", gate="OR", w1=0.3, w2=-0.4, bias=0.2, rate=0.1)
    w, b = np.array([0.3, -0.4]), 0.2
    for step in answer["steps"]:
        x, t = X[step["row"]], step["wanted"]
        y = int(np.rint(100 * (w @ x + b)) > 0)
        assert step["output"] == y
        w, b = w + 0.1 * (t - y) * x, b + 0.1 * (t - y)
        shown = [float(own.replace("−", "-")) for own in (*step["weights"], step["bias"])]
        assert shown == pytest.approx([*w, b])
    assert answer["steps"][-1]["answers"] == [0, 1, 1, 1]


def trained(steps):
    network = gn.Network(
        [gn.Dense(2, 2), gn.Tanh(), gn.Dense(2, 1), gn.Sigmoid()], loss="binary_cross_entropy", seed=3, dtype="float64"
    )
    for _ in range(steps):
        gradients = network.gradients(X.astype(float), XOR)
        for name, own in network.parameters.items():
            own[...] = own - 1.0 * gradients[name]
    return network


def test_the_network_goes_down_its_gradient_in_any_slices():
    session = Session()
    for steps in (0, 1, 7, 30):
        answer = ask("network", session, gate="XOR", hidden="tanh", seed=3, rate=1.0, steps=steps)
    network = trained(30)
    for name, own in network.parameters.items():
        assert answer["parameters"][name] == pytest.approx(own.ravel().tolist(), rel=1e-9)
        assert answer["gradients"][name] == pytest.approx(
            network.gradients(X.astype(float), XOR)[name].ravel().tolist()
        )
    assert answer["plane"].shape == (33, 33)
    corner = network.predict(np.array([[-0.5, 1.5]]))[0, 0]
    assert answer["plane"][-1, 0] == pytest.approx(corner)
    assert len(answer["losses"]["values"]) == 30
    assert answer["losses"]["values"][0] == pytest.approx(trained(0).loss(X.astype(float), XOR))


def test_the_network_learns_xor_and_a_link_brings_it_back():
    session = Session()
    once = ask("network", session, seed=0, steps=150)
    assert [row["output"] for row in once["rows"]] == XOR
    ask("network", session, seed=1, steps=3)
    again = ask("network", session, seed=0, steps=150)
    assert again["parameters"] == once["parameters"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("look", {"gate": "NOR", "w1": 1, "w2": 1, "bias": 0}),
        ("look", {"gate": "AND", "w1": 1e9, "w2": 1, "bias": 0}),
        ("look", {"gate": "AND", "w1": 1, "bias": 0}),
        ("combine", {"first": "XOR", "second": "OR", "output": "AND"}),
        ("learn", {"gate": "AND", "w1": 0, "w2": 0, "bias": 0, "rate": 0}),
        ("network", {"steps": 10**6}),
        ("network", {"seed": -1}),
    ],
)
def test_what_no_page_asks_is_refused(name, content):
    with pytest.raises((gn.GlassnetError, KeyError)):
        ask(name, **content)
