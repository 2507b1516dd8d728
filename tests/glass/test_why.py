"""One number explained: its terms add up to it, whatever the network is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.glass.why import Why

X = np.array([[1.0, 0.0], [2.0, -1.0]])


def lecture():
    """Two inputs, two units, weights that one can follow."""
    layer = gn.Dense(2, 2, init=(np.array([[0.5, -1.0], [2.0, 3.0]]), np.array([0.25, -4.0])))
    return gn.Network(
        [layer, gn.ReLU(), gn.Dense(2, 1, init=(np.array([[1.0], [-2.0]]), np.array([0.5])))], loss="mean_squared_error"
    )


def test_by_hand():
    why = lecture().trace(X).why("Z1[1,0]")
    assert why == Why(
        address="Z1[1,0]", value=-0.75, total=-0.75,
        terms=(("X[1,1] * W1[1,0]", -2.0), ("X[1,0] * W1[0,0]", 1.0), ("b1[0]", 0.25)),
    )  # fmt: skip
    assert str(why) == (
        "Z1[1,0] = -0.75, the sum of 3 terms: X[1,1] * W1[1,0] = -2, X[1,0] * W1[0,0] = +1, b1[0] = +0.25."
    )


def test_an_output_goes_on_through_its_activation():
    why = lecture().trace(X).why("A1[1,0]")
    assert (why.value, why.total) == (0.0, -0.75)
    assert why.steps == (("Z1[1,0]", -0.75), ("A1[1,0] = max(0, Z1) = max(0, -0.75)", 0.0))
    assert str(why).startswith("Z1[1,0] = -0.75, the sum of 3 terms: ")
    assert str(why).endswith(" Then A1[1,0] = max(0, Z1) = max(0, -0.75) = 0.")
    # Of a block without an activation too.
    last = lecture().trace(X).why("A2[0,0]")
    assert last.value == last.total == lecture().predict(X)[0, 0]
    assert str(last).endswith("Then A2[0,0] = Z2 = 1.25.")


def test_a_long_sum_is_cut_in_the_sentence_and_nowhere_else():
    net = gn.Network([gn.Dense(20, 1)], loss="mean_squared_error", seed=0)
    why = net.trace(np.ones((1, 20))).why("Z1[0,0]")
    assert len(why.terms) == 21
    assert "16 smaller terms = " in str(why)
    assert "the sum of 21 terms" in str(why)
    rest = sum(value for _, value in why.terms[5:])
    assert f"16 smaller terms = {rest:+.4g}." in str(why)


def test_of_maxout_it_is_the_piece_that_won():
    W = np.array([[[1.0], [1.0]], [[-3.0], [0.5]]])
    net = gn.Network([gn.Maxout(2, 1, init=(W, np.array([[0.0], [10.0]])))], loss="mean_squared_error")
    trace = net.trace(X)
    assert trace.why("Z1[0,0]").terms == (
        ("b1[1,0]", 10.0), ("X[0,0] * W1[1,0,0]", -3.0), ("X[0,1] * W1[1,1,0]", 0.0),
    )  # fmt: skip
    assert trace.why("Z1[0,0]").total == 7.0
    assert trace.why("Z1[0,0]").steps == (
        ("pieces1[1,0,0]", 7.0), ("Z1[0,0] = max over k of pieces1[k] = max(1, 7)", 7.0),
    )  # fmt: skip
    assert str(trace.why("A1[0,0]")).endswith(
        "Then Z1[0,0] = max over k of pieces1[k] = max(1, 7) = 7. Then A1[0,0] = Z1 = 7."
    )


def test_a_zero_is_written_without_a_minus():
    layers = [gn.Dense(1, 1, init=([[-1.0]], [0.0])), gn.LeakyReLU(), gn.Dense(1, 1)]
    assert str(gn.Network(layers, loss="mean_squared_error").trace([[0.0]]).why("A1[0,0]")).endswith(" = 0.")


@st.composite
def networks(draw):
    layers, width = [], draw(st.integers(1, 6))
    for _ in range(draw(st.integers(1, 3))):
        n_out = draw(st.integers(1, 6))
        kind = draw(st.sampled_from(["dense", "no bias", "maxout"]))
        layers.append(
            gn.Maxout(width, n_out, draw(st.integers(1, 3))) if kind == "maxout"
            else gn.Dense(width, n_out, bias=kind == "dense")
        )  # fmt: skip
        some = [gn.BatchNorm(), gn.ReLU(), gn.Tanh(), gn.Dropout(0.4), gn.PReLU(), gn.Softmax()]
        layers += draw(st.lists(st.sampled_from(some), max_size=3))
        width = n_out
    dtype = draw(st.sampled_from(["float32", "float64"]))
    return gn.Network(layers, loss="mean_squared_error", seed=draw(st.integers(0, 999)), dtype=dtype)


@settings(max_examples=60, deadline=None)
@given(net=networks(), seed=st.integers(0, 2**32), mode=st.sampled_from(["train", "predict"]))
def test_the_terms_add_up(net, seed, mode):
    rng = np.random.default_rng(seed)
    for array in net.parameters.values():
        array[...] = rng.normal(size=array.shape)
    trace = net.trace(rng.normal(size=(3, net.n_in)), mode=mode, step=seed % 7)
    for name in trace:
        if name[0] not in "ZA":
            continue
        number = name[1:]
        for unit in range(trace[name].shape[1]):
            why = trace.why(f"{name}[2,{unit}]")
            assert why.total == sum(value for _, value in why.terms)
            size = sum(abs(value) for _, value in why.terms)
            assert abs(why.total - trace[f"Z{number}"][2, unit]) <= 1e-5 * size
            assert why.value == trace[name][2, unit]
            sizes = [abs(value) for _, value in why.terms]
            assert sizes == sorted(sizes, reverse=True)
            inputs = net.n_in if number == "1" else trace[f"A{int(number) - 1}"].shape[1]
            bias = f"b{number}" in net.parameters
            assert len(why.terms) == inputs + bias
            assert sum(label.startswith(f"b{number}[") for label, _ in why.terms) == bias
            if name[0] == "A":
                pieces = f"pieces{number}" in trace
                assert why.steps[0][0].startswith(f"pieces{number}[" if pieces else f"Z{number}[2,{unit}]")
                assert why.steps[0][1] == why.total
                assert why.steps[-1][0].startswith(f"A{number}[2,{unit}] = ")
                assert why.steps[-1][1] == why.value
            assert str(why)


def test_addresses_may_have_spaces():
    trace = lecture().trace(X)
    assert trace.why(" Z1 [ 1 , 0 ] ") == trace.why("Z1[1,0]")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("Z1", r"an address must read like 'Z2\[0,3\]', \[sample, unit\], got 'Z1'"),
        ("Z1[0]", "an address must read like"),
        ("Z1[0,0,0]", "an address must read like"),
        ("Z1[-1,0]", "an address must read like"),
        ("Z1[0;0]", "an address must read like"),
        ("Z1[a,b]", "an address must read like"),
        ("Z1[0," + "9" * 5000 + "]", "an address must read like"),
        ("", "an address must read like"),
        (None, "an address must read like"),
        (("Z1", 0, 0), "an address must read like"),
        ("Z1[2,0]", r"Z1\[2,0\] lies outside Z1, which has 2 samples and 2 units \(from 0\)"),
        ("Z1[0,2]", "lies outside Z1"),
        ("X[0,0]", "why explains what the network computed, got 'X', which was given. Ask for"),
        ("t[0,0]", "why explains what the network computed, got 't'"),
        ("W1[0,0]", "why explains what the network computed, got 'W1'"),
        ("loss[0,0]", r"got 'loss\[0,0\]': loss has the shape \(\). Write 'loss'"),
        ("db1[0,0]", r"got 'db1\[0,0\]': db1 has the shape \(2,\). Write 'db1\[0\]'"),
        ("db1[7]", r"db1\[7\] lies outside db1, which has the shape \(2,\), each from 0"),
        ("Z3[0,0]", "this trace has no 'Z3', only X, t, Z1, A1, Z2"),
    ],
)  # fmt: skip
def test_bad_addresses(address, words):
    with pytest.raises(gn.GlassnetError, match=words):
        lecture().trace(X, [1.0, 2.0]).why(address)


def test_ones_own_code_is_named_and_not_taken_apart():
    class Begin(gn.Layer):
        starts_block = True

        def parameters(self, n_in, rng):
            return {"a": np.ones(n_in), "c": np.ones(n_in)}

        def forward(self, x, a, c):
            return a * x + c

        def backward(self, dy, x, y, a, c):
            return dy * a, {"a": (dy * x).sum(axis=0), "c": dy.sum(axis=0)}

    class Cubes(gn.Loss):
        def forward(self, y, t):
            return (abs(y - t) ** 3).sum(axis=1)

        def backward(self, y, t):
            return 3 * (y - t) * abs(y - t)

    net = gn.Network([gn.Dense(2, 2), Begin(), gn.Tanh()], loss=Cubes())
    trace = net.trace(X, np.zeros((2, 2)))
    assert trace.why("Z2[0,0]").terms == (("Begin.forward(A1, a2, c2), your own code", float(trace["Z2"][0, 0])),)
    assert trace.why("A2[0,0]").steps[-1][1] == float(trace["A2"][0, 0])
    assert trace.why("da2[1]").total == float(trace["da2"][1])
    assert trace.why("losses[1]").total == float(trace["losses"][1])
    assert trace.why("da2[1]").numerical == pytest.approx(float(trace["da2"][1]), rel=1e-4)
    assert trace.why("dW1[0,1]").chain[-1] == ("dA1[1,1]", float(trace["dA1"][1, 1]))


def test_before_the_first_block():
    trace = gn.Network([gn.BatchNorm(), gn.Dense(2, 1)], loss="mean_squared_error").trace(X)
    assert dict(trace.why("A0[0,0]").terms) == {"gamma0[0] * normalized0[0,0]": trace["A0"][0, 0], "beta0[0]": 0.0}
    assert trace.why("Z1[0,0]").terms[0][0].startswith("A0[0,")
