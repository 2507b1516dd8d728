"""What checks the answers to lesson 03, XOR."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import as_numbers, called, described, problems_of
from glassnet.lessons.checkers.reading import all_close, parts
from glassnet.mathematics import functions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem


@problems_of
def collapse(answer: Any) -> Iterator[Problem]:
    """Check a function (W1, b1, W2, b2) → (W, b) on layers of several sizes."""
    rng = np.random.default_rng(3)
    for n_in, n_hidden, n_out in ((2, 2, 1), (2, 2, 2), (4, 3, 2)):
        sizes = ((n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,))
        W1, b1, W2, b2 = (rng.integers(-3, 4, size).astype(float) for size in sizes)
        W, b = parts(("W", "b"), called("collapse", answer, W1, b1, W2, b2))
        layers = f"Dense({n_in}, {n_hidden}), Dense({n_hidden}, {n_out})"
        yield from _wrong_weight(layers, as_numbers("W", W, (n_in, n_out)), W1, W2)
        yield from _wrong_bias(layers, as_numbers("b", b, (n_out,)), b1, W2, b2)


def _wrong_weight(layers: str, W: NDArray[Any], W1: NDArray[Any], W2: NDArray[Any]) -> Iterator[Problem]:
    right = W1 @ W2
    if all_close(W, right):
        return
    ko = f"{layers}: W는 {described(right)}(이)어야 하는데 {described(W)}입니다"
    en = f"{layers}: W must be {described(right)}, got {described(W)}"
    if W1.shape == W2.shape[::-1] and all_close(W, W2 @ W1):
        yield f"{ko}. 곱하는 순서가 바뀌었습니다.", f"{en}. The product is the wrong way round."
    else:
        yield (
            f"{ko}. 두 층을 지나는 것은 (x @ W1) @ W2이고, 괄호는 옮겨도 됩니다.",
            f"{en}. Going through both is (x @ W1) @ W2, and the brackets may be moved.",
        )


def _wrong_bias(
    layers: str, b: NDArray[Any], b1: NDArray[Any], W2: NDArray[Any], b2: NDArray[Any]
) -> Iterator[Problem]:
    right = b1 @ W2 + b2
    if all_close(b, right):
        return
    ko = f"{layers}: b는 {described(right)}(이)어야 하는데 {described(b)}입니다"
    en = f"{layers}: b must be {described(right)}, got {described(b)}"
    if all_close(b, b2):
        yield f"{ko}. 첫째 층의 편향 b1도 W2를 지나 출력에 더해집니다.", f"{en}. b1 goes through W2 and adds to it too."
    elif b1.shape == b2.shape and all_close(b, b1 + b2):
        yield f"{ko}. b1은 더하기 전에 W2를 지나야 합니다.", f"{en}. Before it is added, b1 must go through W2."
    else:
        yield f"{ko}. x = 0을 두 층에 차례로 넣어 보세요.", f"{en}. Put x = 0 through both layers."


@problems_of
def same(answer: Any) -> Iterator[Problem]:
    """Check (w, b) on the hidden layer of lecture 000: 1 when the two inputs are equal."""
    w, b = parts(("w", "b"), answer)
    output = as_numbers("w", w, (2,)), as_numbers("b", b, ())
    if all_close(output[0], [1, -2]) and output[1] == 0:
        yield "이것은 XOR 그대로입니다. XNOR은 1 − XOR입니다.", "This is XOR itself; XNOR is 1 − XOR."
        return
    hidden = np.ones((2, 2)), np.array([0.0, -1.0])
    yield from _wrong_outputs((*hidden, *output), lambda bits: float(bits[0] == bits[1]))


@problems_of
def parity(answer: Any) -> Iterator[Problem]:
    """Check (W, c, w, b) of a ReLU network with three hidden units on all eight inputs."""
    shapes = {"W": (3, 3), "c": (3,), "w": (3,), "b": ()}
    given = zip(shapes.items(), parts(tuple(shapes), answer), strict=True)
    network = tuple(as_numbers(name, value, shape) for (name, shape), value in given)
    yield from _wrong_outputs(network, lambda bits: float(np.sum(bits) % 2))


def _wrong_outputs(network: tuple[NDArray[Any], ...], target: Callable[[NDArray[Any]], float]) -> Iterator[Problem]:
    """Say at which inputs the output of (W, c, w, b) is wrong, with what the hidden units give there."""
    W, c, w, b = network
    for bits in np.array(list(product((0.0, 1.0), repeat=len(W)))):
        hidden = functions.relu.value(bits @ W + c)
        wanted, got = target(bits), hidden @ w + b
        if not np.isclose(got, wanted, atol=1e-6):
            point = f"({', '.join(f'{bit:g}' for bit in bits)})"
            units = f"h = {described(hidden)}"
            yield (
                f"{point}에서 출력은 {wanted:g}(이)어야 하는데 {got:g}입니다. 그곳의 은닉 뉴런: {units}.",
                f"at {point} the output must be {wanted:g}, got {got:g}. The hidden units there: {units}.",
            )
