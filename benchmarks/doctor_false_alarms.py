"""How often the doctor finds something in healthy trainings: random networks, optimizers and data.

    python -m benchmarks.doctor_false_alarms --runs 200

A training counts as healthy if it generalizes, whatever the doctor says of it: on data that it has not seen it answers
nearly as well as can be. Others are left out, and counted. What is measured of each healthy run beside its findings
(dead units, saturated units, gradients by layer, rise of the validation loss) is what the doctor's thresholds were
chosen by.
"""

from __future__ import annotations

import argparse
import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

import glassnet as gn
from glassnet.glass.doctor.case import Case
from glassnet.glass.doctor.gradients import sizes_by_block
from glassnet.glass.doctor.neighbours import explained
from glassnet.glass.doctor.units import dead_share, mean_slopes
from glassnet.training.fit import NotFiniteWarning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.glass.doctor.finding import Report

ENOUGH = {"blobs": 0.95, "moons": 0.95, "digits": 0.8, "waves": 0.9}
"""The accuracy, or R², on unseen data from which on a training is healthy."""
OPTIMIZERS = {
    gn.SGD: (0.03, 0.2),
    gn.Momentum: (0.01, 0.05),
    gn.Nesterov: (0.01, 0.05),
    gn.AdaGrad: (0.02, 0.1),
    gn.RMSProp: (0.001, 0.005),
    gn.Adam: (0.001, 0.01),
    gn.AdamW: (0.001, 0.01),
}
"""Rules with the range of rates that are usual."""
ACTIVATIONS = (gn.ReLU, gn.LeakyReLU, gn.ELU, gn.Tanh, gn.Sigmoid, gn.PReLU)


@dataclass(frozen=True)
class Run:
    """A training, how well it went, and what the doctor said of it, from outside and as a callback."""

    seed: int
    data: str
    network: gn.Network
    score: float
    report: Report
    callback_report: Report
    measured: dict[str, float]

    @property
    def healthy(self) -> bool:
        """Whether it generalizes."""
        return self.score >= ENOUGH[self.data]


def random_run(seed: int) -> Run:
    """Train a random network on random data, and examine it."""
    rng = np.random.default_rng(seed)
    kind = str(rng.choice(list(ENOUGH)))
    x, t = data(kind, rng)
    count = len(x) * 3 // 4
    held_out = x[count:], t[count:]
    network = random_network(x.shape[1], int(t.max()) + 1 if t.ndim == 1 else 0, rng)
    rule = list(OPTIMIZERS)[rng.integers(len(OPTIMIZERS))]
    low, high = OPTIMIZERS[rule]
    doctor = gn.Doctor()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotFiniteWarning)  # some diverge, and are not healthy then
        history = network.fit(
            x[:count],
            t[:count],
            optimizer=rule(float(np.exp(rng.uniform(np.log(low), np.log(high))))),
            epochs=int(rng.integers(15, 80)),
            batch_size=int(rng.choice([10, 20, 50])),
            validation_data=held_out,
            callbacks=[doctor],
            executor="reference",
            verbose=0,
        )
    report = network.diagnose(x[:count], t[:count], history=history, validation_data=held_out)
    score = explained(network.predict(held_out[0]), held_out[1]) if t.ndim == 2 else network.accuracy(*held_out)
    return Run(seed, kind, network, score, report, doctor.report, measurements(network, x[:count], t[:count], history))


def random_network(n_in: int, n_classes: int, rng: np.random.Generator) -> gn.Network:
    """Return a network of one to three hidden layers; with 0 classes a regression."""
    kind = ACTIVATIONS[rng.integers(len(ACTIVATIONS))]
    depth = int(rng.integers(1, 3 if kind is gn.Sigmoid else 4))
    normalizes, dropout = rng.random() < 0.2, rng.random() < 0.2
    layers: list[Any] = []
    for _ in range(depth):
        width = int(rng.integers(8, 65))
        layers += [gn.Dense(n_in, width), *([gn.BatchNorm()] if normalizes else []), kind()]
        layers += [gn.Dropout(0.1)] if dropout and width > 20 else []
        n_in = width
    binary = n_classes == 2 and rng.random() < 0.5
    layers.append(gn.Dense(n_in, 1 if binary else max(1, n_classes)))
    layers += [] if not n_classes else [gn.Sigmoid() if binary else gn.Softmax()]
    return gn.Network(layers, seed=int(rng.integers(1 << 30)))


