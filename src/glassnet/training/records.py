"""Callbacks that write files while a network trains: checkpoints and logs."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import warnings
from typing import TYPE_CHECKING, Any, Protocol, cast

from glassnet.data.files import as_path, check_folder, opened, write_atomically
from glassnet.mathematics.checks import DataError, check_integer, describe
from glassnet.training.callback import Callback, Monitor

if TYPE_CHECKING:
    from pathlib import Path

    from glassnet.training.run import Run


class _Saves(Protocol):
    def save(self, path: str | os.PathLike[str], *, training_state: bool = False) -> Any: ...


class Checkpoint(Callback):
    """Save the model while it trains, together with what `resume=True` needs.

    Parameters
    ----------
    path : path
        A file name in a folder that exists; `{epoch}` in it becomes the epoch's number.
    monitor : str or None, default None
        Save only when this metric is the best so far, in a resumed training of all its epochs; None saves every time.
    every : int, default 1
        After how many epochs to save.

    Notes
    -----
    Each file is written whole or not at all. `gn.load(path).fit(…, resume=True)` goes on from it.
    """

    def __init__(self, path: str | os.PathLike[str], monitor: str | None = None, every: int = 1) -> None:
        self.path = as_path(path)
        self.monitor_name = monitor
        self.every = check_integer("every", every, minimum=1)

    def on_train_begin(self, run: Run) -> None:
        """Check the folder and the metric before anything is computed."""
        _check_place(self.path)
        self._monitor = None if self.monitor_name is None else Monitor(self.monitor_name)
        if self._monitor:
            self._monitor.check(run)
            # A resumed training must not put a worse model in the place of the best one.
            if self._monitor.metric in run.best_before:
                self._monitor.begin_with(run.best_before[self._monitor.metric])

    def on_epoch_end(self, run: Run) -> None:
        """Save, if it is time and the metric is the best so far."""
        if run.epoch % self.every or (self._monitor and not self._monitor.improved(run)):
            return
        path = self.path.with_name(self.path.name.replace("{epoch}", str(run.epoch)))
        cast("_Saves", run.network).save(path, training_state=True)


class CSVLog(Callback):
    """Write the metrics of each epoch into a CSV file, complete after every epoch.

    Parameters
    ----------
    path : path
        A file name in a folder that exists. What is there is replaced when the first epoch has ended.
    append : bool, optional
        Keep the rows that are there; their columns must be the same. By default a resumed training does.
    """

    def __init__(self, path: str | os.PathLike[str], *, append: bool | None = None) -> None:
        self.path = as_path(path)
        self.append = append

    def on_train_begin(self, run: Run) -> None:
        """Check the place, and read what is to be kept, before anything is computed."""
        _check_place(self.path)
        self._text = _row(run.metric_names)
        if _appends(self.append, run) and self.path.is_file():
            self._text = self._kept(self._text)

    def _kept(self, header: str) -> str:
        """Return the text that is there, if its columns are those of this training."""
        with opened(self.path) as stream:
            text = stream.read().decode("utf-8", errors="replace").replace("\r\n", "\n")
        there = text.partition("\n")[0]
        if text and there != header.rstrip("\n"):
            raise DataError(
                f"{self.path} cannot be appended to: its columns are {describe(there)}, those of this training are "
                f"{describe(header.rstrip())}. Choose another file, or append=False to replace it."
            )
        return text + "\n" * (not text.endswith("\n")) if text else header

    def on_epoch_end(self, run: Run) -> None:
        """Add a row."""
        self._text += _row([run.metrics[name] for name in run.metric_names])
        write_atomically(self.path, self._text.encode())


class JSONLog(Callback):
    """Write the metrics of each epoch as a line of JSON, on the disk when the epoch has ended.

    Parameters
    ----------
    path : path
        A file name in a folder that exists. What is there is replaced when the first epoch has ended.
    append : bool, optional
        Keep the lines that are there. By default a resumed training does.

    Notes
    -----
    nan and inf, which JSON lacks, are null. `pandas.read_json(path, lines=True)` reads the file.
    """

    def __init__(self, path: str | os.PathLike[str], *, append: bool | None = None) -> None:
        self.path = as_path(path)
        self.append = append

    def on_train_begin(self, run: Run) -> None:
        """Check the place before anything is computed."""
        _check_place(self.path)
        self._goes_on = _appends(self.append, run) and self.path.is_file()

    def on_epoch_end(self, run: Run) -> None:
        """Add a line."""
        numbers = {name: of if isinstance(of, int) else float(of) for name, of in run.metrics.items()}
        line = json.dumps({name: of if math.isfinite(of) else None for name, of in numbers.items()}) + "\n"
        if self._goes_on:
            end_last_line(self.path)
        with self.path.open("a" if self._goes_on else "w", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._goes_on = True


def end_last_line(path: Path) -> None:
    """End the last line of a file of JSON lines; what a crash has cut is dropped, since nothing could read it."""
    content = path.read_bytes()
    last = content.rpartition(b"\n")[2]
    if not last:
        return
    try:
        json.loads(last)
    except ValueError:
        warnings.warn(
            f"the last line of {path} was cut short, as by a crash, and is left out: {describe(last[:40])}.",
            stacklevel=2,
        )
        os.truncate(path, len(content) - len(last))
    else:
        path.write_bytes(content + b"\n")


def _appends(asked: bool | None, run: Run) -> bool:
    """Say whether a log goes on with what is there: as it was asked to, or where the training is a resumed one."""
    return run.step > 0 if asked is None else asked


def _check_place(path: Path) -> None:
    """Raise before anything is computed if a file cannot be written there."""
    folder = check_folder(path.parent)
    if path.is_dir():
        raise DataError(f"{path} is a folder; the name of a file is expected. Name a file in it.")
    if not os.access(folder, os.W_OK):
        raise DataError(f"{folder} cannot be written to. Choose another folder, or change its permissions.")


def _row(values: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
