"""What a program is made of: its lines, an optimizer's rule, and the names of what only programs have."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Rule:
    """An optimizer's rule, as a kernel.

    Attributes
    ----------
    kernel : str
        Its name in `codes.UPDATES`.
    slots : tuple of str
        What it keeps for each parameter.
    settings : tuple of float
        What the kernel takes after the weight decay.
    decay : float
        The weight decay.
    """

    kernel: str
    slots: tuple[str, ...]
    settings: tuple[float, ...]
    decay: float


@dataclass(frozen=True)
class Line:
    """One line of a program.

    Attributes
    ----------
    operation : str
        Its name in `codes`.
    inputs, outputs : tuple of str
        Names of arrays; an empty name stands for an input that is left out.
    share : str
        How its work is shared among threads: one of `codes.SHARED`.
    reads_all : frozenset of str
        The inputs of which a thread reads more than its own share.
    settings : tuple of float
    integers : tuple of int
        Settings that are whole numbers.
    """

    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    share: str
    reads_all: frozenset[str] = frozenset()
    settings: tuple[float, ...] = ()
    integers: tuple[int, ...] = ()

    def without(self, name: str) -> Line:
        """Return the line with an input left out."""
        return replace(self, inputs=tuple("" if given == name else given for given in self.inputs))


def slot_name(parameter: str, slot: str) -> str:
    """Return the name of what an optimizer keeps for a parameter.

    >>> slot_name("W1", "v")
    'v of W1'
    """
    return f"{slot} of {parameter}"


def means_of(output: str) -> tuple[str, str]:
    """Return the names of the two means that the gradient through a normalization needs room for."""
    return f"mean for {output}", f"mean of products for {output}"


def parts_of(output: str) -> str:
    """Return the name of the products of which an output is the sum: one for each part of X."""
    return f"parts of {output}"
