"""What has been taken over of a Keras model so far: its parts, the shape of a sample, the scaling of its inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glassnet.interop.parts import Part, unrepresentable
from glassnet.mathematics.checks import DataError, describe, with_article

if TYPE_CHECKING:
    from glassnet.interop.affine_maps import AffineMap
    from glassnet.interop.keras_models.chain import Entry


@dataclass
class Stack:
    """Parts in order.

    Attributes
    ----------
    parts : list of Part
    shape : tuple or None
        Of a sample at this point, without the batch; None if it is not known.
    scaling : AffineMap or None
        What is done to the inputs before the first part.
    scaled_by : str
        The layer that does it, for messages.
    """

    parts: list[Part] = field(default_factory=list)
    shape: tuple[int | None, ...] | None = None
    scaling: AffineMap | None = None
    scaled_by: str = ""

    def reshape(self, entry: Entry) -> None:
        """Take a layer that says or changes a sample's shape, but no number."""
        config = entry.config
        if entry.kind == "InputLayer":
            self.shape = _shape(entry, config.get("batch_shape", config.get("batch_input_shape")))
            return
        self.learn_shape(entry)
        target = config.get("target_shape")
        row = entry.kind == "Flatten" or (isinstance(target, list | tuple) and len(target) == 1)
        swaps = config.get("data_format") == "channels_first" and (self.shape is None or len(self.shape) > 1)
        if not row or swaps:
            raise unrepresentable(entry.where, f"{with_article(entry.kind)} that makes no plain row", "Use Flatten().")
        known = self.shape is not None and None not in self.shape
        self.shape = (math.prod(size or 0 for size in self.shape or ()),) if known else None

    def learn_shape(self, entry: Entry) -> None:
        """Take the shape that a model's first layer may give."""
        given = entry.config.get("batch_input_shape")
        if self.shape is None and given is not None:
            self.shape = _shape(entry, given)

    def check_rows(self, entry: Entry) -> None:
        """Refuse a layer that works on the last of several axes."""
        self.learn_shape(entry)
        if self.shape is not None and len(self.shape) != 1:
            softmax = entry.config.get("activation") == "softmax"
            if entry.kind in {"Dropout", "Identity", "Activation", "ReLU", "LeakyReLU", "ELU"} and not softmax:
                return  # what works on each number by itself
            raise unrepresentable(
                entry.where,
                f"{with_article(entry.kind)} of samples of shape {self.shape}",
                "A network takes rows: put a Flatten before it.",
            )
        self.shape = None if entry.kind == "Dense" else self.shape

    def scale(self, entry: Entry, scaling: AffineMap) -> None:
        """Take a scaling of the inputs."""
        self.learn_shape(entry)
        if self.parts:
            raise unrepresentable(
                entry.where,
                f"{with_article(entry.kind)} behind another layer",
                "Put it first: it goes into the first Dense's weights.",
            )
        per_column = scaling.scale.size > 1 or scaling.shift.size > 1
        if per_column and self.shape is not None and len(self.shape) != 1:
            raise unrepresentable(
                entry.where,
                f"{with_article(entry.kind)} with several numbers for samples of shape {self.shape}",
                "Put a Flatten before it, or give it one number.",
            )
        self.scaling = scaling if self.scaling is None else self.scaling.then(scaling)
        self.scaled_by = entry.where


def _shape(entry: Entry, batch_shape: Any) -> tuple[int | None, ...] | None:
    if batch_shape is None:
        return None
    sizes = batch_shape[1:] if isinstance(batch_shape, list | tuple) else [0]
    if any(not (size is None or (isinstance(size, int) and size > 0)) for size in sizes):
        raise DataError(f"{entry.where}: its shape must be a list of sizes, got {describe(batch_shape)}.")
    return tuple(sizes)
