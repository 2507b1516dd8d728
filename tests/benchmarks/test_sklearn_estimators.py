"""The benchmark of the estimators: what it makes of times and scores, and where it writes its table."""

import numpy as np
import pytest

from benchmarks import sklearn_estimators
from benchmarks.sklearn_estimators import Case, report, write


def case(**numbers):
    made = Case("made up", lambda: None)
    made.seconds, made.scores = numbers["seconds"], numbers["scores"]
    return made


def test_the_ratio_is_of_the_same_seed_and_the_score_may_lack_a_standard_error():
    scores = [0.8, 0.9, 1.0]
    error = np.std(scores, ddof=1) / np.sqrt(3)
    one = case(
        seconds={"sklearn": [1.0, 10.0, 4.0], "glassnet": [0.4, 2.0, 3.0]},
        scores={"sklearn": scores, "glassnet": [0.9 - 0.9 * error] * 3},
    )
    assert one.ratio == pytest.approx(0.4)
    assert one.is_met
    one.scores["glassnet"] = [0.9 - 1.1 * error] * 3
    assert not one.is_met
    assert "**not met**" in report([one])


@pytest.mark.parametrize("regression", [False, True])
def test_both_are_fitted_to_the_same(regression):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y = X[:, 0] if regression else (X[:, 0] > 0).astype(int)
    settings = {"max_iter": 60, "solver": "lbfgs", "tol": 0.1, "hidden_layer_sizes": (3,)}
    one = Case("small", lambda: (X, y), regression, settings)
    for seed in range(2):
        one.run(seed, 1)
    assert one.scores["glassnet"] == pytest.approx(one.scores["sklearn"])
    assert [len(times) for times in one.seconds.values()] == [2, 2]


def test_the_table_goes_between_the_marks(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    monkeypatch.setattr(sklearn_estimators, "PAGE", page)
    page.write_text(f"before\n{sklearn_estimators.BEGIN}\nold\n{sklearn_estimators.END}\nafter\n", encoding="utf-8")
    write("| new |")
    write("| newer |")
    assert page.read_text(encoding="utf-8") == (
        f"before\n{sklearn_estimators.BEGIN}\n| newer |\n{sklearn_estimators.END}\nafter\n"
    )
