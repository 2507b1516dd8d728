"""The data of an experiment, as a training takes them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.mnist_loader import IMAGE_SHAPE, N_DIGITS, load_mnist
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import Scaling, scale_unit
from glassnet.playground.message import RefusedError
from glassnet.playground.training.toy_data import CLASSES, VALUES, split

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.playground.training.experiment import DataChoice
    from glassnet.playground.training.own_table import OwnTable

DATA_STREAM = 3
"""What the generator of the samples is made of besides the seed."""
MOST_CLASSES = 100


@dataclass(frozen=True, eq=False)
class Data:
    """Samples for training and testing.

    Attributes
    ----------
    x_train, t_train, x_test, t_test : arrays
        Inputs, which are bytes where there is a scaling; class indices (int64) or values (float32).
    class_names : tuple of str
        Empty for values.
    scaling : Scaling or None
        What turns bytes into inputs, a batch at a time.
    preprocessing : dict
        How an input is made of a picture or a row, for the model's file.
    image_shape : (height, width) or None
    columns : tuple of str
        Names of the inputs, where they have some.
    """

    x_train: NDArray[Any]
    t_train: NDArray[Any]
    x_test: NDArray[Any]
    t_test: NDArray[Any]
    class_names: tuple[str, ...] = ()
    scaling: Scaling | None = None
    preprocessing: dict[str, Any] = field(default_factory=dict)
    image_shape: tuple[int, int] | None = None
    columns: tuple[str, ...] = ()

    @property
    def n_in(self) -> int:
        """How many numbers a sample has."""
        return int(self.x_train.shape[1])

    @property
    def n_out(self) -> int:
        """How many classes there are; 1 for values."""
        return len(self.class_names) or 1

    def inputs(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Return rows as the network is fed them."""
        return rows.astype(np.float32, copy=False) if self.scaling is None else self.scaling(rows)


def make_data(choice: DataChoice, seed: int, table: OwnTable | None = None) -> Data:
    """Return the data of a choice; of points and values those of the seed.

    Parameters
    ----------
    choice : DataChoice
    seed : int
    table : OwnTable, optional
        What the session has uploaded.

    Raises
    ------
    RefusedError
        If there is no table, or it cannot be learned.
    """
    if choice.kind == "mnist":
        return _digits(choice.count)
    if choice.kind == "own":
        if table is None:
            raise RefusedError("train-no-table", "choose a CSV file first: it is not part of the link.")
        return _own(choice, seed, table)
    rng = np.random.default_rng([seed, DATA_STREAM])
    if choice.kind in CLASSES:
        maker, n_classes = CLASSES[choice.kind]
        names = tuple(map(str, range(n_classes)))
        columns: tuple[str, ...] = ("x₁", "x₂")
    else:
        maker, names, columns = VALUES[choice.kind], (), ("x",)
    x, t = maker(rng, choice.count, choice.noise)
    x_train, t_train, x_test, t_test = split(x.astype(np.float32), _as_targets(t), choice.test, seed)
    return Data(x_train, t_train, x_test, t_test, names, columns=columns)


def _as_targets(t: NDArray[Any]) -> NDArray[Any]:
    return t.astype(np.int64 if t.dtype.kind in "iu" else np.float32)


@functools.cache
def _mnist() -> Any:
    """Return MNIST as bytes, once for all sessions."""
    return load_mnist(normalize=False)


def _digits(count: int) -> Data:
    (x_train, t_train), (x_test, t_test) = _mnist()
    names = tuple(map(str, range(N_DIGITS)))
    preprocessing = Preprocessing("digit", names, IMAGE_SHAPE, scale_unit)
    return Data(
        x_train[:count],
        t_train[:count],
        x_test,
        t_test,
        names,
        scale_unit,
        preprocessing.to_dict(),
        IMAGE_SHAPE,
    )


def _own(choice: DataChoice, seed: int, table: OwnTable) -> Data:
    if choice.label >= len(table.columns):
        raise RefusedError(
            "train-no-column", f"{table.name} has no column {choice.label + 1}.", got=choice.label + 1, name=table.name
        )
    read = table.read(choice.label)
    _check_learnable(read, table.name)
    x_train, t_train, x_test, t_test = split(read.x_train, read.t_train, choice.test, seed)
    columns = tuple(name for index, name in enumerate(table.columns) if index != choice.label)
    scaling, preprocessing = None, None
    if read.image_shape is not None:
        scaling = scale_unit
        preprocessing = Preprocessing("image", read.class_names, read.image_shape, scaling)
    elif choice.scale:
        preprocessing = Preprocessing.of(Dataset(x_train, t_train, class_names=read.class_names), scale_unit)
        x_train, x_test = preprocessing(x_train), preprocessing(x_test)
    described = {} if preprocessing is None else preprocessing.to_dict()
    return Data(x_train, t_train, x_test, t_test, read.class_names, scaling, described, read.image_shape, columns)


def _check_learnable(read: Dataset, name: str) -> None:
    """Raise `RefusedError` if there is nothing to tell apart, or too much."""
    rows, classes = len(read.x_train), read.n_classes
    if rows < 2:
        raise RefusedError("train-too-few-rows", f"{name} has {rows} row; at least 2 are needed.", name=name)
    if classes == 1:
        raise RefusedError("train-one-class", f"all rows of {name} have the same label.", name=name)
    if classes > MOST_CLASSES:
        raise RefusedError(
            "train-too-many-classes",
            f"the label column of {name} has {classes} different labels; at most {MOST_CLASSES} are taken here.",
            name=name,
            got=classes,
            most=MOST_CLASSES,
        )
