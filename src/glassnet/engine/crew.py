"""Threads that work together on one training."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
        self._barrier = np.zeros(24, dtype=np.int64)
        self._work: Callable[[int], Any] | None = None
        self._begin = [threading.Semaphore(0) for _ in range(1, threads)]
        self._done = threading.Semaphore(0)
        self._errors: list[BaseException] = []
        self._members = [
            threading.Thread(target=self._serve, args=(number,), daemon=True, name=f"glassnet-{number}")
            for number in range(1, threads)
        ]

    @property
    def barrier(self) -> int:
        """The address where compiled code meets."""
        address: int = self._barrier.ctypes.data
        return -(-address // 64) * 64

    def __enter__(self) -> Self:
        for member in self._members:
            member.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._work = None
        for begin in self._begin:
            begin.release()
        for member in self._members:
            member.join()

    def run(self, work: Callable[[int], Any], threads: int | None = None) -> Any:
        """Call `work(number)` in every thread, or in the first few, and return what it gives in the caller's.

        An error is raised when all have ended: the caller's own, or else one of the others'.
        """
        self._work = work
        others = self._begin[: (self.threads if threads is None else threads) - 1]
        for begin in others:
            begin.release()
        try:
            result = work(0)
        finally:
            for _ in others:
                self._done.acquire()
            errors, self._errors = self._errors, []
        if errors:
            raise errors[0]
        return result

    def _serve(self, number: int) -> None:
        while True:
            self._begin[number - 1].acquire()
            if self._work is None:
                return
            try:
                self._work(number)
            except BaseException as error:  # noqa: BLE001  # raised in the caller's thread
                self._errors.append(error)
            self._done.release()


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
