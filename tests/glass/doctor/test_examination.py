"""`diagnose`: what it needs, what it refuses, and what it leaves alone."""

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError
from planted_faults import FAULTS, Plan, blobs, classifier, healthy, sorted_rows


def test_with_nothing_given_layers_and_loss_are_looked_at():
    report = gn.Network(classifier()).diagnose()
    assert (report.codes, report.examined) == ((), ("structure",))


def test_without_targets_units_are_looked_at():
    x, _ = blobs()
    network = gn.Network(classifier())
    network.parameters["b1"][...] = -100
    report = network.diagnose(x)
    assert report.codes == ("dead-units",)
    assert report.examined == ("structure", "data", "units")


def test_nothing_is_changed():
    plan = FAULTS["learning-rate-too-small"]()
    network = plan.network()
    history = plan.train(network)
    before = network.parameters.flat.copy(), network.training_state.copy(), history.to_dict()
    report = network.diagnose(plan.x, plan.t, history=history)
    assert report.codes == ("learning-rate-too-small",)
    np.testing.assert_array_equal(network.parameters.flat, before[0])
    assert network.training_state.step == before[1].step
    assert history.to_dict() == before[2]


def test_the_same_case_gives_the_same_report():
    plan = FAULTS["learning-rate-too-large (Adam)"]()
    network = plan.network()
    history = plan.train(network)
    first, second = (network.diagnose(plan.x, plan.t, history=history).to_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_a_finding_is_true_of_the_numbers():
    plan = FAULTS["dead-units"]()
    network = plan.network()
    plan.train(network)
    evidence = network.diagnose(plan.x, plan.t).finding("dead-units").evidence
    z = network.trace(plan.x, plan.t)["Z1"]
    assert evidence["dead"] == np.count_nonzero(z.max(axis=0) <= 0)
    assert evidence["largest"] == z[:, evidence["unit"]].max()


def test_the_bound_of_a_second_softmax_is_true():
    # The best that a second softmax can make of a certain first one.
    best = gn.functions.softmax(np.array([1.0, 0, 0]))[0]
    evidence = gn.Network([gn.Dense(4, 3), gn.Softmax(), gn.Softmax()]).diagnose().finding("softmax-twice").evidence
    assert evidence["highest"] == pytest.approx(best)
    assert evidence["least"] == pytest.approx(-np.log(best))


def test_sorted_rows_do_no_harm_where_they_are_shuffled():
    plan = sorted_rows()
    network = plan.network()
    history = plan.train(network, shuffle=True)
    assert network.diagnose(plan.x, plan.t, history=history).codes == ()
    assert network.diagnose(plan.x, plan.t, shuffle=False).codes == ("unshuffled",)
    assert network.diagnose(plan.x, plan.t, shuffle=True).codes == ()


def test_bytes_are_scaled_as_they_were_in_the_training():
    x = np.random.default_rng(0).integers(0, 256, size=(100, 4)).astype(np.uint8)
    network = gn.Network(classifier())
    assert network.diagnose(x).codes == ("inputs-unscaled",)
    assert network.diagnose(x, scaling="unit").codes == ()


def test_the_background_of_pictures_is_no_constant_column():
    x = np.random.default_rng(0).uniform(size=(100, 4))
    x[:, 1] = 0.0
    network = gn.Network(classifier())
    assert network.diagnose(x).codes == ()
    assert network.diagnose(x - 0.5 + 0.5 * (x == 0)).codes == ("constant-column",)


def test_inputs_that_are_all_zero_are_constant_columns():
    report = gn.Network(classifier()).diagnose(np.zeros((20, 4)))
    assert report.finding("constant-column").evidence["count"] == 4
    assert "inputs-unscaled" not in report


def test_targets_that_do_not_differ_teach_nothing_and_are_no_fault_of_the_training():
    x, _ = blobs()
    assert Plan(x, np.full((300, 3), 1 / 3), [gn.Dense(4, 3), gn.Softmax()]).report().codes == ()


def test_xor_is_learned_from_four_rows():
    x, t = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    plan = Plan(
        x, t, [gn.Dense(2, 4), gn.Tanh(), gn.Dense(4, 1), gn.Sigmoid()], optimizer=gn.Adam(0.1),
        fit={"epochs": 200, "batch_size": 4},
    )  # fmt: skip
    assert plan.report().codes == ()
    doctor = gn.Doctor()
    plan.train(plan.network(), callbacks=[doctor])
    assert doctor.report.codes == ()


def test_validation_inputs_of_the_same_making_are_not_unlike():
    x, t = blobs()
    network = healthy().network()
    assert network.diagnose(x[:200], t[:200], validation_data=(x[200:], t[200:])).codes == ()
    evidence = network.diagnose(x, t, validation_data=(x / 10, t)).finding("validation-unlike").evidence
    assert evidence["times"] == pytest.approx(10, rel=1e-5)
    assert evidence["trained"] == pytest.approx(np.sqrt(np.mean(x**2)), rel=1e-5)


def test_nan_in_the_validation_is_found_and_the_rest_examined_all_the_same():
    x, t = blobs()
    held_out = x.copy()
    held_out[7, 2] = np.inf
    x[:, 0] *= 1000
    report = healthy().network().diagnose(x, t, validation_data=(held_out, t))
    assert report.codes == ("data-not-finite", "inputs-unscaled")
    evidence = report.finding("data-not-finite").evidence
    assert (evidence["name"], evidence["row"], evidence["column"]) == ("validation_data[0]", 7, 2)


def test_few_different_rows_are_no_leak():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 20, dtype=float)
    t = x[:, 0] != x[:, 1]
    network = gn.Network([gn.Dense(2, 8), gn.Tanh(), gn.Dense(8, 1), gn.Sigmoid()], seed=1)
    assert network.diagnose(x, t.astype(int), validation_data=(x[:4], t[:4])).codes == ()


