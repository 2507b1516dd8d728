"""A network as a picture: units and weights of a small one, the layers of a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.glass.graph_drawing import Drawing, checked_text
from glassnet.glass.network_scene import NetworkScene, scene_of_network
from glassnet.glass.network_svg import svg_of_network
from glassnet.glass.network_words import WORDS, NetworkWords
from glassnet.glass.trace import PassTrace
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    check_choice,
    check_integer,
    describe,
)

if TYPE_CHECKING:
    from glassnet.network.structure import Structure

BY = ("activation", "gradient", "weight")


def draw_network(  # noqa: PLR0913  # all that a drawing can be told
    network: Structure,
    *,
    trace: PassTrace | None = None,
    by: str | None = None,
    sample: int = 0,
    units: bool | None = None,
    theme: str = "auto",
    title: str | None = None,
    description: str | None = None,
    language: str = "en",
) -> Drawing:
    """Draw a network; `Network.draw` says how."""
    if trace is not None and not isinstance(trace, PassTrace):
        raise ArgumentTypeError(f"trace must be a trace of this network, got {describe(trace)}. Pass net.trace(x, t).")
    network = network.on_numpy()
    by = check_choice("by", by or ("weight" if trace is None else "activation"), BY)
    if units is not None and not isinstance(units, bool):
        raise ArgumentTypeError(f"units must be True, False or None, got {describe(units)}.")
    theme = check_choice("theme", theme, ["auto", "light", "dark"])
    sample = _checked_sample(network, trace, by, sample)
    words = WORDS[check_choice("language", language, WORDS)]
    scene = scene_of_network(network, by=by, trace=trace, sample=sample, units=units, words=words)
    title = _title(network, words) if title is None else checked_text("title", title)
    description = _description(scene) if description is None else checked_text("description", description)
    return Drawing(svg_of_network(scene, theme, title, description), title, description)


def _checked_sample(network: Structure, trace: PassTrace | None, by: str, sample: int) -> int:
    """Check that the trace has what is to be shown, and is of this network."""
    sample = check_integer("sample", sample, minimum=0)
    if trace is None:
        if by != "weight":
            raise ArgumentError(f"by must be 'weight' without a trace, got {by!r}. Pass trace=net.trace(x, t).")
        return sample
    wanted = {name: array.shape for name, array in network.parameters.items()}
    if {name: array.shape for name, array in trace.parameters.items()} != wanted or trace.network.n_in != network.n_in:
        raise ArgumentError("trace must be of this network, whose parameters have other names or shapes.")
    if by == "gradient" and "loss" not in trace:
        raise ArgumentError("by='gradient' must be given a trace with gradients. Give trace the targets too.")
    rows = len(trace["X"])
    if sample >= rows:
        raise ArgumentError(f"sample must be less than {rows}, the number of samples in the trace, got {sample}.")
    return sample


def _title(network: Structure, words: NetworkWords) -> str:
    widths = [network.n_in, *(place.n_out for place in network.places if network.layers[place.index].starts_block)]
    parameters = sum(array.size for array in network.parameters.values())
    return words.title.format(widths="-".join(map(str, widths)), parameters=parameters)


def _description(scene: NetworkScene) -> str:
    """Tell the network in words: block by block."""
    first, *rest = scene.blocks
    words = scene.words
    before = words.through.format(layers=", ".join(first.layers)) if first.layers else ""
    lines = [words.input_described.format(width=first.width, through=before)]
    lines += [
        words.block_described.format(
            output=block.output, layers=", ".join(block.layers), width=block.width, parameters=block.parameters
        )
        for block in rest
    ]
    if scene.columns:
        lines.append(words.lines_described.format(line=words.line[scene.by]))
    return "\n".join(lines)
