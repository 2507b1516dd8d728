"""The doctor as a callback: it looks at a training from time to time, and says at the end what was wrong."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.case import Case, different_rows
from glassnet.glass.doctor.data import unshuffled
from glassnet.glass.doctor.examination import examine, examine_pass
from glassnet.glass.doctor.finding import Finding, Report, as_language
from glassnet.glass.doctor.gradients import first_not_finite
from glassnet.mathematics.checks import check_integer
from glassnet.network.backends import all_to_numpy
from glassnet.training.callback import Callback

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.training.run import Run

ROWS_KEPT = 2048
"""Rows of the batches that were looked at that are kept for the examination at the end."""


class Doctor(Callback):
    """Look at a training from time to time, and report what is wrong: a callback for `fit`.

    Where a value becomes nan or inf, it names the batch, the operation, the layer, the sample and the unit.

    Parameters
    ----------
    looks : int, default 64
        How often to look at a batch, evenly over the training, at least 2. Units and gradients are examined at the
        first look, the second, the fourth, the eighth, …, and at the last.
    language : "en" or "ko", default "en"

    Attributes
    ----------
    report : Report
        While it trains, what is wrong with the last batch whose units and gradients were examined; afterwards, all
        that `Network.diagnose` finds with the rows that were kept and the history, and that batches were unshuffled.
    looked_at : list of int
        After how many steps it looked.

    Notes
    -----
    It changes no number. It keeps at most 2,048 rows. A look costs about as much as a step, an examination a few.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> x = np.random.default_rng(0).normal(size=(300, 2))
    >>> t = (x[:, 0] > 0).astype(int)
    >>> bias = np.full(8, -20.0)
    >>> net = gn.Network([gn.Dense(2, 8, init=(np.ones((2, 8)), bias)), gn.ReLU(), gn.Dense(8, 2), gn.Softmax()])
    >>> doctor = gn.Doctor()
    >>> history = net.fit(x, t, callbacks=[doctor], verbose=0)
    >>> print(doctor.report.finding("dead-units").found)
    8 of the 8 units of layer 2, ReLU() give 0 for all 300 rows; the first is unit 0, whose largest net input is ...
    """

    def __init__(self, looks: int = 64, language: str = "en") -> None:
        self.looks = check_integer("looks", looks, minimum=2)
        self.language = as_language(language)
        self.report = Report([], language=self.language)
        self.looked_at: list[int] = []

    def on_train_begin(self, run: Run) -> None:
        """Forget earlier trainings."""
        steps = max(1, run.total_steps - run.step)
        self._every = max(1, -(-steps // self.looks))
        self._rows = max(1, min(run.batch_size, ROWS_KEPT // min(self.looks, steps)))
        self._next = run.step + 1
        self._in_one_batch = 0 < run.rows <= run.batch_size
        self._x: list[NDArray[Any]] = []
        self._t: list[NDArray[Any]] = []
        self._epochs: list[int] = []
        self._not_finite: Finding | None = None
        self.looked_at = []
        self.report = Report([], language=self.language)

    def looks_at_gradients(self) -> bool:
        """No: the compiled executor calls `on_gradients` by itself where a loss is not finite."""
        return False

    def on_gradients(self, run: Run) -> None:
        """Find the first value that is not finite, if the loss is none."""
        if math.isfinite(run.batch["loss"]):
            return
        values = all_to_numpy({**run.batch, **run.network.parameters})
        number = run.samples // run.batch_size + 1
        self._not_finite = first_not_finite(
            run.network.on_numpy(), values, f"step {run.step + 1}, batch {number} of epoch {run.epoch}"
        )

    def on_step_end(self, run: Run) -> None:
        """Look at the batch, if it is time."""
        if run.step < self._next:
            return
        self._next = run.step + self._every
        self.looked_at.append(run.step)
        values = all_to_numpy(run.batch)
        rows = self._spread(len(values["X"]))
        self._x.append(values["X"][rows])
        self._t.append(values["t"][rows])
        self._epochs.append(run.epoch)
        count = len(self.looked_at)
        if count & (count - 1) == 0:  # 1, 2, 4, 8, …
            self.report = Report(
                examine_pass(run.network.on_numpy(), values), examined=("units", "gradients"), language=self.language
            )

    def _spread(self, size: int) -> NDArray[np.intp]:
        """Return which rows of a batch to keep: of its whole length, since it may be in order, and others each time."""
        count = min(size, self._rows)
        return np.arange(count) * size // count + len(self.looked_at) % (size // count)

    def steps_to_next(self, run: Run) -> int:
        """Return after how many steps it looks again."""
        return max(1, self._next - run.step)

    def on_train_end(self, run: Run) -> None:
        """Examine all that was kept."""
        if not self._x:
            begun = [self._not_finite] if self._not_finite else []
            self.report = Report(begun, examined=("structure",), language=self.language)
            return
        x, t = np.concatenate(self._x), np.concatenate(self._t)
        order = self._order(Case(run.network.on_numpy(), x, t, t))
        once = different_rows(x, t)  # a small data set was seen many times
        x, t = x[once], t[once]
        history = replace(run.history, stopped=run.ending)  # which the loop writes when all callbacks have ended
        case = Case(run.network.on_numpy(), x, t, t, None, history, run.state.optimizer)
        found = [each for each in examine(case, shuffle=True) if each.code not in self._said]
        self.report = Report(
            [finding for finding in (self._not_finite, order) if finding] + found,
            examined=("structure", "data", "units", "gradients", "training"),
            language=self.language,
        )

    @property
    def _said(self) -> set[str]:
        """What need not be said again of the rows that were kept: where the training broke down is known."""
        return {"not-finite", "parameter-not-finite"} if self._not_finite else set()

    def _order(self, case: Case) -> Finding | None:
        """Return a finding if the batches came in the order of their labels, unless one holds all samples."""
        if case.ordering is None or self._in_one_batch:
            return None
        lengths = np.array([len(rows) for rows in self._x])
        begins = np.cumsum(lengths) - lengths
        # Rows of one batch follow each other. Batches of one row each can only be compared with the next look.
        together = int(lengths.max()) > 1
        new_epoch = np.diff(self._epochs, prepend=self._epochs[0]) != 0
        return unshuffled(case.ordering, begins if together else begins[new_epoch])
