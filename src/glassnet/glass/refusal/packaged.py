"""The detector that comes with glassnet: `python -m glassnet.glass.refusal.packaged` makes it from MNIST anew.

It does not depend on the network that reads, so that every network that reads digits can refuse without learning to.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet.data.mnist_loader import load_mnist
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling
from glassnet.glass.refusal.detector import DIGITS, PIXELS, NotADigit, reads_digits
from glassnet.glass.refusal.fitting import fit_not_a_digit
from glassnet.network.layers import Dense, Softmax
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    from glassnet.data.scaling import Scaling
    from glassnet.network.structure import Structure

FILE: Final = Path(__file__).with_name("digits.safetensors")
HEADER: Final = "refusal"
SEED: Final = 1


def packaged_detector(network: Structure, preprocessing: dict[str, object]) -> NotADigit | None:
    """Return the packaged detector for a network that reads digits in MNIST's form; None for another network.

    Parameters
    ----------
    network : Structure
    preprocessing : dict
        The network's own. Where it says nothing, 784 inputs and 10 outputs are taken for digits, fed from 0 to 1.
    """
    if not reads_digits(network):
        return None
    scaling = named_scaling("unit")
    if preprocessing:
        own = Preprocessing.from_dict(dict(preprocessing))
        if own.kind != "digit" or own.class_names not in ((), tuple("0123456789")):
            return None
        scaling = own.scaling
    return _as_fed(scaling)


@cache
def _as_fed(scaling: Scaling) -> NotADigit:
    black, full = map(float, scaling(np.array([0, 255], dtype=np.uint8)))
    return replace(_read(), black=black, span=full - black)


@cache
def _read() -> NotADigit:
    from safetensors import safe_open

    with safe_open(FILE, framework="np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
        return NotADigit.from_file(json.loads(file.metadata()[HEADER]), arrays)


def build() -> NotADigit:
    """Fit it on MNIST's training digits, and write it where it is looked for."""
    from safetensors.numpy import save_file

    (x, t), _ = load_mnist()
    detector = fit_not_a_digit(Trainable([Dense(PIXELS, DIGITS), Softmax()]), x, t, seed=SEED)
    save_file(detector.arrays(), FILE, {HEADER: json.dumps(detector.to_dict())})
    return detector


if __name__ == "__main__":
    made = build()
    print(
        f"{FILE.name}: {FILE.stat().st_size:,} bytes; of {made.held_out:,} held-out digits {made.refused} are refused"
    )
