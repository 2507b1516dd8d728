"""PyTorch's models: taken over with the same predictions, given back, and what cannot be is named."""

import warnings

import numpy as np
import pytest

import glassnet as gn
from glassnet.interop.parts import ConversionWarning
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, GlassnetError
from random_networks import fill, largest_difference, random_network, rows_for

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install glassnet[torch]")
nn, F = torch.nn, torch.nn.functional

MODULES = {
    "ReLU": lambda n: nn.Sequential(nn.ReLU(inplace=True)),
    "LeakyReLU": lambda n: nn.LeakyReLU(0.3),
    "PReLU, one slope": lambda n: nn.PReLU(init=0.4),
    "PReLU, a slope each": nn.PReLU,
    "ELU": lambda n: nn.ELU(0.6),
    "Sigmoid": lambda n: nn.Sigmoid(),
    "Tanh": lambda n: nn.Tanh(),
    "Softmax": lambda n: nn.Softmax(dim=-1),
    "Dropout": lambda n: nn.Dropout(0.4),
    "Identity": lambda n: nn.Identity(),
    "BatchNorm1d": lambda n: nn.BatchNorm1d(n, eps=1e-3, momentum=0.3),
    "BatchNorm1d, not affine": lambda n: nn.BatchNorm1d(n, affine=False),
}


def predicted(model, x):
    """What PyTorch predicts, from a copy in eval mode."""
    training = model.training
    with torch.no_grad():
        y = model.eval()(torch.from_numpy(x)).numpy()
    model.train(training)
    return y


def x_for(n_in, dtype="float32"):
    return np.random.default_rng(5).normal(size=(11, n_in)).astype(dtype)


