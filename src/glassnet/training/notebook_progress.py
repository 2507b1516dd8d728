"""A training in a notebook: one output that is updated in place, however many epochs there are."""

from __future__ import annotations

import html
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet.training.callback import Callback
from glassnet.training.progress import epoch_line, step_words

if TYPE_CHECKING:
    from glassnet.training.run import Run

SECONDS_BETWEEN_UPDATES = 0.25
MOST_LINES = 12
"""How many epochs are shown: the first, and the last ones."""


def in_notebook() -> bool:
    """Say whether this runs in a notebook's kernel, whose outputs can be updated.

    >>> in_notebook()
    False
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def output_in_place(text: str) -> Any:
    """Show a text in a notebook, and return the output, whose `update` puts another in its place."""
    return import_module("IPython.display").display(as_mimes(text), raw=True, display_id=True)


class NotebookProgress(Callback):
    """The epochs so far and the one under way, in one output of the cell."""

    def on_train_begin(self, run: Run) -> None:
        """Show the output, empty as yet."""
        self._lines: list[str] = []
        self._left_out = 0
        self._started = self._shown = time.perf_counter()
        self._first_step = run.step
        self._output = output_in_place("…")

    def steps_to_next(self, run: Run) -> int | None:
        """Any number: the output changes as often as there is time."""
        return None

    def on_step_end(self, run: Run) -> None:
        """Show how far the epoch has come, a few times a second at most."""
        if time.perf_counter() - self._shown >= SECONDS_BETWEEN_UPDATES:
            share = f"{run.samples / run.rows:4.0%}  " if run.rows else ""
            words = "  ".join(step_words(run, time.perf_counter() - self._started, self._first_step))
            self._show(f"epoch {run.epoch}/{run.epochs}  {share}{words}")

    def on_epoch_end(self, run: Run) -> None:
        """Add the epoch; of many the first and the last stay."""
        self._lines.append(epoch_line(run))
        if len(self._lines) > MOST_LINES:
            del self._lines[1]
            self._left_out += 1
        if time.perf_counter() - self._shown >= SECONDS_BETWEEN_UPDATES:
            self._show()

    def on_train_end(self, run: Run) -> None:
        """Show what is left: the epochs, and why the training ended if there is more to say than that all are done."""
        self._show(f"stopped: {run.stop_reason}" if run.stop_reason else "")

    def _show(self, last: str = "") -> None:
        self._shown = time.perf_counter()
        between = [f"… {self._left_out:,} epochs …"] if self._left_out else []
        lines = [*self._lines[:1], *between, *self._lines[1:], *([last] if last else [])]
        self._output.update(as_mimes("\n".join(lines) or "…"), raw=True)


def as_mimes(text: str) -> dict[str, str]:
    """Return a text as an output of a notebook: plain, and with lines that are not broken.

    >>> as_mimes("a < b")["text/html"]
    "<pre style='margin:0'>a &lt; b</pre>"
    """
    return {"text/plain": text, "text/html": f"<pre style='margin:0'>{html.escape(text)}</pre>"}
