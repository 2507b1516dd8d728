"""Sample weights and class weights: what they are worth, in gradients and in the metrics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn


def close(net, other):
    return all(np.allclose(net.parameters[name], other.parameters[name], atol=1e-10) for name in net.parameters)


def trained(make, x, t, **arguments):
    net = make(dtype="float64")
    history = net.fit(x, t, optimizer=gn.SGD(0.2), epochs=4, batch_size="full", verbose=0, **arguments)
    return net, history


def test_weight_2_is_a_row_given_twice(clusters, classifier):
    x, t = clusters
    net, history = trained(classifier, x, t, sample_weight=np.r_[[2.0] * 10, [1.0] * 20])
    other, expected = trained(classifier, np.vstack([x, x[:10]]), np.r_[t, t[:10]])
    assert close(net, other)
    assert history["loss"] == pytest.approx(expected["loss"])


def test_weight_0_is_a_row_left_out(clusters, classifier):
    x, t = clusters
    net, history = trained(classifier, x, t, sample_weight=np.r_[[0.0] * 12, [1.0] * 18])
    other, expected = trained(classifier, x[12:], t[12:])
    assert close(net, other)
    assert history["loss"] == pytest.approx(expected["loss"])


def test_only_ratios_count(clusters, classifier):
    x, t = clusters
    weights = np.linspace(0.5, 2, 30)
    assert close(
        trained(classifier, x, t, sample_weight=weights)[0], trained(classifier, x, t, sample_weight=10 * weights)[0]
    )
    assert close(trained(classifier, x, t, sample_weight=[3] * 30)[0], trained(classifier, x, t)[0])


@settings(max_examples=25)
@given(weights=st.lists(st.floats(0, 10), min_size=11, max_size=11), size=st.integers(1, 11))
def test_the_epochs_loss_is_the_weighted_mean_over_all_samples(weights, size):
    """Σ wᵢ lᵢ / Σ wᵢ whatever the batches are: the network stands still, so that the loss is one number."""
    weights = np.array(weights)
    net = gn.Network([gn.Dense(1, 1, init="zeros")], loss="mean_squared_error", dtype="float64")
    x, t = np.arange(11.0)[:, None], np.arange(11.0) ** 2
    given = {"optimizer": gn.SGD(1e-300), "epochs": 1, "batch_size": size, "sample_weight": weights, "verbose": 0}
    if not weights.sum() > 0:
        with pytest.raises(gn.GlassnetError, match="weights of the samples must have a sum above 0"):
            net.fit(x, t, **given)
        return
    history = net.fit(x, t, **given)
    assert history["loss"] == pytest.approx([np.average(t**2, weights=weights)], rel=1e-9, abs=1e-12)


def test_accuracy_counts_every_sample_alike(clusters, classifier):
    x, t = clusters
    net = classifier()
    weights = np.where(net.classify(x) == t, 1.0, 0.0)
    history = net.fit(x, t, optimizer=gn.SGD(1e-9), epochs=1, batch_size=8, sample_weight=weights, verbose=0)
    assert history["accuracy"] == pytest.approx([net.accuracy(x, t)])
    assert history["accuracy"][0] < 1


def test_class_weights_in_their_forms(clusters, classifier):
    x, t = clusters
    wanted, _ = trained(classifier, x, t, sample_weight=np.array([1.0, 3.0, 1.0])[t])
    for given_ in ({1: 3.0}, {0: 1, 1: 3, 2: 1}, [1, 3, 1], (1.0, 3.0, 1.0), np.array([1, 3, 1]), {np.int64(1): 3}):
        assert close(trained(classifier, x, t, class_weight=given_)[0], wanted)
    assert close(trained(classifier, x, gn.one_hot(t, 3), class_weight={1: 3.0})[0], wanted)
    assert not close(trained(classifier, x, t)[0], wanted)


def test_rows_of_shares_have_the_mean_weight_of_their_classes(clusters, classifier):
    x, t = clusters[0][:4], [[0.5, 0.5, 0.0], [2.0, 0.0, 2.0], [0.0, 1.0, 0.0], [1.0, 1.0, 2.0]]
    by_hand = [(1 + 3) / 2, (1 + 7) / 2, 3, (1 + 3 + 14) / 4]
    wanted, _ = trained(classifier, x, t, sample_weight=by_hand)
    assert close(trained(classifier, x, t, class_weight=[1, 3, 7])[0], wanted)
    # "balanced": the shares are counted, 0.5 + 0.5 + 0 + 0.25, 0.5 + 0 + 1 + 0.25 and 0 + 0.5 + 0 + 0.5.
    a, b, c = 4 / (3 * 1.25), 4 / (3 * 1.75), 4 / (3 * 1.0)
    wanted, _ = trained(classifier, x, t, sample_weight=[(a + b) / 2, (a + c) / 2, b, (a + b + 2 * c) / 4])
    assert close(trained(classifier, x, t, class_weight="balanced")[0], wanted)


def test_a_probability_is_the_share_of_class_1():
    def trained_with(**weights):
        net = gn.Network([gn.Dense(1, 1), gn.Sigmoid()], dtype="float64")
        net.fit([[0.0], [1.0]], [0.25, 1.0], optimizer=gn.SGD(0.5), epochs=3, batch_size="full", verbose=0, **weights)
        return net

    assert close(trained_with(class_weight=[4, 8]), trained_with(sample_weight=[0.75 * 4 + 0.25 * 8, 8]))


@pytest.mark.parametrize("row", [[0, 0, 0], [-1, -1, -1], [2, -1, 1]])
def test_rows_without_shares_have_no_class_weight(row, clusters):
    t = np.eye(3)[clusters[1]]
    t[17] = row
    net = gn.Network([gn.Dense(2, 3), gn.Softmax()], loss="mean_squared_error")
    with pytest.raises(gn.GlassnetError, match=r"class_weight must go with targets .* row 17 of t is"):
        net.fit(clusters[0], t, class_weight=[1, 2, 3], verbose=0)


def test_validation_is_not_weighted_by_class(clusters, classifier):
    net = classifier()
    history = net.fit(*clusters, epochs=1, class_weight=[1, 5, 9], validation_data=clusters, verbose=0)
    assert history["val_loss"] == [net.loss(*clusters)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weights", [[0, 0], [0.9, 0.9]])
def test_no_mean_is_taken_with_weights_that_have_no_sum(weights, dtype, classifier):
    net, x, t = classifier(dtype=dtype), [[1.0, 2.0], [3.0, 4.0]], [0, 1]
    weights = np.array(weights) * float(np.finfo(dtype).max)
    for measure in (net.loss, net.gradients, lambda *data, **given: net.fit(*data, verbose=0, **given)):
        with pytest.raises(gn.GlassnetError, match="weights of the samples must have a sum above 0 and at most"):
            measure(x, t, sample_weight=weights)


def test_a_validation_fraction_without_weight_is_told_before_training(clusters, classifier):
    net = classifier()
    before = net.parameters.flat.copy()
    with pytest.raises(gn.GlassnetError, match="sum above 0"):
        net.fit(*clusters, sample_weight=[1] + [0] * 29, validation_fraction=0.5, verbose=0)
    assert np.array_equal(net.parameters.flat, before)


def test_balanced_weights_are_n_over_k_times_count(clusters, classifier):
    x, t = clusters[0][:20], np.r_[[0] * 12, [1] * 6, [2] * 2]
    by_hand = np.array([20 / (3 * 12), 20 / (3 * 6), 20 / (3 * 2)])
    wanted, _ = trained(classifier, x, t, sample_weight=by_hand[t])
    assert close(trained(classifier, x, t, class_weight="balanced")[0], wanted)
    # A class that is not there takes part in n_classes and in nothing else.
    trained(classifier, x[:18], t[:18], class_weight="balanced")


def test_both_kinds_of_weight_multiply(clusters, classifier):
    x, t = clusters
    own = np.linspace(1, 2, 30)
    wanted, _ = trained(classifier, x, t, sample_weight=own * np.array([1.0, 3.0, 1.0])[t])
    assert close(trained(classifier, x, t, sample_weight=own, class_weight={1: 3.0})[0], wanted)


def test_one_output_has_two_classes():
    x, t = np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 1])

    def trained_with(**weights):
        net = gn.Network([gn.Dense(1, 1), gn.Sigmoid()], dtype="float64")
        net.fit(x, t, optimizer=gn.SGD(0.5), epochs=3, batch_size="full", verbose=0, **weights)
        return net

    assert close(trained_with(class_weight={0: 2}), trained_with(sample_weight=[2, 1, 1]))
    assert close(trained_with(class_weight="balanced"), trained_with(sample_weight=[1.5, 0.75, 0.75]))


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"sample_weight": np.ones(29)}, r"sample_weight must have one number for each of the 30 samples.*\(29,\)"),
        ({"sample_weight": np.ones((30, 1))}, "sample_weight must have one number"),
        ({"sample_weight": np.r_[np.nan, np.ones(29)]}, "sample_weight must be finite and not negative"),
        ({"sample_weight": np.r_[-1, np.ones(29)]}, "sample_weight must be finite and not negative"),
        ({"sample_weight": np.r_[1e300, np.ones(29)]}, "sample_weight must be finite and not negative"),
        ({"sample_weight": np.full(30, 3e38)}, r"must have a sum above 0 and at most 3\.4e\+38, got 9e\+39"),
        ({"sample_weight": np.zeros(30)}, "sum above 0 .* got 0"),
        ({"sample_weight": ["a"] * 30}, "sample_weight must hold"),
        ({"class_weight": "balance"}, "class_weight must be 'balanced', a dictionary or a list, got 'balance'"),
        ({"class_weight": {3: 1.0}}, "class_weight must name classes from 0 to 2, got 3"),
        ({"class_weight": {"cat": 1.0}}, "class_weight must name classes from 0 to 2, got 'cat'"),
        ({"class_weight": {1: -1.0}}, "a class weight must be a finite number at least 0, got -1.0"),
        ({"class_weight": [1, 2]}, "class_weight must have one weight for each of 3 classes, got 2"),
        ({"class_weight": [1, np.nan, 1]}, "a class weight must be a finite number"),
        ({"class_weight": [0, 0, 0]}, "sum above 0"),
        ({"class_weight": 2.0}, "class_weight must be 'balanced', a dictionary or a list, got 2.0"),
    ],
    ids=repr,
)
def test_weights_that_cannot_be(weights, words, clusters, classifier):
    net = classifier()
    before = net.parameters.flat.copy()
    with pytest.raises(gn.GlassnetError, match=words):
        net.fit(*clusters, verbose=0, **weights)
    assert np.array_equal(net.parameters.flat, before)


def test_a_regression_has_no_classes_to_weigh(line):
    with pytest.raises(gn.GlassnetError, match="class_weight must go with a classifier"):
        line().fit([[1.0]], [1.0], class_weight=[1, 2], verbose=0)
