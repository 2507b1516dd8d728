"""Layers, losses, optimizers and schedules as plain data: every kind there and back, and nothing else."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.interop.specifications import (
    INITIALIZERS,
    SCHEDULES,
    as_layer,
    as_loss_object,
    as_optimizer_object,
    layer_specification,
    loss_specification,
    optimizer_specification,
)
from glassnet.mathematics.checks import DataError
from glassnet.network.layers import LAYERS
from glassnet.network.loss import LOSSES
from glassnet.training import schedules
from glassnet.training.optimizers import OPTIMIZERS

numbers = st.floats(0.001, 0.999)
sizes = st.integers(1, 50)
schedule = st.one_of(
    st.builds(schedules.Constant, numbers),
    st.builds(schedules.StepDecay, numbers, sizes, numbers),
    st.builds(schedules.Cosine, numbers),
    st.builds(schedules.OneCycle, numbers, numbers),
    st.builds(schedules.WarmUp, st.one_of(numbers, st.builds(schedules.Cosine, numbers)), sizes),
)
init = st.one_of(
    st.sampled_from(["auto", "he", "xavier", "glorot", "normal", "zeros"]),
    st.builds(gn.initializers.Normal, numbers),
    st.builds(gn.initializers.Xavier, st.sampled_from(["uniform", "normal"])),
    st.builds(gn.initializers.He),
    st.builds(gn.initializers.Zeros),
)
layer = st.one_of(
    st.builds(gn.Dense, sizes, sizes, st.booleans(), init),
    st.builds(gn.Maxout, sizes, sizes, sizes, init),
    *(st.builds(kind) for kind in (gn.Sigmoid, gn.Tanh, gn.ReLU, gn.Softmax, gn.Identity)),
    *(st.builds(kind, numbers) for kind in (gn.LeakyReLU, gn.PReLU, gn.ELU, gn.Dropout)),
    st.builds(gn.BatchNorm, numbers, numbers),
)
rate = st.one_of(numbers, schedule)
optimizer = st.one_of(
    st.builds(gn.SGD, rate, numbers),
    st.builds(gn.Momentum, rate, numbers, numbers),
    st.builds(gn.Nesterov, rate, numbers, numbers),
    st.builds(gn.AdaGrad, rate, numbers, numbers),
    st.builds(gn.RMSProp, rate, numbers, numbers, numbers),
    st.builds(gn.Adam, rate, numbers, numbers, numbers, numbers),
    st.builds(gn.AdamW, rate, numbers),
)


def through_json(data):
    return json.loads(json.dumps(data, allow_nan=False))


@given(layer)
def test_layers_come_back(thing):
    assert as_layer(through_json(layer_specification(thing))) == thing


@given(optimizer)
def test_optimizers_come_back(thing):
    assert as_optimizer_object(through_json(optimizer_specification(thing))) == thing


@pytest.mark.parametrize("name", LOSSES)
def test_losses_come_back(name):
    loss = as_loss_object(through_json(loss_specification(gn.NamedLoss(name))))
    assert repr(loss) == repr(gn.NamedLoss(name))


@pytest.mark.parametrize("sigma", [2.0, np.float32(0.1), np.array([0.5, 2.0]), [1.0, 3.0], (1, 2), 1])
def test_settings_of_a_loss_come_back_with_the_same_values(sigma):
    loss = gn.NamedLoss("gaussian_nll", sigma=sigma)
    again = as_loss_object(through_json(loss_specification(loss)))
    y, t = np.array([[0.5, 1.5]], np.float32), np.array([[1.0, 1.0]], np.float32)
    assert again.forward(y, t).tobytes() == loss.forward(y, t).tobytes()
    assert again.backward(y, t).tobytes() == loss.backward(y, t).tobytes()


def test_the_tables_name_every_kind_that_there_is():
    assert set(SCHEDULES) == set(schedules.__all__) - {"Schedule"}
    assert set(INITIALIZERS) == set(gn.initializers.__all__) - {"Initializer", "FromArrays"}
    assert {kind.__name__ for kind in OPTIMIZERS.values()} == {
        "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW",
    }  # fmt: skip
    assert set(LAYERS) <= set(gn.__all__)


def test_numbers_of_numpy_are_written_as_plain_ones():
    """`Dense(784, t.max() + 1)` is what people write."""
    thing = gn.Dense(np.int64(3), np.int32(2))
    assert through_json(layer_specification(thing)) == {
        "type": "Dense", "n_in": 3, "n_out": 2, "bias": True, "init": "auto",
    }  # fmt: skip
    assert through_json(layer_specification(gn.ELU(np.float32(0.5))))["alpha"] == 0.5
    assert as_optimizer_object(
        through_json(optimizer_specification(gn.SGD(schedules.StepDecay(np.float64(0.5), np.int64(3)))))
    ) == gn.SGD(schedules.StepDecay(0.5, 3))


@pytest.mark.parametrize(
    "given_", [np.ones((1, 2)), (np.ones((1, 2)), np.ones(2)), gn.initializers.FromArrays([[1.0, 2.0]])]
)
def test_given_arrays_are_in_the_parameters_and_not_in_the_layer(given_):
    assert as_layer(through_json(layer_specification(gn.Dense(1, 2, init=given_)))) == gn.Dense(1, 2)


class Own(gn.Layer):
    init = 3


class OwnLoss(gn.Loss):
    pass


class OwnNamed(gn.NamedLoss):
    pass


class OwnSGD(gn.SGD):
    pass


class OwnSchedule(schedules.Schedule):
    pass


class Dense(gn.Dense):
    """Of one's own, though called as ours is."""


