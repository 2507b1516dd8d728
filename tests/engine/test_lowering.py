"""From the steps of a tape to the lines of a program: nothing is lost, and everything is there when it is read."""

import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

import glassnet as gn
from glassnet.engine.codes import CODES, INTO_VELOCITY, INTO_WEIGHTS, PLAIN_PRODUCT, UPDATES
from glassnet.engine.lowering import why_not
from glassnet.engine.rewriting import can_be_sparse
from glassnet.training.optimizers import OPTIMIZERS

RULES = [gn.SGD(), gn.SGD(weight_decay=0.1), gn.Momentum(), gn.Momentum(weight_decay=0.1), gn.RMSProp(), gn.AdamW()]
"""One optimizer of every shape of program: with no slot, one or two, fused into the product or not."""
OPTIONS = [
    {},
    {"fuse": False},
    {"weighted": True},
    {"sparse": True},
    {"sparse": True, "weighted": True, "fuse": False},
    {"batch_size": 1},
    {"batch_size": 1, "fuse": False},
]


@pytest.fixture(params=OPTIONS, ids=lambda options: ", ".join(options) or "plain")
def options(request):
    return request.param


def slots_of(training):
    return {name for name in training.program.kept if " of " in name}


def test_all_that_is_read_is_there_by_then(network, options, training_of):
    for optimizer in RULES:
        training = training_of(network, optimizer, **options)
        there = {"X", "t", "weights", "sigma", *network.parameters, *network.state, *slots_of(training)}
        if options.get("batch_size") == 1:
            assert training.program.arrays["dlosses"] == [1]  # so it stays: no line has to write it
            there.add("dlosses")
        for line in training.program.lines:
            read = {name for name in line.inputs if name and not name.startswith("mean for")}
            read -= {name for name in read if name.startswith("mean of products for")}  # two that are room to work in
            assert read <= there, line
            there.update(line.outputs)


def test_every_step_of_the_tape_is_made_once(network, options, training_of):
    for optimizer in RULES:
        written = [name for line in training_of(network, optimizer, **options).program.lines for name in line.outputs]
        tape = network.tape("train", input_gradient=False)
        for step in tape:
            gradient_of = step.output.removeprefix("d")
            if gradient_of in network.parameters:  # fused into the update, or written
                assert written.count(step.output) <= 1
                assert written.count(gradient_of) == 1
            else:
                alone = step.output == "dlosses" and options.get("batch_size") == 1  # always 1, and never written
                assert written.count(step.output) == (0 if alone else 1), step.output


def test_a_parameter_is_not_changed_before_its_last_reader(network, options, training_of):
    for optimizer in RULES:
        lines = training_of(network, optimizer, **options).program.lines
        for parameter in network.parameters:
            readers = [index for index, line in enumerate(lines) if parameter in line.inputs]
            writers = [index for index, line in enumerate(lines) if parameter in line.outputs]
            assert len(writers) == 1
            assert max(readers, default=-1) <= writers[0], parameter
            together = [lines[index].operation for index in readers if index in writers]
            assert together in ([], ["row_backward"])  # which reads each weight before it changes it


def test_the_mean_loss_is_known_before_anything_changes_and_after_all_losses(network, options, training_of):
    for optimizer in RULES:
        training = training_of(network, optimizer, **options)
        kept = {*network.parameters, *network.state, *slots_of(training)}
        lines = training.program.lines
        mean = next(index for index, line in enumerate(lines) if line.operation == "weighted_mean")
        assert not any(kept.intersection(line.outputs) for line in lines[:mean])
        assert any("losses" in line.outputs for line in lines[:mean])
        assert "losses" in lines[mean].inputs


