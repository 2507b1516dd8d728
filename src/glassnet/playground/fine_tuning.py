"""A model taught one's own handwriting: what it learns from, training in a thread, what was gained and forgotten."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.augmentation import Augmentation
from glassnet.mathematics.checks import GlassnetError
from glassnet.model import load
from glassnet.playground.message import RefusedError
from glassnet.playground.mnist_digits import mnist_test_digits, some_training_digits
from glassnet.playground.open_models import OpenModels, preprocessing_of, takes_digit_pictures
from glassnet.playground.own_digits import CLASSES, Answers, OwnDigits, compare
from glassnet.playground.private_files import copy_through
from glassnet.training.callback import Callback
from glassnet.training.fit import NotFiniteWarning
from glassnet.training.optimizers import Adam

if TYPE_CHECKING:
    from glassnet.model import Network
    from glassnet.playground.sessions import Session
    from glassnet.training.run import Run

log = logging.getLogger("glassnet.playground")

LONGEST_END = 3.0
"""A session that ends waits so many seconds for the thread."""
LONGEST_ALONE = 60.0
"""Seconds that it goes on when no page holds its session: a page that is loaded anew is back by then."""
BATCH = 20
STEPS_BETWEEN_NEWS = 20
AUGMENTATION = Augmentation(
    rotation=8, shift=1.0, scale=0.1, shear=0.15, elastic=0.4, thickness=0.4, images_per_map=1
)  # fmt: skip
"""Gentle: another day's writing of the same hand."""


@dataclass(frozen=True)
class Plan:
    """How a model is to be taught.

    Attributes
    ----------
    model, title : str
        Which, and what the new one is to be called.
    epochs : int
    rate : float
        Adam's learning rate.
    mixed : int
        How many of MNIST's training digits are mixed in against forgetting.
    augment : bool
        Whether each digit is bent a little, another way in each epoch.
    seed : int
    """

    model: str
    title: str
    epochs: int
    rate: float
    mixed: int
    augment: bool
    seed: int


def reads_digits(network: Network) -> bool:
    """Say whether a model tells ten digits apart in pictures of 28×28 pixels.

    Examples
    --------
    >>> from glassnet.playground.packaged_models import open_packaged
    >>> reads_digits(open_packaged("lecture"))
    True
    """
    return takes_digit_pictures(network) and network.n_out == CLASSES and network.output_kind == "classes"


class _EndedError(Exception):
    """It was asked to end, or its page has left."""


