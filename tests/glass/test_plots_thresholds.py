"""Reliability, ROC and precision-recall: what is drawn is what scikit-learn and the metrics say."""

import sys

import numpy as np
import pytest

import glassnet as gn

sklearn_metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
RNG = np.random.default_rng(1)
T = RNG.integers(0, 3, 80)
P = 0.6 * RNG.dirichlet(np.ones(3), 80) + 0.4 * np.eye(3)[T]


@pytest.mark.parametrize("name", ["roc", "precision_recall"])
def test_one_curve_for_each_class(name):
    ax = getattr(gn.plots, name)(T, P, class_names=["a", "b", "c"])
    lines = [line for line in ax.lines if not line.get_label().startswith("_")]
    score = sklearn_metrics.roc_auc_score if name == "roc" else sklearn_metrics.average_precision_score
    for index, line in enumerate(lines):
        label, figure = line.get_label().rsplit(" ", 1)
        assert label.startswith("abc"[index])
        assert float(figure) == pytest.approx(score(index == T, P[:, index]), abs=6e-4)
    assert len(lines) == 3


def test_two_classes_have_one_curve():
    binary, p = T > 0, P[:, 1] + P[:, 2]
    for form in (p, p[:, None]):
        ax = gn.plots.roc(binary, form)
        (line,) = [line for line in ax.lines if not line.get_label().startswith("_")]
        wrong, found, _ = sklearn_metrics.roc_curve(binary, p)
        assert np.array_equal(line.get_xydata(), np.stack([wrong, found], axis=1))


def test_reliability_shows_the_curve():
    curve = gn.metrics.reliability_curve(T, P, bins=5)
    ax = gn.plots.reliability(T, P, bins=5)
    line = next(line for line in ax.lines if line.get_label() == "accuracy")
    filled = curve.counts > 0
    assert np.array_equal(line.get_xydata(), np.stack([curve.confidence, curve.accuracy], axis=1)[filled])
    assert f"{curve.error:.3f}" in ax.get_title()
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(curve.counts / 80)


def test_they_draw_where_they_are_told(monkeypatch):
    from matplotlib.figure import Figure

    for plot in (gn.plots.roc, gn.plots.precision_recall, gn.plots.reliability):
        ax = Figure().add_subplot()
        assert plot(T, P, ax=ax) is ax
        ax.figure.canvas.draw()


def test_what_cannot_be_is_said(monkeypatch):
    for arguments, words in [
        (([0, 0], [0.1, 0.2]), "samples of two classes or more"), (([0], P), "the same length"),
        ((T, P * np.nan), "must be finite"), ((T, P[None]), "probabilities must be"),
    ]:  # fmt: skip
        with pytest.raises(gn.GlassnetError, match=words):
            gn.plots.roc(*arguments)
    with pytest.raises(gn.GlassnetError, match="class_names must name each of the 3 classes, got 1"):
        gn.plots.roc(T, P, class_names=["a"])
    monkeypatch.setitem(sys.modules, "sklearn.metrics", None)
    with pytest.raises(gn.GlassnetError, match=r"needs sklearn, which .*pip install \"?glassnet\[sklearn\]"):
        gn.plots.roc(T, P)
