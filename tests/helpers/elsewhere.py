"""Where a network's arrays can be besides NumPy, as tests need it: backends, the arrays for them, random networks."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import GlassnetError
from glassnet.network.backends import as_backend, to_numpy

CPU_LIBRARIES = ("array_api_strict", "torch")
GPUS = ("torch:cuda", "cupy", "mps")
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


def backend_or_skip(device):
    """Return the backend of a device, or skip the test, saying what is missing."""
    try:
        return as_backend(device)
    except GlassnetError as error:
        pytest.skip(f"{device}: {error}")


def sizes_of(trace):
    """Return for each array of a trace the largest number of it, and of all that it follows from: what rounds counts.

    (What BatchNorm gives back, say, is a small difference of numbers that are not small.)
    """
    sizes = {name: size_of(array) for name, array in {**trace.given, **trace}.items()}
    for step in trace.tape:
        for name in step.outputs:
            if name in trace.names:
                sizes[name] = max(sizes[name], *(sizes.get(given, 0.0) for given in step.inputs))
    return sizes


def size_of(array):
    return float(np.abs(array).max(initial=0))


def close(found, expected, size=None):
    """Say whether two arrays are the same to rounding, by the size given or that of the largest number."""
    found, expected = np.asarray(to_numpy(found)), np.asarray(expected)
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    size = size_of(expected) if size is None else size
    return size_of(found - expected) <= TOLERANCE[expected.dtype.name] * size


def random_network(rng, dtype, seed=0):
    """Return a network of random layers, with random numbers in all its arrays, and targets' kind."""
    width = int(rng.integers(1, 6))
    n_in, layers = width, []
    for _ in range(int(rng.integers(1, 4))):
        n_out = int(rng.integers(1, 7))
        layers.append(
            gn.Maxout(width, n_out, pieces=int(rng.integers(1, 4)))
            if rng.random() < 0.25
            else gn.Dense(width, n_out, bias=bool(rng.random() < 0.8))
        )
        width = n_out
        if rng.random() < 0.4:
            layers.append(gn.BatchNorm(momentum=0.8, eps=1e-3))
        kinds = (gn.Sigmoid, gn.Tanh, gn.ReLU, gn.LeakyReLU, gn.PReLU, gn.ELU, gn.Identity)
        layers.append(kinds[rng.integers(len(kinds))]())
        if rng.random() < 0.4:
            layers.append(gn.Dropout(float(rng.uniform(0, 0.7))))
    output, loss = (
        ("softmax", "categorical_cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
        ("values", "mean_squared_error"),
        ("values", "mean_absolute_error"),
        ("values", gn.losses.gaussian_nll),
        ("softmax", "mean_squared_error"),
        ("sigmoid", "categorical_cross_entropy"),
        ("tanh-free", "binary_cross_entropy"),
    )[rng.integers(8)]
    n_out = int(rng.integers(2, 5)) if output != "sigmoid" else int(rng.integers(1, 4))
    layers.append(gn.Dense(width, n_out))
    if output == "softmax":
        layers.append(gn.Softmax())
    elif output in {"sigmoid", "tanh-free"}:
        layers.append(gn.Sigmoid())
    if output == "tanh-free":  # a sigmoid that is not fused with its loss: Dropout stands between
        layers.append(gn.Dropout(0.0))
    net = gn.Network(layers, loss, seed=seed, dtype=dtype)
    last = list(net.parameters)[-2:]  # W and b of the last Dense
    for name, array in net.parameters.items():
        # Beside 0 or 1 a sigmoid's y has roundings that 1/y and 1/(1 − y) would magnify.
        size = 0.16 if name in last and output in {"sigmoid", "tanh-free"} else 0.8
        array[...] = rng.normal(0, size, array.shape) + (1.0 if name.startswith("gamma") else 0.0)
    for name, array in net.state.items():
        array[...] = rng.uniform(0.5, 2, array.shape) if "variance" in name else rng.normal(size=array.shape)
    rows = int(rng.integers(1, 9))
    x = rng.normal(size=(rows, n_in)).astype(dtype)
    kind = net.output_kind
    t = rng.normal(size=(rows, n_out)) if kind == "values" else rng.integers(0, max(n_out, 2), rows)
    return net, x, t
