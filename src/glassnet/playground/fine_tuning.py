"""A model taught one's own handwriting: what it learns from, training in a thread, what was gained and forgotten."""

from __future__ import annotations

import logging
import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.augmentation import Augmentation
from glassnet.mathematics.checks import GlassnetError
from glassnet.model import load
from glassnet.network import reference
from glassnet.playground.message import RefusedError
from glassnet.playground.mnist_digits import mnist_test_digits, some_training_digits
from glassnet.playground.open_models import OpenModels, preprocessing_of, takes_digit_pictures
from glassnet.playground.private_files import copy_through
from glassnet.training.callback import Callback
from glassnet.training.fit import NotFiniteWarning
from glassnet.training.optimizers import Adam

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model import Network
    from glassnet.playground.sessions import Session
    from glassnet.training.run import Run

log = logging.getLogger("glassnet.playground")

LONGEST_END = 3.0
"""A session that ends waits so many seconds for the thread."""
CLASSES = 10
BATCH = 20
STEPS_BETWEEN_NEWS = 20
AUGMENTATION = Augmentation(
    rotation=8, shift=1.0, scale=0.1, shear=0.15, elastic=0.4, thickness=0.4, images_per_map=1
)  # fmt: skip
"""Gentle: another day's writing of the same hand."""


@dataclass(frozen=True)
class OwnDigits:
    """One's own digits.

    Attributes
    ----------
    images : array of shape (N, 784)
        From 0 to 255.
    labels : array of shape (N,)
    held : array of shape (N,)
        Which are never trained on.
    """

    images: NDArray[Any]
    labels: NDArray[Any]
    held: NDArray[np.bool_]


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


class FineTuning:
    """The fine-tuning of one session: `session.room(FineTuning)`; one at a time.

    The page hears of it by the event `handwriting`: `phase` is `running`, `measuring`, `done`, `cancelled` or `failed`.
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

    def _tell(self, **news: Any) -> None:
        self.news = news
        self._session.push("handwriting", news)

    def _run(self, network: Network, plan: Plan, own: OwnDigits) -> None:
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore", NotFiniteWarning)  # the page says it
                outcome = self._teach(network, plan, own)
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
        if outcome is None:
            self._tell(phase="cancelled")
        else:
            self.outcome = outcome
            self._tell(phase="done")

    def _teach(self, network: Network, plan: Plan, own: OwnDigits) -> dict[str, Any] | None:
        """Measure, teach, measure again, and keep the model; None if it was cancelled."""
        before = Answers.of(network, own)
        preprocessing = preprocessing_of(network)
        images, labels = own.images[~own.held], own.labels[~own.held]
        if plan.mixed:
            more, of_more = some_training_digits(plan.mixed, plan.seed)
            images, labels = np.concatenate([images, more]), np.concatenate([labels, of_more])
        follow = _Follow(self, self._cancelled)
        history = network.fit(
            np.ascontiguousarray(images),
            labels,
            optimizer=Adam(plan.rate),
            epochs=plan.epochs,
            batch_size=min(BATCH, len(images)),
            augmentation=AUGMENTATION if plan.augment else None,
            scaling=preprocessing.scaling,
            callbacks=[follow],
            executor="reference",  # so few steps are done before anything is compiled
            threads=1,
            verbose=0,
        )
        if self._cancelled.is_set():
            return None
        if history.stopped != "all epochs done":
            raise RefusedError(
                "hand-diverged",
                f"the training stopped: {history.stopped}",
                reason=history.stopped,
                rate=f"{plan.rate:g}",
            )
        self._tell(phase="measuring", losses=history["loss"])
        after = Answers.of(network, own)
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


class _Follow(Callback):
    """Tell the page how far it is, and end it when that is asked for."""

    def __init__(self, tuning: FineTuning, cancelled: threading.Event) -> None:
        self._tuning, self._cancelled = tuning, cancelled
        self._losses: list[float] = []

    def on_step_end(self, run: Run) -> None:
        """End, if that was asked for."""
        if self._cancelled.is_set():
            run.stop("cancelled")
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


@dataclass(frozen=True)
class Answers:
    """What a model answers to one's own digits and to MNIST's test digits."""

    own: NDArray[np.intp]
    mnist: NDArray[np.intp]

    @classmethod
    def of(cls, network: Network, own: OwnDigits) -> Answers:
        """Ask a model, without the compiled engine: what it would save here takes longer to compile."""
        preprocessing = preprocessing_of(network)
        return cls(
            reference.classify(network, preprocessing(own.images)),
            reference.classify(network, preprocessing(mnist_test_digits()[0])),
        )


def compare(before: Answers, after: Answers, own: OwnDigits) -> dict[str, Any]:
    """Return what was gained and what was forgotten, counted by digit, and each own digit's two answers.

    Parameters
    ----------
    before, after : Answers
    own : OwnDigits

    Returns
    -------
    dict
        `held`, `taught` (own digits) and `mnist`: `count`, `before` and `after`, numbers of digits and of right answers
        by class; `answers`: for each own digit `before` and `after`.
    """
    true = mnist_test_digits()[1]
    return {
        "held": _by_digit(own.labels, before.own, after.own, own.held),
        "taught": _by_digit(own.labels, before.own, after.own, ~own.held),
        "mnist": _by_digit(true, before.mnist, after.mnist, np.ones(len(true), bool)),
        "answers": {"before": before.own.astype(np.uint8), "after": after.own.astype(np.uint8)},
    }


def _by_digit(
    labels: NDArray[Any], before: NDArray[Any], after: NDArray[Any], which: NDArray[np.bool_]
) -> dict[str, list[int]]:
    def count(those: NDArray[np.bool_]) -> list[int]:
        return np.bincount(labels[which & those], minlength=CLASSES).tolist()

    return {"count": count(which), "before": count(before == labels), "after": count(after == labels)}
