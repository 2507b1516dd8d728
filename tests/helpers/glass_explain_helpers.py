"""Random networks to be explained, and what they must be explained by, worked out in another way."""

import numpy as np

import glassnet as gn

ACTIVATIONS = (gn.ReLU(), gn.LeakyReLU(0.2), gn.PReLU(), gn.Identity())


def random_network(seed, *, smooth=False, dtype="float32"):
    """A classifier of random layers, its BatchNorm and PReLU away from where they begin."""
    rng = np.random.default_rng(seed)
    layers, width = [], int(rng.integers(2, 9))
    if rng.random() < 0.3:
        layers.append(gn.BatchNorm())
    for _ in range(rng.integers(1, 4)):
        wide = int(rng.integers(3, 12))
        kind = gn.Maxout(width, wide, pieces=3) if rng.random() < 0.3 else gn.Dense(width, wide)
        layers += [kind, *([gn.BatchNorm()] if rng.random() < 0.4 else [])]
        layers += [rng.choice([gn.Sigmoid(), gn.Tanh(), gn.ELU()]) if smooth else rng.choice(ACTIVATIONS)]
        layers += [gn.Dropout(0.3)] if rng.random() < 0.4 else []
        width = wide
    layers += [gn.Dense(width, int(rng.integers(2, 6))), gn.Softmax()]
    network = gn.Network(layers, seed=seed, dtype=dtype)
    for name, array in network.parameters.items():
        if name[0] in "abg":
            array[...] = rng.normal(0.5, 0.5, array.shape)
    for name, array in network.state.items():
        array[...] = rng.uniform(0.3, 2.0, array.shape) if "variance" in name else rng.normal(size=array.shape)
    return network, rng.normal(size=network.n_in)


def logits_of(network, x):
    """The logits of rows, from the network's own numbers: logarithms of softmax, up to what is common to a row."""
    return np.log(network.predict(x).astype(np.float64))


def in_float64(network):
    copy = gn.Network(network.layers, seed=network.seed, dtype="float64")
    copy.parameters = network.parameters
    copy.state.update(network.state)
    return copy


def affine_map(network, x):
    """The map of a piecewise-linear network near x, (n_in, n_out) and (n_out,), layer by layer in float64."""
    values = {**network.parameters, **network.state}
    slope, constant = np.eye(len(x)), np.zeros(len(x))
    for layer, place in zip(network.layers, network.places, strict=True):
        own = {name: values[full].astype(np.float64) for name, full in place.names.items()}
        here = x @ slope + constant
        if isinstance(layer, gn.Dense):
            slope, constant = slope @ own["W"], constant @ own["W"] + own["b"]
        elif isinstance(layer, gn.Maxout):
            best = np.argmax([here @ W + b for W, b in zip(own["W"], own["b"], strict=True)], axis=0)
            units = np.arange(len(best))
            W, b = own["W"][best, :, units].T, own["b"][best, units]
            slope, constant = slope @ W, constant @ W + b
        elif isinstance(layer, gn.BatchNorm):
            factor = own["gamma"] / np.sqrt(own["running_variance"] + layer.eps)
            slope, constant = slope * factor, (constant - own["running_mean"]) * factor + own["beta"]
        elif isinstance(layer, gn.ReLU | gn.LeakyReLU | gn.PReLU):
            below = {gn.ReLU: 0.0, gn.LeakyReLU: getattr(layer, "alpha", None), gn.PReLU: own.get("alpha")}[type(layer)]
            factor = np.where(here > 0, 1.0, below)
            slope, constant = slope * factor, constant * factor
        elif not isinstance(layer, gn.Dropout | gn.Identity | gn.Softmax):
            raise TypeError(layer)
    return slope, constant
