"""The trace: every number of a forward and backward pass, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from glassnet.glass.rerun import rerun
from glassnet.glass.trace_address import TraceAddress, hash_of_model
from glassnet.glass.trace_table import as_html, as_text
from glassnet.glass.why import Why, explain_number
from glassnet.mathematics.checks import DataError, UnknownNameError, did_you_mean
from glassnet.mathematics.function import substitute
from glassnet.mathematics.fused_losses import FUSED_LOSSES, FusedLoss
from glassnet.network import reference
from glassnet.network.backends import all_to_numpy
from glassnet.network.hashing import hash_of_arrays
from glassnet.network.lowering import output_name
from glassnet.network.operations import read_only
from glassnet.training.optimizers import as_optimizer
from glassnet.training.schedules import as_schedule

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure
    from glassnet.network.tape import Mode, Phase, Step, Tape
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.run import Trainable

AnyTrace = TypeVar("AnyTrace", bound="PassTrace")


class PassTrace(Mapping[str, "NDArray[Any]"]):
    """Every number of one pass through a network: read-only arrays by name; `glassnet.Trace` is its public face."""

    def __init__(
        self,
        network: Structure,
        tape: Tape,
        values: Mapping[str, Any],
        *,
        backward: bool,
        step: int = 0,
        executor: str = "reference",
    ) -> None:
        self.network, self.tape = network, tape
        self.mode = tape.mode
        self.before: Self | None = None
        self.update: Optimizer | None = None
        self._step, self._executor = step, executor
        self._steps = {
            name: each
            for each in tape
            if each.phase != "state" and (backward or each.phase == "forward")
            for name in each.outputs
        }
        inputs = ("X", "t") if backward else ("X",)
        self.names = (*inputs, *self._steps)
        # Copies: a step may pass on as it is what others can change, the data, a parameter, an own layer's array.
        self._values = {name: read_only(np.array(values[name])) for name in self.names}
        kept = (*network.parameters, *network.state, "weights")
        self._kept = {name: read_only(np.array(values[name])) for name in kept if values.get(name) is not None}

    @property
    def given(self) -> dict[str, NDArray[Any]]:
        """What the pass was given: X, t, the weights of the samples if there are any, parameters and state."""
        inputs = {name: self._values[name] for name in ("X", "t") if name in self._values}
        return {**inputs, **self._kept}

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """The parameters as they were then."""
        return {name: self._kept[name] for name in self.network.parameters if name in self._kept}

    @cached_property
    def address(self) -> TraceAddress:
        """What this trace is a function of: model, input, seed, step, mode, executor."""
        data = {name: array for name, array in self.given.items() if name in {"X", "t", "weights"}}
        model = {name: array for name, array in self._kept.items() if name != "weights"}
        return TraceAddress(
            hash_of_model(self.tape, model),
            hash_of_arrays(data),
            self.network.seed,
            self._step,
            self.mode,
            self._executor,
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return the array of that name: of the pass, or a parameter as it was then."""
        if name in self._values:
            return self._values[name]
        if name in self._kept:
            return self._kept[name]
        if name == self.unformed_gradient:
            return self._work_out_output_gradient()
        known = (*self.names, *self._kept)
        raise UnknownNameError(
            f"this trace has no {name!r}, only {', '.join(known)}.{did_you_mean(name, known)}"
            + ("" if "loss" in self._values else " Give trace the targets too for the loss and the gradients.")
        )

    @property
    def unformed_gradient(self) -> str | None:
        """The name of the output's gradient where a fused loss does not form it."""
        name = f"d{output_name(self.network.places[-1])}"
        return name if "dlosses" in self._values and name not in self._values else None

    def _work_out_output_gradient(self) -> NDArray[Any]:
        """Return the gradient of the output, which a fused loss never forms: worked out here for the reader alone."""
        output = self[output_name(self.network.places[-1])]
        return read_only(self["dlosses"][:, None] * self._fused_loss.output_derivative(output, self["t"]))

    @property
    def _fused_loss(self) -> FusedLoss:
        return FUSED_LOSSES[self._steps["losses"].operation]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._values or name in self._kept or (name is not None and name == self.unformed_gradient)

    def step(self, name: str) -> Step | None:
        """Return the step that computed `name`; None for what was given."""
        self[name]
        return self._steps.get(name)

    def formula(self, name: str) -> str:
        """Return the formula of `name`; of what was given, that it was."""
        step = self.step(name)
        if step is not None:
            return step.formula
        if name == self.unformed_gradient:
            derivative = substitute(self._fused_loss.loss.derivative_formula, y=name[1:], p=name[1:])
            return f"dlosses * ({derivative}), unclipped; not formed in the pass: the loss is fused"
        if self.before is not None and name in self.parameters:
            return f"one update by {self.update!r}"
        return "given"

    def why(self, address: str) -> Why:
        """Explain one number, as `Z2[0,3]`: sample 0, unit 3.

        Parameters
        ----------
        address : str
            A name of the trace with the place of one number in it: `Z2[0,3]`, `A2[0,3]`, `dZ1[0,3]` are [sample, unit];
            `W1`'s gradient is `dW1[input, unit]`, a bias's `db1[unit]`, a sample's loss `losses[sample]`; `loss` alone.

        Returns
        -------
        Why
            Its terms, largest first, the bias among them; it prints as a sentence.

        Raises
        ------
        ArgumentError
            If it is no address, lies outside its array, or names what was given and not computed.
        UnknownNameError
            If the trace has no such name.

        Notes
        -----
        The terms are worked out in float64 from the numbers that the pass stored, and add up to the number to rounding:
        in float32 within 1e-5 of the sum of their sizes. Of an output A the terms are those of its net input Z, and
        `steps` goes on through the activation. Of a gradient `chain` has the factors of the chain rule back to the
        loss, along the largest term each time, and `numerical` the central difference through the network in float64;
        at a kink, where they may differ, `kink` has the slopes on both sides.
        Source: lecture 002 (backpropagation; numerical differentiation).

        Examples
        --------
        >>> import glassnet as gn
        >>> layers = [gn.Dense(1, 1, init=([[2.0]], [1.0])), gn.ReLU(), gn.Dense(1, 1, init=([[3.0]], [0.0]))]
        >>> trace = gn.Network(layers, loss="mean_squared_error").trace([[0.5]], [5.0])
        >>> print(trace.why("A1[0,0]"))
        Z1[0,0] = 2, the sum of 2 terms: X[0,0] * W1[0,0] = +1, b1[0] = +1. Then A1[0,0] = max(0, Z1) = max(0, 2) = 2.
        >>> trace.why("dW1[0,0]").chain  # their product is the gradient
        (('X[0,0]', 0.5), ("relu'(Z1[0,0])", 1.0), ('W2[0,0]', 3.0), ('dA2[0,0]', 2.0))
        """
        return explain_number(self, address)

    def after(self, optimizer: Optimizer | str | None = None) -> Self:
        """Return the trace of the same batch after one update of the parameters; the network is not changed.

        Parameters
        ----------
        optimizer : Optimizer or str, default Adam()
            It makes its first update: what it keeps, such as a velocity, begins at 0.

        Returns
        -------
        Trace
            With the same dropout masks. `trace.after(…).before` is this trace; it prints both beside each other, and
            `why("W1[0,3]")` explains what the update made of a parameter.

        Raises
        ------
        DataError
            If the trace has no gradients, having been given no targets.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init=([[2.0]], [0.0]))], loss="mean_squared_error")
        >>> after = net.trace([[1.0]], [5.0]).after(gn.SGD(0.1))
        >>> float(after.before["loss"]), round(float(after["loss"]), 3), float(net.parameters["W1"][0, 0])
        (9.0, 3.24, 2.0)
        >>> print(after.why("W1[0,0]"))
        W1[0,0] = 2.6, the sum of 2 terms: W1[0,0] before = +2, -0.1 * dW1[0,0] = +0.6.
        """
        if "loss" not in self:
            raise DataError("after must follow a trace with targets, whose gradients it needs. Give trace the targets.")
        rule = as_optimizer(optimizer)
        changed = {name: array.copy() for name, array in self.parameters.items()}
        rate = as_schedule(rule.learning_rate).rate(0, 1, 1)
        with np.errstate(all="ignore"):
            for name, w in changed.items():
                slots = {slot: np.zeros_like(w) for slot in rule.slots}
                rule.apply(name, w, np.array(self[f"d{name}"]), slots, rate, 1)
        state = rerun(self, "forward", "state")
        changed |= {name: state[name] for name in self.network.state}
        values = rerun(self, "forward", "loss", "backward", changed=changed)
        trace = type(self)(self.network, self.tape, values, backward=True, step=self._step)
        trace.before, trace.update = self, rule
        return trace

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def trace(  # what a pass is a function of, and the class to return
    network: Structure,
    x: ArrayLike,
    t: ArrayLike | None = None,
    *,
    mode: Mode = "train",
    step: int = 0,
    kind: type[AnyTrace],
) -> AnyTrace:
    """Run a batch through the network, forward and, given targets, backward, and keep every number."""
    inputs = network.as_input(x)
    if inputs.shape[0] == 0:
        raise DataError("x must have at least one row to be traced, got none. Pass a sample.")
    tape = network.tape(mode)
    targets = None if t is None else network.as_targets(t, inputs.shape[0])
    phases: tuple[Phase, ...] = ("forward",) if t is None else ("forward", "loss", "backward")
    given = reference.values_for(network, inputs, targets, step=step)
    values = all_to_numpy(reference.run(tape, given, *phases, operations=network.backend.operations))
    executor = _executor(network, "reference")
    return kind(network.on_numpy(), tape, values, backward=t is not None, step=values["step"], executor=executor)


def last_batch(network: Trainable, kind: type[AnyTrace]) -> AnyTrace:
    """Return every number of the step that a network was trained on last."""
    last = network.last_step
    if last is None:
        raise DataError("last_batch must follow a fit of this network in this process. Call fit first, or use trace.")
    tape, executor = network.tape("train", input_gradient=False), _executor(network, last.executor)
    return kind(network.on_numpy(), tape, last.all_values(), backward=True, step=last.step, executor=executor)


def _executor(network: Structure, executor: str) -> str:
    """Return what a trace's address calls an executor: with where the network was, unless in NumPy."""
    return executor if network.backend.is_numpy else f"{executor} on {network.device}"
