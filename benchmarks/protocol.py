"""The asking side: one worker process a peer, warm between its turns and asleep while others have theirs.

Each peer in a process of its own keeps libraries from disturbing each other's thread pools, and lets each have the
environment that suits it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

BETWEEN_LOOKS, MOST_LOOKS = 0.025, 20
"""Seconds, above the 10 ms in which systems count a process's time; after half a second it has had its chance."""

ROOT = Path(__file__).resolve().parents[1]


class PeerError(Exception):
    """A peer is not there, or could not do what it was asked; the message says why."""


def environment(threads: int, extra: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a worker: the same number of threads for every library that is told it there."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BENCHMARK_THREADS")
    counts = dict.fromkeys(names, str(threads))
    # NPROC is what XLA sizes its pool by; one compiling thread spares torch a pool of processes that stay.
    counts |= {"NPROC": str(threads), "TORCHINDUCTOR_COMPILE_THREADS": "1"}
    processor_only = {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
    return {**os.environ, **counts, **processor_only, **(extra or {})}


def processor_seconds(pid: int | None = None) -> float:
    """Return the processor time of a process so far, this one by default, and of those that it waited for."""
    import psutil

    try:
        return float(sum(psutil.Process(pid).cpu_times()[:4]))
    except psutil.Error:  # it has ended
        return 0.0


class Worker:
    """A running `benchmarks.serve`.

    Parameters
    ----------
    peer : str
        The name of its module in `benchmarks/workers`, without `_peer`.
    threads : int
    extra : dict, optional
        Further variables of its environment.

    Attributes
    ----------
    versions : dict
    pid : int

    Raises
    ------
    PeerError
        If the peer cannot be imported.
    """

    def __init__(self, peer: str, threads: int, extra: dict[str, str] | None = None) -> None:
        self.peer = peer
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115  # until close
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serve", peer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env=environment(threads, extra),
        )
        assert self._process.stdin is not None  # noqa: S101  # both are pipes, as asked above
        assert self._process.stdout is not None  # noqa: S101  # as above
        self.pid = self._process.pid
        self._requests, self._replies = self._process.stdin, self._process.stdout
        try:
            self.versions: dict[str, str] = self._read(limit=120)["versions"]
        except PeerError:
            self.close()
            raise

    def ask(self, do: str, limit: float = 300, **arguments: Any) -> dict[str, Any]:
        """Return the answer to a request.

        Raises
        ------
        PeerError
            If the peer answers with an error, ends, or takes longer than the limit in seconds.
        """
        try:
            self._requests.write(json.dumps({"do": do, **arguments}) + "\n")
            self._requests.flush()
        except (BrokenPipeError, ValueError) as error:
            raise PeerError(f"its process has ended: {self._last_words()}") from error
        return self._read(limit)

    def settle(self) -> None:
        """Wait until the threads of the process sleep: some spin for a tenth of a second when they have no work."""
        for _ in range(MOST_LOOKS):
            before = processor_seconds(self.pid)
            time.sleep(BETWEEN_LOOKS)
            if processor_seconds(self.pid) == before:
                return

    def close(self) -> None:
        """End the process."""
        for pipe in (self._requests, self._replies):
            with suppress(OSError):  # it may have ended already
                pipe.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _read(self, limit: float) -> dict[str, Any]:
        timer = threading.Timer(limit, self._process.kill)
        timer.start()
        line = self._replies.readline()
        in_time = timer.is_alive()
        timer.cancel()
        if not line:
            raise PeerError(self._last_words() if in_time else f"no answer within {limit:.0f} s")
        reply: dict[str, Any] = json.loads(line)
        for key in ("missing", "error"):
            if key in reply:
                raise PeerError(reply[key])
        return reply

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors if line.strip()]
        return lines[-1][:200] if lines else "it ended without a word"
