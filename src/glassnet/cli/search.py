"""The search of `glassnet tune`: what may be chosen, one trial, and the study that keeps them all."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.sources import hold_out
from glassnet.cli.train import make_network
from glassnet.mathematics.checks import DataError
from glassnet.mathematics.libraries import need
from glassnet.model import load
from glassnet.training.callbacks import Callback, EarlyStopping, OptunaPruning
from glassnet.training.fit import NotFiniteWarning
from glassnet.training.optimizers import Adam, AdamW, Momentum, Optimizer
from glassnet.training.recipes import Recipe
from glassnet.training.records import end_last_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.data.dataset import Dataset, Split
    from glassnet.data.preprocessing import Preprocessing
    from glassnet.model import Network
    from glassnet.training.run import Run

METRIC = "val_accuracy"
MOST_LAYERS = 3
WIDTHS = (8, 512)
BATCH_SIZES = (32, 64, 128, 256)
ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu")
OPTIMIZERS: dict[str, tuple[type[Optimizer], float, float]] = {
    "adam": (Adam, 1e-4, 3e-2),
    "adamw": (AdamW, 1e-4, 3e-2),
    "momentum": (Momentum, 1e-3, 0.3),
}
"""The optimizers, and between which rates each is tried."""
MOST_DROPOUT = 0.4
PATIENCE = 5
STUDY, MODEL = "study.log", "model.safetensors"
TUNED = "tuned"
"""Under what name a model's metadata say which trial it is of."""
NAME = "glassnet"


@dataclass
class Search:
    """All that trials share.

    Attributes
    ----------
    dataset : Dataset
        Its training samples are those to train on; its test samples are not looked at.
    validation : (x, t)
        The samples that trials are compared by, raw.
    out : Path
        Where the best model is kept.
    epochs : int
        How many a trial has at most.
    until : float or None
        When the time is up, by `time.monotonic`.
    """

    dataset: Dataset
    validation: tuple[NDArray[Any], NDArray[Any]]
    preprocessing: Preprocessing
    out: Path
    epochs: int
    seed: int
    executor: str
    threads: int | None
    until: float | None = None
    best: float = -1.0
    interrupted: bool = False

    def is_over(self) -> bool:
        """Say whether the time is up, or Ctrl-C was pressed."""
        return self.interrupted or (self.until is not None and time.monotonic() >= self.until)


def open_study(out: Path, seed: int, about: str, *, resume: bool) -> Any:
    """Return the study in a folder: a new one, or the one that is there, if it is about the same data."""
    optuna = need("optuna", extra="optuna", what="glassnet tune")
    journal = need("optuna.storages.journal", extra="optuna", what="glassnet tune")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    path = out / STUDY
    if path.exists() and not resume:
        raise DataError(f"{path} holds a search already. Say --resume to go on with it, or name another --out.")
    if resume and not path.exists():
        raise DataError(f"{path} is not there: there is no search to go on with. Leave --resume out.")
    if resume:
        end_last_line(path)  # a search that was killed may have left it half written
    study = _study_in(path, optuna, journal)
    # As many trials as were made are drawn past: a resumed search does not draw the same again.
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials))
    if study.user_attrs.setdefault("about", about) != about:
        raise DataError(
            f"{path} holds a search on other data or settings: {study.user_attrs['about']}; this one is on {about}. "
            "Its trials cannot be compared. Name another --out."
        )
    study.set_user_attr("about", about)
    return study


