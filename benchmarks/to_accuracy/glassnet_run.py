"""glassnet."""

from typing import Any

import glassnet as gn
from benchmarks.to_accuracy import recipe


def main() -> None:
    """Train until the test accuracy is reached."""
    (x, t), test = gn.load_mnist()
    n_in, *hidden, n_out = recipe.SIZES
    layers: list[gn.Layer] = []
    for width in hidden:
        layers += [gn.Dense(n_in, width), gn.ReLU()]
        n_in = width
    net = gn.Network([*layers, gn.Dense(n_in, n_out), gn.Softmax()], seed=recipe.seed())
    for number, (W, b) in enumerate(recipe.initial_weights(), 1):
        net.parameters[f"W{number}"], net.parameters[f"b{number}"] = W, b

    def stop_when_reached(run: Any) -> None:
        if recipe.reached(run.epoch, run.metrics["val_accuracy"]):
            run.stop("the test accuracy is reached")

    net.fit(
        x,
        t,
        optimizer=gn.Momentum(recipe.LEARNING_RATE, momentum=recipe.MOMENTUM),
        epochs=recipe.MOST_EPOCHS,
        batch_size=recipe.BATCH_SIZE,
        validation_data=test,
        callbacks=[stop_when_reached],
        verbose=0,
    )


if __name__ == "__main__":
    main()
