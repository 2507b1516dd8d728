"""The samples that an estimator is fitted to, as batches are taken from them: dense, sparse, weighted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DENSE_BYTES = 500_000_000
"""The size up to which sparse inputs are written out once; beyond, a batch at a time."""


class Source:
    """Inputs, targets and weights, in a network's type of numbers.

    Parameters
    ----------
    x : array or sparse matrix of shape (N, n_in)
    t : array of shape (N, n_out)
    weights : array of shape (N,) or None
    dtype : numpy dtype
    batch_size : int
    """

    def __init__(
        self, x: Any, t: NDArray[Any], weights: NDArray[Any] | None, dtype: np.dtype[Any], batch_size: int
    ) -> None:
        self._given = None
        if not isinstance(x, np.ndarray):
            if x.shape[0] * x.shape[1] * dtype.itemsize <= DENSE_BYTES:
                x = x.toarray()
            else:
                self._given = x.tocsr()
                x = np.empty((batch_size, x.shape[1]), dtype=dtype)
        with np.errstate(over="ignore"):
            self._x = np.ascontiguousarray(x, dtype=dtype)
            self._all_t = np.ascontiguousarray(t, dtype=dtype)
            self._all_weights = None if weights is None else np.ascontiguousarray(weights, dtype=dtype)
        staged = self._given is not None
        self._t = np.empty((batch_size, t.shape[1]), dtype=dtype) if staged else self._all_t
        self._weights = self._all_weights
        if staged and weights is not None:
            self._weights = np.empty(batch_size, dtype=dtype)

    def __len__(self) -> int:
        return len(self._all_t)

    @property
    def is_weighted(self) -> bool:
        """Whether samples have weights."""
        return self._all_weights is not None

    @property
    def is_sparse(self) -> bool:
        """Whether so many inputs are 0 that the engine had better leave them out."""
        from glassnet.engine.executor import is_sparse

        return self._given is not None or is_sparse(self._x)

    def batch(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
        """Return the samples of these numbers."""
        x = self._x[rows] if self._given is None else self._given[rows].toarray().astype(self._x.dtype, copy=False)
        return x, self._all_t[rows], None if self._all_weights is None else self._all_weights[rows]

    def data(self) -> Any:
        """Return what the engine reads."""
        from glassnet.engine.workspace import Data

        return Data(self._x, self._t, self._weights)

    def laid_out(self, order: NDArray[np.int64]) -> tuple[NDArray[np.int64], int | None]:
        """Return the order that the engine goes by, and None beside it where batches must be staged."""
        self._order = order
        return (order, 0) if self._given is None else (np.zeros(0, dtype=np.int64), None)

    def stage(self, start: int, stop: int) -> tuple[int, int]:
        """Write the samples from `start` to `stop` out, and return where they are."""
        count = stop - start
        x, t, weights = self.batch(self._order[start:stop])
        self._x[:count], self._t[:count] = x, t
        if self._weights is not None and weights is not None:
            self._weights[:count] = weights
        return 0, count
