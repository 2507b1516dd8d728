"""Files that PyTorch writes, with the nodes that it puts around a perceptron."""

import warnings

import numpy as np
import pytest

import glassnet as gn

pytest.importorskip("onnx", reason="onnx is not installed")
torch = pytest.importorskip("torch", reason="PyTorch is not installed")
nn = torch.nn


def trained(*layers):
    """The layers, after a batch in training mode has moved the running statistics."""
    torch.manual_seed(0)
    net = nn.Sequential(*layers)
    net(torch.randn(16, *(1, 8, 8) if isinstance(layers[0], nn.Flatten) else (6,)))
    return net.eval()


class Scaled(nn.Module):
    """Pixels to rows, with `view` instead of Flatten."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net((x.view(x.size(0), -1).div(255) - 0.1307) / 0.3081)


MODELS = {
    "pictures": (
        trained(
            nn.Flatten(), nn.Linear(64, 9), nn.BatchNorm1d(9), nn.ReLU(), nn.Dropout(0.3), nn.Linear(9, 3),
            nn.Softmax(1),
        ),
        (1, 8, 8),
        ["Dense(64, 9)", "BatchNorm()", "ReLU()", "Dense(9, 3)", "Softmax()"],
    ),
    "scaled": (
        Scaled(trained(nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, 2))),
        (2, 3),
        ["Dense(6, 4)", "Tanh()", "Dense(4, 2)"],
    ),
    "activations": (
        trained(
            nn.Linear(6, 5), nn.LeakyReLU(0.2), nn.Linear(5, 4, bias=False), nn.PReLU(4), nn.ELU(0.5), nn.Linear(4, 4),
            nn.PReLU(), nn.Identity(), nn.Hardtanh(0, float("inf")), nn.Linear(4, 1), nn.Sigmoid(),
        ),
        (6,),
        ["Dense(6, 5)", "LeakyReLU(alpha=0.2)", "Dense(5, 4, bias=False)", "PReLU()", "ELU(alpha=0.5)", "Dense(4, 4)",
         "LeakyReLU(alpha=0.25)", "ReLU()", "Dense(4, 1)", "Sigmoid()"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("open_batch", [True, False], ids=["any rows", "a fixed number of rows"])
@pytest.mark.parametrize("name", MODELS)
def test_pytorch(tmp_path, name, open_batch):
    net, shape, layers = MODELS[name]
    x = torch.rand(4, *shape) * 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch would rather have its newer exporter, which needs onnxscript
        torch.onnx.export(
            net, x, tmp_path / "m.onnx", dynamo=False, input_names=["x"],
            dynamic_axes={"x": {0: "rows"}} if open_batch else None,
        )  # fmt: skip
    ours = gn.import_onnx(tmp_path / "m.onnx")
    assert list(map(str, ours.layers)) == layers
    with torch.no_grad():
        expected = net(x).numpy()
    np.testing.assert_allclose(ours.predict(x.reshape(4, -1).numpy()), expected, rtol=1e-5, atol=1e-6)
