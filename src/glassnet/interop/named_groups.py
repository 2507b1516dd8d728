"""Weights without a model: groups of arrays that are put in a row, given the kinds of the layers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.interop.parts import Part, naming
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, describe, did_you_mean
from glassnet.network.layer import Layer
from glassnet.network.layers import LAYERS, BatchNorm, Dense, Identity, Maxout, PReLU

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WITH_ARRAYS = (Dense, BatchNorm, PReLU)
"""The kinds of layers that groups of arrays belong to; a Maxout's come as a Dense's."""
_ALIASES = {"linear": "dense", "batchnorm1d": "batchnorm", "batchnormalization": "batchnorm", "logistic": "sigmoid"}
_BY_NAME = {name.casefold(): kind for name, kind in LAYERS.items() if name != "Maxout"}
_MOST_SEARCHED = 8


@dataclass(frozen=True)
class Group:
    """Arrays of one layer: the group's name, the layer (a Dense, BatchNorm or PReLU), its arrays."""

    name: str
    part: Part

    def __str__(self) -> str:
        shapes = ", ".join(f"{own} {array.shape}" for own, array in self.part.arrays.items())
        return f"{self.name} ({type(self.part.layer).__name__}: {shapes})"


def natural(name: str) -> tuple[tuple[bool, Any], ...]:
    """Return a key by which names with numbers sort as people count.

    >>> sorted(["10.bias", "2.bias"], key=natural)
    ['2.bias', '10.bias']
    """
    return tuple((piece.isdigit(), int(piece) if piece.isdigit() else piece) for piece in re.split(r"(\d+)", name))


def listed(groups: Sequence[Group]) -> str:
    """Name the groups for a message."""
    shown = [str(group) for group in groups[:8]]
    return "; ".join(shown + ([f"and {len(groups) - 8} more"] if len(groups) > 8 else []))


def as_plain_layer(entry: Any, what: str) -> Layer | type[Layer]:
    """Return the layer, or the class of one, that an entry of `layers` or `activations` means.

    >>> as_plain_layer("relu", "activations")
    ReLU()
    >>> as_plain_layer("Linear", "layers")
    <class 'glassnet.network.layers.dense.Dense'>
    """
    if entry is None:
        return Identity()
    kind: Any = entry
    if isinstance(entry, str):
        key = re.sub(r"[\s_]", "", entry).casefold()
        kind = _BY_NAME.get(_ALIASES.get(key, key))
        if kind is None:
            raise ArgumentError(
                f"{what} names {entry!r}, which is neither a layer's name nor a kind of layer "
                f"({', '.join(_BY_NAME)}).{did_you_mean(key, _BY_NAME)}"
            )
    if isinstance(kind, type) and issubclass(kind, Layer):
        return kind if kind in WITH_ARRAYS else kind()
    if isinstance(kind, Layer):
        return kind
    raise ArgumentTypeError(f"{what} must hold layers or their names, got {describe(entry)}.")


def arrange(
    groups: Sequence[Group],
    layers: Sequence[Any] | None,
    activations: Any,
    maxout: Callable[[Part, int], Part],
) -> list[Part]:
    """Return the parts in order, the kinds of the layers being given.

    Parameters
    ----------
    groups : list of Group
        In the order in which they are taken where none is named.
    layers : list, optional
        Each entry the name of a group, a layer, a layer's class or its name: the whole network.
    activations : list, or one for all but the last, optional
        One for each Dense, which stands behind it and its BatchNorm.
    maxout : callable
        Makes a Maxout of so many pieces of a Dense.
    """
    if layers is not None and activations is not None:
        raise ArgumentError("give layers or activations, not both: layers says all, in order.")
    if layers is not None:
        return _by_layers(list(groups), _as_list("layers", layers), maxout)
    if activations is None:
        raise ArgumentError(
            f"these are weights alone, which do not say what stands between them: {listed(groups)}. Give "
            "activations=, one for each Dense, such as ['relu', None], or layers=, such as ['dense', 'relu', 'dense']."
        )
    return _by_activations(chained(groups), activations)


def _as_list(name: str, entries: Any) -> list[Any]:
    if not isinstance(entries, list | tuple):
        raise ArgumentTypeError(f"{name} must be a list, got {describe(entries)}.")
    return list(entries)


