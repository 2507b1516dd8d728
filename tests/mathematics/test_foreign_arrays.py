"""Tables of pandas and polars, tensors of PyTorch: what they become, and what is said of those that cannot be used."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentTypeError, DataError, as_real_array
from glassnet.mathematics.foreign_arrays import as_numpy

pd = pytest.importorskip("pandas", reason="pandas is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
TABLES = [pytest.param(pd.DataFrame, id="pandas"), pytest.param(pl.DataFrame, id="polars")]
COLUMNS = [pytest.param(lambda v, n="t": pd.Series(v, name=n), id="pandas"),
           pytest.param(lambda v, n="t": pl.Series(n, v), id="polars")]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_table_becomes_its_numbers(table):
    array = as_numpy(table({"a": [1, 2], "b": [0.5, 1.5], "c": [True, False]}))
    assert array.dtype.kind == "f"
    assert array.tolist() == [[1.0, 0.5, 1.0], [2.0, 1.5, 0.0]]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "int64", "bool"])
def test_one_kind_of_numbers_stays(table, dtype):
    columns = {"a": np.array([1, 0], dtype), "b": np.array([1, 1], dtype)}
    array = as_numpy(table(columns))
    assert array.dtype == dtype
    assert np.array_equal(array, np.stack([columns["a"], columns["b"]], axis=1))


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_becomes_its_numbers(column):
    assert as_numpy(column([3, 1, 2])).tolist() == [3, 1, 2]
    assert as_real_array(column([0.5, 1.0]), "t").tolist() == [0.5, 1.0]


@pytest.mark.parametrize("table", TABLES)
def test_columns_without_numbers_are_named(table):
    frame = table({"age": [3, 4], "city": ["a", "b"], "sort": ["x", "y"]})
    with pytest.raises(
        ArgumentTypeError, match=r"x must hold numbers, but the columns 'city' \(.*\), 'sort' \(.*\) do"
    ):
        as_numpy(frame)
    with pytest.raises(ArgumentTypeError, match=r"the column 'city' \(.*\) does not"):
        as_numpy(frame[["age", "city"]])
    many = table({f"c{i}": ["a"] for i in range(8)})
    with pytest.raises(ArgumentTypeError, match=r"'c4' .* and 3 more do not"):
        as_numpy(many)


@pytest.mark.parametrize("table", TABLES)
def test_columns_with_missing_values_are_named(table):
    frame = table({"age": [3.0, None, None], "n": [1, 2, 3], "size": [1.0, float("nan"), 2.0]})
    with pytest.raises(DataError, match=r"no missing values, but the columns 'age' \(2\), 'size' \(1\) have some"):
        as_numpy(frame)


def test_other_kinds_of_pandas():
    frame = pd.DataFrame({"a": pd.array([1, 2], dtype="Int64"), "b": [0.5, 1.0]})
    assert as_numpy(frame).tolist() == [[1.0, 0.5], [2.0, 1.0]]
    assert as_numpy(pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])).tolist() == [[1, 2], [3, 4]]
    assert as_numpy(pd.DataFrame({"a": np.array([1, 2.5], object)})).tolist() == [[1.0], [2.5]]
    with pytest.raises(DataError, match=r"the column 'a' \(1\) has some"):
        as_numpy(pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}))
    for column in (pd.Categorical(["a", "b"]), pd.to_datetime(["2026-01-01", "2026-01-02"])):
        with pytest.raises(ArgumentTypeError, match="the column 'when'"):
            as_numpy(pd.DataFrame({"when": column}))
    with pytest.raises(ArgumentTypeError, match="got a column of"):
        as_numpy(pd.Series(["a"]))


def test_a_lazy_table_is_to_be_collected():
    with pytest.raises(ArgumentTypeError, match=r"a lazy table of polars\. Run its query: \.collect\(\)"):
        as_numpy(pl.LazyFrame({"a": [1]}))


def test_names_as_targets_are_to_be_numbered():
    with pytest.raises(
        ArgumentTypeError, match=r"Names of classes become numbers by names, t = np\.unique\(t, return_inverse=True\)"
    ):
        as_real_array(["cat", "dog", "cat"], "t")


@pytest.mark.parametrize("table", TABLES)
def test_a_network_trains_and_predicts_with_tables(table, clusters_of_two):
    x, t = clusters_of_two
    frame = table({"a": x[:, 0], "b": x[:, 1]})
    nets = [gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 2), gn.Softmax()]) for _ in range(2)]
    histories = [
        nets[0].fit(x, t, epochs=2, verbose=0),
        nets[1].fit(frame, table({"t": t})["t"], epochs=2, validation_data=(frame, t), verbose=0),
    ]
    assert histories[0]["loss"] == histories[1]["loss"]
    assert np.array_equal(nets[0].predict(x), nets[1].predict(frame))
    assert nets[0].accuracy(x, t) == nets[1].accuracy(frame, table({"t": t})["t"])
    with pytest.raises(gn.GlassnetError, match="the column 'b'"):
        nets[1].predict(table({"a": [1.0], "b": ["text"]}))


@pytest.fixture
def clusters_of_two():
    rng = np.random.default_rng(3)
    t = np.arange(20) % 2
    return rng.normal(size=(20, 2)) + 2.0 * t[:, None], t


def test_a_tensor_lends_its_memory(clusters_of_two):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    tensor = torch.arange(6, dtype=torch.uint8).reshape(3, 2)
    array = as_numpy(tensor)
    assert array.dtype == np.uint8
    assert np.shares_memory(array, tensor.numpy())
    assert as_numpy(torch.ones(2, requires_grad=True)).tolist() == [1.0, 1.0]
    assert as_numpy(torch.tensor([0.5], dtype=torch.bfloat16)).tolist() == [0.5]
    with pytest.raises(ArgumentTypeError, match="x must be a dense tensor of numbers"):
        as_numpy(torch.eye(2).to_sparse())
    x, t = clusters_of_two
    nets = [gn.Network([gn.Dense(2, 2), gn.Softmax()]) for _ in range(2)]
    nets[0].fit(x, t, epochs=2, verbose=0)
    nets[1].fit(torch.from_numpy(x), torch.from_numpy(t), epochs=2, verbose=0)
    assert np.array_equal(nets[0].parameters.flat, nets[1].parameters.flat)


@pytest.mark.parametrize(
    ("column", "which"),
    [
        (pd.Series(pd.Categorical(["a", "b"])), "a column of category"),
        (pd.DataFrame({"kind": ["a", "b"]})["kind"], "the column 'kind' of (str|object)"),
        (pd.Series(["a", "b"], name=3), "the column 3 of (str|object)"),
    ],
)
def test_a_column_of_names_is_told_how_it_becomes_numbers(column, which):
    with pytest.raises(ArgumentTypeError, match=rf"t must hold numbers, got {which}\..*np\.unique\(t, return"):
        as_numpy(column, "t")
