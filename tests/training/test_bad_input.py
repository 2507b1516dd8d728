"""Whatever `fit` is given that it cannot use: one error that says what to do, and nothing has been changed."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError

X, T = np.linspace(-1, 1, 12).reshape(6, 2), np.array([0, 1, 2, 0, 1, 2])


def with_one(value, array=X):
    changed = array.astype(float)
    changed[3, 1] = value
    return changed


CASES = {
    "batch of 0": ({"batch_size": 0}, ArgumentError, "batch_size must be an integer of at least 1, got 0"),
    "batch below 0": ({"batch_size": -5}, ArgumentError, "batch_size must be"),
    "batch beyond the data": (
        {"batch_size": 7},
        ArgumentError,
        r"at most the number of samples trained on, 6, got 7.*'full'",
    ),
    "batch beyond what is left": ({"batch_size": 6, "validation_fraction": 0.5}, ArgumentError, "trained on, 3, got 6"),
    "batch misspelled": ({"batch_size": "ful"}, ArgumentError, "or 'full', got 'ful'"),
    "batch of 2.0": ({"batch_size": 2.0}, ArgumentTypeError, "batch_size must be"),
    "epochs 0": ({"epochs": 0}, ArgumentError, "epochs must be an integer of at least 1, got 0"),
    "epochs 1.5": ({"epochs": 1.5}, ArgumentTypeError, "epochs must be"),
    "max_steps 0": ({"max_steps": 0}, ArgumentError, "max_steps must be an integer of at least 1, got 0"),
    "optimizer misspelled": ({"optimizer": "momentun"}, ArgumentError, r"got 'momentun'\. Did you mean 'momentum'\?"),
    "optimizer's class": ({"optimizer": gn.Adam}, ArgumentTypeError, r"got the class Adam\. Write gn\.Adam\(…\)"),
    "optimizer a number": (
        {"optimizer": 0.1},
        ArgumentTypeError,
        r"must be an optimizer such as gn\.SGD\(0\.1\), got 0\.1",
    ),
    "executor misspelled": ({"executor": "refrence"}, ArgumentError, r"Did you mean 'reference'\?"),
    "threads 0": ({"threads": 0}, ArgumentError, "threads must be an integer of at least 1 and at most 256, got 0"),
    "threads 'all'": ({"threads": "all"}, ArgumentTypeError, "threads must be"),
    "verbose -1": ({"verbose": -1}, ArgumentError, "verbose must be an integer of at least 0, got -1"),
    "verbose 'no'": ({"verbose": "no"}, ArgumentError, "verbose must be one of 'plain', 'rich', 'tqdm', got 'no'"),
    "verbose 1.5": ({"verbose": 1.5}, ArgumentTypeError, "verbose must be"),
    "callback not in a list": ({"callbacks": gn.callbacks.StopOnNaN()}, ArgumentTypeError, r"Write \[callback\]"),
    "a function not in a list": ({"callbacks": print}, ArgumentTypeError, r"Write \[callback\]"),
    "a callback's class": ({"callbacks": [gn.callbacks.EarlyStopping]}, ArgumentTypeError, r"Write EarlyStopping\(…\)"),
    "no callback": ({"callbacks": ["early"]}, ArgumentTypeError, r"must be a gn\.callbacks\.Callback or a function"),
    "augmentation's class": ({"augmentation": gn.Augmentation}, ArgumentTypeError, "augmentation must be a function"),
    "augmentation True": ({"augmentation": True}, ArgumentTypeError, "augmentation must be a function"),
    "resume of nothing": ({"resume": True}, ArgumentError, "resume=True must follow a fit"),
    "validation twice": ({"validation_data": (X, T), "validation_fraction": 0.5}, ArgumentError, "not both"),
    "validation x alone": ({"validation_data": X}, ArgumentTypeError, r"must be \(x, t\) or \(x, t, sample_weight\)"),
    "validation of four": ({"validation_data": (X, T, T, T)}, ArgumentTypeError, r"must be \(x, t\)"),
    "validation too wide": (
        {"validation_data": (np.ones((2, 3)), [0, 1])},
        ShapeError,
        r"validation x must have .*\(N, 2\)",
    ),
    "validation too short": (
        {"validation_data": (X, T[:4])},
        ShapeError,
        "validation t must have one row for each of the 6",
    ),
    "validation empty": ({"validation_data": (X[:0], T[:0])}, DataError, "validation x must have at least one row"),
    "validation with nan": (
        {"validation_data": (with_one(np.nan), T)},
        DataError,
        r"validation x must be finite, got nan at \[3, 1\]",
    ),
    "validation weights": ({"validation_data": (X, T, [1.0])}, ShapeError, "one number for each of the 6 samples"),
    "fraction 0": ({"validation_fraction": 0}, ArgumentError, "validation_fraction must be a finite number above 0"),
    "fraction 1": ({"validation_fraction": 1.0}, ArgumentError, "below 1, got 1.0"),
    "fraction of nothing": (
        {"validation_fraction": 0.01},
        ArgumentError,
        "must leave a sample on either side, got 0.01 of 6",
    ),
}

DATA = {
    "empty": (X[:0], T[:0], DataError, "x must have at least one row, got none"),
    "lengths differ": (X, T[:5], ShapeError, "t must have one row for each of the 6 samples, got 5"),
    "too wide": (np.ones((6, 3)), T, ShapeError, r"x must have the shape \(N, 2\) for layer 1, Dense\(2, 3"),
    "pictures not flattened": (np.ones((6, 2, 1)), T, ShapeError, "Flatten each sample"),
    "one row": (X[0], T[:1], ShapeError, "For one sample"),
    "nan in x": (with_one(np.nan), T, DataError, r"x must be finite, got nan at \[3, 1\]"),
    "inf in x": (with_one(-np.inf), T, DataError, r"x must be finite, got -inf at \[3, 1\]"),
    "too large for float32": (with_one(1e300), T, DataError, "x must be finite, got inf"),
    "text": ([["a", "b"]] * 6, T, ArgumentTypeError, "x must hold"),
    "complex": (X + 1j, T, ArgumentTypeError, "x must hold real numbers"),
    "ragged": ([[1.0], [1.0, 2.0]], [0, 1], ShapeError, "rows have different lengths"),
    "label out of range": (X, T + 1, DataError, "a label must be a whole number from 0 to 2, got 3"),
    "label below 0": (X, T - 1, DataError, "got -1"),
    "label with a fraction": (X, T + 0.5, DataError, "got 0.5 at position 0"),
    "label nan": (X, [0, 1, 2, 0, np.nan, 2], DataError, "got nan at position 4"),
    "nan in rows": (X, with_one(np.nan, gn.one_hot(T, 3)), DataError, r"t must be finite, got nan at \[3, 1\]"),
    "rows too narrow": (X, gn.one_hot(T, 4), ShapeError, r"t must have the shape \(6, 3\)"),
}


def make():
    return gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.Softmax()], seed=1)


def fails_cleanly(net, x, t, error, words, **arguments):
    before = net.parameters.flat.copy(), net.state.flat.copy(), dict(net.metadata), net.training_state
    with pytest.raises(error, match=words) as caught:
        net.fit(x, t, **{"verbose": 0, **arguments})
    assert isinstance(caught.value, gn.GlassnetError)
    assert np.array_equal(net.parameters.flat, before[0])
    assert np.array_equal(net.state.flat, before[1])
    assert net.metadata == before[2]
    assert net.training_state is before[3]


@pytest.mark.parametrize("name", CASES)
def test_arguments(name):
    arguments, error, words = CASES[name]
    fails_cleanly(make(), X, T, error, words, **arguments)


@pytest.mark.parametrize("name", DATA)
def test_data(name):
    fails_cleanly(make(), *DATA[name])


@pytest.mark.parametrize(
    ("t", "words"),
    [
        ([np.nan] * 3, "validation t|t must be finite, got nan"),
        ([1.0, np.inf, 2.0], r"t must be finite, got inf at \[1, 0\]"),
        ([1.0, 1e300, 2.0], r"t must be finite, got inf"),
        (np.ones((3, 2)), r"t must have the shape \(3, 1\) of the output \(values, not class indices\)"),
    ],
)
def test_targets_of_a_regression(t, words):
    net = gn.Network([gn.Dense(1, 1)], loss="mean_squared_error")
    with pytest.raises(gn.GlassnetError, match=words):
        net.fit([[1.0], [2.0], [3.0]], t, verbose=0)


def test_targets_of_one_sigmoid():
    net = gn.Network([gn.Dense(2, 1), gn.Sigmoid()])
    for t in ([0, 1, 2, 0, 1, 1], [0, 1, -1, 0, 1, 1], [0, 1, np.nan, 0, 1, 1]):
        with pytest.raises(DataError, match="t must lie between 0 and 1 for one sigmoid output"):
            net.fit(X, t, verbose=0)


def test_a_failed_resume_leaves_the_training_state_as_it_was():
    net = make()
    net.fit(X, T, optimizer=gn.SGD(0.1), epochs=2, verbose=0)
    state = net.training_state
    shuffle = str(state.shuffle.bit_generator.state)
    for arguments, words in [
        ({"optimizer": gn.SGD(0.5), "epochs": 0}, "epochs"),
        ({"optimizer": gn.SGD(0.5), "threads": 0}, "threads"),
        ({"optimizer": gn.SGD(0.5), "callbacks": [gn.callbacks.EarlyStopping("val_loss")]}, "validation"),
        ({"optimizer": "adam"}, r"same kind of optimizer, SGD\(.*\), got Adam\("),
    ]:
        with pytest.raises(gn.GlassnetError, match=words):
            net.fit(X, T, resume=True, verbose=0, **arguments)
    assert net.training_state is state
    assert (state.optimizer, state.step, state.epoch) == (gn.SGD(0.1), 2, 2)
    assert str(state.shuffle.bit_generator.state) == shuffle


def test_an_augmentation_of_another_shape(clusters, classifier):
    with pytest.raises(
        ShapeError, match=r"augmentation must return inputs of the shape that it gets, \(30, 2\), got \(30, 1\)"
    ):
        classifier().fit(*clusters, augmentation=lambda x, rng: x[:, :1], verbose=0)


def test_lists_tables_and_other_dtypes_are_taken():
    expected = None
    for x in (X, X.tolist(), np.asfortranarray(X), X.astype(object), np.repeat(X, 2, axis=0)[::2]):
        net = make()
        net.fit(x, T, epochs=2, verbose=0)
        expected = net.parameters.flat.copy() if expected is None else expected
        assert np.array_equal(net.parameters.flat, expected)