def with_statistics(model, seed=1):
    """Give a model's parameters and running statistics random values."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, tensor in (*model.named_parameters(), *model.named_buffers()):
            if tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor) + 0.2 if "var" in name else torch.randn_like(tensor) * 0.6)
    return model


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", MODULES)
def test_every_kind_of_module_predicts_alike(name, dtype):
    model = nn.Sequential(nn.Linear(4, 5), MODULES[name](5), nn.Sequential(nn.Linear(5, 3, bias=False)))
    with_statistics(model.to(getattr(torch, dtype)))
    net = gn.from_torch(model)
    assert net.dtype == dtype
    x = x_for(4, dtype)
    assert largest_difference(net.predict(x), predicted(model, x)) < 1e-5


def test_settings_of_batch_normalization_are_carried_over():
    net = gn.from_torch(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3, eps=1e-3, momentum=0.3)))
    assert net.layers[1] == gn.BatchNorm(momentum=0.7, eps=1e-3)
    assert gn.to_torch(net)[1].momentum == 0.3


def test_the_model_is_left_as_it_was():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 2))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    net = gn.from_torch(model)
    net.parameters.flat[...] = 0.0
    assert model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_training_goes_the_same_way():
    model = with_statistics(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, momentum=0.2), nn.Tanh(), nn.Linear(4, 2)))
    net = gn.from_torch(model.double(), softmax=True)
    x, t = x_for(3, "float64"), np.arange(11) % 2
    loss = F.cross_entropy(model.train()(torch.from_numpy(x)), torch.from_numpy(t))
    loss.backward()
    gradients = net.gradients(x, t)
    assert net.loss(x, t, mode="train") == pytest.approx(loss.item(), rel=1e-12)
    assert np.allclose(gradients["W1"], model[0].weight.grad.numpy().T, atol=1e-12)
    assert np.allclose(gradients["gamma1"], model[1].weight.grad.numpy(), atol=1e-12)
    net.fit(x, t, optimizer=gn.SGD(1e-9), epochs=1, batch_size=11, executor="reference", verbose=0)
    assert np.allclose(net.state["running_variance1"], model[1].running_var.numpy(), atol=1e-12)


# There and back


@pytest.mark.parametrize("seed", range(10))
def test_random_networks_there_and_back(seed):
    net = random_network(seed)
    x = rows_for(net)
    model = gn.to_torch(net)
    assert not model.training
    assert largest_difference(predicted(model, x), net.predict(x)) < 1e-5
    again = gn.from_torch(model)
    assert again.dtype == net.dtype
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in net.layers]
    assert largest_difference(again.predict(x), net.predict(x)) < 1e-6
    for name, array in (*net.parameters.items(), *net.state.items()):
        assert np.array_equal({**again.parameters, **again.state}[name], array)


def test_a_maxout_is_made_of_pytorchs_own_modules():
    net = gn.Network([gn.Maxout(3, 4, pieces=3), gn.Dense(4, 2)], "mean_squared_error")
    model = gn.to_torch(net)
    assert [type(module).__name__ for module in model[0]] == ["Linear", "Unflatten", "AdaptiveMaxPool1d", "Flatten"]
    assert gn.from_torch(model).layers == net.layers


@pytest.mark.parametrize("stride", [1, 2, None])
def test_a_pooling_of_one_window_is_a_maxout(stride):
    model = nn.Sequential(nn.Linear(4, 6), nn.Unflatten(1, (2, 3)), nn.MaxPool1d(3, stride), nn.Flatten())
    net = gn.from_torch(model)
    assert net.layers == (gn.Maxout(4, 2, 3),)
    x = x_for(4)
    assert largest_difference(net.predict(x), predicted(model, x)) < 1e-5


@pytest.mark.parametrize(
    "pool",
    [
        nn.MaxPool1d(3, padding=1),
        nn.MaxPool1d(3, padding=1, dilation=2),
        nn.MaxPool1d(3, dilation=2, padding=1, stride=5),
        nn.MaxPool1d(3, stride=2, padding=1, ceil_mode=True),
        nn.MaxPool1d(3, ceil_mode=True),
        nn.MaxPool1d(2),
        nn.AdaptiveMaxPool1d(2),
        nn.AdaptiveMaxPool1d(1, return_indices=True),
    ],
    ids=str,
)
def test_a_pooling_of_other_windows_is_no_maxout(pool):
    model = nn.Sequential(nn.Linear(4, 6), nn.Unflatten(1, (2, 3)), pool, nn.Flatten(), nn.Linear(2, 2))
    with pytest.raises(GlassnetError, match="Unflatten"):
        gn.from_torch(model)


def test_logits_leave_off_the_softmax():
    net = gn.Network([gn.Dense(3, 4), gn.Softmax()])
    model = gn.to_torch(net, logits=True)
    x = x_for(3)
    assert largest_difference(torch.softmax(torch.from_numpy(predicted(model, x)), 1).numpy(), net.predict(x)) < 1e-6
    with pytest.raises(ArgumentError, match=r"ends in Dense\(3, 4\)"):
        gn.to_torch(gn.Network([gn.Dense(3, 4)]), logits=True)


def test_a_layer_of_ones_own_is_named():
    class Twice(gn.Layer):
        def forward(self, x):
            return 2 * x

        def backward(self, dy, x, y):
            return 2 * dy

    with pytest.raises(ArgumentError, match=r"layer 2, Twice\(\) is a class of your own"):
        gn.to_torch(gn.Network([gn.Dense(2, 2), Twice()]))


# Logits


@pytest.mark.parametrize(
    ("n_out", "softmax", "loss", "last"),
    [
        (3, "auto", None, gn.Dense),
        (3, "auto", "categorical_cross_entropy", gn.Softmax),
        (1, "auto", "binary_cross_entropy", gn.Sigmoid),
        (3, "auto", "mean_squared_error", gn.Dense),
        (3, True, None, gn.Softmax),
        (1, True, None, gn.Sigmoid),
        (3, False, "categorical_cross_entropy", gn.Dense),
    ],
)
def test_logits_get_an_output_if_asked(n_out, softmax, loss, last):
    net = gn.from_torch(nn.Sequential(nn.Linear(2, n_out)), softmax=softmax, loss=loss)
    assert type(net.layers[-1]) is last


def test_a_second_softmax_is_refused():
    with pytest.raises(ArgumentError, match=r"ends in Softmax\(\) already"):
        gn.from_torch(nn.Sequential(nn.Linear(2, 3), nn.Softmax(1)), softmax=True)
    with pytest.raises(ArgumentError, match="softmax must be"):
        gn.from_torch(nn.Sequential(nn.Linear(2, 3)), softmax="maybe")


def test_a_log_softmax_at_the_end_becomes_softmax_and_is_said():
    model = nn.Sequential(nn.Linear(2, 3), nn.LogSoftmax(dim=1))
    with pytest.warns(ConversionWarning, match="probabilities"):
        net = gn.from_torch(model)
    x = x_for(2)
    assert largest_difference(np.log(net.predict(x)), predicted(model, x)) < 1e-5
    t = np.arange(11) % 3
    loss = F.nll_loss(torch.from_numpy(predicted(model, x)), torch.from_numpy(t))
    assert net.loss(x, t) == pytest.approx(loss.item(), rel=1e-5)
    with pytest.raises(ArgumentError, match="LogSoftmax before the end"):
        gn.from_torch(nn.Sequential(nn.Linear(2, 3), nn.LogSoftmax(1), nn.Linear(3, 2)))


# Modules of one's own


class Functional(nn.Module):
    """Layers defined in another order than they run in, functions between them."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(5, 2)
        self.norm = nn.BatchNorm1d(5)
        self.body = nn.Sequential(nn.Linear(6, 5), nn.Tanh())
        self.never = nn.Linear(1, 1)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = F.leaky_relu(self.norm(self.body(x)), 0.2)
        x = F.dropout(x, 0.1, training=self.training)
        x = F.elu(x, alpha=0.5).tanh()
        return F.softmax(self.out(torch.relu(x)), dim=1)


