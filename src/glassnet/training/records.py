"""Callbacks that write files while a network trains: checkpoints and a log."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from glassnet.data.files import check_folder, write_atomically
from glassnet.mathematics.checks import check_integer
from glassnet.training.callback import Callback, Monitor

if TYPE_CHECKING:
    import os

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
        Save only when this metric is the best so far; None saves every time.
    every : int, default 1
        After how many epochs to save.

    Notes
    -----
    Each file is written whole or not at all. `gn.load(path).fit(…, resume=True)` goes on from it.
    """

    def __init__(self, path: str | os.PathLike[str], monitor: str | None = None, every: int = 1) -> None:
        self.path = Path(path)
        self.monitor_name = monitor
        self.every = check_integer("every", every, minimum=1)

    def on_train_begin(self, run: Run) -> None:
        """Check the folder and the metric before anything is computed."""
        check_folder(self.path.parent)
        self._monitor = Monitor(self.monitor_name) if self.monitor_name else None
        if self._monitor:
            self._monitor.check(run)

    def on_epoch_end(self, run: Run) -> None:
        """Save, if it is time and the metric is the best so far."""
        if run.epoch % self.every or (self._monitor and not self._monitor.improved(run)):
            return
        path = str(self.path).replace("{epoch}", str(run.epoch))
        cast("_Saves", run.network).save(path, training_state=True)


class CSVLog(Callback):
    """Write the metrics of each epoch into a CSV file, complete after every epoch.

    Parameters
    ----------
    path : path
        A file name in a folder that exists.
    append : bool, default False
        Keep the rows that are there, as a resumed training wants.
    """

    def __init__(self, path: str | os.PathLike[str], *, append: bool = False) -> None:
        self.path = Path(path)
        self.append = append

    def on_train_begin(self, run: Run) -> None:
        """Write the header, or read what is there, before anything is computed."""
        check_folder(self.path.parent)
        kept = self.append and self.path.is_file()
        self._text = self.path.read_text(encoding="utf-8") if kept else _row(run.metric_names)
        write_atomically(self.path, self._text.encode())

    def on_epoch_end(self, run: Run) -> None:
        """Add a row."""
        self._text += _row([run.metrics[name] for name in run.metric_names])
        write_atomically(self.path, self._text.encode())


def _row(values: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
