"""Keras's files, read without Keras: `.keras`, `.weights.h5`, and the `.h5` of before. Nothing in them is executed."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.interop.archives import MOST_TIMES, SMALL, opened_archive, read_member
from glassnet.interop.model_file import MOST_LAYERS
from glassnet.mathematics.checks import DataError, GlassnetError, describe
from glassnet.mathematics.libraries import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from numpy.typing import NDArray

    from glassnet.interop.keras_models.chain import Entry

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
"""The files in a `.keras` file."""
FLOATS = ("float32", "float64")


def h5_library() -> ModuleType:
    """Return h5py, or say how to install it."""
    return need("h5py", extra="keras", what="reading and writing Keras's files")


class Store:
    """An HDF5 file whose arrays are read by their path, none from outside it, and no more than it can hold."""

    def __init__(self, file: Any, size: int) -> None:
        self.file = file
        self.bytes_left = MOST_TIMES * size + SMALL

    def find(self, path: str, start: Any = None) -> Any:
        """Return the group or array at a path, or None; links to elsewhere are refused."""
        h5py = h5_library()
        found = self.file if start is None else start
        for piece in path.split("/"):
            if not isinstance(found, h5py.Group):
                return None
            link = found.get(piece, getlink=True)
            if link is None:
                return None
            if not isinstance(link, h5py.HardLink):
                raise DataError(f"{path} is a link to elsewhere, which is not followed. Save the model again")
            found = found[piece]
        return found

    def array(self, dataset: Any, path: str) -> NDArray[Any]:
        """Return the numbers of an array, float32 or float64."""
        h5py = h5_library()
        if not isinstance(dataset, h5py.Dataset):
            raise DataError(f"it has no array at {path}. Save the model again, after it was built")
        if dataset.external or dataset.is_virtual:
            raise DataError(f"{path} keeps its numbers in other files, which are not opened. Save the model again")
        count = dataset.dtype.kind in "iu" and dataset.shape == ()  # Normalization counts what it has seen
        if dataset.dtype.kind != "f" and not count:
            raise DataError(f"{path} must hold floating-point numbers, got {dataset.dtype}. Save it unquantized")
        self.bytes_left -= max(dataset.nbytes, 1)
        if self.bytes_left < 0 or dataset.nbytes > MOST_TIMES * dataset.id.get_storage_size():
            raise DataError(f"{path} claims to be larger than the file. It is not read")
        numbers = np.asarray(dataset[()])
        return numbers if numbers.dtype.name in FLOATS else numbers.astype(np.float32)

    def variables(self, folder: str) -> list[NDArray[Any]]:
        """Return the arrays of a layer in a Keras 3 file, in order."""
        group = self.find(f"{folder}/vars")
        count = 0 if group is None else len(group)
        if count > MOST_LAYERS:
            raise DataError(f"{folder} claims to have {count:,} arrays")
        paths = [f"{folder}/vars/{index}" for index in range(count)]
        return [self.array(self.find(path), path) for path in paths]


@contextmanager
def opened_h5(content: bytes | Path, source: str) -> Iterator[Store]:
    """Open an HDF5 file, or the bytes of one; whatever is wrong with it is one `DataError`."""
    h5py = h5_library()
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    try:
        with h5py.File(io.BytesIO(content) if isinstance(content, bytes) else content, "r") as file:
            yield Store(file, size)
    except GlassnetError as error:
        raise type(error)(f"{source}: {str(error).rstrip('.')}.") from None
    except (OSError, LookupError, ValueError, TypeError, RuntimeError, AttributeError, ArithmeticError) as error:
        raise DataError(f"{source} is no HDF5 file that can be read, or is damaged ({error}). Copy it again.") from None


@contextmanager
def opened_keras(place: Path) -> Iterator[tuple[dict[str, Any], Store]]:
    """Open a `.keras` file: its configuration, and its weights."""
    with opened_archive(place) as archive:
        config = as_config(read_member(archive, CONFIG))
        content = read_member(archive, WEIGHTS)
    with opened_h5(content, str(place)) as store:
        yield config, store


def as_config(text: str | bytes) -> dict[str, Any]:
    """Return a model's configuration, if it is JSON."""
    try:
        config = json.loads(text)
    except (ValueError, RecursionError, TypeError) as error:
        raise DataError(f"its configuration is no JSON ({error}). Save the model again.") from None
    if not isinstance(config, dict):
        raise DataError(f"its configuration must be an object, got {describe(config)}. Save the model again.")
    return config


def legacy_config(store: Store, place: Path) -> dict[str, Any]:
    """Return the configuration that an `.h5` file of a whole model holds."""
    words = store.file.attrs.get("model_config")
    if words is None:
        raise DataError(
            f"{place.name} holds weights alone, in the form of before Keras 3. Load them in Keras and save the model "
            "as .keras"
        )
    return as_config(words)


def legacy_variables(store: Store, entry: Entry) -> list[NDArray[Any]]:
    """Return the arrays of a layer in an `.h5` file of a whole model, in order."""
    if len(entry.names) > 1:
        raise DataError("a model inside a model is read from .keras files alone. Save it as .keras")
    folder = f"model_weights/{entry.names[0]}"
    group = store.find(folder)
    if group is None:
        return []
    names = [name if isinstance(name, str) else name.decode() for name in group.attrs.get("weight_names", [])]
    return [store.array(store.find(name, group), f"{folder}/{name}") for name in names]
