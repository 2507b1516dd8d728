"""What the default recipe is for: reading digits that a person draws, or that a font prints, from picture files."""

import json

import numpy as np
import pytest
from PIL import Image

from drawn_digits import FONTS, drawn_digit, font_digit, random_scene

pytestmark = pytest.mark.slow


@pytest.fixture
def model(default_model):
    return default_model / "model.safetensors"


def share_read_rightly(glassnet, model, pictures, folder):
    paths = []
    for index, (digit, picture) in enumerate(pictures):
        path = folder / f"{index}-{digit}.png"
        Image.fromarray(picture).save(path)
        paths.append(path)
    _, lines, _ = glassnet("predict", model, *paths, "--quiet", "--json")
    predictions = json.loads(lines[-1])["predictions"]
    read = [prediction["top"][0]["class"] if "top" in prediction else "" for prediction in predictions]
    return np.mean([answer == str(digit) for answer, (digit, _) in zip(read, pictures, strict=True)])


def test_digits_drawn_by_hand(glassnet, model, tmp_path):
    rng = np.random.default_rng(2026)
    pictures = [
        (digit, drawn_digit(digit, random_scene(rng, thin=0.05, thick=0.12), rng)) for digit in [*range(10)] * 5
    ]
    assert share_read_rightly(glassnet, model, pictures, tmp_path) >= 0.9


def test_digits_of_fonts(glassnet, model, tmp_path):
    rng = np.random.default_rng(2026)
    pictures = [(k % 10, font_digit(k % 10, FONTS[k % len(FONTS)], random_scene(rng), rng)) for k in range(200)]
    assert share_read_rightly(glassnet, model, pictures, tmp_path) >= 0.9