def test_a_module_is_followed_by_its_forward_not_by_its_attributes():
    model = with_statistics(Functional())
    net = gn.from_torch(model)
    assert [type(layer).__name__ for layer in net.layers] == [
        "Dense", "Tanh", "BatchNorm", "LeakyReLU", "Dropout", "ELU", "Tanh", "ReLU", "Dense", "Softmax",
    ]  # fmt: skip
    assert largest_difference(net.predict(x_for(6)), predicted(model, x_for(6))) < 1e-5


def test_view_is_a_flatten():
    class Viewed(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(6, 2)

        def forward(self, x):
            return self.fc(x.view(x.size(0), -1)).sigmoid()

    model = Viewed()
    x = x_for(6)
    assert largest_difference(gn.from_torch(model).predict(x), predicted(model, x.reshape(11, 2, 3))) < 1e-5


class Branching(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(3, 3), nn.Linear(3, 2)

    def forward(self, x):
        if x.sum() > 0:
            x = x * 2
        return self.fc2(torch.relu(self.fc1(x)))


def test_what_cannot_be_followed_asks_for_the_layers():
    model = Branching()
    with pytest.raises(ArgumentError, match="layers="):
        gn.from_torch(model)
    net = gn.from_torch(model, layers=["fc1", "relu", model.fc2, gn.Tanh()])
    assert net.layers == (gn.Dense(3, 3), gn.ReLU(), gn.Dense(3, 2), gn.Tanh())
    with pytest.raises(ArgumentError, match="give the name of the module"):
        gn.from_torch(model, layers=["fc1", "linear"])
    with pytest.raises(ArgumentError, match="'fc9'"):
        gn.from_torch(model, layers=["fc9"])


def test_a_view_that_makes_other_rows_is_refused():
    class Viewed(nn.Module):
        def __init__(self, *sizes):
            super().__init__()
            self.fc, self.sizes = nn.Linear(2, 2), sizes

        def forward(self, x):
            return self.fc(x.view(*self.sizes))

    assert gn.from_torch(Viewed(-1, 2)).layers == (gn.Dense(2, 2),)
    for sizes in ((2, -1), (-1, 2, 1), (4,)):
        with pytest.raises(ArgumentError, match=r"the call of view in Viewed\.forward is a change of shape"):
            gn.from_torch(Viewed(*sizes))


IN_PLACE = {
    "a method": lambda self, x: x.relu_(),
    "a function": lambda self, x: F.relu(x, inplace=True),
    "a module": lambda self, x: self.relu(x),
    "another function": lambda self, x: torch.nn.init.zeros_(x),
    "a number": lambda self, x: x.__setitem__(0, 0.0),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_calls_whose_result_is_not_used_may_work_in_place(name):
    class Beside(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.relu, self.second = nn.Linear(4, 5), nn.ReLU(inplace=True), nn.Linear(5, 2)

        def forward(self, x):
            x = self.first(x)
            IN_PLACE[name](self, x)
            return self.second(x)

    with pytest.raises(ArgumentError, match="beside the row that leads to its output"):
        gn.from_torch(Beside())


@pytest.mark.parametrize("name", ["a method", "a function", "a module"])
def test_calls_in_place_whose_result_is_used_are_followed(name):
    class Along(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.relu, self.second = nn.Linear(4, 5), nn.ReLU(inplace=True), nn.Linear(5, 2)

        def forward(self, x):
            return self.second(IN_PLACE[name](self, self.first(x).view(x.shape[0], -1)))

    model, x = Along(), x_for(4)
    assert largest_difference(gn.from_torch(model).predict(x), predicted(model, x)) < 1e-5


def test_residual_connections_are_refused():
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 3)

        def forward(self, x):
            return x + self.fc(x)

    with pytest.raises(ArgumentError, match=r"the call of add in Residual\.forward"):
        gn.from_torch(Residual())


def test_shared_weights_become_copies_and_that_is_said():
    layer = nn.Linear(3, 3)
    relu = nn.ReLU()  # which has no weights, and may be used as often as one likes
    model = nn.Sequential(layer, relu, layer, relu)
    with pytest.warns(ConversionWarning, match="module '2' is used more than once"):
        net = gn.from_torch(model)
    assert largest_difference(net.predict(x_for(3)), predicted(model, x_for(3))) < 1e-5


def test_parametrized_weights_are_taken_as_they_act():
    model = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(3, 2)))
    with torch.no_grad():
        model[0].parametrizations.weight.original0.mul_(3)
    assert largest_difference(gn.from_torch(model).predict(x_for(3)), predicted(model, x_for(3))) < 1e-5


class OwnLinear(nn.Linear):
    def forward(self, x):
        return super().forward(x) * 2


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (nn.GELU(), "module '1' is GELU"),
        (nn.Conv1d(1, 1, 1), "Conv1d"),
        (nn.LayerNorm(3), "LayerNorm"),
        (nn.ReLU6(), "ReLU6"),
        (nn.Softmax(dim=0), "softmax over dimension 0"),
        (nn.BatchNorm1d(3, track_running_stats=False), "without running statistics"),
        (nn.BatchNorm1d(3, momentum=None), "momentum=None"),
        (nn.Dropout(1.0), "Dropout's rate"),
        (nn.Flatten(0), "Flatten from 0"),
        (OwnLinear(3, 3), "a function|OwnLinear"),
        (nn.LSTM(3, 3), "LSTM"),
        (nn.LazyLinear(3), "has no size yet"),
        (nn.Linear(3, 3).to("meta"), "on meta"),
    ],
)
def test_what_has_no_counterpart_is_named(module, words):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # PyTorch's, of lazy modules
        with pytest.raises(GlassnetError, match=words) as caught:
            gn.from_torch(nn.Sequential(nn.Linear(3, 3), module))
    assert "1" in str(caught.value) or "OwnLinear" in str(caught.value)
    assert str(caught.value).count("the module '1'") <= 1


