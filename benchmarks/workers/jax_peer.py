"""JAX: an epoch is one compiled scan over the batches, gathered inside, with donated parameters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Array, Workload

PACKAGES = ("jax", "jaxlib")

Parameters = list[tuple[Any, Any]]


def forms(workload: Workload) -> list[str]:  # noqa: ARG001  # every peer is asked alike
    """Return the one form."""
    return [""]


def logits(parameters: Parameters, x: Any, activation: Callable[[Any], Any]) -> Any:
    """Return the net input of the output layer."""
    *hidden, (W_out, b_out) = parameters
    for W, b in hidden:
        x = activation(x @ W + b)
    return x @ W_out + b_out


def loss(parameters: Parameters, x: Any, t: Any, activation: Callable[[Any], Any]) -> Any:
    """Return the mean categorical cross-entropy."""
    log_p = jax.nn.log_softmax(logits(parameters, x, activation))
    return -jnp.mean(jnp.take_along_axis(log_p, t[:, None], axis=1))


def sgd(parameters: Parameters, gradients: Parameters, slots: Any, rate: float) -> tuple[Parameters, Any]:
    """W ← w − η g."""
    return jax.tree.map(lambda w, g: w - rate * g, parameters, gradients), slots


def adam(parameters: Parameters, gradients: Parameters, slots: Any, rate: float) -> tuple[Parameters, Any]:
    """Adam as in its paper, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8."""
    m, v, step = slots
    step = step + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradients)
    c1, c2 = 1 - 0.9**step, 1 - 0.999**step
    updated = jax.tree.map(lambda w, m, v: w - rate * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), parameters, m, v)
    return updated, (m, v, step)


class Jax(Contestant):
    """Parameters as a list of arrays, an epoch as a function of them."""

    def set_up(self) -> None:
        """Put the data on the device, and make the two compiled functions."""
        self.parameters = jax.tree.map(jnp.asarray, initial_weights(self.workload))
        self.x, self.t = jnp.asarray(self.data.x), jnp.asarray(self.data.t.astype(np.int32))
        zeros = jax.tree.map(jnp.zeros_like, (self.parameters, self.parameters))
        is_adam = self.workload.optimizer == "adam"
        self.slots = (*zeros, jnp.float32(0)) if is_adam else ()
        activation = jax.nn.sigmoid if self.workload.activation == "sigmoid" else jax.nn.relu
        update = adam if is_adam else sgd
        rate = self.workload.learning_rate

        @partial(jax.jit, donate_argnums=(0, 1))
        def epoch(parameters: Parameters, slots: Any, x: Any, t: Any, order: Any) -> Any:
            def step(carry: Any, rows: Any) -> Any:
                value, gradients = jax.value_and_grad(loss)(carry[0], x[rows], t[rows], activation)
                return update(carry[0], gradients, carry[1], rate), value

            return jax.lax.scan(step, (parameters, slots), order)

        self.epoch = epoch
        self.probabilities = jax.jit(lambda parameters, x: jax.nn.softmax(logits(parameters, x, activation)))

    def train_in_order(self, order: Array) -> None:
        """Call the compiled epoch; it is compiled anew for each number of steps."""
        order = jnp.asarray(order.astype(np.int32))
        (self.parameters, self.slots), _ = self.epoch(self.parameters, self.slots, self.x, self.t, order)

    def finish(self) -> None:
        """Wait: a call returns before its result is there."""
        jax.block_until_ready(self.parameters)

    def predict(self, x: Any) -> Array:
        """Call the compiled function, and wait for its result."""
        return np.asarray(self.probabilities(self.parameters, x))


make = Jax
