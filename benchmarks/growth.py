"""How cost grows: the time of a step over width, depth and batch size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.comparison import Rules, fastest, race
from benchmarks.workloads import Workload

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.protocol import Worker

PEERS = ("glassnet", "jax", "torch")
TORCH_FORM = "fused"
"""The one form of torch that is measured here: on most sizes the fastest of those that need no compiling."""

WIDTHS = (32, 128, 512, 2048)
DEPTHS = (1, 2, 4, 8)
BATCH_SIZES = (1, 8, 64, 512)


def points() -> dict[str, list[tuple[int, Workload]]]:
    """Return, by what is varied, its values with their workloads; ReLU and SGD everywhere."""
    return {
        "width": [(width, _workload(f"width-{width}", (width, width), 128)) for width in WIDTHS],
        "depth": [(depth, _workload(f"depth-{depth}", (256,) * depth, 128)) for depth in DEPTHS],
        "batch size": [(size, _workload(f"batch-{size}", (512, 512), size)) for size in BATCH_SIZES],
    }


TITLES = {
    "width": "Two hidden layers of this width, batch 128",
    "depth": "So many hidden layers of 256 units, batch 128",
    "batch size": "Two hidden layers of 512 units, batches of this size",
}


def _workload(name: str, hidden: tuple[int, ...], batch_size: int) -> Workload:
    sizes = (784, *hidden, 10)
    steps = min(4000, 60_000 // batch_size)
    return Workload(name, name, sizes, "relu", batch_size, learning_rate=0.01, steps=steps)


def _wanted(peer: str, form: str) -> bool:
    return peer != "torch" or form == TORCH_FORM


def measure(workers: dict[str, Worker], rules: Rules, say: Callable[[str], None], *, every: int = 1) -> dict[str, Any]:
    """Return, by what is varied, the values and each peer's microseconds; None where a peer was not timed.

    `every` takes only each second, third, … value.
    """
    chosen = {peer: worker for peer, worker in workers.items() if peer in PEERS}
    results = {}
    for varied, all_workloads in points().items():
        workloads = all_workloads[::every]
        times: dict[str, list[float | None]] = {peer: [] for peer in chosen}
        for _, workload in workloads:
            entries = race(workload, chosen, None, rules, say, _wanted)
            for peer in chosen:
                best = fastest(entries, peer)
                times[peer].append(best.microseconds if best else None)
        results[varied] = {"values": [value for value, _ in workloads], "microseconds": times}
    return results
