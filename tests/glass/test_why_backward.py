"""The chain rule, number by number: a network by hand, and every number of twenty random networks."""

import itertools

import numpy as np
import pytest

import glassnet as gn
from glassnet.network import reference

ACTIVATIONS = [
    gn.Sigmoid(),
    gn.Tanh(),
    gn.ReLU(),
    gn.LeakyReLU(0.2),
    gn.PReLU(0.3),
    gn.ELU(0.7),
    gn.Softmax(),
    gn.Identity(),
]
LOSSES = ["mean_squared_error", "mean_absolute_error", "binary_cross_entropy", "categorical_cross_entropy",
          gn.NamedLoss("gaussian_nll", sigma=[0.5, 2.0, 1.5])]  # fmt: skip


def random_network(seed):
    """A network of two or three blocks with any layers, and a batch; every layer and loss comes up in twenty."""
    rng = np.random.default_rng(seed)
    layers, width = [], 3
    for block in range(rng.integers(1, 3)):
        n_out = int(rng.integers(2, 5))
        layers.append(
            gn.Maxout(width, n_out, 2 + block)
            if rng.random() < 0.4
            else gn.Dense(width, n_out, bias=rng.random() < 0.8)
        )
        layers += [gn.BatchNorm(eps=0.01)] * (rng.random() < 0.5)
        layers += [ACTIVATIONS[(seed + 3 * block) % len(ACTIVATIONS)]]
        layers += [gn.Dropout(0.3)] * (rng.random() < 0.5)
        width = n_out
    loss = LOSSES[seed % len(LOSSES)]
    last = gn.Softmax() if loss == "categorical_cross_entropy" and seed % 2 else gn.Sigmoid()
    layers += [gn.Dense(width, 3), *([last] if isinstance(loss, str) and "entropy" in loss else [])]
    net = gn.Network(layers, loss, seed=seed, dtype="float64" if seed % 3 == 0 else "float32")
    for array in net.parameters.values():
        array[...] = rng.normal(size=array.shape)
    x = rng.normal(size=(4, 3))
    t = rng.dirichlet(np.ones(3), size=4) if isinstance(loss, str) and "entropy" in loss else rng.normal(size=(4, 3))
    return net, x, t


