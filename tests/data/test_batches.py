"""Batches: where they come from, in which order, and what is said of what gives none."""

from itertools import chain

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.batches import are_batches, arrays_of

X, T = np.arange(20.0).reshape(10, 2), np.arange(10)


def rows_of(batches):
    return [np.asarray(t).tolist() for _, t, _ in batches]


def generator():
    for start in range(0, 10, 4):
        yield X[start : start + 4], T[start : start + 4]


def test_arrays_are_cut():
    batches = gn.batches(X, T, batch_size=4)
    for _ in range(2):
        assert rows_of(batches) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert batches.length == 3
    assert all(np.array_equal(x, X[t]) for x, t, _ in gn.batches(X, T, batch_size=3, shuffle=True))


def test_shuffling_draws_each_epoch_anew_and_is_a_function_of_the_seed():
    batches, same, other = (gn.batches(X, T, batch_size=5, shuffle=True, seed=seed) for seed in (1, 1, 2))
    first, second = rows_of(batches), rows_of(batches)
    assert sorted(chain(*first)) == sorted(chain(*second)) == list(range(10))
    assert first != second
    assert [rows_of(same), rows_of(same)] == [first, second]
    assert rows_of(other) != first


def test_the_order_of_an_epoch_depends_on_what_was_gone_through_before_in_nothing():
    batches = gn.batches(X, T, batch_size=5, shuffle=True, seed=3)
    first, second, third = (rows_of(batches) for _ in range(3))
    for number, rows in [(2, third), (0, first), (1, second), (0, first)]:
        assert rows_of(batches.in_epoch(number)) == rows
    assert rows_of(gn.batches(generator).in_epoch(7)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]  # its own affair


def test_whatever_can_be_indexed_stays_where_it_is():
    class OnDisk:
        shape, asked = (10, 2), []

        def __len__(self):
            return 10

        def __getitem__(self, rows):
            self.asked.append(rows)
            return X[rows]

    disk = OnDisk()
    assert len(list(gn.batches(disk, T, batch_size=4))) == 3
    assert disk.asked == [slice(0, 4), slice(4, 8), slice(8, 10)]


def test_an_hdf5_file_can_be_shuffled(tmp_path):
    h5py = pytest.importorskip("h5py", reason="h5py is not installed")
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"], file["t"] = X, T
        batches = gn.batches(file["x"], file["t"], batch_size=3, shuffle=True)
        assert all(np.array_equal(x, X[t]) for x, t, _ in batches)


@pytest.mark.parametrize(
    "source", [generator, list(generator()), tuple(generator())], ids=["function", "list", "tuple"]
)
def test_what_can_begin_anew_does(source):
    batches = gn.batches(source)
    for _ in range(2):
        assert rows_of(batches) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_an_iterator_is_gone_through_once():
    batches = gn.batches(generator())
    assert len(list(batches)) == 3
    with pytest.raises(
        gn.GlassnetError, match=r"a generator can be gone through only once, and has been\. Pass a func"
    ):
        list(batches)


def test_an_endless_source_is_cut_and_goes_on():
    def endless():
        number = 0
        while True:
            yield [[number]], [number]
            number += 1

    batches = gn.batches(endless(), length=3)
    assert rows_of(batches) == [[0], [1], [2]]
    assert rows_of(batches) == [[3], [4], [5]]
    begins_anew = gn.batches(endless, length=2)
    assert rows_of(begins_anew) == rows_of(begins_anew) == [[0], [1]]


def test_what_stands_behind_a_generator_is_closed():
    closed = []

    def reading():
        try:
            yield X, T
            yield X, T
        finally:
            closed.append(True)

    for _ in gn.batches(reading):
        break
    assert closed == [True]


def test_samples_are_laid_flat():
    pictures = np.zeros((6, 1, 3, 2))
    assert [np.shape(x) for x, _, _ in gn.batches(pictures, np.zeros(6), batch_size=4, flatten=True)] == [
        (4, 6),
        (2, 6),
    ]


def test_weights_come_along():
    assert next(iter(gn.batches([(X, T, np.ones(10))])))[2].tolist() == [1.0] * 10


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: list(gn.batches([X])), r"batch 1 must be \(x, t\) or \(x, t, sample_weight\), got an array"),
        (lambda: list(gn.batches([(X,)])), "batch 1 must be .* got tuple of 1"),
        (lambda: list(gn.batches([{"x": X, "t": T}])), "got a dictionary with 'x', 't'"),
        (lambda: list(gn.batches(lambda: 3)), "must give batches .* got 3"),
        (lambda: gn.batches(3), "batches must come from a function, an iterable"),
        (lambda: gn.batches(X), r"For arrays write gn\.batches\(x, t\)"),
        (lambda: gn.batches("file.csv"), "got 'file.csv'"),
        (lambda: gn.batches(X, T[:4]), "as many rows, got 10 and 4"),
        (lambda: gn.batches(X[:0], T[:0]), "has no sample"),
        (lambda: gn.batches(X, 3.0), "one row a sample"),
        (lambda: gn.batches(generator, batch_size=3), "batch_size must be left out: what comes in batches"),
        (lambda: gn.batches(generator, shuffle=True), "shuffle must be left out"),
        (lambda: gn.batches(X, T, batch_size=0), "batch_size must be an integer of at least 1"),
        (lambda: gn.batches(gn.batches(generator), flatten=True), "has its settings already"),
        (lambda: gn.batches(generator, length=0), "length must be an integer of at least 1"),
    ],
)
def test_what_gives_no_batches(make, words):
    with pytest.raises(gn.GlassnetError, match=words):
        make()


def test_what_counts_as_batches():
    assert all(map(are_batches, [generator, generator(), gn.batches(X, T)]))
    assert not any(map(are_batches, [X, [[1.0]], None, 3, "x", {"a": 1}, list]))


def test_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

    class Samples(Dataset):
        def __len__(self):
            return 10

        def __getitem__(self, row):
            return torch.tensor(X[row]), int(T[row])

    class Stream(IterableDataset):
        def __iter__(self):
            return iter([(X[row], T[row]) for row in range(10)])

    tensors = TensorDataset(torch.tensor(X), torch.tensor(T))
    expected = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    for source in (Samples(), Stream(), tensors):
        assert rows_of(gn.batches(source, batch_size=4)) == expected
        assert are_batches(source)
    loader = gn.batches(DataLoader(tensors, batch_size=4))
    assert (rows_of(loader), loader.length) == (expected, 3)
    assert gn.batches(DataLoader(Stream(), batch_size=4)).length is None
    assert arrays_of(tensors)[0] is tensors.tensors[0]
    assert arrays_of(Samples()) is None
    with pytest.raises(gn.GlassnetError, match="batch_size must be left out"):
        gn.batches(DataLoader(tensors), batch_size=3)
