"""A table of one's own: a CSV file that the page sent, kept in memory for as long as the session lasts."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from glassnet.data.csv_table import csv_columns
from glassnet.data.loading import load_data
from glassnet.mathematics.checks import GlassnetError
from glassnet.playground.message import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.data.dataset import Dataset

MOST_NUMBERS = 20_000_000
MOST_COLUMNS = 4096
NO_TEXT = (b"PK\x03\x04", b"\x1f\x8b", b"\x80")
"""How archives, gzipped files and pickles begin."""


class OwnTable:
    r"""A table that was sent.

    Parameters
    ----------
    name : str
        The file's name, for messages and for the code that is shown.
    content : bytes
        From anyone: nothing in it is trusted.

    Attributes
    ----------
    columns : list of str
        Their names, or their numbers from 1 where the table has no header.
    label : int
        The column that would be taken for the label.

    Raises
    ------
    RefusedError
        If it is no table of numbers.

    Examples
    --------
    >>> table = OwnTable("flowers.csv", b"length,species\n5.1,setosa\n6.2,versicolor\n")
    >>> table.columns, table.label, table.read(1).class_names
    (['length', 'species'], 1, ('setosa', 'versicolor'))
    """

    def __init__(self, name: str, content: bytes) -> None:
        if content.startswith(NO_TEXT) or b"\0" in content[:4096]:
            raise RefusedError("train-no-csv", f"{name} is no CSV text. Save the table as CSV in UTF-8.", name=name)
        self.name, self._content = name, content
        self.columns, self.label = self._ask(csv_columns)
        if len(self.columns) > MOST_COLUMNS:
            raise RefusedError(
                "train-table-too-large", f"{name} has {len(self.columns):,} columns.", most=f"{MOST_COLUMNS:,}"
            )
        self._read: tuple[int, Dataset] | None = None

    def read(self, label: int) -> Dataset:
        """Return the table, with the column of that index, from 0, as what is to be learned."""
        if self._read is None or self._read[0] != label:
            self._read = None  # before there are two of them in memory
            dataset = self._ask(lambda path: load_data(path, label_column=label))
            if dataset.x_train.size > MOST_NUMBERS:
                raise RefusedError(
                    "train-table-too-large",
                    f"{self.name} has {dataset.x_train.size:,} numbers; at most {MOST_NUMBERS:,} are taken here.",
                    most=f"{MOST_NUMBERS:,}",
                )
            self._read = label, dataset
        return self._read[1]

    def _ask(self, reader: Callable[[Path], Any]) -> Any:
        """Let a reader of files have the content, in a file that is gone as soon as it was read."""
        with TemporaryDirectory(prefix="glassnet-") as folder:
            path = Path(folder) / "table.csv"
            path.write_bytes(self._content)
            try:
                return reader(path)
            except GlassnetError as error:
                words = str(error).replace(str(path), self.name)
                values = {**error.values, "name": self.name, "reason": words}
                raise RefusedError(error.code or "train-csv", words, **values) from None
