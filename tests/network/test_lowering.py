"""From layers to the tape: what is fused and says so, what is left out, the modes, and names that would clash."""

import pickle

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError
from glassnet.network.loss import LOSSES
from glassnet.network.tape import Step, Tape, format_table, shape_words


def tape(*layers, loss=None, mode="train", **words):
    return gn.Network(list(layers), loss).tape(mode, **words)


def operations(tape, *phases):
    return [step.operation for step in tape.phase(*phases)]


@pytest.mark.parametrize("loss", [*sorted(LOSSES), None])
@pytest.mark.parametrize("last", [gn.Softmax(), gn.Sigmoid(), gn.Tanh(), gn.Identity()], ids=repr)
def test_softmax_and_sigmoid_are_fused_with_their_cross_entropy_alone_and_say_so(last, loss):
    pairs = {("Softmax", "categorical_cross_entropy"), ("Sigmoid", "binary_cross_entropy")}
    own = {"Softmax": "categorical_cross_entropy", "Sigmoid": "binary_cross_entropy"}
    chosen = loss or own.get(type(last).__name__, "mean_squared_error")
    steps = tape(gn.Dense(2, 3), last, loss=loss)
    noted = [step for step in steps if step.note]
    if (type(last).__name__, chosen) in pairs:
        assert [step.phase for step in noted] == ["loss", "backward"]
        assert all("fused" in step.note and "stable" in step.note for step in noted)
        assert steps.producer("dA1") is None
        assert steps.producer("dZ1").operation.startswith(type(last).__name__.lower())
        assert "fused" in str(steps)
    else:
        assert not noted
        assert steps.producer("dA1").operation == f"{chosen}_backward"
        assert "fused" not in str(steps)


@pytest.mark.parametrize("after", [gn.Dropout(), gn.ReLU(), gn.BatchNorm()], ids=repr)
def test_what_stands_after_the_output_function_prevents_fusing(after):
    steps = tape(gn.Dense(2, 3), gn.Softmax(), after, loss="categorical_cross_entropy")
    assert not any(step.note for step in steps)
    assert "softmax_backward" in operations(steps, "backward")


def test_a_network_of_lecture_002_as_a_table():
    layers = gn.Dense(784, 50), gn.Sigmoid(), gn.Dense(50, 10), gn.Softmax()
    table = [(step.phase, step.output, step.shape, step.formula) for step in tape(*layers, input_gradient=False)]
    mean = "sum of losses * weights / sum of weights (weights of 1: the mean over the rows)"
    assert table == [
        ("forward", "Z1", ("N", 50), "X @ W1 + b1"),
        ("forward", "A1", ("N", 50), "1 / (1 + exp(-Z1))"),
        ("forward", "Z2", ("N", 10), "A1 @ W2 + b2"),
        ("forward", "A2", ("N", 10), "exp(Z2) / sum(exp(Z2))"),
        ("loss", "losses", ("N",), "-Σ t log softmax(Z2)"),
        ("loss", "loss", (), mean),
        ("backward", "dlosses", ("N",), "weights / sum of weights (weights of 1: 1 / N)"),
        ("backward", "dZ2", ("N", 10), "dlosses * (A2 Σt - t)"),
        ("backward", "dW2", (50, 10), "A1ᵀ @ dZ2"),
        ("backward", "db2", (10,), "sum of dZ2 over rows"),
        ("backward", "dA1", ("N", 50), "dZ2 @ W2ᵀ"),
        ("backward", "dZ1", ("N", 50), "dA1 * (A1 (1 - A1))"),
        ("backward", "dW1", (784, 50), "Xᵀ @ dZ1"),
        ("backward", "db1", (50,), "sum of dZ1 over rows"),
    ]


def test_the_input_gradient_is_left_out_where_it_is_not_wanted():
    layers = gn.Dense(2, 3), gn.ReLU(), gn.Dense(3, 1)
    assert tape(*layers).producer("dX") is not None
    without = tape(*layers, input_gradient=False)
    assert without.producer("dX") is None
    assert len(without) == len(tape(*layers)) - 1


def test_steps_that_lead_to_no_wanted_gradient_are_left_out():
    without = tape(gn.Dropout(), gn.Tanh(), gn.Dense(2, 1), input_gradient=False)
    assert [step.output for step in without.phase("backward")] == ["dlosses", "dA1", "dZ1", "dW1", "db1"]


