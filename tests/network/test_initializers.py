"""Initial weights: their statistics, their seeds, arrays given, and rules of one's own."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError
from glassnet.network.initializers import (
    INITIALIZERS,
    FromArrays,
    He,
    Initializer,
    Normal,
    Xavier,
    Zeros,
    as_initializer,
)

N_IN, N_OUT = 400, 100


def drawn(rule, seed=0):
    return rule((N_IN, N_OUT), N_IN, N_OUT, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("rule", "std"),
    [
        (Normal(), 0.01),
        (Normal(3.0), 3.0),
        (He(), np.sqrt(2 / N_IN)),
        (Xavier(), np.sqrt(2 / (N_IN + N_OUT))),
        (Xavier("normal"), np.sqrt(2 / (N_IN + N_OUT))),
    ],
    ids=repr,
)
def test_mean_and_standard_deviation(rule, std):
    W = drawn(rule)
    assert W.shape == (N_IN, N_OUT)
    assert W.dtype == np.float64
    assert abs(W.mean()) < 5 * std / np.sqrt(W.size)
    assert W.std() == pytest.approx(std, rel=0.02)


def test_he_is_the_initialization_of_lecture_000():
    lecture = np.random.default_rng(0).standard_normal((N_IN, N_OUT)) / np.sqrt(N_IN / 2)
    assert drawn(He()) == pytest.approx(lecture)


def test_the_uniform_xavier_stays_within_its_bound_and_reaches_it():
    bound = np.sqrt(6 / (N_IN + N_OUT))
    largest = np.abs(drawn(Xavier())).max()
    assert 0.999 * bound < largest <= bound


@pytest.mark.parametrize("rule", [Normal(), Xavier("normal"), He()], ids=repr)
def test_normal_numbers_have_the_tails_of_the_normal_distribution(rule):
    W = drawn(rule)
    shares = [np.mean(np.abs(W) < k * W.std()) for k in (1, 2, 3)]
    assert shares == pytest.approx([0.6827, 0.9545, 0.9973], abs=0.01)


@pytest.mark.parametrize("rule", [Normal(), He(), Xavier()], ids=repr)
def test_the_same_generator_gives_the_same_numbers(rule):
    assert np.array_equal(drawn(rule), drawn(rule))
    assert not np.array_equal(drawn(rule), drawn(rule, seed=1))


def test_zeros():
    assert not drawn(Zeros()).any()


def test_settings_are_checked():
    for std in (0, -1, np.inf):
        with pytest.raises(ArgumentError, match="std must be a finite number above 0, got"):
            Normal(std)
    with pytest.raises(ArgumentError, match="distribution must be one of 'normal', 'uniform', got 'unifrom'"):
        Xavier("unifrom")


@pytest.mark.parametrize("name", sorted(INITIALIZERS))
def test_names_are_known_to_layers(name):
    net = gn.Network([gn.Dense(3, 2, init=name), gn.Maxout(2, 2, init=name)], seed=3)
    assert net.parameters["W1"].any() == (name != "zeros")
    assert net.parameters["W2"].any() == (name != "zeros")


def test_seeds_make_networks():
    layers = [gn.Dense(5, 4), gn.ReLU(), gn.Maxout(4, 3)]
    one, same, other = (gn.Network(layers, seed=seed) for seed in (7, 7, 8))
    assert one.parameters.flat.tobytes() == same.parameters.flat.tobytes()
    assert not np.array_equal(one.parameters["W1"], other.parameters["W1"])
    assert not np.array_equal(one.parameters["W1"][:4, :3], one.parameters["W2"][0])


def test_both_precisions_begin_with_the_same_numbers():
    single, double = (gn.Network([gn.Dense(5, 4)], dtype=dtype).parameters["W1"] for dtype in ("float32", "float64"))
    assert np.array_equal(single, double.astype("float32"))


@pytest.mark.parametrize(
    "init",
    [([[1, 2]], [3, 4]), FromArrays([[1, 2]], [3, 4]), (np.array([[1, 2]], "uint8"), np.array([3, 4], "float16"))],
)
def test_arrays_are_taken_as_they_are(init):
    net = gn.Network([gn.Dense(1, 2, init=init)])
    assert net.parameters["W1"].tolist() == [[1, 2]]
    assert net.parameters["b1"].tolist() == [3, 4]


def test_arrays_are_copied():
    W = np.ones((1, 2), "float32")
    net = gn.Network([gn.Dense(1, 2, init=W)])
    net.parameters["W1"] += 1
    assert W.tolist() == [[1, 1]]


def test_text_is_no_array():
    with pytest.raises(ArgumentTypeError, match=r"layer 1, Dense.*: W must hold numbers"):
        gn.Network([gn.Dense(1, 1, init=([["a"]], None))])


def test_a_rule_of_ones_own():
    class Diagonal(Initializer):
        def __call__(self, shape, n_in, n_out, rng):
            return np.eye(n_in, n_out)

        def bias(self, shape):
            return np.full(shape, 5.0)

    net = gn.Network([gn.Dense(2, 2, init=Diagonal())])
    assert net.predict([[1, 2]]).tolist() == [[6, 7]]


def test_a_rule_that_gives_another_shape_is_named():
    class Transposed(Initializer):
        def __call__(self, shape, n_in, n_out, rng):
            return np.zeros((n_out, n_in))

    with pytest.raises(
        ShapeError, match=r"layer 1, Dense\(2, 3, init=.*: W must have the shape \(2, 3\), got \(3, 2\)"
    ):
        gn.Network([gn.Dense(2, 3, init=Transposed())])


def test_auto_goes_by_the_suggestion():
    assert as_initializer("auto", "he") == He()
    assert as_initializer("auto", None) == as_initializer("glorot", None) == Xavier()
