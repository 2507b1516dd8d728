"""Random networks with all that one can have in it, parameters and running statistics included."""

from itertools import pairwise

import numpy as np

import glassnet as gn


def random_network(seed, *, maxout=True, **arguments):
    """Make a network of random depth, widths, layers and dtype, whose arrays are all random."""
    rng = np.random.default_rng(seed)
    widths = rng.integers(2, 9, size=rng.integers(2, 6)).tolist()
    layers = [gn.BatchNorm(0.8, 1e-3)] if rng.random() < 0.3 else []
    activations = [gn.ReLU(), gn.LeakyReLU(0.2), gn.PReLU(), gn.ELU(0.7), gn.Sigmoid(), gn.Tanh(), gn.Identity()]
    for n_in, n_out in pairwise(widths):
        if maxout and rng.random() < 0.25:
            layers.append(gn.Maxout(n_in, n_out, pieces=int(rng.integers(1, 4))))
        else:
            layers.append(gn.Dense(n_in, n_out, bias=bool(rng.random() < 0.8)))
        layers += [gn.BatchNorm(0.95, 1e-4)] if rng.random() < 0.5 else []
        layers.append(activations[rng.integers(len(activations))])
        layers += [gn.Dropout(0.25)] if rng.random() < 0.4 else []
    n_out = int(rng.integers(1, 5))
    layers.append(gn.Dense(widths[-1], n_out))
    layers += [[], [gn.Sigmoid()], [gn.Softmax()]][rng.integers(3 if n_out > 1 else 2)]
    net = gn.Network(layers, dtype=["float32", "float64"][seed % 2], seed=seed, **arguments)
    fill(net, rng)
    return net


def fill(net, rng):
    """Give a network random arrays, and variances above 0."""
    for name, array in (*net.parameters.items(), *net.state.items()):
        array[...] = rng.normal(size=array.shape) * 0.7
        if "variance" in name:
            array[...] = rng.uniform(0.3, 3, size=array.shape)


def rows_for(net, seed=0, rows=17):
    """Return random inputs for a network."""
    return np.random.default_rng(seed).normal(size=(rows, net.n_in)).astype(net.dtype)


def largest_difference(one, other):
    """Return the largest difference of two arrays of one shape."""
    assert np.shape(one) == np.shape(other)
    return float(np.abs(np.asarray(one) - np.asarray(other)).max())
