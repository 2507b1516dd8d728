"""`glassnet legacy`: the lectures' own code, run as it is."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager, nullcontext, redirect_stdout
from typing import TYPE_CHECKING, Any, TextIO, cast

from glassnet.cli.output import SUCCEEDED, add_common_options, print_json
from glassnet.legacy.running.modules import provided_names
from glassnet.legacy.running.numpy_names import lost_names
from glassnet.legacy.running.runner import run_script

if TYPE_CHECKING:
    from collections.abc import Iterator

EPILOG = """\
examples:
  glassnet legacy run neuralnet_mnist.py              a script of the book; sample_weight.pkl lies beside it
  glassnet legacy run train.py --epochs 3             what follows the script is the script's own
  glassnet legacy run lecture.ipynb                   the cells of a notebook, in order
  glassnet legacy run --compare numpy.txt             a >>> transcript, and whether it prints what it says
  glassnet legacy list                                the modules and names that are provided
"""
RUN_EPILOG = """\
examples:
  glassnet legacy run softmax.py
  glassnet legacy run --pictures activation.py        figures become activation-1.png, … beside the script
  glassnet legacy run --compare numpy.txt

For this run alone the names that Python, NumPy and Matplotlib removed come back (xrange, np.asfarray);
common, dataset, two_layer_net and joy can be imported unless the script's folder has its own; mnist_train.csv and
mnist_test.csv, in Drive or elsewhere, are served from the packaged MNIST; pickles are read without running what is in
them. The script itself is run with all your rights: run only scripts that you trust.

--json: what the script prints comes first, as ever; the last line of the output is one JSON object, with the status,
what was mended, and the pictures. It has a line to itself even where the script does not end its own.

exit status: the script's own; 1 if it fails, or a transcript says something else; 130 after Ctrl-C
"""


def add_parser(commands: Any) -> None:
    """Add the command and its own commands to the parser."""
    parser = commands.add_parser(
        "legacy",
        help="run the lectures' own code unchanged",
        description="Run code that was written for the lectures or their book, on today's Python.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = parser.add_subparsers(dest="part", metavar="COMMAND", required=True)
    run_parser = parts.add_parser(
        "run",
        help="run a script, a notebook or a >>> transcript",
        description="Run a script, a notebook or a >>> transcript as it is.",
        epilog=RUN_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run_parser.add_argument("--pictures", action="store_true", help="save figures beside the script, screen or not")
    run_parser.add_argument("--compare", action="store_true", help="compare a transcript's outputs with what it says")
    add_common_options(run_parser)
    run_parser.add_argument("script", metavar="SCRIPT", help="a .py, an .ipynb, or a text that begins with >>>")
    run_parser.add_argument("arguments", metavar="ARGS", nargs=argparse.REMAINDER, help="what the script is given")
    run_parser.set_defaults(run=run)
    list_parser = parts.add_parser(
        "list",
        help="the modules and names that are provided",
        description="List the modules that scripts can import, and the names that NumPy gets back.",
        epilog="examples:\n  glassnet legacy list\n  glassnet legacy list --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_common_options(list_parser)
    list_parser.set_defaults(run=show_list)


def run(options: argparse.Namespace) -> int:
    """Run a script; what is mended or saved is told on stderr, so that stdout is the script's own."""
    with _whole_lines() if options.json else nullcontext():
        outcome = run_script(
            options.script,
            options.arguments,
            say=_say,
            save_pictures=options.pictures,
            compare=options.compare,
        )
    if options.compare:
        right = outcome.compared - len(outcome.differences)
        _say(f"{right} of {outcome.compared} outputs are as the transcript says")
    if options.json:
        print_json(
            {
                "script": options.script,
                "status": outcome.status,
                "notes": outcome.notes,
                "pictures": [str(path) for path in outcome.pictures],
                "compared": outcome.compared,
                "differences": outcome.differences,
            }
        )
    return outcome.status


def show_list(options: argparse.Namespace) -> int:
    """List what is provided."""
    modules, lost = provided_names(), sorted(lost_names(), key=str.casefold)
    if options.json:
        print_json({"modules": modules, "numpy": lost})
        return SUCCEEDED
    width = max(map(len, modules))
    for module, names in modules.items():
        print(f"{module:{width}}  {', '.join(names)}")
    print(f"\nback in NumPy:\n{', '.join(lost)}")
    return SUCCEEDED


class _Watched:
    """A text stream that knows whether its last line is finished."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.is_finished = True

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # what is written there is not seen
            self.is_finished = False
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write."""
        self.is_finished = text.endswith("\n") if text else self.is_finished
        return int(self._stream.write(text))


@contextmanager
def _whole_lines() -> Iterator[None]:
    """End the last line of what a script prints, so that JSON has a line of its own, for errors too."""
    watched = _Watched(sys.stdout)
    try:
        with redirect_stdout(cast("TextIO", watched)):
            yield
    finally:
        if not watched.is_finished:
            print()


def _say(words: str) -> None:
    print(f"glassnet: {words}", file=sys.stderr, flush=True)
