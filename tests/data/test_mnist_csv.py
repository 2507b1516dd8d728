import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.mnist_csv import read_mnist_csv
from glassnet.data.mnist_loader import load_mnist
from glassnet.mathematics.checks import DataError, MissingFileError

HEADER = "label," + ",".join(f"{row}x{column}" for row in range(1, 29) for column in range(1, 29))


def digits(count, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, 784)), rng.integers(0, 10, count)


def rows_of(images, labels):
    return [",".join(map(str, [label, *image])) for image, label in zip(images.tolist(), labels.tolist(), strict=True)]


def write(folder, text, name="digits.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def check(path, images, labels):
    got_images, got_labels = read_mnist_csv(path)
    assert (got_images.dtype, got_labels.dtype) == (np.uint8, np.int64)
    assert got_images.flags.c_contiguous
    np.testing.assert_array_equal(got_images, images)
    np.testing.assert_array_equal(got_labels, labels)


@pytest.mark.parametrize(
    "header",
    ["", HEADER, HEADER.upper(), HEADER.replace("label", '"label"'), "label," + ",".join(map(str, range(784)))],
    ids=["none", "lecture 000", "capitals", "quotes", "counted"],
)
@pytest.mark.parametrize(
    "style",
    [
        "\n".join,
        lambda rows: "\n".join(rows) + "\n\n\n",
        lambda rows: "\r\n".join(rows) + "\r\n \r\n",
        lambda rows: "\ufeff" + "\n".join(rows),
        lambda rows: "\n".join(rows).replace(",", " , "),
        lambda rows: "\n".join(f'"{row}"' for row in rows).replace(",", '","'),
        "\n\n".join,
        lambda rows: gzip.compress("\n".join(rows).encode()),
    ],
    ids=["plain", "blank end", "windows", "bom", "spaces", "quotes", "blank between", "gzip"],
)
def test_every_way_to_write_it(tmp_path, header, style):
    images, labels = digits(3)
    rows = rows_of(images, labels)
    check(write(tmp_path, style([header, *rows] if header else rows)), images, labels)


def test_numpys_own_way_to_write_it(tmp_path):
    images, labels = digits(4)
    path = tmp_path / "saved.csv"
    np.savetxt(path, np.column_stack([labels, images]), delimiter=",")
    check(path, images, labels)


def test_real_digits_in_many_blocks(tmp_path):
    _, (images, labels) = load_mnist(normalize=False)
    images, labels = images[:5000], labels[:5000]
    path = write(tmp_path, "\n".join([HEADER, *rows_of(images, labels)]))
    assert path.stat().st_size > 2 * 2**22
    check(path, images, labels)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_whatever_the_numbers_are(tmp_path_factory, seed, count):
    images, labels = digits(count, seed)
    check(write(tmp_path_factory.mktemp("csv"), "\n".join(rows_of(images, labels))), images, labels)


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        (3, "256", "a pixel, a whole number from 0 to 255"),
        (785, "-1", "a pixel"),
        (2, "1.5", "a pixel"),
        (400, "white", "a pixel"),
        (400, "", "a pixel"),
        (400, "nan", "a pixel"),
        (400, "1e999", "a pixel"),
        (400, "1_0", "a pixel"),
        (400, "12 13", "a pixel"),
        (1, "10", "a label, a whole number from 0 to 9"),
        (1, "-1", "a label"),
        (1, "seven", "a label"),
        (1, "", "a label"),
    ],
)
def test_a_wrong_value_is_found(tmp_path, header, column, value, kind):
    rows = [row.split(",") for row in rows_of(*digits(6))]
    rows[4][column - 1] = value
    rows[5][0] = "99"  # only the first fault is told
    text = "\r\n".join([HEADER] * header + [",".join(row) for row in rows])
    with pytest.raises(
        DataError, match=rf"digits\.csv, line {5 + header}, column {column}: got '{value}', expected {kind}"
    ):
        read_mnist_csv(write(tmp_path, text))


def test_a_wrong_first_row_is_no_header(tmp_path):
    rows = rows_of(*digits(2))
    with pytest.raises(DataError, match="line 1, column 1: got 'x'"):
        read_mnist_csv(write(tmp_path, "\n".join(["x" + rows[0][1:], rows[1]])))


def test_the_line_is_right_beyond_the_first_block(tmp_path):
    row = rows_of(*digits(1))[0]
    lines = [row] * 4000
    lines[3500] = row + ",0"
    with pytest.raises(DataError, match="line 3501: got 786 columns, expected 785"):
        read_mnist_csv(write(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize(
    "change",
    [lambda row: row + ",0", lambda row: row[: row.rindex(",")], lambda _: "3", lambda row: row.replace(",", ";")],
)
def test_a_ragged_row_is_found(tmp_path, change):
    rows = rows_of(*digits(3))
    rows[1] = change(rows[1])
    with pytest.raises(DataError, match=r"line 2: got \d+ columns, expected 785: a label and 784 pixels"):
        read_mnist_csv(write(tmp_path, "\n".join(rows)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no row"),
        (b"\n\n", "holds no row"),
        (HEADER.encode(), "holds no row"),
        (bytes(range(256)), "bytes of 0"),
        (HEADER.encode("utf-16"), "bytes of 0"),
        (b"\x89PNG\r\n\x1a\nxx,yy", "line 2: got 1 columns"),
        (b"1" * 9_000_000, "line of more than"),
        (gzip.compress(b"1,2,3")[:-3], "cut short"),
    ],
    ids=["empty", "blank", "header alone", "binary", "utf-16", "picture", "endless", "cut gzip"],
)
def test_what_holds_no_digits(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        read_mnist_csv(write(tmp_path, content))


def test_missing_and_folder(tmp_path):
    with pytest.raises(MissingFileError):
        read_mnist_csv(tmp_path / "none.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_mnist_csv(tmp_path)