def ten_times(*given):
    return given[-1] * 10


class Around(nn.Module):
    def __init__(self):
        super().__init__()
        self.row = nn.Sequential(nn.Linear(4, 6), nn.ReLU())

    def forward(self, x):
        return self.row(x)


PLACES = {
    "a layer": lambda model: model[0],
    "the model": lambda model: model,
    "a Sequential inside": lambda model: model[1],
    "what does nothing": lambda model: model[2],
    "the Linear of a Maxout": lambda model: model[3],
    "the pooling of a Maxout": lambda model: model[5],
    "a module of one's own": lambda model: model[7],
    "a Sequential in it": lambda model: model[7].row,
    "a layer in it": lambda model: model[7].row[0],
}


def model_of_places():
    return nn.Sequential(
        nn.Linear(4, 4),
        nn.Sequential(nn.Tanh(), nn.Linear(4, 4)),
        nn.Flatten(),
        nn.Linear(4, 8),
        nn.Unflatten(1, (4, 2)),
        nn.AdaptiveMaxPool1d(1),
        nn.Flatten(),
        Around(),
    )


def test_a_model_without_code_beside_it_is_taken():
    model = model_of_places()
    assert largest_difference(gn.from_torch(model).predict(x_for(4)), predicted(model, x_for(4))) < 1e-5


