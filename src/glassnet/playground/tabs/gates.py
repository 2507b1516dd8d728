"""The tab of gates: one perceptron and its line, two layers of them, and both learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.mathematics.gates import TwoLayerGate
from glassnet.playground.gate_learning import HIDDEN, MOST_STEPS, LearningNetwork, rosenblatt
from glassnet.playground.gate_views import GATES, WANTED, half_plane, in_hundredths, table

if TYPE_CHECKING:
    from glassnet.playground.actions import Action
    from glassnet.playground.message import Message
    from glassnet.playground.sessions import Session

LARGEST = 10.0  # of a weight


def look(_: Session, message: Message) -> dict[str, Any]:
    """Return a perceptron's truth table beside a gate's, and where it fires in the plane."""
    wanted = message.choice("gate", WANTED)
    perceptron = in_hundredths(*_parameters(message))
    rows = table(perceptron, wanted)
    gate = GATES.get(wanted)
    return {
        "rows": rows,
        "right": _right(rows),
        **half_plane(perceptron),
        "solution": None if gate is None else [*gate.weights, gate.bias],
    }


def combine(_: Session, message: Message) -> dict[str, Any]:
    """Return what two gates and a third that reads them give, beside XOR: rows, and each gate's plane."""
    first, second, output = (GATES[message.choice(name, GATES)] for name in ("first", "second", "output"))
    whole = TwoLayerGate("own", (first, second), output)
    targets = WANTED["XOR"].truth_table()[:, 2]
    rows = [
        {
            "x1": int(x1),
            "x2": int(x2),
            "hidden": [first(x1, x2), second(x1, x2)],
            "output": int(y),
            "wanted": int(target),
        }
        for (x1, x2, y), target in zip(whole.truth_table(), targets, strict=True)
    ]
    return {
        "rows": rows,
        "right": _right(rows),
        "formula": whole.formula,
        "gates": [
            {"name": gate.name, "weights": list(gate.weights), "bias": gate.bias, **half_plane(gate.perceptron)}
            for gate in (first, second, output)
        ],
    }


def learn(_: Session, message: Message) -> dict[str, Any]:
    """Return all steps of Rosenblatt's rule."""
    weights, bias = _parameters(message)
    rate = message.number("rate", default=1.0, at_least=0.01, at_most=LARGEST)
    return rosenblatt(message.choice("gate", WANTED), weights, bias, rate)


def network(session: Session, message: Message) -> dict[str, Any]:
    """Return a small network after so many steps of gradient descent."""
    return session.room(LearningNetwork).at(
        message.choice("gate", WANTED, default="XOR"),
        message.choice("hidden", HIDDEN, default="tanh"),
        message.number("rate", default=1.0, at_least=0.01, at_most=LARGEST),
        message.integer("seed", 0, 9999, default=0),
        message.integer("steps", 0, MOST_STEPS, default=0),
    )


def _parameters(message: Message) -> tuple[tuple[float, float], float]:
    w1, w2, bias = (message.number(name, at_least=-LARGEST, at_most=LARGEST) for name in ("w1", "w2", "bias"))
    return (w1, w2), bias


def _right(rows: list[dict[str, Any]]) -> int:
    return sum(row["output"] == row["wanted"] for row in rows)


ACTIONS: dict[str, Action] = {"look": look, "combine": combine, "learn": learn, "network": network}
