"""A folder of the IDX files under the names that MNIST, Fashion-MNIST, KMNIST and others share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.files import check_folder
from glassnet.data.idx import read_idx
from glassnet.data.labels import check_labels
from glassnet.mathematics.checks import DataError, MissingFileError, describe

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from glassnet.data.dataset import Split


@dataclass(frozen=True)
class SplitNames:
    """The names of the images and the labels of one split, without `.gz`."""

    images: str
    labels: str


TRAIN: Final = SplitNames("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST: Final = SplitNames("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def find_idx(folder: Path, name: str) -> Path | None:
    """Return the file of that name in `folder`, plain or `.gz`, or with a dot before `idx` as some sites have it.

    >>> from pathlib import Path
    >>> find_idx(Path("no-such-folder"), TRAIN.images) is None
    True
    """
    for stem in (name, name.replace("-idx", ".idx")):
        for candidate in (folder / stem, folder / f"{stem}.gz"):
            if candidate.is_file():
                return candidate
    return None


def read_idx_folder(path: str | os.PathLike[str]) -> Dataset:
    """Read the IDX files of a folder: training images and labels and, if they are there, the test's.

    Parameters
    ----------
    path : str or path-like
        A folder with `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and perhaps `t10k-…`, plain or `.gz`.

    Returns
    -------
    Dataset
        Pixels as uint8, one row an image; the classes are 0 up to the largest label.

    Raises
    ------
    MissingFileError, DataError
        If a file is missing or damaged, or images and labels do not belong together.

    Examples
    --------
    >>> read_idx_folder("no/such/folder")
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingFileError: no/such/folder is not there. Check the path.
    """
    folder = check_folder(path)
    x_train, t_train = read_idx_split(folder, TRAIN)
    test_there = find_idx(folder, TEST.images) or find_idx(folder, TEST.labels)
    x_test, t_test = read_idx_split(folder, TEST) if test_there else (None, None)
    n_classes = 1 + max(int(t.max(initial=0)) for t in (t_train, t_test) if t is not None)
    return Dataset(
        x_train.reshape(len(x_train), -1),
        t_train,
        None if x_test is None else x_test.reshape(len(x_test), -1),
        t_test,
        class_names=tuple(map(str, range(n_classes))),
        image_shape=(x_train.shape[1], x_train.shape[2]),
        source=str(folder),
    )


def read_idx_split(folder: Path, names: SplitNames) -> Split:
    """Return the images (N, height, width) and the labels (N,) of one split.

    Raises
    ------
    MissingFileError, DataError

    Examples
    --------
    >>> from pathlib import Path
    >>> read_idx_split(Path("no-such-folder"), TRAIN)
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingFileError: ...train-images-idx3-ubyte is not there, plain or as .gz...
    """
    paths = [find_idx(folder, name) for name in (names.images, names.labels)]
    for path, name in zip(paths, (names.images, names.labels), strict=True):
        if path is None:
            raise MissingFileError(f"{folder / name} is not there, plain or as .gz. Put it into the folder.")
    images, labels = (read_idx(path) for path in paths if path is not None)
    if images.dtype != np.uint8 or images.ndim != 3 or images.size == 0:
        raise DataError(
            f"{paths[0]}: images must be uint8 of shape (N, height, width), at least one, got {describe(images)}."
        )
    indices = check_labels(labels, str(paths[1]))
    if len(images) != len(indices):
        raise DataError(
            f"{folder}: {len(images):,} images in {names.images} but {len(indices):,} labels in {names.labels}. "
            "Take both from the same set."
        )
    return images, indices