@pytest.mark.parametrize("place", PLACES)
def test_hooks_are_code_and_refused(place):
    for register in ("register_forward_hook", "register_forward_pre_hook"):
        model = model_of_places()
        getattr(PLACES[place](model), register)(ten_times if register.endswith("d_hook") else lambda _, x: x[0] * 10)
        with pytest.raises(ArgumentError, match=r"hooks|the call of mul"):
            gn.from_torch(model)


@pytest.mark.parametrize("place", PLACES)
def test_a_forward_that_was_replaced_is_refused(place):
    model = model_of_places()
    module = PLACES[place](model)
    plain = module.forward
    module.forward = lambda x: plain(x) * 10
    with pytest.raises(ArgumentError, match=r"forward was replaced|the call of mul"):
        gn.from_torch(model)


def test_a_call_of_ones_own_is_refused():
    class Called(nn.Linear):
        def __call__(self, x):
            return super().__call__(x) * 10

    with pytest.raises(ArgumentError, match="a Called with a __call__ of its own"):
        gn.from_torch(nn.Sequential(Called(4, 2)))


def test_a_class_with_the_name_of_pytorchs_is_no_piece_of_a_maxout():
    class Linear(nn.Linear):
        def forward(self, x):
            return super().forward(x) * 10

    model = nn.Sequential(Linear(4, 6), nn.Unflatten(1, (2, 3)), nn.MaxPool1d(3), nn.Flatten())
    with pytest.raises(ArgumentError, match="the call of"):
        gn.from_torch(model)


@pytest.mark.parametrize(
    ("source", "words"),
    [(3, "must be a torch.nn.Module"), (nn.Linear, "must be"), ({}, "state dict"), ({1: 2}, "state")],
)
def test_what_is_no_model_is_refused(source, words):
    with pytest.raises((ArgumentTypeError, DataError), match=words):
        gn.from_torch(source)


def test_models_without_layers_are_refused():
    with pytest.raises(ArgumentError, match="no layer"):
        gn.from_torch(nn.Sequential())
    with pytest.raises(ArgumentError, match="a layer with a size"):
        gn.from_torch(nn.Sequential(nn.ReLU()))


def test_wrappers_that_only_run_a_model_are_looked_into():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    assert gn.from_torch(nn.DataParallel(model)).layers == (gn.Dense(2, 3), gn.Tanh())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what PyTorch loads for it deprecates itself
        compiled = torch.compile(model)
    assert gn.from_torch(compiled).layers == (gn.Dense(2, 3), gn.Tanh())
    wrapped = nn.DataParallel(model)
    wrapped.register_forward_hook(ten_times)
    with pytest.raises(ArgumentError, match="a DataParallel with forward hooks"):
        gn.from_torch(wrapped)
    with pytest.raises(ArgumentTypeError, match="scripted"):
        gn.from_torch(traced(model))


def traced(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch deprecates it
        return torch.jit.trace(model, torch.zeros(1, 2))


def test_half_precision_becomes_float32():
    model = nn.Sequential(nn.Linear(3, 2)).to(torch.bfloat16)
    net = gn.from_torch(model)
    assert net.dtype == "float32"
    assert np.array_equal(net.parameters["W1"], model[0].weight.detach().float().numpy().T)


# State dicts


def model_of_state():
    return with_statistics(
        nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 5), nn.PReLU(), nn.Linear(5, 2))
    )


