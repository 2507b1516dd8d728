"""JAX: an epoch, and the evaluation after it, in one compiled call each; the short last batch is left out."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import glassnet as gn
from benchmarks.to_accuracy import recipe
from benchmarks.workers.jax_peer import logits, loss


@partial(jax.jit, donate_argnums=0)
def train_epoch(carry: Any, x: Any, t: Any, order: Any) -> Any:
    """Return the parameters and their velocity after the batches of `order`."""

    def step(carry: Any, rows: Any) -> Any:
        parameters, velocity = carry
        gradients = jax.grad(loss)(parameters, x[rows], t[rows], jax.nn.relu)
        velocity = jax.tree.map(lambda v, g: recipe.MOMENTUM * v - recipe.LEARNING_RATE * g, velocity, gradients)
        return (jax.tree.map(jnp.add, parameters, velocity), velocity), None

    return jax.lax.scan(step, carry, order)[0]


@jax.jit
def accuracy_of(parameters: Any, x: Any, t: Any) -> Any:
    """Return the share of rows whose class is right."""
    return jnp.mean(jnp.argmax(logits(parameters, x, jax.nn.relu), axis=1) == t)


def main() -> None:
    """Train until the test accuracy is reached."""
    (x, t), (x_test, t_test) = ((jnp.asarray(x), jnp.asarray(t.astype(np.int32))) for x, t in gn.load_mnist())
    parameters = jax.tree.map(jnp.asarray, recipe.initial_weights())
    carry = parameters, jax.tree.map(jnp.zeros_like, parameters)
    rng = np.random.default_rng(recipe.seed())
    steps = len(x) // recipe.BATCH_SIZE
    for epoch in range(1, recipe.MOST_EPOCHS + 1):
        order = rng.permutation(len(x)).astype(np.int32)[: steps * recipe.BATCH_SIZE].reshape(steps, -1)
        carry = train_epoch(carry, x, t, order)
        if recipe.reached(epoch, float(accuracy_of(carry[0], x_test, t_test))):
            return


if __name__ == "__main__":
    main()
