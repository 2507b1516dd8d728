"""Forward numbers, taken apart by hand: normalization, masks, softmax."""

import math

import numpy as np
import pytest

import glassnet as gn


def test_a_normalization():
    net = gn.Network(
        [gn.Dense(1, 1, init=np.eye(1)), gn.BatchNorm(eps=1.0), gn.Tanh()], "mean_squared_error", dtype="float64"
    )
    net.parameters["gamma1"], net.parameters["beta1"] = [3.0], [0.5]
    trace = net.trace([[1.0], [5.0]])  # mean 3, variance 4
    assert trace.why("mean1[0]").terms == (("Z1[1,0] / 2", 2.5), ("Z1[0,0] / 2", 0.5))
    assert trace.why("variance1[0]").terms == (("(Z1[0,0] - mean1[0])² / 2", 2.0), ("(Z1[1,0] - mean1[0])² / 2", 2.0))
    normalized = 2 / math.sqrt(5)
    why = trace.why("normalized1[1,0]")
    assert why.terms == (("(Z1 - mean1) / sqrt(variance1 + 1) = (5 - 3) / sqrt(4 + 1)", pytest.approx(normalized)),)
    terms = dict(trace.why("batchnorm1[1,0]").terms)
    assert terms == {"gamma1[0] * normalized1[1,0]": pytest.approx(3 * normalized), "beta1[0]": 0.5}
    assert [label.split(" = ")[0] for label, _ in trace.why("A1[1,0]").steps] == [
        "Z1[1,0]", "normalized1[1,0]", "batchnorm1[1,0]", "A1[1,0]",
    ]  # fmt: skip


def test_a_mask_that_keeps_and_one_that_drops():
    trace = gn.Network([gn.Dense(1, 40, init="zeros"), gn.Dropout(0.5)], "mean_squared_error").trace([[1.0]])
    kept, dropped = int(np.argmax(trace["mask1"])), int(np.argmin(trace["mask1"]))
    assert trace.why(f"mask1[0,{kept}]").terms == (
        ("1 / (1 - 0.5), kept by the hash of (seed, step, layer, element)", 2.0),
    )
    assert trace.why(f"mask1[0,{dropped}]").terms == (("0, dropped by the hash of (seed, step, layer, element)", 0.0),)


def test_softmax_with_its_numbers():
    net = gn.Network([gn.Dense(2, 2, init=np.eye(2)), gn.Softmax()])
    why = net.trace([[1000.0, 1000.0]]).why("A1[0,1]")
    assert why.steps[-1] == ("A1[0,1] = exp(Z1[0,1]) / Σ exp(Z1[0]) = exp(Z1[0,1] - log Σ exp) = exp(1000 - 1001)", 0.5)


def test_an_activation_in_the_middle_of_a_block():
    net = gn.Network([gn.Dense(1, 1, init=([[2.0]], [-5.0])), gn.LeakyReLU(0.1), gn.Dropout(0.0)], "mean_squared_error")
    why = net.trace([[1.0]]).why("leakyrelu1[0,0]")
    assert why.terms == (("Z1[0,0]", -3.0),)
    assert why.steps[-1][0] == "leakyrelu1[0,0] = Z1 if Z1 > 0, else 0.1 Z1 = (-3) if (-3) > 0, else 0.1 (-3)"
    assert why.steps[-1][1] == pytest.approx(-0.3)
