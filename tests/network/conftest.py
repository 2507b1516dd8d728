"""The oracles that gradients are held against: complex steps and central differences, of every parameter and input."""

from types import SimpleNamespace

import numpy as np
import pytest

from glassnet.network import reference

# Small enough to be exact in the value, which a complex step allows and a difference does not.
COMPLEX_STEP = 1e-30
DIFFERENCE = 1e-6


def relative_distance(a, b):
    """Return ‖a − b‖ / (‖a‖ + ‖b‖), where noise of rounding counts as nothing."""
    distance, size = np.linalg.norm(a - b), np.linalg.norm(a) + np.linalg.norm(b)
    return distance / max(size, 1e-3)


def by_shifting(function, values, name, shift, pick):
    """Return the derivative of function(values) by each number of values[name], from two shifted values."""
    gradient = np.empty(values[name].shape)
    for index in np.ndindex(gradient.shape):
        ends = []
        for sign in (1, -1):
            shifted = values[name].copy()
            shifted[index] += sign * shift
            ends.append(function(values | {name: shifted}))
        gradient[index] = pick(*ends)
    return gradient


def by_differences(function, values, name):
    return by_shifting(function, values, name, DIFFERENCE, lambda up, down: (up - down) / (2 * DIFFERENCE))


def by_complex_steps(function, values, name):
    complex_values = {
        key: value.astype(complex) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for key, value in values.items()
    }
    # Both ends, though one would do: their real parts cancel whatever the function does with them.
    pick = lambda up, down: (up - down).imag / (2 * COMPLEX_STEP)  # noqa: E731  # one line says it best
    return by_shifting(function, complex_values, name, COMPLEX_STEP * 1j, pick)


def given_values(net, x, t, sample_weight=None, step=0):
    """Return what a tape of a float64 network reads."""
    inputs = net.as_input(x)
    weights = net.as_weights(sample_weight, len(inputs))
    return reference.values_for(net, inputs, net.as_targets(t, len(inputs)), weights, step)


def check(net, x, t, *, mode="train", sample_weight=None, step=0, analytic=True):
    """Hold dX and the gradient of every parameter against differences and, where analytic, complex steps.

    Returns the gradients, for tests that want to know more of them.
    """
    assert net.dtype == np.float64
    tape = net.tape(mode)
    values = given_values(net, x, t, sample_weight, step)
    found = reference.run(tape, values, "forward", "loss", "backward")

    def loss(shifted):
        # The weights are no variable here; they stay real.
        return reference.run(tape, shifted | {"weights": values["weights"]}, "forward", "loss")["loss"]

    gradients = {name: found[f"d{name}"] for name in ("X", *net.parameters)}
    for name, gradient in gradients.items():
        assert gradient.shape == values[name].shape
        assert gradient.dtype == np.float64
        oracle = by_differences(loss, values, name)
        assert relative_distance(gradient, oracle) < 2e-6, f"d{name} and differences: {gradient} {oracle}"
        if analytic:
            oracle = by_complex_steps(loss, values, name)
            assert relative_distance(gradient, oracle) < 1e-11, f"d{name} and complex steps: {gradient} {oracle}"
    return gradients


def randomize(net, seed=0):
    """Give every parameter and running statistic random numbers, away from kinks; variances stay positive."""
    rng = np.random.default_rng(seed)
    for name, array in net.parameters.items():
        array[...] = rng.normal(0, 0.8, array.shape) + (1.0 if name.startswith("gamma") else 0.0)
    for name, array in net.state.items():
        array[...] = rng.uniform(0.5, 2, array.shape) if "variance" in name else rng.normal(size=array.shape)
    return net


@pytest.fixture(scope="session")
def oracle():
    return SimpleNamespace(
        by_complex_steps=by_complex_steps,
        by_differences=by_differences,
        check=check,
        given_values=given_values,
        randomize=randomize,
        relative_distance=relative_distance,
    )
