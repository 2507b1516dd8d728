"""`glassnet card`: write the model card of a model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from glassnet.cli.output import SUCCEEDED, add_common_options, print_json
from glassnet.cli.sources import add_data_options, read_dataset
from glassnet.cli.values import integer
from glassnet.lessons.languages import LANGUAGES, of_locale
from glassnet.mathematics.checks import ArgumentError
from glassnet.model import load
from glassnet.training.executors import MOST_THREADS
from glassnet.training.fit import thread_limit

ENDINGS = (".md", ".markdown", ".txt")
"""Of a card's file: so that a slip of the hand overwrites no data and no model."""
EPILOG = """\
examples:
  glassnet card model.safetensors                             what the model file tells
  glassnet card model.safetensors mnist --out CARD.md         with its metrics on MNIST's test images
  glassnet card model.safetensors --data my.csv --label-column species --lang ko
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "card",
        help="write a model card",
        description="Write what a model is, how it was trained, how well it does, and what is not known of it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a .safetensors file that glassnet wrote")
    add_data_options(parser)
    parser.add_argument("--title", default="", metavar="TEXT", help="the model's name (default: the file's)")
    parser.add_argument("--licence", default="", metavar="TEXT", help="of the data that it was trained on")
    parser.add_argument("--lang", choices=LANGUAGES, help="Korean or English (default: as the locale)")
    parser.add_argument("--out", metavar="FILE", help="where the card goes (default: it is printed)")
    parser.add_argument("--threads", type=integer(1, MOST_THREADS), metavar="N", help="threads of the matrix products")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, if there is data, and write."""
    if options.out is not None and Path(options.out).suffix.casefold() not in ENDINGS:
        raise ArgumentError(f"--out must end in {', '.join(ENDINGS)}, got {options.out!r}: a card is Markdown.")
    network = load(options.model)
    dataset = read_dataset(options) if options.name is not None or options.data is not None else None
    with thread_limit(options.threads):
        card = network.card(
            dataset,
            name=options.title or Path(options.model).stem,
            licence=options.licence,
            language=options.lang or of_locale(),
        )
    if options.out is not None:
        print(f"written to {card.save(options.out)}")
    else:
        print(card, end="")
    if options.json:
        measured = card.measured
        figures = {} if measured is None else {"accuracy": measured.accuracy, "loss": measured.loss}
        curve = None if measured is None else measured.reliability
        error = None if curve is None else curve.error
        print_json({"model": str(options.model), **figures, "calibration_error": error, "out": options.out})
    return SUCCEEDED
