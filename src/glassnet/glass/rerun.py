"""A traced pass once more, a little changed: in another dtype, with one number moved, or from other parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network.reference import run_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glassnet.glass.trace import PassTrace as Trace
    from glassnet.network.tape import Phase

H = 1e-5
"""The step of the central difference."""


def rerun(
    trace: Trace,
    *phases: Phase,
    dtype: Any = None,
    changed: Mapping[str, NDArray[Any]] | None = None,
    moved: tuple[str, tuple[int, ...], float] | None = None,
) -> dict[str, Any]:
    """Run the phases of a trace's tape again, on its own inputs and parameters, with its own dropout masks.

    Parameters
    ----------
    trace : Trace
    *phases : str
    dtype : dtype, optional
        What to compute in; by default what the trace was computed in.
    changed : mapping, optional
        Other arrays for some parameters or states.
    moved : (name, index, h), optional
        One number, given or computed, that is moved by h as soon as it is there.

    Returns
    -------
    dict
        All values by name.
    """
    known: dict[str, Any] = {"weights": None, "seed": trace.address.seed, "step": trace.address.step}
    known |= {name: _as(array, dtype) for name, array in trace.given.items()}
    known |= changed or {}
    if moved and moved[0] in known:
        _move(known, *moved)
    with np.errstate(all="ignore"):
        for step in trace.tape:
            if step.phase not in phases:
                continue
            if step.operation == "mask_like":  # the masks that were, whoever made them
                known[step.output] = _as(trace[step.output], dtype)
            else:
                run_step(step, known)
            if moved and moved[0] in step.outputs and step.phase != "state":
                _move(known, *moved)
    return known


def _as(array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    return array if dtype is None else array.astype(dtype)


def _move(known: dict[str, Any], name: str, index: tuple[int, ...], h: float) -> None:
    array = np.array(known[name])
    array[index] += h
    known[name] = array


def numerical_derivative(trace: Trace, gradient: str, index: tuple[int, ...]) -> float | None:
    """Return ∂loss/∂(one number) by a central difference in float64, or None if the loss does not follow from it.

    Parameters
    ----------
    trace : Trace
    gradient : str
        `dW1`, `dZ1`, …: what it is the derivative by, with a d before.
    index : tuple of int

    Returns
    -------
    float or None
        None for the output before a fused loss, which is worked out from the net input.
    """
    name = gradient.removeprefix("d")
    if gradient in {trace.unformed_gradient, "dlosses"} or name not in trace:
        return None
    below, above = (_loss_beside(trace, name, index, h) for h in (-H, H))
    return (above - below) / (2 * H)


def slopes_beside(trace: Trace, gradient: str, index: tuple[int, ...]) -> tuple[float, float]:
    """Return the slope of the loss just below and just above a number: they differ where a kink lies between.

    Parameters
    ----------
    trace : Trace
    gradient : str
        One that has a `numerical_derivative`.
    index : tuple of int
    """
    below, here, above = (_loss_beside(trace, gradient.removeprefix("d"), index, h) for h in (-H, 0.0, H))
    return (here - below) / H, (above - here) / H


def _loss_beside(trace: Trace, name: str, index: tuple[int, ...], h: float) -> float:
    return float(rerun(trace, "forward", "loss", dtype=np.float64, moved=(name, index, h))["loss"])
