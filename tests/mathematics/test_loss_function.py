"""What a loss is: the forms of its arguments, its one parameter, sum or mean, copies and pickles."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import glassnet as gn
from glassnet.mathematics.checks import ArgumentTypeError, DataError, ShapeError

PROPERTY = settings(max_examples=25)
ALL = [getattr(gn.losses, name) for name in gn.losses.__all__]
by_loss = pytest.mark.parametrize("loss", ALL, ids=lambda loss: loss.name)


@by_loss
def test_every_loss_says_its_likelihood_and_its_formula(loss):
    assert loss.name == loss.__name__
    assert loss.formula
    assert loss.derivative_formula
    assert "likelihood" in loss.__doc__
    assert any(word in loss.likelihood for word in ("Gaussian", "Laplace", "Bernoulli", "multinoulli"))
    assert repr(loss) == f"<loss {loss.name}: {loss.formula}>"


@by_loss
def test_losses_are_pickled_and_copied_as_themselves(loss):
    assert pickle.loads(pickle.dumps(loss)) is loss
    assert copy.deepcopy(loss) is loss


@by_loss
@PROPERTY
@given(
    y=hnp.arrays(float, (4, 3), elements=st.floats(0.01, 0.99)), t=hnp.arrays(float, (4, 3), elements=st.floats(0, 1))
)
def test_the_loss_is_the_mean_over_samples_or_their_sum(loss, y, t):
    each = [loss(row[None], target[None]) for row, target in zip(y, t, strict=True)]
    total = np.sum(each) if loss.name == "sum_of_squares_error" else np.mean(each)
    assert loss(y, t) == pytest.approx(total, rel=1e-12)
    assert loss.derivative(y, t).shape == y.shape


@by_loss
def test_indices_one_hot_rows_and_columns_mean_the_same(loss):
    y = np.array([[0.2, 0.3, 0.5], [0.1, 0.6, 0.3]])
    expected = loss(y, [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    for t in ([2, 1], [2.0, 1.0], [[2], [1]], np.array([2, 1], "uint8")):
        assert loss(y, t) == expected
        assert np.array_equal(loss.derivative(y, t), loss.derivative(y, [[0, 0, 1], [0, 1, 0]]))


@by_loss
def test_a_column_and_a_list_are_the_same_samples(loss):
    if loss.name == "categorical_cross_entropy":
        return  # there a list is the row of one sample, see below
    y, t = [0.2, 0.9, 0.5], [0, 1, 1]
    column = np.array(y)[:, None]
    assert loss(y, t) == loss(column, t) == loss(column, np.array(t)[:, None]) == loss(y, np.array(t)[:, None])
    assert loss.derivative(y, t).shape == (3,)
    assert loss.derivative(column, t).shape == (3, 1)
    assert np.array_equal(loss.derivative(column, t)[:, 0], loss.derivative(y, t))


def test_a_list_is_one_sample_of_the_categorical_cross_entropy():
    y, t = np.array([0.2, 0.3, 0.5]), [0, 0, 1]
    loss = gn.losses.categorical_cross_entropy
    assert loss(y, t) == loss(y[None], [t]) == loss(y, 2) == pytest.approx(-np.log(0.5))
    assert np.array_equal(loss.derivative(y, t), loss.derivative(y[None], [t])[0])


@by_loss
def test_a_number_is_one_sample(loss):
    if loss.name != "categorical_cross_entropy":
        assert loss(0.25, 1.0) == loss([0.25], [1.0]) == loss([[0.25]], [[1.0]])
        assert loss.derivative(0.25, 1.0).shape == ()


@by_loss
def test_leading_axes_are_samples(loss):
    rng = np.random.default_rng(0)
    y, t = rng.uniform(0.1, 0.9, (2, 3, 4)), rng.uniform(size=(2, 3, 4))
    assert loss(y, t) == pytest.approx(loss(y.reshape(6, 4), t.reshape(6, 4)))
    assert loss.derivative(y, t).shape == y.shape


@by_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_outputs_is_kept(loss, dtype):
    y = np.array([[0.25, 0.75]], dtype)
    for t in ([1], [[0.0, 1.0]], np.array([[0, 1]], "float64")):
        assert loss(y, t).dtype == dtype
        assert loss.derivative(y, t).dtype == dtype


@by_loss
def test_integers_become_float64(loss):
    assert loss([[1, 0]], [[1, 0]]).dtype == np.float64
    assert loss.derivative([[1, 0]], [[1, 0]]).dtype == np.float64


@by_loss
def test_the_arguments_are_not_changed(loss):
    y, t = np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])
    loss(y, t)
    loss.derivative(y, t)
    assert (y.tolist(), t.tolist()) == ([[0, 1]], [[1, 0]])


@by_loss
@pytest.mark.parametrize("y", [[], np.zeros((0, 3)), np.zeros((3, 0))], ids=["list", "no rows", "no columns"])
def test_nothing_has_no_loss(loss, y):
    with pytest.raises(ShapeError, match="y must hold at least one number, got"):
        loss(y, y)


@by_loss
@pytest.mark.parametrize("t", [np.zeros((2, 2)), np.zeros((3, 3)), np.zeros(4), np.zeros((2, 3, 1)), 1.0], ids=np.shape)
def test_targets_that_do_not_fit_are_refused(loss, t):
    with pytest.raises(ShapeError, match=r"t must have .*got"):
        loss(np.full((2, 3), 0.5), t)


@by_loss
@pytest.mark.parametrize("t", [[0, 3], [-1, 0], [0.5, 1], [np.nan, 0]])
def test_indices_that_name_no_class_are_refused(loss, t):
    with pytest.raises(DataError, match="a label must be a whole number from 0 to 2, got"):
        loss(np.full((2, 3), 0.5), t)


@by_loss
@pytest.mark.parametrize("t", ["cat", None, [[1j, 0]]])
def test_targets_must_be_real_numbers(loss, t):
    with pytest.raises(ArgumentTypeError, match="t must hold real numbers"):
        loss([[0.5, 0.5]], t)


@by_loss
def test_nan_gives_nan_in_value_and_derivative(loss):
    for y, t in (([[np.nan, 0.5]], [[1.0, 0.0]]), ([[0.5, 0.5]], [[np.nan, 0.0]])):
        assert np.isnan(loss(y, t))
        assert np.isnan(loss.derivative(y, t)[0, 0])


@by_loss
def test_no_setting_of_numpy_makes_a_loss_warn(loss):
    with np.errstate(all="raise"):
        for y in ([np.inf], [-np.inf], [np.nan], [1e200], [0.0], [1.0]):
            loss(y, [1.0] if loss.name != "categorical_cross_entropy" else [[1.0]])
            loss.derivative(y, [1.0])


@by_loss
def test_only_the_gaussian_has_a_parameter(loss):
    if loss.name == "gaussian_nll":
        assert loss.parameter_names == ("sigma",)
    else:
        for call in (loss, loss.derivative):
            with pytest.raises(ArgumentTypeError, match=rf"{loss.name}\(y, t\), got \(y, t, sigma\)"):
                call([0.5], [0.5], sigma=1.0)
    with pytest.raises(ArgumentTypeError, match="Of the losses only gaussian_nll has a parameter, sigma"):
        loss([0.5], [0.5], sgima=1.0)
