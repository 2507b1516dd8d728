"""Threads that work together on one training."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glassnet.engine.cores import LINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


WORDS_LINES = 4
"""How many words the barrier has (`memory.meet`), each in a line of its own."""
GAVE_UP = 2 * LINE_BYTES // 8
"""Where among the barrier's words stands whether a thread gave up."""
LOOK_AGAIN_SECONDS = 1.0
"""How long the caller sleeps at most before it looks whether all have ended: news may be lost to an interruption."""


class Crew:
    """A few threads that run the same function at the same time, each with its number; the caller is number 0.

    The others sleep between calls. They end when the crew is left.

    Parameters
    ----------
    threads : int
        How many, the caller included.

    Examples
    --------
    >>> seen = []
    >>> with Crew(3) as crew:
    ...     crew.run(seen.append)
    >>> sorted(seen)
    [0, 1, 2]
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._words = np.zeros((WORDS_LINES + 1) * LINE_BYTES // 8, dtype=np.int64)
        first = -self._words.ctypes.data % LINE_BYTES // self._words.itemsize
        self._barrier = self._words[first : first + WORDS_LINES * LINE_BYTES // self._words.itemsize]
        self._call: _Call | None = None
        self._begin = [threading.Semaphore(0) for _ in range(1, threads)]
        self._members = [
            threading.Thread(target=self._serve, args=(number,), daemon=True, name=f"glassnet-{number}")
            for number in range(1, threads)
        ]

    @property
    def barrier(self) -> int:
        """The address where compiled code meets (`memory.meet`)."""
        address: int = self._barrier.ctypes.data
        return address

    def __enter__(self) -> Self:
        for member in self._members:
            member.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._call = None
        for begin in self._begin:
            begin.release()
        for member in self._members:
            member.join()

    def run(self, work: Callable[[int], Any], threads: int | None = None) -> Any:
        """Call `work(number)` in every thread, or in the first few, and return what it gives in the caller's.

        An error is raised when all have ended: the caller's own, or else one of the others'. Those who wait for one
        that met with an error, in compiled code, are let go.
        """
        others = self._begin[: (self.threads if threads is None else threads) - 1]
        call = _Call(work, len(others))
        self._barrier[:] = 0
        self._call = call
        try:
            for begin in others:
                begin.release()
            result = work(0)
        except BaseException:
            # An interruption may come anywhere here. A member that is woken twice finds nothing to do.
            self._give_up()
            for begin in others:
                begin.release()
            raise
        finally:
            call.wait(self._give_up)
        if call.errors:
            raise call.errors[0]
        return result

    def _give_up(self) -> None:
        self._barrier[GAVE_UP] = 1

    def _serve(self, number: int) -> None:
        done: _Call | None = None
        while True:
            self._begin[number - 1].acquire()
            call = self._call
            if call is None:
                return
            if call is done:
                continue
            done = call
            try:
                call.work(number)
            except BaseException as error:  # noqa: BLE001  # raised in the caller's thread
                call.errors.append(error)
                self._give_up()
            call.ended(number)


class _Call:
    """A function that a crew runs, and who has ended it."""

    def __init__(self, work: Callable[[int], Any], others: int) -> None:
        self.work = work
        self.errors: list[BaseException] = []
        self._ended = [False] * others
        self._news = threading.Semaphore(0)

    def ended(self, number: int) -> None:
        self._ended[number - 1] = True
        self._news.release()

    def wait(self, give_up: Callable[[], None]) -> None:
        """Wait until all others have ended, even if interrupted meanwhile; raise the interruption then."""
        late: BaseException | None = None
        while not all(self._ended):
            try:
                self._news.acquire(timeout=LOOK_AGAIN_SECONDS)
            except BaseException as error:  # noqa: BLE001  # raised below
                late = error
                give_up()
        if late is not None:
            raise late


_idle: list[Crew] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # a child has none of its parent's threads


@contextmanager
def lent_crew(threads: int) -> Iterator[Crew]:
    """Lend a crew that sleeps until it is wanted again: to start one takes 0.3 ms, to wake it a tenth of that.

    >>> with lent_crew(2) as crew:
    ...     pass
    >>> with lent_crew(2) as other:
    ...     other is crew
    True
    """
    kept = next((crew for crew in _idle if crew.threads == threads), None)
    if kept is None:
        crew = Crew(threads).__enter__()
    else:
        try:
            _idle.remove(kept)
            crew = kept
        except ValueError:  # another thread was faster
            crew = Crew(threads).__enter__()
    try:
        yield crew
    except BaseException:
        crew.__exit__()
        raise
    _idle.append(crew)
