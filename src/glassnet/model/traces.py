"""A network's traces, and the file that keeps one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.glass.trace import PassTrace, last_batch, trace
from glassnet.interop.trace_file import read_trace, write_trace
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import ArrayLike

    from glassnet.network.tape import Mode


class Trace(PassTrace):
    """Every number of one pass through a network: read-only arrays by name, each with its shape and formula.

    `net.trace(x, t)` makes one, and `net.last_batch()` one of what a training really ran. It prints as a table, and a
    notebook shows it as one whose numbers unfold.

    Attributes
    ----------
    names : tuple of str
        `X`, `Z1`, `A1`, …, `loss`, `dZ2`, `dW2`, …, in the order in which they were computed.
    parameters : dict
        `W1`, `b1`, … as they were then.
    address : TraceAddress
        What the numbers are a function of: hashes of model and input, seed, step, mode, executor. The same address
        gives the same bits on one machine.
    tape : Tape
        The steps that computed them.
    mode : str
        `train` or `predict`.
    before : Trace or None
        The trace before the update, if this one is `trace.after(…)`.
    update : Optimizer or None
        What made that update.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 2), gn.Sigmoid(), gn.Dense(2, 1)], loss="mean_squared_error")
    >>> trace = net.trace([[1.0, 0.0]], [1.0])
    >>> trace["Z1"].shape, trace.formula("Z1")
    ((1, 2), 'X @ W1 + b1')
    """

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the trace in one file, whole or not at all; `glassnet.load_trace` opens it.

        Parameters
        ----------
        path : path
            Ends in .json for a small trace, which then reads as text, or in .safetensors for one of any size.

        Returns
        -------
        Path

        Raises
        ------
        ArgumentError
            If the path ends otherwise, or the trace is too large for JSON.
        DataError
            If it cannot be written; what was there is untouched. Also for layers or losses of your own, which are code.

        Notes
        -----
        The file describes the network, and holds every array with its formula. The trace before an update is not in it.
        """
        return write_trace(self, path)


def load_trace(path: str | os.PathLike[str]) -> Trace:
    """Load a trace that `Trace.save` wrote; nothing in the file is executed.

    Parameters
    ----------
    path : path
        Ends in .json or .safetensors.

    Returns
    -------
    Trace
        Bit for bit what was saved, with all that a trace can do.

    Raises
    ------
    ArgumentError
        If the path ends otherwise.
    DataError
        If the file is missing, damaged, cut short, not a trace, or from a newer version, or if its numbers are not
        those of its address.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> trace = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error").trace([[1.0, 2.0]], [3.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = gn.load_trace(trace.save(pathlib.Path(folder) / "trace.json"))
    >>> again.address == trace.address, bool(again["loss"] == trace["loss"])
    (True, True)
    """
    return read_trace(path, Trace)


class Tracing(Trainable):
    """What a network shows of a pass and of the last step of its training."""

    def trace(self, x: ArrayLike, t: ArrayLike | None = None, *, mode: Mode = "train", step: int = 0) -> Trace:
        """Return every number of a pass, forward and, given targets, backward, by name; nothing is changed.

        Parameters
        ----------
        x : array of shape (N, n_in)
        t : array, optional
            Targets; without them there is no loss and no gradient.
        mode : "train" or "predict"
        step : int, default 0
            Which dropout masks train mode uses.

        Returns
        -------
        Trace
            `trace["Z1"]`, `trace["dW1"]`, …; `trace.why("Z2[0,3]")` explains one number.

        Raises
        ------
        ShapeError, ArgumentTypeError, DataError
            If x or t does not fit the network or each other, or there is no row.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(1, 1, init=([[2.0]], [1.0]))], loss="mean_squared_error")
        >>> trace = net.trace([[3.0]], [5.0])
        >>> float(trace["Z1"][0, 0]), trace.formula("dW1"), float(trace["dW1"][0, 0])
        (7.0, 'Xᵀ @ dZ1', 12.0)
        """
        return trace(self, x, t, mode=mode, step=step, kind=Trace)

    def last_batch(self) -> Trace:
        """Return every number of the step that was trained on last: what that step computed, not a rerun.

        Returns
        -------
        Trace
            As `trace` of that batch in train mode, from the parameters before the step's update. Where the compiled
            executor put a gradient of W straight into W, it is worked out from the numbers that it came from.

        Raises
        ------
        DataError
            If the network has not been trained in this process.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
        >>> history = net.fit([[1.0, 2.0]], [3.0], epochs=1, verbose=0)
        >>> batch = net.last_batch()
        >>> batch["X"], bool(batch["loss"] == history.steps["loss"][-1])
        (array([[1., 2.]], dtype=float32), True)
        """
        return last_batch(self, Trace)
