"""`make bench`: glassnet beside its peers, in one run."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import growth, limit, machine, report
from benchmarks.comparison import NAMES, YARDSTICK, Entry, Rules, race
from benchmarks.protocol import ROOT, PeerError, Worker, processor_seconds
from benchmarks.results import climb_result, verdicts, workload_result
from benchmarks.time_to_accuracy import climb_all
from benchmarks.to_accuracy import recipe
from benchmarks.workloads import WORKLOADS, Workload, by_name

FULL, QUICK = Rules(rounds=7, burst=0.5), Rules(rounds=3, burst=0.1)
GROWTH_RULES = Rules(rounds=3, burst=0.1)
PARTS = ("accuracy", "growth")
LONG_TO_COMPILE = {("torch", "compile"), ("tinygrad", "")}
"""Left out of a quick run."""
PEERS = ("glassnet", "jax", "torch", "sklearn", "keras", "tinygrad", "lecture", "onnxruntime")
DENSE_PEERS = ("glassnet", "jax", YARDSTICK)
"""Who takes part where the inputs are never 0: that is about the limit, and about zeros left out."""

EXAMPLES = f"""\
examples:
  python -m benchmarks.run                             everything; writes docs/benchmarks.md, a quarter of an hour
  python -m benchmarks.run --quick                     fewer and shorter rounds, nothing that compiles long: about three
  python -m benchmarks.run --only S,M                  some workloads
  python -m benchmarks.run --only accuracy             only the time to {recipe.TARGET:.0%}
  python -m benchmarks.run --only M --peers glassnet,jax,torch

workloads: {", ".join(workload.name for workload in WORKLOADS)}
parts:     {", ".join(PARTS)}
peers:     {", ".join(PEERS)}

A run of everything writes docs/ and benchmarks/results.json; any other writes to runs/bench, unless --out says more.
The exit status is 1 if a goal was missed, 2 if something could not be measured at all.
"""


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--quick", action="store_true", help="fewer and shorter rounds, without torch.compile and tinygrad"
    )
    parser.add_argument("--only", metavar="NAMES", help="workloads or parts, with commas between")
    parser.add_argument("--peers", metavar="NAMES", help="peers, with commas between")
    parser.add_argument(
        "--threads",
        type=int,
        default=machine.physical_cores(),
        help="of each peer (default: %(default)s); net.predict takes all cores",
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the page, the charts and the data go")
    options = parser.parse_args(argv)
    options.full = not (options.quick or options.only or options.peers)
    names = (options.only or ",".join([*(w.name for w in WORKLOADS), *PARTS])).lower().split(",")
    options.parts = [name for name in names if name in PARTS]
    wanted = [name for name in names if name not in PARTS]
    options.peers = [name.strip().lower() for name in (options.peers or ",".join(PEERS)).split(",")]
    for name in options.peers:
        if name not in PEERS:
            parser.error(f"no peer {name!r}; there are {', '.join(PEERS)}")
    try:
        options.workloads = by_name(",".join(wanted)) if wanted else []
    except ValueError as error:
        parser.error(str(error))
    return options


def say(line: str) -> None:
    """Tell how far it is."""
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


def start(peers: list[str], threads: int) -> tuple[dict[str, Worker], dict[str, str]]:
    """Return the running workers by peer, and why others are missing."""
    workers, missing = {}, {}
    for peer in dict.fromkeys(["glassnet", *peers, YARDSTICK]):
        try:
            workers[peer] = Worker(peer, threads, limit.environment() if peer == YARDSTICK else None)
        except PeerError as error:
            missing[peer] = str(error)
            say(f"{NAMES[peer]} is missing: {error}")
    return workers, missing


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return the results of all that is asked for."""
    rules = QUICK if options.quick else FULL
    results: dict[str, Any] = {
        "machine": machine.describe(),
        "threads": options.threads,
        "rounds": rules.rounds,
        "workloads": [],
        "accuracy": None,
        "growth": None,
    }
    workers, results["missing"] = start(options.peers, options.threads)
    try:
        if "glassnet" not in workers:
            raise PeerError(f"glassnet is missing: {results['missing']['glassnet']}")
        results["versions"] = {name: text for worker in workers.values() for name, text in worker.versions.items()}
        timed = {peer: worker for peer, worker in workers.items() if peer in (*options.peers, YARDSTICK)}
        for workload in options.workloads:
            others = machine.OtherPrograms(
                lambda: sum(map(processor_seconds, [None, *(w.pid for w in workers.values())]))
            )
            entries = _race(workload, timed, workers["glassnet"], rules, quick=options.quick)
            entries += _absent(workload, results["missing"])
            result = workload_result(workload, entries, others.share())
            results["workloads"].append(result)
            print(f"{workload.title}\n{report.details(result)}\n", flush=True)
        if "growth" in options.parts:
            results["growth"] = growth.measure(timed, GROWTH_RULES, say, every=2 if options.quick else 1)
    finally:
        for worker in workers.values():
            worker.close()
    if "accuracy" in options.parts:
        runs = 1 if options.quick else 3
        climbs = climb_all([peer for peer in options.peers if peer in workers], runs, options.threads, say)
        results["accuracy"] = {
            "target": recipe.TARGET,
            "recipe": recipe.DESCRIPTION,
            "climbs": [climb_result(climb) for climb in climbs],
        }
    return results


def _race(
    workload: Workload, workers: dict[str, Worker], glassnet: Worker, rules: Rules, *, quick: bool
) -> list[Entry]:
    def wanted(peer: str, form: str) -> bool:
        return not (quick and (peer, form) in LONG_TO_COMPILE)

    chosen = {peer: of for peer, of in workers.items() if peer in DENSE_PEERS or not workload.dense}
    return race(workload, chosen, glassnet, rules, say, wanted)


def _absent(workload: Workload, missing: dict[str, str]) -> list[Entry]:
    """Return the peer of the goal as one that was not timed, if it is missing."""
    beside = workload.goal.peer if workload.goal else None
    return [Entry(peer, "", problem=reason) for peer, reason in missing.items() if NAMES[peer] == beside]


def main(argv: list[str] | None = None) -> int:
    """Measure, print, write; return the exit status."""
    options = arguments(argv)
    started = time.perf_counter()
    try:
        results = measure(options)
    except PeerError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    print(report.console(results))
    out = options.out or (None if options.full else ROOT / "runs" / "bench")
    docs, data = (ROOT / "docs", ROOT / "benchmarks" / "results.json") if out is None else (out, out / "results.json")
    for path in report.write(results, docs, data):
        say(f"wrote {path}")
    say(f"it took {(time.perf_counter() - started) / 60:.1f} minutes")
    missed = [verdict for verdict in verdicts(results) if not verdict.met]
    for verdict in missed:
        print(f"goal missed: {verdict.workload} {verdict.wanted}, got {verdict.value}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
