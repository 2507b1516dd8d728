"""The tab that looks inside a network as it reads a drawn digit: forward, backward, one step of learning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.pictures import DigitPicture, digit_from_picture
from glassnet.lessons.languages import LANGUAGES
from glassnet.mathematics.checks import DataError, ShapeError
from glassnet.mathematics.targets import preferred_class
from glassnet.playground.digit_views import SIDE, as_backward, as_contrast, as_rows, as_why, output_of
from glassnet.playground.message import RefusedError
from glassnet.playground.open_models import OpenModels, as_input, takes_digit_pictures
from glassnet.playground.taught import Taught
from glassnet.training.optimizers import SGD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model import Network, Trace
    from glassnet.playground.actions import Action
    from glassnet.playground.message import Message
    from glassnet.playground.sessions import Session

MOST_PIXELS = 4_000_000
MOST_CLASSES = 100
DEFAULT_RATE = 0.01


def reads_pictures(network: Network) -> bool:
    """Say whether a model takes pictures of 28×28 pixels and answers with one number a class.

    Examples
    --------
    >>> from glassnet.playground.packaged_models import open_packaged
    >>> reads_pictures(open_packaged("lecture"))
    True
    """
    ending = str(network.layers[-1]).partition("(")[0]
    return takes_digit_pictures(network) and 2 <= network.n_out <= MOST_CLASSES and ending in _ANSWERS


_ANSWERS = ("Softmax", "Sigmoid")


def _network(session: Session, name: str) -> Network:
    network = session.room(OpenModels).network(name)
    if not reads_pictures(network):
        raise RefusedError(
            "digit-no-pictures", f"the model {name!r} takes no pictures of 28×28 pixels. Choose another.", name=name
        )
    return network


def models(session: Session, _: Message) -> dict[str, Any]:
    """Return the models that can be shown here, and how often each was taught."""
    held, taught = session.room(OpenModels), session.room(Taught)
    fitting = [card for card in held.list() if reads_pictures(held.network(card["name"]))]
    return {"models": [card | {"taught": taught.steps(card["name"], held.network(card["name"]))} for card in fitting]}


def look(session: Session, message: Message) -> dict[str, Any]:
    """Read a picture, or take an image that was read before, and show every layer of one model or two."""
    answer: dict[str, Any] = {}
    if "picture" in message:
        digit = _read(message.array("picture", ndim=2, dtype="uint8", most=MOST_PIXELS), message.flag("drawn"))
        image = digit.image
        answer["polarity"] = digit.polarity
        if message.flag("stages"):
            answer["stages"] = [{"name": name, "picture": picture} for name, picture in digit.stages.items()]
    else:
        image = _image(message)
    answer["image"] = image
    names = dict.fromkeys(str(name) for name in message.items("models", most=2))
    answer["models"] = [_layers(session, name, image) for name in names]
    return answer


def _read(picture: NDArray[Any], drawn: bool) -> DigitPicture:
    try:
        return digit_from_picture(picture, polarity="dark on light" if drawn else None)  # as the pad draws: quicker
    except DataError as error:
        raise RefusedError("no-digit", str(error)) from None


def _image(message: Message) -> NDArray[Any]:
    image = message.array("image", ndim=2, dtype="uint8", most=SIDE**2)
    if image.shape != (SIDE, SIDE):
        raise ShapeError(f"image must be ({SIDE}, {SIDE}), got {image.shape}.")
    return image


def _layers(session: Session, name: str, image: NDArray[Any]) -> dict[str, Any]:
    network = _network(session, name)
    trace = network.trace(as_input(network, image), mode="predict")
    output = output_of(trace)
    return {
        "name": name,
        "rows": as_rows(trace),
        "output": output,
        "probabilities": trace[output][0],
        "answer": int(preferred_class(trace[output])[0]),
        "taught": session.room(Taught).steps(name, network),
        "refusal": _refusal(network, trace["X"]),
    }


def _refusal(network: Network, x: NDArray[Any]) -> dict[str, str] | None:
    """Return why a model that reads digits takes this for none, in each language."""
    verdict = network.judge(x)[0] if network.can_refuse else None
    return {one: str(verdict.within(one)) for one in LANGUAGES} if verdict and verdict.refused else None


def _trace(session: Session, message: Message) -> tuple[str, Network, Trace]:
    """Return the trace of the image, with the backward pass where the request says what is right.

    In predict mode: what is differentiated is what is shown.
    """
    name = message.text("model")
    network = _network(session, name)
    x = as_input(network, _image(message))
    target = [message.integer("target", 0, network.n_out - 1)] if "target" in message else None
    return name, network, network.trace(x, target, mode="predict")


def why(session: Session, message: Message) -> dict[str, Any]:
    """Explain one number; a gradient where the request says what is right."""
    return as_why(_trace(session, message)[2], message.text("address", most=60))


def contrast(session: Session, message: Message) -> dict[str, Any]:
    """Explain why one class and not another: what each pixel and each hidden unit adds to the difference of the logits.

    With `turn` also the smallest change found that turns the answer to the other class.
    """
    _, network, trace = _trace(session, message)
    one, other = (message.integer(name, 0, network.n_out - 1) for name in ("why", "why_not"))
    turn_to = other if message.flag("turn") else None
    return as_contrast(network.explain(trace["X"], why=one, why_not=other, turn_to=turn_to))


def backward(session: Session, message: Message) -> dict[str, Any]:
    """Return the backward pass, stage by stage."""
    message.integer("target")
    trace = _trace(session, message)[2]
    return {"stages": as_backward(trace), "loss": float(trace["loss"]), "output": output_of(trace)}


def step(session: Session, message: Message) -> dict[str, Any]:
    """Make one step of gradient descent on this one sample, or only say what it would be (keep: false)."""
    message.integer("target")
    rate = message.number("rate", default=DEFAULT_RATE, above=0, at_most=10)
    name, network, before = _trace(session, message)
    after = before.after(SGD(rate))
    output = output_of(before)
    numbers = after[output][0]
    if not np.isfinite(numbers).all() or not np.isfinite(after["loss"]):
        raise RefusedError(
            "digit-rate", f"with a learning rate of {rate:g} the numbers grow beyond all bounds. Take a smaller one.",
            rate=f"{rate:g}",
        )  # fmt: skip
    taught = session.room(Taught)
    if message.flag("keep"):
        taught.teach(name, network, after.parameters)
    return {
        "before": before[output][0],
        "after": numbers,
        "loss": [float(before["loss"]), float(after["loss"])],
        "taught": taught.steps(name, network),
        "kept": message.flag("keep"),
    }


def undo(session: Session, message: Message) -> dict[str, Any]:
    """Take back the last step of learning of a model, or all of them (all: true)."""
    name, taught = message.text("model"), session.room(Taught)
    network = _network(session, name)
    (taught.reset if message.flag("all") else taught.undo)(name, network)
    return {"taught": taught.steps(name, network)}


ACTIONS: dict[str, Action] = {
    "models": models,
    "look": look,
    "why": why,
    "contrast": contrast,
    "backward": backward,
    "step": step,
    "undo": undo,
}
