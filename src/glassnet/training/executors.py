"""Which executor does the work: the compiled one where it can, the reference one everywhere."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from glassnet.engine import entry
from glassnet.engine.lines import Rule
from glassnet.engine.lowering import why_not
from glassnet.mathematics.checks import ArgumentError, check_choice, check_integer
from glassnet.network.reference import Evaluation, slices
from glassnet.training.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.data.scaling import Scaling
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.run import Trainable

Executor = Literal["compiled", "reference"]
EXECUTORS = ("auto", "compiled", "reference")

MOST_THREADS = 256
"""More than any machine that it is meant for has cores: what asks for more is a slip of the finger."""
CALL_SECONDS, MULTIPLICATIONS_A_SECOND = 6e-6, 2e10
"""What plain NumPy takes, about: for a step of the tape, and of multiplications of a sample on its way forward, with
the two for each of them on the way back."""
LEAST_SECONDS = 0.05
"""From how long a training would take plain NumPy, by this estimate, `auto` compiles it.

Shorter ones are over at once, and a first compilation takes half a minute. The rule looks at the training alone, not at
what is compiled already, so that the same call gives the same bits whenever it is made.
"""
UNKNOWN_STEPS = 500
"""How many steps a training is taken to have where that is not known: batches without a number, `partial_fit`."""
LEAST_PREDICTION = 1e8
"""The multiplications of a prediction or evaluation from which on it runs compiled: some 10 ms in plain NumPy."""

_told: set[str] = set()


def choose_executor(  # what is to be computed, and when it is worth compiling
    name: str,
    network: Trainable,
    optimizer: Optimizer,
    *,
    steps: int,
    batch_size: int,
    least_seconds: float = LEAST_SECONDS,
) -> Executor:
    """Return the executor of a training.

    Parameters
    ----------
    name : str
        `auto`, `compiled` or `reference`.
    network, optimizer
        What is to be compiled; only a network of NumPy arrays can be.
    steps, batch_size : int
        How much is to be computed.
    least_seconds : float
        From how long it would take plain NumPy, by the estimate, `auto` compiles it.

    Raises
    ------
    ArgumentError
        If `compiled` is asked for, and something cannot be compiled.
    """
    check_choice("executor", name, EXECUTORS)
    if name == "reference":
        return "reference"
    if name == "auto" and network.backend.is_numpy and steps * seconds_of_step(network, batch_size) < least_seconds:
        return "reference"
    reasons = _why_not(network, optimizer)
    if not reasons:
        return "compiled"
    words = "; ".join(reasons)
    if name == "compiled":
        raise ArgumentError(
            f"executor='compiled' must have a training that can be compiled: {words}. Use 'auto' or 'reference'."
        )
    library = "plain NumPy" if network.backend.is_numpy else network.backend.library
    tell_once(f"{words}: this runs on the reference executor, in {library}.")
    return "reference"


def seconds_of_step(network: Trainable, batch_size: int) -> float:
    """Return what a training step takes plain NumPy, about."""
    calls = len(network.tape("train", input_gradient=False))
    return CALL_SECONDS * calls + batch_size * sum(network.multiplications) / MULTIPLICATIONS_A_SECOND


RULES: dict[type[Optimizer], tuple[str, tuple[str, ...]]] = {
    SGD: ("sgd", ()),
    Momentum: ("momentum", ("momentum",)),
    Nesterov: ("nesterov", ("momentum",)),
    AdaGrad: ("adagrad", ("eps",)),
    RMSProp: ("rmsprop", ("decay", "eps")),
    Adam: ("adam", ("beta1", "beta2", "eps")),
    AdamW: ("adamw", ("beta1", "beta2", "eps")),
}
"""The optimizers that the engine has kernels for, and the settings that these take."""


def rule_of(optimizer: Optimizer) -> Rule:
    """Return an optimizer's rule as the engine knows it.

    >>> rule_of(Momentum(0.1))
    Rule(kernel='momentum', slots=('v',), settings=(0.9,), decay=0.0)
    """
    kernel, names = RULES[type(optimizer)]
    settings = tuple(float(getattr(optimizer, name)) for name in names)
    return Rule(kernel, optimizer.slots, settings, optimizer.weight_decay)


def _why_not(network: Trainable, optimizer: Optimizer | None) -> list[str]:
    """Return why the reference executor must do the work; nothing if it need not."""
    if not network.backend.is_numpy:
        return [f"the network is on {network.device}"]
    if entry.unavailable():
        return [entry.unavailable()]
    reasons = why_not(network.tape("train", input_gradient=False))
    if optimizer is not None and type(optimizer) not in RULES:
        reasons.append(f"{type(optimizer).__name__} is an optimizer written in Python")
    return reasons


def tell_once(message: str) -> None:
    """Say something once in a process."""
    if message not in _told:
        _told.add(message)
        print(f"glassnet: {message}", file=sys.stderr, flush=True)


def as_threads(threads: int | None, work: float) -> int:
    """Return how many threads are to be used for steps of so many multiplications.

    What is asked for; otherwise as many as there are cores, or one where a step is too short to be shared.
    """
    from glassnet.engine.cores import physical_cores

    if threads is not None:
        return check_integer("threads", threads, minimum=1, maximum=MOST_THREADS)
    return physical_cores() if work >= SHARED_WORK else 1


SHARED_WORK = 1_000_000
"""The multiplications of a step from which on threads share it; below, their meetings cost what they gain."""


class CompiledPrediction:
    """Prediction and evaluation of a network by the compiled executor, with the memory for them."""

    def __init__(self, network: Trainable) -> None:
        from glassnet.engine.executor import is_sparse
        from glassnet.engine.prediction import Prediction

        self._network = network
        self._is_sparse = is_sparse
        self._make = Prediction
        self._kept: dict[tuple[bool, bool, bool], Any] = {}
        self._lock = threading.Lock()  # two threads that predict with one network share its memory

    def _program(
        self, x: NDArray[Any], table: NDArray[Any] | None, *, evaluates: bool = False, weighted: bool = False
    ) -> Any:
        key = (evaluates, weighted, self._is_sparse(x, table))
        if key not in self._kept:
            self._kept[key] = self._make(self._network, evaluates=evaluates, weighted=weighted, sparse=key[2])
        return self._kept[key]

    def predict(self, x: NDArray[Any], outputs: NDArray[Any]) -> None:
        """Write the outputs for rows of inputs."""
        rows, table = self._readable(x, None)
        with self._lock:
            self._program(rows, table).run(rows, table=table, outputs=outputs, threads=as_threads(None, np.inf))

    def evaluate(
        self,
        x: NDArray[Any],
        t: NDArray[Any],
        weights: NDArray[Any] | None,
        scaling: Scaling | None,
        *,
        keep_outputs: bool = False,
    ) -> Evaluation:
        """Return the loss and, of a classifier, the accuracy."""
        rows, table = self._readable(x, scaling)
        outputs = np.empty((len(x), self._network.n_out), dtype=self._network.dtype) if keep_outputs else None
        with self._lock:
            program = self._program(rows, table, evaluates=True, weighted=weights is not None)
            losses, right = program.run(rows, t, weights, table, outputs, threads=as_threads(None, np.inf))
        parts = list(slices(len(x), program.rows_at_once))
        shares = [part.stop - part.start if weights is None else weights[part].sum(dtype=float) for part in parts]
        loss = float(np.average(losses, weights=shares))
        classifies = self._network.output_kind != "values"
        return Evaluation(loss, float(right.sum()) / len(x) if classifies else None, outputs)

    def _readable(self, x: NDArray[Any], scaling: Scaling | None) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Return rows that compiled code reads as they stand, and what bytes in them mean."""
        if x.dtype == np.uint8:
            return np.ascontiguousarray(x), meaning_of_bytes(scaling, self._network.dtype)
        fed = x if scaling is None else scaling(x)
        return np.ascontiguousarray(self._network.as_input(fed)), None