def test_softmax_is_one_line_with_the_cross_entropy_of_its_net_input(training_of):
    joined = gn.Network([gn.Dense(4, 3), gn.Softmax(), gn.Dense(3, 3), gn.Softmax()])
    operations = [line.operation for line in training_of(joined, gn.SGD()).program.lines]
    assert operations.count("softmax_with_loss") == operations.count("softmax") == 1  # one of them is inside
    assert not any(name.startswith("softmax_categorical") for name in operations)
    apart = gn.Network([gn.Dense(4, 3), gn.Softmax(), gn.ReLU()], "categorical_cross_entropy")
    operations = [line.operation for line in training_of(apart, gn.SGD()).program.lines]
    assert "softmax_with_loss" not in operations
    assert "softmax" in operations


@pytest.mark.parametrize("bias", [True, False])
def test_one_row_at_a_time_every_walk_back_through_w_changes_it(bias, training_of):
    layers = [gn.Dense(4, 20), gn.ReLU(), gn.Dense(20, 30), gn.Sigmoid(), gn.Dense(30, 3, bias=bias), gn.Softmax()]
    network = gn.Network(layers)
    lines = training_of(network, gn.SGD(), batch_size=1).program.lines
    written = {line.outputs: line.operation for line in lines if line.operation in {"row_backward", "update_row"}}
    assert written == {
        ("W1", "b1"): "update_row",
        ("dA1", "W2", "b2"): "row_backward",
        ("dA2", "W3", "b3") if bias else ("dA2", "W3"): "row_backward",
    }
    assert not any(line.operation in {"sgd", "affine_dx", "affine_dW"} for line in lines)


def test_threads_of_a_narrow_network_meet_once_before_all_updates(training_of):
    layers = [gn.Dense(4, 20), gn.ReLU(), gn.Dense(20, 30), gn.Sigmoid(), gn.Dense(30, 3), gn.Softmax()]
    table = training_of(gn.Network(layers), gn.SGD(), batch_size=20).program.table
    assert table[:, 1].sum() == 1


def test_state_changes_after_everything_else_and_only_then(network, training_of):
    lines = training_of(network, gn.SGD()).program.lines
    changes = [index for index, line in enumerate(lines) if set(line.outputs) & set(network.state)]
    assert changes == list(range(len(lines) - len(network.state), len(lines)))


def test_no_name_is_written_while_it_is_still_wanted(network, options, training_of):
    """What a line reads besides parameters and state was written once, by one line: no name is used twice."""
    for optimizer in RULES:
        training = training_of(network, optimizer, **options)
        kept = {*network.parameters, *network.state, *slots_of(training)}
        written = [name for line in training.program.lines for name in line.outputs if name not in kept]
        assert len(written) == len(set(written))


def test_plain_gradient_descent_stores_no_gradient_of_a_dense_layers_weights(network, training_of):
    for decay in (0.0, 0.1):
        training = training_of(network, gn.SGD(weight_decay=decay))
        stored = {name for name in network.parameters if f"d{name}" in training.program.arrays}
        dense = {place.names["W"] for layer, place in zip(network.layers, network.places, strict=True)
                 if isinstance(layer, gn.Dense)}  # fmt: skip
        assert stored == set(network.parameters) - dense
        fused = [line for line in training.program.lines if line.operation == "affine_dW"]
        assert {line.outputs[0] for line in fused} == dense
        assert all(line.integers == (INTO_WEIGHTS,) and line.settings[0] == decay for line in fused)


def test_momentum_adds_the_gradient_into_the_velocity_unless_weights_decay(network, training_of):
    for decay, goes in ((0.0, INTO_VELOCITY), (0.1, PLAIN_PRODUCT)):
        lines = training_of(network, gn.Momentum(weight_decay=decay, momentum=0.7)).program.lines
        products = [line for line in lines if line.operation == "affine_dW"]
        assert all(line.integers == (goes,) for line in products)
        assert all(line.settings[1] == 0.7 for line in products if goes == INTO_VELOCITY)
        written = {name for line in lines for name in line.outputs}
        stored = written & {f"d{name}" for name in network.parameters if name.startswith("W")}
        maxout = any(isinstance(layer, gn.Maxout) for layer in network.layers)
        assert bool(stored) == (goes == PLAIN_PRODUCT or maxout)


