"""The machine: how many processor cores there are to work on, and the lines of its memory."""

from __future__ import annotations

import functools
import os
from pathlib import Path

LINE_BYTES = 64
"""A line of memory: what caches fetch at a time, and what two threads are never to write to both."""
_TOPOLOGY = Path("/sys/devices/system/cpu")


def physical_cores() -> int:
    """Return the number of cores that this process may use; two hardware threads of one core count once.

    Products of matrices keep a core's arithmetic units busy; a second thread on the same core only gets in the way.

    >>> physical_cores() >= 1
    True
    """
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return _distinct(frozenset(usable), _TOPOLOGY)


@functools.cache
def _distinct(usable: frozenset[int], topology: Path) -> int:
    """Return how many cores some hardware threads are of; the system's answer takes 100 µs."""
    cores = set()
    for cpu in usable:
        try:
            cores.add((topology / f"cpu{cpu}" / "topology" / "core_cpus_list").read_text())
        except OSError:
            cores.add(str(cpu))
    return max(1, len(cores))
