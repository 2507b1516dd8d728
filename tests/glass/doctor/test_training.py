"""What a history alone tells."""

import numpy as np
import pytest

import glassnet as gn
from planted_faults import Plan, blobs, columns_of, house_prices


def report_of(**epochs):
    """Diagnose a classifier of two classes by a history without data."""
    history = gn.History()
    for values in zip(*epochs.values(), strict=True):
        history.add_epoch(**dict(zip(epochs, values, strict=True)))
    return gn.Network([gn.Dense(4, 2), gn.Softmax()]).diagnose(history=history)


FALLING = [0.7, 0.3, 0.1, 0.01]


@pytest.mark.parametrize(
    ("val_loss", "val_accuracy", "codes"),
    [
        ([0.7, 0.4, 0.5, 0.65], [0.6, 0.9, 0.9, 0.9], ()),  # less certain, but as often right
        ([0.7, 0.4, 0.5, 0.65], [0.6, 0.9, 0.8, 0.75], ("overfitting",)),
        ([0.7, 0.6, 0.8, 0.95], [0.5, 0.6, 0.6, 0.6], ("overfitting",)),  # worse than to know nothing
        ([0.7, 0.4, 0.42, 0.45], [0.6, 0.9, 0.8, 0.75], ()),
    ],
)
def test_a_classifier_overfits_where_its_answers_suffer(val_loss, val_accuracy, codes):
    assert report_of(loss=FALLING, val_loss=val_loss, val_accuracy=val_accuracy).codes == codes


def test_a_regression_overfits_where_its_loss_rises():
    assert report_of(loss=FALLING, val_loss=[0.7, 0.4, 0.5, 0.65]).codes == ("overfitting",)
    assert report_of(loss=[0.7, 0.5, 0.5, 0.5], val_loss=[0.7, 0.4, 0.5, 0.65]).codes == ()


def test_what_early_stopping_went_back_from_is_no_overfitting():
    history = gn.History(best_epoch=2)
    for loss, val_loss in zip(FALLING, [0.7, 0.6, 0.8, 0.95], strict=True):
        history.add_epoch(loss=loss, val_loss=val_loss)
    assert gn.Network([gn.Dense(4, 2), gn.Softmax()]).diagnose(history=history).codes == ()


def test_for_targets_that_are_too_large_no_larger_rate_is_proposed():
    report = house_prices(gn.Adam()).report()
    assert report.codes == ("targets-unscaled",)
    t = house_prices(gn.Adam()).t
    evidence = report.finding("targets-unscaled").evidence
    assert evidence["rms"] == pytest.approx(np.sqrt(np.mean(t**2)), rel=1e-6)
    assert (evidence["lowest"], evidence["highest"]) == pytest.approx((t.min(), t.max()), rel=1e-6)


def test_large_targets_that_are_learned_are_no_finding():
    x = blobs()[0]
    plan = Plan(
        x, 40 + 20 * x[:, :1], [gn.Dense(4, 1)], "mean_squared_error", optimizer=gn.SGD(0.05), fit={"epochs": 40}
    )
    assert plan.report().codes == ()


@pytest.mark.parametrize(
    ("scales", "offsets", "column"), [([25, 0.05], [0, 0], 1), ([1, 1e-4], [0, 0], 1), ([0.1, 0.2], [28, 28], 0)]
)
def test_of_columns_that_keep_it_from_learning_the_one_is_named(scales, offsets, column):
    plan = columns_of(scales, offsets)
    evidence = plan.report().finding("inputs-unscaled").evidence
    assert evidence["column"] == column
    assert evidence["rms"] == pytest.approx(np.sqrt(np.mean(plan.x[:, column] ** 2)), rel=1e-5)


def test_uneven_columns_that_are_learned_from_are_no_finding():
    plan = columns_of([1, 0.02], [0, 0])
    plan.optimizer, plan.fit = gn.Adam(0.02), {"epochs": 40}
    assert plan.report().codes == ()


def test_the_background_of_pictures_is_no_uneven_column():
    plan = columns_of([1, 1], [0, 0])
    unrelated = np.random.default_rng(2).integers(2, size=400)
    x = np.hstack([plan.x, np.where(np.arange(400)[:, None] % 3, 0, 1e-4)])
    report = Plan(x, unrelated, [gn.Dense(3, 2), gn.Softmax()]).report()
    assert report.codes == ("not-learning",)


@pytest.mark.parametrize("by", [1, -1])
def test_targets_that_were_moved_by_a_row_are_found(by):
    x, t = blobs()
    plan = Plan(x, np.roll(t, by), [gn.Dense(4, 3), gn.Softmax()])
    report = plan.report()
    assert report.codes == ("targets-shifted",)
    evidence = report.finding("targets-shifted").evidence
    assert evidence["by"] == by
    assert evidence["moved"] > 0.8
    assert evidence["as_given"] < 0.5
    assert np.array_equal(np.roll(plan.t, -evidence["by"]), t)
    assert f"np.roll(t, {-by}, axis=0)" in str(report)
