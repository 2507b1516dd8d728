"""`glassnet train`: train a network by a recipe, and leave the model, its history and pictures of both."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.output import FAILED, INTERRUPTED, SUCCEEDED, add_common_options, print_error, print_json
from glassnet.cli.recipe_options import add_recipe_options, changed_recipe
from glassnet.cli.report import check_output_folder, write_report
from glassnet.cli.sources import HELD_OUT, add_data_options, are_digits, read_dataset, with_test_set
from glassnet.cli.values import integer, name_of
from glassnet.data.preprocessing import Preprocessing
from glassnet.mathematics.checks import DataError
from glassnet.mathematics.targets import one_hot
from glassnet.model import Network
from glassnet.training.callbacks import EarlyStopping, Evaluate
from glassnet.training.executors import EXECUTORS, MOST_THREADS
from glassnet.training.fit import NotFiniteWarning
from glassnet.training.interrupt import InterruptBetweenSteps
from glassnet.training.recipes import RECIPES, Recipe

if TYPE_CHECKING:
    from glassnet.data.dataset import Dataset
    from glassnet.training.history import History
    from glassnet.training.run import Run

RECIPE_LIST = "\n".join(f"  {name:12} {recipe.description}" for name, recipe in RECIPES.items())
EPILOG = f"""\
recipes:
{RECIPE_LIST}

examples:
  glassnet train mnist
  glassnet train mnist --recipe deep-online --json
  glassnet train mnist --hidden 100,50 --activation tanh --optimizer momentum --learning-rate 0.05 --epochs 3
  glassnet train --data letters/ --out runs/letters      a folder of pictures, one subfolder a class
  glassnet train --data iris.csv --label-column species

Ctrl-C ends the training early; the model so far and its report are written all the same.
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network",
        description="Train a network by a recipe; every part of the recipe can be changed.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data_options(parser)
    parser.add_argument("--out", metavar="FOLDER", help="where results go (default: runs/DATA-RECIPE)")
    add_recipe_options(parser)
    parser.add_argument(
        "--seed", type=integer(0), default=0, metavar="N", help="the same seed gives the same bits (default: 0)"
    )
    parser.add_argument(
        "--threads",
        type=integer(1, MOST_THREADS),
        metavar="N",
        help="how many threads work (default: one a core, or one alone while other programs take cores)",
    )
    parser.add_argument(
        "--executor", type=name_of(EXECUTORS), default="auto", metavar="NAME", help="auto, compiled or reference"
    )
    parser.add_argument(
        "--refusal",
        action="store_true",
        help="learn from these digits what is none (by default glassnet goes by MNIST): up to a minute more",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress display")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train, evaluate, write the report."""
    recipe = changed_recipe(RECIPES[options.recipe], options)
    dataset = with_test_set(read_dataset(options), options.seed, options.limit)
    if len(dataset.class_names) < 2:
        got = f"{dataset.n_classes} class" if dataset.class_names else "values as targets"
        raise DataError(
            f"{dataset.source}: recipes are for two classes or more, got {got}. Use Network.fit for values."
        )
    name = Path(options.data).stem if options.data is not None else (options.name or "mnist")
    out = check_output_folder(Path(options.out) if options.out else Path("runs") / f"{name}-{options.recipe}")
    preprocessing = Preprocessing.of(dataset, recipe.scale, digits=are_digits(dataset, options))
    if options.refusal and preprocessing.kind != "digit":
        raise DataError(f"{dataset.source}: --refusal is for digits of 28 × 28 pixels. Leave it out.")
    network = make_network(recipe, dataset, options.seed, options.dtype)
    network.preprocessing = preprocessing.to_dict()
    network.metadata |= {"recipe": options.recipe, "data": dataset.source}
    if not options.quiet:
        print(f"{dataset}\n{network}", flush=True)
    x_test, t_test = preprocessing(np.asarray(dataset.x_test)), np.asarray(dataset.t_test)
    history = _fit(network, recipe, dataset, preprocessing, (x_test, t_test), options)
    if options.refusal and not history.stopped.startswith("interrupted"):
        _learn_to_refuse(network, dataset, preprocessing, options)
    # The first Ctrl-C from here on waits until all is written.
    with InterruptBetweenSteps() as interrupt:
        result = write_report(network, history, dataset, x_test, out, quiet=options.quiet)
    print(f"test accuracy {100 * result['test_accuracy']:.2f}%")
    failed = history.stopped.startswith("not finite")
    if failed:
        print_error(history.stopped, as_json=False)
        result["error"] = history.stopped
    if options.json:
        print_json({"recipe": options.recipe, "data": dataset.source, **result})
    if interrupt.asked or history.stopped.startswith("interrupted"):
        return INTERRUPTED
    return FAILED if failed else SUCCEEDED


def _fit(
    network: Network,
    recipe: Recipe,
    dataset: Dataset,
    preprocessing: Preprocessing,
    test: tuple[Any, Any],
    options: argparse.Namespace,
) -> History:
    """Train the network as the recipe says."""
    early = options.patience is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotFiniteWarning)  # the command says it as an error
        # Pictures stay bytes, and are scaled a batch at a time; the columns of a table are brought to size here.
        pictures = preprocessing.kind != "table" and dataset.x_train.dtype == np.uint8
        validation = (np.asarray(dataset.x_test), test[1]) if pictures else test
        return network.fit(
            dataset.x_train if pictures else preprocessing(dataset.x_train),
            make_targets(recipe, dataset),
            scaling=preprocessing.scaling if pictures else None,
            optimizer=recipe.optimizer,
            epochs=recipe.epochs,
            max_steps=recipe.max_steps,
            batch_size=_batch_size(recipe, options, len(dataset.x_train)),
            # Early stopping chooses by what it watches, so that it must not watch the test samples.
            validation_data=None if early else validation,
            validation_fraction=HELD_OUT if early else None,
            shuffle=recipe.shuffle,
            augmentation=recipe.augmentation if dataset.image_shape == (28, 28) else None,
            callbacks=_callbacks(recipe, options, *test),
            threads=options.threads,
            executor=options.executor,
            verbose=0 if options.quiet else 1,
        )


