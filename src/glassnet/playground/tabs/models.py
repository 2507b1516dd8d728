"""The tab that opens models and traces: what is open, uploads, downloads, a model's card, a trace number by number."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from glassnet.lessons.languages import LANGUAGES
from glassnet.mathematics.checks import DataError, GlassnetError
from glassnet.model import Trace, load, load_trace
from glassnet.playground.message import RefusedError
from glassnet.playground.mnist_digits import mnist_test_digits
from glassnet.playground.model_cards import as_full_card
from glassnet.playground.open_models import OpenModels, as_input, preprocessing_of
from glassnet.playground.private_files import as_download, read_upload
from glassnet.playground.traces import WINDOW, OpenTraces, as_overview, as_picture, as_reasons, as_window

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.model import Network
    from glassnet.playground.actions import Action
    from glassnet.playground.message import Message
    from glassnet.playground.sessions import Session

MOST_TYPED = 10_000
"""Numbers in a row that is typed or pasted."""
ENDINGS = (".safetensors", ".json")
MADE_HERE = "traced"
"""The name of the trace that this tab makes; the next one takes its place."""
MOST_INDEX = 2**31


def list_models(session: Session, _: Message) -> dict[str, Any]:
    """Return what is open."""
    return {"models": session.room(OpenModels).list(), "traces": session.room(OpenTraces).list()}


def open_file(session: Session, message: Message) -> dict[str, Any]:
    """Open a model or a trace from a file."""
    opened = read_upload(message, _read, ENDINGS)
    title = message.text("name").rpartition(".")[0]
    if isinstance(opened, Trace):
        return {"kind": "trace", "name": session.room(OpenTraces).add(opened, title)}
    return {"kind": "model", "name": session.room(OpenModels).add(opened, title)}


def _read(path: Path) -> Network | Trace:
    return load_trace(path) if path.suffix == ".json" or _kind_of(path) == "trace" else load(path)


def _kind_of(path: Path) -> str:
    """Return what a safetensors file says that it is; of one that says nothing `load` tells what is wrong with it."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            return str(json.loads((file.metadata() or {})["glassnet"])["kind"])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RecursionError):
        return "model"


def card(session: Session, message: Message) -> dict[str, Any]:
    """Return all that is shown of a model, its drawing aside."""
    return as_full_card(session.room(OpenModels).network(message.text("model")))


def drawing(session: Session, message: Message) -> dict[str, Any]:
    """Return a model's drawing as SVG."""
    network = session.room(OpenModels).network(message.text("model"))
    language = message.choice("language", LANGUAGES, default="en")
    return {"svg": network.draw(theme=message.choice("theme", ("light", "dark")), language=language).svg}


def file(session: Session, message: Message) -> dict[str, Any]:
    """Return a model as the file that `gn.load` reads."""
    return {"file": as_download(session.room(OpenModels).network(message.text("model")).save, ".safetensors")}


def close(session: Session, message: Message) -> None:
    """Forget a model."""
    session.room(OpenModels).close_model(message.text("model"))


def trace(session: Session, message: Message) -> dict[str, Any]:
    """Trace a digit of MNIST's test set, or a row of numbers, through a model; with what is right, backward too."""
    name = message.text("model")
    network = session.room(OpenModels).network(name)
    mode = message.choice("mode", ("predict", "train"), default="predict")
    answer: dict[str, Any] = {}
    if "digit" in message:
        images, labels = mnist_test_digits()
        index = message.integer("digit", 0, len(images) - 1)
        x, target = _picture(network, images[index]), [int(labels[index])] if network.n_out == 10 else None
        answer = {"image": images[index].reshape(28, 28), "label": int(labels[index])}
    else:
        x = _row(network, _numbers(message, "numbers", network.n_in))
        target = _target(network, message) if message.text("target", default="").strip() else None
    try:
        made = network.trace(x, target, mode="train" if mode == "train" else "predict")
    except GlassnetError as error:
        raise RefusedError("models-not-traced", str(error), reason=str(error)) from None
    answer["trace"] = session.room(OpenTraces).add(made, name, name=MADE_HERE)
    return answer


