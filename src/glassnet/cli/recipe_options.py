"""The options by which a recipe is chosen and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glassnet.cli.values import integer, list_of, name_of, number, or_word
from glassnet.data.scaling import SCALINGS
from glassnet.mathematics.checks import DataError
from glassnet.training import schedules
from glassnet.training.optimizers import OPTIMIZERS
from glassnet.training.recipes import ACTIVATIONS, RECIPES, Recipe

if TYPE_CHECKING:
    import argparse

SCHEDULES = {
    "constant": schedules.Constant,
    "step": schedules.StepDecay,
    "cosine": schedules.Cosine,
    "warm-up": schedules.WarmUp,
    "one-cycle": schedules.OneCycle,
}


def add_recipe_options(parser: argparse.ArgumentParser) -> None:
    """Add them to a command's parser."""
    parser.add_argument(
        "--recipe", type=name_of(RECIPES), default="default", metavar="NAME", help="see below (default: default)"
    )
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
