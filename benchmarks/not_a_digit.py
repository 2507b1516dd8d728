"""How often a network refuses what is no digit, and how often a digit.

    python -m benchmarks.not_a_digit --fonts /usr/share/fonts --fashion /usr/share/datasets/fashion-mnist

Nothing that is measured here was fitted to: MNIST's test digits, Fashion-MNIST, letters in other fonts than those of
Matplotlib, and noise, scribbles and photos made in other ways than those that the detector was shown. Beside it stands
what the network's own confidence would refuse, with a limit that was chosen on the same share of training digits.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import glassnet as gn
from glassnet.data.pictures import NoInkError, digit_from_picture
from glassnet.glass.refusal.letters import LATIN
from glassnet.glass.refusal.packaged import packaged_detector
from glassnet.training.recipes import RECIPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

OWN = re.compile(
    "DejaVu|STIX|cm(b|ex|mi|r|ss|sy|ti|tt)10|Hack|Symbol|Emoji|Standard|Dingbats|Inline|Initials", re.IGNORECASE
)
"""Fonts that the detector learns from, one that derives from them, and those without letters."""
Pictures = dict[str, "NDArray[Any]"]


def made_up(rng: np.random.Generator, count: int, digits: NDArray[Any]) -> Pictures:
    """Return noise, blanks, scribbles and pieces of photos, (N, 784) from 0 to 1."""
    size = (count, 784)
    return {
        "even noise": rng.random(size),
        "normal noise with MNIST's mean and deviation": np.clip(rng.normal(0.1307, 0.3081, size), 0, 1),
        "a tenth of the pixels white": rng.random(size) < 0.1,
        "the pixels of digits in random order": rng.permuted(digits[:count], axis=1),
        "smooth noise": np.stack([_smooth(rng) for _ in range(count)]),
        "blanks (black, greys, white)": np.repeat(np.linspace(0, 1, 21)[:, None], 784, axis=1),
        "nearly blank (specks)": np.stack([_specks(rng) for _ in range(count)]),
        "digits dark on light": 1 - digits[:count],
        "scribbles": np.stack([_scribble(rng) for _ in range(min(count, 300))]),
        "pieces of photos": _photos(rng, count),
    }


def _smooth(rng: np.random.Generator) -> NDArray[Any]:
    grain = Image.fromarray((255 * rng.random((28, 28))).astype(np.uint8))
    smooth = np.asarray(grain.filter(ImageFilter.GaussianBlur(rng.uniform(1, 3))), dtype=np.float32)
    return np.clip((smooth - smooth.mean()) / (2 * smooth.std()), 0, 1).reshape(-1)


def _specks(rng: np.random.Generator) -> NDArray[Any]:
    picture = np.zeros(784)
    picture[rng.integers(784, size=rng.integers(1, 12))] = rng.random()
    return picture


def _scribble(rng: np.random.Generator) -> NDArray[Any]:
    """Return a pen that swings over a page, to and fro and up and down at four random frequencies each."""
    time = np.linspace(0, 2 * np.pi, 300)[:, None]
    path = np.zeros((300, 2))
    for _ in range(4):
        path += rng.normal(size=2) * np.sin(rng.uniform(0.5, 6, 2) * time + rng.uniform(0, 6, 2))
    path = 30 + 140 * (path - path.min(axis=0)) / (np.ptp(path) + 1e-6)
    page = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(page).line([tuple(point) for point in path.tolist()], fill=0, width=7, joint="curve")
    return in_form(np.asarray(page))


def in_form(page: NDArray[Any]) -> NDArray[Any]:
    """Return a page as glassnet prepares it; black if there is no ink on it, which is refused too."""
    try:
        return digit_from_picture(page).image.reshape(-1) / 255
    except NoInkError:
        return np.zeros(784)


def _photos(rng: np.random.Generator, count: int) -> NDArray[Any]:
    """Return square pieces of the photos that come with Matplotlib."""
    import matplotlib as mpl

    pieces = []
    photos = [Image.open(path).convert("L") for path in sorted(Path(mpl.get_data_path(), "sample_data").glob("*.jpg"))]
    for _ in range(count if photos else 0):
        photo = photos[rng.integers(len(photos))]
        side = int(rng.integers(40, min(photo.size) + 1))
        left, top = (int(rng.integers(0, length - side + 1)) for length in photo.size)
        piece = photo.crop((left, top, left + side, top + side)).resize((28, 28))
        pieces.append(np.asarray(piece, dtype=np.float32).reshape(-1) / 255)
    return np.stack(pieces) if pieces else np.zeros((0, 784))


def typeset(fonts: list[Path], characters: str) -> Iterator[tuple[str, Path, NDArray[Any], NDArray[Any]]]:
    """Draw characters in fonts: each with its page, prepared by glassnet, and as it lies in the middle of 28 × 28."""
    for path in fonts:
        large, small = (ImageFont.truetype(str(path), size) for size in (64, 22))
        absent = _drawn("\uffff", large, 96)
        for character in characters:
            page = _drawn(character, large, 96)
            if page.max() < 128 or np.array_equal(page, absent):
                continue
            yield character, path, in_form(255 - page), _drawn(character, small, 28).reshape(-1) / 255


def _drawn(character: str, font: Any, side: int) -> NDArray[Any]:
    page = Image.new("L", (side, side), 0)
    ImageDraw.Draw(page).text((side / 2, side / 2), character, fill=255, font=font, anchor="mm")
    return np.asarray(page)


def find_fonts(folder: str | None, count: int, rng: np.random.Generator) -> list[Path]:
    """Return so many fonts of a folder, or of the system, none of which the detector learns from."""
    from matplotlib import font_manager

    files = sorted(Path(name) for name in font_manager.findSystemFonts([folder] if folder else None))
    usable = [path for path in files if not OWN.search(path.name) and path.suffix in {".ttf", ".otf"}]
    chosen = rng.permutation(len(usable))[:count]
    return [usable[number] for number in sorted(chosen)]


def redrawn(digits: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Return digits as if drawn with a pen on a page: bent, enlarged, all ink or none, a third with a thick pen."""
    bent = gn.Augmentation(rotation=8, scale=0.1, shear=0.15, elastic=0.5, images_per_map=1)(digits, rng)
    pages = []
    for picture in bent.reshape(-1, 28, 28):
        grey = Image.fromarray((255 * picture).astype(np.uint8)).resize((224, 224), Image.Resampling.BICUBIC)
        ink = Image.fromarray(np.asarray(grey.filter(ImageFilter.GaussianBlur(3))) > 110).convert("L")
        pages.append(np.asarray(ink.filter(ImageFilter.MaxFilter(9)) if rng.random() < 1 / 3 else ink))
    return np.stack([in_form(255 - page) for page in pages])