def _picture(network: Network, image: NDArray[Any]) -> NDArray[Any]:
    try:
        return as_input(network, image)
    except DataError as error:
        raise RefusedError("models-no-pictures", str(error)) from None


def _row(network: Network, numbers: list[float]) -> Any:
    """Return the row that a network takes, brought to mean 0 and deviation 1 if its table was."""
    try:
        preprocessing = preprocessing_of(network)
    except GlassnetError:
        return [numbers]
    return preprocessing([numbers])


def _numbers(message: Message, name: str, count: int) -> list[float]:
    """Return the numbers of a text, between which there are commas, semicolons, blanks or new lines."""
    words = re.split(r"[\s,;]+", message.text(name).strip(" \t\r\n,;[]()"))
    if len(words) != count or count > MOST_TYPED:
        raise RefusedError(
            "models-wrong-count", f"{name} must be {count} numbers, got {len(words)}.", count=count, got=len(words)
        )
    try:
        return [float(word) for word in words]
    except ValueError:
        wrong = next(word for word in words if not _is_number(word))[:40]
        raise RefusedError("models-no-number", f"{wrong!r} is no number.", word=wrong) from None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _target(network: Network, message: Message) -> Any:
    """Return what is right: the number of a class, or one value for each output."""
    if network.output_kind == "values":
        return [_numbers(message, "target", network.n_out)]
    (number,) = _numbers(message, "target", 1)
    most = max(network.n_out, 2) - 1
    if number not in range(most + 1):
        raise RefusedError("models-no-class", f"a class must be a whole number from 0 to {most}.", most=most)
    return [int(number)]


def _trace(session: Session, message: Message) -> Trace:
    return session.room(OpenTraces).trace(message.text("trace"))


def overview(session: Session, message: Message) -> dict[str, Any]:
    """Return what there is in a trace."""
    return {"title": session.room(OpenTraces).title(message.text("trace")), **as_overview(_trace(session, message))}


def window(session: Session, message: Message) -> dict[str, Any]:
    """Return a part of one array of a trace, and the picture that it is of."""
    made, name = _trace(session, message), message.text("name", most=60)
    piece, row, column = (message.integer(each, 0, MOST_INDEX, default=0) for each in ("piece", "row", "column"))
    rows, columns = (message.integer(each, 1, WINDOW, default=WINDOW) for each in ("rows", "columns"))
    picked = {each: message.integer(each, 0, MOST_INDEX, default=0) for each in ("sample", "unit")}
    return {
        **as_window(made, name, piece, row, column, rows, columns),
        "picture": as_picture(made, name, picked["sample"], picked["unit"]),
    }


def why(session: Session, message: Message) -> dict[str, Any]:
    """Return why one number of a trace is what it is."""
    address = message.text("address", most=60)
    try:
        return as_reasons(_trace(session, message), address)
    except RefusedError:
        raise
    except GlassnetError as error:
        raise RefusedError("trace-address", str(error), reason=str(error), address=address) from None


def trace_file(session: Session, message: Message) -> dict[str, Any]:
    """Return a trace as the file that `gn.load_trace` reads."""
    return {"file": as_download(_trace(session, message).save, ".safetensors")}


def close_trace(session: Session, message: Message) -> None:
    """Forget a trace."""
    session.room(OpenTraces).close_trace(message.text("trace"))


ACTIONS: dict[str, Action] = {
    "list": list_models,
    "open": open_file,
    "card": card,
    "drawing": drawing,
    "file": file,
    "close": close,
    "trace": trace,
    "overview": overview,
    "window": window,
    "why": why,
    "trace-file": trace_file,
    "close-trace": close_trace,
}
