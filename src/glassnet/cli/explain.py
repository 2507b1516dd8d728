"""`glassnet explain`: why a model answers as it does about a picture."""

from __future__ import annotations

import argparse
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.output import SUCCEEDED, add_common_options, picture_in_text, print_json
from glassnet.cli.sources import NAMES, as_trained, read_dataset
from glassnet.cli.values import integer
from glassnet.data.preprocessing import Preprocessing
from glassnet.glass import plots
from glassnet.glass.plots.files import NO_DATE, checked_place
from glassnet.lessons.languages import LANGUAGES, of_locale
from glassnet.mathematics.checks import DataError
from glassnet.model import load

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.data.dataset import Dataset
    from glassnet.glass.explain.explanation import Explanation

EPILOG = """\
examples:
  glassnet explain runs/mnist-default/model.safetensors seven.png
  glassnet explain model.safetensors seven.png --why 7 --not 1      what speaks for a 7, what for a 1
  glassnet explain model.safetensors seven.png --turn-to 9          how little would make it a 9
  glassnet explain model.safetensors seven.png --save seven-why.png --neighbours 3 --lang ko
  glassnet explain model.safetensors seven.png --save why.json --quiet
  glassnet explain clothes.safetensors coat.png --data fashion-mnist --why coat --not shirt

In the small picture on the right, # and + are pixels that speak for the class, = and - are pixels against it.
Neighbours are looked for in MNIST if the model reads digits; for other models name the training data with --data.
"""
DIGITS = tuple("0123456789")
FOR, AGAINST = " +#", " -="
"""The letters of the map: little, some, much."""
SOME, MUCH = 0.05, 0.3
"""From which share of the largest contribution on a pair of pixels counts as some, or much."""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "explain",
        help="say why a model answers as it does about a picture",
        description="Say why: what each hidden unit and each pixel adds, which training samples are near, and how "
        "little would turn the answer.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a .safetensors file that glassnet wrote")
    parser.add_argument("image", metavar="IMAGE", help="a picture: PNG, JPEG, …")
    parser.add_argument("--why", metavar="CLASS", help="the class to explain (default: the model's answer)")
    parser.add_argument("--not", dest="why_not", metavar="CLASS", help="against which (default: the runner-up)")
    parser.add_argument(
        "--turn-to", metavar="CLASS", default="any", help="what the smallest change is to lead to (default: any)"
    )
    parser.add_argument("--layer", metavar="NAME", help="the hidden layer whose units are asked (default: the last)")
    parser.add_argument(
        "--neighbours", type=integer(0), default=5, metavar="N", help="how many (default: 5; 0 for none)"
    )
    parser.add_argument("--data", metavar="PATH", help="the training data: mnist, fashion-mnist, or a path")
    parser.add_argument("--label-column", metavar="NAME", help="the column of a CSV with the label")
    parser.add_argument("--save", metavar="PATH", help="save it: a figure in .png, .svg or .pdf, or .json")
    parser.add_argument("--lang", choices=LANGUAGES, help="Korean or English (default: as the locale)")
    parser.add_argument("--quiet", action="store_true", help="no pictures in the terminal")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Explain, print, save."""
    count = options.neighbours
    save = None if options.save is None else checked_place(options.save, [*NO_DATE, ".json"])
    network = load(options.model)
    preprocessing = Preprocessing.from_dict(network.preprocessing)
    image = preprocessing.from_picture(options.image)
    black = np.zeros((1, image.size), dtype=np.uint8)
    explanation = network.explain(
        preprocessing(image.reshape(1, -1)),
        why=options.why,
        why_not=options.why_not,
        layer=options.layer,
        data=_training_data(options, preprocessing) if count else None,
        neighbours=count,
        baseline=preprocessing(black)[0],
        turn_to=options.turn_to,
        language=options.lang or of_locale(),
    )
    if not options.quiet:
        print(_pictures(explanation, image), end="\n\n")
    print(explanation, flush=True)
    if save is not None:
        _save(explanation, *save)
    if options.json:
        print_json({"model": str(options.model), "image": options.image, **explanation.to_dict()})
    return SUCCEEDED


def _training_data(options: argparse.Namespace, preprocessing: Preprocessing) -> Dataset | None:
    """Return where neighbours are looked for, its classes numbered as the model's; None if nothing says where."""
    known = options.data in NAMES
    reads_digits = preprocessing.kind == "digit" and preprocessing.class_names == DIGITS
    name = options.data if known else "mnist" if options.data is None and reads_digits else None
    path = None if known else options.data
    if name is None and path is None:
        return None
    dataset = read_dataset(argparse.Namespace(name=name, data=path, label_column=options.label_column))
    if dataset.class_names and not preprocessing.class_names:
        raise DataError(f"{dataset.source} has classes, but the model does not name its own. Leave --data out.")
    return replace(dataset, t_train=as_trained(dataset.t_train, dataset, preprocessing))


def _pictures(explanation: Explanation, image: NDArray[Any]) -> str:
    """Return the picture, and what its pixels add, beside each other."""
    grey = picture_in_text(image).splitlines()
    signed = contributions_in_text(explanation.inputs.contributions.reshape(image.shape)).splitlines()
    width = image.shape[1]
    return "\n".join(f"{left:<{width}}   {right}".rstrip() for left, right in zip_longest(grey, signed, fillvalue=""))


def contributions_in_text(contributions: NDArray[Any]) -> str:
    """Draw contributions with the letters of a terminal, two pixels above each other in one.

    >>> print(contributions_in_text(np.array([[1.0, 0.1, 0.0], [0.0, 0.0, -0.9]])))
    #+=
    """
    rows = np.vstack([contributions, np.zeros((len(contributions) % 2, contributions.shape[1]))])
    pairs = rows[::2] + rows[1::2]
    largest = float(np.abs(pairs).max()) or 1.0
    levels = np.digitize(np.abs(pairs) / largest, [SOME, MUCH])
    return "\n".join(
        "".join((FOR if value > 0 else AGAINST)[level] for value, level in zip(*line, strict=True)).rstrip()
        for line in zip(pairs, levels, strict=True)
    )


def _save(explanation: Explanation, place: Path, ending: str) -> None:
    if ending == ".json":
        explanation.save(place)
    else:
        plots.save_figure(explanation.plot(), place)
