"""Gradients of whole networks: every layer with every loss, against complex steps, differences and work by hand."""

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.network.layers import LAYERS
from glassnet.network.loss import LOSSES

N = 4
rng = np.random.default_rng(11)
X = rng.normal(size=(N, 3))
WEIGHTS = np.array([0.5, 2.0, 0.0, 1.25])
TARGETS = rng.uniform(0, 1, size=(N, 3))  # soft rows that do not add up to 1, and values as well

# Each kind of layer, as it stands inside a network and at its end.
HIDDEN = {
    "Dense": lambda: gn.Dense(4, 4),
    "Sigmoid": gn.Sigmoid,
    "Tanh": gn.Tanh,
    "ReLU": gn.ReLU,
    "LeakyReLU": lambda: gn.LeakyReLU(0.3),
    "PReLU": gn.PReLU,
    "ELU": lambda: gn.ELU(1.7),
    "Maxout": lambda: gn.Maxout(4, 4, pieces=3),
    "Softmax": gn.Softmax,
    "Dropout": lambda: gn.Dropout(0.4),
    "BatchNorm": lambda: gn.BatchNorm(eps=0.01),
    "Identity": gn.Identity,
}
LAST = HIDDEN | {"Dense": lambda: gn.Dense(3, 3), "Maxout": lambda: gn.Maxout(3, 3, pieces=3)}
MODES = [("train", None), ("train", WEIGHTS), ("predict", WEIGHTS)]
by_mode = pytest.mark.parametrize(("mode", "weights"), MODES, ids=["train", "train-weighted", "predict-weighted"])
by_loss = pytest.mark.parametrize("loss", sorted(LOSSES))


def test_no_layer_is_left_out():
    assert set(HIDDEN) == set(LAST) == set(LAYERS)


@by_loss
@by_mode
@pytest.mark.parametrize("kind", sorted(HIDDEN))
def test_every_layer_inside_a_network_with_every_loss(oracle, kind, loss, mode, weights):
    output = {"categorical_cross_entropy": [gn.Softmax()], "binary_cross_entropy": [gn.Sigmoid()]}.get(loss, [])
    layers = [gn.Dense(3, 4), HIDDEN[kind](), gn.Dense(4, 3), *output]
    net = oracle.randomize(gn.Network(layers, loss, dtype="float64", seed=1), seed=5)
    gradients = oracle.check(
        net, X, TARGETS, mode=mode, sample_weight=weights, step=3, analytic=loss != "mean_absolute_error"
    )
    if weights is not None and not (kind == "BatchNorm" and mode == "train"):
        assert not gradients["X"][2].any()  # a sample without weight has no influence, save on the batch's statistics
    assert all(np.any(gradient) for name, gradient in gradients.items() if name != "b1")


@by_loss
@by_mode
@pytest.mark.parametrize("kind", sorted(LAST))
def test_every_layer_before_every_loss(oracle, kind, loss, mode, weights):
    layers = [gn.Dense(3, 5), gn.Tanh(), gn.Dense(5, 3), LAST[kind]()]
    net = oracle.randomize(gn.Network(layers, loss, dtype="float64", seed=1), seed=7)
    for name, array in net.parameters.items():
        if name not in {"W1", "b1"}:  # so that the outputs are probabilities, which the cross-entropies do not clip
            array[...] = 0.1 * array + (0.5 if name.startswith("b") else 0)
    gradients = oracle.check(
        net, X, TARGETS, mode=mode, sample_weight=weights, step=1, analytic=loss != "mean_absolute_error"
    )
    assert np.any(gradients["W1"], axis=0).all()
    if kind != "Dropout":
        outputs = net.trace(X, mode=mode)[f"A{net.places[-1].number}"]
        assert ((outputs > 0) & (outputs < 1)).all()


@by_loss
def test_dropout_after_the_output_function_is_not_fused(oracle, loss):
    for function in (gn.Softmax(), gn.Sigmoid()):
        net = gn.Network([gn.Dense(3, 3), function, gn.Dropout(0.3)], loss, dtype="float64", seed=2)
        assert not any(step.note for step in net.tape("train"))
        analytic = loss != "mean_absolute_error"
        oracle.check(oracle.randomize(net), X, TARGETS, analytic=analytic)


