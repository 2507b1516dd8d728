"""The models that the playground brings along, and how each is made: `python -m glassnet.playground.packaged_models`.

A session takes copies of them, so that what one page teaches a model no other page sees.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from glassnet.data.mnist_loader import load_mnist
from glassnet.data.preprocessing import Preprocessing
from glassnet.model import Network, load
from glassnet.training.optimizers import Adam
from glassnet.training.recipes import RECIPES, Recipe
from glassnet.training.schedules import OneCycle

FOLDER = Path(__file__).parent / "models"
_AUGMENTED = replace(RECIPES["default"], optimizer=Adam(OneCycle(0.004, up=0.2)), epochs=20, batch_size=100)


@dataclass(frozen=True)
class Packaged:
    """A model that comes with the playground.

    Attributes
    ----------
    recipe : Recipe
        How it was trained, on all 60,000 digits of MNIST.
    seed : int
    """

    recipe: Recipe
    seed: int = 0


PACKAGED = {
    "small": Packaged(replace(_AUGMENTED, hidden=(32, 16))),
    "large": Packaged(replace(_AUGMENTED, hidden=(256, 128))),
    "lecture": Packaged(RECIPES["two-layer"]),
}
"""`small` has few enough units to look at each; `large` reads best; `lecture` is lecture 002's, not augmented."""


def open_packaged(name: str) -> Network:
    """Return a fresh copy of a packaged model.

    Examples
    --------
    >>> [layer.n_out for layer in open_packaged("small").layers[::2]]
    [32, 16, 10]
    """
    return load(FOLDER / f"{name}.safetensors")


def build(name: str) -> Path:
    """Train a packaged model anew, and write it where the playground looks for it."""
    recipe, seed = PACKAGED[name].recipe, PACKAGED[name].seed
    (x_train, t_train), (x_test, t_test) = load_mnist(normalize=False)
    preprocessing = Preprocessing("digit", tuple("0123456789"), scaling=recipe.scale)
    network = Network(recipe.layers(784, 10), recipe.loss, seed=seed)
    network.preprocessing = preprocessing.to_dict()
    network.fit(
        x_train,
        t_train,
        optimizer=recipe.optimizer,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        max_steps=recipe.max_steps,
        augmentation=recipe.augmentation,
        scaling=recipe.scale,
    )
    network.metadata |= {
        "data": "mnist",
        "name": name,
        "test_accuracy": network.accuracy(preprocessing(x_test), t_test),
    }
    FOLDER.mkdir(exist_ok=True)
    return network.save(FOLDER / f"{name}.safetensors")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or PACKAGED:
        path = build(chosen)
        print(f"{path.name}: {path.stat().st_size:,} bytes, test accuracy {load(path).metadata['test_accuracy']:.4f}")
