"""The multilayer perceptrons of scikit-learn, trained by glassnet: swap the import, and everything else stays.

`MLPClassifier` and `MLPRegressor` have the parameters, defaults, attributes, methods and messages of those in
`sklearn.neural_network`, and more: see docs/sklearn.md.
"""

from glassnet.mathematics.libraries import need

need("sklearn", extra="sklearn", what="glassnet.sklearn")

from glassnet.sklearn.classifier import MLPClassifier  # noqa: E402  # only where scikit-learn is there
from glassnet.sklearn.regressor import MLPRegressor  # noqa: E402

__all__ = ["MLPClassifier", "MLPRegressor"]
