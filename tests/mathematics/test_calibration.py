"""Calibration: against numbers worked by hand, scikit-learn's curve and SciPy's minimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.mathematics.calibration import expected_calibration_error, reliability_curve, temperature_scaling


def test_the_error_worked_by_hand():
    # Bins (0.5, 0.75] and (0.75, 1]: confidences 0.6, 0.7 of which one is right; 0.8, 0.9, 1 of which two are.
    p = np.array([0.6, 0.3, 0.8, 0.9, 0.0])
    t = [1, 1, 1, 0, 0]
    curve = reliability_curve(t, p, bins=4)
    assert curve.counts.tolist() == [0, 0, 2, 3]
    assert curve.confidence == pytest.approx([np.nan, np.nan, 0.65, 0.9], nan_ok=True)
    assert curve.accuracy == pytest.approx([np.nan, np.nan, 1 / 2, 2 / 3], nan_ok=True)
    expected = 2 / 5 * abs(0.65 - 1 / 2) + 3 / 5 * abs(0.9 - 2 / 3)
    assert expected_calibration_error(t, p, bins=4) == pytest.approx(expected)


@pytest.mark.parametrize("form", [lambda p: p, lambda p: p[:, None], lambda p: np.stack([1 - p, p], axis=1)])
def test_all_forms_of_probabilities_of_two_classes(form):
    rng = np.random.default_rng(0)
    p, t = rng.random(50), rng.integers(0, 2, 50)
    assert expected_calibration_error(np.eye(2)[t], form(p)) == pytest.approx(expected_calibration_error(t, p))


def test_a_single_output_of_one_half_names_class_1_as_classify_does():
    net = gn.Network([gn.Dense(1, 1, init=([[0.0]], [0.0])), gn.Sigmoid()])
    x, t = np.zeros((4, 1)), np.ones(4, int)
    p = net.predict(x)
    assert (net.classify(x).ravel().tolist(), net.accuracy(x, t)) == ([1] * 4, 1.0)
    for form in (p, p[:, 0]):
        assert reliability_curve(t, form, bins=1).accuracy[0] == 1.0
        assert reliability_curve(1 - t, form, bins=1).accuracy[0] == 0.0
    assert reliability_curve(t, np.full((4, 2), 0.5), bins=1).accuracy[0] == 0.0  # of two alike the first, as argmax


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 20))
def test_the_curve_is_that_of_scikit_learn(seed, bins):
    calibration = pytest.importorskip("sklearn.calibration", reason="scikit-learn is not installed")
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(4), 60)
    t = rng.integers(0, 4, 60)
    ours = reliability_curve(t, p, bins)
    accuracy, confidence = calibration.calibration_curve(p.argmax(axis=1) == t, p.max(axis=1), n_bins=bins)
    filled = ours.counts > 0
    assert ours.accuracy[filled] == pytest.approx(accuracy)
    assert ours.confidence[filled] == pytest.approx(confidence)
    assert ours.counts.sum() == 60


def test_what_is_calibrated_has_no_error():
    assert expected_calibration_error([1, 1, 1, 0], [0.75] * 4) == pytest.approx(0)
    assert expected_calibration_error([0, 1], np.eye(2)) == 0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.floats(0.2, 5), st.sampled_from(["softmax", "sigmoid"]))
def test_the_temperature_is_where_the_log_loss_is_least(seed, scale, output):
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed")
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(200, 3 if output == "softmax" else 1))
    p = gn.functions.softmax(z) if output == "softmax" else gn.functions.sigmoid(z)
    t = np.array([rng.choice(3, p=row) for row in p]) if output == "softmax" else (rng.random((200, 1)) < p).astype(int)

    def loss(log_t):
        y = scale * z / np.exp(log_t)
        if output == "softmax":
            return np.mean(
                np.log(np.exp(y - y.max(axis=1, keepdims=True)).sum(axis=1)) + y.max(axis=1) - y[range(200), t]
            )
        return np.mean(np.logaddexp(0, y) - t * y)

    best = optimize.minimize_scalar(loss, bounds=(np.log(0.01), np.log(100)), method="bounded", options={"xatol": 1e-9})
    temperature = temperature_scaling(t, scale * z, output=output)
    assert loss(np.log(temperature)) <= best.fun + 1e-9
    if 0.02 < temperature < 50:
        assert temperature == pytest.approx(np.exp(best.x), rel=1e-3)


def test_soft_targets():
    # Logits ±1 with shares e² : 1 ask for a doubled slope.
    share = 1 / (1 + np.exp(-4.0))
    assert temperature_scaling([[1 - share, share]], [[-1.0, 1.0]]) == pytest.approx(0.5)


def test_the_limits():
    assert temperature_scaling([0, 1], [[1.0, 0.0], [0.0, 1.0]]) == 0.01
    assert temperature_scaling([1, 0], [[1.0, 0.0], [0.0, 1.0]]) == 100.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: expected_calibration_error([0], [[0.5, 0.6], [0.5, 0.5]]), "the same length, got 1 and 2"),
        (lambda: expected_calibration_error([0], [[5.0, -3.0]]), "must lie from 0 to 1, got -3 to 5"),
        (lambda: expected_calibration_error([0], [[np.nan, 0.5]]), "must lie from 0 to 1, got nan"),
        (lambda: expected_calibration_error([0], [[0.5, 0.5]], bins=0), "bins must be an integer of at least 1"),
        (lambda: expected_calibration_error([], []), "probabilities must be"),
        (lambda: temperature_scaling([0], [[np.inf, 0.0]]), "logits must be finite"),
        (lambda: temperature_scaling([0], [0.5]), r"logits must be rows \(N, n_out\)"),
        (lambda: temperature_scaling([0], [[0.5, 1.0]], output="tanh"), "output must be 'softmax' or 'sigmoid'"),
        (lambda: temperature_scaling([0, 1], [[0.5, 1.0]]), "t must have one row for each of the 1 samples"),
    ],
)
def test_what_cannot_be_is_said(call, words):
    with pytest.raises(gn.GlassnetError, match=words):
        call()
