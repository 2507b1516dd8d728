"""What a training leaves: every metric by epoch and by step, and why it ended."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from glassnet.mathematics.checks import UnknownNameError, did_you_mean


@dataclass
class History:
    """Every metric of a training by epoch and by step.

    Attributes
    ----------
    epochs : dict of lists
        `epoch`, `step` (updates made until its end), `loss`, `accuracy` (of a classifier), `val_loss`, `val_accuracy`
        (with validation data), `learning_rate`, `seconds`, `samples_per_second`; one number for each epoch, the last
        perhaps cut short. `loss` is the mean over the samples seen, by their weights, each as the network was when it
        saw them; accuracies count every sample alike.
    steps : dict of lists
        `step`, `loss`, `accuracy`, `learning_rate`; one number for each step, before its update.
    evaluations : dict of lists
        What `gn.callbacks.Evaluate` measured in between: `samples`, `step`, `accuracy` and `loss`.
    stopped : str
        Why the training ended.
    best_epoch : int or None
        The epoch whose parameters early stopping kept.

    Examples
    --------
    >>> history = History()
    >>> history.add_epoch(epoch=1, loss=0.5)
    >>> history["loss"]
    [0.5]
    """

    epochs: dict[str, list[float]] = field(default_factory=dict)
    steps: dict[str, list[float]] = field(default_factory=dict)
    evaluations: dict[str, list[float]] = field(default_factory=dict)
    stopped: str = ""
    best_epoch: int | None = None

    def __getitem__(self, metric: str) -> list[float]:
        """Return a metric by epoch."""
        if metric not in self.epochs:
            known = ", ".join(self.epochs) or "nothing yet"
            raise UnknownNameError(f"the history has no {metric!r}, only {known}.{did_you_mean(metric, self.epochs)}")
        return self.epochs[metric]

    def __contains__(self, metric: object) -> bool:
        return metric in self.epochs

    def add_epoch(self, **metrics: float) -> None:
        """Add the metrics of an epoch."""
        _append(self.epochs, metrics)

    def add_step(self, **metrics: float) -> None:
        """Add the metrics of a step."""
        _append(self.steps, metrics)

    def add_steps(self, **metrics: list[float]) -> None:
        """Add the metrics of several steps."""
        for name, values in metrics.items():
            self.steps.setdefault(name, []).extend(values)

    def add_evaluation(self, **metrics: float) -> None:
        """Add the metrics of an evaluation within an epoch."""
        _append(self.evaluations, metrics)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dictionaries, lists and numbers, for JSON; nan and inf, which it lacks, are None.

        >>> History(stopped="all epochs done").to_dict()["stopped"]
        'all epochs done'
        """
        plain = asdict(self)
        for table in ("epochs", "steps", "evaluations"):
            plain[table] = {
                name: [value if math.isfinite(value) else None for value in values]
                for name, values in plain[table].items()
            }
        return plain

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.epochs.items() if values)
        return f"<History: {len(self.epochs.get('epoch', []))} epochs; {last or 'nothing yet'}; {self.stopped}>"


def _append(table: dict[str, list[float]], metrics: dict[str, float]) -> None:
    for name, value in metrics.items():
        table.setdefault(name, []).append(value)
