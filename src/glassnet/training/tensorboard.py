"""A TensorBoard event file of a training, written by TensorBoard's own writer."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import as_path
from glassnet.mathematics.checks import DataError, check_integer
from glassnet.mathematics.libraries import need
from glassnet.network.backends import to_numpy
from glassnet.training.callback import Callback

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from glassnet.training.run import Run

BINS = 30
"""The bins of a histogram; TensorBoard itself shows 30."""


class TensorBoard(Callback):
    """Write the metrics of each epoch, histograms and the network as text for TensorBoard (extra `tensorboard`).

    Parameters
    ----------
    folder : path
        Where event files go; it is made if need be. Each training adds a file, so that a resumed one goes on there;
        give each other run a folder of its own, and TensorBoard shows them side by side: `tensorboard --logdir runs`.
        In a folder that has events already a new training warns, and the events that are there stay.
    histograms_every : int, default 1
        After how many epochs histograms of parameters (`parameters/W1`) and of the gradients of the epoch's last step
        (`gradients/W1`) are written; 0 for none.

    Notes
    -----
    `loss/train` and `loss/validation` share a chart, as do the accuracies; the step on the axis is the epoch. Every
    epoch is on the disk when it has ended.
    """

    def __init__(self, folder: str | os.PathLike[str], *, histograms_every: int = 1) -> None:
        self.folder = as_path(folder)
        self.histograms_every = check_integer("histograms_every", histograms_every, minimum=0)
        self._writer: Any = None

    def on_train_begin(self, run: Run) -> None:
        """Open a file, and write the network into it."""
        files = need(
            "tensorboard.summary.writer.event_file_writer", extra="tensorboard", what="gn.callbacks.TensorBoard"
        )
        self._summaries = need("tensorboard.compat.proto.summary_pb2", extra="tensorboard", what="TensorBoard")
        self._events = need("tensorboard.compat.proto.event_pb2", extra="tensorboard", what="TensorBoard")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            used = run.epoch == 0 and any(self.folder.glob("events.out.tfevents*"))
            self._writer = files.EventFileWriter(str(self.folder))
        except OSError as error:
            raise DataError(
                f"events cannot be written to {self.folder}: {error.strerror or error}. Name another folder."
            ) from None
        if used:
            warnings.warn(
                f"{self.folder} has events of another training, which stay: TensorBoard will draw both as one curve, "
                "whose epochs begin anew in the middle. Give each training a folder of its own.",
                stacklevel=2,
            )
        if run.epoch == 0:
            lines = [f"    {line}" for line in f"{run.network}\noptimizer: {run.state.optimizer!r}".splitlines()]
            self._write(run, [self._text("network", "\n".join(lines))])  # indented lines are code in Markdown

    def on_epoch_end(self, run: Run) -> None:
        """Write the epoch."""
        values = [self._summaries.Summary.Value(tag=_tag(name), simple_value=value)
                  for name, value in run.metrics.items() if name not in {"epoch", "step"}]  # fmt: skip
        if self.histograms_every and run.epoch % self.histograms_every == 0:
            for name, array in run.network.parameters.items():
                values.append(self._histogram(f"parameters/{name}", array))
                if f"d{name}" in run.batch:
                    values.append(self._histogram(f"gradients/{name}", run.batch[f"d{name}"]))
        self._write(run, values)

    def on_train_end(self, run: Run) -> None:
        """Write why the training ended, and close the file."""
        writer, self._writer = self._writer, None
        if writer is not None:
            self._writer = writer
            self._write(run, [self._text("ended", run.ending or "not said")])
            self._writer = None
            writer.close()

    def _write(self, run: Run, values: list[Any]) -> None:
        summary = self._summaries.Summary(value=values)
        self._writer.add_event(self._events.Event(wall_time=time.time(), step=run.epoch, summary=summary))
        self._writer.flush()

    def _text(self, tag: str, words: str) -> Any:
        """Return a text, as TensorBoard's text plugin reads it."""
        metadata = need("tensorboard.plugins.text.metadata", extra="tensorboard", what="TensorBoard")
        tensors = need("tensorboard.util.tensor_util", extra="tensorboard", what="TensorBoard")
        return self._summaries.Summary.Value(
            tag=tag,
            metadata=metadata.create_summary_metadata(display_name=tag, description=""),
            tensor=tensors.make_tensor_proto(np.array([words], dtype=object)),
        )

    def _histogram(self, tag: str, array: NDArray[Any]) -> Any:
        """Return a histogram of the finite numbers in an array."""
        array = to_numpy(array)
        values = array[np.isfinite(array)].astype(np.float64)
        if not values.size:
            return self._summaries.Summary.Value(tag=tag, histo=self._summaries.HistogramProto())
        counts, edges = np.histogram(values, bins=BINS)
        histogram = self._summaries.HistogramProto(
            min=values.min(),
            max=values.max(),
            num=values.size,
            sum=values.sum(),
            sum_squares=np.square(values).sum(),
            bucket_limit=[edges[0], *edges[1:]],
            bucket=[0.0, *counts],
        )
        return self._summaries.Summary.Value(tag=tag, histo=histogram)


def _tag(metric: str) -> str:
    """Return under which name TensorBoard shows a metric: those before the stroke share a chart.

    >>> _tag("val_loss"), _tag("accuracy"), _tag("learning_rate")
    ('loss/validation', 'accuracy/train', 'training/learning_rate')
    """
    if metric.startswith("val_"):
        return f"{metric.removeprefix('val_')}/validation"
    return f"{metric}/train" if metric in {"loss", "accuracy"} else f"training/{metric}"