@pytest.mark.parametrize("mode", ["train", "predict"])
@pytest.mark.parametrize("seed", range(20))
def test_every_number_of_a_random_network(seed, mode):
    net, x, t = random_network(seed)
    trace = net.trace(x, t, mode=mode, step=seed)
    values = reference.values_for(net, net.as_input(x), net.as_targets(t, 4), step=seed)
    values = reference.run(net.tape(mode), values, "forward", "loss", "backward")
    for name in trace:
        assert np.array_equal(trace[name], values[name]), name
        if trace.step(name) is None:
            continue
        for index in itertools.product(*map(range, trace[name].shape)):
            why = trace.why(f"{name}[{','.join(map(str, index))}]" if index else name)
            assert why.value == trace[name][index]
            assert why.total == sum(value for _, value in why.terms)
            sizes = [abs(value) for _, value in why.terms]
            assert sizes == sorted(sizes, reverse=True)
            if why.steps:
                assert why.steps[-1][1] == why.value
                assert why.steps[0][1] == why.total
            summed, _, place = (why.steps[0][0] if why.steps else why.address).rstrip("]").partition("[")
            at = tuple(map(int, place.split(","))) if place else ()
            assert at[len(at) - len(index) :] == index  # of a maxout the piece stands before
            assert abs(why.total - trace[summed][at]) <= 1e-5 * sum(sizes), why
            assert np.isfinite(why.total)
    some = [name for name in trace if trace.step(name) is not None and name[0] == "d" and name != "dlosses"]
    for name in some:
        index = tuple(int(size) // 2 for size in trace[name].shape)
        why = trace.why(f"{name}[{','.join(map(str, index))}]")
        numerical = why.numerical
        assert numerical == pytest.approx(why.value, rel=2e-3, abs=2e-5), why
        assert "By central differences: " in str(why)
        assert why.chain


def test_a_gradient_by_hand():
    """X = 0.5, Z1 = 2, A1 = 2, Z2 = 6, t = 5: dZ2 = 2 (6 − 5) = 2, dA1 = 2 · 3, dZ1 = 6 · 1, dW1 = 0.5 · 6."""
    layers = [gn.Dense(1, 1, init=([[2.0]], [1.0])), gn.ReLU(), gn.Dense(1, 1, init=([[3.0]], [0.0]))]
    trace = gn.Network(layers, loss="mean_squared_error").trace([[0.5]], [5.0])
    why = trace.why("dW1[0,0]")
    assert why.terms == (("X[0,0] * dZ1[0,0]", 3.0),)
    assert why.chain == (("X[0,0]", 0.5), ("relu'(Z1[0,0])", 1.0), ("W2[0,0]", 3.0), ("dA2[0,0]", 2.0))
    assert why.numerical == pytest.approx(3.0)
    assert str(why) == (
        "dW1[0,0] = 3 = X[0,0] * dZ1[0,0]. Back from the loss along the largest terms: "
        "X[0,0] * relu'(Z1[0,0]) * W2[0,0] * dA2[0,0] = 0.5 * 1 * 3 * 2 = 3. By central differences: 3."
    )
    assert trace.why("dA2[0,0]").terms == (
        ("dlosses[0] * (2 (A2 - t) / n_out) at A2[0,0] = 6, t[0,0] = 5", 2.0),
    )  # fmt: skip
    assert trace.why("db1[0]").terms == (("dZ1[0,0]", 6.0),)


def test_the_chain_follows_the_largest_terms():
    net, x, t = random_network(4)
    trace = net.trace(x, t)
    why = trace.why("dW1[1,1]")
    largest = why.terms[0]
    n = int(largest[0].split("[")[1].split(",")[0])
    assert why.chain[0] == (f"X[{n},1]", float(trace["X"][n, 1]))


def test_an_output_before_a_fused_loss_has_no_difference():
    net = gn.Network([gn.Dense(2, 2), gn.Softmax()], seed=1)
    why = net.trace([[1.0, 2.0]], [0]).why("dA1[0,0]")
    assert why.numerical is None
    assert "not formed in the pass: the loss is fused" in why.terms[0][0]


def test_what_is_no_gradient_has_no_way_back():
    why = gn.Network([gn.Dense(2, 2), gn.Softmax()], seed=1).trace([[1.0, 2.0]], [0]).why("Z1[0,0]")
    assert (why.chain, why.numerical) == ((), None)


def test_at_a_kink_the_slopes_of_both_sides_are_told():
    # L = (3 max(0, w x) − 1)² at w = 0, x = 1 falls by 6 upwards, stands still downwards.
    layers = [gn.Dense(1, 1, bias=False, init="zeros"), gn.ReLU(), gn.Dense(1, 1, bias=False)]
    network = gn.Network(layers, "mean_squared_error", dtype="float64")
    network.parameters["W2"][...] = 3
    why = network.trace([[1.0]], [1.0]).why("dW1[0,0]")
    assert (why.value, why.numerical) == (0, pytest.approx(-3, rel=1e-3))
    assert why.kink == pytest.approx((0, -6), rel=1e-3)
    assert str(why).endswith("the mean of both sides of a kink that lies here: 0 below and -5.99991 above.")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_where_all_is_smooth_there_is_no_kink(dtype):
    network = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1)], "mean_squared_error", dtype=dtype, seed=1)
    trace = network.trace([[0.3, -0.2], [1.0, 0.0]], [1.0, 30.0])
    for name in ("dW1", "db1", "dW2", "db2", "dA1", "dX"):
        for index in np.ndindex(trace[name].shape):
            assert trace.why(f"{name}[{','.join(map(str, index))}]").kink is None
