"""Random networks of every layer that glassnet has, with arrays as a training leaves them: none is as it began."""

import numpy as np

import glassnet as gn

ACTIVATIONS = (gn.Sigmoid, gn.Tanh, gn.ReLU, gn.LeakyReLU, gn.PReLU, gn.ELU, gn.Identity)


def random_network(seed, dtype="float32", **arguments):
    """A network of up to four blocks, drawn at random; it ends as a classifier, a binary one or a regression."""
    rng = np.random.default_rng(seed)
    layers, width = [], int(rng.integers(1, 7))
    if rng.random() < 0.3:
        layers.append(gn.BatchNorm())
    for _ in range(int(rng.integers(1, 4))):
        n_out = int(rng.integers(1, 9))
        if rng.random() < 0.3:
            layers.append(gn.Maxout(width, n_out, pieces=int(rng.integers(1, 4))))
        else:
            layers.append(gn.Dense(width, n_out, bias=bool(rng.random() < 0.7)))
        if rng.random() < 0.4:
            layers.append(gn.BatchNorm(eps=float(rng.choice([1e-5, 1e-3]))))
        layers.append(_activation(rng))
        if rng.random() < 0.3:
            layers.append(gn.Dropout(0.25))
        width = n_out
    layers += [
        [gn.Dense(width, 3), gn.Softmax()],
        [gn.Dense(width, 1), gn.Sigmoid()],
        [gn.Dense(width, 2)],
    ][seed % 3]
    return trained(gn.Network(layers, seed=seed, dtype=dtype, **arguments), seed)


def _activation(rng):
    kind = ACTIVATIONS[rng.integers(len(ACTIVATIONS))]
    if kind in (gn.LeakyReLU, gn.ELU):
        return kind(alpha=float(rng.choice([0.1, 0.3, 1.0, 1.5])))
    return kind()


def trained(net, seed=0):
    """The network with every array changed a little, the running variances to something above 0."""
    rng = np.random.default_rng([seed, 1])
    for name, array in net.parameters.items():
        net.parameters[name] = array + rng.normal(scale=0.3, size=array.shape)
    for name, array in net.state.items():
        net.state[name] = np.abs(array + rng.normal(scale=0.3, size=array.shape)) + 0.1
    return net


def rows_for(net, seed=0, rows=7, scale=1.0):
    return np.random.default_rng([seed, 2]).normal(scale=scale, size=(rows, net.n_in)).astype(net.dtype)
