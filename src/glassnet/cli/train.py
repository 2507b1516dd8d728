"""`glassnet train`: train a network by a recipe, and leave the model, its history and pictures of both."""

from __future__ import annotations

import argparse
import warnings
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.output import FAILED, INTERRUPTED, SUCCEEDED, add_common_options, print_error, print_json
from glassnet.cli.report import check_output_folder, write_report
from glassnet.cli.sources import add_data_options, read_dataset
from glassnet.cli.values import integer, list_of, name_of, number, or_word
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import SCALINGS
from glassnet.mathematics.checks import DataError
from glassnet.mathematics.targets import one_hot
from glassnet.model import Network
from glassnet.training import schedules
from glassnet.training.callbacks import EarlyStopping, Evaluate
from glassnet.training.executors import EXECUTORS, MOST_THREADS
from glassnet.training.fit import NotFiniteWarning
from glassnet.training.interrupt import InterruptBetweenSteps
from glassnet.training.optimizers import OPTIMIZERS
from glassnet.training.recipes import ACTIVATIONS, RECIPES, Recipe

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
SCHEDULES = {
    "constant": schedules.Constant,
    "step": schedules.StepDecay,
    "cosine": schedules.Cosine,
    "warm-up": schedules.WarmUp,
    "one-cycle": schedules.OneCycle,
}
HELD_OUT = 0.1
"""What is held out of the training samples where there is no test set, and for early stopping."""


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
    parser.add_argument(
        "--recipe", type=name_of(RECIPES), default="default", metavar="NAME", help="see below (default: default)"
    )
    parser.add_argument("--out", metavar="FOLDER", help="where results go (default: runs/DATA-RECIPE)")
    group = parser.add_argument_group("changes to the recipe")
    group.add_argument(
        "--hidden", type=list_of(integer(0)), metavar="N,N,…", help="widths of the hidden layers; 0 for none"
    )
    group.add_argument(
        "--activation",
        type=list_of(name_of(ACTIVATIONS)),
        metavar="NAME,…",
        help=f"{', '.join(ACTIVATIONS)}; one for all, or one each",
    )
    group.add_argument("--output", choices=("softmax", "sigmoid"), help="the output layer")
    group.add_argument("--init", metavar="NAME", help="auto, he, xavier, normal, zeros")
    group.add_argument("--no-bias", action="store_true", help="layers without biases")
    group.add_argument("--batch-norm", action="store_true", help="batch normalization in each hidden layer")
    group.add_argument(
        "--dropout", type=number(at_least=0, below=1), metavar="RATE", help="dropout after each hidden layer"
    )
    group.add_argument("--scaling", type=name_of(SCALINGS), metavar="NAME", help=f"of pixels: {', '.join(SCALINGS)}")
    group.add_argument("--optimizer", type=name_of(OPTIMIZERS), metavar="NAME", help=", ".join(OPTIMIZERS))
    group.add_argument("--learning-rate", type=number(above=0), metavar="RATE")
    group.add_argument(
        "--schedule", type=name_of(SCHEDULES), metavar="NAME", help=f"of the learning rate: {', '.join(SCHEDULES)}"
    )
    group.add_argument("--weight-decay", type=number(at_least=0), metavar="RATE")
    group.add_argument("--epochs", type=integer(1), metavar="N")
    group.add_argument("--steps", type=integer(1), metavar="N", help="end after so many steps")
    group.add_argument(
        "--batch-size",
        type=or_word("full", integer(1)),
        metavar="N",
        help="1 is online learning, full is all samples",
    )
    group.add_argument("--no-shuffle", action="store_true", help="take the samples in their order")
    group.add_argument("--no-augmentation", action="store_true", help="take the pictures as they are")
    group.add_argument("--evaluate-every", type=integer(1), metavar="N", help="print the test accuracy every N samples")
    group.add_argument(
        "--patience",
        type=integer(1),
        metavar="N",
        help="stop after N epochs without a better loss on a held-out tenth",
    )
    group.add_argument("--limit", type=integer(1), metavar="N", help="train on the first N samples only")
    group.add_argument("--dtype", choices=("float32", "float64"), default="float32")
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