def meaning_of_bytes(scaling: Scaling | None, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the 256 numbers that bytes stand for."""
    levels = np.arange(256, dtype=np.uint8)
    return (levels if scaling is None else scaling(levels)).astype(dtype)


def compiled_for(network: Trainable, rows: int) -> CompiledPrediction | None:
    """Return the compiled prediction of a network if so much is asked that it is worth it, and if it can be had."""
    if rows * sum(network.multiplications) < LEAST_PREDICTION or _why_not(network, None):
        return None
    return network.compiled_prediction()


OFTEN, VERY_OFTEN = 64, 5_000
"""After how many predictions of one row they run compiled: if that is on disk, and if it must be compiled first."""


def bind_row_predictor(network: Trainable, otherwise: Callable[[Any], NDArray[Any]]) -> Callable[[Any], NDArray[Any]]:
    """Return a compiled predictor of one row at a time, or `otherwise` where there can be none."""
    if _why_not(network, None):
        return otherwise
    from glassnet.engine.predictor import RowPredictor, can_predict_rows

    return RowPredictor(network, otherwise) if can_predict_rows(network) else otherwise


def worth_binding(rows_asked: int, dtype: np.dtype[Any]) -> bool:
    """Say whether one row was asked for so often that it pays to load, or to compile, what predicts rows.

    >>> worth_binding(1, np.dtype("float32")), worth_binding(10_000, np.dtype("float32"))
    (False, True)
    """
    return rows_asked > VERY_OFTEN or (rows_asked > OFTEN and entry.ready("row", dtype))
