"""`glassnet trace`: every number of a pass, of a model and a picture or of a saved trace."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from glassnet.cli.output import SUCCEEDED, add_common_options, print_json
from glassnet.cli.values import integer
from glassnet.data.preprocessing import Preprocessing
from glassnet.glass.explain.question import as_class
from glassnet.mathematics.checks import DataError, GlassnetError
from glassnet.model import load, load_trace

if TYPE_CHECKING:
    from glassnet.glass.why import Why
    from glassnet.model import Network, Trace

EPILOG = """\
examples:
  glassnet trace model.safetensors seven.png                        forward: X, Z1, A1, Z2, A2
  glassnet trace model.safetensors seven.png --target 7             and back from the loss: dA2, dZ2, dW2, …
  glassnet trace model.safetensors seven.png --why "A2[0,7]"        one number, explained: [sample, unit], from 0
  glassnet trace model.safetensors seven.png --target 7 --why "dW2[3,7]" --save seven.trace.safetensors
  glassnet trace seven.trace.safetensors --why "dW2[3,7]"           the same numbers, from the file

A trace is saved as .safetensors, or as .json if it is small.
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "trace",
        help="show every number of a pass, and explain one",
        description="Show every number of a pass with its formula, and explain one of them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="MODEL_OR_TRACE", help="a trace; or, before an IMAGE, a model")
    parser.add_argument("image", metavar="IMAGE", nargs="?", help="a picture: PNG, JPEG, …")
    parser.add_argument("--target", metavar="CLASS", help="the right class: the pass goes back from the loss too")
    parser.add_argument("--mode", choices=("predict", "train"), help="in train mode dropout drops (default: predict)")
    parser.add_argument("--step", type=integer(0), metavar="N", help="which dropout masks train mode uses (default: 0)")
    parser.add_argument(
        "--why", metavar="ADDRESS", action="append", default=[], help='explain a number, such as "A2[0,3]"; repeatable'
    )
    parser.add_argument("--save", metavar="PATH", help="save the trace: .safetensors, or .json")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Open or make a trace; print it, explain, save."""
    trace = _open(options) if options.image is None else _make(options)
    reasons = [trace.why(address) for address in options.why]
    print(trace)
    for reason in reasons:
        print(f"\n{reason}", flush=True)
    if options.save is not None:
        trace.save(options.save)
    if options.json:
        arrays = {name: {"shape": trace[name].shape, "formula": trace.formula(name)} for name in trace.names}
        print_json(
            {"address": asdict(trace.address), "arrays": arrays, "why": [_as_json(reason) for reason in reasons]}
        )
    return SUCCEEDED


def _open(options: argparse.Namespace) -> Trace:
    given = [f"--{name}" for name in ("target", "mode", "step") if getattr(options, name) is not None]
    if given:
        raise DataError(f"{given[0]} is for a model and a picture; a trace is as it was made. Leave it out.")
    try:
        return load_trace(options.file)
    except DataError as error:
        if _is_model(options.file):
            raise DataError(
                f"{options.file} is a model. Name a picture too: glassnet trace {options.file} seven.png"
            ) from None
        raise error from None


def _is_model(path: str) -> bool:
    try:
        load(path)
    except GlassnetError:
        return False
    return True


def _make(options: argparse.Namespace) -> Trace:
    network = load(options.file)
    preprocessing = Preprocessing.from_dict(network.preprocessing)
    x = preprocessing(preprocessing.from_picture(options.image).reshape(1, -1))
    return network.trace(
        x, _target(network, preprocessing, options.target), mode=options.mode or "predict", step=options.step or 0
    )


def _target(network: Network, preprocessing: Preprocessing, given: str | None) -> list[Any] | None:
    if given is None:
        return None
    if network.output_kind == "values":
        try:
            return [[float(value) for value in given.split(",")]]
        except ValueError:
            raise DataError(f"--target must be numbers for a regression, with commas, got {given!r}.") from None
    classes = 2 if network.output_kind == "binary" else network.n_out
    return [as_class("--target", given, classes, preprocessing.class_names)]


def _as_json(why: Why) -> dict[str, Any]:
    names = ("address", "value", "total", "terms", "steps", "chain", "numerical", "kink")
    return {name: getattr(why, name) for name in names}