LAYERS = ["linear", "batchnorm1d", "relu", "linear", "prelu", "linear"]


def test_a_state_dict_takes_the_kinds_of_layers():
    model = model_of_state()
    for layers in (
        LAYERS,
        ["0", "1", gn.ReLU(), "3", "4", "5"],
        [gn.Dense, gn.BatchNorm(), "ReLU", "dense", gn.PReLU, "dense"],
    ):
        net = gn.from_torch(model.state_dict(), layers=layers)
        assert largest_difference(net.predict(x_for(4)), predicted(model, x_for(4))) < 1e-5


def test_a_state_dict_takes_activations():
    model = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 5), nn.Tanh(), nn.Linear(5, 2))
    with_statistics(model)
    for activations in ("tanh", gn.Tanh(), ["tanh", "tanh", None], [gn.Tanh, "tanh", "identity"]):
        net = gn.from_torch({"model_state_dict": model.state_dict(), "epoch": 3}, activations=activations)
        assert largest_difference(net.predict(x_for(4)), predicted(model, x_for(4))) < 1e-5


def test_names_in_another_order_are_put_right_by_their_shapes():
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    state = model.state_dict()
    shuffled = {
        "b.weight": state["2.weight"],
        "b.bias": state["2.bias"],
        "a.weight": state["0.weight"],
        "a.bias": state["0.bias"],
    }
    for chosen in ({"activations": "relu"}, {"layers": ["linear", "relu", "linear"]}):
        net = gn.from_torch(shuffled, **chosen)
        assert largest_difference(net.predict(x_for(4)), predicted(model, x_for(4))) < 1e-5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "these are weights alone"),
        ({"activations": "relu", "layers": []}, "not both"),
        ({"activations": ["relu"]}, "one entry for each of the 3 Dense, got 1"),
        ({"activations": ["prelu", None, None]}, "cannot hold PReLU"),
        ({"activations": "gelu"}, "'gelu', which is neither"),
        ({"activations": ["sigmiod", None, None]}, "Did you mean 'sigmoid'"),
        ({"layers": LAYERS[:-1]}, r"leaves out 5 \(Dense"),
        ({"layers": [*LAYERS, "linear"]}, "no more arrays of that kind"),
        ({"layers": ["0", "0"]}, "names '0'"),
        ({"layers": "linear"}, "layers must be a list"),
        ({"layers": [gn.Dense(4, 6), *LAYERS[1:]]}, r"make Dense\(4, 5\), but layers says Dense\(4, 6\)"),
        ({"layers": [3]}, "layers or their names"),
        ({"layers": ["linear", "relu", "linear", "linear", "prelu", "batchnorm"]}, "must have the shape"),
    ],
)
def test_what_the_kinds_leave_open_is_said(arguments, words):
    with pytest.raises(GlassnetError, match=words):
        gn.from_torch(model_of_state().state_dict(), **arguments)


def test_shapes_that_fit_in_several_orders_are_not_guessed():
    state = {f"{name}.weight": torch.zeros(3, 3) for name in "ab"} | {"c.weight": torch.zeros(3, 2)}
    with pytest.raises(ArgumentError, match="do not say in which order"):
        gn.from_torch(state, activations="relu")


def test_arrays_that_no_layer_here_has_are_named():
    state = nn.Sequential(nn.Conv1d(1, 2, 3)).state_dict()
    with pytest.raises(DataError, match="the arrays of '0': weight"):
        gn.from_torch(state, activations=None)


def test_activations_are_not_for_modules():
    with pytest.raises(ArgumentError, match="activations= is for state dicts"):
        gn.from_torch(nn.Linear(2, 2), activations="relu")


def test_a_network_from_pytorch_trains_on():
    net = gn.from_torch(nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2)), loss="categorical_cross_entropy")
    fill(net, np.random.default_rng(0))
    x, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
    before = net.loss(x, t)
    net.fit(x, t, optimizer=gn.Adam(0.1), epochs=30, executor="reference", verbose=0)
    assert net.loss(x, t) < before / 2
