"""A training under way: what callbacks and progress displays are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.training.history import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network.structure import Structure
    from glassnet.training.optimizers import Optimizer


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

    @classmethod
    def fresh(cls, network: Structure, optimizer: Optimizer) -> TrainingState:
        """Return the state of a training that has not begun."""
        slots = {
            name: {slot: np.zeros_like(array) for slot in optimizer.slots} for name, array in network.parameters.items()
        }
        shuffle, augment = (np.random.default_rng([network.seed, stream]) for stream in (1, 2))
        return cls(optimizer, slots, shuffle, augment)


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
        Those of the last epoch that has ended.
    batch : dict
        All values of the last step by name, from before its update: `X`, `Z1`, …, `loss`, `dW1`, ….
    stop_reason : str
        Why the training is to stop; empty while it is not.
    """

    network: Structure
    state: TrainingState
    epochs: int
    steps_per_epoch: int
    total_steps: int
    rows: int
    metric_names: tuple[str, ...]
    history: History = field(default_factory=History)
    samples: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    batch: dict[str, Any] = field(default_factory=dict)
    stop_reason: str = ""

    @property
    def epoch(self) -> int:
        """The number of the epoch, from 1."""
        return self.state.epoch

    @property
    def step(self) -> int:
        """How many updates have been made."""
        return self.state.step

    def stop(self, reason: str) -> None:
        """End the training after this step."""
        self.stop_reason = self.stop_reason or reason
