"""How `NotADigit` is fitted: on digits that the network learns from, and on what is made up to be no digit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.data.augmentation import Augmentation
from glassnet.glass.refusal import foreign
from glassnet.glass.refusal.detector import (
    ALPHABET,
    DIGITS,
    OTHER,
    Limits,
    NotADigit,
    judging_network,
    nearest_example,
    odds,
    reads_digits,
)
from glassnet.glass.refusal.letters import LATIN, letters, printed_digits
from glassnet.glass.refusal.strokes import strokes_of
from glassnet.mathematics.checks import ArgumentError, DataError, check_integer, check_number
from glassnet.mathematics.targets import preferred_class
from glassnet.network import reference
from glassnet.network.backends import to_numpy
from glassnet.training.fit import FitArguments, as_scaling, fit
from glassnet.training.optimizers import AdamW
from glassnet.training.schedules import OneCycle

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.scaling import Scaling
    from glassnet.training.run import Trainable

SHARE: Final = 0.0065
"""The share of digits that may be refused: less than the 1% that is promised, for those who chance to be stranger."""
SHARE_BY_DISTANCE: Final = 0.001
"""The part of it that may be refused for their distance alone."""
FEWEST: Final = 1_000
HELD_OUT, MOST_HELD_OUT = 0.25, 10_000
MOST_DIGITS: Final = 45_000
MOST_UNCHANGED: Final = 28_000
EXAMPLES: Final = 12
"""How many typical forms of each digit are kept."""
ROUNDS: Final = 6
"""How often they are moved to the middle of the digits nearest to them."""
EPOCHS, BATCH, RATE, DECAY = 10, 200, 0.003, 0.02
CHANGED = Augmentation(rotation=10, shift=0.8, scale=0.12, shear=0.2, elastic=0.4, thickness=0.6, images_per_map=4)
TYPESET = Augmentation(rotation=12, shift=1, scale=0.2, shear=0.25, elastic=0.5, thickness=0.8, images_per_map=4)
ANYWHERE = Augmentation(rotation=8, shift=3, scale=0.25, shear=0.2, thickness=0.6, images_per_map=4)


def fit_not_a_digit(  # noqa: PLR0913  # what a training needs
    network: Trainable,
    x: ArrayLike,
    t: ArrayLike,
    *,
    scaling: Scaling | str | None = None,
    share: float = SHARE,
    seed: int | None = None,
    executor: str = "auto",
    threads: int | None = None,
) -> NotADigit:
    """Fit what a network that reads digits refuses by; `glassnet.Network.fit_refusal` describes the arguments."""
    check_number("share", share, above=0, below=0.5)
    rng = np.random.default_rng([network.seed if seed is None else check_integer("seed", seed, minimum=0), 5])
    x, digits = _checked(network.on_numpy(), to_numpy(x), t)
    order = rng.permutation(len(x))
    count = min(MOST_HELD_OUT, int(HELD_OUT * len(x)))
    held_out, known = order[:count], order[count : count + MOST_DIGITS]
    as_fed = as_scaling(scaling)
    fed = [(x[rows] if as_fed is None else as_fed(x[rows])).astype(np.float32) for rows in (known, held_out)]
    black, span = _range(fed[0])
    pixels, unseen = ((rows - black) / span for rows in fed)
    strokes, classes = _everything(pixels, digits[known], rng)
    middle, spread = strokes.mean(axis=0), float(strokes.std())
    judge = judging_network(seed=int(rng.integers(2**31)))
    arguments = FitArguments(
        optimizer=AdamW(OneCycle(RATE, up=0.2), weight_decay=DECAY),
        epochs=EPOCHS,
        batch_size=BATCH,
        executor=executor,
        threads=threads,
        verbose=0,
    )
    fit(judge, (strokes - middle) / np.float32(spread), classes, arguments)
    unchanged = slice(min(len(known), MOST_UNCHANGED))
    examples = _typical(strokes[unchanged], classes[unchanged], rng)
    judge.training_state = judge.last_step = None
    unseen_strokes = strokes_of(unseen)
    distance, _ = nearest_example(unseen_strokes, examples)
    log_odds, _ = odds(reference.predict(judge, (unseen_strokes - middle) / np.float32(spread)))
    ink = np.concatenate([rows.sum(axis=1) for rows in (pixels, unseen)])
    limits = choose_limits(ink, distance, log_odds, share)
    far = distance > limits.distance
    return NotADigit(
        judge,
        middle,
        spread,
        examples,
        float(black),
        float(span),
        limits,
        usual_distance=float(np.median(distance)),
        held_out=count,
        refused=int((far | (log_odds > limits.log_odds)).sum()),
        far=int(far.sum()),
    )


def _checked(network: Trainable, x: ArrayLike, t: ArrayLike) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the inputs as an array and which digit each is, or say why nothing can be fitted to them."""
    if not reads_digits(network):
        raise ArgumentError(
            f"a network that refuses what is no digit must take pictures of 28 × 28 pixels and have 10 classes, "
            f"got {network.n_in} inputs and {network.n_out} outputs. Fit it to a network that reads digits."
        )
    rows = reference.checked_inputs(network, x)
    if len(rows) < FEWEST:
        raise DataError(
            f"x must have at least {FEWEST:,} digits, got {len(rows):,}. Give what the network learnt from."
        )
    digits = preferred_class(network.as_targets(t, len(rows)))
    counts = np.bincount(digits, minlength=DIGITS)
    if counts.min() < 2 * EXAMPLES:
        raise DataError(
            f"x must have at least {2 * EXAMPLES} of each digit, got {counts.min()} of {counts.argmin()}. Give more."
        )
    return rows, digits


