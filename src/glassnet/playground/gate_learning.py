"""Gates that are learned: by Rosenblatt's rule, sample by sample, and by a small network, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.graph_marks import number_text
from glassnet.mathematics.perceptron import Perceptron
from glassnet.model import Network
from glassnet.network.layers import Dense, ReLU, Sigmoid, Tanh
from glassnet.playground.gate_views import INPUTS, PARTS, WANTED, half_plane, in_hundredths
from glassnet.training.optimizers import SGD

if TYPE_CHECKING:
    from glassnet.playground.sessions import Session

MOST_EPOCHS = 100
MOST_STEPS = 3000
HIDDEN = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU}
CELLS = 33  # of the plane, in each direction
MOST_LOSSES = 300  # shown of a long run


def rosenblatt(gate: str, weights: tuple[float, float], bias: float, rate: float) -> dict[str, Any]:
    """Return each step of Rosenblatt's rule on a gate's four rows, until it converges or comes back.

    Notes
    -----
    All is done in hundredths, whole numbers (see `gate_views.PARTS`), so that each step repeats `Perceptron.fit`.
    """
    targets = WANTED[gate].truth_table()[:, 2]
    report = in_hundredths(weights, bias).fit(INPUTS, targets, np.rint(rate * PARTS), epochs=MOST_EPOCHS)
    perceptron, steps = in_hundredths(weights, bias), []
    start = _state(perceptron)
    for epoch in range(report.epochs):
        for row, (x, target) in enumerate(zip(INPUTS, targets, strict=True)):
            total, output = perceptron.net_input(x), perceptron(x)
            perceptron.fit(x[None], target[None], np.rint(rate * PARTS), epochs=1)
            steps.append(
                {
                    "epoch": epoch + 1,
                    "row": row,
                    "sum": number_text(total / PARTS),
                    "output": output,
                    "wanted": int(target),
                    **_state(perceptron),
                }
            )
    return {
        "start": start,
        "steps": steps,
        "rate": number_text(rate),
        "converged": report.converged,
        "epochs": report.epochs,
        "mistakes": list(report.mistakes),
        "cycle": report.cycle_length,
    }


def _state(perceptron: Perceptron) -> dict[str, Any]:
    w1, w2 = perceptron.weights / PARTS
    return {
        "weights": [number_text(w1), number_text(w2)],
        "bias": number_text(perceptron.bias / PARTS),
        "plane": half_plane(perceptron),
        "answers": [int(answer) for answer in perceptron(INPUTS)],
    }


class LearningNetwork:
    """A 2-2-1 network that learns a gate by gradient descent on all four rows: one of a session."""

    def __init__(self, session: Session) -> None:
        self._made_of: tuple[Any, ...] = ()
        self._network: Network
        self._losses: list[float] = []

    def at(self, gate: str, hidden: str, rate: float, seed: int, steps: int) -> dict[str, Any]:
        """Return the network after so many steps: goes on from where it is, or begins anew if asked for another."""
        targets = WANTED[gate].truth_table()[:, 2]
        if self._made_of != (gate, hidden, rate, seed) or len(self._losses) > steps:
            self._made_of, self._losses = (gate, hidden, rate, seed), []
            layers = [Dense(2, 2), HIDDEN[hidden](), Dense(2, 1), Sigmoid()]
            self._network = Network(layers, loss="binary_cross_entropy", seed=seed, dtype="float64")
        wanted = steps - len(self._losses)
        if wanted:
            history = self._network.fit(
                INPUTS.astype(np.float64),
                targets,
                optimizer=SGD(rate),
                epochs=wanted,
                batch_size="full",
                shuffle=False,
                executor="reference",
                verbose=0,
            )
            self._losses += [float(loss) for loss in history["loss"]]
        return {**self._view(targets), "steps": steps, "losses": self._shown_losses()}

    def _shown_losses(self) -> dict[str, Any]:
        every = max(1, len(self._losses) // MOST_LOSSES)
        return {"steps": list(range(0, len(self._losses), every)), "values": self._losses[::every]}

    def _view(self, targets: Any) -> dict[str, Any]:
        network = self._network
        trace = network.trace(INPUTS.astype(np.float64), targets)
        first, answers = np.asarray(trace["A1"]), np.asarray(trace["A2"])[:, 0]
        p = network.parameters
        axis = np.linspace(-0.5, 1.5, CELLS)
        across, up = np.meshgrid(axis, axis)
        low, high = _frame(first)
        return {
            "rows": [
                {
                    "x1": int(x[0]),
                    "x2": int(x[1]),
                    "hidden": [number_text(value) for value in first[k]],
                    "places": [float(value) for value in first[k]],
                    "probability": number_text(answers[k]),
                    "output": int(network.classify(x[None].astype(np.float64))[0]),
                    "wanted": int(targets[k]),
                }
                for k, x in enumerate(INPUTS)
            ],
            "loss": number_text(float(trace["loss"])),
            "parameters": {name: p[name].ravel().tolist() for name in ("W1", "b1", "W2", "b2")},
            "gradients": {name: np.asarray(trace[f"d{name}"]).ravel().tolist() for name in ("W1", "b1", "W2", "b2")},
            "plane": network.predict(np.column_stack([across.ravel(), up.ravel()])).reshape(CELLS, CELLS),
            "lines": [half_plane(Perceptron(p["W1"][:, unit], bias=float(p["b1"][unit])))["line"] for unit in (0, 1)],
            "hidden": {
                "low": low,
                "high": high,
                **half_plane(Perceptron(p["W2"][:, 0], bias=float(p["b2"][0])), low, high),
            },
        }


def _frame(hidden: Any) -> tuple[float, float]:
    """Return a square's ends with room around what the hidden units give."""
    low, high = min(float(hidden.min()), 0.0), max(float(hidden.max()), 1.0)
    return low - 0.25 * (high - low), high + 0.25 * (high - low)
