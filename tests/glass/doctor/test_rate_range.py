"""The learning-rate range test: what each rate leads to, worked out by hand, and that its proposal serves."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass.doctor.rate_range import RateRange
from glassnet.mathematics.checks import ArgumentError, DataError
from planted_faults import blobs, classifier


def parabola():
    """A network of one weight whose loss is (w − 3)², and w begins at 0."""
    network = gn.Network([gn.Dense(1, 1, bias=False, init="zeros")], "mean_squared_error", dtype="float64")
    return network, [[1.0]], [[3.0]]


def test_the_losses_are_those_of_gradient_descent_by_hand():
    # w ← w − η 2 (w − 3): the distance from 3 is multiplied by 1 − 2η in each step.
    rates = [0.05, 0.1, 0.5, 0.9, 1.0, 2.0]
    tested = gn.learning_rate_range_test(*parabola(), optimizer=gn.SGD(), steps=4, rates=rates)
    np.testing.assert_allclose(tested.losses, [9 * (1 - 2 * rate) ** 8 for rate in rates], atol=1e-12)
    assert (tested.start, tested.steps, tested.optimizer) == (9.0, 4, "SGD")
    # 9/10 of the fall from 9 to 0 are enough: 0.9 is not yet reached with 0.1, which leads to 1.51.
    assert tested.suggestion == 0.5
    assert tested.highest == 0.9
    assert tested.loss_at(0.11) == tested.losses[1]


def test_rates_are_tried_in_rising_order_and_once():
    tested = gn.learning_rate_range_test(*parabola(), optimizer=gn.SGD(), rates=[0.5, 0.1, 0.5])
    assert tested.rates == (0.1, 0.5)


def test_without_a_rate_that_helps_nothing_is_proposed():
    tested = gn.learning_rate_range_test(*parabola(), optimizer=gn.SGD(), rates=[5.0])
    assert (tested.suggestion, tested.highest) == (None, None)
    assert RateRange((1.0,), (np.inf,), 1.0, 5, "SGD").suggestion is None


def test_the_network_is_left_as_it_is_and_the_numbers_repeat():
    x, t = blobs()
    network = gn.Network([gn.Dense(4, 8), gn.BatchNorm(), gn.ReLU(), gn.Dropout(0.2), gn.Dense(8, 3), gn.Softmax()])
    before = {**network.parameters.copies(), **network.state.copies()}
    first, second = (gn.learning_rate_range_test(network, x, t, batch_size=32) for _ in range(2))
    assert first == second
    assert network.training_state is None
    for name, array in before.items():
        np.testing.assert_array_equal(array, {**network.parameters, **network.state}[name])


@pytest.mark.parametrize("rule", [gn.SGD, gn.Momentum, gn.RMSProp, gn.Adam])
@pytest.mark.parametrize("activation", [gn.ReLU, gn.Sigmoid])
def test_a_training_with_the_proposed_rate_does_well(rule, activation):
    x, t = blobs(rows=400)

    def trained(rate):
        network = gn.Network(classifier(activation=activation, depth=2), seed=1)
        network.fit(x, t, optimizer=rule(rate), batch_size=20, epochs=5, executor="reference", verbose=0)
        return network.loss(x, t)

    network = gn.Network(classifier(activation=activation, depth=2), seed=1)
    proposed = gn.learning_rate_range_test(network, x, t, optimizer=rule(), batch_size=20).suggestion
    assert trained(proposed) < 0.5 * trained(proposed / 100)
    assert trained(proposed) < trained(proposed * 100)


def test_what_cannot_be_used_is_refused():
    network, x, t = parabola()
    with pytest.raises(ArgumentError, match="a learning rate must be a finite number above 0, got -1"):
        gn.learning_rate_range_test(network, x, t, rates=[0.1, -1])
    with pytest.raises(ArgumentError, match="at least one learning rate"):
        gn.learning_rate_range_test(network, x, t, rates=[])
    with pytest.raises(ArgumentError, match="steps must be an integer of at least 1"):
        gn.learning_rate_range_test(network, x, t, steps=0)
    with pytest.raises(DataError, match="finite"):
        gn.learning_rate_range_test(network, [[np.nan]], t)
