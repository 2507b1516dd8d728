"""A training under way: what callbacks and progress displays are given, and what it leaves in the network."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network.structure import Structure
from glassnet.training.history import History
from glassnet.training.schedules import as_schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer
    from glassnet.training.optimizers import Optimizer

ALL_EPOCHS_DONE = "all epochs done"
"""Why a training ended that nothing stopped."""


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
            name: {slot: np.zeros_like(array) for slot in optimizer.slots} for name, array in network.parameters.items()
        }
        shuffle, augment = (np.random.default_rng([network.seed, stream]) for stream in (1, 2))
        return cls(optimizer, slots, shuffle, augment)

    def copy(self) -> TrainingState:
        """Return a copy that a training which goes on does not change."""
        slots = {name: {slot: array.copy() for slot, array in own.items()} for name, own in self.slots.items()}
        return replace(self, slots=slots, shuffle=deepcopy(self.shuffle), augment=deepcopy(self.augment))


class Trainable(Structure):
    """A network as training and files know it: its structure, what the last training left, what is saved with it.

    Attributes
    ----------
    training_state : TrainingState or None
        What `resume=True` goes on with; set as soon as a training has begun, so that a checkpoint holds it.
    preprocessing : dict
        How an input is made from a picture or a table's row.
    metadata : dict
        How the network was trained, and whatever else one wants to keep with it.
    """

    def __init__(self, layers: Sequence[Layer], loss: Any = None, *, seed: int = 0, dtype: str = "float32") -> None:
        super().__init__(layers, loss, seed=seed, dtype=dtype)
        self.training_state: TrainingState | None = None
        self.preprocessing: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}


@dataclass
class Run:
    """A training under way.

    Attributes
    ----------
    network : Network
    state : TrainingState
    history : History
    epochs, steps_per_epoch, total_steps : int
        How long the training is to last: all three count this call of `fit` and those that it resumes.
    rows : int
        How many samples it trains on.
    samples : int
        How many samples of the epoch have been seen.
    metrics : dict
        Those of the last epoch that has ended, or of the one that early stopping went back to.
    best_before : dict
        The best loss and accuracies of the training that this one resumes, by name; empty if it resumes none.
    batch : dict
        What the last step computed, by name: `X`, `Z1`, …, `loss`, `dW1`, …. The parameters in it are the live ones.
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
    history: History = field(default_factory=History)
    samples: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    best_before: dict[str, float] = field(default_factory=dict)
    batch: dict[str, Any] = field(default_factory=dict)
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
    def learning_rate(self) -> float:
        """The learning rate of the next update."""
        schedule = as_schedule(self.state.optimizer.learning_rate)
        return float(schedule.rate(self.step, self.total_steps, self.steps_per_epoch))

    def stop(self, reason: str) -> None:
        """End the training after this step."""
        self.stop_reason = self.stop_reason or reason

    def interrupt(self, how: str) -> None:
        """End the training because of Ctrl-C, unless it was to stop already."""
        self.interrupted = self.interrupted or not self.stop_reason
        self.stop(how)
