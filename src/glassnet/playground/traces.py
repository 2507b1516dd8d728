"""Traces that a session has open, and what the page asks of one: its steps, a window of numbers, one's reasons."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.trace_table import summary
from glassnet.playground.message import RefusedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model import Trace
    from glassnet.playground.sessions import Session

MOST_TRACES = 8
MOST_NUMBERS = 60_000_000
"""Of all open traces together."""
MOST_TERMS = 12
WINDOW = 64
"""The most rows and columns of an array that are sent at a time."""


class OpenTraces:
    """The traces of one session, by name: `session.room(OpenTraces)`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._traces: dict[str, tuple[Trace, str]] = {}
        self._lock = threading.RLock()

    def add(self, trace: Trace, title: str, *, name: str | None = None) -> str:
        """Keep a trace, and return its name; one of that name gives way.

        Parameters
        ----------
        trace : Trace
        title : str
        name : str, optional
            For a tab that keeps one trace of its own, such as "digit".

        Raises
        ------
        RefusedError
            If there are as many as may be.

        Examples
        --------
        >>> import glassnet as gn
        >>> from glassnet.playground.sessions import Session
        >>> trace = gn.Network([gn.Dense(2, 1)]).trace([[1.0, 2.0]])
        >>> Session().room(OpenTraces).add(trace, "two numbers")
        'trace-1'
        """
        with self._lock:
            others = {key: own for key, own in self._traces.items() if key != name}
            held = sum(map(_size, [trace, *(own for own, _ in others.values())]))
            if len(others) >= MOST_TRACES or held > MOST_NUMBERS:
                raise RefusedError(
                    "too-many-traces",
                    f"at most {MOST_TRACES} traces with {MOST_NUMBERS:,} numbers can be open. Close one.",
                    most=MOST_TRACES,
                    numbers=f"{MOST_NUMBERS:,}",
                )
            number = 1
            while name is None:
                name = f"trace-{number}" if f"trace-{number}" not in others else None
                number += 1
            self._traces[name] = (trace, title[:80])
        self._tell()
        return name

    def trace(self, name: str) -> Trace:
        """Return a trace, or raise `RefusedError` if none has that name."""
        return self._held(name)[0]

    def title(self, name: str) -> str:
        """Return its title."""
        return self._held(name)[1]

    def _held(self, name: str) -> tuple[Trace, str]:
        with self._lock:
            if name not in self._traces:
                raise RefusedError("no-trace", f"there is no trace {name!r} open here. Open it again.", name=name)
            return self._traces[name]

    def close_trace(self, name: str) -> None:
        """Forget a trace."""
        with self._lock:
            self._traces.pop(name, None)
        self._tell()

    def list(self) -> list[dict[str, Any]]:
        """Return name and title of each."""
        with self._lock:
            return [{"name": name, "title": title} for name, (_, title) in self._traces.items()]

    def _tell(self) -> None:
        self._session.push("traces", {"traces": self.list()})


def _size(trace: Trace) -> int:
    return sum(trace[name].size for name in (*trace.names, *trace.parameters))


def as_overview(trace: Trace) -> dict[str, Any]:
    """Return a trace's address, and each array with its phase, formula, shape and range.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    dict
        `steps` begins with what was given and the parameters, and goes on as the pass was computed.
    """
    computed = [name for name in trace.names if name not in trace.given]
    if trace.unformed_gradient is not None:
        computed.insert(computed.index("dlosses") + 1, trace.unformed_gradient)
    return {
        "address": asdict(trace.address) | {"words": str(trace.address)},
        "layers": [str(layer) for layer in trace.network.layers],
        "samples": len(trace["X"]),
        "backward": "loss" in trace,
        "steps": [_step(trace, name) for name in (*trace.given, *computed)],
    }


def _step(trace: Trace, name: str) -> dict[str, Any]:
    step = trace.step(name)
    given = "parameters" if name in trace.parameters else "given"
    phase = "backward" if name == trace.unformed_gradient else given if step is None else step.phase
    return {
        "name": name,
        "phase": phase,
        "formula": "" if name in trace.given else trace.formula(name),
        "shape": list(trace[name].shape),
        "numbers": summary(trace[name]),
        "note": "" if step is None else step.note,
        "layer": None if step is None else step.layer,
    }


def as_window(trace: Trace, name: str, piece: int, row: int, column: int, rows: int, columns: int) -> dict[str, Any]:
    """Return a part of an array as a matrix, moved so that it lies within; a vector is one row.

    Parameters
    ----------
    trace : Trace
    name : str
    piece : int
        Which matrix of an array with three axes, as Maxout's W.
    row, column, rows, columns : int
        Where the part begins, and how large it may be.
    """
    array = trace[name]
    pieces = len(array) if array.ndim == 3 else 1
    piece = min(piece, pieces - 1)
    matrix = np.atleast_2d(array[piece] if array.ndim == 3 else array)
    top, left = _within(row, rows, matrix.shape[0]), _within(column, columns, matrix.shape[1])
    part = matrix[top : top + rows, left : left + columns]
    finite = np.abs(array[np.isfinite(array)])
    return {
        "name": name,
        "shape": list(array.shape),
        "size": list(matrix.shape),
        "pieces": pieces,
        "piece": piece,
        "row": top,
        "column": left,
        "values": np.ascontiguousarray(part),
        "largest": float(finite.max(initial=0)),
    }


def _within(start: int, length: int, size: int) -> int:
    return max(0, min(start, size - length))


def as_picture(trace: Trace, name: str, row: int, column: int) -> NDArray[Any] | None:
    """Return the sample, or a unit's weights, as the picture that they are for; None where they are for none."""
    array, side = trace[name], 28
    if name in {"X", "dX"} and array.shape[1:] == (side * side,):
        return array[min(row, len(array) - 1)].reshape(side, side)
    if name in {"W1", "dW1"} and array.ndim == 2 and len(array) == side * side:
        return np.ascontiguousarray(array[:, min(column, array.shape[1] - 1)]).reshape(side, side)
    return None


def as_reasons(trace: Trace, address: str, most: int = MOST_TERMS) -> dict[str, Any]:
    """Return why a number is what it is, as `trace.why` says: terms, what follows them, and of a gradient its chain.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 1, init=([[2.0], [3.0]], [1.0]))])
    >>> reasons = as_reasons(net.trace([[1.0, 2.0]]), "Z1[0,0]")
    >>> reasons["value"], reasons["terms"][0]
    (9.0, ('X[0,1] * W1[1,0]', 6.0))
    """
    why = trace.why(address)
    rest = why.terms[most:]
    return {
        "address": why.address,
        "value": why.value,
        "formula": trace.formula(why.address.partition("[")[0]),
        "terms": why.terms[:most],
        "count": len(why.terms),
        "rest": sum(value for _, value in rest),
        "rest_count": len(rest),
        "total": why.total,
        "steps": why.steps,
        "chain": why.chain,
        "product": float(np.prod([value for _, value in why.chain])) if why.chain else None,
        "numerical": why.numerical,
    }
