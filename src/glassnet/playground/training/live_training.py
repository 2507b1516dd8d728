"""A training in a thread of its own, which the page watches and leads."""

from __future__ import annotations

import copy
import logging
import threading
import time
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from glassnet.engine import entry
from glassnet.glass.doctor.callback import Doctor
from glassnet.mathematics.checks import GlassnetError
from glassnet.playground.training.course import Course
from glassnet.playground.training.looks import Looks
from glassnet.playground.training.pacing import Baton, Conductor, LiveRate, Turn
from glassnet.training.executors import choose_executor
from glassnet.training.fit import NotFiniteWarning, thread_limit
from glassnet.training.history import History

if TYPE_CHECKING:
    from glassnet.glass.doctor.finding import Report
    from glassnet.model import Network
    from glassnet.playground.sessions import Session
    from glassnet.playground.training.data import Data
    from glassnet.playground.training.experiment import Experiment
    from glassnet.training.run import Run

log = logging.getLogger("glassnet.playground")

FRAMES, LAYERS, DOCTOR = (0.05, 0.05, 0.5), (0.25, 0.04, 1.5), (2.0, 0.02, 30.0)
"""The least seconds between two frames, two pictures of the layers, two visits of the doctor; the share of the thread's
time at full speed that they may take; the most seconds."""
UNSEEN_SECONDS = 1.0
"""Between two looks while the page shows another tab, or has gone."""
ALONE_SECONDS = 5.0
"""A training whose page has gone goes on for so long."""
LONGEST_END = 3.0
MEASURES = ("trainLoss", "testLoss", "trainAccuracy", "testAccuracy")
_compiling = threading.Lock()
"""Two sessions do not compile the same."""