def test_what_stops_at_nan_is_traced_to_its_rate():
    plan = FAULTS["learning-rate-too-large (nan)"]()
    network = plan.network()
    with pytest.warns(RuntimeWarning, match="not finite"):
        history = plan.train(network)
    assert "diverged" in network.diagnose(history=history)
    report = network.diagnose(plan.x, plan.t, history=history)
    proposed = report.finding("learning-rate-too-large").evidence["suggestion"]
    mended = Plan(plan.x, plan.t, plan.layers, optimizer=gn.SGD(proposed))
    assert mended.report().codes == ()


def test_several_labels_a_row_want_a_sigmoid():
    x, t = blobs()
    rows = gn.one_hot(t, 3)
    rows[:, 0] = 1
    network = gn.Network([gn.Dense(4, 3), gn.Sigmoid()], "binary_cross_entropy")
    assert network.diagnose(x, rows).codes == ()


def test_shares_that_nearly_add_up_to_one_are_no_several_labels():
    x, t = blobs()
    network = gn.Network([gn.Dense(4, 3), gn.Softmax()])
    lecture = 0.01 + 0.98 * gn.one_hot(t, 3)
    assert network.diagnose(x, lecture).codes == ()
    rows = gn.one_hot(t, 3)
    rows[5:40] = 0
    evidence = network.diagnose(x, rows).finding("several-labels").evidence
    assert (evidence["row"], evidence["sum"], evidence["share"]) == (5, 0, pytest.approx(35 / 300))


def test_a_layer_and_a_loss_of_ones_own_are_looked_through():
    class Twice(gn.Layer):
        def forward(self, x):
            return 2 * x

        def backward(self, dy, x, y):
            return 2 * dy

    class Fourth(gn.Loss):
        def forward(self, y, t):
            return ((y - t) ** 4).sum(axis=1)

        def backward(self, y, t):
            return 4 * (y - t) ** 3

    x, _ = blobs()
    plan = Plan(x, x[:, :1] / 5, [gn.Dense(4, 8), Twice(), gn.Tanh(), gn.Dense(8, 1)], Fourth())
    assert plan.report().codes == ()


def test_what_cannot_be_used_is_refused():
    plan = healthy()
    network = plan.network()
    with pytest.raises(ArgumentError, match="t must come with x"):
        network.diagnose(t=plan.t)
    with pytest.raises(ArgumentTypeError, match="history must be what fit returned"):
        network.diagnose(history=[1.0])
    with pytest.raises(ArgumentTypeError, match="validation_data"):
        network.diagnose(plan.x, validation_data=3)
    with pytest.raises(ArgumentError, match="language"):
        network.diagnose(language="fr")
    with pytest.raises(ArgumentTypeError, match="shuffle must be True or False"):
        network.diagnose(plan.x, plan.t, shuffle="yes")
    with pytest.raises(ShapeError, match=r"\(N, 4\)"):
        network.diagnose(plan.x[:, :2])
    with pytest.raises(DataError, match="whole number from 0 to 2"):
        network.diagnose(plan.x, plan.t + 5)
    with pytest.raises(DataError, match="at least one row"):
        network.diagnose(plan.x[:0])
