"""What the checkers of lesson 09 say to typical wrong answers."""

import pytest

from glassnet.lessons.checkers import lesson_09
from glassnet.lessons.solutions import lesson_09 as solutions
from glassnet.mathematics.graph import Variable


def test_the_solution_of_basket_is_what_the_graph_gives():
    prices = {
        "apple": 120.0,
        "apple_number": 3.0,
        "orange": 200.0,
        "orange_number": 2.0,
        "coupon": 50.0,
        "tax": 1.1,
    }
    v = {name: Variable(value, name) for name, value in prices.items()}
    total = (v["apple"] * v["apple_number"] + v["orange"] * v["orange_number"] - v["coupon"]) * v["tax"]
    total.backward()
    assert {name: node.grad for name, node in v.items()} == pytest.approx(solutions.basket)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"coupon": 1.1}, "a larger coupon"),
        ({"apple": 3.0}, "The 1.1 that comes from the tax node"),
        ({"tax": 760.0}, "with the coupon off"),
        ({"orange": 200.0}, "the other input"),
        ({"orange": "2.2"}, "must be a number"),
    ],
)
def test_basket(changes, words):
    ((_, en),) = lesson_09.basket(solutions.basket | changes)
    assert words in en


def test_basket_wants_all_names():
    assert "must be a dict" in lesson_09.basket({"apple": 3.3})[0][1]


def layer(forward, backward):
    return type("SubLayer", (), {"forward": lambda _, x, y: forward(x, y), "backward": lambda _, dout: backward(dout)})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (layer(lambda x, y: y - x, lambda dout: (dout, -dout)), "The order is turned round"),
        (layer(lambda x, y: x - y, lambda dout: (dout, dout)), "rule of addition"),
        (layer(lambda x, y: x - y, lambda dout: (1, -1)), "not multiplied by dout"),
        (layer(lambda x, y: x - y, lambda dout: (-dout, dout)), "∂(x − y)/∂x = 1"),
        (layer(lambda x, y: x - y, lambda dout: dout), "shape (2,)"),
        (type("SubLayer", (), {}), "forward must be a function"),
    ],
)
def test_sub_layer(answer, words):
    assert words in lesson_09.sub_layer(answer)[0][1]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, y, dout: (1 / y, -x / y**2), "not multiplied by the dout"),
        (lambda x, y, dout: (dout / y, dout * x / y**2), "sign of dy"),
        (lambda x, y, dout: (dout * y, dout * x), "multiplication node"),
        (lambda x, y, dout: (dout / y, -dout / y**2), "dx is right"),
        (lambda x, y, dout: (dout, -dout), "∂z/∂x = 1/y"),
    ],
)
def test_divide_backward(answer, words):
    assert words in lesson_09.divide_backward(answer)[0][1]