class OwnInit(gn.initializers.Initializer):
    def __call__(self, shape, n_in, n_out, rng):
        return np.ones(shape)


@pytest.mark.parametrize(
    ("write", "thing", "what"),
    [
        (layer_specification, Own(), "layer"),
        (layer_specification, Dense(1, 1), "layer"),
        (layer_specification, Dense(1, 1, init=np.ones((1, 1))), "layer"),
        (loss_specification, OwnLoss(), "loss"),
        (loss_specification, OwnNamed("mean_squared_error"), "loss"),
        (optimizer_specification, OwnSGD(0.1), "optimizer"),
        (optimizer_specification, gn.SGD(OwnSchedule()), "schedule"),
    ],
)
def test_ones_own_classes_are_refused(write, thing, what):
    with pytest.raises(
        DataError, match=f"the {what} .* cannot be saved: it is your own class, and a model file holds no code"
    ):
        write(thing)


def test_an_own_rule_for_initial_weights_is_left_out():
    assert as_layer(layer_specification(gn.Dense(2, 1, init=OwnInit()))) == gn.Dense(2, 1)


@pytest.mark.parametrize(
    ("read", "data", "words"),
    [
        (as_layer, None, "a layer must be described by an object, got None"),
        (as_layer, [], r"a layer must be described by an object, got \[\]"),
        (as_layer, {}, "unknown layer None"),
        (as_layer, {"type": "Dense2"}, "unknown layer 'Dense2'"),
        (as_layer, {"type": "SGD"}, "unknown layer 'SGD'"),
        (as_layer, {"type": "Layer"}, "unknown layer 'Layer'"),
        (as_layer, {"type": "__class__"}, "unknown layer"),
        (as_layer, {"type": ["Dense"]}, "unknown layer"),
        (as_layer, {"type": "Dense", "n_in": 1, "n_out": 1, "units": 3}, "the layer Dense has no setting 'units'"),
        (as_layer, {"type": "Dense", "n_in": 1, "n_out": 1, "input_size": 3}, "has no setting 'input_size'"),
        (
            as_layer,
            {"type": "Dense", "n_in": 1, "n_out": 1, "init": {"type": "Cosine"}},
            "unknown initializer 'Cosine'",
        ),
        (as_layer, {"type": "Tanh", "alpha": 1}, "the layer Tanh has no setting 'alpha'"),
        (as_loss_object, "mean_squared_error", "unknown loss"),
        (as_loss_object, {"type": "rmse"}, "unknown loss"),
        (as_loss_object, {"type": {}}, "unknown loss"),
        (as_optimizer_object, {"type": "sgd"}, "unknown optimizer 'sgd'"),
        (as_optimizer_object, {"type": "SGD", "learning_rate": {"type": "Normal"}}, "unknown schedule 'Normal'"),
        (as_optimizer_object, {"type": "SGD", "slots": ["v"]}, "the optimizer SGD has no setting 'slots'"),
    ],
)
def test_what_cannot_be_named(read, data, words):
    with pytest.raises(DataError, match=words):
        read(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(math.inf),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(kind=st.sampled_from([*LAYERS, *OPTIMIZERS]), settings=st.data())
def test_settings_of_wrong_types_raise_one_of_few_errors(kind, settings):
    """What `gn.load` turns into one sentence; anything else would be a crash."""
    kinds = {**LAYERS, **{of.__name__: of for of in OPTIMIZERS.values()}}
    name = kind if kind in LAYERS else OPTIMIZERS[kind].__name__
    fields = list(kinds[name].__dataclass_fields__)
    values = {field: settings.draw(json_values) for field in fields}
    read = as_layer if kind in LAYERS else as_optimizer_object
    try:
        thing = read({"type": name, **values})
    except (gn.GlassnetError, TypeError, ValueError):
        return
    assert type(thing) is kinds[name]
