"""What the checkers of lesson 14 say to typical wrong answers."""

import numpy as np
import pytest

from glassnet.lessons.checkers import lesson_14
from glassnet.lessons.solutions import lesson_14 as solutions


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda n, name: (2 if name == "relu" else 1) / n, "the variance"),
        (lambda n, name: np.sqrt(1 / n), "ReLU that loses half"),
        (lambda n, name: np.sqrt(2 / n), "ReLU that loses half"),
        (lambda n, name: np.sqrt((1 if name == "relu" else 2) / n), "ReLU that loses half"),
        (lambda n, name: np.sqrt(n / (2 if name == "relu" else 1)), "upside down"),
        (lambda n, name: (2 if name == "relu" else 1) / np.sqrt(n), "under the root"),
        (lambda n, name: 0.01, "weight_std(100, 'tanh') must be 0.1, got 0.01"),
        (lambda n, name: None, "return"),
        (0.1, "must be a function"),
    ],
)
def test_weight_std(answer, words):
    assert words in lesson_14.weight_std(answer)[0][1]


def adam(*, b1=0.9, b2=0.999, corrected=True, sign=-1, root=np.sqrt, along="m", mixed=True, power=2, kept="plain"):
    """Adam's step with one mistake or another in it."""

    def step(w, g, m, v, k, rate):
        m = b1 * m + ((1 - b1) if mixed else 1) * g
        v = b2 * v + (1 - b2) * g**power
        m_hat, v_hat = (m / (1 - b1**k), v / (1 - b2**k)) if corrected else (m, v)
        moved = w + sign * rate * (m_hat if along == "m" else g) / (root(v_hat) + 1e-8)
        return (moved, m, v) if kept == "plain" else (moved, m_hat, v_hat)

    return step


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (adam(corrected=False), "not corrected"),
        (adam(sign=1), "The sign is turned"),
        (adam(root=lambda v: v), "the root of"),
        (adam(mixed=False), "(1 − β₁) is missing"),
        (adam(power=1), "g² that goes into v"),
        (adam(b2=0.9), "β₂, not β₁"),
        (adam(kept="corrected"), "keep the uncorrected one"),
        (adam(along="g"), "along m̂, not g"),
        (lambda w, g, m, v, k, rate: (w, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2), "has not moved"),
        (lambda w, g, m, v, k, rate: w - rate * g, "(w, m, v)"),
        (lambda w, g, m, v, k, rate: (w, m), "3 values"),
    ],
)
def test_adam_step(answer, words):
    assert words in lesson_14.adam_step(answer)[0][1]


def test_adam_in_place_is_right_too():
    def step(w, g, m, v, k, rate):
        m *= 0.9
        m += 0.1 * g
        v *= 0.999
        v += 0.001 * g * g
        w -= rate * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.999**k)) + 1e-8)
        return w, m, v

    assert lesson_14.adam_step(step) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, rate, keep: x * keep, "not scaled by 1/(1 − rate)"),
        (lambda x, rate, keep: x * keep * (1 - rate), "do not multiply"),
        (lambda x, rate, keep: x * keep / (rate or 0.5), "must be 1.25, got 5. Divide by 1 − rate, not by rate"),
        (lambda x, rate, keep: x * ~keep / (1 - rate), "where keep is True"),
        (lambda x, rate, keep: x / (1 - rate), "Nothing was dropped"),
        (lambda x, rate, keep: x, "in prediction"),
        (lambda x, rate, keep: x[keep] / (1 - rate), "shape (2, 4)"),
        (lambda x, rate, keep: x * (np.random.default_rng(0).random(x.shape) > rate) / (1 - rate), "must be"),
    ],
)
def test_dropout(answer, words):
    assert words in lesson_14.dropout(answer)[0][1]


def test_dropout_by_where_is_right_too():
    assert lesson_14.dropout(lambda x, rate, keep: np.where(keep, x / (1 - rate), 0)) == []


def normalized(z, *, axis=0, ddof=0):
    return (z - z.mean(axis=axis, keepdims=True)) / np.sqrt(z.var(axis=axis, ddof=ddof, keepdims=True) + 1e-5)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda z, g, b, eps: normalized(z), "γ and β are missing"),
        (lambda z, g, b, eps: g * normalized(z), "β is missing"),
        (lambda z, g, b, eps: normalized(z) + b, "γ is missing"),
        (lambda z, g, b, eps: g * normalized(z, axis=1) + b, "for each unit (column)"),
        (lambda z, g, b, eps: g * normalized(z, axis=None) + b, "for each unit (column)"),
        (lambda z, g, b, eps: g * normalized(z, ddof=1) + b, "divides by N here"),
        (lambda z, g, b, eps: g * (z - z.mean(axis=0)) / (z.var(axis=0) + eps) + b, "the root of the variance"),
        (lambda z, g, b, eps: g * z / np.sqrt(z.var(axis=0) + eps) + b, "mean is not taken away"),
        (lambda z, g, b, eps: g * (z - z.mean(axis=0)) / (z.std(axis=0) + eps) + b, "under the root"),
        (lambda z, g, b, eps: g * (z - z.mean(axis=0)) / z.std(axis=0) + b, "eps is not added"),
        (lambda z, g, b, eps: g * normalized(z) + b, "not always 1e-5"),
        (lambda z, g, b, eps: (z, g), "must return one array"),
    ],
)
def test_batch_norm(answer, words):
    assert words in lesson_14.batch_norm(answer)[0][1]


@pytest.mark.parametrize("name", ["weight_std", "adam_step", "dropout", "batch_norm"])
def test_the_solutions_are_right(name):
    assert getattr(lesson_14, name)(getattr(solutions, name)) == []