def everything(options: argparse.Namespace, digits: NDArray[Any]) -> tuple[Pictures, Pictures, dict[str, list[Any]]]:
    """Return what is to be refused, what is a digit, and the prepared letters by character."""
    rng = np.random.default_rng(options.seed)
    foreign: Pictures = {}
    letters: dict[str, list[Any]] = defaultdict(list)
    fonts = find_fonts(options.fonts, options.faces, rng)
    if options.fashion:
        foreign["Fashion-MNIST, test pictures"] = gn.load_fashion_mnist(options.fashion)[1][0]
    else:
        print("no Fashion-MNIST: give its folder with --fashion")
    printed = [prepared for _, _, prepared, _ in typeset(fonts, "0123456789")]
    plain = []
    for character, _, prepared, as_is in typeset(fonts, LATIN):
        letters[character].append(prepared)
        plain.append(as_is)
    if plain:
        foreign[f"letters in {len(fonts)} other fonts, prepared"] = np.concatenate([*map(np.stack, letters.values())])
        foreign["the same letters, not prepared"] = np.stack(plain)
    foreign |= made_up(rng, 500, digits)
    moderate = gn.Augmentation(rotation=10, shift=1, scale=0.12, shear=0.2, elastic=0.4, thickness=0.6)
    own = {
        "MNIST's test digits": digits,
        "the same, turned, bent, thickened": moderate(digits, rng),
        "200 of them redrawn with a pen and prepared": redrawn(digits[rng.permutation(len(digits))[:200]], rng),
    }
    if printed:
        own[f"printed digits in {len(fonts)} other fonts, prepared"] = np.stack(printed)
    return foreign, own, letters


def network_of(options: argparse.Namespace, x: NDArray[Any], t: NDArray[Any]) -> tuple[gn.Network, gn.NotADigit]:
    """Return the network that is measured, a file's or one that a recipe makes, and what it refuses by."""
    if options.model:
        network = gn.load(options.model)
    else:
        recipe = RECIPES[options.recipe]
        network = gn.Network(recipe.layers(784, 10), loss=recipe.loss, seed=options.seed)
        network.fit(
            x,
            t,
            optimizer=recipe.optimizer,
            epochs=options.epochs or recipe.epochs,
            max_steps=recipe.max_steps,
            batch_size=recipe.batch_size,
            augmentation=recipe.augmentation,
            executor=options.executor,
            verbose=0,
        )
    detector = network.refusal or packaged_detector(network, network.preprocessing)
    if options.fit:
        start = perf_counter()
        detector = network.fit_refusal(x, t, seed=options.seed, executor=options.executor)
        print(f"learnt to refuse in {perf_counter() - start:.0f} s")
    if detector is None:
        raise SystemExit("the model does not read digits")
    return network, detector


def main() -> None:
    """Print the shares that are refused, by kind, and by letter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a model fed x / 255 (default: one is trained)")
    parser.add_argument("--recipe", default="two-layer", help="what to train (default: two-layer)")
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    parser.add_argument("--fonts", help="a folder of fonts (default: the system's)")
    parser.add_argument("--faces", type=int, default=40, help="how many of them, drawn at random (default 40)")
    parser.add_argument("--fashion", help="the folder of Fashion-MNIST's files")
    parser.add_argument("--fit", action="store_true", help="fit a detector anew (default: the one that the model has)")
    parser.add_argument("--executor", default="auto", help="auto, compiled or reference")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    (x, t), (x_test, t_test) = gn.load_mnist()
    network, detector = network_of(options, x, t)
    confidence = float(np.quantile(network.predict(x).max(axis=1), detector.refused / detector.held_out))
    print(f"test accuracy {network.accuracy(x_test, t_test):.2%}; {detector.size / 1e6:.2f} MB; {detector.limits}\n")
    foreign, own, letters = everything(options, x_test)
    print("| pictures | number | refused | by confidence alone |\n|---|---:|---:|---:|")
    for name, pictures in {**foreign, **own}.items():
        if len(pictures):
            rows = np.asarray(pictures, dtype=np.float32)
            unsure = (network.predict(rows).max(axis=1) < confidence).mean()
            print(f"| {name} | {len(rows):,} | {detector.refuses(rows).mean():.2%} | {unsure:.2%} |", flush=True)
    if letters:
        shares = {of: float(detector.refuses(np.stack(rows).astype(np.float32)).mean()) for of, rows in letters.items()}
        doubles = sorted((share, letter) for letter, share in shares.items() if share < 0.95)
        print("\nletters refused less often than 95%: " + ", ".join(f"{letter} {s:.0%}" for s, letter in doubles))


if __name__ == "__main__":
    main()
