"""Addresses of traces: equal where the bits are, different where anything that they depend on is."""

import numpy as np
import pytest

import glassnet as gn

X = np.array([[0.5, -1.0], [2.0, 0.25]])
T = [1, 0]


def network(seed=3, rate=0.5, **arguments):
    return gn.Network(
        [gn.Dense(2, 4), gn.BatchNorm(), gn.Dropout(rate), gn.Dense(4, 2), gn.Softmax()], seed=seed, **arguments
    )


def test_the_same_address_gives_the_same_bits():
    one, other = network().trace(X, T, step=7), network().trace(X.tolist(), T, step=7)
    assert one.address == other.address
    assert hash(one.address) == hash(other.address)
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


@pytest.mark.parametrize(
    "change",
    [
        lambda net: net.trace(X + 1, T, step=7),
        lambda net: net.trace(X, [1, 1], step=7),
        lambda net: net.trace(X, step=7),
        lambda net: net.trace(X, T, step=8),
        lambda net: net.trace(X, T, step=7, mode="predict"),
        lambda net: network(seed=4).trace(X, T, step=7),
        lambda net: network(rate=0.500001).trace(X, T, step=7),
        lambda net: network(dtype="float64").trace(X, T, step=7),
        lambda net: network(loss="mean_squared_error").trace(X, np.eye(2)[T], step=7),
    ],
)  # fmt: skip
def test_another_anything_is_another_address(change):
    net = network()
    assert change(net).address != net.trace(X, T, step=7).address


def test_parameters_and_state_count():
    net = network()
    first = net.trace(X, T).address
    net.parameters["b2"][0] += 1e-6
    second = net.trace(X, T).address
    net.state["running_mean1"][0] += 1e-6
    third = net.trace(X, T).address
    assert len({first.model, second.model, third.model}) == 3
    assert first.input == second.input == third.input


def test_it_is_shown():
    address = network().trace(X, T, step=7).address
    assert str(address) == (
        f"model {address.model[:12]}, input {address.input[:12]}, seed 3, step 7, mode train, executor reference"
    )
    assert len(address.model) == 64
