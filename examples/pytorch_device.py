"""The same network in NumPy and on a PyTorch device: a GPU, where there is one, else the CPU.

It trains a classifier twice from the same seed, in float64, and compares the two. Run it by
`python examples/pytorch_device.py`; it needs `pip install glassnet[torch,arrays]` and takes some seconds.
"""

import numpy as np
import torch

import glassnet as gn

DEVICE = "cuda" if torch.cuda.is_available() else "torch"

rng = np.random.default_rng(0)
t = np.arange(600) % 3
x = np.array([[2.0, 0.0], [-1.0, 1.8], [-1.0, -1.8]])[t] + 0.7 * rng.normal(size=(600, 2))


def network(device):
    """Return a network on a device."""
    layers = [gn.Dense(2, 16), gn.Tanh(), gn.Dropout(0.2), gn.Dense(16, 3), gn.Softmax()]
    return gn.Network(layers, seed=0, dtype="float64", device=device)


here, there = network("cpu"), network(DEVICE)
print(f"here: {here.device}, there: {there.device}")

# Tensors that are on the device already are used where they are; arrays of NumPy's would be moved batch by batch.
tensors = torch.asarray(x, device="cuda" if DEVICE == "cuda" else "cpu")
arguments = {"optimizer": gn.Adam(0.01), "epochs": 5, "executor": "reference", "verbose": 0}
one = here.fit(x, t, **arguments)
two = there.fit(tensors, t, **arguments)
print(f"last loss: {one['loss'][-1]:.9f} here, {two['loss'][-1]:.9f} there")
print(f"accuracy: {here.accuracy(x, t):.3f} here, {there.accuracy(tensors, t):.3f} there")

# What comes in comes out: tensors for tensors, NumPy for NumPy.
print(type(there.predict(tensors)).__name__, type(there.predict(x)).__name__, type(there.parameters["W1"]).__name__)

apart = np.abs(there.predict(x) - here.predict(x)).max()
print(f"predictions differ by {apart:.0e} at most" if apart else "predictions are the same to the bit")

there.to("cpu")  # home again, bit for bit: now the compiled executor may train on
print(f"home: {there.device}, {type(there.parameters['W1']).__name__}")
