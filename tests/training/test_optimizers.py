"""Each rule against numbers worked by hand, and against the papers' formulas written as sums over all gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.training.optimizers import OPTIMIZERS, as_optimizer, is_weight

RATE = 0.05


def summed(weights, terms):
    return sum(weight * term for weight, term in zip(weights, terms, strict=True))


def fading(factor, count):
    """The weights factor^(count−1), …, factor, 1 of what a running sum still knows."""
    return [factor ** (count - 1 - index) for index in range(count)]


def sgd(w, gradients):
    return w - RATE * sum(gradients)


def momentum(w, gradients, mu=0.9):
    steps = range(1, len(gradients) + 1)
    return w - RATE * sum(summed(fading(mu, k), gradients[:k]) for k in steps)


def nesterov(w, gradients, mu=0.9):
    """Sutskever et al., 2013: the gradient is taken at θ + μ v, which is what the network calls w."""
    theta, v = w, 0.0
    for g in gradients:
        v = mu * v - RATE * g
        theta = theta + v
    return theta + mu * v


def adagrad(w, gradients, eps=1e-8):
    for k, g in enumerate(gradients, start=1):
        w = w - RATE * g / (np.sqrt(sum(past**2 for past in gradients[:k])) + eps)
    return w


def rmsprop(w, gradients, rho=0.9, eps=1e-8):
    for k, g in enumerate(gradients, start=1):
        mean_square = (1 - rho) * summed(fading(rho, k), [past**2 for past in gradients[:k]])
        w = w - RATE * g / (np.sqrt(mean_square) + eps)
    return w


def adam(w, gradients, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0):
    for k in range(1, len(gradients) + 1):
        past = gradients[:k]
        # Weighted means of all gradients so far: the bias correction makes the weights add up to 1.
        mean = summed(fading(beta1, k), past) / sum(fading(beta1, k))
        mean_square = summed(fading(beta2, k), [g**2 for g in past]) / sum(fading(beta2, k))
        w = w - RATE * decay * w - RATE * mean / (np.sqrt(mean_square) + eps)
    return w


def adamw(w, gradients):
    return adam(w, gradients, decay=0.3)


RULES = {
    "sgd": (gn.SGD(RATE), sgd),
    "momentum": (gn.Momentum(RATE), momentum),
    "nesterov": (gn.Nesterov(RATE), nesterov),
    "adagrad": (gn.AdaGrad(RATE), adagrad),
    "rmsprop": (gn.RMSProp(RATE), rmsprop),
    "adam": (gn.Adam(RATE), adam),
    "adamw": (gn.AdamW(RATE, weight_decay=0.3), adamw),
}


def test_every_optimizer_has_an_oracle_here():
    assert RULES.keys() == OPTIMIZERS.keys()


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 12))
def test_updates_follow_the_papers_sums(name, dtype, seed, count):
    optimizer, oracle = RULES[name]
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(3, 2)).astype(dtype)
    gradients = [g.astype(dtype) for g in rng.normal(size=(count, 3, 2))]
    expected = oracle(w.astype(np.float64), [g.astype(np.float64) for g in gradients])
    slots = {slot: np.zeros_like(w) for slot in optimizer.slots}
    for step, g in enumerate(gradients, start=1):
        before = g.copy()
        optimizer.apply("W1", w, g, slots, RATE, step)
        assert np.array_equal(g, before)  # the gradient is the reader's as well
    assert w.dtype == dtype
    assert all(array.dtype == dtype for array in slots.values())
    np.testing.assert_allclose(w, expected, atol=2e-5 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize(
    ("optimizer", "gradients", "expected"),
    [
        (gn.SGD(0.1), [2, 2], [0.8, 0.6]),
        (gn.Momentum(0.1), [1, 1], [0.9, 0.71]),  # v = −0.1, −0.19
        (gn.Momentum(0.1, momentum=0.5), [1, 0], [0.9, 0.85]),  # it rolls on without a gradient
        (gn.Nesterov(0.1), [1, 1], [0.81, 0.539]),  # 1 − 0.09 − 0.1; 0.81 − 0.171 − 0.1
        (gn.AdaGrad(0.1), [3, 4], [0.9, 0.82]),  # √9, √25
        (gn.RMSProp(0.1, decay=0.75), [2, 1], [0.8, 0.7]),  # h = 1, 1
        (gn.Adam(0.1), [5, 5], [0.9, 0.8]),  # the size of a steady gradient does not count
        (gn.Adam(0.1), [1, -1], [0.9, 0.9 + 0.1 * 0.01 / 0.19]),
        (gn.AdamW(0.1, weight_decay=0.5), [1], [0.85]),  # 1 − 0.05 − 0.1
        (gn.SGD(0.1, weight_decay=0.5), [2, 2], [0.75, 0.5125]),  # g = 2.5, then 2.375
    ],
    ids=repr,
)
def test_rules_worked_by_hand(optimizer, gradients, expected):
    w = np.array([1.0])
    slots = {slot: np.zeros(1) for slot in optimizer.slots}
    path = []
    for step, g in enumerate(gradients, start=1):
        optimizer.apply("W1", w, np.array([float(g)]), slots, 0.1, step)
        path.append(w[0])
    np.testing.assert_allclose(path, expected, rtol=1e-7)


@pytest.mark.parametrize("name", RULES)
def test_fit_makes_the_same_updates(name, line):
    """Five steps of full-batch regression, with the gradients 2/N Xᵀ(XW + b − t) written out here."""
    optimizer, oracle = RULES[name]
    x, t = np.array([[1.0], [2.0], [4.0]]), np.array([2.0, 3.0, 9.0])
    net = line()
    net.fit(x, t, optimizer=optimizer, epochs=5, batch_size="full", verbose=0)
    w = b = 0.0
    of_w, of_b = [], []
    for _ in range(5):
        error = w * x[:, 0] + b - t
        of_w.append(2 * np.mean(error * x[:, 0]))
        of_b.append(2 * np.mean(error))
        w = oracle(0.0, of_w)
        b = (adam if name == "adamw" else oracle)(0.0, of_b)  # no decay of the bias
    np.testing.assert_allclose([net.parameters["W1"][0, 0], net.parameters["b1"][0]], [w, b], rtol=1e-9)


@pytest.mark.parametrize("name", RULES)
def test_weight_decay_pulls_at_weights_alone(name):
    """With gradients of 0 nothing moves but what decays."""
    decaying = type(RULES[name][0])(learning_rate=0.1, weight_decay=0.5)
    layers = [gn.Dense(2, 3), gn.BatchNorm(), gn.PReLU(), gn.Maxout(3, 2), gn.Dense(2, 1)]
    net = gn.Network(layers, loss="mean_squared_error", seed=3)
    for name_, array in net.parameters.items():
        array[...] = 0.5
        slots = {slot: np.zeros_like(array) for slot in decaying.slots}
        decaying.apply(name_, array, np.zeros_like(array), slots, 0.1, 1)
    assert {name_ for name_, array in net.parameters.items() if (array < 0.5).all()} == {"W1", "W2", "W3"}
    assert {name_ for name_, array in net.parameters.items() if (array == 0.5).all()} >= {
        "b1",
        "gamma1",
        "alpha1",
        "b2",
    }


def test_decay_of_sgd_equals_the_gradient_of_half_lambda_w_squared(line):
    """L2: the minimum of (w − 3)² + ½ λ w² is w = 6 / (2 + λ)."""
    net = gn.Network([gn.Dense(1, 1, bias=False, init="zeros")], loss="mean_squared_error", dtype="float64")
    net.fit([[1.0]], [3.0], optimizer=gn.SGD(0.1, weight_decay=1.0), epochs=200, verbose=0)
    assert net.parameters["W1"][0, 0] == pytest.approx(2.0, abs=1e-9)


@pytest.mark.parametrize("name", RULES)
def test_numbers_of_numpy_do_not_change_the_bits(name):
    """np.float64(0.1) times a float32 array would be float64."""
    kind = type(RULES[name][0])
    arrays = []
    for number in (float, np.float64, np.float32, np.array):
        optimizer = kind(learning_rate=number(0.125), weight_decay=number(0.25))
        assert type(optimizer.learning_rate) is type(optimizer.weight_decay) is float
        net = gn.Network([gn.Dense(2, 2)], loss="mean_squared_error")
        net.fit([[1.0, 2.0], [0.5, 1.0]], [[1.0, 2.0], [0.0, 1.0]], optimizer=optimizer, epochs=4, verbose=0)
        arrays.append(net.parameters.flat.tobytes())
    assert len(set(arrays)) == 1


@pytest.mark.parametrize("kind", list(OPTIMIZERS.values()))
@pytest.mark.parametrize("bad", [0, -0.1, np.nan, np.inf, "0.1", None, True])
def test_learning_rates_that_cannot_be(kind, bad):
    with pytest.raises(gn.GlassnetError, match=r"learning_rate must be a finite number above 0, got"):
        kind(learning_rate=bad)


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        (gn.SGD, {"weight_decay": -1}, "weight_decay must be a finite number at least 0, got -1"),
        (gn.Momentum, {"momentum": 1}, "momentum must be .* below 1, got 1"),
        (gn.Nesterov, {"momentum": -0.1}, "momentum"),
        (gn.AdaGrad, {"eps": 0}, "eps must be .* above 0"),
        (gn.RMSProp, {"decay": 1.5}, "decay"),
        (gn.Adam, {"beta1": 1}, "beta1"),
        (gn.Adam, {"beta2": np.nan}, "beta2"),
        (gn.AdamW, {"eps": -1}, "eps"),
    ],
)
def test_other_settings_that_cannot_be(kind, settings, words):
    with pytest.raises(gn.GlassnetError, match=words):
        kind(**settings)


def test_a_function_is_no_learning_rate():
    with pytest.raises(gn.GlassnetError, match=r"Derive from gn\.schedules\.Schedule"):
        gn.SGD(lambda step: 0.1)


def test_names_and_objects():
    assert as_optimizer(None) == as_optimizer("Adam") == gn.Adam()
    with pytest.raises(gn.GlassnetError, match=r"got 'adamm'\. Did you mean 'adam(w)?'\?"):
        as_optimizer("adamm")
    with pytest.raises(gn.GlassnetError, match=r"got the class SGD\. Write gn\.SGD\(…\)"):
        as_optimizer(gn.SGD)
    with pytest.raises(gn.GlassnetError, match=r"must be an optimizer such as gn\.SGD"):
        as_optimizer(0.1)


def test_what_is_a_weight():
    assert [name for name in ("W1", "W12", "W1_2", "b1", "gamma1", "Width1", "W") if is_weight(name)] == [
        "W1", "W12", "W1_2",
    ]  # fmt: skip


def test_an_optimizer_of_ones_own(line):
    class SignDescent(gn.Optimizer):
        def update(self, w, g, slots, rate, step):
            w -= rate * np.sign(g)

    net = line()
    net.fit([[1.0]], [5.0], optimizer=SignDescent(0.5), epochs=3, verbose=0)
    assert net.parameters["W1"][0, 0] == 1.5
    with pytest.raises(NotImplementedError, match=r"Optimizer must define update"):
        line().fit([[1.0]], [5.0], optimizer=gn.Optimizer(0.5), verbose=0)