@by_loss
@pytest.mark.parametrize("kind", ["Dropout", "BatchNorm", "PReLU", "Softmax", "Identity"])
def test_layers_before_the_first_dense(oracle, kind, loss):
    net = gn.Network([HIDDEN[kind](), gn.Dense(3, 3)], loss, dtype="float64")
    oracle.check(oracle.randomize(net), X, TARGETS, analytic=loss != "mean_absolute_error")


def test_a_deep_network_of_everything(oracle):
    layers = [
        gn.BatchNorm(), gn.Dense(3, 6, bias=False), gn.BatchNorm(), gn.PReLU(), gn.BatchNorm(), gn.Dropout(0.2),
        gn.Maxout(6, 5), gn.Dropout(0.2), gn.Dropout(0.1), gn.Dense(5, 4), gn.ELU(), gn.Tanh(), gn.Dense(4, 3),
        gn.Softmax(),
    ]  # fmt: skip
    net = oracle.randomize(gn.Network(layers, dtype="float64", seed=4))
    for mode in ("train", "predict"):
        oracle.check(net, X, [2, 0, 1, 1], mode=mode, sample_weight=WEIGHTS, step=9)


@pytest.mark.parametrize("sigma", [0.7, [0.5, 1.0, 3.0]], ids=["one", "each output"])
def test_the_gaussian_with_another_sigma(oracle, sigma):
    net = gn.Network([gn.Dense(3, 3)], gn.NamedLoss("gaussian_nll", sigma=sigma), dtype="float64")
    oracle.check(net, X, TARGETS, sample_weight=WEIGHTS)


def test_a_single_sample(oracle):
    layers = [gn.Dense(3, 4), gn.BatchNorm(), gn.Sigmoid(), gn.Dropout(), gn.Dense(4, 1), gn.Sigmoid()]
    net = oracle.randomize(gn.Network(layers, dtype="float64"))
    oracle.check(net, X[:1], [1], mode="predict")
    oracle.check(net, X[:1], [1], mode="train")


@by_loss
def test_float32_gradients_are_those_of_float64_rounded(oracle, loss):
    layers = [gn.Dense(3, 4), gn.BatchNorm(), gn.PReLU(), gn.Dropout(0.3), gn.Maxout(4, 3), gn.Softmax()]
    double = oracle.randomize(gn.Network(layers, loss, dtype="float64", seed=1))
    single = gn.Network(layers, loss, dtype="float32", seed=1)
    single.parameters.update(double.parameters)
    single.state.update(double.state)
    for mode in ("train", "predict"):
        precise = double.gradients(X, TARGETS, mode=mode)
        for name, gradient in single.gradients(X, TARGETS, mode=mode).items():
            assert gradient.dtype == np.float32
            assert oracle.relative_distance(gradient, precise[name]) < 1e-4


def test_gradients_and_trace_and_the_tape_agree(oracle):
    net = oracle.randomize(gn.Network([gn.Dense(3, 4), gn.Tanh(), gn.Dense(4, 3), gn.Softmax()], dtype="float64"))
    trace = net.trace(X, TARGETS)
    for name, gradient in net.gradients(X, TARGETS).items():
        assert np.array_equal(gradient, trace[f"d{name}"])
    assert np.array_equal(trace["dX"], oracle.check(net, X, TARGETS)["X"])
    numerical = net.numerical_gradients(X, TARGETS)
    assert all(
        oracle.relative_distance(gradient, numerical[name]) < 1e-7
        for name, gradient in net.gradients(X, TARGETS).items()
    )


# Worked by hand: every number below can be checked with a pencil.


def test_relu_and_squares_by_hand():
    net = gn.Network([gn.Dense(2, 2), gn.ReLU(), gn.Dense(2, 1)], "mean_squared_error")
    net.parameters.update({"W1": [[1, -1], [0.5, 1]], "b1": [0, -2], "W2": [[3], [4]], "b2": [1]})
    trace = net.trace([[1, 2]], [5])
    by_hand = {
        "Z1": [[2, -1]],  # 1·1 + 2·½ + 0,  1·(−1) + 2·1 − 2
        "A1": [[2, 0]],
        "Z2": [[7]],  # 2·3 + 0·4 + 1
        "loss": 4,  # (7 − 5)²
        "dZ2": [[4]],  # 2 (7 − 5)
        "dW2": [[8], [0]],
        "db2": [4],
        "dA1": [[12, 16]],
        "dZ1": [[12, 0]],
        "dW1": [[12, 0], [24, 0]],
        "db1": [12, 0],
        "dX": [[12, 6]],
    }
    for name, numbers in by_hand.items():
        assert trace[name].tolist() == numbers, name


