"""`glassnet evaluate`: measure a model on data."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.output import SUCCEEDED, add_common_options, print_json
from glassnet.cli.sources import add_data_options, as_trained, read_dataset
from glassnet.cli.values import integer
from glassnet.data.preprocessing import Preprocessing
from glassnet.mathematics.checks import DataError
from glassnet.mathematics.confusion import confusion_counts
from glassnet.mathematics.targets import preferred_class
from glassnet.model import load
from glassnet.network.reference import check_classifier
from glassnet.training.evaluation import evaluate
from glassnet.training.executors import MOST_THREADS
from glassnet.training.fit import thread_limit

if TYPE_CHECKING:
    from glassnet.data.dataset import Dataset

EPILOG = """\
examples:
  glassnet evaluate runs/mnist-default/model.safetensors             on MNIST's 10,000 test images
  glassnet evaluate model.safetensors --data mnist_test.csv --json
  glassnet evaluate model.safetensors mnist --split train
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a model on data",
        description="Measure a model on data: its accuracy, its loss, and each class.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a .safetensors file that glassnet wrote")
    add_data_options(parser)
    parser.add_argument(
        "--split", choices=("test", "train"), help="which samples (default: test, or all if there are none)"
    )
    parser.add_argument("--threads", type=integer(1, MOST_THREADS), metavar="N", help="threads of the matrix products")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Evaluate and print."""
    network = load(options.model)
    preprocessing = Preprocessing.from_dict(network.preprocessing)
    dataset = read_dataset(options)
    rows, targets = _split(dataset, options.split)
    if rows.shape[1] != network.n_in:
        raise DataError(
            f"{options.model} takes {network.n_in} numbers a sample, but {dataset.source} has {rows.shape[1]}. "
            "Evaluate it on data like that it was trained on."
        )
    targets = as_trained(targets, dataset, preprocessing)
    x = preprocessing(rows)
    check_classifier(network, "accuracy")
    with thread_limit(options.threads):
        measured = evaluate(network, x, targets, keep_outputs=True)
    predicted = preferred_class(np.asarray(measured.outputs))
    accuracy, loss = float(measured.accuracy or 0), measured.loss
    names = preprocessing.class_names or tuple(map(str, range(network.n_out)))
    counts = confusion_counts(targets, predicted, max(network.n_out, 2))
    by_class = {name: _share(counts[index, index], counts[index].sum()) for index, name in enumerate(names)}
    print(f"{len(x):,} samples of {dataset.source}")
    print(f"loss {loss:.4f}")
    for name, share in by_class.items():
        print(f"  {name}: {'none' if share is None else f'{100 * share:.2f}%'}")
    print(f"accuracy {100 * accuracy:.2f}% ({round(accuracy * len(x)):,} of {len(x):,})")
    if options.json:
        result = {"accuracy": accuracy, "loss": loss, "samples": len(x), "accuracy_by_class": by_class}
        print_json({**result, "confusion": counts, "data": dataset.source, "model": str(options.model)})
    return SUCCEEDED


def _split(dataset: Dataset, split: str | None) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if split == "train" or (split is None and dataset.x_test is None):
        return dataset.x_train, dataset.t_train
    if dataset.x_test is None or dataset.t_test is None:
        raise DataError(f"{dataset.source} has no test samples. Leave --split out to use all of it.")
    return dataset.x_test, dataset.t_test


def _share(right: int, of: int) -> float | None:
    return float(right / of) if of else None
