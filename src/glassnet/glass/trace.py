"""The trace: every number of a forward and backward pass, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.why import Why, explain_number
from glassnet.mathematics.checks import DataError, UnknownNameError, did_you_mean
from glassnet.mathematics.function import substitute
from glassnet.mathematics.fused_losses import FUSED_LOSSES, FusedLoss
from glassnet.network import reference
from glassnet.network.lowering import output_name
from glassnet.network.operations import read_only
from glassnet.network.tape import Mode, Step, Tape, format_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure
    from glassnet.training.run import Trainable


class Trace(Mapping[str, "NDArray[Any]"]):
    """Every number of one pass through a network: read-only arrays by name, each with its shape and formula.

    Attributes
    ----------
    names : tuple of str
        `X`, `Z1`, `A1`, …, `loss`, `dZ2`, `dW2`, …, in the order in which they were computed.
    tape : Tape
        The steps that computed them.
    mode : str
        `train` or `predict`.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 2), gn.Sigmoid(), gn.Dense(2, 1)], loss="mean_squared_error")
    >>> trace = net.trace([[1.0, 0.0]], [1.0])
    >>> trace["Z1"].shape, trace.formula("Z1")
    ((1, 2), 'X @ W1 + b1')
    """

    def __init__(self, network: Structure, tape: Tape, values: dict[str, Any], *, backward: bool) -> None:
        self.tape = tape
        self.mode = tape.mode
        self._network = network
        self._steps = {
            name: step
            for step in tape
            if step.phase != "state" and (backward or step.phase == "forward")
            for name in step.outputs
        }
        given = ("X", "t") if backward else ("X",)
        self.names = (*given, *self._steps)
        # Copies: a step may pass on as it is what others can change, the data, a parameter, an own layer's array.
        self._values = {name: read_only(np.array(values[name])) for name in self.names}
        kept = (*network.parameters, *network.state)
        self._parameters = {name: read_only(np.array(values[name])) for name in kept if name in values}

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return the array of that name: of the pass, or a parameter as it was then."""
        if name in self._values:
            return self._values[name]
        if name in self._parameters:
            return self._parameters[name]
        if name == self._output_gradient:
            return self._work_out_output_gradient()
        known = (*self.names, *self._parameters)
        raise UnknownNameError(
            f"this trace has no {name!r}, only {', '.join(known)}.{did_you_mean(name, known)}"
            + ("" if "loss" in self._values else " Give trace the targets too for the loss and the gradients.")
        )

    @property
    def _output_gradient(self) -> str | None:
        """The name of the output's gradient where a fused loss does not form it."""
        name = f"d{output_name(self._network.places[-1])}"
        return name if "dlosses" in self._values and name not in self._values else None

    def _work_out_output_gradient(self) -> NDArray[Any]:
        """Return the gradient of the output, which a fused loss never forms: worked out here for the reader alone."""
        output = self[output_name(self._network.places[-1])]
        return read_only(self["dlosses"][:, None] * self._fused_loss.output_derivative(output, self["t"]))

    @property
    def _fused_loss(self) -> FusedLoss:
        return FUSED_LOSSES[self._steps["losses"].operation]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._values or name in self._parameters or (name is not None and name == self._output_gradient)

    def step(self, name: str) -> Step | None:
        """Return the step that computed `name`; None for what was given."""
        self[name]
        return self._steps.get(name)

    def formula(self, name: str) -> str:
        """Return the formula of `name`; of what was given, that it was."""
        step = self.step(name)
        if step is not None:
            return step.formula
        if name == self._output_gradient:
            derivative = substitute(self._fused_loss.loss.derivative_formula, y=name[1:], p=name[1:])
            return f"dlosses * ({derivative}), unclipped; not formed in the pass: the loss is fused"
        return "given"

    def why(self, address: str) -> Why:
        """Explain one number, as `Z2[0,3]`: sample 0, unit 3.

        Parameters
        ----------
        address : str
            A net input Z or an output A of a block, with [sample, unit].

        Returns
        -------
        Why
            Its terms, largest first, the bias among them; it prints as a sentence.
        """
        return explain_number(self, address)

    def __str__(self) -> str:
        rows = []
        for name in self.names:
            array, step = self._values[name], self._steps.get(name)
            numbers = array.astype(np.float64)
            spread = f"{numbers.min():.4g} … {numbers.max():.4g}" if array.size > 1 else f"{numbers.sum():.6g}"
            note = f"   [{step.note}]" if step and step.note else ""
            rows.append((name, str(array.shape), spread, self.formula(name) + note))
        return format_table(("name", "shape", "values", "formula"), rows)


def trace(
    network: Structure, x: ArrayLike, t: ArrayLike | None = None, *, mode: Mode = "train", step: int = 0
) -> Trace:
    """Run a batch through the network, forward and, given targets, backward, and keep every number."""
    inputs = network.as_input(x)
    if len(inputs) == 0:
        raise DataError("x must have at least one row to be traced, got none. Pass a sample.")
    tape = network.tape(mode)
    if t is None:
        values = reference.run(tape, reference.values_for(network, inputs, step=step), "forward")
    else:
        targets = network.as_targets(t, len(inputs))
        given = reference.values_for(network, inputs, targets, step=step)
        values = reference.run(tape, given, "forward", "loss", "backward")
    return Trace(network, tape, values, backward=t is not None)


def last_batch(network: Trainable) -> Trace:
    """Return every number of the step that a network was trained on last."""
    step = network.last_step
    if step is None:
        raise DataError("last_batch must follow a fit of this network in this process. Call fit first, or use trace.")
    return Trace(network, network.tape("train", input_gradient=False), step.all_values(), backward=True)
