"""`predict`, `classify`, `accuracy` and `loss` on what gives batches are those on the arrays."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, GlassnetError, ShapeError

ASK = {"executor": "reference", "verbose": 0}


def cut(x, t, size=8):
    return [(x[start : start + size], t[start : start + size]) for start in range(0, len(x), size)]


def torch_sources(x, t):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    pairs = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(t))

    class Alone(torch.utils.data.Dataset):
        def __len__(self):
            return len(x)

        def __getitem__(self, index):
            return x[index], t[index]

    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            return iter(pairs)

    loader = torch.utils.data.DataLoader
    return [pairs, Alone(), Stream(), loader(pairs, batch_size=7), loader(Stream(), batch_size=7)]


def test_sources_give_the_numbers_of_the_arrays(clusters, classifier):
    x, t = clusters
    net = classifier()
    sources = [gn.batches(x, t, batch_size=7), lambda: iter(cut(x, t)), *torch_sources(x, t)]
    for source in sources:
        np.testing.assert_allclose(net.predict(source), net.predict(x), rtol=1e-6)
        assert np.array_equal(net.classify(source), net.classify(x))
        assert net.accuracy(source) == pytest.approx(net.accuracy(x, t))
        assert net.loss(source) == pytest.approx(net.loss(x, t), rel=1e-6)
    assert net.accuracy(cut(x, t)) == pytest.approx(net.accuracy(x, t))
    assert net.accuracy(iter(cut(x, t))) == pytest.approx(net.accuracy(x, t))


def test_inputs_without_targets_are_predicted(clusters, classifier):
    x, _ = clusters
    net, expected = classifier(), classifier().predict(x)
    torch = pytest.importorskip("torch", reason="torch is not installed")
    inputs = torch.utils.data.TensorDataset(torch.tensor(x))
    for source in (inputs, torch.utils.data.DataLoader(inputs, batch_size=9), iter([x[:20], x[20:]])):
        np.testing.assert_allclose(net.predict(source), expected, rtol=1e-6)
    assert net.predict(iter([])).shape == (0, 3)


def test_weights_in_batches_count(clusters, classifier):
    x, t = clusters
    weights = np.arange(1.0, 31)
    source = iter([(x[:10], t[:10], weights[:10]), (x[10:], t[10:], weights[10:])])
    assert classifier().loss(source) == pytest.approx(classifier().loss(x, t, sample_weight=weights), rel=1e-6)


def test_what_cannot_be_used_is_said(clusters, classifier):
    x, t = clusters
    net = classifier()
    with pytest.raises(
        ArgumentTypeError,
        match=r"t must be given with x, .* or one object that gives batches",
    ):
        net.accuracy(x)
    with pytest.raises(ArgumentError, match="t must be left out: x gives batches"):
        net.loss(iter(cut(x, t)), t)
    with pytest.raises(ArgumentError, match="give the weights with the batches"):
        net.loss(iter(cut(x, t)), sample_weight=np.ones(30))
    with pytest.raises(ArgumentTypeError, match="t must be given in train mode, which takes one batch"):
        net.loss(iter(cut(x, t)), mode="train")
    with pytest.raises(ShapeError, match=r"batch 2: x must have the shape \(N, 2\)"):
        net.predict(iter([x, x[:, :1]]))
    for call in (lambda: net.partial_fit(iter(cut(x, t))), lambda: net.partial_fit(iter(cut(x, t)), t)):
        with pytest.raises(ArgumentTypeError, match=r"for x, t in batches: net.partial_fit\(x, t\)"):
            call()


def test_a_sparse_matrix_is_refused_or_taken_by_batches(clusters, classifier):
    sparse = pytest.importorskip("scipy.sparse", reason="scipy is not installed")
    x, t = clusters
    net = classifier()
    for kind in (sparse.csr_matrix, sparse.csc_array, sparse.coo_array):
        for call in (net.predict, lambda rows: net.fit(rows, t, **ASK), lambda rows: net.accuracy(rows, t)):
            with pytest.raises(ArgumentTypeError, match=r"x must be dense, got a sparse .* x\.toarray\(\)"):
                call(kind(x))
        nets = [classifier(), classifier()]
        for each, rows in zip(nets, (x, kind(x)), strict=True):
            each.fit(gn.batches(rows, t, batch_size=8, shuffle=True, seed=1), **ASK)
        assert np.array_equal(nets[0].parameters.flat, nets[1].parameters.flat)
    with pytest.raises(GlassnetError, match="t must be given"):
        net.fit(sparse.csr_matrix(x), **ASK)


def test_a_length_that_is_not_there_is_refused_or_said(clusters, classifier):
    parts = cut(*clusters, size=10)
    with pytest.raises(ArgumentError, match="length must be at most the 3 batches that a list has, got 5"):
        gn.batches(parts, length=5)
    with pytest.warns(UserWarning, match="gave 3 in epoch 1: a schedule"):
        classifier().fit(gn.batches(lambda: iter(parts), length=5), epochs=2, **ASK)


def test_the_reference_executor_keeps_the_steps_before_an_error_of_the_source(clusters, classifier):
    def failing():
        yield from cut(*clusters, size=10)
        raise OSError

    net, expected = classifier(), classifier()
    with pytest.raises(OSError):
        net.fit(gn.batches(failing, length=9), **ASK)
    expected.fit(cut(*clusters, size=10), epochs=1, **ASK)
    assert np.array_equal(net.parameters.flat, expected.parameters.flat)
