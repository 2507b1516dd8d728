"""What a training leaves in its folder: the model, its history, and pictures."""

from __future__ import annotations

import json
import os
import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import write_atomically
from glassnet.glass import plots
from glassnet.mathematics.checks import DataError
from glassnet.training.evaluation import evaluate

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.data.dataset import Dataset
    from glassnet.model import Network
    from glassnet.training.history import History


MODEL = "model.safetensors"
PICTURES = "learning_curves.png", "confusion_matrix.png", "mistakes.png", "first_layer_weights.png"


def check_output_folder(folder: Path) -> Path:
    """Make the folder if need be, and make sure that files can be written there, before anything is computed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"glassnet")
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        raise DataError(
            f"results cannot be written to {folder}: {error.strerror or error}. Name another folder with --out."
        ) from None
    return folder


def write_report(
    network: Network, history: History, dataset: Dataset, x_test: NDArray[Any], out: Path, *, quiet: bool
) -> dict[str, Any]:
    """Evaluate the network on the test set and write everything into `out`; return the figures."""
    t_test = np.asarray(dataset.t_test)
    measured = evaluate(network, x_test, t_test, keep_outputs=True)
    probabilities = np.asarray(measured.outputs)
    result: dict[str, Any] = {
        "test_accuracy": measured.accuracy,
        "test_loss": measured.loss,
        "test_samples": len(t_test),
        "train_samples": len(dataset.x_train),
        "epochs": len(history.epochs.get("epoch", [])),
        "steps": len(history.steps.get("step", [])),
        "seconds": float(sum(history.epochs.get("seconds", []))),
        "stopped": history.stopped,
    }
    figures = {name: result[name] for name in ("test_accuracy", "test_loss")}
    network.metadata |= {name: value for name, value in figures.items() if np.isfinite(value)}
    _keep_previous(out / MODEL, quiet=quiet)
    network.save(out / MODEL)
    content = json.dumps(history.to_dict(), indent=1)
    write_atomically(out / "history.json", content.encode())
    files = [MODEL, "history.json", *_write_pictures(network, history, dataset, probabilities, out)]
    for stale in set(PICTURES) - set(files):  # of an earlier training in the same folder
        (out / stale).unlink(missing_ok=True)
    result["files"] = [str(out / name) for name in files]
    if not quiet:
        print(f"written to {out}: {', '.join(files)}", flush=True)
    return result


def _keep_previous(model: Path, *, quiet: bool) -> None:
    """Keep the model of an earlier training in the same folder under another name."""
    if model.is_file():
        previous = model.with_stem(f"{model.stem}.previous")
        model.replace(previous)
        if not quiet:
            print(f"the model that was there is now {previous}", flush=True)


def _write_pictures(
    network: Network, history: History, dataset: Dataset, probabilities: NDArray[Any], out: Path
) -> list[str]:
    t_test = np.asarray(dataset.t_test)
    predicted = np.argmax(probabilities, axis=1)
    names = list(dataset.class_names)
    written = []

    def save(drawing: Any, name: str) -> None:
        plots.save_figure(drawing, out / name)
        written.append(name)

    if history.epochs.get("epoch"):
        save(plots.learning_curves_figure(history), "learning_curves.png")
    readable = bool(np.isfinite(probabilities).all())  # not so if the training went to nan
    if readable:
        save(plots.confusion_matrix(t_test, predicted, class_names=names), "confusion_matrix.png")
    if dataset.image_shape is not None:
        if readable:
            images = np.asarray(dataset.x_test).reshape(-1, *dataset.image_shape)
            save(plots.mistakes(images, t_test, probabilities, class_names=names), "mistakes.png")
        save(plots.first_layer_weights(network, image_shape=dataset.image_shape), "first_layer_weights.png")
    return written
