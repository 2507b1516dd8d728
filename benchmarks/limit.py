"""How close to the machine: the time of a step's matrix products alone, by a plain BLAS on the same shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.comparison import YARDSTICK, Entry, fastest, ratio
from benchmarks.machine import AVX512, cpu_flags

if TYPE_CHECKING:
    from benchmarks.workloads import Workload


def environment() -> dict[str, str]:
    """Return the variables of the yardstick's process.

    OpenBLAS takes its AVX2 kernels on processors with AVX-512 that it does not know; SKYLAKEX are its AVX-512 ones.
    """
    return {"OPENBLAS_CORETYPE": "SKYLAKEX"} if cpu_flags() >= AVX512 else {}


def share_of_limit(workload: Workload, entries: list[Entry]) -> dict[str, Any] | None:
    """Return the products' time, their speed, and their share of glassnet's step; None if one was not timed."""
    glassnet, products = fastest(entries, "glassnet"), fastest(entries, YARDSTICK)
    if glassnet is None or products is None:
        return None
    return {
        "microseconds": products.microseconds,
        "gflops": 2e-3 * workload.multiplications / products.microseconds,
        "share": ratio(products, glassnet),
    }
