"""scikit-learn: `MLPClassifier.partial_fit` is an epoch, `score` the evaluation after it.

It draws its own initial weights, Glorot's: putting others in would need a training first.
"""

from sklearn.neural_network import MLPClassifier

import glassnet as gn
from benchmarks.to_accuracy import recipe


def main() -> None:
    """Train until the test accuracy is reached."""
    (x, t), (x_test, t_test) = gn.load_mnist()
    classifier = MLPClassifier(
        recipe.SIZES[1:-1],
        solver="sgd",
        alpha=0.0,
        batch_size=recipe.BATCH_SIZE,
        learning_rate_init=recipe.LEARNING_RATE,
        momentum=recipe.MOMENTUM,
        nesterovs_momentum=False,
        random_state=recipe.seed(),
    )
    for epoch in range(1, recipe.MOST_EPOCHS + 1):
        classifier.partial_fit(x, t, classes=range(10))
        if recipe.reached(epoch, classifier.score(x_test, t_test)):
            return


if __name__ == "__main__":
    main()
