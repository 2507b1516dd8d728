"""The tab Graph's server side: the lectures' graphs with their numbers, own formulas, and what is refused."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from glassnet.playground.actions import action
from glassnet.playground.formula import FUNCTIONS, Formula
from glassnet.playground.message import Message, RefusedError
from glassnet.playground.sessions import Session


def compute(formula, **content):
    return action("graph.compute")(Session(), Message({"formula": formula, **content}))


def derivatives(answer):
    return {row["name"]: row["derivative"] for row in answer["inputs"]}


FRUITS = "apples = apple * apple_number\noranges = orange * orange_number\n(apples + oranges) * tax"
SOFTMAX = "e1 = exp(z1); e2 = exp(z2); e3 = exp(z3); S = e1+e2+e3; -(t1*log(e1/S) + t2*log(e2/S) + t3*log(e3/S))"


def test_two_apples_with_tax():
    answer = compute("apple * number * tax", ordered=[100, 2, 1.1])
    assert answer["nodes"][-1]["value"] == "220"
    assert derivatives(answer) == pytest.approx({"apple": 2.2, "number": 110, "tax": 200})


def test_two_apples_and_three_oranges():
    """Lecture 002: 715, and 2.2, 110, 3.3, 165, 650."""
    answer = compute(FRUITS, ordered=[100, 2, 150, 3, 1.1])
    assert answer["nodes"][-1]["value"] == "715"
    wanted = {"apple": 2.2, "apple_number": 110, "orange": 3.3, "orange_number": 165, "tax": 650}
    assert derivatives(answer) == pytest.approx(wanted)


def test_softmax_with_loss_sends_back_y_minus_t():
    z, t = np.array([0.3, 2.9, 4.0]), np.array([0.0, 1.0, 0.0])
    answer = compute(SOFTMAX, values={**{f"z{k + 1}": z[k] for k in range(3)}, **{f"t{k + 1}": t[k] for k in range(3)}})
    y = np.exp(z) / np.exp(z).sum()
    found = derivatives(answer)
    assert [found[name] for name in ("z1", "z2", "z3")] == pytest.approx(y - t)


def test_the_sigmoid_taken_apart_is_the_sigmoid():
    answer = compute("1 / (1 + exp(-x))", values={"x": 0.7})
    y = 1 / (1 + math.exp(-0.7))
    assert derivatives(answer)["x"] == pytest.approx(y * (1 - y))
    assert [node["operation"] for node in answer["nodes"] if node["kind"] == "operation"] == [
        "negative",
        "exp",
        "add",
        "divide",
    ]


def test_each_step_is_upstream_times_local_and_what_comes_back_is_added():
    answer = compute("s = a * b; s * s + a", ordered=[2, 3])
    arrived = {}
    for node in answer["nodes"]:
        for sent in node["sends"]:
            upstream, local, downstream = (float(sent[name].replace("−", "-")) for name in sent if name != "to")
            assert downstream == pytest.approx(upstream * local)
            arrived[sent["to"]] = arrived.get(sent["to"], 0) + downstream
    for node in answer["nodes"][:-1]:
        assert float(node["derivative"]) == pytest.approx(arrived[node["number"]])
    assert derivatives(answer) == {"a": 2 * 6 * 3 + 1, "b": 2 * 6 * 2}


def test_numbers_are_those_of_the_drawing():
    answer = compute(FRUITS, ordered=[100, 2, 150, 3, 1.1])
    edges = re.findall(r'data-from="(\d+)" data-to="(\d+)" data-operand="(\d)"', answer["svg"])
    sent = {
        (str(own["to"]), str(node["number"]), str(k)) for node in answer["nodes"] for k, own in enumerate(node["sends"])
    }
    assert {edge for edge in edges if edge[1] != "0"} == sent
    assert [edge for edge in edges if edge[1] == "0"] == [(str(answer["nodes"][-1]["number"]), "0", "0")]


def test_a_dearer_apple_flows_through():
    before = {"apple": 100, "number": 2, "tax": 1.1}
    change = compute("apple * number * tax", values={**before, "apple": 101}, before=before)["change"]
    assert (change["before"], change["after"], change["by"], change["foretold"]) == ("220", "222.2", "2.2", "2.2")
    assert [part["name"] for part in change["parts"]] == ["apple"]


def test_derivatives_agree_with_numerical_ones():
    for name in FUNCTIONS:
        row = compute(f"2 * {name}({'x, y' if name == 'max' else 'x'})", values={"x": 0.8, "y": 0.1})["inputs"][0]
        assert row["derivative"] == pytest.approx(row["numerical"], abs=1e-6), name


def test_korean_names_and_signs_of_books_are_read():
    answer = compute("사과 × 개수 · 세금 − 5 ÷ 2", ordered=[100, 2, 1.1])
    assert answer["nodes"][-1]["value"] == "217.5"
    assert list(derivatives(answer)) == ["사과", "개수", "세금"]


def test_an_input_without_a_value_is_1_and_infinities_are_told():
    assert compute("a + b", values={"a": 4})["nodes"][-1]["value"] == "5"
    assert compute("1 / (x - 1)")["nodes"][-1]["value"] == "∞"
    assert compute("9**9**9 * x")["nodes"][-1]["value"] == "∞"


REFUSED = {
    "": "graph-empty",
    "a + ": "graph-syntax",
    "(a * b": "graph-brackets",
    "2x": "graph-syntax-times",
    "2(x + 1)": "graph-times",
    "a ^ 2": "graph-caret",
    "a % 2": "graph-operator",
    "a @ b": "graph-operator",
    "3 + 4": "graph-constant",
    "x": "graph-constant",
    "a\nb": "graph-unused",
    "a = a + 1": "graph-twice",
    "s = a; s = b; s * a": "graph-twice",
    "foo(a)": "graph-function",
    "exp + 1": "graph-function-alone",
    "exp(a, b)": "graph-operands",
    "max(a)": "graph-operands",
    "exp(x=a)": "graph-operands",
    "__import__('os').system('true')": "graph-times",
    "().__class__": "graph-forbidden",
    "a.b": "graph-forbidden",
    "a[0] * 2": "graph-forbidden",
    "'a' * b": "graph-forbidden",
    "True * a": "graph-forbidden",
    "2j * a": "graph-forbidden",
    "a if b else c": "graph-forbidden",
    "lambda: a": "graph-forbidden",
    "a == b": "graph-forbidden",
    "import os": "graph-forbidden",
    "while a: b": "graph-forbidden",
    "a, b = c": "graph-forbidden",
    "a\x00b": "graph-syntax",
    "-" * 150 + "a": "graph-deep",
    "9" * 390 + " * a": "graph-number",
    "a" * 30 + " * 2": "graph-long-name",
    "a" * 401: "graph-long",
    " + ".join("abcdefghijklmnopq"): "graph-inputs",
    "+".join(["x*x"] * 60): "graph-large",
    "(" * 300 + "x" + ")" * 99: "graph-brackets",
}


@pytest.mark.parametrize(("text", "code"), REFUSED.items())
def test_what_is_no_formula_is_refused_with_its_place(text, code):
    with pytest.raises(RefusedError) as refusal:
        compute(text)
    assert refusal.value.code == code
    values = refusal.value.values
    if "at" in values:
        assert 0 <= values["at"] < len(text)
        assert values["length"] >= 1


def test_places_count_letters_over_lines():
    with pytest.raises(RefusedError) as refusal:
        Formula("가나 = 다 + 라;  마 = 가나 * exp\n마").graph({})
    at, length = refusal.value.values["at"], refusal.value.values["length"]
    assert "가나 = 다 + 라;  마 = 가나 * exp\n마"[at : at + length] == "exp"


def test_values_must_be_numbers_of_a_sensible_size():
    for value in (1e12, "1", [1], math.nan):
        with pytest.raises(ValueError if not isinstance(value, str | list) else TypeError):
            compute("a * 2", values={"a": value})


def test_the_picture_to_keep():
    def picture(**content):
        return action("graph.picture")(Session(), Message({"formula": "a * b", "title": "T", **content}))["svg"]

    whole, forward = picture(), picture(derivatives=False)
    assert whole.startswith("<svg")
    assert "<title>T</title>" in whole
    assert "prefers-color-scheme" in whole
    assert 'class="derivative"' in whole
    assert 'class="derivative"' not in forward


def test_nodes_come_after_their_parents():
    nodes = compute(SOFTMAX)["nodes"]
    assert all(one["number"] + 1 == other["number"] for one, other in pairwise(nodes))
    assert all(sent["to"] < node["number"] for node in nodes for sent in node["sends"])
