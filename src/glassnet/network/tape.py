"""The tape: what a network computes, as a table of steps.

A step is one operation with named inputs and a named output, their shape and the formula. The reference executor runs
the table step by step, the trace shows it, the compiled executor runs it as machine code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Mode = Literal["predict", "train"]
Phase = Literal["forward", "loss", "backward", "state"]
Size = int | str
"""A size along one axis: a number, or `N` for the rows of the batch."""


@dataclass(frozen=True)
class Step:
    """One line of a tape: `output = operation(inputs)`.

    Attributes
    ----------
    phase : str
        `forward`, `loss`, `backward`, or `state` (running statistics, in training only).
    operation : str
        Its name in the table of operations.
    inputs, outputs : tuple of str
        Names of arrays. Only a user's own layer has several outputs: its input's and its parameters' gradients.
    shapes : tuple of shapes
        One for each output; `N` stands for the rows of the batch.
    formula : str
        What it computes, in the names of its inputs.
    layer : int
        Which layer of the network it belongs to, from 0; the loss comes after the last.
    settings : mapping
        What the operation needs besides arrays, such as a slope α.
    note : str
        A remark for the reader: that a gradient is fused, for example.
    """

    phase: Phase
    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    shapes: tuple[tuple[Size, ...], ...]
    formula: str
    layer: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def output(self) -> str:
        """The name of the first output."""
        return self.outputs[0]

    @property
    def shape(self) -> tuple[Size, ...]:
        """The shape of the first output."""
        return self.shapes[0]


@dataclass(frozen=True)
class Tape:
    """The steps of a network in one mode, in the order in which they run. Prints as a table."""

    mode: Mode
    steps: tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def phase(self, *phases: Phase) -> tuple[Step, ...]:
        """Return the steps of the given phases, in order."""
        return tuple(step for step in self.steps if step.phase in phases)

    def producer(self, name: str) -> Step | None:
        """Return the step that computes `name` outside the state phase, if one does."""
        return next((step for step in self.steps if name in step.outputs and step.phase != "state"), None)

    def __str__(self) -> str:
        rows = [
            (
                step.phase,
                ", ".join(step.outputs),
                " ".join(shape_words(shape) for shape in step.shapes),
                step.formula + (f"   [{step.note}]" if step.note else ""),
            )
            for step in self.steps
        ]
        return format_table(("phase", "name", "shape", "formula"), rows)


def shape_words(shape: tuple[Size, ...]) -> str:
    """Write a shape as Python does, with N unquoted.

    >>> shape_words(("N", 10)), shape_words(())
    ('(N, 10)', '()')
    """
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows of text in columns.

    >>> print(format_table(("a", "b"), [("1", "22"), ("333", "4")]))
    a    b
    1    22
    333  4
    """
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    ]
    return "\n".join(lines)
