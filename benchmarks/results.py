"""What was measured as plain data, for `results.json` and the report, and whether the goals are met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.comparison import NAMES, YARDSTICK, Entry, fastest, label, ratio
from benchmarks.limit import share_of_limit

if TYPE_CHECKING:
    from benchmarks.time_to_accuracy import Climb
    from benchmarks.workloads import Workload

MEASURED_DIGITS = 5
"""Significant digits that are written; timings do not repeat to more."""


@dataclass(frozen=True)
class Verdict:
    """A goal and what came of it.

    Attributes
    ----------
    workload : str
    wanted : str
    value : str
    met : bool
    """

    workload: str
    wanted: str
    value: str
    met: bool


def workload_result(workload: Workload, entries: list[Entry], busy: float) -> dict[str, Any]:
    """Return all about one workload; `busy` is the share of the processor that others had."""
    glassnet = fastest(entries, "glassnet")
    limit = share_of_limit(workload, entries)
    return {
        "name": workload.name,
        "title": workload.title,
        "unit": workload.unit,
        "goal": {"at_most": workload.goal.at_most, "peer": workload.goal.peer} if workload.goal else None,
        "share_of_limit_goal": workload.share_of_limit,
        "entries": [_entry(entry, glassnet) for entry in entries if entry.peer != YARDSTICK],
        "limit": {key: _rounded(value) for key, value in limit.items()} if limit else None,
        "busy": busy,
    }


def _entry(entry: Entry, glassnet: Entry | None) -> dict[str, Any]:
    shared = {"peer": entry.peer, "label": label(entry.peer, entry.form), "difference": entry.difference}
    if entry.problem or not entry.seconds:
        return {**shared, "problem": entry.problem or "it was not timed"}
    return {
        **shared,
        "steps": entry.steps,
        "microseconds": _rounded(entry.microseconds),
        "lowest": _rounded(min(entry.seconds) * 1e6),
        "highest": _rounded(max(entry.seconds) * 1e6),
        "glassnet_takes": _rounded(ratio(glassnet, entry)) if glassnet else None,
    }


def climb_result(climb: Climb) -> dict[str, Any]:
    """Return all about one framework's way to the accuracy."""
    if climb.problem or not climb.seconds:
        return {"peer": climb.peer, "problem": climb.problem or "it was not timed"}
    return {
        "peer": climb.peer,
        "seconds": _rounded(climb.median),
        "runs": [_rounded(seconds) for seconds in climb.seconds],
        "epochs": climb.epochs,
        "curve": [[_rounded(seconds), accuracy] for seconds, accuracy in climb.curve],
    }


def _rounded(value: float) -> float:
    return float(f"{value:.{MEASURED_DIGITS}g}")


def best(workload: dict[str, Any], peer: str) -> dict[str, Any] | None:
    """Return the fastest timed entry of a peer in a workload's result."""
    timed = [entry for entry in workload["entries"] if entry["peer"] == peer and "microseconds" in entry]
    return min(timed, key=lambda entry: entry["microseconds"], default=None)


def winners(workload: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries that are faster than glassnet."""
    timed = [entry for entry in workload["entries"] if entry["peer"] != "glassnet" and "microseconds" in entry]
    return [entry for entry in timed if entry["glassnet_takes"] is not None and entry["glassnet_takes"] > 1]


def verdicts(results: dict[str, Any]) -> list[Verdict]:
    """Return each goal with what was measured."""
    return [verdict for workload in results["workloads"] for verdict in verdicts_of(workload)]


def verdicts_of(workload: dict[str, Any]) -> list[Verdict]:
    """Return the goals of one workload; those beside a peer that was left out on purpose are not judged."""
    glassnet = best(workload, "glassnet")
    if glassnet is None:
        return []
    return [verdict for verdict in (_beside_peer(workload), _beside_limit(workload)) if verdict]


def _beside_peer(workload: dict[str, Any]) -> Verdict | None:
    goal = workload["goal"]
    forms = [entry for entry in workload["entries"] if goal and NAMES[entry["peer"]] == goal["peer"]]
    if not forms:
        return None
    wanted = f"≤ {goal['at_most']:.2f} × {goal['peer']}"
    fastest_form = best(workload, forms[0]["peer"])
    if fastest_form is None:
        return Verdict(workload["name"], wanted, f"{goal['peer']} was not timed", met=False)
    takes = fastest_form["glassnet_takes"]
    return Verdict(workload["name"], wanted, f"{takes:.2f}", met=takes <= goal["at_most"])


def _beside_limit(workload: dict[str, Any]) -> Verdict | None:
    share, limit = workload["share_of_limit_goal"], workload["limit"]
    if share is None:
        return None
    wanted = f"≥ {share:.0%} of the sgemm limit"
    if limit is None:
        return Verdict(workload["name"], wanted, "the matrix products were not timed", met=False)
    return Verdict(workload["name"], wanted, f"{limit['share']:.1%}", met=limit["share"] >= share)