def test_two_samples_with_weights_by_hand():
    net = gn.Network([gn.Dense(1, 1, init=([[2.0]], [1.0]))], "mean_squared_error")
    x, t, weights = [[1.0], [2.0]], [2.0, 7.0], [3.0, 1.0]
    # y = 3, 5; errors 1, −2; squares 1, 4; (3·1 + 1·4) / 4
    assert net.loss(x, t, sample_weight=weights) == 1.75
    gradients = net.gradients(x, t, sample_weight=weights)
    assert gradients["W1"].tolist() == [[-0.5]]  # ¾·2·1·1 + ¼·2·(−2)·2
    assert gradients["b1"].tolist() == [0.5]  # ¾·2·1 + ¼·2·(−2)
    assert net.loss(x, t) == 2.5
    assert net.gradients(x, t)["W1"].tolist() == [[-3]]  # ½·2·1·1 + ½·2·(−2)·2


def test_softmax_and_cross_entropy_by_hand():
    net = gn.Network([gn.Dense(1, 2, init=(np.zeros((1, 2)), [0, math.log(3)])), gn.Softmax()], dtype="float64")
    trace = net.trace([[2.0]], [0])  # p = ¼, ¾
    assert trace["A1"] == pytest.approx(np.array([[0.25, 0.75]]))
    assert trace["loss"] == pytest.approx(math.log(4))
    assert trace["dZ1"] == pytest.approx(np.array([[-0.75, 0.75]]))
    assert trace["dW1"] == pytest.approx(np.array([[-1.5, 1.5]]))
    assert trace["dX"].tolist() == [[0]]


def test_sigmoid_and_binary_cross_entropy_by_hand():
    net = gn.Network([gn.Dense(1, 1, init=([[math.log(3)]], [0])), gn.Sigmoid()], dtype="float64")
    trace = net.trace([[1.0]], [1])  # p = ¾
    assert trace["A1"] == pytest.approx(0.75)
    assert trace["loss"] == pytest.approx(math.log(4 / 3))
    assert trace["dZ1"] == pytest.approx(-0.25)
    assert trace["dX"] == pytest.approx(-0.25 * math.log(3))


# Kinks: what the docstrings say is taken there.


@pytest.mark.parametrize(
    ("layer", "slope"), [(gn.ReLU(), 0), (gn.LeakyReLU(0.3), 0.3), (gn.PReLU(0.2), 0.2), (gn.ELU(2.0), 2)], ids=repr
)
def test_a_net_input_of_0_takes_the_slope_of_the_left(layer, slope):
    identity = np.eye(1)
    net = gn.Network([gn.Dense(1, 1, init=identity), layer, gn.Dense(1, 1, init=identity)], "mean_squared_error")
    assert net.trace([[0.0]], [-0.5])["dX"] == pytest.approx(slope)  # the gradient above is 2 · ½


def test_the_absolute_error_at_its_target_has_gradient_0():
    net = gn.Network([gn.Dense(1, 2, init=([[1.0, 1.0]], [0, 0]))], "mean_absolute_error")
    assert net.gradients([[1.0]], [[1.0, 0.0]])["W1"].tolist() == [[0, 0.5]]


def test_a_unit_that_is_dead_for_every_sample_has_gradient_0():
    net = gn.Network([gn.Dense(2, 2), gn.ReLU(), gn.Dense(2, 1)])
    net.parameters["b1"] = [-1000, 0]
    gradients = net.gradients([[1, 2], [3, 1]], [1, 2])
    assert not gradients["W1"][:, 0].any()
    assert gradients["b1"][0] == 0


def test_saturated_outputs_keep_their_gradient_because_the_loss_is_fused():
    net = gn.Network([gn.Dense(1, 2, init=([[1000.0, -1000.0]], [0, 0])), gn.Softmax()])
    assert net.loss([[1.0]], [1]) == 2000
    assert net.gradients([[1.0]], [1])["b1"].tolist() == [1, -1]
    net = gn.Network([gn.Dense(1, 1, init=([[1000.0]], [0])), gn.Sigmoid()])
    assert net.loss([[1.0]], [0]) == 1000
    assert net.gradients([[1.0]], [0])["b1"].tolist() == [1]