class LiveTraining:
    """A training that the page leads.

    Parameters
    ----------
    number : int
        Which training of the session it is; events carry it.
    session : Session
        Whom to tell.
    experiment : Experiment
    data : Data

    Attributes
    ----------
    network : Network
        To be touched in the training's thread alone: through `baton.ask`.
    status : str
        `ready`, `preparing` (the engine is compiled), `running`, `paused`, `finished`, `stopped`.
    view : str
        The picture that the page shows.
    watched : bool
        Whether the page shows the tab.
    """

    def __init__(self, number: int, session: Session, experiment: Experiment, data: Data) -> None:
        self.number, self._session, self._data = number, session, data
        self.experiment = experiment
        rows = len(data.x_train)
        experiment.check_task(classes=bool(data.class_names))
        experiment.check_length(rows)
        experiment.check_memory(rows, data.n_in, data.n_out)
        self.network: Network = experiment.network(data.n_in, data.n_out)
        self.network.preprocessing = data.preprocessing
        self.network.metadata |= {"data": experiment.data.kind, "made": "glassnet play"}
        self.executor = experiment.executor(self.network, rows)
        self.rate = LiveRate(experiment.rate)
        self.looks = Looks(self.network, data)
        self.baton = Baton()
        self.status, self.view, self.watched = "ready", self.looks.views[0], True
        self.reason = ""
        self._step = self._epoch = 0
        self._course = Course(*MEASURES)
        self._history: History | None = None
        self._speed_from = (time.perf_counter(), 0)
        self._speed = 0.0
        self._frames, self._layers, self._doctor = Turn(*FRAMES), Turn(*LAYERS), Turn(*DOCTOR)
        self._seen_page = self._looked = 0.0
        self._thread = threading.Thread(target=self._work, name=f"training-{number}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it, and its thread."""
        self.baton.set(ending=True, running=False, granted=0)
        self._thread.join(LONGEST_END)

    def first_frame(self) -> dict[str, Any]:
        """Return the frame before the first step, with all that does not change."""
        return self.baton.ask(self._first_frame)

    def _first_frame(self) -> dict[str, Any]:
        measures = self.looks.measures()
        self._course.add(0, **measures)
        return {**self._frame(measures), "layers": self.looks.layers()}

    def show_again(self) -> None:
        """Show everything as it stands, in the picture that the page has chosen now."""
        self.baton.tell(lambda: self._show(full=True) if self.status in {"ready", "paused", "finished"} else None)

    def saved(self) -> bytes:
        """Return the model as a file's bytes."""
        with TemporaryDirectory(prefix="glassnet-") as folder:
            path = self.baton.ask(lambda: self.network.save(Path(folder) / "model.safetensors"))
            return path.read_bytes()

    def copied(self) -> Network:
        """Return a copy of the network as it stands, which no training changes."""
        own = self.baton.ask(lambda: copy.deepcopy(self.network))
        own.training_state = None
        if self._data.class_names and len(self._data.x_test):
            own.metadata["test_accuracy"] = own.accuracy(self._data.inputs(self._data.x_test), self._data.t_test)
        return own

    # What follows runs in the training's thread.

    def _work(self) -> None:
        try:
            while not self.baton.ending:
                self.baton.answer()
                if self.baton.wanted and self.status != "stopped":
                    self._fit()
                else:
                    if self.status == "stopped":  # there is no going on
                        self.baton.set(running=False, granted=0)
                    self.baton.wait()
        except Exception as error:  # the page must hear of it, and whoever asks next
            log.exception("a mistake in glassnet's playground: a training")
            self.status, self.reason = "stopped", f"{type(error).__name__}: {error}"
            with suppress(Exception):  # it may have been the looking itself
                self._session.push("train.frame", self._frame(self.looks.measures()))
        finally:
            self.baton.set(ending=True, running=False, granted=0)
            self.baton.refuse()

    def _fit(self) -> None:
        experiment, data, begun = self.experiment, self._data, self._step > 0
        rule, batch = experiment.rule(self.rate), experiment.batch_of(len(data.x_train))
        self._prepare_engine(rule, batch)
        doctor = Doctor(looks=2)
        try:
            # One thread for the products of what is looked at as well: two would wait for each other beside a browser.
            with thread_limit(1), warnings.catch_warnings():
                warnings.simplefilter("ignore", NotFiniteWarning)  # the status says it
                history = self.network.fit(
                    data.x_train,
                    data.t_train,
                    optimizer=rule,
                    epochs=experiment.epochs,
                    batch_size=batch,
                    scaling=data.scaling,
                    resume=begun,
                    executor=self.executor,
                    threads=1,
                    verbose=0,
                    callbacks=[Conductor(self.baton, self._frames, self._look), doctor],
                )
        except (GlassnetError, MemoryError) as error:
            self.baton.set(running=False, granted=0)
            self.status, self.reason = "stopped", str(error)
            self._session.push("train.frame", self._frame(self.looks.measures()))
            return
        self._history = history
        if self.baton.ending:
            return
        self.baton.set(running=False, granted=0)
        failed = history.stopped.startswith("not finite")
        self.status, self.reason = ("stopped" if failed else "finished"), history.stopped
        self._show(full=True)
        if failed:  # it names the first value that is not finite
            self._tell_findings(doctor.report)
        else:
            self._call_doctor()

    def _prepare_engine(self, rule: Any, batch: int) -> None:
        """Have the engine compiled where it is not yet, and say that it takes a while."""
        if self._step or self.executor == "reference":
            return
        steps = self.experiment.epochs * -(-len(self._data.x_train) // batch)
        chosen = choose_executor(self.executor, self.network, rule, steps=steps, batch_size=batch)
        if chosen == "compiled" and not entry.ready("interpreter", self.network.dtype):
            self.status = "preparing"
            self._session.push("train.frame", self._frame(self.looks.measures()))
            with _compiling:
                entry.interpreter(self.network.dtype)

    def _look(self, run: Run, resting: bool) -> None:
        """Show the training, or see whether its page has gone."""
        now, alone = time.perf_counter(), not self._session.connected
        if not resting and (alone or not self.watched) and now - self._looked < UNSEEN_SECONDS:
            return
        self._looked, self._history = now, run.history
        self._step, self._epoch = run.step, run.epoch
        if self.status != "running":  # a new call of fit, or after a pause
            self._speed_from, self._speed = (now, run.seen), 0.0
        seconds = now - self._speed_from[0]
        if seconds > 0.2:
            self._speed = (run.seen - self._speed_from[1]) / seconds
            self._speed_from = now, run.seen
        self.status = "paused" if resting else "running"
        if not alone:
            self._seen_page = now
        elif now - self._seen_page > ALONE_SECONDS:
            self.baton.set(running=False)
        self._show(full=resting)
        if run.step > 1 and self.watched and not alone and self._doctor.due():
            self._doctor.take(self._call_doctor, hurrying=self.baton.hurrying)

    def _show(self, *, full: bool) -> None:
        """Push a frame, and if it is time or `full` is asked for, the layers."""
        if self.network.training_state is not None:
            self._step, self._epoch = self.network.training_state.step, self.network.training_state.epoch
        measures = self.looks.measures()
        self._course.add(self._step, **measures)
        self._session.push("train.frame", self._frame(measures))
        if full or (self.watched and self._layers.due()):
            self._layers.take(self._show_layers, hurrying=self.baton.hurrying)

    def _show_layers(self) -> None:
        self._session.push("train.layers", {"number": self.number, **self.looks.layers()})

    def _frame(self, measures: dict[str, float]) -> dict[str, Any]:
        return {
            "number": self.number,
            "status": self.status,
            "reason": self.reason,
            "step": self._step,
            "epoch": self._epoch,
            "rate": self.rate.value,
            "samplesPerSecond": self._speed if self.status == "running" else 0.0,
            **measures,
            "course": self._course.arrays(),
            "view": self.looks.view(self.view),
        }

    def _call_doctor(self) -> None:
        (x, t), test = self.looks.diagnosed()
        per_epoch = -(-len(self._data.x_train) // self.experiment.batch_of(len(self._data.x_train)))
        history = replace(self._history or History(), epochs=self._course.by_epoch(per_epoch))
        self._tell_findings(
            self.network.diagnose(
                x,
                t,
                history=history,
                validation_data=test,
                optimizer=self.experiment.rule(self.rate.value),
                shuffle=True,
            )
        )

    def _tell_findings(self, report: Report) -> None:
        findings = {language: report.within(language).to_dict()["findings"] for language in ("ko", "en")}
        self._session.push("train.findings", {"number": self.number, "step": self._step, "findings": findings})
