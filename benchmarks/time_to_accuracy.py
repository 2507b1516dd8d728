"""How long a training takes in all: from the launch of a fresh process until the test accuracy is reached."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.comparison import NAMES
from benchmarks.protocol import ROOT, environment
from benchmarks.to_accuracy.recipe import TARGET

if TYPE_CHECKING:
    from collections.abc import Callable

PEERS = ("glassnet", "jax", "torch", "sklearn")
LONGEST = 180
"""Seconds that one run may take."""


@dataclass
class Climb:
    """The runs of one framework.

    Attributes
    ----------
    peer : str
    seconds : list of float
        From launch to the target, by run.
    epochs : list of int
        How many it took.
    curve : list of (seconds, accuracy)
        Of the last run, epoch by epoch.
    problem : str
        Why there is no time.
    """

    peer: str
    seconds: list[float] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    curve: list[tuple[float, float]] = field(default_factory=list)
    problem: str = ""

    @property
    def median(self) -> float:
        """The median of the runs' seconds."""
        return median(self.seconds)


def climb_all(peers: list[str], runs: int, threads: int, say: Callable[[str], None]) -> list[Climb]:
    """Return the times of each framework: run after run, all frameworks in each.

    The first run of glassnet is not counted: if its code is not compiled and kept on disk yet, that is done there, once
    for an installation.
    """
    climbs = [Climb(peer) for peer in PEERS if peer in peers]
    if "glassnet" in peers:
        _run(Climb("glassnet"), 0, threads)
    for run in range(runs):
        for climb in climbs:
            if not climb.problem:
                _run(climb, run, threads)
                say(f"{TARGET:.0%}: {NAMES[climb.peer]} {climb.problem or f'{climb.seconds[-1]:.1f} s'}")
    return climbs


def _run(climb: Climb, seed: int, threads: int) -> None:
    command = [sys.executable, "-m", f"benchmarks.to_accuracy.{climb.peer}_run", str(seed)]
    launched = time.time()
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment(threads), capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        climb.problem = f"not within {LONGEST} s"
        return
    epochs = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not epochs:
        climb.problem = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1][:200]
    elif epochs[-1]["accuracy"] < TARGET:
        climb.problem = f"not within {len(epochs)} epochs"
    else:
        climb.curve = [(epoch["time"] - launched, epoch["accuracy"]) for epoch in epochs]
        climb.seconds.append(climb.curve[-1][0])
        climb.epochs.append(len(epochs))
