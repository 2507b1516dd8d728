"""The worker's side: a process that stays warm and does what it is asked, one JSON line at a time.

`python -m benchmarks.serve PEER` reads requests from standard input and answers on standard output; `protocol.py` has
the other side. What a library prints goes to standard error.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from importlib import metadata
from typing import TYPE_CHECKING, Any

from benchmarks.workloads import CHECK_ROWS, Data, Workload, load_data

if TYPE_CHECKING:
    from collections.abc import Callable


CALLS_BEFORE = 100
"""How often one row is predicted before the check: what is called often may run compiled from then on."""


class Server:
    """What has been made for the requests so far.

    Attributes
    ----------
    peer : module
        Of `benchmarks.workers`.
    contestants : dict
        By workload and form.
    """

    def __init__(self, peer: str, threads: int) -> None:
        self.threads = threads
        self.peer: Any = importlib.import_module(f"benchmarks.workers.{peer}_peer")
        self.contestants: dict[tuple[str, str], Any] = {}
        self.data: dict[bool, Data] = {}

    def hello(self) -> dict[str, Any]:
        """Say which versions these are."""
        return {"versions": {package: version(package) for package in self.peer.PACKAGES}}

    def forms(self, workload: Workload) -> dict[str, Any]:
        """Say in which ways the peer does the workload."""
        return {"forms": self.peer.forms(workload)}

    def check(self, workload: Workload, form: str) -> dict[str, Any]:
        """Make a contestant, and answer with its outputs before and after some steps in a fixed order."""
        contestant = self.contestant(workload, form)
        if hasattr(contestant, "check"):
            return {"difference": contestant.check()}
        x = contestant.data.x_test[:CHECK_ROWS]
        if workload.kind == "predict":
            contestant.burst(CALLS_BEFORE if workload.batch_size == 1 else 1)
            outputs = contestant.predict(x if workload.batch_size > 1 else x[:1])
            return {"after": outputs.tolist()}
        before = contestant.predict(x).tolist()
        contestant.train(workload.check_steps * workload.batch_size, 1, shuffle=False)
        return {"before": before, "after": contestant.predict(x).tolist()}

    def burst(self, workload: Workload, form: str, steps: int) -> dict[str, Any]:
        """Do so many steps, and answer with the seconds of one."""
        contestant = self.contestant(workload, form)
        _ = contestant.inputs if workload.kind == "predict" else None
        gc.collect()
        started = time.perf_counter()
        done = contestant.burst(steps)
        return {"seconds": (time.perf_counter() - started) / done, "steps": done}

    def release(self, workload: Workload) -> dict[str, Any]:
        """Forget what was made for a workload."""
        for key in [key for key in self.contestants if key[0] == workload.name]:
            del self.contestants[key]
        gc.collect()
        return {}

    def contestant(self, workload: Workload, form: str) -> Any:
        """Return the contestant, made when first asked for."""
        key = (workload.name, form)
        if key not in self.contestants:
            if workload.dense not in self.data:
                self.data[workload.dense] = load_data(workload)
            self.contestants[key] = self.peer.make(workload, self.data[workload.dense], form, self.threads)
        return self.contestants[key]


def version(package: str) -> str:
    """Return the version of a package, also of one that is on the path without being installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        module = sys.modules.get(package.replace("-", "_"))
        return str(getattr(module, "__version__", "not installed"))


def answer(server: Server, request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked; an error becomes a sentence."""
    try:
        arguments = dict(request)
        action: Callable[..., dict[str, Any]] = getattr(server, arguments.pop("do"))
        if "workload" in arguments:
            arguments["workload"] = Workload.from_json(arguments["workload"])
        return action(**arguments)
    except Exception as error:  # noqa: BLE001  # whatever goes wrong in a peer is for the table to say
        return {"error": sentence(error)}


def sentence(error: BaseException) -> str:
    """Return the kind of an error and the first line of its message that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else 'no message'}"[:200]


def main() -> None:
    """Answer until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # so that nothing that a library prints comes between the answers
    try:
        server = Server(sys.argv[1], int(os.environ["BENCHMARK_THREADS"]))
        first = server.hello()
    except Exception as error:  # noqa: BLE001  # as above, and a peer that is not installed
        first = {"missing": sentence(error)}
    print(json.dumps(first), file=replies, flush=True)
    if "missing" in first:
        return
    for line in sys.stdin:
        print(json.dumps(answer(server, json.loads(line))), file=replies, flush=True)


if __name__ == "__main__":
    main()
