"""One workload by all peers: first that all compute the same, then in turn how long each takes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.protocol import PeerError, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Array, Workload

NAMES = {
    "glassnet": "glassnet",
    "jax": "JAX",
    "torch": "torch",
    "sklearn": "scikit-learn",
    "keras": "Keras",
    "tinygrad": "tinygrad",
    "lecture": "lecture's NumPy loop",
    "onnxruntime": "onnxruntime",
    "sgemm": "sgemm",
}
"""How tables call the workers."""

YARDSTICK = "sgemm"
REFERENCE = "reference"

TOLERANCES = {"sgd": 1e-4, "adam": 0.02}
"""The largest difference of a probability that still counts as the same computation.

Adam's is wider: scikit-learn and Keras have its ε inside the bias correction, which moves the smallest gradients' first
updates. Training changes probabilities by far more: at least `LEAST_CHANGE` tolerances, or the check would say little.
"""
LEAST_CHANGE = 20


@dataclass
class Entry:
    """A peer's form at a workload.

    Attributes
    ----------
    peer, form : str
    steps : int
        In a timed burst.
    seconds : list of float
        Of one step or call, by round.
    difference : float or None
        Of its outputs from the reference's, at most.
    problem : str
        Why it was not timed.
    """

    peer: str
    form: str
    steps: int = 0
    seconds: list[float] = field(default_factory=list)
    difference: float | None = None
    problem: str = ""

    @property
    def microseconds(self) -> float:
        """The median over the rounds."""
        return median(self.seconds) * 1e6


@dataclass(frozen=True)
class Rules:
    """How long everything takes: rounds, and the seconds of a burst that each contestant aims at."""

    rounds: int = 7
    burst: float = 0.3


def race(
    workload: Workload,
    workers: dict[str, Worker],
    judge: Worker | None,
    rules: Rules,
    say: Callable[[str], None],
    wanted: Callable[[str, str], bool] = lambda peer, form: True,  # noqa: ARG005  # all
) -> list[Entry]:
    """Return how each peer did: checked, warmed up, then timed in turn, in a new order each round.

    Parameters
    ----------
    workload : Workload
    workers : dict
        Those that take part, by peer.
    judge : Worker or None
        The one of glassnet, whose reference executor says what is right; None to go without the check.
    rules : Rules
    say : callable
        Told how far it is.
    wanted : callable
        Given a peer and a form: whether it takes part.
    """
    entries = [entry for entry in _entries(workload, workers) if wanted(entry.peer, entry.form)]
    if judge is not None:
        _check(workload, workers, judge, entries)
    for entry in _able(entries):
        _attempt(entry, partial(_warm_up, workload, workers[entry.peer], entry, rules.burst))
    say(f"{workload.name}: {', '.join(label(e.peer, e.form) for e in _able(entries)) or 'nobody'}")
    order = random.Random(0)  # noqa: S311  # no secret
    for _ in range(rules.rounds):
        able = _able(entries)
        for entry in order.sample(able, len(able)):
            _attempt(entry, partial(_time, workload, workers[entry.peer], entry))
    for worker in workers.values():
        try:
            worker.ask("release", workload=workload.as_json())
        except PeerError:
            continue  # it has ended, and its entry says so
    return entries


def label(peer: str, form: str) -> str:
    """Return how tables call a form of a peer."""
    return f"{NAMES[peer]} {form}".strip()


def _able(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry.problem]


def _attempt(entry: Entry, action: Callable[[], None]) -> None:
    try:
        action()
    except PeerError as error:
        entry.problem = str(error)


def _entries(workload: Workload, workers: dict[str, Worker]) -> list[Entry]:
    entries = []
    for peer, worker in workers.items():
        try:
            forms = worker.ask("forms", workload=workload.as_json())["forms"]
        except PeerError as error:
            entries.append(Entry(peer, "", problem=str(error)))
            continue
        entries += [Entry(peer, form) for form in forms]
    return entries


def _check(workload: Workload, workers: dict[str, Worker], judge: Worker, entries: list[Entry]) -> None:
    """Note which entries do not compute what glassnet's reference executor computes."""
    what = workload.as_json()
    try:
        answer = judge.ask("check", workload=what, form=REFERENCE)
    except PeerError as error:
        raise PeerError(f"glassnet's reference executor failed at {workload.name}: {error}") from error
    reference = {name: np.array(of) for name, of in answer.items()}
    tolerance = TOLERANCES[workload.optimizer]
    if workload.kind == "train":
        change = largest_difference(reference["after"], reference["before"])
        if change < LEAST_CHANGE * tolerance:
            raise PeerError(f"the check of {workload.name} says little: training changed outputs by {change:.1g} only")
    for entry in _able(entries):
        try:
            answer = workers[entry.peer].ask("check", workload=what, form=entry.form)
        except PeerError as error:
            entry.problem = str(error)
            continue
        entry.difference = answer.get("difference", None)
        if entry.difference is None:
            entry.difference = largest_difference(np.array(answer["after"]), reference["after"])
        if not entry.difference <= tolerance:
            entry.problem = f"it computes something else: a probability differs by {entry.difference:.2g}"


def largest_difference(a: Array, b: Array) -> float:
    """Return the largest difference of two arrays, nan if there is one in them or their shapes differ."""
    return float(abs(a - b).max()) if a.shape == b.shape else float("nan")


def _warm_up(workload: Workload, worker: Worker, entry: Entry, burst: float) -> None:
    """Let it compile, and find how many steps a burst is to have."""
    request: dict[str, Any] = {"do": "burst", "workload": workload.as_json(), "form": entry.form}
    # Enough rows to have every class among them.
    entry.steps = max(1, 300 // workload.batch_size)
    worker.ask(steps=entry.steps, **request)
    for _ in range(3):
        seconds = worker.ask(steps=entry.steps, **request)["seconds"]
        wanted = max(1, min(workload.steps, round(burst / seconds)))
        if 0.4 <= entry.steps / wanted <= 2.5:
            break
        entry.steps = wanted
        worker.ask(steps=entry.steps, **request)  # JAX compiles for each number of steps
    worker.settle()


def _time(workload: Workload, worker: Worker, entry: Entry) -> None:
    answer = worker.ask("burst", workload=workload.as_json(), form=entry.form, steps=entry.steps)
    entry.seconds.append(answer["seconds"])
    worker.settle()


def fastest(entries: list[Entry], peer: str) -> Entry | None:
    """Return the fastest form of a peer, None if it was not timed."""
    timed = [entry for entry in _able(entries) if entry.peer == peer and entry.seconds]
    return min(timed, key=lambda entry: entry.microseconds, default=None)


def ratio(a: Entry, b: Entry) -> float:
    """Return the median over the rounds of the time of a divided by that of b in the same round."""
    return median(x / y for x, y in zip(a.seconds, b.seconds, strict=True))
