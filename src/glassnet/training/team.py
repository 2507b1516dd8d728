"""How many threads to work with, while other programs come and go.

Two threads that meet after each line of a program are fast on idle cores, and slow where another program has one of the
cores: each waits for the other at every meeting (784-50-10 with batches of 100: 50 µs a step on two idle cores, 99 with
one thread, 740 with two threads and one core busy). Bits do not depend on the number of threads, so it may change.
"""

from __future__ import annotations

import math

SLOWER = 1.5
"""How many times slower than they once were all threads may get before one alone is tried."""
AGAIN = 32
"""After how many stretches by one thread all are tried again."""
TELLING_SECONDS = 0.004
"""How long a stretch must last to tell anything: the first few steps wake threads and fill caches."""


class Team:
    """Chooses between all threads and one, by what a step took.

    Parameters
    ----------
    threads : int
        How many there are.

    Attributes
    ----------
    trying : bool
        Whether the next stretch is a try, which had better be short.

    Examples
    --------
    >>> team = Team(2)
    >>> for _ in range(4):  # ten steps take two threads 9 s, one thread 2 s
    ...     team.took(9.0 if team.now() == 2 else 2.0, 10)
    >>> team.now()
    1
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.trying = False
        self._now = threads
        self._alone, self._together, self._best = math.inf, math.inf, math.inf
        self._stretches = 0

    def now(self) -> int:
        """Return how many threads the next stretch is for."""
        return self._now

    def took(self, seconds: float, steps: int) -> None:
        """Learn what the steps of a stretch took, and choose for the next."""
        if self.threads == 1 or seconds < TELLING_SECONDS or not steps:
            return
        step, before = seconds / steps, self._now
        self._stretches += 1
        if before == 1:
            self._alone = step
            if self._together <= step or self._stretches >= AGAIN:
                self._now = self.threads
        else:
            self._together, self._best = step, min(self._best, step)
            if self._alone == math.inf or step > self._alone or step > SLOWER * self._best:
                self._now = 1
        # A try that was right goes on; one that was not has ended already, and what is gone back to is no try.
        self.trying = self._now != before and not self.trying
        if self._now != before:
            self._stretches = 0
