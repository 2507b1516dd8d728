"""scikit-learn's own checks of what an estimator is, with no exclusion: it has none for its own MLP either."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning", "ignore::FutureWarning")

ESTIMATORS = [
    MLPClassifier(max_iter=100, executor="reference"),
    MLPRegressor(max_iter=100, executor="reference"),
    # With these scikit-learn's own tests check that a weight of 2 is the same as a sample twice.
    MLPClassifier(solver="lbfgs", executor="reference"),
    MLPRegressor(solver="sgd", tol=1e-2, random_state=42, executor="reference"),
]


@parametrize_with_checks(ESTIMATORS)
def test_an_estimator_as_scikit_learn_knows_it(estimator, check):
    check(estimator)
