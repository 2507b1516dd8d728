"""The fused losses: equal to the unfused where those are stable, right where they are not."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.mathematics import functions, losses
from glassnet.mathematics.fused_losses import FUSED_LOSSES

PROPERTY = settings(max_examples=25)
SOFTMAX = FUSED_LOSSES["softmax_categorical_cross_entropy"]
SIGMOID = FUSED_LOSSES["sigmoid_binary_cross_entropy"]
Z = hnp.arrays(float, (2, 3), elements=st.floats(-15, 15))
T = hnp.arrays(float, (2, 3), elements=st.floats(0, 2))
by_fused = pytest.mark.parametrize("fused", [SOFTMAX, SIGMOID], ids=lambda fused: fused.name)


def test_the_two_pairs_that_are_fused():
    assert set(FUSED_LOSSES) == {SOFTMAX.name, SIGMOID.name}
    assert (SOFTMAX.function, SOFTMAX.loss) == (functions.softmax, losses.categorical_cross_entropy)
    assert (SIGMOID.function, SIGMOID.loss) == (functions.sigmoid, losses.binary_cross_entropy)


@by_fused
@PROPERTY
@given(z=Z, t=T)
def test_the_fused_loss_equals_the_two_steps_where_they_are_stable(fused, z, t):
    unfused = fused.loss.per_sample(fused.function(z), t)
    assert fused.per_sample(z, t) == pytest.approx(unfused, rel=1e-6, abs=1e-6)


@by_fused
@PROPERTY
@given(z=Z, t=T)
def test_the_fused_derivative_equals_the_chain_rule_through_the_two_steps(fused, z, t):
    y = fused.function(z)
    by_chain_rule = fused.function.backward(fused.loss.per_sample_derivative(y, t), z, y)
    assert fused.derivative(y, t) == pytest.approx(by_chain_rule, rel=1e-6, abs=1e-6)


@by_fused
@PROPERTY
@given(z=hnp.arrays(float, (1, 3), elements=st.floats(-1000, 1000)), t=T)
def test_the_fused_derivative_equals_complex_steps_however_large_z_is(fused, z, t):
    t = t[:1]
    found = fused.derivative(fused.function(z), t)
    for unit in range(3):
        shift = np.zeros((1, 3))
        shift[0, unit] = 1
        expected = fused.per_sample(z + 1e-30j * shift, t)[0].imag / 1e-30
        assert found[0, unit] == pytest.approx(expected, rel=1e-11, abs=1e-13)


@by_fused
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_thousands_give_losses_of_thousands_and_keep_the_dtype(fused, dtype):
    z = np.array([[1000.0, -1000.0]], dtype)
    wrong, right = np.array([[0.0, 1.0]], dtype), np.array([[1.0, 0.0]], dtype)
    assert fused.per_sample(z, wrong).tolist() == [2000]  # for the sigmoids 1000 each
    assert fused.per_sample(z, right).tolist() == [0]
    assert fused.derivative(fused.function(z), wrong).tolist() == [[1, -1]]
    assert fused.per_sample(z, wrong).dtype == fused.derivative(fused.function(z), wrong).dtype == dtype


def test_the_unfused_steps_lose_what_the_fused_one_keeps():
    z, t = np.array([[100.0, 0.0]]), np.array([[0.0, 1.0]])
    y = functions.softmax(z)
    assert SOFTMAX.per_sample(z, t)[0] == 100
    assert losses.categorical_cross_entropy(y, t) < 40  # clipped
    assert losses.categorical_cross_entropy.derivative(y, t).tolist() == [[0, 0]]  # and flat
    assert SOFTMAX.derivative(y, t) == pytest.approx(np.array([[1, -1]]))
    z, t = np.array([[40.0]]), np.array([[1.0]])
    assert SIGMOID.per_sample(z, t)[0] == pytest.approx(math.exp(-40), rel=1e-12)
    assert losses.binary_cross_entropy(functions.sigmoid(z), t) > 1e-16  # 1 − eps is the nearest that it gets


@PROPERTY
@given(st.floats(-40, 40), st.floats(0, 1))
def test_the_loss_of_one_sigmoid_in_plain_python(z, t):
    # −log σ(z) = log(1 + e⁻ᶻ), without 1 + e⁻ᶻ where it would be rounded.
    cost_of_1 = math.log1p(math.exp(-z)) if z > -30 else -z + math.log1p(math.exp(z))
    cost_of_0 = math.log1p(math.exp(z)) if z < 30 else z + math.log1p(math.exp(-z))
    expected = t * cost_of_1 + (1 - t) * cost_of_0
    assert SIGMOID.per_sample(np.array([[z]]), np.array([[t]]))[0] == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_soft_rows_that_do_not_add_up_to_1_have_the_true_gradient():
    z, t = np.log([[1.0, 3.0]]), np.array([[2.0, 1.0]])
    assert SOFTMAX.per_sample(z, t)[0] == pytest.approx(2 * math.log(4) + math.log(4 / 3))
    assert SOFTMAX.derivative(functions.softmax(z), t) == pytest.approx(np.array([[3 / 4 - 2, 9 / 4 - 1]]))


def test_adding_a_number_to_a_row_changes_no_softmax_loss():
    z, t = np.array([[0.5, -1.0, 2.0]]), np.array([[0.0, 1.0, 0.0]])
    assert SOFTMAX.per_sample(z + 1e6, t) == pytest.approx(SOFTMAX.per_sample(z, t), rel=1e-9)