def _by_layers(unused: list[Group], entries: list[Any], maxout: Callable[[Part, int], Part]) -> list[Part]:
    parts: list[Part] = []
    by_name = {group.name: group for group in unused}
    for index, entry in enumerate(entries):
        named = by_name.pop(entry, None) if isinstance(entry, str) else None
        if named is not None and named in unused:
            unused.remove(named)
            parts.append(named.part)
            continue
        layer = as_plain_layer(entry, "layers")
        kind = layer if isinstance(layer, type) else type(layer)
        if kind not in {*WITH_ARRAYS, Maxout}:
            parts.append(Part(layer))  # type: ignore[arg-type]  # classes without arrays have been made layers
            continue
        held_as = Dense if kind is Maxout else kind
        group = next((one for one in unused if type(one.part.layer) is held_as), None)
        if group is None:
            raise ArgumentError(
                f"layers has {describe(entry)} at position {index + 1}, but no more arrays of that kind are there. "
                f"Left over: {listed(unused) or 'nothing'}."
            )
        unused.remove(group)
        with naming(f"layer {group.name!r}"):
            parts.append(_as_given(group.part, layer, maxout))
    if unused:
        raise ArgumentError(f"layers leaves out {listed(unused)}. Name every layer that has arrays.")
    return parts


def _as_given(part: Part, layer: Layer | type[Layer], maxout: Callable[[Part, int], Part]) -> Part:
    """Return a part with the settings of the layer that was given, if it was more than a class."""
    if isinstance(layer, type):
        return part
    if isinstance(layer, Maxout):
        part = maxout(part, layer.pieces)
    if isinstance(layer, Dense | Maxout):
        have: Any = part.layer
        if (layer.n_in, layer.n_out) != (have.n_in, have.n_out):
            raise DataError(f"its arrays make {have!r}, but layers says {layer!r}. Correct one of the two.")
        return part
    return Part(layer, part.arrays)


def _by_activations(groups: list[Group], activations: Any) -> list[Part]:
    dense = sum(isinstance(group.part.layer, Dense) for group in groups)
    if activations is None or isinstance(activations, str | Layer | type):
        activations = [*[activations] * (dense - 1), None]
    chosen = [as_plain_layer(entry, "activations") for entry in _as_list("activations", activations)]
    if len(chosen) != dense:
        raise ArgumentError(
            f"activations must have one entry for each of the {dense} Dense, got {len(chosen)}. None stands for none. "
            f"The arrays: {listed(groups)}."
        )
    parts: list[Part] = []
    pending: Layer | None = None
    for group in groups:
        if isinstance(group.part.layer, Dense):
            parts += [] if pending is None else [Part(pending)]
            following = chosen.pop(0)
            if isinstance(following, type):
                raise ArgumentError(f"activations cannot hold {following.__name__}, which has arrays. Give layers=.")
            pending = None if isinstance(following, Identity) else following
        parts.append(group.part)
    return parts + ([] if pending is None else [Part(pending)])


def chained(groups: Sequence[Group]) -> list[Group]:
    """Return the groups in an order in which the widths fit: the given one, or else the only one that does."""
    if _fits(groups):
        return list(groups)
    found = _orders(list(groups)) if len(groups) <= _MOST_SEARCHED else []
    if len(found) == 1:
        return found[0]
    raise ArgumentError(
        f"the shapes do not say in which order the layers stand: {listed(groups)}. "
        "Give layers=, with their names in order, such as ['first', 'relu', 'second']."
    )


def _fits(groups: Sequence[Group]) -> bool:
    width: int | None = None
    for group in groups:
        taken, width_after = _widths(group)
        if isinstance(group.part.layer, PReLU) and taken == 1:
            continue  # one slope for all units
        if width is not None and taken != width:
            return False
        width = width_after
    return True


def _widths(group: Group) -> tuple[int, int]:
    layer = group.part.layer
    if isinstance(layer, Dense):
        return layer.n_in, layer.n_out
    size = next(iter(group.part.arrays.values())).size
    return size, size


def _orders(groups: list[Group]) -> list[list[Group]]:
    """Return the orders in which Dense follow each other, two at the most; none if there are other layers."""
    if not all(isinstance(group.part.layer, Dense) for group in groups):
        return []
    found: list[list[Group]] = []

    def extend(row: list[Group], rest: list[Group]) -> None:
        if not rest:
            found.append(row)
        for group in rest:
            if len(found) > 1:
                return
            if not row or _widths(row[-1])[1] == _widths(group)[0]:
                extend([*row, group], [other for other in rest if other is not group])

    extend([], groups)
    return found
