"""How many threads to work with, while other programs come and go.

Two threads that meet after each line of a program are fast on idle cores, and slow where another program has one of the
cores: each waits for the other at every meeting (784-50-10 with batches of 100: 50 µs a step on two idle cores, 99 with
one thread, 740 with two threads and one core busy). Bits do not depend on the number of threads, so it may change.

Whether another program has a core shows in the processor time that the threads got: 94% of their time and more on two
idle cores, 40 to 87% with one of them busy. One thread is tried only then, or where steps have become slow. (Other
threads of the process count, too, and hide it; and on Windows that time goes by ticks of 16 ms, so that one thread may
be tried without need. Both cost little.)
"""

from __future__ import annotations

import math

SHORT_SECONDS = 0.002
"""How short steps must be for their meetings to matter; longer ones are left to all threads."""
SLOWER = 1.5
"""How many times slower than they once were all threads may get before one alone is tried."""
BETTER = 1.25
"""How many times faster one thread must be to be preferred; the first tries of a training are not exact."""
WHOLE = 0.9
"""The share of their time that threads have a processor for where nobody disturbs them, at least."""
AGAIN = 4, 64
"""After how many stretches by one thread all are tried again: the first time, and at most; it doubles in between."""
TELLING_SECONDS = 0.004
"""How long a stretch must last to tell anything; the first one, which wakes threads and fills caches, tells nothing."""


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
    >>> for _ in range(5):  # 10,000 steps take two threads 9 s, with a processor for half of it, and one thread 2 s
    ...     team.took(9.0 if team.now() == 2 else 2.0, 10_000, 0.5)
    >>> team.now()
    1
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.trying = False
        self._now = threads
        self._alone, self._together, self._best = math.inf, math.inf, math.inf
        self._stretches = 0
        self._first, self._again = True, AGAIN[0]

    def now(self) -> int:
        """Return how many threads the next stretch is for."""
        return self._now

    def took(self, seconds: float, steps: int, got: float) -> None:
        """Learn what the steps of a stretch took, and for which share of it threads got a processor; choose anew."""
        first, self._first = self._first, False
        if self.threads == 1 or first or seconds < TELLING_SECONDS or not steps:
            return
        step, before = seconds / steps, self._now
        self._stretches += 1
        if before == 1:
            self._alone = step
            if self._together <= BETTER * step:
                self._now, self._again = self.threads, AGAIN[0]
            elif self._stretches >= self._again:
                self._now, self._again = self.threads, min(2 * self._again, AGAIN[1])
        else:
            self._together, self._best = step, min(self._best, step)
            disturbed = self._alone == math.inf and got < WHOLE
            slow = step > min(BETTER * self._alone, SLOWER * self._best)
            if (disturbed or slow) and self._best < SHORT_SECONDS:
                self._now = 1
        # A try that was right goes on; one that was not has ended already, and what is gone back to is no try.
        self.trying = self._now != before and not self.trying
        if self._now != before:
            self._stretches = 0
