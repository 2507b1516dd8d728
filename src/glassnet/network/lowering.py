"""Lowering: from layers to the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.mathematics.checks import ArgumentError
from glassnet.network.layers import Identity, Sigmoid, Softmax
from glassnet.network.loss import fused_with, loss_steps
from glassnet.network.tape import Mode, Step, Tape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.network.layer import Layer, Place
    from glassnet.network.loss import Loss


def lower(
    layers: tuple[Layer, ...], places: tuple[Place, ...], loss: Loss, mode: Mode, *, input_gradient: bool = True
) -> Tape:
    """Write the steps of a network in a mode: forward, loss, backward, state.

    Parameters
    ----------
    layers, places : tuples
        What there is, and where it stands.
    loss : Loss
    mode : "predict" or "train"
        Dropout and batch normalization differ.
    input_gradient : bool
        Whether dX is wanted too. Steps that lead to no gradient that is wanted are left out.

    Returns
    -------
    Tape

    Raises
    ------
    ArgumentError
        If an own layer calls a parameter what another array is called.
    """
    stations = list(zip(layers, places, strict=True))
    forward = [step for layer, place in stations for step in _forward(layer, place, places, mode)]
    # An Identity behind the output function changes nothing, nor does it keep the two from being fused.
    end = next((index for index in reversed(range(len(layers))) if not isinstance(layers[index], Identity)), 0)
    last = layers[end]
    fused = fused_with(loss, last.function.name if isinstance(last, Softmax | Sigmoid) else None)
    ending = list(loss_steps(loss, fused, places[end].input, output_name(places[-1]), places[-1].n_out, len(layers)))

    backward = [step for step in ending if step.phase == "backward"]
    for layer, place in reversed(stations[:end] if fused else stations):
        backward.extend(_backward(layer, place, places, mode))
    wanted = {f"d{name}" for place in places for name in place.names.values()} | ({"dX"} if input_gradient else set())
    steps = [
        *(step for step in forward if step.phase == "forward"),
        *(step for step in ending if step.phase == "loss"),
        *_needed(backward, wanted),
        *(step for step in forward if step.phase == "state"),
    ]
    _check_names(steps, layers, places)
    return Tape(mode, tuple(steps))


def output_name(place: Place) -> str:
    """Return the name of the network's output, given the place of its last layer: the A of its block."""
    return f"A{place.number}"


def _forward(layer: Layer, place: Place, places: tuple[Place, ...], mode: Mode) -> Iterator[Step]:
    yield from layer.forward_steps(place, mode)
    if _has_no_activation(place, places):
        z, a = place.output, output_name(place)
        yield place.step("forward", "same", (z,), a, ("N", place.n_out), z)


def _backward(layer: Layer, place: Place, places: tuple[Place, ...], mode: Mode) -> Iterator[Step]:
    if _has_no_activation(place, places):
        dz, da = f"d{place.output}", f"d{output_name(place)}"
        yield place.step("backward", "same", (da,), dz, ("N", place.n_out), da)
    yield from layer.backward_steps(place, mode)


def _has_no_activation(place: Place, places: tuple[Place, ...]) -> bool:
    """Say whether the block of this layer ends with its Z, so that A = Z."""
    alone = place.index + 1 == len(places) or places[place.index + 1].number > place.number
    return alone and place.output == f"Z{place.number}"


def _check_names(steps: list[Step], layers: tuple[Layer, ...], places: tuple[Place, ...]) -> None:
    """Check that no step writes to the name of a parameter: one of an own layer may be called A, and stand in A1."""
    owners = {name: (place, own) for place in places for own, name in place.names.items()}
    for step in steps:
        for name in step.outputs:
            if step.phase != "state" and name in owners:
                place, own = owners[name]
                raise ArgumentError(
                    f"layer {place.index + 1}, {layers[place.index]!r}, must not call a parameter {own!r}: in this "
                    f"network {name} is {step.formula}. Give the parameter another name."
                )


def _needed(steps: list[Step], wanted: set[str]) -> list[Step]:
    """Return the steps that something wanted follows from."""
    kept: list[Step] = []
    needed = set(wanted)
    for step in reversed(steps):
        if needed.intersection(step.outputs):
            kept.append(step)
            needed.update(step.inputs)
    return kept[::-1]