def data(kind: str, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return inputs and targets of one of four kinds, in random order."""
    rows = int(rng.integers(300, 801))
    if kind == "blobs":
        n_in, n_classes = int(rng.integers(2, 9)), int(rng.integers(2, 6))
        t = rng.integers(n_classes, size=rows)
        return rng.normal(scale=3, size=(n_classes, n_in))[t] + rng.normal(size=(rows, n_in)), t
    if kind == "moons":
        t, angle = rng.integers(2, size=rows), rng.uniform(0, np.pi, size=rows)
        x = np.column_stack([np.cos(angle) + t, np.where(t == 1, 0.5 - np.sin(angle), np.sin(angle))])
        return x + rng.normal(scale=rng.uniform(0.05, 0.15), size=x.shape), t
    if kind == "waves":
        x = rng.uniform(-1, 1, size=(rows, int(rng.integers(1, 4))))
        t = np.sin(rng.uniform(2, 4) * x[:, :1]) + 0.5 * x[:, -1:] ** 2
        return x, t + rng.normal(scale=0.05, size=t.shape)
    x, t = digits()
    chosen = rng.choice(len(x), 2 * rows, replace=False)
    return x[chosen], t[chosen]


@cache
def digits() -> tuple[NDArray[Any], NDArray[Any]]:
    """Return MNIST's test digits, as 14 × 14 means of four pixels."""
    _, (x, t) = gn.load_mnist()
    return x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(len(x), 196), t


def measurements(network: gn.Network, x: NDArray[Any], t: NDArray[Any], history: gn.History) -> dict[str, float]:
    """Return what the thresholds are compared with."""
    case = Case(network, x, t, network.as_targets(t, len(x)))
    values = case.values
    dead, slopes = [0.0], [1.0]
    for layer, place in zip(network.layers, network.places, strict=True):
        if isinstance(layer, gn.ReLU):
            dead.append(dead_share(values[place.input]))
        if isinstance(layer, gn.Sigmoid | gn.Tanh) and layer is not network.output_layer:
            slopes.append(float(np.median(mean_slopes(layer, values[place.input]))))
    sizes = list(sizes_by_block(network, values).values())
    validation, start = np.array(history["val_loss"]), history.steps["loss"][0]
    return {
        "dead": max(dead),
        "slope": min(slopes),
        "vanishing": min(sizes[:-1]) / sizes[-1],
        "exploding": max(sizes[:-1]) / sizes[-1],
        "rise": float(validation[-1] - validation.min()) / start,
        "gap": float(validation[-1]) / max(history["loss"][-1], 1e-12),
    }


def main() -> None:
    """Print the findings in healthy runs, and the extremes of what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="how many healthy runs (default 200)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    options = parser.parse_args()
    healthy: list[Run] = []
    left_out = 0
    seed = options.first
    while len(healthy) < options.runs:
        run = random_run(seed)
        seed += 1
        if not run.healthy:
            left_out += 1
            print(f"seed {run.seed}: {run.data} {run.score:.3f}, not healthy; found: {run.report.codes}", flush=True)
            continue
        healthy.append(run)
        for name, report in (("diagnose", run.report), ("callback", run.callback_report)):
            if report:
                print(
                    f"seed {run.seed}: {name} found {report.codes} ({run.data}, {run.score:.3f})\n{report}", flush=True
                )
    alarms = [
        sum(map(bool, reports)) for reports in zip(*((r.report, r.callback_report) for r in healthy), strict=True)
    ]
    print(f"{len(healthy)} healthy runs ({left_out} left out); alarms: diagnose {alarms[0]}, callback {alarms[1]}")
    for name in healthy[0].measured:
        numbers = np.array([run.measured[name] for run in healthy])
        print(f"{name:10} {np.quantile(numbers, [0, 0.01, 0.5, 0.99, 1])}")


if __name__ == "__main__":
    main()
