"""What a trace is a function of: the same address gives the same bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.network.hashing import hash_of_arrays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glassnet.network.tape import Tape

SHOWN = 12
"""How many digits of a hash are shown."""


@dataclass(frozen=True)
class TraceAddress:
    """What a trace is a function of. Two traces of one address have the same bits, on one machine.

    Attributes
    ----------
    model : str
        SHA-256 of the network's forward steps, settings included, of its parameters and of its state, in hexadecimal.
        Of layers of your own it knows the names, not the code.
    input : str
        SHA-256 of the inputs, the targets and the weights of the samples.
    seed, step : int
        What dropout masks are a function of.
    mode : str
        `train` or `predict`.
    executor : str
        `reference` or `compiled`, or, of a network that is not in NumPy, `reference on torch:cuda:0`, say; all agree
        to rounding.
    """

    model: str
    input: str
    seed: int
    step: int
    mode: str
    executor: str

    def __str__(self) -> str:
        return (
            f"model {self.model[:SHOWN]}, input {self.input[:SHOWN]}, seed {self.seed}, step {self.step}, "
            f"mode {self.mode}, executor {self.executor}"
        )


def hash_of_model(tape: Tape, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return the hash of what is computed, and of the parameters and state that it is computed with."""
    steps = [
        (step.operation, step.inputs, step.outputs, sorted(map(repr, step.settings.items())))
        for step in tape.phase("forward", "loss")
    ]
    return hash_of_arrays(arrays, repr(steps))
