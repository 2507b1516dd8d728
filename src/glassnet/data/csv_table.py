"""Any CSV table: one column says what a row is, the others are numbers that describe it."""

from __future__ import annotations

import array
import csv
import io
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.files import check_file, opened
from glassnet.data.labels import LABEL_NAMES, MAX_CLASSES
from glassnet.mathematics.checks import (
    ArgumentError,
    DataError,
    check_choice,
    check_integer,
    describe,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

MAX_LINE: Final = 1 << 22  # characters
LARGEST: Final = float(np.finfo(np.float32).max)


@dataclass
class _Rows:
    """What was read so far: the label of each row as text, and its other numbers one after another."""

    labels: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    numbers: array.array[float] = field(default_factory=lambda: array.array("d"))


def read_csv_table(path: str | os.PathLike[str], label_column: str | int | None = None) -> Dataset:
    r"""Read a CSV table of numbers, one column of which is the label (or the value) to be learnt.

    Parameters
    ----------
    path : str or path-like
        A `.csv` file in UTF-8, or a gzipped one. A first row without numbers is the header; so is one that
        counts the columns, as `label,0,1,2`. Blank rows are passed over.
    label_column : str or int, optional
        The name of the column in the header, or its index: 0 is the first, -1 the last. By default the column
        named `label`, `class`, `target`, `species`, `digit`, or else `y` or `t`; where there is none, the only
        column whose first value is text; else the first.

    Returns
    -------
    Dataset
        Features as float32 in the order of the file. Labels that are text or whole numbers are classes, in
        sorted order; labels with a fractional part make the targets values, float32, and `class_names` empty.

    Raises
    ------
    MissingFileError, DataError
        The first fault with its line and column (counted from 1) and what was found there.
    ArgumentError
        If there is no such column.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "flowers.csv"
    ...     _ = path.write_text("length,width,species\n5.1,3.5,setosa\n6.2,2.9,versicolor\n")
    ...     flowers = read_csv_table(path)
    >>> flowers.x_train, flowers.t_train, flowers.class_names
    (array([[5.1, 3.5],
           [6.2, 2.9]], dtype=float32), array([0, 1]), ('setosa', 'versicolor'))
    """
    place = check_file(path)
    rows = _Rows()
    columns, label, records = _begin(place, label_column)
    width = len(columns)
    for line, fields in records:
        if len(fields) != width:
            raise DataError(
                f"{place}, line {line}: got {len(fields)} columns, expected {width} as in the first row. "
                "Correct the row."
            ).coded("csv-width", line=line, got=len(fields), wanted=width)
        _take(rows, line, fields, label, place)
    if not rows.labels:
        raise _no_rows(place)
    targets, class_names = _targets(rows, place, label)
    features = np.array(rows.numbers, np.float64).astype(np.float32).reshape(-1, width - 1)
    return Dataset(features, targets, class_names=class_names, source=str(place))


def csv_columns(path: str | os.PathLike[str]) -> tuple[list[str], int]:
    r"""Return the names of a table's columns, and the index of the one that is taken for the label.

    Parameters
    ----------
    path : str or path-like
        As for `read_csv_table`; no more than the first two rows are looked at.

    Returns
    -------
    columns : list of str
        From the header; without one, their numbers from 1.
    label : int

    Raises
    ------
    MissingFileError, DataError
        If there is no row, or only one column.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "flowers.csv"
    ...     _ = path.write_text("length,width,species\n5.1,3.5,setosa\n")
    ...     csv_columns(path)
    (['length', 'width', 'species'], 2)
    """
    columns, label, _ = _begin(check_file(path), None)
    return columns, label


def _begin(path: Path, label_column: str | int | None) -> tuple[list[str], int, Iterator[tuple[int, list[str]]]]:
    """Return the names of the columns, the index of the label's, and the rows of data."""
    records = _records(path)
    first = list(islice(records, 2))  # the header, and a row that shows which column is text
    if not first:
        raise _no_rows(path)
    fields = first[0][1]
    header = _is_header(fields, label_column)
    data = first[1:] if header else first
    label = _label_index(fields, label_column, header=header, sample=data[0][1] if data else [], path=path)
    columns = fields if header else [str(index + 1) for index in range(len(fields))]
    return columns, label, chain(data, records)


def _no_rows(path: Path) -> DataError:
    return DataError(f"{path} holds no row of data. Check that it is the right file.").coded("csv-empty")


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the number of its last line."""
    with opened(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(_short_lines(text, path), skipinitialspace=True, strict=True)
        try:
            for fields in reader:
                if any(fields):
                    yield reader.line_num, [each.strip() for each in fields]
        except UnicodeDecodeError:
            raise DataError(f"{path} is no text in UTF-8. Save it as CSV in UTF-8.").coded("csv-utf8") from None
        except csv.Error as error:
            raise DataError(f"{path}, line {reader.line_num}: {error}. Correct the quotes there.").coded(
                "csv-quotes", line=reader.line_num
            ) from None


def _short_lines(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE or "\0" in line:
            raise DataError(
                f"{path} is no CSV text: it has bytes of 0 or a line of {MAX_LINE:,} characters. "
                "Save it as CSV in UTF-8."
            ).coded("train-no-csv")
        yield line


def _is_header(fields: list[str], label_column: str | int | None) -> bool:
    if isinstance(label_column, str):
        return True
    names = [name for name in fields if name.lower() in LABEL_NAMES]
    others = [_number(name) for name in fields if name and name not in names]
    if all(number is None for number in others):
        return len(names) + len(others) > 1
    # Some programs number the columns: label,0,1,2,…
    counted = [list(range(first, first + len(others))) for first in (0, 1)]
    return bool(names) and others in counted


def _label_index(
    fields: list[str], label_column: str | int | None, *, header: bool, sample: list[str], path: Path
) -> int:
    if len(fields) < 2:
        raise DataError(
            f"{path}: got one column, expected a label and at least one number, separated by commas. "
            "Save the table with commas between the columns."
        ).coded("csv-one-column")
    if label_column is None:
        return _likely_label(fields if header else [], sample)
    if isinstance(label_column, str):
        return fields.index(check_choice("label_column", label_column, fields))
    index = check_integer("label_column", label_column, minimum=-len(fields))
    if index >= len(fields):
        raise ArgumentError(f"label_column must be a name or an index below {len(fields)}, got {index}.")
    return index % len(fields)


def _likely_label(names: list[str], sample: list[str]) -> int:
    """Return the column that is named like a label, or the only one that holds text, or the first."""
    named = [index for index, name in enumerate(names) if name.lower() in LABEL_NAMES]
    if named:
        return min(named, key=lambda index: len(names[index]) == 1)  # in x, y, class the y is a place
    texts = [index for index, field in enumerate(sample) if field and _number(field) is None]
    return texts[0] if len(texts) == 1 else 0


def _take(rows: _Rows, line: int, fields: list[str], label: int, path: Path) -> None:
    for column, text in enumerate(fields):
        if column == label:
            if not text:
                raise DataError(f"{path}, line {line}, column {column + 1}: the label is empty. Give one.").coded(
                    "csv-no-label", line=line, column=column + 1
                )
            rows.labels.append(text)
            rows.lines.append(line)
            continue
        number = _number(text)
        if number is None or not abs(number) <= LARGEST:
            raise DataError(
                f"{path}, line {line}, column {column + 1}: got {describe(text)}, expected a finite number. "
                "Correct the value, remove the row or the column, or name the label's column (--label-column)."
            ).coded("csv-number", line=line, column=column + 1, got=text[:40])
        rows.numbers.append(number)


def _targets(rows: _Rows, path: Path, label: int) -> tuple[NDArray[Any], tuple[str, ...]]:
    numbers = [_number(text) for text in rows.labels]
    if all(number is not None for number in numbers):
        values = np.array(numbers, np.float64)
        bad = np.flatnonzero(~(np.abs(values) <= LARGEST))
        if bad.size:
            raise DataError(
                f"{path}, line {rows.lines[bad[0]]}, column {label + 1}: got {describe(rows.labels[bad[0]])}, "
                "expected a label or a finite value. Correct it."
            ).coded("csv-number", line=rows.lines[bad[0]], column=label + 1, got=rows.labels[bad[0]][:40])
        if (values != np.trunc(values)).any():
            return values.astype(np.float32), ()
        names, indices = np.unique(values, return_inverse=True)
        class_names = tuple(f"{name:.0f}" for name in names)
    else:
        texts, indices = np.unique(np.array(rows.labels, object), return_inverse=True)
        class_names = tuple(texts)
    if len(class_names) > MAX_CLASSES:
        raise DataError(
            f"{path}, column {label + 1} has {len(class_names):,} different labels; at most {MAX_CLASSES:,} are "
            "classes. Name the column that holds the labels, or write values with a decimal point."
        ).coded("csv-classes", column=label + 1, got=f"{len(class_names):,}", most=f"{MAX_CLASSES:,}")
    return indices.astype(np.int64), class_names


def _number(text: str) -> float | None:
    if "_" in text:  # Python's own grouping of digits, in no table
        return None
    try:
        return float(text)
    except ValueError:
        return None
