"""scikit-learn's multilayer perceptrons beside glassnet's, with the same parameters on the same data: times and scores.

    python -m benchmarks.sklearn_estimators --write

Both take turns, seed after seed, in one process and with the same number of threads; who begins changes each time. A
seed draws the held-out quarter, the first weights and the batches, and is the same for both. What is compared is the
median of the ratios of the same seed, and the mean of the scores. `--write` puts the table into docs/sklearn.md.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import glassnet.sklearn as ours
from benchmarks.protocol import ROOT
from benchmarks.report import table

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = ROOT / "docs" / "sklearn.md"
BEGIN, END = "<!-- begin: benchmarks.sklearn_estimators -->", "<!-- end: benchmarks.sklearn_estimators -->"
GOAL = 0.5
"""The share of scikit-learn's time that glassnet may take."""
SETTLE_SECONDS = 0.05


@dataclass
class Case:
    """A data set, and what both estimators are told besides the seed.

    Attributes
    ----------
    name : str
    load : callable
        Returns X and y.
    regression : bool
    settings : dict
    seconds, scores : dict
        Whose → one number for each seed.
    """

    name: str
    load: Callable[[], Any]
    regression: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"sklearn": [], "glassnet": []})
    scores: dict[str, list[float]] = field(default_factory=lambda: {"sklearn": [], "glassnet": []})

    def estimator(self, whose: str, seed: int, threads: int) -> Any:
        """Return an estimator that has not been fitted."""
        if whose == "sklearn":
            return (MLPRegressor if self.regression else MLPClassifier)(random_state=seed, **self.settings)
        kind = ours.MLPRegressor if self.regression else ours.MLPClassifier
        return kind(random_state=seed, threads=threads, **self.settings)

    def run(self, seed: int, threads: int) -> None:
        """Fit both, in turn, and note times and scores."""
        X, y = self.load()
        X, X_test, y, y_test = train_test_split(X, y, random_state=seed)
        scaler = StandardScaler().fit(X)
        X, X_test = scaler.transform(X), scaler.transform(X_test)
        for whose in ("sklearn", "glassnet")[:: 1 if seed % 2 else -1]:
            estimator = self.estimator(whose, seed, threads)
            time.sleep(SETTLE_SECONDS)  # until the threads of the one before sleep
            began = time.perf_counter()
            estimator.fit(X, y)
            self.seconds[whose].append(time.perf_counter() - began)
            self.scores[whose].append(estimator.score(X_test, y_test))

    @property
    def ratio(self) -> float:
        """The median of the ratios of times."""
        pairs = zip(self.seconds["glassnet"], self.seconds["sklearn"], strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    @property
    def least_score(self) -> float:
        """scikit-learn's mean score less its standard error."""
        scores = self.scores["sklearn"]
        return float(np.mean(scores) - np.std(scores, ddof=1) / np.sqrt(len(scores))) if len(scores) > 1 else scores[0]

    @property
    def is_met(self) -> bool:
        """Whether glassnet is fast enough, and no worse."""
        return self.ratio <= GOAL and float(np.mean(self.scores["glassnet"])) >= self.least_score

    def row(self) -> list[str]:
        """Return the row of the table."""
        medians = [f"{statistics.median(self.seconds[whose]):.3g}" for whose in ("sklearn", "glassnet")]
        means = [f"{np.mean(self.scores[whose]):.4f}" for whose in ("sklearn", "glassnet")]
        error = np.mean(self.scores["sklearn"]) - self.least_score
        return [self.name, *medians, f"{self.ratio:.2f} ×", f"{means[0]} ± {error:.4f}", means[1],
                "met" if self.is_met else "**not met**"]  # fmt: skip


def cases() -> list[Case]:
    """Return the five data sets; all parameters are scikit-learn's defaults but for what is said here."""
    made = datasets.make_classification(100_000, n_informative=10, random_state=0)
    return [
        Case("digits", lambda: datasets.load_digits(return_X_y=True)),
        Case("breast cancer", lambda: datasets.load_breast_cancer(return_X_y=True)),
        Case("wine", lambda: datasets.load_wine(return_X_y=True)),
        Case("diabetes", lambda: datasets.load_diabetes(return_X_y=True), regression=True),
        Case("make_classification, 100,000 rows", lambda: made, settings={"max_iter": 20}),
    ]


def report(done: list[Case]) -> str:
    """Return the table."""
    head = ["", "scikit-learn, s", "glassnet, s", "time", "scikit-learn's score", "glassnet's", "goal"]
    return table(head, [case.row() for case in done])


def write(text: str) -> None:
    """Put the table between the two marks of the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    """Measure, print, and end with an error if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1, help="of either (default 1)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/sklearn.md")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    done = cases()
    with threadpool_limits(options.threads):
        ours.MLPClassifier((2,), max_iter=1, executor="compiled").fit([[0.0], [1.0]], [0, 1])  # loaded, or compiled
        for case in done:
            for seed in range(options.seeds):
                case.run(seed, options.threads)
            print(report([case]).splitlines()[-1], flush=True)
    text = report(done)
    print(f"\n{text}")
    if options.write:
        write(text)
    if not all(case.is_met for case in done):
        raise SystemExit("a goal is missed")


if __name__ == "__main__":
    main()
