"""Folders of pictures, one folder a class: `root/cat/1.png`, `root/dog/2.jpg`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.files import check_folder
from glassnet.data.picture_filters import resize_grey
from glassnet.data.pictures import read_picture
from glassnet.mathematics.checks import ArgumentTypeError, DataError, check_integer, describe

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.data.dataset import Split

SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm", ".pbm"})


def read_image_folder(path: str | os.PathLike[str], size: tuple[int, int] | None = None) -> Dataset:
    """Read pictures that are sorted into one folder for each class.

    Parameters
    ----------
    path : str or path-like
        A folder of class folders, or one that holds `train` and perhaps `test`, each a folder of class folders.
        Other files, and names that begin with a dot, are passed over.
    size : (height, width), optional
        Every picture is brought to this size. Without it all must have the same size.

    Returns
    -------
    Dataset
        Grey pixels, uint8 from 0 (black) to 255 (white), one row a picture (`read_picture` makes them grey).
        Classes are the names of the folders, sorted: by value if all are numbers, else by letters.

    Raises
    ------
    MissingFileError, DataError
        If a folder has no picture, a picture cannot be read or is of monstrous size, or sizes differ; the
        picture is named.

    Notes
    -----
    Pixels are taken as they are. Dark strokes on white paper are not turned into MNIST's light on dark.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, grey in (("dark", 0), ("light", 255)):
    ...         (Path(folder) / name).mkdir()
    ...         Image.new("L", (4, 3), grey).save(Path(folder) / name / "one.png")
    ...     pictures = read_image_folder(folder)
    >>> pictures.class_names, pictures.image_shape, pictures.x_train[:, 0]
    (('dark', 'light'), (3, 4), array([  0, 255], dtype=uint8))
    """
    root = check_folder(path)
    wanted = None if size is None else _check_size(size)
    start, test = _training_root(root), root / "test"
    names = _class_names(start)
    x_train, t_train = _read_split(start, names, wanted)
    x_test, t_test = _read_split(test, names, wanted) if start != root and test.is_dir() else (None, None)
    shape = (int(x_train.shape[1]), int(x_train.shape[2]))
    if x_test is not None and x_test.shape[1:] != shape:
        raise DataError(
            f"{test}: the pictures have {x_test.shape[1]}×{x_test.shape[2]} pixels, those in {start} "
            f"{shape[0]}×{shape[1]}. Give size=(height, width) to bring all to one."
        )
    return Dataset(
        x_train.reshape(len(x_train), -1),
        t_train,
        None if x_test is None else x_test.reshape(len(x_test), -1),
        t_test,
        class_names=names,
        image_shape=shape,
        source=str(root),
    )


def has_class_folders(root: Path) -> bool:
    """Say whether a folder looks like one that `read_image_folder` reads.

    >>> from pathlib import Path
    >>> has_class_folders(Path("no-such-folder"))
    False
    """
    return any(_pictures(folder) for folder in _subfolders(_training_root(root)))


def _training_root(root: Path) -> Path:
    """Return `root/train` if that holds class folders; a class of its own may be called train."""
    return root / "train" if _subfolders(root / "train") else root


def _check_size(size: object) -> tuple[int, int]:
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise ArgumentTypeError(f"size must be (height, width), as (28, 28), got {describe(size)}.")
    return check_integer("height", size[0], minimum=1), check_integer("width", size[1], minimum=1)


def _subfolders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [child for child in folder.iterdir() if child.is_dir() and not child.name.startswith(".")]


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
    )


def _class_names(root: Path) -> tuple[str, ...]:
    names = [folder.name for folder in _subfolders(root)]
    if not names:
        raise DataError(
            f"{root} holds no class folders. Sort the pictures into one folder for each class, as {root / 'cat'}."
        )
    if all(name.isdecimal() for name in names):
        return tuple(sorted(names, key=lambda name: (int(name), name)))
    return tuple(sorted(names))


def _read_split(root: Path, names: tuple[str, ...], size: tuple[int, int] | None) -> Split:
    unknown = sorted({folder.name for folder in _subfolders(root)} - set(names))
    if unknown:
        raise DataError(
            f"{root / unknown[0]}: there is no class of that name to train on; there are {', '.join(names)}. "
            "Rename or remove the folder."
        )
    pictures: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for index, name in enumerate(names):
        for file in _pictures(root / name) if (root / name).is_dir() else []:
            pictures.append(_read_picture(file, size))
            labels.append(index)
            if pictures[-1].shape != pictures[0].shape:
                height, width = pictures[-1].shape
                raise DataError(
                    f"{file} has {height}×{width} pixels (height × width), the first picture "
                    f"{pictures[0].shape[0]}×{pictures[0].shape[1]}. Give size=(height, width) to bring all to one."
                )
    if not pictures:
        raise DataError(
            f"the class folders in {root} hold no picture. Put pictures ({', '.join(sorted(SUFFIXES))}) there."
        )
    return np.stack(pictures), np.array(labels, np.int64)


def _read_picture(file: Path, size: tuple[int, int] | None) -> NDArray[np.uint8]:
    grey = read_picture(file)
    if size is None or grey.shape == size:
        return grey
    return resize_grey(grey, *size)
