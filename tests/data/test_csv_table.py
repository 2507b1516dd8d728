import csv
import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.csv_table import csv_columns, read_csv_table
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError

FLOWERS = "length,width,species\n5.1,3.5,setosa\n6.2,2.9,virginica\n4.9,3.0,setosa\n"


def write(folder, text):
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("label_column", [None, "species", 2, -1])
def test_the_label_column_by_name_index_or_itself(tmp_path, label_column):
    data = read_csv_table(write(tmp_path, FLOWERS), label_column)
    assert data.x_train.dtype == np.float32
    assert data.x_train.tolist() == np.float32([[5.1, 3.5], [6.2, 2.9], [4.9, 3.0]]).tolist()
    assert data.t_train.tolist() == [0, 1, 0]
    assert data.class_names == ("setosa", "virginica")


@pytest.mark.parametrize(
    ("labels", "names", "targets"),
    [
        (["10", "2", "2"], ("2", "10"), [1, 0, 0]),
        (["1.0", "0.0", "3"], ("0", "1", "3"), [1, 0, 2]),
        (["b", "a", "1"], ("1", "a", "b"), [2, 1, 0]),
        (["-1", "1", "1"], ("-1", "1"), [0, 1, 1]),
        (["y", "n", "y"], ("n", "y"), [1, 0, 1]),
        (["고양이", "개", "개"], ("개", "고양이"), [1, 0, 0]),
    ],
)
def test_classes_are_sorted(tmp_path, labels, names, targets):
    data = read_csv_table(write(tmp_path, "".join(f"{label},0.5,2.5\n" for label in labels)))
    assert (data.class_names, data.t_train.tolist(), data.t_train.dtype) == (names, targets, np.int64)


def test_values_with_fractions_are_no_classes(tmp_path):
    data = read_csv_table(write(tmp_path, "y,x\n0.5,1\n2,3\n"))
    assert data.class_names == ()
    assert (data.t_train.dtype, data.t_train.tolist()) == (np.float32, [0.5, 2])


def test_columns_that_are_counted(tmp_path):
    assert read_csv_table(write(tmp_path, "label,0,1,2\n4,9,9,9\n")).x_train.tolist() == [[9, 9, 9]]


@given(
    st.lists(st.lists(st.floats(-(2.0**99), 2.0**99, width=32), min_size=3, max_size=3), min_size=1, max_size=9),
    st.booleans(),
)
def test_what_pythons_csv_writes_comes_back(tmp_path_factory, rows, packed):
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["name, of the class", "a", 'b "quoted"', "c\nin two lines"])
    writer.writerows([f"class {index % 2}", *map(repr, row)] for index, row in enumerate(rows))
    content = text.getvalue().encode("utf-8-sig")
    data = read_csv_table(write(tmp_path_factory.mktemp("csv"), gzip.compress(content) if packed else content))
    np.testing.assert_array_equal(data.x_train, np.array(rows, np.float32))
    assert data.t_train.tolist() == [index % 2 for index in range(len(rows))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no row"),
        ("a,b\n", "holds no row"),
        ("\n ,\n", "holds no row|got ''"),
        ("1\n2\n", "one column"),
        ("1;2;3\n4;5;6\n", "one column"),
        ("a,1,2\nb,3\n", "line 2: got 2 columns, expected 3"),
        ("a,1,2\nb,3,4,5\n", "line 2: got 4 columns, expected 3"),
        ("a,1,2\n\nb,3,x\n", "line 3, column 3: got 'x', expected a finite number"),
        ("a,1,2\nb,3,\n", "line 2, column 3: got ''"),
        ("a,1,2\nb,3,NA\n", "line 2, column 3: got 'NA'"),
        ("a,1,2\nb,nan,1\n", "line 2, column 2: got 'nan'"),
        ("a,1,2\nb,1e39,1\n", "line 2, column 2: got '1e39'"),
        ("a,1,2\n,1,1\n", "line 2, column 1: the label is empty"),
        ("0.5,1,2\nnan,1,1\n", "line 2, column 1: got 'nan'"),
        ('a,1,2\nb,"3"x,2\n', "line 2"),
        ('a,1,2\nb,"3,2\n', "line 2"),
        ("a,1,2\nb,\x003,2\n", "bytes of 0"),
        ("라벨,1\n".encode("cp949"), "no text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "UTF-8"),
        (b"1," * 3_000_000, "line of"),
        ("".join(f"{n},1\n" for n in range(10_001)), "10,001 different labels"),
    ],
)
def test_faults_are_found(tmp_path, text, message):
    with pytest.raises(DataError, match=f"table.csv.*({message})"):
        read_csv_table(write(tmp_path, text))


def test_a_column_that_is_not_there(tmp_path):
    path = write(tmp_path, FLOWERS)
    with pytest.raises(ArgumentError, match="Did you mean 'species'"):
        read_csv_table(path, "spezies")
    for index in (3, -4):
        with pytest.raises(ArgumentError, match="label_column"):
            read_csv_table(path, index)
    for nonsense in (True, 1.5):
        with pytest.raises(ArgumentTypeError, match="label_column"):
            read_csv_table(path, nonsense)


@pytest.mark.parametrize(
    ("table", "label", "names"),
    [
        ("x,y,label\n1,2,a\n3,4,b\n", 2, ("a", "b")),  # y is a place here
        ("x,y\n1,a\n3,b\n", 1, ("a", "b")),
        ("키,몸무게,성별\n160,50,여\n170,60,남\n", 2, ("남", "여")),
        ("키,정답,몸무게\n160,1,50\n170,0,60\n", 1, ("0", "1")),
        ("5.1,3.5,setosa\n6.2,2.9,virginica\n", 2, ("setosa", "virginica")),
        ("1,5.5\n0,6.5\n", 0, ("0", "1")),
        ("a,b,c\n1,2,3\n", 0, ("1",)),
    ],
)
def test_the_column_that_is_likely_the_label(tmp_path, table, label, names):
    path = write(tmp_path, table)
    assert csv_columns(path)[1] == label
    assert read_csv_table(path).class_names == names


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("a,1,2\nb,3\n", "csv-width", {"line": 2, "got": 2, "wanted": 3}),
        ("a,1,2\nb,3,NA\n", "csv-number", {"line": 2, "column": 3, "got": "NA"}),
        ("a,1,2\n,1,1\n", "csv-no-label", {"line": 2, "column": 1}),
        ("", "csv-empty", {}),
        ("a,b\n", "csv-empty", {}),
        ("1\n2\n", "csv-one-column", {}),
        ("라벨,1\n".encode("cp949"), "csv-utf8", {}),
        ('a,1,2\nb,"3"x,2\n', "csv-quotes", {"line": 2}),
    ],
)
def test_faults_can_be_said_in_another_language(tmp_path, text, code, values):
    with pytest.raises(DataError) as fault:
        read_csv_table(write(tmp_path, text))
    assert (fault.value.code, dict(fault.value.values)) == (code, values)
