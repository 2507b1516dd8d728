"""scikit-learn's own checks of what an estimator is, with no exclusion: it has none for its own MLP either."""

import pytest
from sklearn.utils.estimator_checks import check_sample_weight_equivalence_on_dense_data, parametrize_with_checks

from glassnet.engine import entry
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning", "ignore::FutureWarning")

ESTIMATORS = [kind(max_iter=100, executor=executor) for executor in ("reference", "compiled")
              for kind in (MLPClassifier, MLPRegressor)]  # fmt: skip
"""As scikit-learn's own tests check its classes, by both executors."""


@parametrize_with_checks(ESTIMATORS)
def test_an_estimator_as_scikit_learn_knows_it(estimator, check):
    if estimator.executor == "compiled" and entry.unavailable():
        pytest.skip(entry.unavailable())
    check(estimator)


@pytest.mark.parametrize(
    "estimator",
    [MLPClassifier(solver="lbfgs"), MLPRegressor(solver="sgd", tol=1e-2, random_state=42)],
    ids=lambda estimator: type(estimator).__name__,
)
def test_a_weight_of_2_is_a_sample_twice(
    estimator, executor
):  # with the settings that scikit-learn's tests have for it
    check_sample_weight_equivalence_on_dense_data(type(estimator).__name__, estimator.set_params(executor=executor))
