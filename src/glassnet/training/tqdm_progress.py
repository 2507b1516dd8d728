"""A training as one bar of tqdm."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from glassnet.mathematics.libraries import need
from glassnet.training.callback import Callback
from glassnet.training.notebook_progress import as_mimes, in_notebook, output_in_place

if TYPE_CHECKING:
    from glassnet.training.run import Run


class TqdmBar(Callback):
    """One bar for all the steps, with the metrics of the last epoch behind it (extra `tqdm`)."""

    def on_train_begin(self, run: Run) -> None:
        """Show the bar."""
        tqdm = need("tqdm.std", extra="tqdm", what="verbose='tqdm'").tqdm
        total = run.total_steps - run.step if run.rows else None
        # As a stream, a notebook would keep every state of the bar.
        where = {"file": _InPlace(), "ncols": 110} if in_notebook() else {"dynamic_ncols": True}
        self._bar: Any = tqdm(total=total, unit="step", **where)
        self._done = run.step

    def steps_to_next(self, run: Run) -> int | None:
        """Any number: the bar moves as often as there is time."""
        return None

    def on_step_end(self, run: Run) -> None:
        """Move the bar; tqdm itself writes ten times a second at most."""
        self._bar.update(run.step - self._done)
        self._done = run.step

    def on_epoch_end(self, run: Run) -> None:
        """Show the metrics."""
        if run.rows and self._bar.total is None:  # of batches the number is known after the first epoch
            left = (run.epochs - run.epoch) * run.steps_per_epoch
            self._bar.total = self._bar.n + left
        self._bar.set_description(f"epoch {run.epoch}/{run.epochs}", refresh=False)
        shown = {name: f"{value:.4g}" for name, value in run.metrics.items() if "loss" in name or "accuracy" in name}
        self._bar.set_postfix(shown, refresh=False)

    def on_train_end(self, run: Run) -> None:
        """Leave the bar as it stands, and say why the training ended if it did early."""
        self._bar.close()
        if run.stop_reason:
            self._bar.write(f"stopped: {run.stop_reason}", file=sys.stderr)


class _InPlace:
    """A stream that shows what was written to it last, in one output of a notebook."""

    def __init__(self) -> None:
        self._output = output_in_place("")

    def write(self, text: str) -> None:
        """Show a text in the place of the one before."""
        shown = text.strip("\r\n ")
        if shown:
            self._output.update(as_mimes(shown), raw=True)

    def flush(self) -> None:
        """Nothing is held back."""
