"""The limit: the matrix products of a step and nothing else, each one call of a BLAS.

It is no peer but a yardstick: `C = A B` with plain `cblas_sgemm` on the shapes of the workload, in the order of a
step, each with arrays of its own as a step has them.
"""

from __future__ import annotations

import ctypes
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy_openblas32

from benchmarks.workers.contestant import Contestant

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Workload

PACKAGES = ("scipy-openblas32",)

Call = tuple[Any, ...]
"""The arguments of one `cblas_sgemm`."""

ROW_MAJOR, PLAIN, TRANSPOSED = 101, 111, 112


def forms(workload: Workload) -> list[str]:
    """Return the one form; of a single row there is no matrix product."""
    return [""] if workload.kind == "train" and workload.batch_size > 1 else []


def _library() -> ctypes.CDLL:
    folder = Path(scipy_openblas32.get_lib_dir())
    return ctypes.CDLL(str(next(folder.glob("*scipy_openblas*"))))


class Sgemm(Contestant):
    """Forward X W, backward Xᵀ dZ and dZ Wᵀ; the first layer's dZ Wᵀ is not needed."""

    def set_up(self) -> None:
        """Load the library, and make the arrays."""
        self.library = _library()
        self.library.scipy_openblas_set_num_threads(self.threads)
        self.library.scipy_cblas_sgemm.restype = None
        rng = np.random.default_rng(0)

        def matrix(*shape: int) -> Array:
            return rng.standard_normal(shape, dtype=np.float32)

        n, sizes = self.workload.batch_size, self.workload.sizes
        layers = list(pairwise(sizes))
        a, da, dz = ([matrix(n, width) for width in sizes] for _ in range(3))
        W, dW = ([matrix(*shape) for shape in layers] for _ in range(2))
        z = [matrix(n, n_out) for _, n_out in layers]
        forward = [self.product(a[k], W[k], z[k]) for k in range(len(layers))]
        backward = []
        for k in reversed(range(len(layers))):
            backward.append(self.product(a[k], dz[k + 1], dW[k], transpose_a=True))
            if k > 0:
                backward.append(self.product(dz[k + 1], W[k], da[k], transpose_b=True))
        self.products = forward + backward
        self.arrays = a, da, dz, W, dW, z  # the calls hold addresses alone

    def product(self, a: Array, b: Array, c: Array, *, transpose_a: bool = False, transpose_b: bool = False) -> Call:
        """Return the arguments of the call that computes C = A B."""
        (m, n), k = c.shape, a.shape[0] if transpose_a else a.shape[1]
        one, zero = ctypes.c_float(1), ctypes.c_float(0)
        orders = (TRANSPOSED if transpose_a else PLAIN), (TRANSPOSED if transpose_b else PLAIN)
        places = [part for x in (a, b) for part in (ctypes.c_void_p(x.ctypes.data), x.shape[1])]
        return (ROW_MAJOR, *orders, m, n, k, one, *places, zero, ctypes.c_void_p(c.ctypes.data), c.shape[1])

    def burst(self, steps: int) -> int:
        """Make the products of so many steps."""
        sgemm = self.library.scipy_cblas_sgemm
        for _ in range(steps):
            for arguments in self.products:
                sgemm(*arguments)
        return steps

    def check(self) -> float:
        """Return the largest difference, relative to the largest number, of a product from NumPy's."""
        a, _, _, W, _, z = self.arrays
        self.burst(1)
        return max(float(abs(z[k] - a[k] @ W[k]).max() / abs(z[k]).max()) for k in range(len(W)))


make = Sgemm
