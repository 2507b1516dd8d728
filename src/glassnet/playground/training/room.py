"""What a session keeps for the tab Train."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from glassnet.playground.message import RefusedError
from glassnet.playground.training.live_training import LiveTraining

if TYPE_CHECKING:
    from glassnet.playground.sessions import Session
    from glassnet.playground.training.data import Data
    from glassnet.playground.training.experiment import Experiment
    from glassnet.playground.training.own_table import OwnTable


class Trainings:
    """What a session keeps for the tab: the training that is on, and the table that was uploaded."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._count = 0
        self._lock = threading.Lock()
        self._closed = False
        self._current: LiveTraining | None = None
        self.table: OwnTable | None = None

    @property
    def current(self) -> LiveTraining:
        """The training that is on.

        Raises
        ------
        RefusedError
            If there is none, since glassnet was started anew.
        """
        if self._current is None:
            raise RefusedError("train-over", "this training is over. Start anew.")
        return self._current

    def begin(self, experiment: Experiment, data: Data) -> LiveTraining:
        """Put a new training in the place of the last one."""
        with self._lock:
            if self._closed:
                raise RefusedError("lost", "this page has been away too long. Load it again.")
            self._end()
            self._count += 1
            self._current = LiveTraining(self._count, self._session, experiment, data)
            return self._current

    def close(self) -> None:
        """End what is on, for good."""
        with self._lock:
            self._closed = True
            self._end()

    def _end(self) -> None:
        if self._current is not None:
            self._current.close()
            self._current = None
