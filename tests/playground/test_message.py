import numpy as np
import pytest

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError
from glassnet.playground.message import Message


def test_arguments_of_each_kind():
    message = Message(
        {
            "rate": 0.5, "n": 3, "on": True, "name": "xor", "list": [1, 2], "inner": {"a": 1}, "groups": [{"b": 2}],
            "picture": np.zeros((2, 2), dtype=np.uint8), "none": None,
        }
    )  # fmt: skip
    assert message.number("rate", above=0) == 0.5
    assert message.integer("n", 1, 5) == 3
    assert message.flag("on")
    assert not message.flag("off")
    assert message.text("name") == message.choice("name", ["xor", "and"]) == "xor"
    assert message.items("list", most=2) == [1, 2]
    assert message.message("inner").integer("a") == 1
    assert message.messages("groups", most=1)[0].integer("b") == 2
    assert message.array("picture", ndim=2, dtype="uint8").shape == (2, 2)
    assert message.integer("none", default=4) == 4
    assert "rate" in message
    assert "none" not in message


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda m: m.number("missing"), "must have missing"),
        (lambda m: m.number("name"), "finite number"),
        (lambda m: m.number("rate", above=1), "above 1"),
        (lambda m: m.integer("rate"), "an integer"),
        (lambda m: m.integer("n", 5), "at least 5"),
        (lambda m: m.integer("n", 1, 2), "at most 2"),
        (lambda m: m.flag("n"), "true or false"),
        (lambda m: m.text("n"), "a text"),
        (lambda m: m.text("name", most=2), "at most 2 letters"),
        (lambda m: m.choice("name", ["moons"]), "moons"),
        (lambda m: m.items("n", most=3), "a list"),
        (lambda m: m.items("list", most=1), "at most 1"),
        (lambda m: m.message("n"), "an object"),
        (lambda m: m.messages("list", most=9), "an object"),
        (lambda m: m.array("n", ndim=2), "an array"),
        (lambda m: m.array("picture", ndim=1), "an array of 1 axes"),
        (lambda m: m.array("picture", ndim=2, dtype="float32"), "an array"),
        (lambda m: m.array("picture", ndim=2, most=3), "at most 3 numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(ask, words):
    message = Message({"rate": 0.5, "n": 3, "name": "xor", "list": [1, 2], "picture": np.zeros((2, 2), dtype=np.uint8)})
    with pytest.raises((ArgumentError, ArgumentTypeError), match=words):
        ask(message)