@pytest.mark.parametrize("kind", OPTIMIZERS.values())
def test_unfused_all_gradients_come_before_all_updates(kind, network, training_of):
    training = training_of(network, kind(), fuse=False)
    lines = training.program.lines
    updates = [line.operation in UPDATES for line in lines]
    assert updates.index(True) == training.updates
    gradients = {name for line in lines[: training.updates] for name in line.outputs}
    assert {f"d{name}" for name in network.parameters} <= gradients
    behind = lines[training.updates :]
    assert {name for line in behind for name in line.outputs} <= {*network.parameters, *network.state}
    assert {line.operation for line in behind} - {"running_average", "running_variance"} == {kind.__name__.lower()}


def test_weights_alone_decay(network, training_of):
    for kind in OPTIMIZERS.values():
        for line in training_of(network, kind(weight_decay=0.1), fuse=False).program.lines:
            if line.operation in UPDATES:
                assert line.settings[0] == (0.1 if line.outputs[0].startswith("W") else 0.0), line


def test_a_dropout_is_one_line_with_its_mask(training_of):
    network = gn.Network([gn.Dense(4, 5), gn.Dropout(0.3), gn.ReLU(), gn.Dense(5, 2), gn.Dropout(0.1)], "gaussian_nll")
    lines = [line for line in training_of(network, gn.SGD()).program.lines if line.operation == "dropout"]
    assert [line.settings for line in lines] == [(0.3,), (0.1,)]
    assert [line.integers for line in lines] == [(1,), (4,)]  # the layers: what their hashes begin with
    masks = [step.output for step in network.tape("train") if step.operation == "mask_like"]
    assert [line.outputs[1] for line in lines] == masks


def test_without_weights_no_line_reads_any(network, training_of):
    assert not any("weights" in line.inputs for line in training_of(network, gn.SGD()).program.lines)
    weighted = training_of(network, gn.SGD(), weighted=True).program.lines
    assert {line.operation for line in weighted if "weights" in line.inputs} == {"weighted_mean", "weight_shares"}


def test_only_products_with_lists_read_sparse_inputs(network, training_of):
    tape = network.tape("train", input_gradient=False)
    training = training_of(network, gn.SGD(), sparse=True)
    lines = training.program.lines
    assert training.sparse == can_be_sparse(tape) == (lines[0].operation == "list_columns")
    if training.sparse:
        readers = [line.operation for line in lines if "X" in line.inputs]
        assert readers == ["list_columns", "affine_sparse", "affine_dW_sparse"]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([gn.Dense(4, 33)], True),
        ([gn.Dense(4, 32)], False),  # too narrow to gain
        ([gn.BatchNorm(), gn.Dense(4, 33)], False),  # X is read by something else too
        ([gn.Dropout(), gn.Dense(4, 33)], False),
        ([gn.Maxout(4, 33)], False),
    ],
)
def test_inputs_may_be_sparse_where_a_wide_dense_layer_alone_reads_them(layers, expected):
    network = gn.Network(layers, "mean_squared_error")
    assert can_be_sparse(network.tape("train", input_gradient=False)) == expected


def test_all_that_the_package_has_can_be_compiled(network):
    assert why_not(network.tape("train", input_gradient=False)) == []
    assert why_not(network.tape("predict")) == []


class Cubed(gn.Layer):
    def forward(self, x):
        return x**3

    def backward(self, dy, x, y):
        return dy * 3 * x**2


class Cubic(gn.Loss):
    def forward(self, y, t):
        return (abs(y - t) ** 3).sum(axis=1)

    def backward(self, y, t):
        return 3 * (y - t) * abs(y - t)


def test_what_is_written_in_python_is_named_once():
    network = gn.Network([gn.Dense(2, 2), Cubed(), gn.Dense(2, 2), Cubed()], Cubic())
    reasons = why_not(network.tape("train"))
    assert reasons == ["Cubed is a layer written in Python", "Cubic is a loss written in Python"]


def test_every_code_is_a_different_number():
    assert len(set(CODES.values())) == len(CODES)
