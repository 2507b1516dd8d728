"""A training under way: what callbacks and progress displays are given, and what it leaves in the network."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import DataError
from glassnet.network.backends import copied
from glassnet.network.structure import Structure
from glassnet.training.history import History
from glassnet.training.schedules import Constant, as_schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from numpy.typing import NDArray

    from glassnet.network.backends import Backend
    from glassnet.network.layer import Layer
    from glassnet.training.executors import CompiledPrediction
    from glassnet.training.last_batch import LastBatch
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.partial_fit import PartialSteps


@dataclass
class TrainingState:
    """What `resume=True` goes on with: the optimizer and its slots, the counts, and the random generators.

    Attributes
    ----------
    optimizer : Optimizer
    slots : dict
        parameter → slot → array.
    step, epoch : int
        How many of each have been done.
    shuffle, augment : numpy Generator
        What shuffles the samples, and what augmentation draws from.
    """

    optimizer: Optimizer
    slots: dict[str, dict[str, NDArray[Any]]]
    shuffle: np.random.Generator
    augment: np.random.Generator
    step: int = 0
    epoch: int = 0

    @property
    def generators(self) -> dict[str, np.random.Generator]:
        """The random generators by name."""
        return {"shuffle": self.shuffle, "augment": self.augment}

    @classmethod
    def fresh(cls, network: Structure, optimizer: Optimizer) -> TrainingState:
        """Return the state of a training that has not begun."""
        slots = {
            name: {slot: network.backend.zeros(shape, network.dtype) for slot in optimizer.slots}
            for name, shape in network.parameters.shapes.items()
        }
        shuffle, augment = (np.random.default_rng([network.seed, stream]) for stream in (1, 2))
        return cls(optimizer, slots, shuffle, augment)

    def copy(self) -> TrainingState:
        """Return a copy that a training which goes on does not change."""
        slots = {name: {slot: copied(array) for slot, array in own.items()} for name, own in self.slots.items()}
        return replace(self, slots=slots, shuffle=deepcopy(self.shuffle), augment=deepcopy(self.augment))

    def on(self, backend: Backend, dtype: np.dtype[Any]) -> TrainingState:
        """Return the same state with slots of another library or device."""
        slots = {
            name: {slot: copied(backend.asarray(array, dtype)) for slot, array in own.items()}
            for name, own in self.slots.items()
        }
        return replace(self, slots=slots)


class Trainable(Structure):
    """A network as training and files know it: its structure, what the last training left, what is saved with it.

    Attributes
    ----------
    training_state : TrainingState or None
        What `resume=True` goes on with; set as soon as a training has begun, so that a checkpoint holds it.
    last_step : LastBatch or None
        What the last step computed, in the memory that it was computed in; it is neither saved nor copied.
    partial_steps : PartialSteps or None
        The compiled step that `partial_fit` makes again; neither saved nor copied.
    preprocessing : dict
        How an input is made from a picture or a table's row.
    metadata : dict
        How the network was trained, and whatever else one wants to keep with it.
    """

    def __init__(
        self, layers: Sequence[Layer], loss: Any = None, *, seed: int = 0, dtype: str = "float32", device: Any = "cpu"
    ) -> None:
        super().__init__(layers, loss, seed=seed, dtype=dtype, device=device)
        self.training_state: TrainingState | None = None
        self.last_step: LastBatch | None = None
        self.partial_steps: PartialSteps | None = None
        self._prediction: CompiledPrediction | None = None
        self._row_predictor: Callable[[Any], NDArray[Any]] | None = None
        self._rows_asked = 0
        self.preprocessing: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}

    def to(self, device: Any) -> Self:
        """Move parameters, state, and what `resume` goes on with; `glassnet.Network.to` says where to."""
        before = self.backend
        super().to(device)
        if self.backend != before:
            if self.training_state is not None:
                self.training_state = self.training_state.on(self.backend, self.dtype)
            self._prediction, self._row_predictor, self._rows_asked = None, None, 0  # bound to arrays that were
        return self

    def on_numpy(self) -> Self:
        """Return this network if its arrays are NumPy's, else a copy of it whose arrays are, its last step known."""
        home = super().on_numpy()
        home.last_step = self.last_step
        return home

    def refusal_for_file(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]] | None:
        """Return what a model file holds of how predictions are refused: a description and arrays; None for nothing."""
        return None

    def take_refusal(self, description: Any, arrays: dict[str, NDArray[Any]]) -> None:
        """Take what `refusal_for_file` gave, out of a model file."""
        raise DataError("it holds what predictions are refused by, which this kind of network does not know")

    def compiled_prediction(self) -> CompiledPrediction:
        """Return the compiled prediction of this network; its memory is kept."""
        if self._prediction is None:
            from glassnet.training.executors import CompiledPrediction

            self._prediction = CompiledPrediction(self)
        return self._prediction

    def count_row(self) -> None:
        """Count a prediction of one row; after many of them they run compiled."""
        from glassnet.training.executors import worth_binding

        self._rows_asked += 1
        if self._row_predictor is None and worth_binding(self._rows_asked, self.dtype):
            from glassnet.training.evaluation import predictor

            self._row_predictor = predictor(self)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is of use in this process alone, for pickles and deep copies."""
        here = ("last_step", "partial_steps", "_prediction", "_row_predictor")
        return {**self.__dict__, **dict.fromkeys(here)}


@dataclass
class Run:
    """A training under way.

    Attributes
    ----------
    network : Network
    state : TrainingState
    history : History
    epochs, steps_per_epoch, total_steps : int
        How long the training is to last: all three count this call of `fit` and those that it resumes. Of batches whose
        number is not known `total_steps` is a very large number, unless `max_steps` tells.
    rows : int
        How many samples it trains on; 0 while that is not known, as it may be of batches.
    samples, seen : int
        How many samples of the epoch, and of this call of `fit`, have been seen.
    metrics : dict
        Those of the last epoch that has ended, or of the one that early stopping went back to.
    best_before : dict
        The best loss and accuracies of the training that this one resumes, by name; empty if it resumes none.
    batch_size : int
        How many samples a batch has; the last one of an epoch may have fewer.
    batch : dict
        What the last step computed, by name: `X`, `Z1`, …, `loss`, `dW1`, ….
    stop_reason : str
        Why the training is to stop; empty while it is not.
    interrupted : bool
        Whether Ctrl-C is why: then the model stays as it stands.
    """

    network: Trainable
    state: TrainingState
    epochs: int
    steps_per_epoch: int
    total_steps: int
    rows: int
    metric_names: tuple[str, ...]
    batch_size: int
    history: History = field(default_factory=History)
    samples: int = 0
    seen: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    best_before: dict[str, float] = field(default_factory=dict)
    _batch: dict[str, Any] | Callable[[], dict[str, Any]] = field(default_factory=dict)
    stop_reason: str = ""
    interrupted: bool = False

    @property
    def epoch(self) -> int:
        """The number of the epoch, from 1."""
        return self.state.epoch

    @property
    def step(self) -> int:
        """How many updates have been made."""
        return self.state.step

    @property
    def batch(self) -> dict[str, Any]:
        """What the last step computed, by name."""
        if callable(self._batch):
            self._batch = self._batch()
        return self._batch

    def show_batch(self, values: dict[str, Any] | Callable[[], dict[str, Any]]) -> None:
        """Let callbacks see the values of a step, or the function that will find them when one of them looks."""
        self._batch = values

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next update."""
        return float(self.learning_rates(1)[0])

    def learning_rates(self, steps: int) -> NDArray[np.float64]:
        """Return the learning rates of the next updates."""
        schedule = as_schedule(self.state.optimizer.learning_rate)
        if isinstance(schedule, Constant):
            return np.full(steps, schedule.learning_rate)
        total, per_epoch = self.total_steps, self.steps_per_epoch
        return np.array([schedule.rate(self.step + ahead, total, per_epoch) for ahead in range(steps)], np.float64)

    @property
    def ending(self) -> str:
        """Why the training ended: what stopped it, or that all is done; empty while it goes on."""
        if self.stop_reason:
            return self.stop_reason
        if self.epoch >= self.epochs and 0 < self.rows <= self.samples:
            return "all epochs done"
        return "max_steps done" if self.step >= self.total_steps else ""

    def stop(self, reason: str) -> None:
        """End the training after this step."""
        self.stop_reason = self.stop_reason or reason

    def interrupt(self, how: str) -> None:
        """End the training because of Ctrl-C, unless it was to stop already."""
        self.interrupted = self.interrupted or not self.stop_reason
        self.stop(how)
