"""How an input is made of a row of a data set, or of a picture.

It is kept with the model, so that prediction does as training did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.picture_stages import resize
from glassnet.data.pictures import digit_from_picture, read_picture
from glassnet.data.scaling import Scaling, named_scaling
from glassnet.mathematics.checks import DataError, check_choice, check_integer

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

    @classmethod
    def of(cls, dataset: Dataset, scaling: Scaling, *, digits: bool = False) -> Preprocessing:
        """Return what suits a data set: scaled pixels, or columns brought to mean 0 and standard deviation 1."""
        if dataset.image_shape is not None:
            kind = "digit" if digits else "image"
            return cls(kind, dataset.class_names, dataset.image_shape, scaling)
        x = dataset.x_train.astype(np.float64)
        std = x.std(axis=0)
        std[std == 0] = 1.0  # a column that is always the same becomes 0
        return cls("table", dataset.class_names, mean=tuple(x.mean(axis=0).tolist()), std=tuple(std.tolist()))

    def __call__(self, x: ArrayLike) -> NDArray[np.float32]:
        """Return inputs (N, n_in) for raw rows (N, n_in): pixels from 0 to 255, or numbers."""
        rows = np.asarray(x)
        if self.kind != "table":
            return self.scaling(rows)
        return ((rows - np.array(self.mean)) / np.array(self.std)).astype(np.float32)

    def from_picture(self, path: str | os.PathLike[str] | NDArray[Any]) -> NDArray[np.uint8]:
        """Return a picture as an image of the shape that the network takes, from 0 to 255."""
        if self.kind == "digit":
            return digit_from_picture(path).image
        if self.kind == "image":
            grey = path if isinstance(path, np.ndarray) else read_picture(path)
            return np.clip(np.rint(resize(grey, *self.image_shape)), 0, 255).astype(np.uint8)
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
            height, width = (check_integer("a side of image_shape", side, minimum=1) for side in data["image_shape"])
            return cls(
                check_choice("kind", data["kind"], KINDS),
                tuple(map(str, data["class_names"])),
                (height, width),
                Scaling.from_dict(data["scaling"]),
                tuple(map(float, data["mean"])),
                tuple(map(float, data["std"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"the preprocessing in the model file is damaged ({error}). Save the model again."
            ) from None