class FineTuning:
    """The fine-tuning of one session: `session.room(FineTuning)`; one at a time.

    The page hears of it by the event `handwriting`: `phase` is `running`, `measuring`, `done`, `cancelled`, `left` or
    `failed`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._cancelled = threading.Event()
        self.news: dict[str, Any] = {"phase": "none"}
        self.outcome: dict[str, Any] | None = None

    def start(self, plan: Plan, own: OwnDigits) -> None:
        """Begin to teach a copy of a model in a thread of its own.

        Raises
        ------
        RefusedError
            If one is under way, or the model reads no digits.
        """
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise RefusedError("hand-busy", "a fine-tuning is under way. Wait for it, or cancel it.")
            network = self._session.room(OpenModels).network(plan.model)
            if not reads_digits(network):
                raise RefusedError("hand-no-digits", f"the model {plan.model!r} reads no digits. Choose another.")
            self._cancelled.clear()
            self.outcome = None
            copy = copy_through(network.save, load, ".safetensors")
            self._tell(phase="running", epoch=0, epochs=plan.epochs, share=0.0, losses=[])
            self._thread = threading.Thread(target=self._run, args=(copy, plan, own), daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Ask it to end after the step under way; what was learned until then is dropped."""
        self._cancelled.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it has ended, at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def close(self) -> None:
        """End it with the session."""
        self.cancel()
        self.wait(LONGEST_END)

    def left(self) -> bool:
        """Say whether its page has been away for too long."""
        return not self._session.connected and time.monotonic() - self._session.last_used > LONGEST_ALONE

    def ends(self) -> bool:
        """Say whether it is to end."""
        return self._cancelled.is_set() or self.left()

    def _tell(self, **news: Any) -> None:
        self.news = news
        self._session.push("handwriting", news)

    def _run(self, network: Network, plan: Plan, own: OwnDigits) -> None:
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore", NotFiniteWarning)  # the page says it
                outcome = self._teach(network, plan, own)
        except _EndedError:
            self._tell(phase="cancelled" if self._cancelled.is_set() else "left")
            return
        except RefusedError as error:
            self._tell(phase="failed", code=error.code, words=str(error), values=error.values)
            return
        except (GlassnetError, MemoryError) as error:
            self._tell(phase="failed", code=None, words=str(error), values={})
            return
        except Exception as error:
            log.exception("a mistake in glassnet's playground: a fine-tuning")
            self._tell(phase="failed", code="mistake", words=str(error), values={})
            return
        self.outcome = outcome
        self._tell(phase="done")

    def _teach(self, network: Network, plan: Plan, own: OwnDigits) -> dict[str, Any]:
        """Measure, teach, measure again, and keep the model."""
        before = Answers.of(network, own, self._go_on)
        preprocessing = preprocessing_of(network)
        images, labels = own.images[~own.held], own.labels[~own.held]
        if plan.mixed:
            more, of_more = some_training_digits(plan.mixed, plan.seed)
            images, labels = np.concatenate([images, more]), np.concatenate([labels, of_more])
        history = network.fit(
            np.ascontiguousarray(images),
            labels,
            optimizer=Adam(plan.rate),
            epochs=plan.epochs,
            batch_size=min(BATCH, len(images)),
            augmentation=AUGMENTATION if plan.augment else None,
            scaling=preprocessing.scaling,
            callbacks=[_Follow(self)],
            executor="reference",  # so few steps are done before anything is compiled
            threads=1,
            verbose=0,
        )
        self._go_on()
        if history.stopped != "all epochs done":
            raise RefusedError(
                "hand-diverged",
                f"the training stopped: {history.stopped}",
                reason=history.stopped,
                rate=f"{plan.rate:g}",
            )
        self._tell(phase="measuring", losses=history["loss"])
        after = Answers.of(network, own, self._go_on)
        network.metadata |= {"fine_tuned_from": plan.model, "own_digits": int((~own.held).sum()), "mixed": plan.mixed}
        network.metadata["test_accuracy"] = float((after.mnist == mnist_test_digits()[1]).mean())
        name = self._session.room(OpenModels).add(network, plan.title)
        return {
            "model": name,
            "title": plan.title,
            "from": plan.model,
            "losses": history["loss"],
            "images": own.images,
            "labels": own.labels.astype(np.uint8),
            "held_out": own.held,
            **compare(before, after, own),
        }

    def _go_on(self) -> None:
        if self.ends():
            raise _EndedError


class _Follow(Callback):
    """Tell the page how far it is, and end it when that is asked for."""

    def __init__(self, tuning: FineTuning) -> None:
        self._tuning = tuning
        self._losses: list[float] = []

    def on_step_end(self, run: Run) -> None:
        """End, if that was asked for or nobody is there any more."""
        if self._tuning.ends():
            run.stop("ended")
        elif run.step % STEPS_BETWEEN_NEWS == 0:
            self._tell(run)

    def on_epoch_end(self, run: Run) -> None:
        """Tell of the epoch's loss."""
        self._losses.append(run.metrics["loss"])
        self._tell(run)

    def _tell(self, run: Run) -> None:
        self._tuning._tell(  # noqa: SLF001  # it is the tuning's own
            phase="running",
            epoch=run.epoch,
            epochs=run.epochs,
            share=run.step / run.total_steps,
            losses=list(self._losses),
        )
