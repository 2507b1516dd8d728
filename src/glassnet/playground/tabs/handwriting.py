"""The tab that collects one's own digits and teaches a model to read them; the digits stay in the browser."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.npz import read_npz
from glassnet.data.pictures import digit_from_picture
from glassnet.mathematics.checks import DataError
from glassnet.playground.fine_tuning import FineTuning, Plan, reads_digits
from glassnet.playground.message import RefusedError
from glassnet.playground.open_models import OpenModels, as_input
from glassnet.playground.own_digits import CLASSES, OwnDigits
from glassnet.playground.private_files import as_download, read_upload

if TYPE_CHECKING:
    from pathlib import Path

    from glassnet.data.dataset import Dataset
    from glassnet.playground.actions import Action
    from glassnet.playground.message import Message
    from glassnet.playground.sessions import Session

PIXELS = 784
MOST_PIXELS = 4_000_000
MOST_DIGITS = 1000
LEAST_DIGITS = 12
"""With fewer there is nothing to be learned and nothing to be measured."""
LEAST_HELD = 3
MOST_MIXED = 5000
MOST_EPOCHS = 100
MOST_UNPACKED = 100_000_000
"""Bytes that an archive may unpack to."""


def read(session: Session, message: Message) -> dict[str, Any]:
    """Read a picture of a digit as 28×28 pixels, and say what a model takes it for."""
    picture = message.array("picture", ndim=2, dtype="uint8", most=MOST_PIXELS)
    try:
        image = digit_from_picture(picture).image
    except DataError as error:
        raise RefusedError("hand-no-digit", str(error)) from None
    network = session.room(OpenModels).network(message.text("model", default="small"))
    answer = int(network.classify(as_input(network, image))[0]) if reads_digits(network) else None
    return {"image": image, "answer": answer}


def _own(message: Message) -> OwnDigits:
    images = message.array("images", ndim=2, dtype="uint8", most=MOST_DIGITS * PIXELS)
    labels = message.array("labels", ndim=1, dtype="uint8", most=MOST_DIGITS)
    held = message.array("held", ndim=1, dtype="uint8", most=MOST_DIGITS)
    if images.shape != (len(labels), PIXELS) or len(held) != len(labels) or labels.max(initial=0) >= CLASSES:
        raise DataError("images must be (N, 784), with N labels from 0 to 9 and N marks of those held out.")
    return OwnDigits(images, labels.astype(np.int64), held.astype(bool))


def start(session: Session, message: Message) -> dict[str, Any]:
    """Begin to teach a model one's own digits."""
    own = _own(message)
    if len(own.labels) < LEAST_DIGITS or own.held.sum() < LEAST_HELD:
        raise RefusedError(
            "hand-too-few",
            f"at least {LEAST_DIGITS} digits are needed, {LEAST_HELD} of them held out; got {len(own.labels)}, "
            f"{int(own.held.sum())} held out. Three of each digit are a good beginning.",
            least=LEAST_DIGITS,
            got=len(own.labels),
            held=int(own.held.sum()),
            least_held=LEAST_HELD,
        )
    plan = Plan(
        model=message.text("model", most=80),
        title=message.text("title", most=80),
        epochs=message.integer("epochs", 1, MOST_EPOCHS, default=15),
        rate=message.number("rate", default=0.001, above=0, at_most=1),
        mixed=message.integer("mixed", 0, MOST_MIXED, default=300),
        augment=message.flag("augment"),
        seed=message.integer("seed", 0, 2**31 - 1, default=0),
    )
    session.room(FineTuning).start(plan, own)
    return {}


def cancel(session: Session, _: Message) -> None:
    """End the fine-tuning under way."""
    session.room(FineTuning).cancel()


def outcome(session: Session, _: Message) -> dict[str, Any]:
    """Return how far the fine-tuning is, and, when it is done, what was gained and forgotten."""
    tuning = session.room(FineTuning)
    return {"news": tuning.news, "outcome": tuning.outcome}


def export(_: Session, message: Message) -> dict[str, Any]:
    """Return one's own digits as an archive: `x_train`, `t_train` and, of those held out, `x_test`, `t_test`."""
    own = _own(message)
    if not len(own.labels) or own.held.all():
        raise RefusedError("hand-nothing", "there are no digits to export yet. Write some.")
    arrays = {"x_train": own.images[~own.held].reshape(-1, 28, 28), "t_train": own.labels[~own.held]}
    if own.held.any():
        arrays |= {"x_test": own.images[own.held].reshape(-1, 28, 28), "t_test": own.labels[own.held]}
    return {"file": as_download(lambda path: np.savez_compressed(path, **arrays), ".npz")}  # type: ignore[arg-type]


def import_file(_: Session, message: Message) -> dict[str, Any]:
    """Return the digits of an archive; `held` marks those of its test set, and is left out if it has none."""
    data = read_upload(message, _read_archive, (".npz",))
    splits = [(data.x_train, data.t_train)]
    if data.x_test is not None and data.t_test is not None:
        splits.append((data.x_test, data.t_test))
    images, labels = (np.concatenate(parts) for parts in zip(*splits, strict=True))
    if images.shape[1:] != (PIXELS,) or labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise RefusedError("hand-no-digits-in-file", "the archive must hold images of 28×28 pixels with their labels.")
    if len(images) > MOST_DIGITS:
        raise RefusedError(
            "hand-too-many",
            f"at most {MOST_DIGITS} digits are kept, got {len(images)}.",
            most=MOST_DIGITS,
            got=len(images),
        )
    if images.dtype != np.uint8 or not (labels.min() >= 0 and labels.max() < CLASSES):
        raise RefusedError("hand-no-digits-in-file", "images must be uint8 from 0 to 255, labels 0 to 9.")
    held = np.repeat(np.arange(len(splits), dtype=np.uint8), [len(x) for x, _ in splits])
    return {"images": images, "labels": labels.astype(np.uint8), "held": held if len(splits) > 1 else None}


def _read_archive(path: Path) -> Dataset:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as .npz: {error}. Make the archive again.") from None
    if unpacked > MOST_UNPACKED:
        raise DataError(f"{path} would unpack to {unpacked:,} bytes, more than {MOST_UNPACKED:,}.")
    return read_npz(path)


ACTIONS: dict[str, Action] = {
    "read": read,
    "start": start,
    "cancel": cancel,
    "outcome": outcome,
    "export": export,
    "import": import_file,
}
