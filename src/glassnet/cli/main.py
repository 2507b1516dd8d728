"""The entry point: which command, and what becomes of its errors."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from glassnet.cli import card, data, evaluate, explain, export, legacy, lesson, play, predict, trace, train, tune
from glassnet.cli.output import FAILED, INTERRUPTED, output_that_may_close, print_error, print_json
from glassnet.mathematics.checks import GlassnetError
from glassnet.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

DESCRIPTION = "glassnet: neural networks made of glass."
EPILOG = """\
examples:
  glassnet train mnist                        train on the digits; results go to runs/mnist-default
  glassnet train mnist --recipe two-layer     lecture 002's network
  glassnet evaluate runs/mnist-default/model.safetensors
  glassnet predict runs/mnist-default/model.safetensors my-seven.jpg
  glassnet explain runs/mnist-default/model.safetensors my-seven.jpg --not 1
  glassnet export runs/mnist-default/model.safetensors digits.onnx
  glassnet tune mnist --trials 20             search for a better network
  glassnet data show mnist --index 7
  glassnet legacy run neuralnet_mnist.py      the lectures' code, unchanged

exit status: 0 done, 1 failed (one sentence says why), 2 wrong usage, 130 interrupted by Ctrl-C
"""


class _Parser(argparse.ArgumentParser):
    """A parser that tells wrong usage in JSON too, if that is asked for."""

    _given: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, and remember what."""
        self._given = sys.argv[1:] if args is None else args
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        if "--json" in self._given:
            print_json({"error": message})
        super().error(message)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="glassnet", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"glassnet {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in (train, tune, evaluate, predict, explain, trace, card, export, play, data, lesson, legacy):
        command.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a letter shows a ? instead of failing
            stream.reconfigure(errors="replace")
    options = build_parser().parse_args(arguments)
    with output_that_may_close():
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        status: int = options.run(options)
    except KeyboardInterrupt:
        print_error("interrupted", as_json=options.json)
        return INTERRUPTED
    except Exception as error:  # whatever it is, a person gets one sentence
        if options.debug:
            raise
        if isinstance(error.__context__, KeyboardInterrupt):  # a library made an error of its own out of a Ctrl-C
            print_error("interrupted", as_json=options.json)
            return INTERRUPTED
        words = str(error) or type(error).__name__
        if not isinstance(error, GlassnetError | OSError | MemoryError):
            words = f"{type(error).__name__}: {error}. This is a mistake in glassnet; --debug shows where."
        print_error(words, as_json=options.json)
        return FAILED
    return status
