"""What an explanation holds, and how it is printed, shown, drawn and saved."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import write_atomically
from glassnet.glass.explain.html import as_html
from glassnet.glass.explain.sections import as_text
from glassnet.glass.explain.texts import as_language

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from glassnet.glass.explain.contributions import Contributions
    from glassnet.glass.explain.neighbours import Neighbours
    from glassnet.glass.explain.question import Question
    from glassnet.glass.explain.turning import Change


PARTS = ("name", "values", "contributions", "constant", "total", "error", "exact", "points", "complete")
"""What of contributions is saved."""


@dataclass(frozen=True)
class Explanation:
    """Why a network answers as it does about one sample: `net.explain(x)` makes one.

    It prints as a table, and a notebook shows it with the picture.

    Attributes
    ----------
    question : Question
        What is explained: `why`, `why_not`, and the network's `answer`.
    score : float
        The number that is explained: the difference of two logits, the logit of one sigmoid output, or the output of a
        regression; in float64.
    units : Contributions or None
        What each unit of a hidden layer adds to it; None where there is no hidden layer. `.contributions`, the
        `.constant` that is there without them, `.largest(5)`; `.exact`, or the completeness `.error`.
    inputs : Contributions
        The same of each input.
    neighbours : Neighbours or None
        The nearest training samples: `.indices`, `.distances`, `.targets`, `.rows`; None if none were wanted.
    change : Change or None
        The smallest change found that turns the answer: `.x`, `.delta`, `.size`, `.changed`, `.after`, `.margin`; None
        if none was found or wanted.
    change_wanted : bool
        Whether it was looked for.
    x : array of shape (n_in,)
    outputs, logits : arrays
        What the network gives, and the numbers before its output function.
    logits_name : str
        What the logits are called in a trace.
    class_names : tuple of str
        Empty if the model does not name its classes.
    image_shape : (height, width) or None
        If the sample is a picture.
    language : "en" or "ko"

    Examples
    --------
    >>> import glassnet as gn
    >>> layers = [gn.Dense(2, 2, init=([[1.0, -1.0], [1.0, 0.0]], [0.0, 0.0])), gn.Softmax()]
    >>> explanation = gn.Network(layers).explain([2.0, 1.0])
    >>> explanation.score, explanation.inputs.contributions.tolist(), explanation.units
    (5.0, [4.0, 1.0], None)
    """

    question: Question
    score: float
    units: Contributions | None
    inputs: Contributions
    neighbours: Neighbours | None
    change: Change | None
    change_wanted: bool
    x: NDArray[Any] = field(repr=False)
    outputs: NDArray[Any] = field(repr=False)
    logits: NDArray[np.float64] = field(repr=False)
    logits_name: str
    class_names: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    language: str = "en"

    def name_of(self, index: int) -> str:
        """Return the name of a class, or its number."""
        return self.class_names[index] if self.class_names else str(index)

    def within(self, language: str) -> Explanation:
        """Return the explanation in a language, "en" or "ko"."""
        return replace(self, language=as_language(language))

    def plot(self) -> Figure:
        """Draw it: the picture, what each pixel and unit adds, the neighbours, the changed picture.

        Returns
        -------
        Figure
            As `gn.plots.explanation` draws it.
        """
        from glassnet.glass.plots.explanations import explanation

        return explanation(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON; nan and inf are None."""
        asked = self.question
        plain: dict[str, Any] = _plain(
            {
                "kind": asked.kind,
                "why": asked.why,
                "why_not": asked.why_not,
                "answer": asked.answer,
                "score": self.score,
                "class_names": self.class_names,
                "outputs": self.outputs,
                "logits": self.logits,
                "units": _fields(self.units, *PARTS),
                "inputs": _fields(self.inputs, *PARTS),
                "neighbours": _fields(self.neighbours, "name", "indices", "distances", "targets"),
                "change": _fields(self.change, "before", "after", "size", "changed", "margin", "limits", "x", "delta"),
                "image_shape": self.image_shape,
                "x": self.x,
            }
        )
        return plain

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save it as JSON, whole or not at all.

        Parameters
        ----------
        path : path
            Usually ends in .json; its folder must exist.

        Returns
        -------
        Path

        Raises
        ------
        DataError
            If it cannot be written; what was there is untouched.
        """
        return write_atomically(path, json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False).encode())

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _fields(part: object, *names: str) -> dict[str, Any] | None:
    return None if part is None else {name: getattr(part, name) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(own) for name, own in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(own) for own in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
