"""How an input is made of a row of a data set, or of a picture.

It is kept with the model, so that prediction does as training did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import end_of_sentence
from glassnet.data.picture_filters import resize_grey
from glassnet.data.pictures import digit_from_picture, read_picture
from glassnet.data.scaling import Scaling, named_scaling
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    GlassnetError,
    ShapeError,
    as_float_array,
    check_choice,
    check_integer,
    check_number,
    describe,
    is_plain,
)

if TYPE_CHECKING:
    import os

    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.dataset import Dataset

KINDS = ("digit", "image", "table")


@dataclass(frozen=True)
class Preprocessing:
    """What is done to a sample before a network sees it.

    Attributes
    ----------
    kind : "digit", "image" or "table"
        A picture brought into MNIST's form, a grey picture, or a row of numbers.
    class_names : tuple of str
        One for each class; empty for a regression.
    image_shape : (height, width)
        Of pictures.
    scaling : Scaling
        Of the pixels of pictures.
    mean, std : tuple of floats
        Of the columns of a table: x becomes (x − mean) / std.

    Raises
    ------
    ArgumentError
        If a setting cannot be used.

    Examples
    --------
    >>> Preprocessing("table", mean=(1.0,), std=(2.0,))([[5.0]])
    array([[2.]], dtype=float32)
    """

    kind: str
    class_names: tuple[str, ...] = ()
    image_shape: tuple[int, int] = (28, 28)
    scaling: Scaling = field(default_factory=lambda: named_scaling("unit"))
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_choice("kind", self.kind, KINDS)
        if not isinstance(self.scaling, Scaling):
            raise ArgumentTypeError(f"scaling must be a Scaling, got {describe(self.scaling)}.")
        if len(_as_tuple("image_shape", self.image_shape)) != 2:
            raise ArgumentError(f"image_shape must be (height, width), got {describe(self.image_shape)}.")
        self._set("image_shape", tuple(check_integer("a side of image_shape", of, 1) for of in self.image_shape))
        self._set("class_names", tuple(map(str, _as_tuple("class_names", self.class_names))))
        self._set("mean", tuple(check_number("a mean", of) for of in _as_tuple("mean", self.mean)))
        self._set("std", tuple(check_number("a standard deviation", of, above=0) for of in _as_tuple("std", self.std)))
        if len(self.mean) != len(self.std):
            raise ArgumentError(
                f"mean and std must have one number for each column, got {len(self.mean)} and {len(self.std)}."
            )

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @classmethod
    def of(cls, dataset: Dataset, scaling: Scaling, *, digits: bool = False) -> Preprocessing:
        """Return what suits a data set: scaled pixels, or columns brought to mean 0 and standard deviation 1."""
        if dataset.image_shape is not None:
            kind = "digit" if digits else "image"
            return cls(kind, dataset.class_names, dataset.image_shape, scaling)
        x = dataset.x_train.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            std = x.std(axis=0)  # where it is too large for a float it is inf, and refused below
        # A column that never changes becomes 0. Rounding may leave it a little deviation, or a tiny one none.
        std[(np.ptp(x, axis=0) == 0) | (std == 0)] = 1.0
        return cls("table", dataset.class_names, mean=tuple(x.mean(axis=0).tolist()), std=tuple(std.tolist()))

    def __call__(self, x: ArrayLike) -> NDArray[np.float32]:
        """Return inputs (N, n_in) for raw rows (N, n_in): pixels from 0 to 255, or numbers."""
        rows = x if is_plain(x) and x.dtype.kind in "uifb" else as_float_array(x, "x")
        if self.kind != "table":
            return self.scaling(rows)
        if rows.ndim != 2 or rows.shape[1] != len(self.mean):
            raise ShapeError(
                f"x must have the shape (N, {len(self.mean)}) of the table that this was made for, "
                f"got {describe(rows)}. Give rows with the same columns."
            )
        with np.errstate(over="ignore"):  # too large for float32 becomes inf, which a network refuses
            return ((rows - np.array(self.mean)) / np.array(self.std)).astype(np.float32)

    def from_picture(self, path: str | os.PathLike[str] | NDArray[Any]) -> NDArray[np.uint8]:
        """Return a picture as an image of the shape that the network takes, from 0 to 255."""
        if self.kind == "digit":
            return digit_from_picture(path).image
        if self.kind == "image":
            grey = path if isinstance(path, np.ndarray) else read_picture(path)
            if grey.ndim != 2 or grey.size == 0:
                raise ShapeError(f"a picture must be (height, width) grey levels from 0 to 255, got {describe(grey)}.")
            return resize_grey(grey, *self.image_shape)
        raise DataError(
            "this model was trained on a table of numbers, not on pictures. Give it rows, with evaluate --data."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, for a model file."""
        return {
            "kind": self.kind,
            "class_names": list(self.class_names),
            "image_shape": list(self.image_shape),
            "scaling": self.scaling.to_dict(),
            "mean": list(self.mean),
            "std": list(self.std),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Preprocessing:
        """Return what `to_dict` described, or raise `DataError`."""
        if not data:
            raise DataError(
                "this model does not say how its inputs are made. Train it with glassnet train, "
                "or set net.preprocessing before saving it."
            )
        try:
            settings = {**data, "scaling": Scaling.from_dict(data["scaling"])}
            return cls(**settings)
        except (GlassnetError, KeyError, TypeError) as error:
            raise DataError(
                f"the preprocessing in the model file is damaged: {end_of_sentence(error)} Save the model again."
            ) from None


def _as_tuple(name: str, values: Any) -> tuple[Any, ...]:
    if isinstance(values, list | tuple):
        return tuple(values)
    raise ArgumentTypeError(f"{name} must be a list or tuple, got {describe(values)}.")
