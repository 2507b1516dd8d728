"""The doctor as a callback: it changes no number, looks seldom, and finds what `diagnose` finds, and more."""

import warnings

import numpy as np
import pytest

import glassnet as gn
from executors import EXECUTORS
from glassnet.glass.doctor.gradients import first_not_finite
from glassnet.mathematics.checks import ArgumentError
from planted_faults import FAULTS, Plan, blobs, classifier, healthy, sorted_rows

# Without x and t before they are trained on, and without the validation data.
FROM_WITHIN = [
    name
    for name in FAULTS
    if name not in {"leak", "validation-unlike", "targets-shifted", "data-not-finite", "labels-off-by-one (beyond)"}
    and "exploding" not in name
]


def examined_within(plan, **more):
    doctor = gn.Doctor()
    network = plan.network()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        history = plan.train(network, callbacks=[doctor], **more)
    return doctor, network, history


@pytest.mark.parametrize("name", FROM_WITHIN)
def test_a_planted_fault_is_found_from_within(name):
    doctor, _, _ = examined_within(FAULTS[name]())
    assert name.split(" ")[0] in doctor.report


def test_nothing_is_found_in_a_healthy_training():
    doctor, _, _ = examined_within(healthy())
    assert doctor.report.codes == ()
    assert doctor.report.examined == ("structure", "data", "units", "gradients", "training")


@pytest.mark.parametrize("executor", EXECUTORS)
def test_it_changes_no_number(executor):
    plan = healthy()
    alone = plan.network()
    history = plan.train(alone, executor=executor)
    doctor, watched, same = examined_within(plan, executor=executor)
    assert doctor.looked_at == list(range(1, 301, 5))
    assert same.steps == history.steps
    for name, array in alone.parameters.items():
        np.testing.assert_array_equal(watched.parameters[name], array)


def test_it_looks_as_often_as_it_is_told():
    plan = healthy()
    doctor = gn.Doctor(looks=10)
    plan.train(plan.network(), callbacks=[doctor])
    assert doctor.looked_at == list(range(1, 301, 30))


def test_it_keeps_few_rows_of_a_long_training():
    x, t = blobs(rows=3000)
    doctor, _, _ = examined_within(Plan(x, t, classifier(), fit={"epochs": 2, "batch_size": 100}))
    assert sum(map(len, doctor._x)) <= 2048


def test_the_first_value_that_is_not_finite_has_batch_layer_and_unit():
    x, _ = blobs()
    x[57, 2] = 1e30
    squares = gn.Network([gn.Dense(4, 1), gn.Dense(1, 1)], "mean_squared_error")
    doctor = gn.Doctor()
    with pytest.warns(RuntimeWarning, match="not finite"):
        squares.fit(
            x, x[:, 2:3], batch_size=20, shuffle=False, callbacks=[doctor], executor="reference", verbose=0,
            optimizer=gn.SGD(1e-6),
        )  # fmt: skip
    evidence = doctor.report.finding("not-finite").evidence
    # Row 57 stands in the third batch, at 17.
    assert evidence["batch"] == "step 3, batch 3 of epoch 1"
    assert (evidence["name"], evidence["sample"], evidence["layer"]) == ("losses", 17, "the loss")


def test_the_unit_is_the_one_that_overflows():
    x, t = blobs()
    plan = Plan(x, t, classifier(), fit={"epochs": 1, "shuffle": False})
    network = plan.network()
    network.parameters["W1"][:, 11] = 3e38
    doctor = gn.Doctor()
    with pytest.warns(RuntimeWarning, match="not finite"):
        plan.train(network, callbacks=[doctor])
    evidence = doctor.report.finding("not-finite").evidence
    assert (evidence["name"], evidence["unit"]) == ("Z1", 11)
    assert evidence["layer"] == "layer 1, Dense(4, 16)"
    assert evidence["largest"] == pytest.approx(3e38, rel=1e-6)


def first_of(network, x, t):
    values = {**network.trace(x, t), **network.parameters}
    return first_not_finite(network, values, "here").evidence


@pytest.mark.parametrize(
    ("layers", "scale", "at", "sample", "unit"),
    [
        ([gn.Dense(1, 1)], 1e30, "losses[2]", 2, None),  # squared beyond float32
        ([gn.Dense(1, 1)], 1e19, "loss", None, None),  # each is finite, their sum is not
        ([gn.Dense(1, 1), gn.Maxout(1, 2, pieces=3)], 3e38, "pieces2[1,2,0]", 2, 0),
    ],
)
def test_the_place_is_one_that_why_takes(layers, scale, at, sample, unit):
    x = np.ones((4, 1))
    x[2] = scale
    network = gn.Network([gn.Dense(1, 1, init=([[1.0]], [0.0])), *layers[1:]], "mean_squared_error")
    if "W2" in network.parameters:
        network.parameters["W2"][...] = 1
        network.parameters["W2"][1] = 10
    t = np.zeros((4, network.n_out))
    if at == "loss":
        x[...] = 1.8e19
    evidence = first_of(network, x, t)
    assert (evidence["at"], evidence["sample"], evidence["unit"]) == (at, sample, unit)
    assert not np.isfinite(network.trace(x, t).why(at).value)


def test_what_broke_down_is_said_once():
    x, t = blobs()
    doctor, plan = gn.Doctor(), Plan(x, t, classifier(), optimizer=gn.SGD(1e4))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        plan.train(plan.network(), callbacks=[doctor])
    assert doctor.report.codes.count("not-finite") == 1
    assert doctor.report.finding("not-finite").evidence["batch"].startswith("step ")


def test_a_parameter_that_an_update_made_nan_is_named():
    class Poisoned(gn.callbacks.Callback):
        def on_step_end(self, run):
            if run.step == 5:
                run.network.parameters["b1"][3] = np.nan

    plan = healthy()
    doctor = gn.Doctor()
    with pytest.warns(RuntimeWarning, match="not finite"):
        plan.train(plan.network(), callbacks=[Poisoned(), doctor])
    evidence = doctor.report.finding("parameter-not-finite").evidence
    assert (evidence["name"], evidence["where"], evidence["batch"]) == ("b1", [3], "step 6, batch 6 of epoch 1")


def test_batches_of_one_row_in_the_order_of_their_labels_are_found():
    plan = sorted_rows()
    doctor, _, _ = examined_within(plan, batch_size=1, epochs=1, optimizer=gn.SGD(0.01))
    assert "unshuffled" in doctor.report
    doctor, _, _ = examined_within(plan, batch_size=1, epochs=1, optimizer=gn.SGD(0.01), shuffle=True)
    assert "unshuffled" not in doctor.report


def test_sorted_rows_in_one_batch_are_no_finding():
    plan = sorted_rows()
    doctor, network, history = examined_within(plan, batch_size="full", epochs=100)
    assert doctor.report.codes == ()
    assert network.diagnose(plan.x, plan.t, history=history, shuffle=False).codes == ()


def test_it_can_be_used_again():
    doctor = gn.Doctor()
    for plan in (FAULTS["softmax-twice"](), healthy()):
        plan.train(plan.network(), callbacks=[doctor])
    assert doctor.report.codes == ()


@pytest.mark.parametrize("arguments", [{"looks": 1}, {"language": "de"}])
def test_settings_are_checked(arguments):
    with pytest.raises(ArgumentError):
        gn.Doctor(**arguments)
