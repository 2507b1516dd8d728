"""One door for data of one's own: what a path holds is told by its content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet.data.csv_table import read_csv_table
from glassnet.data.dataset import Dataset
from glassnet.data.files import check_path, opened
from glassnet.data.folders import has_class_folders, read_image_folder
from glassnet.data.idx import is_idx
from glassnet.data.idx_folder import TRAIN, find_idx, read_idx_folder
from glassnet.data.mnist_csv import COLUMNS, read_mnist_csv
from glassnet.data.mnist_loader import IMAGE_SHAPE, N_DIGITS
from glassnet.data.npz import read_npz
from glassnet.data.scaling import WHITE
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    import os
    from pathlib import Path

ZIP_MAGIC: Final = b"PK\x03\x04"
PICKLE_PROTOCOL: Final = b"\x80"
START: Final = 1 << 16  # bytes that tell what a file is
CSV_PAIRS: Final = (("mnist_train.csv", "mnist_test.csv"), ("train.csv", "test.csv"))


def load_data(
    path: str | os.PathLike[str],
    *,
    label_column: str | int | None = None,
    size: tuple[int, int] | None = None,
) -> Dataset:
    r"""Load a data set of one's own from a file or a folder, recognized by its content.

    Parameters
    ----------
    path : str or path-like
        One of

        - a folder of IDX files under MNIST's names (`read_idx_folder`);
        - a folder with `mnist_train.csv` or `train.csv`, and perhaps `mnist_test.csv` or `test.csv` beside it;
        - a folder of pictures, one folder a class (`read_image_folder`);
        - a `.npz` archive (`read_npz`);
        - a CSV file of 785 columns, a label from 0 to 9 and 784 pixels (`read_mnist_csv`);
        - any other CSV table of numbers with a label (`read_csv_table`); with a class and 784 pixels a row, pictures.

        CSV and IDX files may be gzipped.
    label_column : str or int, optional
        Which column of a CSV table is the label; a file for which it is given is read as a table.
    size : (height, width), optional
        To which size pictures of a folder are brought.

    Returns
    -------
    Dataset
        Pixels are uint8, not scaled yet: `named_scaling("unit")` does it. Tables are float32.

    Raises
    ------
    MissingFileError, DataError
        If nothing is there, it is of no known kind, or it is faulty.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "own.csv"
    ...     _ = path.write_text("0.5,1.5,no\n2.5,3.5,yes\n")
    ...     print(load_data(path, label_column=-1).class_names)
    ('no', 'yes')
    """
    place = check_path(path)
    if place.is_dir():
        return _load_folder(place, label_column, size)
    with opened(place) as stream:
        start = stream.read(START)
    if start.startswith(ZIP_MAGIC):
        return read_npz(place)
    if is_idx(start):
        raise DataError(f"{place} is one IDX file; images and labels are needed. Name the folder of both.")
    if b"\0" in start or start.startswith(PICKLE_PROTOCOL):
        raise DataError(
            f"{place} is of no kind that is known. Give a CSV file, a .npz archive, a folder of IDX files, "
            "or a folder of pictures by class."
        )
    if label_column is None and start.partition(b"\n")[0].count(b",") == COLUMNS - 1:
        return _digits(place)
    return _as_images(read_csv_table(place, label_column))


def _as_images(dataset: Dataset) -> Dataset:
    """Return a table of 784 whole numbers from 0 to 255 in classes as what it is: pictures, of letters say."""
    x = dataset.x_train
    pixels = dataset.n_in == COLUMNS - 1 and bool(np.all((x >= 0) & (x <= WHITE) & (x == np.rint(x))))
    if not (pixels and dataset.class_names):
        return dataset
    return replace(dataset, x_train=x.astype(np.uint8), image_shape=IMAGE_SHAPE)


def _load_folder(folder: Path, label_column: str | int | None, size: tuple[int, int] | None) -> Dataset:
    if find_idx(folder, TRAIN.images) or find_idx(folder, TRAIN.labels):
        return read_idx_folder(folder)
    for train_name, test_name in CSV_PAIRS:
        train, test = folder / train_name, folder / test_name
        if train.is_file():
            training = load_data(train, label_column=label_column)
            return _join(training, load_data(test, label_column=label_column)) if test.is_file() else training
    if has_class_folders(folder):
        return read_image_folder(folder, size)
    raise DataError(
        f"{folder} holds nothing that is known. Expected IDX files as {TRAIN.images}.gz, "
        f"a file {CSV_PAIRS[0][0]} or {CSV_PAIRS[1][0]}, or one folder of pictures for each class."
    )


def _digits(path: Path) -> Dataset:
    images, labels = read_mnist_csv(path)
    names = tuple(map(str, range(N_DIGITS)))
    return Dataset(images, labels, class_names=names, image_shape=IMAGE_SHAPE, source=str(path))


def _join(training: Dataset, test: Dataset) -> Dataset:
    """Make one data set of two files, with the classes of the first."""
    unknown = set(test.class_names) - set(training.class_names)
    if unknown or bool(training.class_names) != bool(test.class_names):
        names = ", ".join(sorted(unknown)) or "values"
        raise DataError(f"{test.source} has labels that {training.source} has not: {names}. Test on what is trained.")
    targets = test.t_train
    if training.class_names != test.class_names:
        index_of = {name: index for index, name in enumerate(training.class_names)}
        targets = np.array([index_of[name] for name in test.class_names], np.int64)[targets]
    return replace(
        training,
        x_test=test.x_train,
        t_test=targets,
        source=f"{training.source} and {test.source}",
    )
