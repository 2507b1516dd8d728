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


class Team:
    """Chooses between all threads and one, by what a step took.

    Parameters
    ----------
    threads : int
        How many there are.

    Examples
    --------
    >>> team = Team(2)
    >>> for _ in range(4):  # two threads take 9 s a step, one takes 2
    ...     team.took(9.0 if team.now() == 2 else 2.0)
    >>> team.now()
    1
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._now = threads
        self._alone, self._together, self._best = math.inf, math.inf, math.inf
        self._stretches = 0

    def now(self) -> int:
        """Return how many threads the next stretch is for."""
        return self._now

    def took(self, seconds: float) -> None:
        """Learn what a step of the last stretch took, and choose for the next."""
        if self.threads == 1:
            return
        self._stretches += 1
        if self._now == 1:
            self._alone = seconds
            if self._together <= seconds or self._stretches >= AGAIN:
                self._now, self._stretches = self.threads, 0
            return
        self._together, self._best = seconds, min(self._best, seconds)
        untried = self._alone == math.inf and self._stretches > 1  # the first stretch meets cold caches
        if untried or seconds > self._alone or seconds > SLOWER * self._best:
            self._now, self._stretches = 1, 0