def changed_recipe(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """Return the recipe with what the options change."""
    given = {
        "output": options.output,
        "init": options.init,
        "dropout": options.dropout,
        "scaling": options.scaling,
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "evaluate_every": options.evaluate_every,
        "bias": False if options.no_bias else None,
        "shuffle": False if options.no_shuffle else None,
        "batch_norm": True if options.batch_norm else None,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if options.steps is not None or options.epochs is not None:  # who says how many epochs wants all of them
        changes["max_steps"] = options.steps
    if options.no_augmentation:
        changes["augmentation"] = None
    changes |= _hidden_layers(recipe, options)
    changes["optimizer"] = _optimizer(recipe, options)
    return replace(recipe, **changes)


def _hidden_layers(recipe: Recipe, options: argparse.Namespace) -> dict[str, Any]:
    """Return widths and activations of the hidden layers; one activation stands for all."""
    hidden = recipe.hidden if options.hidden is None else _widths(options.hidden)
    activations = recipe.activations if options.hidden is None else recipe.activations[:1]
    if options.activation is not None:
        activations = options.activation
    if hidden and len(activations) not in {1, len(hidden)}:
        raise DataError(
            f"--activation must name one for all or one for each of {len(hidden)} hidden layers, "
            f"got {len(activations)}."
        )
    return {"hidden": hidden, "activations": activations}


def _widths(given: tuple[int, ...]) -> tuple[int, ...]:
    if given == (0,):
        return ()
    if 0 in given:
        raise DataError(
            "--hidden must be widths such as 100,50, or 0 alone for no hidden layer: a layer has at least one unit."
        )
    return given


def _optimizer(recipe: Recipe, options: argparse.Namespace) -> Any:
    """Return the optimizer with its rate, schedule and weight decay as the options say."""
    optimizer = recipe.optimizer
    if options.optimizer is not None:
        optimizer = OPTIMIZERS[options.optimizer]()
    rate = optimizer.learning_rate
    if options.learning_rate is not None:
        rate = options.learning_rate
    if options.schedule is not None:
        base = rate if isinstance(rate, int | float) else getattr(rate, "maximum", getattr(rate, "learning_rate", 0.01))
        rate = SCHEDULES[options.schedule](base)
    decay = optimizer.weight_decay if options.weight_decay is None else options.weight_decay
    return replace(optimizer, learning_rate=rate, weight_decay=decay)


def with_test_set(dataset: Dataset, seed: int, limit: int | None) -> Dataset:
    """Return the data with a test set, taken out of the training samples at random if it has none."""
    if limit is not None:
        dataset = replace(dataset, x_train=dataset.x_train[:limit], t_train=dataset.t_train[:limit])
    if dataset.x_test is not None:
        return dataset
    count = len(dataset.x_train)
    held = max(1, round(HELD_OUT * count))
    if held >= count:
        raise DataError(f"{dataset.source}: {count} sample is too few to train and to test on. Add samples.")
    order = np.random.default_rng([seed, 4]).permutation(count)
    test, train = np.sort(order[:held]), np.sort(order[held:])
    return replace(
        dataset,
        x_train=dataset.x_train[train],
        t_train=dataset.t_train[train],
        x_test=dataset.x_train[test],
        t_test=dataset.t_train[test],
    )


def are_digits(dataset: Dataset, options: argparse.Namespace) -> bool:
    """Say whether pictures are to be brought into MNIST's form: for digits of MNIST's size, whoever wrote them."""
    named = options.data is None and (options.name or "mnist") == "mnist"
    return named or (dataset.image_shape == (28, 28) and dataset.class_names == tuple("0123456789"))


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