def _range(fed: NDArray[np.float32]) -> tuple[np.float32, np.float32]:
    """Return what the network is fed for no ink, and how much more it is fed for full ink."""
    black, full = fed.min(), fed.max()
    if not (np.isfinite(black) and np.isfinite(full) and full > black):
        raise DataError(f"x must hold finite pictures that are not all alike, got values from {black} to {full}.")
    return black, full - black


def _everything(
    pixels: NDArray[np.float32], digits: NDArray[np.intp], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Return the strokes and classes of all that the judging network learns from, the unchanged digits first."""
    n = min(len(pixels), MOST_UNCHANGED)
    few = max(600, n // 7)
    changed = rng.integers(len(pixels), size=max(1_000, int(0.7 * n)))
    groups: list[tuple[NDArray[np.float32], Any]] = [
        (pixels[:n], digits[:n]),
        (_inked(CHANGED(pixels[changed], rng), rng), digits[changed]),
        _printed(max(400, n // 8), rng),
        _letters(max(5_000, 5 * n // 4), rng),
        *((make(few, rng), OTHER) for make in (foreign.noise, foreign.textures, foreign.shapes)),
        (foreign.scribbles(few, rng), OTHER),
        (foreign.heaps(few // 2, rng, pixels), OTHER),
    ]
    strokes = [strokes_of(part) for part, _ in groups]
    classes = [np.broadcast_to(of, len(part)) for part, of in groups]
    return np.concatenate(strokes), np.concatenate(classes).astype(np.intp)


def _printed(count: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    glyphs = printed_digits()
    chosen = rng.integers(len(glyphs.pixels), size=count)
    return TYPESET(glyphs.pixels[chosen], rng), glyphs.characters[chosen].astype(np.intp)


def _letters(count: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Return letters, a third of them off the middle; a letter's class is its place in the alphabet."""
    glyphs = letters()
    chosen = rng.integers(len(glyphs.pixels), size=count)
    third = count // 3
    changed = np.concatenate(
        [ANYWHERE(glyphs.pixels[chosen[:third]], rng), TYPESET(glyphs.pixels[chosen[third:]], rng)]
    )
    numbers = {letter: OTHER + 1 + ALPHABET.index(letter.upper()) for letter in LATIN}
    return _inked(changed, rng), np.array([numbers.get(str(letter), OTHER) for letter in glyphs.characters[chosen]])


def _inked(pixels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return pictures of which a third has the hard edges of a pen on a screen, and a tenth some noise."""
    hard = rng.random(len(pixels)) < 1 / 3
    count = int(hard.sum())
    steepness = rng.uniform(1, 4, (count, 1)).astype(np.float32)
    middle = rng.uniform(0.35, 0.6, (count, 1)).astype(np.float32)
    pixels[hard] = np.clip((pixels[hard] - middle) * steepness + middle, 0, 1)
    noisy = rng.random(len(pixels)) < 0.1
    grain = rng.normal(0, rng.uniform(0.01, 0.06), pixels[noisy].shape).astype(np.float32)
    pixels[noisy] = np.clip(pixels[noisy] + grain, 0, 1)
    return pixels


def _typical(strokes: NDArray[np.float32], digits: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the middles of `EXAMPLES` clusters of each digit, by k-means."""
    found = []
    for digit in range(DIGITS):
        own = strokes[digits == digit][:2_000]
        middles = own[rng.choice(len(own), EXAMPLES, replace=False)]
        for _ in range(ROUNDS):
            squares = (middles**2).sum(axis=1) - 2 * own @ middles.T
            nearest = squares.argmin(axis=1)
            members = [own[nearest == number] for number in range(EXAMPLES)]
            middles = np.stack(
                [part.mean(axis=0) if len(part) else old for part, old in zip(members, middles, strict=True)]
            )
        found.append(middles)
    return np.concatenate(found).astype(np.float32)


def choose_limits(
    ink: NDArray[Any], distance: NDArray[np.float64], log_odds: NDArray[np.float64], share: float
) -> Limits:
    """Return the limits by which less than a share of held-out digits is refused: share · N − √(share · N) of N.

    Other digits will be refused a little more or less often; the root is the standard deviation of such a count.

    The distance refuses at most its part of the share, and no digit has half as little ink as the one with the least,
    or a quarter more than the one with the most; the odds refuse as many as are left.

    Examples
    --------
    >>> ten = np.arange(10.0)
    >>> choose_limits(ten + 1, ten, ten, share=0.4)
    Limits(least_ink=0.5, most_ink=12.5, distance=9.0, log_odds=7.0)
    """
    by_distance = int(min(SHARE_BY_DISTANCE, share / 2) * len(distance))
    farthest = float(np.sort(distance)[::-1][by_distance])
    left = log_odds[distance <= farthest]
    aim = share * len(distance)
    allowed = int(aim - np.sqrt(aim)) - (len(distance) - len(left))
    return Limits(
        float(0.5 * ink.min()), float(1.25 * ink.max()), farthest, float(np.sort(left)[::-1][max(0, allowed)])
    )
