"""A network as a scene: columns of units with links between, or blocks for layers, with all numbers that are shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.network_words import ENGLISH, NetworkWords
from glassnet.glass.trace_table import summary
from glassnet.mathematics.checks import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glassnet.glass.trace import PassTrace
    from glassnet.network.layer import Place
    from glassnet.network.structure import Structure

MOST_UNITS = 16
"""A network with a wider layer is drawn as blocks: circles would be too small on a phone."""
MOST_LINKS = 600
MOST_COLUMNS = 8
LEAST_SIDE = 8
MOST_PICTURES = 16


@dataclass(frozen=True)
class Unit:
    """A circle: an input, or a unit of a block.

    Attributes
    ----------
    name : str
        `X[2]`, or `A1[3]` as one writes it without a sample.
    number : float or None
        What fills it: its activation or its gradient; None without a trace.
    words : str
        What is told under the pointer.
    """

    name: str
    number: float | None
    words: str


@dataclass(frozen=True)
class Links:
    """All lines between two columns.

    Attributes
    ----------
    numbers : array of shape (n_in, n_out)
        What thickness and colour show.
    name, before : str
        Of the weights, W1, and of what they weigh, X.
    told : tuple of (name, array)
        What is told of each line under the pointer: the weights, and their gradients if there are any.
    by : str
    sample : int
    """

    numbers: NDArray[np.float64]
    name: str
    before: str
    told: tuple[tuple[str, NDArray[Any]], ...]
    by: str
    sample: int

    def words(self, i: int, j: int) -> str:
        """Return what is told of the line from unit i to unit j."""
        lines = [line for name, array in self.told for line in _numbers_of(name, array, i, j)]
        if self.by == "activation":
            lines.append(f"{self.before}[{self.sample},{i}] * {self.name}[{i},{j}] = {self.numbers[i, j]:.6g}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Block:
    """A run of layers that begins with a Dense or a Maxout.

    Attributes
    ----------
    layers : tuple of str
        Each as it is written.
    width : int
        How many numbers it gives.
    output : str
        The name of its output: A1, or X of what comes in.
    parameters : int
        How many it has.
    shapes : tuple of str
        `W1 (784, 50)`, ….
    """

    layers: tuple[str, ...]
    width: int
    output: str
    parameters: int
    shapes: tuple[str, ...]


@dataclass(frozen=True)
class NetworkScene:
    """What is to be drawn.

    Attributes
    ----------
    blocks : tuple of Block
    by : str
        What thickness and colour show: `weight`, `gradient` or `activation`.
    columns, links : tuples
        Units and what is between them, if they are drawn one by one.
    pictures : array of shape (units, side, side), or None
        The numbers of the first layer as small pictures, if its inputs may be a square picture's.
    ranges : tuple of str
        For each block what a trace's sample has there; empty without a trace.
    words : NetworkWords
        In which language it speaks.
    """

    blocks: tuple[Block, ...]
    by: str
    columns: tuple[tuple[Unit, ...], ...] = ()
    links: tuple[Links, ...] = ()
    pictures: NDArray[np.float64] | None = None
    ranges: tuple[str, ...] = ()
    words: NetworkWords = ENGLISH


def scene_of_network(
    network: Structure,
    *,
    by: str,
    trace: PassTrace | None,
    sample: int,
    units: bool | None,
    words: NetworkWords = ENGLISH,
) -> NetworkScene:
    """Return the scene: of units where the network is small, or they are wanted; else of blocks."""
    blocks = blocks_of(network)
    if units or (units is None and is_small(blocks) and all("W" in place.names for place in _starts(network))):
        columns, links = _units_and_links(network, blocks, by, trace, sample, words)
        return NetworkScene(blocks, by, columns, links, words=words)
    ranges = () if trace is None else tuple(_range(trace, block.output, by, sample) for block in blocks)
    pictures = _pictures(network, by, trace, sample)
    return NetworkScene(blocks, by, pictures=pictures, ranges=ranges, words=words)


def _starts(network: Structure) -> list[Place]:
    return [place for layer, place in zip(network.layers, network.places, strict=True) if layer.starts_block]


def _range(trace: PassTrace, output: str, by: str, sample: int) -> str:
    name = f"d{output}" if by == "gradient" else output
    return f"{name}[{sample}]: {summary(trace[name][sample])}" if name in trace else ""


def _pictures(network: Structure, by: str, trace: PassTrace | None, sample: int) -> NDArray[np.float64] | None:
    """Return the weights of the first units, each as a square, if there are as many inputs as in a square picture."""
    first = _starts(network)[0]
    side = math.isqrt(first.n_in)
    if side * side != first.n_in or side < LEAST_SIDE or "W" not in first.names:
        return None
    links = _links(first, network.parameters if trace is None else trace.parameters, by, trace, sample)
    return links.numbers.T[:MOST_PICTURES].reshape(-1, side, side)


def blocks_of(network: Structure) -> tuple[Block, ...]:
    """Return what comes in, and the blocks; layers before the first Dense stand with what comes in."""
    blocks = []
    numbers = sorted({0, *(place.number for place in network.places)})
    for number in numbers:
        own = [
            (layer, place)
            for layer, place in zip(network.layers, network.places, strict=True)
            if place.number == number
        ]
        names = [name for _, place in own for name in place.names.values() if name in network.parameters]
        blocks.append(
            Block(
                tuple(repr(layer) for layer, _ in own),
                own[-1][1].n_out if own else network.n_in,
                f"A{number}" if own else "X",
                sum(network.parameters[name].size for name in names),
                tuple(f"{name} {network.parameters[name].shape}" for name in names),
            )
        )
    return tuple(blocks)


def is_small(blocks: tuple[Block, ...]) -> bool:
    """Say whether units and links can be drawn one by one."""
    widths = [block.width for block in blocks]
    links = sum(one * other for one, other in pairwise(widths))
    return max(widths) <= MOST_UNITS and links <= MOST_LINKS and len(widths) <= MOST_COLUMNS


def _units_and_links(
    network: Structure,
    blocks: tuple[Block, ...],
    by: str,
    trace: PassTrace | None,
    sample: int,
    words: NetworkWords,
) -> tuple[tuple[tuple[Unit, ...], ...], tuple[Links, ...]]:
    """Return the columns of units, and the links between them."""
    arrays: Mapping[str, NDArray[Any]] = network.parameters if trace is None else trace.parameters
    columns = tuple(_units(block, by, trace, arrays, sample, words) for block in blocks)
    for place in _starts(network):
        if "W" not in place.names:
            layer = network.describe_layer(place.index)
            raise ArgumentError(f"units must be False where a layer has no weights W to draw, got {layer}.")
    return columns, tuple(_links(place, arrays, by, trace, sample) for place in _starts(network))


def _units(
    block: Block,
    by: str,
    trace: PassTrace | None,
    arrays: Mapping[str, NDArray[Any]],
    sample: int,
    texts: NetworkWords,
) -> tuple[Unit, ...]:
    name = block.output
    bias = arrays.get(f"b{name[1:]}")
    shown = f"d{name}" if by == "gradient" else name
    units = []
    for unit in range(block.width):
        words = [texts.unit_of.format(output=name, unit=unit)]
        number = None
        if trace is not None:
            told = [each for each in (name, f"Z{name[1:]}", f"d{name}", f"dZ{name[1:]}") if each in trace]
            words += [f"{each}[{sample},{unit}] = {trace[each][sample, unit]!s}" for each in told]
            number = float(trace[shown][sample, unit]) if shown in trace else None
        if bias is not None and bias.ndim == 1:
            words.append(f"b{name[1:]}[{unit}] = {bias[unit]!s}")
        elif bias is not None:
            words += [f"b{name[1:]}[{piece},{unit}] = {own[unit]!s}" for piece, own in enumerate(bias)]
        units.append(Unit(f"{name}[{unit}]", number, "\n".join(words)))
    return tuple(units)


def _links(place: Place, arrays: Mapping[str, NDArray[Any]], by: str, trace: PassTrace | None, sample: int) -> Links:
    before, name = place.input, place.names["W"]
    weights = arrays[name].astype(np.float64)
    told = [(name, arrays[name])]
    shown = weights
    if trace is not None and f"d{name}" in trace:
        told.append((f"d{name}", trace[f"d{name}"]))
    if trace is not None and by == "gradient":
        shown = trace[f"d{name}"].astype(np.float64)
    if trace is not None and by == "activation":
        shown = weights * trace[before][sample].astype(np.float64)[:, None]
    if shown.ndim == 3:  # of Maxout's pieces the one with the largest number is drawn, and all are told
        largest = np.argmax(np.abs(shown), axis=0)[None]
        shown = np.take_along_axis(shown, largest, axis=0)[0]
    return Links(shown, name, before, tuple(told), by, sample)


def _numbers_of(name: str, array: NDArray[Any], i: int, j: int) -> list[str]:
    if array.ndim == 3:
        return [f"{name}[{piece},{i},{j}] = {own[i, j]!s}" for piece, own in enumerate(array)]
    return [f"{name}[{i},{j}] = {array[i, j]!s}"]
