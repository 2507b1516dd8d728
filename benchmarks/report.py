"""The report: the tables for the terminal and `docs/benchmarks.md`, both from the same results.

`python -m benchmarks.report` writes the page and the charts anew from `benchmarks/results.json`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.comparison import NAMES
from benchmarks.protocol import ROOT
from benchmarks.results import best, verdicts, verdicts_of, winners

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("glassnet", "jax", "torch", "keras", "sklearn", "tinygrad", "onnxruntime", "lecture")
"""The order of the columns of the overview."""


QUIET = 0.10
"""The share of the processor that others may have before times are not to be trusted."""


def table(head: list[str], rows: list[list[str]], left: int = 1) -> str:
    """Return a Markdown table that is also aligned for the eye; all but the first columns are numbers, to the right."""
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    widths = [max(width, 3) for width in widths]
    rule = ["-" * width if k < left else "-" * (width - 1) + ":" for k, width in enumerate(widths)]
    aligned = [
        [
            cell.ljust(width) if k < left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in [head, rule, *rows]
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in aligned)


def number(value: float) -> str:
    """Return a time with three significant digits and no exponent.

    >>> number(12.345), number(1234.5), number(0.5)
    ('12.3', '1,230', '0.500')
    """
    value = float(f"{value:.3g}")
    decimals = 3 - len(str(int(value))) if value >= 1 else 3
    return f"{value:,.{max(decimals, 0)}f}"


def overview(results: dict[str, Any]) -> str:
    """Return one row a workload, one column a peer, its fastest form; the fastest of a row is bold."""
    used = [peer for peer in COLUMNS if any(best(workload, peer) for workload in results["workloads"])]
    rows = []
    for workload in results["workloads"]:
        times = {peer: best(workload, peer) for peer in used}
        least = min((entry["microseconds"] for entry in times.values() if entry), default=None)
        cells = [f"{workload['title']}, per {workload['unit']}"]
        for entry in times.values():
            text = number(entry["microseconds"]) if entry else ""
            cells.append(f"**{text}**" if entry and entry["microseconds"] == least else text)
        rows.append(cells)
    return table(["microseconds", *(NAMES[peer] for peer in used)], rows)


def goals(results: dict[str, Any]) -> str:
    """Return each goal, what was measured, and whether it is met."""
    rows = [[v.workload, v.wanted, v.value, "met" if v.met else "**not met**"] for v in verdicts(results)]
    return table(["workload", "goal", "measured", ""], rows, left=2)


def winners_sentence(results: dict[str, Any]) -> str:
    """Return where a peer is faster than glassnet, if anywhere."""
    parts = [
        f"- {entry['label']} is faster at {workload['name']}: glassnet takes {entry['glassnet_takes']:.2f} × its time."
        for workload in results["workloads"]
        for entry in winners(workload)
    ]
    if not parts:
        return "In this run no peer was faster than glassnet at any of these workloads."
    return "Where a peer wins:\n\n" + "\n".join(parts)


def busy_sentence(results: dict[str, Any]) -> str:
    """Return how much of the processor other programs had while a workload was measured, at most."""
    most = max(workload["busy"] for workload in results["workloads"])
    if most <= QUIET:
        return f"Other programs had at most {most:.0%} of the processor."
    return f"**Other programs had up to {most:.0%} of the processor: these times are not to be trusted.**"


def details(workload: dict[str, Any]) -> str:
    """Return the table of one workload: all forms of all peers, the fastest first."""
    timed = [entry for entry in workload["entries"] if "microseconds" in entry]
    rows = []
    for entry in sorted(timed, key=lambda entry: entry["microseconds"]):
        spread = f"{number(entry['lowest'])}–{number(entry['highest'])}"
        takes = entry["glassnet_takes"]
        is_peer = entry["peer"] != "glassnet" and takes is not None
        wins = " **(it wins)**" if is_peer and takes > 1 else ""
        rows.append([entry["label"], number(entry["microseconds"]), spread, f"{takes:.2f} ×{wins}" if is_peer else ""])
    text = table(["", f"µs per {workload['unit']}", "of all rounds", "glassnet takes"], rows) if rows else ""
    notes = [f"- {entry['label']}: {entry['problem']}" for entry in workload["entries"] if "problem" in entry]
    notes += [
        f"- Goal: {goal.wanted}; measured {goal.value}: {'met' if goal.met else '**not met**'}."
        for goal in verdicts_of(workload)
    ]
    limit = workload["limit"]
    if limit:
        notes.append(
            f"- The matrix products alone: {number(limit['microseconds'])} µs, {limit['gflops']:.0f} GFLOP/s. "
            f"Share of this limit: {limit['share']:.0%}."
        )
    return text + ("\n\n" + "\n".join(notes) if notes else "")


def accuracy(results: dict[str, Any]) -> str:
    """Return the table of the times to the accuracy."""
    rows = []
    for climb in results["accuracy"]["climbs"]:
        name = NAMES[climb["peer"]]
        if "problem" in climb:
            rows.append([name, "", climb["problem"], ""])
            continue
        runs = ", ".join(f"{seconds:.1f}" for seconds in climb["runs"])
        rows.append([name, f"{climb['seconds']:.1f}", runs, ", ".join(map(str, climb["epochs"]))])
    return table(["", "seconds, median", "runs", "epochs"], rows)


def growth(results: dict[str, Any], varied: str) -> str:
    """Return the table of one of the variations, and where in it a peer is faster than glassnet."""
    measured = results["growth"][varied]
    times_of, values = measured["microseconds"], measured["values"]
    rows = [
        [NAMES[peer], *("" if time is None else number(time) for time in times)] for peer, times in times_of.items()
    ]
    wins = [
        f"- {NAMES[peer]} is faster at {varied} {value}: glassnet takes {ours / time:.2f} × its time."
        for peer, times in times_of.items()
        for value, time, ours in zip(values, times, times_of["glassnet"], strict=True)
        if time is not None and ours is not None and time < ours
    ]
    return "\n".join([table([f"µs per step; {varied}", *map(str, values)], rows), *([""] if wins else []), *wins])


def machine(results: dict[str, Any]) -> str:
    """Return what it ran on, and with which versions."""
    rows = [[name, str(value)] for name, value in results["machine"].items()]
    rows.append(["threads of each peer", str(results["threads"])])
    rows += [[package, version] for package, version in sorted(results["versions"].items())]
    rows += [[f"{NAMES[peer]} (missing)", reason] for peer, reason in results["missing"].items()]
    return table(["", ""], rows, left=2)


def console(results: dict[str, Any]) -> str:
    """Return what is not printed yet when the last workload is done."""
    parts = []
    if results.get("accuracy"):
        parts.append(f"Time to {results['accuracy']['target']:.0%} on the test set, from launch\n{accuracy(results)}")
    parts += [growth(results, varied) for varied in results.get("growth") or {}]
    parts += [f"{NAMES[peer]} is missing: {reason}" for peer, reason in results["missing"].items()]
    if results["workloads"]:
        parts += [overview(results), winners_sentence(results), busy_sentence(results)]
    if verdicts(results):
        parts.append(goals(results))
    return "\n\n".join(parts)


def write(results: dict[str, Any], docs: Path, data: Path) -> list[Path]:
    """Write the page, its charts and the data; return where."""
    from benchmarks import charts, page

    images = docs / "images"
    images.mkdir(parents=True, exist_ok=True)
    data.parent.mkdir(parents=True, exist_ok=True)
    data.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = charts.draw(results, images)
    path = docs / "benchmarks.md"
    path.write_text(page.page(results, [image.relative_to(docs).as_posix() for image in drawn]), encoding="utf-8")
    return [path, *drawn, data]


def main() -> None:
    """Write the page and the charts from the results that are there."""
    data = ROOT / "benchmarks" / "results.json"
    for path in write(json.loads(data.read_text(encoding="utf-8")), ROOT / "docs", data):
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
