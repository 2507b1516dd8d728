"""The tab that trains: data, network and recipe as the page has them, and a training that it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.mnist_loader import IMAGE_SHAPE
from glassnet.playground.message import RefusedError
from glassnet.playground.open_models import OpenModels
from glassnet.playground.training.code import python_code
from glassnet.playground.training.data import make_data
from glassnet.playground.training.experiment import Experiment, read_rate
from glassnet.playground.training.own_table import OwnTable
from glassnet.playground.training.pacing import SPEEDS
from glassnet.playground.training.room import Trainings

if TYPE_CHECKING:
    from glassnet.playground.actions import Action
    from glassnet.playground.message import Message
    from glassnet.playground.sessions import Session

MOST_BYTES = 30 * 2**20
MOST_STEPS_AT_ONCE = 1000


def set_up(session: Session, message: Message) -> dict[str, Any]:
    """Make data and network anew; the training before, if there was one, ends."""
    experiment = Experiment.read(message)
    room = session.room(Trainings)
    data = make_data(experiment.data, experiment.seed, room.table)
    training = room.begin(experiment, data)
    wished = message.text("view", default="", most=40)
    training.view = wished if wished in training.looks.views else training.looks.views[0]
    rows = len(data.x_train)
    return {
        **training.first_frame(),
        "task": "classes" if data.class_names else "values",
        "training": rows,
        "test": len(data.x_test),
        "inputs": data.n_in,
        "pictures": data.image_shape == IMAGE_SHAPE and bool(data.class_names),
        "classes": list(data.class_names),
        "columns": list(data.columns[:2]),
        "parameters": sum(array.size for array in training.network.parameters.values()),
        "stepsPerEpoch": -(-rows // experiment.batch_of(rows)),
        "plainNumpy": training.executor == "reference",
        "views": list(training.looks.views),
        "points": training.looks.points(),
        "code": python_code(experiment, data, training.network, room.table.name if room.table else ""),
    }


def start(session: Session, message: Message) -> None:
    """Let the training run."""
    training = session.room(Trainings).current
    if training.status == "stopped":
        raise RefusedError("train-stopped", "this training has stopped for good. Reset it first.")
    training.baton.set(running=True, granted=0, speed=message.choice("speed", SPEEDS, default="normal"))


def pause(session: Session, _: Message) -> None:
    """Let it wait after the step that is under way."""
    session.room(Trainings).current.baton.set(running=False, granted=0)


def step(session: Session, message: Message) -> None:
    """Let it make some steps, and wait."""
    training = session.room(Trainings).current
    if training.status == "stopped":
        raise RefusedError("train-stopped", "this training has stopped for good. Reset it first.")
    training.baton.set(running=False, granted=message.integer("steps", 1, MOST_STEPS_AT_ONCE, default=1))


def change(session: Session, message: Message) -> None:
    """Change what can be changed while it runs: speed, rate, the picture that is shown, whether anyone watches."""
    training = session.room(Trainings).current
    if "rate" in message:
        training.rate.value = read_rate(message)
    if "speed" in message:
        training.baton.set(speed=message.choice("speed", SPEEDS))
    if "watched" in message:
        training.watched = message.flag("watched")
    if "view" in message:
        training.view = message.choice("view", training.looks.views)
        training.show_again()


def save(session: Session, _: Message) -> dict[str, Any]:
    """Return the model's file."""
    return {"bytes": np.frombuffer(session.room(Trainings).current.saved(), np.uint8)}


def keep(session: Session, message: Message) -> dict[str, Any]:
    """Open the model as it stands for the other tabs, and return its name there."""
    training = session.room(Trainings).current
    network = training.copied()
    return {"name": session.room(OpenModels).add(network, message.text("title", most=80))}


def upload(session: Session, message: Message) -> dict[str, Any]:
    """Take a CSV table, and return its columns; it is kept in memory until another comes or the session ends."""
    content = message.array("bytes", ndim=1, dtype="uint8", most=MOST_BYTES)
    table = OwnTable(message.text("name", default="table.csv", most=200), content.tobytes())
    session.room(Trainings).table = table
    return {"name": table.name, "columns": table.columns, "label": table.label}


ACTIONS: dict[str, Action] = {
    "set-up": set_up,
    "start": start,
    "pause": pause,
    "step": step,
    "change": change,
    "save": save,
    "keep": keep,
    "upload": upload,
}