def _learn_to_refuse(
    network: Network, dataset: Dataset, preprocessing: Preprocessing, options: argparse.Namespace
) -> None:
    """Fit, on the training digits alone, what the model refuses by."""
    start = perf_counter()
    refusal = network.fit_refusal(
        dataset.x_train,
        dataset.t_train,
        scaling=preprocessing.scaling,
        executor=options.executor,
        threads=options.threads,
    )
    if not options.quiet:
        print(
            f"learnt to refuse in {perf_counter() - start:.0f} s: of {refusal.held_out:,} held-out digits "
            f"{refusal.refused} are refused ({refusal.refused / refusal.held_out:.2%})",
            flush=True,
        )


def _batch_size(recipe: Recipe, options: argparse.Namespace, rows: int) -> int | str:
    """Return the recipe's batch size, or less where an epoch of few samples would have fewer than ten steps."""
    if options.batch_size is not None:
        return recipe.batch_size
    return min(recipe.batch_size, max(1, rows // 10))


def make_network(recipe: Recipe, dataset: Dataset, seed: int, dtype: str) -> Network:
    """Return the network of a recipe for a data set."""
    layers = recipe.layers(dataset.n_in, dataset.n_classes)
    return Network(layers, loss=recipe.loss, seed=seed, dtype=dtype)


def make_targets(recipe: Recipe, dataset: Dataset) -> Any:
    """Return the training targets: class indices, or rows with the recipe's two values."""
    low, high = recipe.targets
    if recipe.targets == (0.0, 1.0):
        return dataset.t_train
    return one_hot(dataset.t_train, dataset.n_classes, low=low, high=high)


def _callbacks(recipe: Recipe, options: argparse.Namespace, x_test: Any, t_test: Any) -> list[Any]:
    callbacks: list[Any] = []
    if recipe.evaluate_every is not None:
        report = None if options.quiet else _print_accuracy
        callbacks.append(Evaluate(x_test, t_test, recipe.evaluate_every, report))
    if options.patience is not None:
        callbacks.append(EarlyStopping(patience=options.patience))
    return callbacks


def _print_accuracy(run: Run) -> None:
    evaluations = run.history.evaluations
    print(f"after {evaluations['samples'][-1]:6,} samples: accuracy {evaluations['accuracy'][-1]:.4f}", flush=True)
