"""The models that a session has open: those that the playground brings along, uploads, and what was trained here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from glassnet.data.preprocessing import Preprocessing
from glassnet.mathematics.checks import DataError, GlassnetError
from glassnet.playground.message import RefusedError
from glassnet.playground.packaged_models import PACKAGED, open_packaged

if TYPE_CHECKING:
    import numpy as np

    from glassnet.model import Network
    from glassnet.playground.sessions import Session

MOST_MODELS = 12
"""Besides the packaged ones."""
MOST_PARAMETERS = 20_000_000
MOST_CLASSES = 100
"""Of so many classes at most the page is told the names."""


class OpenModels:
    """The models of one session, by name: `session.room(OpenModels)`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._networks: dict[str, Network] = {}
        self._titles: dict[str, str] = {}
        self._lock = threading.RLock()

    def network(self, name: str) -> Network:
        """Return a model, this session's own copy.

        Raises
        ------
        RefusedError
            If none has that name: a link may name one that was trained on another machine.
        """
        with self._lock:
            if name not in self._networks and name in PACKAGED:
                self._networks[name] = open_packaged(name)
            if name not in self._networks:
                raise RefusedError("no-model", f"there is no model {name!r} open here. Open it again.", name=name)
            return self._networks[name]

    def add(self, network: Network, title: str, *, name: str | None = None) -> str:
        """Keep a model, and return its name; one of that name gives way.

        Raises
        ------
        RefusedError
            If it is too large, or there are as many as may be.
        """
        size = sum(array.size for array in network.parameters.values())
        if size > MOST_PARAMETERS:
            raise RefusedError(
                "model-too-large",
                f"a model must have at most {MOST_PARAMETERS:,} parameters here, got {size:,}.",
                most=f"{MOST_PARAMETERS:,}",
                got=f"{size:,}",
            )
        with self._lock:
            own = [each for each in self._networks if each not in PACKAGED]
            if name not in own and len(own) >= MOST_MODELS:
                raise RefusedError(
                    "too-many-models", f"at most {MOST_MODELS} models can be open. Close one.", most=MOST_MODELS
                )
            number = 1
            while name is None:
                name = f"model-{number}" if f"model-{number}" not in self._networks else None
                number += 1
            self._networks[name], self._titles[name] = network, title[:80]
        self._session.push("models", {"models": self.list()})
        return name

    def close_model(self, name: str) -> None:
        """Forget a model; a packaged one begins anew."""
        with self._lock:
            self._networks.pop(name, None)
            self._titles.pop(name, None)
        self._session.push("models", {"models": self.list()})

    def list(self) -> list[dict[str, Any]]:
        """Return what there is to choose from: name, title (None: the page knows it), widths, what it reads."""
        with self._lock:
            names = [*PACKAGED, *(name for name in self._networks if name not in PACKAGED)]
            return [{"name": name, "title": self._titles.get(name), **as_card(self.network(name))} for name in names]


def as_card(network: Network) -> dict[str, Any]:
    """Return what a model is chosen by: widths, size, what it reads, its classes, how well it reads MNIST."""
    try:
        preprocessing = Preprocessing.from_dict(network.preprocessing)
        reads, classes = preprocessing.kind, list(preprocessing.class_names)
    except GlassnetError:
        reads, classes = "numbers", []
    accuracy = network.metadata.get("test_accuracy")
    return {
        "layers": [str(layer) for layer in network.layers],
        "n_in": network.n_in,
        "n_out": network.n_out,
        "parameters": sum(array.size for array in network.parameters.values()),
        "reads": reads,
        "classes": _class_names(classes, network.n_out),
        "accuracy": accuracy if isinstance(accuracy, float) else None,
    }


def _class_names(given: list[str], n_out: int) -> list[str]:
    """Return a name for each class, the first of very many; a file may give names of another number."""
    count = max(n_out, 2)
    return (given if len(given) == count else [str(index) for index in range(min(count, MOST_CLASSES))])[:MOST_CLASSES]


def preprocessing_of(network: Network) -> Preprocessing:
    """Return how a model's inputs are made of pictures; of one that does not say, as MNIST's if it takes 784 numbers.

    Raises
    ------
    DataError
        If it takes no pictures.
    """
    if network.preprocessing:
        return Preprocessing.from_dict(network.preprocessing)
    if network.n_in == 784:
        return Preprocessing("digit", tuple(map(str, range(network.n_out))))
    raise DataError(f"this model takes {network.n_in} numbers, no pictures.")


def takes_digit_pictures(network: Network) -> bool:
    """Say whether a model takes pictures of the size of MNIST's, prepared as pictures.

    >>> takes_digit_pictures(open_packaged("lecture"))
    True
    """
    try:
        preprocessing = preprocessing_of(network)
    except GlassnetError:
        return False
    return network.n_in == 784 and preprocessing.kind != "table" and tuple(preprocessing.image_shape) == (28, 28)


def as_input(network: Network, image: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an image (28, 28) from 0 to 255 as the row that a network takes."""
    return preprocessing_of(network)(image.reshape(1, -1))
