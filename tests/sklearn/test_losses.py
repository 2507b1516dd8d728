"""The losses that only the estimators have."""

import time

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neural_network import MLPRegressor as TheirRegressor

from glassnet.sklearn import MLPRegressor
from glassnet.sklearn.losses import Exponential, HalfPoissonDeviance
from glassnet.sklearn.steps import sum_of_squares


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("z", [-1e4, -90.0, -20.0, 0.0, 3.0])
def test_the_gradient_of_a_count_is_y_less_t_wherever_exp_is(z, dtype):
    output, loss = Exponential(), HalfPoissonDeviance()
    x, t = np.array([[z]], dtype), np.array([[5.0]], dtype)
    y = output.forward(x)
    assert_allclose(output.backward(loss.backward(y, t), x, y), np.exp(x) - t, rtol=1e-5)
    assert np.isfinite(loss.forward(y, t)).all()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning", "ignore::RuntimeWarning")
def test_a_regression_of_counts_comes_back_from_an_underflow():
    X, t = np.ones((20, 1)), np.full(20, 3.0)
    both = []
    for kind, own in ((TheirRegressor, {}), (MLPRegressor, {"executor": "reference"})):
        estimator = kind(loss="poisson", hidden_layer_sizes=(), solver="sgd", max_iter=1, random_state=0, **own)
        estimator.partial_fit(X, t)
        estimator.intercepts_[0][...] = -1e4
        estimator.partial_fit(X, t)
        both.append(float(estimator.intercepts_[0][0]))
    assert both[1] > -1e4
    assert both[1] == pytest.approx(both[0], rel=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_sum_of_squares_keeps_to_its_thread(dtype):
    arrays = [np.random.default_rng(0).normal(size=shape).astype(dtype) for shape in ((784, 300), (30, 10))]
    assert sum_of_squares(arrays) == pytest.approx(sum(float((a.astype(float) ** 2).sum()) for a in arrays), rel=1e-6)
    time.sleep(0.2)  # until threads that earlier work has woken sleep again
    wall, own = time.perf_counter(), time.process_time()
    for _ in range(1000):
        sum_of_squares(arrays)
    assert time.process_time() - own < 1.3 * (time.perf_counter() - wall) + 0.02
