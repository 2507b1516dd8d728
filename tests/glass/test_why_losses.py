"""Losses, taken apart by hand."""

import math

import numpy as np
import pytest

import glassnet as gn


def identity(n, loss, *layers):
    return gn.Network([gn.Dense(n, n, init=np.eye(n)), *layers], loss, dtype="float64")


def test_the_loss_is_the_mean_of_the_samples():
    why = identity(1, "mean_squared_error").trace([[1.0], [2.0]], [0.0, 5.0]).why("loss")
    assert why.terms == (("losses[1] * dlosses[1]", 4.5), ("losses[0] * dlosses[0]", 0.5))
    assert str(why) == "loss = 5, the sum of 2 terms: losses[1] * dlosses[1] = +4.5, losses[0] * dlosses[0] = +0.5."


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("mean_squared_error", [0.25 / 2, 0.04 / 2]),
        ("mean_absolute_error", [0.5 / 2, 0.2 / 2]),
        ("binary_cross_entropy", [-math.log(0.5), -math.log(0.8)]),
        ("categorical_cross_entropy", [-math.log(0.5), 0.0]),
        (gn.NamedLoss("gaussian_nll", sigma=[1.0, 2.0]),
         [0.125 + 0.5 * math.log(2 * math.pi), 0.5 * 0.01 + math.log(2) + 0.5 * math.log(2 * math.pi)]),
    ],
)  # fmt: skip
def test_what_each_output_adds(loss, expected):
    terms = dict(identity(2, loss).trace([[0.5, 0.2]], [[1.0, 0.0]]).why("losses[0]").terms)
    for unit, value in enumerate(expected):
        assert terms[f"what A1[0,{unit}] adds, its target being t[0,{unit}]"] == pytest.approx(value)


def test_the_fused_ones_from_the_net_input():
    terms = identity(2, None, gn.Softmax()).trace([[1000.0, 0.0]], [[0.25, 0.75]]).why("losses[0]").terms
    assert terms[0] == ("what Z1[0,1] adds, its target being t[0,1]", 750.0)
    why = identity(2, "binary_cross_entropy", gn.Sigmoid()).trace([[0.0, -1000.0]], [[1.0, 1.0]]).why("losses[0]")
    assert [value for _, value in why.terms] == pytest.approx([1000.0, math.log(2)])
