"""How a training that someone watches is led: run, pause, single steps, speed, rate; and questions between two steps.

The training has a thread of its own, and all that touches its network happens there: what the page wants of it is
handed over with `Baton.ask`, and done between two steps.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLongError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from glassnet.playground.message import RefusedError
from glassnet.training.callback import Callback
from glassnet.training.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.training.run import Run

    Answer = TypeVar("Answer")

SPEEDS: dict[str, float | None] = {"slow": 20.0, "normal": 300.0, "full": None}
"""Steps a second; None for as many as there can be."""
LONGEST_WAIT = 120.0
"""Seconds: a first compilation of the engine lies within."""
LATE = 0.25
"""Seconds by which a training may lag behind its speed, and make up for it."""


@dataclass
class LiveRate(Schedule):
    """A learning rate that is changed while the training runs.

    >>> live = LiveRate(0.1)
    >>> live.value = 0.2
    >>> live.rate(0, 10, 5), live
    (0.2, 0.2)
    """

    value: float

    def rate(self, step: int, total_steps: int, steps_per_epoch: int) -> float:
        """Return the rate as it stands."""
        return self.value

    def __repr__(self) -> str:
        """Write it as the number that it is, as the model's file keeps it."""
        return repr(self.value)


class Baton:
    """What the page wants of a training; its thread obeys between two steps.

    Attributes
    ----------
    running : bool
        Whether it may go on.
    granted : int
        How many steps it is to make although it does not run.
    speed : str
        One of `SPEEDS`.
    ending : bool
        Whether it is to end for good.
    """

    def __init__(self) -> None:
        self.running, self.granted, self.speed, self.ending = False, 0, "normal", False
        self.changed = threading.Condition()
        self._questions: deque[tuple[Callable[[], Any], Future[Any]]] = deque()

    @property
    def hurrying(self) -> bool:
        """Whether nothing keeps the next step from being made at once."""
        return self.running and not self._questions and not self.ending and SPEEDS[self.speed] is None

    @property
    def wanted(self) -> bool:
        """Whether a step is to be made."""
        return self.running or self.granted > 0

    def set(self, **wishes: Any) -> None:
        """Change what is wanted: running, granted, speed, ending."""
        with self.changed:
            for name, value in wishes.items():
                setattr(self, name, value)
            self.changed.notify_all()

    def tell(self, question: Callable[[], Answer]) -> Future[Answer]:
        """Have a function called in the training's thread, between two steps.

        Raises
        ------
        RefusedError
            If the training is over.
        """
        answer: Future[Answer] = Future()
        with self.changed:
            if self.ending:
                raise RefusedError("train-over", "this training is over. Start anew.")
            self._questions.append((question, answer))
            self.changed.notify_all()
        return answer

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Have it called, and return its answer.

        Raises
        ------
        RefusedError
            If the training is over, or still waits for the engine.
        """
        try:
            return self.tell(question).result(LONGEST_WAIT)
        except WaitedTooLongError:
            raise RefusedError("train-busy", "the training does not answer yet. Wait a little.") from None

    def answer(self) -> None:
        """Answer what was asked; to be called in the training's thread."""
        while self._questions:
            question, answer = self._questions.popleft()
            try:
                answer.set_result(question())
            except BaseException as error:  # noqa: BLE001  # it belongs to whoever asked
                answer.set_exception(error)

    def refuse(self) -> None:
        """Refuse what is still asked, since the training is over."""
        while self._questions:
            self._questions.popleft()[1].set_exception(RefusedError("train-over", "this training is over."))

    def wait(self, seconds: float | None = None) -> None:
        """Wait for something to change, at most so long."""
        with self.changed:
            # Without an end to the wait, what was asked for before it began must not be slept over.
            if not self._questions and not self.ending and (seconds is not None or not self.wanted):
                self.changed.wait(seconds)

    def spend(self, steps: int) -> None:
        """Take off steps that were granted, and are made."""
        with self.changed:
            self.granted = max(0, self.granted - steps)


class Turn:
    """When something is to be done again: not too often, and at a small share of the thread's own time.

    Not of the clock's: what other programs take is no cost of looking.

    Parameters
    ----------
    least : float
        Seconds between two times.
    share : float
        Of the thread's time that it may take, where the training hurries.
    most : float
        Seconds after which it is due in any case.
    """

    def __init__(self, least: float, share: float, most: float) -> None:
        self._least, self._share, self._most = least, share, most
        self._at, self._pause, self._began = -most, 0.0, 0.0

    def due(self) -> bool:
        """Say whether it is time."""
        passed = time.perf_counter() - self._at
        return passed >= self._least and (passed >= self._most or time.thread_time() - self._began >= self._pause)

    def take(self, work: Callable[[], Any], *, hurrying: bool) -> None:
        """Do it, and see when it is time again."""
        began = time.thread_time()
        work()
        self._at, self._began = time.perf_counter(), time.thread_time()
        self._pause = (self._began - began) / self._share if hurrying else 0.0


class Conductor(Callback):
    """Keep a training to what is wanted of it, and look at it from time to time.

    Parameters
    ----------
    baton : Baton
    frames : Turn
        When to look.
    look : callable (run, resting)
        Shows the training. `resting` says that it is about to wait: everything is to be shown as it stands.
    """

    def __init__(self, baton: Baton, frames: Turn, look: Callable[[Run, bool], None]) -> None:
        self._baton, self._frames, self._look = baton, frames, look

    def on_train_begin(self, run: Run) -> None:
        """Begin to count."""
        self._step = run.step
        self._due = time.perf_counter()

    def steps_to_next(self, run: Run) -> int | None:
        """Return one step at a time where steps are counted."""
        return None if self._baton.hurrying else 1

    def on_step_end(self, run: Run) -> None:
        """Look, if it is time, and wait as long as nothing is to be done."""
        baton = self._baton
        if baton.granted:
            baton.spend(run.step - self._step)
        self._step = run.step
        if self._frames.due():
            self._frames.take(lambda: self._look(run, False), hurrying=baton.hurrying)
        if not baton.hurrying:
            self._hold(run)
        if baton.ending:
            run.stop("ended")

    def _hold(self, run: Run) -> None:
        """Wait until the next step may be made."""
        baton, shown = self._baton, False
        speed = SPEEDS[baton.speed]
        self._due = max(self._due + (1 / speed if speed else 0), time.perf_counter() - LATE)
        while not baton.ending:
            baton.answer()
            left = self._due - time.perf_counter()
            if baton.granted or (baton.running and (left <= 0 or SPEEDS[baton.speed] is None)):
                return
            if baton.running:
                baton.wait(min(left, 0.05))
            elif not shown and not self._ended(run):
                self._look(run, True)
                shown = True
            elif self._ended(run):  # the last step of all: the training ends, and says so itself
                return
            else:
                baton.wait()

    @staticmethod
    def _ended(run: Run) -> bool:
        return run.step >= run.total_steps