def _study_in(path: Path, optuna: Any, journal: Any) -> Any:
    """Return the study of a journal, which is begun if there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a part of Optuna is experimental
        try:
            return optuna.create_study(
                study_name=NAME,
                storage=optuna.storages.JournalStorage(journal.JournalFileBackend(str(path))),
                direction="maximize",
                load_if_exists=True,
                pruner=optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=1),
            )
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:  # all that a line may be
            said = f"{type(error).__name__}: {error}"
            raise DataError(f"{path} is no journal of a search, or is damaged ({said}). Name another --out.") from error


def run_trials(study: Any, search: Search, trials: int, report: Callable[[Any, Search], None]) -> None:
    """Make trials until there are so many more, or the time is up, or Ctrl-C is pressed."""
    optuna = need("optuna", extra="optuna", what="glassnet tune")
    states = optuna.trial.TrialState
    for _ in range(trials):
        if search.is_over():
            return
        trial = study.ask()
        try:
            value = _train(trial, search)
        except optuna.TrialPruned:
            study.tell(trial, state=states.PRUNED)
        except KeyboardInterrupt:
            search.interrupted = True
            study.tell(trial, state=states.FAIL)
            return
        except BaseException:
            study.tell(trial, state=states.FAIL)
            raise
        else:
            study.tell(trial, value, state=states.FAIL if value is None else states.COMPLETE)
        report(study.trials[trial.number], search)


def suggested(trial: Any, epochs: int) -> Recipe:
    """Return a recipe as the trial proposes it."""
    depth = trial.suggest_int("layers", 1, MOST_LAYERS)
    hidden = tuple(trial.suggest_int(f"width{number}", *WIDTHS, log=True) for number in range(1, depth + 1))
    activation = trial.suggest_categorical("activation", ACTIVATIONS)
    name = trial.suggest_categorical("optimizer", tuple(OPTIMIZERS))
    kind, low, high = OPTIMIZERS[name]
    rate = trial.suggest_float(f"{name}_rate", low, high, log=True)
    size = trial.suggest_categorical("batch_size", BATCH_SIZES)
    dropout = trial.suggest_float("dropout", 0.0, MOST_DROPOUT, step=0.1)
    return Recipe("found by glassnet tune", hidden, (activation,), kind(rate), epochs, size, dropout=dropout)


def _train(trial: Any, search: Search) -> float | None:
    """Train a trial's network, keep it if it is the best, and return its metric; None if Ctrl-C ended it."""
    recipe = suggested(trial, search.epochs)
    network = make_network(recipe, search.dataset, search.seed, "float32")
    network.preprocessing = search.preprocessing.to_dict()
    data, preprocessing = search.dataset, search.preprocessing
    bytes_stay = preprocessing.kind != "table" and data.x_train.dtype == np.uint8
    x, t = search.validation
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotFiniteWarning)  # such a trial is given up, and that is said
        history = network.fit(
            data.x_train if bytes_stay else preprocessing(data.x_train),
            data.t_train,
            scaling=preprocessing.scaling if bytes_stay else None,
            validation_data=(x if bytes_stay else preprocessing(x), t),
            optimizer=recipe.optimizer,
            epochs=recipe.epochs,
            batch_size=min(int(recipe.batch_size), len(data.x_train)),
            callbacks=[_Clock(search), EarlyStopping(METRIC, PATIENCE), OptunaPruning(trial, METRIC)],
            executor=search.executor,
            threads=search.threads,
            verbose=0,
        )
    if history.stopped.startswith("interrupted"):
        search.interrupted = True
        return None
    if not history.epochs.get(METRIC):
        raise need("optuna", extra="optuna", what="glassnet tune").TrialPruned(history.stopped)
    value = max(history[METRIC])
    if value > search.best:
        _keep(network, trial, value, search)
    return value


def _keep(network: Network, trial: Any, value: float, search: Search) -> None:
    """Save the best model so far: Ctrl-C loses nothing of it."""
    network.metadata |= {
        "recipe": "tuned",
        "data": search.dataset.source,
        TUNED: {"trial": trial.number, METRIC: value, **trial.params},
    }
    network.save(search.out / MODEL)
    search.best = value


@dataclass(frozen=True)
class Kept:
    """The trial whose model lies in the folder: its model, number, validation accuracy and parameters."""

    network: Network
    number: int
    value: float
    params: dict[str, Any]


def kept_trial(study: Any, out: Path) -> Kept | None:
    """Return which trial the model in the folder is of; None if there is none, or it is of no trial of this study.

    The model itself says so: the study may know of better trials whose model was lost, and not yet know of this one's
    end, where the search was killed in between.
    """
    if not (out / MODEL).is_file():
        return None
    network = load(out / MODEL)
    told = network.metadata.get(TUNED)
    params = dict(told) if isinstance(told, dict) else {}
    number, value = params.pop("trial", None), params.pop(METRIC, None)
    trials = study.trials
    if type(number) is not int or not 0 <= number < len(trials) or trials[number].params != params:
        return None
    if not isinstance(value, float) or trials[number].value not in {None, value}:
        return None
    return Kept(network, number, value, params)


class _Clock(Callback):
    """Ends a training when the time of the search is up: what it has reached by then counts."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def on_epoch_end(self, run: Run) -> None:
        if self._search.is_over():
            run.stop("the time of the search is up")


def with_validation(dataset: Dataset, seed: int, share: float) -> tuple[Dataset, Split]:
    """Take samples out of those to train on, at random, to compare trials by."""
    return hold_out(dataset, share, [seed, 5], "compare")