def test_dropout_and_batch_normalization_differ_by_mode():
    layers = gn.Dense(2, 3), gn.BatchNorm(), gn.Dropout()
    train, predict = tape(*layers, mode="train"), tape(*layers, mode="predict")
    assert {"mask_like", "mean_of_rows", "normalize_backward"} <= set(operations(train, "forward", "backward"))
    assert {"running_average", "running_variance"} == set(operations(train, "state"))
    assert not {"mask_like", "mean_of_rows", "normalize_backward"} & set(operations(predict, "forward", "backward"))
    assert not predict.phase("state")


def test_a_tape_is_made_once():
    net = gn.Network([gn.Dense(2, 1)])
    assert net.tape("train") is net.tape("train")
    assert net.tape("train") is not net.tape("predict")


@pytest.mark.parametrize("mode", ["training", None, ["train"], 3])
def test_unknown_modes_are_refused(mode):
    with pytest.raises(ArgumentError, match="mode must be one of 'predict', 'train', got"):
        gn.Network([gn.Dense(2, 1)]).tape(mode)


@pytest.mark.parametrize("own", ["A", "Z", "dW", "mean", "normalized", "dgamma"])
def test_a_parameter_of_ones_own_layer_must_not_be_called_as_another_array_is(own):
    class Own(gn.Layer):
        def parameters(self, n_in, rng):
            return {own: np.ones(n_in)}

    with pytest.raises(ArgumentError, match=rf"layer 2, Own\(\), must not call a parameter '{own}': .* {own}1 is"):
        gn.Network([gn.Dense(2, 3), Own(), gn.BatchNorm()])


def test_a_parameter_of_ones_own_layer_may_be_called_as_another_parameter_is():
    class Own(gn.Layer):
        def parameters(self, n_in, rng):
            return {"W": np.ones(n_in), "gamma": np.ones(n_in)}

    net = gn.Network([gn.Dense(2, 3), Own(), gn.BatchNorm()])
    assert list(net.parameters) == ["W1", "b1", "W1_2", "gamma1", "gamma1_2", "beta1"]


def test_a_tape_prints_as_a_table_and_can_be_pickled():
    steps = tape(gn.Dense(2, 3), gn.Maxout(3, 2))
    lines = str(steps).splitlines()
    assert lines[0].split() == ["phase", "name", "shape", "formula"]
    assert len(lines) == len(steps) + 1
    assert "pieces2" in str(steps)
    assert "(2, N, 2)" in str(steps)
    assert pickle.loads(pickle.dumps(steps)) == steps


def test_the_producer_of_a_name_is_no_step_of_the_state():
    steps = tape(gn.Dense(2, 3), gn.BatchNorm())
    assert steps.producer("running_mean1") is None
    assert steps.producer("nothing") is None
    assert steps.producer("mean1").operation == "mean_of_rows"


def test_the_words_for_shapes():
    assert [shape_words(shape) for shape in ((), ("N",), ("N", 3))] == ["()", "(N,)", "(N, 3)"]
    assert format_table(("a", "bb"), []) == "a  bb"
    step = Step("forward", "same", ("X",), ("Y",), (("N", 2),), "X", 0)
    assert (step.output, step.shape, dict(step.settings), step.note) == ("Y", ("N", 2), {}, "")
    assert len(Tape("train", (step,))) == 1


@pytest.mark.parametrize("output", [gn.Softmax(), gn.Sigmoid()])
def test_an_identity_behind_the_output_function_changes_nothing(output):
    plain = gn.Network([gn.Dense(3, 2), output], seed=1, dtype="float64")
    padded = gn.Network([gn.Dense(3, 2), output, gn.Identity()], seed=1, dtype="float64")
    x, t = np.array([[200.0, -100.0, 50.0], [0.1, 0.2, 0.3]]), [0, 1]
    assert padded.loss(x, t) == plain.loss(x, t)
    for name, gradient in plain.gradients(x, t).items():
        assert np.array_equal(padded.gradients(x, t)[name], gradient)


def test_a_dropout_behind_the_output_leaves_a_classifier():
    network = gn.Network([gn.Dense(3, 2), gn.Softmax(), gn.Dropout(0.5)], loss="categorical_cross_entropy")
    assert network.classify(np.ones((4, 3))).shape == (4,)
