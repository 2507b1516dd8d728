"""What machine this is."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

AVX512 = {"avx512f", "avx512bw", "avx512dq", "avx512vl"}
"""What OpenBLAS' SKYLAKEX kernels need."""


def physical_cores() -> int:
    """Return how many physical cores this process may use."""
    try:
        usable = os.sched_getaffinity(0)
    except AttributeError:  # not on every system
        usable = set(range(os.cpu_count() or 1))
    siblings = set()
    for cpu in usable:
        path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        siblings.add(path.read_text() if path.exists() else str(cpu))
    if platform.system() == "Linux":
        return len(siblings)
    import psutil

    return min(len(usable), psutil.cpu_count(logical=False) or len(usable))


def cpu_flags() -> set[str]:
    """Return the names of what the processor can do, as Linux gives them; none elsewhere."""
    return set(_cpuinfo("flags").split())


def describe() -> dict[str, Any]:
    """Return the processor, its cores, caches and memory, the system and Python."""
    return {
        "processor": _model(),
        "physical cores": physical_cores(),
        "vector instructions": _vectors(),
        "caches": _caches() or "unknown",
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        "Python": platform.python_version(),
    }


class OtherPrograms:
    """How much of the processor other programs have from now on.

    Parameters
    ----------
    own_seconds : callable
        Returns the processor time of this program so far, that of all its workers included.
    """

    def __init__(self, own_seconds: Callable[[], float]) -> None:
        self._own_seconds = own_seconds
        self._start = self._now()

    def share(self) -> float:
        """Return their share, from 0 to 1, of all that the processor's cores could have done."""
        capacity, used, own = (now - start for now, start in zip(self._now(), self._start, strict=True))
        # The system counts in ticks, which may make the difference of nothing and nothing negative.
        return max(0.0, (used - own) / capacity) if capacity else 0.0

    def _now(self) -> tuple[float, float, float]:
        import psutil

        times = psutil.cpu_times()
        return sum(times), sum(times) - times.idle - getattr(times, "iowait", 0.0), self._own_seconds()


def _cpuinfo(field: str) -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(rf"^{field}\s*:\s*(.*)$", path.read_text(), re.MULTILINE) if path.exists() else None
    return found[1] if found else ""


def _model() -> str:
    name = _cpuinfo("model name")
    if not name and platform.system() == "Darwin":
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        name = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    family = f" (family {_cpuinfo('cpu family')}, model {_cpuinfo('model')})" if _cpuinfo("cpu family") else ""
    return (name or platform.processor() or platform.machine()) + family


def _vectors() -> str:
    flags = cpu_flags()
    if flags >= AVX512:
        return "AVX-512 (F, BW, DQ, VL)"
    return "AVX2" if "avx2" in flags else "unknown" if not flags else "neither AVX2 nor AVX-512"


def _caches() -> str:
    found = []
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((index / name).read_text().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            found.append(f"L{level} {size.removesuffix('K')} KiB")
    return ", ".join(found)


def _memory() -> str:
    import psutil

    return f"{psutil.virtual_memory().total / 2**30:.0f} GiB"
