"""Trainings with one fault planted in each, and the same training without it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

import glassnet as gn


@dataclass
class Plan:
    """A training: data, layers, loss, and how it is trained; `trained` says whether it is before it is examined."""

    x: Any
    t: Any
    layers: list
    loss: Any = None
    optimizer: Any = None
    trained: bool = True
    validation: Any = None
    fit: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)

    def network(self):
        net = gn.Network(self.layers, self.loss, seed=3)
        for name, value in self.parameters.items():
            net.parameters[name][...] = value
        return net

    def train(self, network, **more):
        options = {"epochs": 20, "batch_size": 20, "optimizer": self.optimizer or gn.Adam(0.01)}
        options |= {"executor": "reference", "verbose": 0} | self.fit | more
        return network.fit(self.x, self.t, validation_data=self.validation, **options)

    def report(self):
        network = self.network()
        history = self.train(network) if self.trained else None
        return network.diagnose(self.x, self.t, history=history, validation_data=self.validation)


def blobs(n_classes=3, rows=300, seed=0, n_in=4):
    rng = np.random.default_rng(seed)
    t = rng.integers(n_classes, size=rows)
    return rng.normal(scale=2, size=(n_classes, n_in))[t] + rng.normal(size=(rows, n_in)), t


def classifier(n_in=4, n_classes=3, activation=gn.ReLU, depth=1, init="auto", width=16):
    layers = []
    for _ in range(depth):
        layers += [gn.Dense(n_in, width, init=init), activation()]
        n_in = width
    return [*layers, gn.Dense(n_in, n_classes, init=init), gn.Softmax()]


def healthy():
    return Plan(*blobs(), classifier())


def with_layers(*ending, **more):
    return Plan(*blobs(), [gn.Dense(4, 16), gn.ReLU(), gn.Dense(16, 3), *ending], **more)


def spirals():
    """Two arms wound twice, which no line parts."""
    rng = np.random.default_rng(0)
    t, way = rng.integers(2, size=400), rng.uniform(1, 9, size=400)
    return np.column_stack([way * np.cos(way + np.pi * t), way * np.sin(way + np.pi * t)]) / 5, t


def pixels():
    """Strokes of light at a place that tells the class, 0 to 255."""
    rng = np.random.default_rng(0)
    t = rng.integers(3, size=300)
    x = rng.uniform(0, 60, size=(300, 36))
    x[np.arange(300)[:, None], t[:, None] * 12 + np.arange(12)] = rng.uniform(150, 255, size=(300, 12))
    return x, t


def sorted_rows():
    x, t = blobs()
    order = np.argsort(t, kind="stable")
    return Plan(x[order], t[order], classifier(), fit={"shuffle": False})


def columns_of(scales, offsets):
    """The second column tells the class, the first nothing."""
    rng = np.random.default_rng(1)
    t = rng.integers(2, size=400)
    x = np.column_stack([rng.normal(size=400), 2 * t - 1 + rng.normal(scale=0.3, size=400)])
    return Plan(x * scales + offsets, t, classifier(2, 2), optimizer=gn.Adam(), fit={"epochs": 12})


def sorted_values():
    x = np.sort(np.random.default_rng(0).uniform(-3, 3, size=(400, 1)), axis=0)
    return Plan(x, np.sin(x), [gn.Dense(1, 16), gn.Tanh(), gn.Dense(16, 1)], fit={"shuffle": False, "batch_size": 16})


def sorted_in_large_batches():
    """Each batch has two classes of the three."""
    plan = sorted_rows()
    plan.fit["batch_size"] = 150
    return plan


def labels_from_one_with_room():
    x, t = blobs()
    return Plan(x, t + 1, classifier(n_classes=4))


def labels_from_one():
    x, t = blobs()
    return Plan(x, t + 1, classifier(), trained=False)


def labels_moved_by_a_row():
    x, t = blobs()
    return Plan(x, np.roll(t, 1), classifier(), optimizer=gn.Adam(), fit={"epochs": 10})


def dead_units():
    return Plan(*blobs(), classifier(), parameters={"b1": -10.0}, optimizer=gn.SGD(0.01), fit={"epochs": 5})


def random_labels():
    x, _ = blobs(rows=200)
    unrelated = np.random.default_rng(9).integers(3, size=200)
    return Plan(
        x[:120], unrelated[:120], classifier(width=64), validation=(x[120:], unrelated[120:]), fit={"epochs": 150}
    )


def constant_column():
    x, t = blobs()
    x[:, 2] = 1.5
    return Plan(x, t, classifier())


def nan_in_data():
    x, t = blobs()
    x[17, 1] = np.nan
    return Plan(x, t, classifier(), trained=False)


def rare_class():
    x, t = blobs(n_classes=2, rows=1200)
    kept = (t == 0) | (np.arange(1200) % 20 == 0)
    return Plan(x[kept], t[kept], classifier(n_classes=2), fit={"epochs": 5})


def class_without_samples():
    x, t = blobs()
    return Plan(x, t, classifier(n_classes=5))


def leak():
    x, t = blobs()
    return Plan(x, t, classifier(), validation=(x[:60], t[:60]))


def validation_unscaled():
    x, t = blobs()
    return Plan(x[:200], t[:200], classifier(), validation=(255 * x[200:], t[200:]))


def values_beyond_a_tanh():
    x, _ = blobs()
    return Plan(x, 3 * x[:, :1], [gn.Dense(4, 16), gn.ReLU(), gn.Dense(16, 1), gn.Tanh()], "mean_squared_error")


def house_prices(optimizer):
    """Values from 150,000 to 250,000."""
    x = blobs()[0]
    return Plan(
        x,
        2e5 + 5e4 * np.tanh(x[:, :1]),
        [gn.Dense(4, 16), gn.ReLU(), gn.Dense(16, 1)],
        "mean_squared_error",
        optimizer=optimizer,
    )


# Each fault by the code that the doctor is to find it by.
FAULTS = {
    "softmax-twice": lambda: with_layers(gn.Softmax(), gn.Softmax()),
    "softmax-of-one": lambda: Plan(
        *blobs(n_classes=2), [gn.Dense(4, 1), gn.Softmax()], "binary_cross_entropy", fit={"epochs": 5}
    ),
    "output-bounded": lambda: with_layers(gn.Sigmoid(), gn.Softmax()),
    "output-bounded (ReLU)": lambda: Plan(
        *blobs(n_classes=2), [gn.Dense(4, 8), gn.Tanh(), gn.Dense(8, 1), gn.ReLU(), gn.Sigmoid()]
    ),
    "loss-mismatch (sigmoid)": lambda: with_layers(gn.Sigmoid(), loss="categorical_cross_entropy"),
    "loss-mismatch (ReLU)": lambda: with_layers(gn.ReLU(), loss="categorical_cross_entropy"),
    "loss-mismatch (linear)": lambda: with_layers(loss="categorical_cross_entropy"),
    "loss-mismatch (tanh)": lambda: with_layers(gn.Tanh(), loss="binary_cross_entropy"),
    "classes-as-values": lambda: Plan(
        blobs()[0], gn.one_hot(blobs()[1], 3), [gn.Dense(4, 16), gn.ReLU(), gn.Dense(16, 3)]
    ),
    "batchnorm-of-one": lambda: Plan(
        *blobs(),
        [gn.Dense(4, 16), gn.BatchNorm(), gn.ReLU(), gn.Dense(16, 3), gn.Softmax()],
        fit={"batch_size": 1, "epochs": 2},
    ),
    "several-labels": lambda: Plan(
        blobs()[0], (blobs()[0][:, :3] > 0).astype(float), [gn.Dense(4, 16), gn.ReLU(), gn.Dense(16, 3), gn.Softmax()]
    ),
    "targets-out-of-reach": values_beyond_a_tanh,
    "linear-layers": lambda: Plan(*blobs(), [gn.Dense(4, 16), gn.Dense(16, 3), gn.Softmax()]),
    "inputs-unscaled": lambda: Plan(*pixels(), classifier(n_in=36)),
    "inputs-unscaled (uneven)": lambda: columns_of([25, 0.05], [0, 0]),
    "inputs-unscaled (tiny)": lambda: columns_of([1, 1e-4], [0, 0]),
    "inputs-unscaled (away from 0)": lambda: columns_of([0.1, 0.1], [28, 28]),
    "targets-unscaled (Adam)": lambda: house_prices(gn.Adam()),
    "targets-unscaled (SGD)": lambda: house_prices(gn.SGD(0.01)),
    "constant-column": constant_column,
    "data-not-finite": nan_in_data,
    "labels-off-by-one": labels_from_one_with_room,
    "labels-off-by-one (beyond)": labels_from_one,
    "targets-shifted": labels_moved_by_a_row,
    "class-missing": class_without_samples,
    "class-imbalance": rare_class,
    "unshuffled": sorted_rows,
    "unshuffled (values)": sorted_values,
    "unshuffled (large batches)": sorted_in_large_batches,
    "leak": leak,
    "validation-unlike": validation_unscaled,
    "dead-units": dead_units,
    "saturated-units": lambda: Plan(
        *blobs(n_in=16), classifier(16, activation=gn.Sigmoid, init=gn.initializers.Normal(10.0)), trained=False
    ),
    "symmetric-units": lambda: Plan(*blobs(), classifier(activation=gn.Tanh), parameters={"W1": 0.3, "W2": 0.3}),
    "vanishing-gradients": lambda: Plan(
        *blobs(),
        classifier(activation=gn.Sigmoid, depth=8, init=gn.initializers.Normal(0.01)),
        optimizer=gn.SGD(0.1),
        fit={"epochs": 5},
    ),
    "exploding-gradients": lambda: Plan(
        *blobs(), classifier(depth=8, width=64, init=gn.initializers.Normal(1.0)), trained=False
    ),
    "learning-rate-too-large (Adam)": lambda: Plan(*spirals(), classifier(2, 2, depth=2), optimizer=gn.Adam(1.0)),
    "learning-rate-too-large (SGD)": lambda: Plan(
        *blobs(), classifier(activation=gn.Tanh, depth=3), optimizer=gn.SGD(30.0)
    ),
    "learning-rate-too-large (nan)": lambda: Plan(
        blobs()[0], blobs()[0][:, :1], [gn.Dense(4, 16), gn.ReLU(), gn.Dense(16, 1)], optimizer=gn.SGD(10.0)
    ),
    "learning-rate-too-small": lambda: Plan(*blobs(), classifier(), optimizer=gn.SGD(1e-4)),
    "learning-rate-too-small (Adam)": lambda: Plan(*blobs(), classifier(), optimizer=gn.Adam(1e-6)),
    "overfitting": random_labels,
    "underfitting": lambda: Plan(*spirals(), [gn.Dense(2, 2), gn.Softmax()], fit={"epochs": 60}),
    "not-learning": lambda: Plan(
        blobs()[0], np.random.default_rng(1).integers(3, size=300), [gn.Dense(4, 3), gn.Softmax()]
    ),
}
