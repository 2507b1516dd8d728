"""What every reader of a whole data set returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from glassnet.mathematics.checks import DataError, check_finite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Split: TypeAlias = tuple[NDArray[Any], NDArray[Any]]  # samples and their targets


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with their targets, for training and, where there are any, for testing.

    Parameters
    ----------
    x_train : ndarray, shape (N, n_in)
        One row a sample, as the file has it: uint8 pixels are not scaled yet (see `Scaling`).
    t_train : ndarray, shape (N,) of class indices (int64), or (N,) or (N, n_out) of float values
    x_test, t_test : ndarray, optional
        The same for testing, or neither.
    class_names : tuple of str
        One name for each class index; empty if the targets are values.
    image_shape : (height, width), optional
        Given if a row is a picture.
    source : str
        Where it comes from, for people.

    Raises
    ------
    DataError
        If there is no sample, if samples and targets differ in number, if training and test samples differ
        in width, or if one holds nan or inf.

    Examples
    --------
    >>> import numpy as np
    >>> print(Dataset(np.zeros((2, 3)), np.array([0, 1]), class_names=("no", "yes"), source="my.csv"))
    2 training samples of 3 numbers in 2 classes, from my.csv
    """

    x_train: NDArray[Any]
    t_train: NDArray[Any]
    x_test: NDArray[Any] | None = None
    t_test: NDArray[Any] | None = None
    class_names: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    source: str = "arrays"

    def __post_init__(self) -> None:
        if (self.x_test is None) != (self.t_test is None):
            missing = "x_test" if self.x_test is None else "t_test"
            raise DataError(f"{self.source}: {missing} is missing. Give x_test and t_test, or neither.")
        for split, x, t in self._splits():
            if x.ndim != 2 or x.size == 0:
                raise DataError(
                    f"{self.source}: the {split} samples must be rows of numbers, at least one, "
                    f"got shape {x.shape}. Check that the data is not empty."
                )
            if len(x) != len(t):
                raise DataError(
                    f"{self.source}: {len(x):,} {split} samples but {len(t):,} targets. "
                    "Each sample needs one; check that the files belong together."
                )
            if x.shape[1] != self.n_in:
                raise DataError(
                    f"{self.source}: the {split} samples have {x.shape[1]} numbers, the training samples "
                    f"{self.n_in}. Bring them to the same width."
                )
            check_finite(f"{self.source}: {split} samples", x)
            check_finite(f"{self.source}: {split} targets", t)

    @property
    def n_in(self) -> int:
        """Numbers in a sample."""
        return int(self.x_train.shape[1])

    @property
    def n_classes(self) -> int:
        """Classes; 0 if the targets are values."""
        return len(self.class_names)

    def _splits(self) -> list[tuple[str, NDArray[Any], NDArray[Any]]]:
        splits = [("training", self.x_train, self.t_train)]
        if self.x_test is not None and self.t_test is not None:
            splits.append(("test", self.x_test, self.t_test))
        return splits

    def __str__(self) -> str:
        counts = " and ".join(f"{len(x):,} {split}" for split, x, _ in self._splits())
        form = "×".join(map(str, self.image_shape)) + " pixels" if self.image_shape else f"{self.n_in} numbers"
        kind = f"in {self.n_classes} classes" if self.class_names else "with values as targets"
        return f"{counts} samples of {form} {kind}, from {self.source}"
