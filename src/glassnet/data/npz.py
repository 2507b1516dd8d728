"""NumPy's `.npz` archives, as Keras' mnist.npz is one, read without ever unpickling anything."""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.files import check_file
from glassnet.data.labels import check_labels
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

SAMPLES: Final = ("x", "images", "data")
TARGETS: Final = ("t", "y", "labels", "targets")
# What zipfile and NumPy raise for archives that are damaged, encrypted or packed in an unknown way.
FAULTS: Final = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    SyntaxError,
    tokenize.TokenError,
    zlib.error,
    MemoryError,
)


def read_npz(path: str | os.PathLike[str]) -> Dataset:
    """Read a data set from a `.npz` archive.

    Parameters
    ----------
    path : str or path-like
        An archive of `x_train` with `y_train` or `t_train` and, if there is a test set, `x_test` with `y_test`
        or `t_test`; or of one split, `x`, `images` or `data` with `t`, `y`, `labels` or `targets`. The words
        may stand in either order (`train_images`, `images_train`), capitals do not matter.

    Returns
    -------
    Dataset
        Samples in the type of the archive, one row each. Targets of an integer type are class indices; others,
        and rows of several numbers, are taken as they are.

    Raises
    ------
    MissingFileError, DataError
        If an array is missing, damaged, or made of Python objects, which could run code.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tiny.npz"
    ...     np.savez(path, x_train=np.zeros((2, 28, 28), np.uint8), y_train=np.array([3, 1]))
    ...     print(read_npz(path).t_train)
    [3 1]
    """
    place = check_file(path)
    try:
        with zipfile.ZipFile(place) as archive:
            members = {name.removesuffix(".npy").lower(): name for name in archive.namelist()}
            names = _choose(members, place)
            arrays = [_read_member(archive, members[name], place) for name in names]
    except FAULTS as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{place} cannot be read as .npz: {error}. Make the archive again.") from None
    x_train, t_train, *test = arrays
    t_train, *t_test = (
        _targets(targets, f"{place}, {name}") for targets, name in zip(arrays[1::2], names[1::2], strict=True)
    )
    class_names = _class_names([t_train, *t_test])
    return Dataset(
        _rows(x_train, names[0], place),
        t_train,
        _rows(test[0], names[2], place) if test else None,
        t_test[0] if t_test else None,
        class_names=class_names,
        image_shape=_image_shape(x_train),
        source=str(place),
    )


def _choose(members: dict[str, str], path: Path) -> list[str]:
    """Return the names of the training samples and targets and, if there are any, the test's."""

    def find(words: Iterable[str], split: str) -> str | None:
        patterns = ("{word}_{split}", "{split}_{word}") if split else ("{word}",)
        names = (pattern.format(word=word, split=split) for word in words for pattern in patterns)
        return next((name for name in names if name in members), None)

    split = "train" if find(SAMPLES, "train") or find(TARGETS, "train") else ""
    pairs = [find(SAMPLES, split), find(TARGETS, split)]
    if split and (find(SAMPLES, "test") or find(TARGETS, "test")):
        pairs += [find(SAMPLES, "test"), find(TARGETS, "test")]
    names = [name for name in pairs if name is not None]
    if len(names) != len(pairs):
        raise DataError(
            f"{path} holds the arrays {', '.join(sorted(members)) or '(none)'}; expected x_train and y_train, "
            "perhaps x_test and y_test, or x and y. Rename them with numpy.savez."
        )
    return names


def _read_member(archive: zipfile.ZipFile, name: str, path: Path) -> NDArray[Any]:
    if archive.getinfo(name).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise DataError(f"{path}, {name} is compressed in a way that NumPy does not use. Use numpy.savez_compressed.")
    with archive.open(name) as stream:
        dtype, shape, header_size = _npy_header(stream, name, path)
        stated = math.prod(shape) * dtype.itemsize
        held = archive.getinfo(name).file_size - header_size
        # The size is compared first, since NumPy sets aside whatever the header states.
        if held != stated:
            raise DataError(
                f"{path}, {name}: the header states {stated:,} bytes of numbers, the archive {held:,}. "
                "Make the archive again."
            )
    with archive.open(name) as stream:
        array: NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    return array.astype(dtype.newbyteorder("="), copy=False)


def _npy_header(stream: IO[bytes], name: str, path: Path) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    version = np.lib.format.read_magic(stream)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise DataError(f"{path}, {name}: format {version} holds no plain numbers. Save them with numpy.savez.")
    shape, _, dtype = readers[version](stream)
    if dtype.kind not in "biuf":
        what = "Python objects, which could run code" if dtype.hasobject else str(dtype)
        raise DataError(f"{path}, {name} holds {what}; expected numbers. Save it as an array of numbers.")
    return dtype, shape, stream.tell()


def _targets(targets: NDArray[Any], source: str) -> NDArray[Any]:
    if targets.dtype.kind == "f" or (targets.ndim == 2 and targets.shape[1] > 1):
        return targets
    return check_labels(targets.astype(np.int64) if targets.dtype.kind == "b" else targets, source)


def _class_names(targets: list[NDArray[Any]]) -> tuple[str, ...]:
    if any(t.ndim != 1 or t.dtype != np.int64 for t in targets):
        return ()
    return tuple(map(str, range(1 + max(int(t.max(initial=0)) for t in targets))))


def _rows(samples: NDArray[Any], name: str, path: Path) -> NDArray[Any]:
    if samples.ndim < 2 or samples.size == 0:
        raise DataError(
            f"{path}, {name}: samples must have shape (N, …), at least one, got {samples.shape}. "
            "Store one sample a row."
        )
    return samples.reshape(len(samples), -1)


def _image_shape(samples: NDArray[Any]) -> tuple[int, int] | None:
    """Tell pictures of one channel by their dimensions: (N, height, width), (N, 1, h, w) or (N, h, w, 1)."""
    sizes = [size for size in samples.shape[1:] if size > 1] if samples.ndim > 3 else samples.shape[1:]
    if len(sizes) != 2:
        return None
    return int(sizes[0]), int(sizes[1])
