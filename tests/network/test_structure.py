"""The structure of a network: what its input, targets and weights may be, its kinds of output, copies and seeds."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError
from glassnet.network.loss import LOSSES

X = np.random.default_rng(0).normal(size=(5, 3))


def classifier(**words):
    return gn.Network([gn.Dense(3, 4), gn.BatchNorm(), gn.ReLU(), gn.Dense(4, 2), gn.Softmax()], **words)


def regression(**words):
    return gn.Network([gn.Dense(3, 1)], **words)


def yes_or_no(**words):
    return gn.Network([gn.Dense(3, 1), gn.Sigmoid()], **words)


# input


@pytest.mark.parametrize(
    "x",
    [X, X.tolist(), X.astype("float32"), X.astype("float16"), np.asfortranarray(X), X[::-1][::-1], X.astype(object)],
    ids=["array", "list", "float32", "float16", "columns", "strides", "objects"],
)
def test_inputs_of_every_kind_give_the_same(x):
    net = classifier()
    assert net.predict(x) == pytest.approx(net.predict(X), abs=2e-3 if getattr(x, "dtype", None) == "float16" else 1e-6)
    assert net.predict(x).dtype == np.float32


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
def test_integers_are_inputs(dtype):
    x = np.array([[1, 0, 1], [0, 0, 1]], dtype)
    assert np.array_equal(classifier().predict(x), classifier().predict(x.astype("float32")))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_everything_is_computed_in_the_dtype_of_the_network(dtype):
    for x in (X, X.astype("float32")):
        trace = classifier(dtype=dtype).trace(x, [0, 1, 0, 1, 1])
        assert {array.dtype for array in trace.values()} == {np.dtype(dtype)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=0, max_size=3).filter(lambda shape: len(shape) != 2 or shape[1] != 3))
def test_other_shapes_name_the_layer_what_it_got_and_what_it_expected(shape):
    with pytest.raises(ShapeError) as error:
        classifier().predict(np.zeros(shape))
    message = str(error.value)
    assert message.startswith(f"x must have the shape (N, 3) for layer 1, Dense(3, 4), got {tuple(shape)}. ")


@pytest.mark.parametrize(
    ("shape", "mend"),
    [
        ((3,), r"For one sample, pass x\.reshape\(1, -1\)"),
        ((3, 1), r"For one sample, pass x\.reshape\(1, -1\)"),
        ((7, 1, 3), r"Flatten each sample: x\.reshape\(len\(x\), -1\)"),
        ((7, 2), r"Pass one row of 3 numbers a sample, or give the first layer another n_in"),
        ((7,), r"Pass one row of 3 numbers a sample"),
    ],
)
def test_and_what_to_do(shape, mend):
    with pytest.raises(ShapeError, match=mend):
        classifier().predict(np.zeros(shape))


def test_what_to_do_with_a_list_of_numbers_for_one_input():
    with pytest.raises(ShapeError, match=r"got \(4,\)\. For samples of one number each, pass x\[:, None\]"):
        gn.Network([gn.Dense(1, 1)]).predict([1, 2, 3, 4])


@pytest.mark.parametrize("x", [None, "abc", [["a", "b", "c"]], X * 1j, [[None, 1, 2]], object()])
def test_inputs_must_hold_real_numbers(x):
    with pytest.raises(ArgumentTypeError, match=r"x must hold .*numbers"):
        classifier().predict(x)


def test_ragged_inputs_are_refused():
    with pytest.raises(ShapeError, match="x must be an array; its rows have different lengths"):
        classifier().predict([[1, 2, 3], [1, 2]])


def test_no_rows_have_no_outputs_and_no_loss():
    net = classifier()
    assert net.predict(np.zeros((0, 3))).shape == (0, 2)
    assert net.classify(np.zeros((0, 3))).shape == (0,)
    for ask in (net.loss, net.accuracy, net.gradients):
        with pytest.raises(DataError, match="x must have at least one row to take a mean over, got none"):
            ask(np.zeros((0, 3)), [])


def test_nan_inf_and_the_huge_show_in_the_numbers_and_nothing_warns():
    net = regression()
    x = np.array([[np.nan, 0, 0], [np.inf, 0, 0], [1e300, 0, 0], [0, 0, 0]])
    outputs = net.predict(x)[:, 0]
    assert not np.isfinite(outputs[:3]).any()
    assert np.isfinite(outputs[3])
    assert not np.isfinite(net.loss(x, [0, 0, 0, 1e300]))


# targets


def test_every_form_of_targets_gives_the_same_loss_gradient_and_accuracy():
    net, labels = classifier(), [0, 1, 1, 0, 1]
    one_hot = np.eye(2)[labels]
    for t in (
        labels,
        np.array(labels, "uint8"),
        [float(k) for k in labels],
        np.array(labels)[:, None],
        one_hot,
        one_hot.tolist(),
    ):
        assert net.loss(X, t) == net.loss(X, one_hot)
        assert net.accuracy(X, t) == net.accuracy(X, one_hot)
        assert np.array_equal(net.gradients(X, t)["W1"], net.gradients(X, one_hot)["W1"])


def test_a_list_and_a_column_are_the_same_targets():
    for net in (regression(), yes_or_no()):
        t = np.array([0, 1, 1, 0, 1])
        assert net.loss(X, t) == net.loss(X, t[:, None])
        assert np.array_equal(net.gradients(X, t)["W1"], net.gradients(X, t[:, None])["W1"])


@pytest.mark.parametrize("t", [[0, 1, 2, 0, 1], [0, 1, -1, 0, 1], [0, 0.5, 0, 0, 0], [np.nan, 0, 0, 0, 0]])
def test_labels_that_are_none_are_refused(t):
    with pytest.raises(DataError, match="a label must be a whole number from 0 to 1, got"):
        classifier().loss(X, t)


@pytest.mark.parametrize("t", [[0, 2, 0, 0, 0], [-1, 0, 0, 0, 0], [np.nan, 0, 0, 0, 0]])
def test_one_sigmoid_has_targets_between_0_and_1(t):
    with pytest.raises(DataError, match="t must lie between 0 and 1 for one sigmoid output, got values from"):
        yes_or_no().loss(X, t)
    assert yes_or_no().loss(X, [0, 0.3, 1, 1, 0]) > 0


@pytest.mark.parametrize("net", [classifier(), regression(), yes_or_no()], ids=["classes", "values", "binary"])
@pytest.mark.parametrize("t", [[0, 1], np.zeros((4, 2)), np.zeros((5, 3)), 0, None, "cat"], ids=repr)
def test_targets_that_do_not_fit_are_refused_by_a_sentence(net, t):
    for ask in (net.loss, net.gradients):
        with pytest.raises(gn.GlassnetError, match=r"^t must .*, got .*\. \w"):
            ask(X, t)


def test_targets_of_a_regression_are_never_indices():
    net = gn.Network([gn.Dense(3, 2)])
    with pytest.raises(ShapeError, match=r"t must have the shape \(5, 2\) of the output \(values, not class indices\)"):
        net.loss(X, [0, 1, 0, 1, 0])


# weights


def test_weights_of_samples_by_hand():
    net = gn.Network([gn.Dense(1, 1, init=([[1.0]], [0.0]))], dtype="float64")
    x, t = [[1.0], [2.0], [3.0]], [0.0, 0.0, 0.0]  # losses 1, 4, 9
    for mode in ("predict", "train"):
        assert net.loss(x, t, sample_weight=[1, 1, 1], mode=mode) == pytest.approx(14 / 3)
        assert net.loss(x, t, sample_weight=[2, 1, 0], mode=mode) == pytest.approx(2)
        assert net.loss(x, t, sample_weight=[10, 5, 0], mode=mode) == pytest.approx(2)
        with pytest.raises(DataError, match="must have a sum above 0"):
            net.loss(x, t, sample_weight=[0, 0, 0], mode=mode)


def test_a_weight_is_as_good_as_a_repetition():
    net = gn.Network([gn.Dense(3, 4), gn.Tanh(), gn.Dense(4, 2), gn.Softmax()], dtype="float64")
    t, weights = [0, 1, 1, 0, 1], np.array([1, 3, 2, 0, 1])
    rows = np.repeat(np.arange(5), weights)
    assert net.loss(X, t, sample_weight=weights) == pytest.approx(net.loss(X[rows], np.array(t)[rows]))
    weighted, repeated = net.gradients(X, t, sample_weight=weights), net.gradients(X[rows], np.array(t)[rows])
    for name, gradient in weighted.items():
        assert gradient == pytest.approx(repeated[name])


@pytest.mark.parametrize(
    ("weights", "kind", "words"),
    [
        (
            [1, 2],
            ShapeError,
            r"sample_weight must have one number for each of the 5 samples, got an array .*\(2,\)\. Pass",
        ),
        (np.ones((5, 1)), ShapeError, r"sample_weight must have one number .* shape \(5, 1\)"),
        (1.0, ShapeError, "sample_weight must have one number for each of the 5 samples"),
        ([1, 1, 1, 1, -1], DataError, "sample_weight must be finite and not negative"),
        ([1, 1, 1, 1, np.nan], DataError, "sample_weight must be finite and not negative"),
        ([1, 1, 1, 1, 1e300], DataError, "sample_weight must be finite and not negative"),
        ("abc", ArgumentTypeError, r"sample_weight must hold .*numbers"),
        ([1j] * 5, ArgumentTypeError, r"sample_weight must hold real numbers"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights, kind, words):
    for ask in (classifier().loss, classifier().gradients):
        with pytest.raises(kind, match=words):
            ask(X, [0, 1, 0, 1, 0], sample_weight=weights)


# kinds of output


def test_several_outputs_answer_with_the_largest():
    net = classifier()
    assert np.array_equal(net.classify(X), net.predict(X).argmax(axis=1))
    assert net.accuracy(X, net.classify(X)) == 1
    assert net.accuracy(X, 1 - net.classify(X)) == 0


def test_one_sigmoid_answers_from_one_half_on():
    net = gn.Network([gn.Dense(1, 1, init=([[1.0]], [0.0])), gn.Sigmoid()])
    assert net.output_kind == "binary"
    assert net.classify([[-0.1], [0.0], [0.1]]).tolist() == [0, 1, 1]
    assert net.accuracy([[-0.1], [0.0], [0.1]], [0, 1, 0]) == pytest.approx(2 / 3)


@pytest.mark.parametrize("loss", ["mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy"])
def test_several_sigmoids_take_rows_of_0_and_1_or_indices(loss):
    net = gn.Network([gn.Dense(3, 4), gn.Sigmoid()], loss)
    assert net.output_kind == "classes"
    assert np.array_equal(net.classify(X), net.predict(X).argmax(axis=1))
    labels = net.classify(X)
    assert net.loss(X, labels) == net.loss(X, np.eye(4)[labels])
    several = np.eye(4)[labels] + np.eye(4)[(labels + 1) % 4]
    assert net.accuracy(X, labels) == net.accuracy(X, several) == 1
    assert net.accuracy(X, (labels + 1) % 4) == 0
    assert np.isfinite(net.loss(X, several))


@pytest.mark.parametrize(
    "net",
    [regression(), gn.Network([gn.Dense(3, 2), gn.Tanh()]), gn.Network([gn.Dense(3, 2)], "gaussian_nll")],
    ids=["one output", "tanh", "gaussian"],
)
def test_a_regression_does_not_classify(net):
    for ask in (lambda: net.classify(X), lambda: net.accuracy(X, np.zeros((5, net.n_out)))):
        with pytest.raises(
            DataError, match=r"must be asked of a classifier; this network ends with .* Use predict, or"
        ):
            ask()


@pytest.mark.parametrize(
    ("last", "loss"),
    [
        ([gn.Softmax()], "categorical_cross_entropy"),
        ([gn.Sigmoid()], "binary_cross_entropy"),
        ([gn.Softmax(), gn.Identity()], "categorical_cross_entropy"),
        ([gn.Tanh()], "mean_squared_error"),
        ([], "mean_squared_error"),
    ],
)
def test_the_default_loss_suits_the_last_layer(last, loss):
    assert gn.Network([gn.Dense(3, 2), *last]).loss_function.name == loss


# settings


@pytest.mark.parametrize("dtype", ["float16", "float3", "int64", None, 3, "complex128", object()])
def test_a_network_is_float32_or_float64(dtype):
    with pytest.raises(ArgumentError, match="dtype must be one of 'float32', 'float64', got"):
        regression(dtype=dtype)


@pytest.mark.parametrize("dtype", ["float64", np.float64, np.dtype("float64"), float, "f8"])
def test_numpys_names_of_dtypes_will_do(dtype):
    assert regression(dtype=dtype).dtype == np.float64


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None, True])
def test_a_seed_is_a_number_from_0(seed):
    with pytest.raises((ArgumentError, ArgumentTypeError), match="seed must be an integer of at least 0, got"):
        regression(seed=seed)


def test_the_same_seed_gives_the_same_bits():
    one, two = classifier(seed=5), classifier(seed=5)
    t = [0, 1, 0, 1, 1]
    for net in (one, two):
        net.fit(X, t, epochs=3, batch_size=2, verbose=0)
    assert one.parameters.flat.tobytes() == two.parameters.flat.tobytes()
    assert one.state.flat.tobytes() == two.state.flat.tobytes()
    assert one.predict(X).tobytes() == two.predict(X).tobytes()


def test_parameters_are_views_and_assignable_in_place():
    net = regression()
    W = net.parameters["W1"]
    net.parameters["W1"] = [[1], [2], [3]]
    net.parameters["b1"][0] = 4
    assert net.predict([[1, 1, 1]]).tolist() == [[10]]
    W *= 2
    assert net.predict([[1, 1, 1]]).tolist() == [[16]]
    with pytest.raises(ShapeError, match=r"W1 must have the shape \(3, 1\), got \(1, 3\)"):
        net.parameters["W1"] = [[1, 2, 3]]
    with pytest.raises(ArgumentError, match=r"there is no array 'w1' here, only W1, b1\. Did you mean 'W1'\?"):
        net.parameters["w1"] = [[1], [2], [3]]


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["deepcopy", "pickle"]
)
@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("loss", [None, *sorted(LOSSES)])
def test_a_copy_is_the_same_network_and_goes_its_own_way(copied, trained, loss):
    net = classifier(seed=2, loss=loss)
    t = [0, 1, 0, 1, 1]
    if trained:
        net.fit(X, t, epochs=2, verbose=0)
    other = copied(net)
    assert type(other) is type(net)
    assert other.layers == net.layers
    assert other.predict(X).tobytes() == net.predict(X).tobytes()
    assert other.loss(X, t, mode="train") == net.loss(X, t, mode="train")
    assert str(other.tape("train")) == str(net.tape("train"))
    before = net.parameters.flat.copy()
    other.fit(X, t, epochs=1, verbose=0)
    assert np.array_equal(net.parameters.flat, before)
    assert not np.array_equal(other.parameters.flat, before)


def test_the_copy_in_another_dtype_has_the_same_numbers():
    net = classifier(seed=3)
    net.fit(X, [0, 1, 0, 1, 1], epochs=1, verbose=0)
    double = net.same_with("float64")
    assert double.parameters.flat.dtype == np.float64
    assert np.array_equal(double.parameters.flat, net.parameters.flat)
    assert np.array_equal(double.state.flat, net.state.flat)
    assert double.seed == net.seed


def test_nothing_that_is_asked_changes_the_arguments_or_the_network():
    net, t = classifier(), np.array([0, 1, 0, 1, 1])
    x, before = X.copy(), net.parameters.flat.copy()
    x32 = X.astype("float32")
    copies = x32.copy()
    for ask in (net.loss, net.gradients, net.accuracy, net.trace, net.numerical_gradients):
        ask(x, t)
        ask(x32, t)
    assert np.array_equal(x, X)
    assert np.array_equal(x32, copies)
    assert t.tolist() == [0, 1, 0, 1, 1]
    assert np.array_equal(net.parameters.flat, before)


def test_assigning_a_dictionary_to_parameters_copies_into_the_views():
    network = gn.Network([gn.Dense(1, 2)])
    view = network.parameters["W1"]
    network.parameters = {"W1": [[3.0, 4.0]], "b1": [5.0, 6.0]}
    assert network.predict([[1.0]]).tolist() == [[8.0, 10.0]]
    assert view.tolist() == [[3.0, 4.0]]
    with pytest.raises(gn.GlassnetError, match="shape"):
        network.parameters = {"W1": [3.0, 4.0]}
    assert view.tolist() == [[3.0, 4.0]]


@pytest.mark.parametrize("output", [gn.Softmax(), gn.Sigmoid()])
def test_negative_targets_of_a_cross_entropy_are_refused(output):
    network = gn.Network([gn.Dense(2, 2), output])
    with pytest.raises(gn.GlassnetError, match="must not be negative for a cross-entropy, got -1"):
        network.loss([[1.0, 2.0]], [[-1.0, 1.0]])
