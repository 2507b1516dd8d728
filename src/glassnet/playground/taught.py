"""What single steps of learning have made of a session's models, so that they can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glassnet.model import Network
    from glassnet.playground.sessions import Session

MOST_NUMBERS = 50_000_000
"""Kept of all models together; where it is reached the first state and the last ones are kept."""
MOST_STATES = 60


class _State(NamedTuple):
    """The parameters after so many steps."""

    steps: int
    parameters: dict[str, NDArray[Any]]
    accuracy: Any = None


class Taught:
    """The steps of learning made on each model of one session: `session.room(Taught)`."""

    def __init__(self, _: Session) -> None:
        self._states: dict[str, list[_State]] = {}

    def steps(self, name: str, network: Network) -> int:
        """Return how many steps the model has been taught here, since it was opened or changed elsewhere.

        Examples
        --------
        >>> from glassnet.playground.packaged_models import open_packaged
        >>> from glassnet.playground.sessions import Session
        >>> taught, small = Session().room(Taught), open_packaged("small")
        >>> taught.teach("small", small, {**small.parameters, "b3": small.parameters["b3"] + 1})
        >>> taught.steps("small", small), taught.undo("small", small), taught.steps("small", small)
        (1, None, 0)
        """
        return self._history(name, network)[-1].steps if name in self._states else 0

    def teach(self, name: str, network: Network, parameters: Mapping[str, NDArray[Any]]) -> None:
        """Write new parameters into a model, and remember what they were."""
        states = self._history(name, network)
        _write(network, parameters)
        network.metadata.pop("test_accuracy", None)  # it was another model's
        states.append(_State(states[-1].steps + 1, _copy(network)))
        while len(states) > 2 and (len(states) > MOST_STATES or self._numbers() > MOST_NUMBERS):
            del states[1]

    def undo(self, name: str, network: Network) -> None:
        """Take the last step back, if there is one."""
        states = self._history(name, network)
        if len(states) > 1:
            states.pop()
            _put_back(network, states[-1])

    def reset(self, name: str, network: Network) -> None:
        """Take all steps back."""
        states = self._history(name, network)
        del states[1:]
        _put_back(network, states[0])

    def _history(self, name: str, network: Network) -> list[_State]:
        """Return the states of a model, from the first on; they begin anew where others have changed it."""
        states = self._states.get(name)
        if states is None or not _same(states[-1].parameters, network):
            states = self._states[name] = [_State(0, _copy(network), network.metadata.get("test_accuracy"))]
        return states

    def _numbers(self) -> int:
        all_states = (state for states in self._states.values() for state in states)
        return sum(array.size for state in all_states for array in state.parameters.values())


def _copy(network: Network) -> dict[str, NDArray[Any]]:
    return {name: np.array(array) for name, array in network.parameters.items()}


def _write(network: Network, parameters: Mapping[str, NDArray[Any]]) -> None:
    for name, array in network.parameters.items():
        array[...] = parameters[name]


def _put_back(network: Network, state: _State) -> None:
    _write(network, state.parameters)
    if state.accuracy is not None:
        network.metadata["test_accuracy"] = state.accuracy


def _same(parameters: Mapping[str, NDArray[Any]], network: Network) -> bool:
    own = network.parameters
    return own.keys() == parameters.keys() and all(np.array_equal(own[name], parameters[name]) for name in own)
