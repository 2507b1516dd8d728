"""glassnet in the place of scikit-learn's perceptron: in a pipeline, searched by cross-validation, on two processes.

    python examples/sklearn_drop_in.py

Only the import differs from a program for `sklearn.neural_network`. The same `random_state` even gives the same
network: what is printed last is how far the two are apart.
"""

import warnings

import numpy as np
from sklearn import neural_network
from sklearn.datasets import load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet.sklearn import MLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)


def main() -> None:
    """Search, fit, compare."""
    X, y = load_wine(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(learning_rate_init=0.01, max_iter=50, random_state=0))
    grid = {"mlpclassifier__hidden_layer_sizes": [(5,), (20,)], "mlpclassifier__alpha": [1e-4, 1.0]}
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(X, y)
    print(f"best of the search: {search.best_params_}, accuracy {search.best_score_:.3f}")
    print(f"accuracy on the held-out quarter: {search.score(X_test, y_test):.3f}")

    settings = {name.split("__")[1]: value for name, value in search.best_params_.items()}
    theirs = neural_network.MLPClassifier(learning_rate_init=0.01, max_iter=50, random_state=0, **settings)
    theirs = make_pipeline(StandardScaler(), theirs)
    theirs.fit(X, y)
    apart = np.abs(search.predict_proba(X_test) - theirs.predict_proba(X_test)).max()
    print(f"probabilities differ from scikit-learn's by {apart:.0e} at most")


if __name__ == "__main__":
    main()
