"""`glassnet export`: a model as a file of another kind, or the other way round."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from glassnet.cli.output import SUCCEEDED, add_common_options, print_json
from glassnet.interop.formats import export, format_of, function_of, options_of, read_network
from glassnet.mathematics.checks import ArgumentError
from glassnet.model import Network

EPILOG = """\
examples:
  glassnet export runs/mnist-default/model.safetensors digits.onnx   for onnxruntime and all that reads ONNX
  glassnet export model.safetensors digits.keras    for Keras 3; digits.pt is PyTorch's state dict
  glassnet export model.safetensors digits.py       one Python file that needs NumPy alone: python digits.py input.csv
  glassnet export model.safetensors digits.c        one C99 file that needs nothing
  glassnet export model.safetensors digits.mjs      one JavaScript module, for a page or Node
  glassnet export model.safetensors raw.onnx --raw  it takes what the network is fed, instead of pixels
  glassnet export theirs.onnx ours.safetensors      a multilayer perceptron from elsewhere, to trace, explain, play with
  glassnet export theirs.onnx ours.safetensors --output logits       which ends with the value of that name

The endings of the two names say what is read and what is written. What the model records of how its inputs are made
(pixels divided by 255, a table's columns brought to mean 0) is written too, unless --raw is given; Keras's and
PyTorch's files hold the layers alone.
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "export",
        help="write a model as ONNX, Keras, PyTorch, Python, C, JavaScript, or read one from ONNX or Keras",
        description="Write a model as ONNX, Keras, PyTorch, Python, C or JavaScript; or read ONNX and Keras.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a .safetensors file of glassnet, an .onnx or a .keras file")
    parser.add_argument("out", metavar="OUT", help="the file to write: its ending says what kind")
    parser.add_argument("--raw", action="store_true", help="leave out how inputs are made of pixels or a table's rows")
    parser.add_argument("--output", metavar="NAME", help="of an ONNX file: the value that the network ends with")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read the one file, write the other, and say how it is used."""
    read_as, written_as = format_of(options.model, reading=True), format_of(options.out)
    out = Path(options.out)
    if out.exists() and Path(options.model).exists() and out.samefile(options.model):
        raise ArgumentError(f"{out} is the model itself. Name another file to write.")
    network = read_network(options.model, Network, **({} if options.output is None else {"output": options.output}))
    export(network, out, **({"preprocessing": False} if options.raw else {}))
    can_hold = "preprocessing" in options_of(function_of(written_as.writer))
    inside = bool(network.preprocessing) and not options.raw and can_hold
    result = {
        "model": options.model,
        "read_as": read_as.name,
        "out": str(out),
        "written_as": written_as.name,
        "bytes": out.stat().st_size,
        "n_in": network.n_in,
        "n_out": network.n_out,
        "preprocessing_inside": inside,
    }
    print(network)
    print(f"{out}: {written_as.name}, {result['bytes']:,} bytes")
    print(f"it takes {_input_words(network, inside=inside)}")
    if written_as.use:
        print(written_as.use.format(path=str(out), name=out.name))
    if options.json:
        print_json(result)
    return SUCCEEDED


def _input_words(network: Network, *, inside: bool) -> str:
    numbers = f"{network.n_in} numbers a sample"
    if not inside:
        return f"{numbers}, as the network is fed them"
    table = network.preprocessing.get("kind") == "table"
    return f"{numbers}: {'the columns of a table, as they are' if table else 'pixels from 0 to 255'}"
