"""`print(net)`: what there is, in what shape, and how many numbers."""

import glassnet as gn


def test_lecture_002s_network():
    net = gn.Network([gn.Dense(784, 50), gn.Sigmoid(), gn.Dense(50, 10), gn.Softmax()])
    assert str(net).splitlines() == [
        "layer              output   parameters",
        "1  Dense(784, 50)  (N, 50)  W1 (784, 50), b1 (50,)  39,250",
        "2  Sigmoid()       (N, 50)                               0",
        "3  Dense(50, 10)   (N, 10)  W2 (50, 10), b2 (10,)      510",
        "4  Softmax()       (N, 10)                               0",
        "39,760 parameters, float32; loss: categorical_cross_entropy",
    ]


def test_every_kind_of_layer_and_the_sum():
    layers = [gn.BatchNorm(), gn.Dense(3, 4, bias=False), gn.BatchNorm(), gn.PReLU(), gn.Dropout(0.2)]
    layers += [gn.Maxout(4, 2, pieces=3), gn.ELU(0.5), gn.Identity()]
    net = gn.Network(layers, loss=gn.NamedLoss("gaussian_nll", sigma=2.0), dtype="float64")
    lines = str(net).splitlines()
    counts = [int(line.split()[-1].replace(",", "")) for line in lines[1:-1]]
    assert counts == [6, 12, 8, 4, 0, 30, 0, 0]
    assert lines[-1] == f"{sum(counts)} parameters, float64; loss: gaussian_nll"
    assert sum(counts) == sum(array.size for array in net.parameters.values())
    assert "gamma0 (3,), beta0 (3,)" in lines[1]
    assert "W2 (3, 4, 2), b2 (3, 2)" in lines[6]
    assert "running" not in str(net)  # the state is no parameter


def test_ones_own():
    class Swish(gn.Layer):
        def parameters(self, n_in, rng):
            return {"slope": [1.0] * n_in}

    class Odd(gn.Loss):
        pass

    lines = str(gn.Network([gn.Dense(2, 3), Swish()], loss=Odd())).splitlines()
    assert lines[2].split() == ["2", "Swish()", "(N,", "3)", "slope1", "(3,)", "3"]
    assert lines[-1] == "12 parameters, float32; loss: Odd()"
