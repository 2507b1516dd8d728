"""Data for the commands: a name or a path, in the form that a network takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.fashion import FASHION_CLASSES, load_fashion_mnist
from glassnet.data.loading import load_data
from glassnet.data.mnist_loader import load_mnist
from glassnet.mathematics.checks import DataError, check_choice
from glassnet.training.recipes import RECIPES

if TYPE_CHECKING:
    import argparse

    from glassnet.data.dataset import Split
    from glassnet.data.preprocessing import Preprocessing

NAMES = ("mnist", "fashion-mnist")

HELD_OUT = 0.1
"""What is held out of the training samples where there is no test set, and for early stopping."""


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name the data."""
    parser.add_argument("name", nargs="?", default=None, help="mnist (the default) or fashion-mnist")
    parser.add_argument(
        "--data", metavar="PATH", help="your own: a CSV, an .npz, a folder of IDX files or of pictures by class"
    )
    parser.add_argument(
        "--label-column",
        metavar="NAME",
        help="the column of a CSV with the label: its name or number, from 0; -1 is the last",
    )


def read_dataset(options: argparse.Namespace) -> Dataset:
    """Return the data that the options name."""
    if options.data is not None:
        if options.name is not None:
            raise DataError(f"give a name or --data, not both: got {options.name!r} and {options.data!r}.")
        return load_data(options.data, label_column=_as_column(options.label_column))
    if options.name in RECIPES:
        raise DataError(
            f"{options.name!r} is a recipe, not the name of data: say `glassnet train --recipe {options.name}`."
        )
    name = check_choice("the name of the data", options.name or "mnist", NAMES)
    loader = load_mnist if name == "mnist" else _fashion
    (x_train, t_train), (x_test, t_test) = loader(normalize=False)
    names = tuple("0123456789") if name == "mnist" else FASHION_CLASSES
    return Dataset(x_train, t_train, x_test, t_test, names, (28, 28), name)


def as_trained(targets: Any, dataset: Dataset, preprocessing: Preprocessing) -> Any:
    """Return class indices as the model knows them: the data's classes are found by name among the model's."""
    names, known = dataset.class_names, preprocessing.class_names
    if not names or not known or names == known:
        return targets
    strange = [name for name in names if name not in known]
    if strange:
        raise DataError(
            f"{dataset.source} has the class {strange[0]!r}, but the model knows {', '.join(known)}. Use other data."
        )
    return np.array([known.index(name) for name in names])[targets]


def _as_column(text: str | None) -> str | int | None:
    """Return a column's number, from 0, or from the end if negative, if that is what the text is; else its name."""
    return int(text) if text is not None and text.lstrip("-").isdigit() else text


def _fashion(*, normalize: bool) -> Any:
    return load_fashion_mnist(normalize=normalize, download=True)


def with_test_set(dataset: Dataset, seed: int, limit: int | None) -> Dataset:
    """Return the data with a test set, taken out of the training samples at random if it has none."""
    if limit is not None:
        dataset = replace(dataset, x_train=dataset.x_train[:limit], t_train=dataset.t_train[:limit])
    if dataset.x_test is not None:
        return dataset
    rest, (x_test, t_test) = hold_out(dataset, HELD_OUT, [seed, 4], "test")
    return replace(rest, x_test=x_test, t_test=t_test)


def hold_out(dataset: Dataset, share: float, seeds: list[int], purpose: str) -> tuple[Dataset, Split]:
    """Take a share of the samples to train on out of them, at random, for another purpose."""
    count = len(dataset.x_train)
    held = max(1, round(share * count))
    if held >= count:
        few = "sample is" if count == 1 else "samples are"
        raise DataError(f"{dataset.source}: {count} {few} too few to train and to {purpose} on. Add samples.")
    order = np.random.default_rng(seeds).permutation(count)
    there, kept = np.sort(order[:held]), np.sort(order[held:])
    taken = dataset.x_train[there], dataset.t_train[there]
    return replace(dataset, x_train=dataset.x_train[kept], t_train=dataset.t_train[kept]), taken


def are_digits(dataset: Dataset, options: argparse.Namespace) -> bool:
    """Say whether pictures are to be brought into MNIST's form: for digits of MNIST's size, whoever wrote them."""
    named = options.data is None and (options.name or "mnist") == "mnist"
    return named or (dataset.image_shape == (28, 28) and dataset.class_names == tuple("0123456789"))
