from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

import glassnet as gn
from glassnet.glass.refusal.letters import LATIN, glyph, in_form


@pytest.fixture(scope="session")
def digits():
    return gn.load_mnist()


@pytest.fixture(scope="session")
def network(digits):
    """A small network with a detector that was fitted on 5,000 training digits."""
    (x, t), _ = digits
    net = gn.Network([gn.Dense(784, 20), gn.ReLU(), gn.Dense(20, 10), gn.Softmax()], seed=0)
    net.fit(x[:5_000], t[:5_000], epochs=2, executor="reference", verbose=0)
    net.fit_refusal(x[:5_000], t[:5_000], executor="reference")
    return net


@pytest.fixture(scope="session")
def unseen_letters():
    """Letters in a face of Matplotlib's that the detector does not learn from."""
    import matplotlib as mpl

    path = Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSansMono-BoldOblique.ttf")
    font = ImageFont.truetype(str(path), 64)
    return np.stack([in_form(glyph(letter, font)) for letter in LATIN])
