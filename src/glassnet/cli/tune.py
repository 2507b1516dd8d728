"""`glassnet tune`: search for a network and a training that suit some data."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.cli.output import FAILED, INTERRUPTED, SUCCEEDED, add_common_options, print_error, print_json
from glassnet.cli.report import check_output_folder
from glassnet.cli.search import METRIC, MODEL, Kept, Search, kept_trial, open_study, run_trials, with_validation
from glassnet.cli.sources import add_data_options, are_digits, read_dataset, with_test_set
from glassnet.cli.values import integer, name_of, number
from glassnet.data.files import write_atomically
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import named_scaling
from glassnet.mathematics.checks import DataError
from glassnet.training.evaluation import evaluate
from glassnet.training.executors import EXECUTORS, MOST_THREADS

if TYPE_CHECKING:
    from glassnet.data.dataset import Dataset

EPILOG = """\
examples:
  glassnet tune mnist --trials 20 --limit 10000
  glassnet tune --data iris.csv --label-column species --time 60 --out runs/iris
  glassnet tune --data iris.csv --label-column species --out runs/iris --resume --trials 10

Layers, widths, activation, optimizer, rate, batch size and dropout are searched. Trials are compared by their accuracy
on samples that are taken out of the training samples; the test samples are measured once, at the end. Ctrl-C ends the
search: the best model so far and the report are there all the same.
"""
DEFAULT_TRIALS = 20
UNTIL_THE_TIME_IS_UP = 10_000
REPORT = "report.md"


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "tune",
        help="search for a good network and training",
        description="Search for a network and a training that suit some data, with Optuna (extra: optuna).",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data_options(parser)
    parser.add_argument(
        "--trials", type=integer(1), metavar="N", help="how many to make (default: 20, or as many as --time)"
    )
    parser.add_argument("--time", type=number(above=0), metavar="SECONDS", help="end after so long")
    parser.add_argument("--epochs", type=integer(1), default=10, metavar="N", help="of a trial, at most (default: 10)")
    parser.add_argument("--validation", type=number(above=0, below=1), default=0.2, metavar="SHARE",
                        help="of the training samples that trials are compared by (default: 0.2)")  # fmt: skip
    parser.add_argument("--limit", type=integer(1), metavar="N", help="use the first N samples only")
    parser.add_argument("--out", metavar="FOLDER", help="where results go (default: runs/DATA-tuned)")
    parser.add_argument("--resume", action="store_true", help="go on with the search that is in the folder")
    parser.add_argument(
        "--seed", type=integer(0), default=0, metavar="N", help="of what is drawn at random (default: 0)"
    )
    parser.add_argument("--threads", type=integer(1, MOST_THREADS), metavar="N", help="how many threads work")
    parser.add_argument(
        "--executor", type=name_of(EXECUTORS), default="auto", metavar="NAME", help="auto, compiled or reference"
    )
    parser.add_argument("--quiet", action="store_true", help="no line for each trial")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Search, measure the best once, write the report."""
    seed, seconds, share = options.seed, options.time, options.validation
    trials = options.trials or (DEFAULT_TRIALS if seconds is None else UNTIL_THE_TIME_IS_UP)
    whole = with_test_set(read_dataset(options), seed, options.limit)
    if len(whole.class_names) < 2:
        raise DataError(f"{whole.source}: glassnet tune is for two classes or more, and this has values as targets.")
    dataset, validation = with_validation(whole, seed, share)
    name = Path(options.data).stem if options.data is not None else (options.name or "mnist")
    out = check_output_folder(Path(options.out) if options.out else Path("runs") / f"{name}-tuned")
    about = f"{whole}; seed {seed}, {share:g} of the training samples to compare by"
    study = open_study(out, seed, about, resume=options.resume)
    search = Search(
        dataset,
        validation,
        Preprocessing.of(dataset, named_scaling("unit"), digits=are_digits(dataset, options)),
        out,
        options.epochs,
        seed,
        options.executor,
        options.threads,
        None if seconds is None else time.monotonic() + seconds,
    )
    kept = kept_trial(study, out)
    search.best = search.best if kept is None else kept.value
    if not options.quiet:
        print(f"{whole}\n{len(validation[0]):,} of the training samples compare the trials", flush=True)
    run_trials(study, search, trials, _print_nothing if options.quiet else _print_trial)
    return _finish(study, search, whole, options)


def _print_nothing(trial: Any, search: Search) -> None:
    """Print nothing."""


def _print_trial(trial: Any, search: Search) -> None:
    """Print a line for a trial that has ended."""
    state = trial.state.name
    value = f"{trial.value:.2%}" if state == "COMPLETE" else "given up" if state == "PRUNED" else "ended"
    best = f"best {search.best:.2%}" if search.best >= 0 else "none yet"
    print(f"trial {trial.number + 1:3}  {value:>8}  {best}  {_words(trial.params)}", flush=True)


def _words(params: dict[str, Any]) -> str:
    """Say what a trial was, in a line.

    >>> _words({"layers": 1, "width1": 30, "activation": "relu", "optimizer": "adam", "adam_rate": 0.01,
    ...         "batch_size": 32, "dropout": 0.1})
    '30 relu, adam 0.01, batches of 32, dropout 0.1'
    """
    widths = ",".join(str(params[f"width{number}"]) for number in range(1, params["layers"] + 1))
    optimizer = params["optimizer"]
    return (
        f"{widths} {params['activation']}, {optimizer} {params[f'{optimizer}_rate']:.3g}, batches of "
        f"{params['batch_size']}, dropout {params['dropout']:g}"
    )


def _report(
    finished: list[Any], best: Kept, counts: tuple[int, int, int], test: str, search: Search, whole: Dataset
) -> str:
    """Return the report: what was searched, the best, what its figures mean, and all trials that came to their end."""
    tests = 0 if whole.x_test is None else len(whole.x_test)
    listed = {trial.number: (trial.value, trial.params) for trial in finished}
    listed[best.number] = best.value, best.params  # also where the search was killed before it could note its end
    rows = "\n".join(
        f"| {number + 1} | {value:.2%} | {_words(params)} |"
        for number, (value, params) in sorted(listed.items(), key=lambda item: -item[1][0])
    )
    lost = any(value > best.value for value, _ in listed.values())
    found = f"{' whose model is there' if lost else ''}, trial {best.number + 1}"
    return f"""\
# glassnet tune: {whole.source}

{counts[0]} trials: {counts[1]} came to their end, {counts[2]} were given up early. They were compared by their accuracy
on {len(search.validation[0]):,} samples taken out of the training samples (seed {search.seed}).

The best{found}: {best.value:.2%} on those; **{test}** on the {tests:,} test samples, which chose
nothing. The first figure is the best of many, and so too high by chance; the second is not.

    {_words(best.params)}

| trial | validation accuracy | what |
| ---: | ---: | --- |
{rows}
"""


def _finish(study: Any, search: Search, whole: Dataset, options: argparse.Namespace) -> int:
    """Measure the best model on the test samples, once, and write the report."""
    finished = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    pruned = sum(trial.state.name == "PRUNED" for trial in study.trials)
    best = kept_trial(study, search.out)
    if best is None:
        what = f"{search.out / MODEL} is not there" if finished else "no trial came to its end"
        print_error(f"{what}, so that there is no model. Give it more time.", as_json=options.json)
        return INTERRUPTED if search.interrupted else FAILED
    measured = evaluate(best.network, search.preprocessing(whole.x_test), whole.t_test)  # type: ignore[arg-type]  # it has some
    counts = len(study.trials), len(finished), pruned
    report = _report(finished, best, counts, f"{measured.accuracy:.2%}", search, whole)
    write_atomically(search.out / REPORT, f"{report}\n```text\n{best.network}\n```\n".encode())
    print(f"best: {_words(best.params)}")
    print(f"validation accuracy {best.value:.2%}, test accuracy {measured.accuracy:.2%}")
    if not options.quiet:
        print(f"written to {search.out}: {MODEL}, {REPORT}", flush=True)
    if options.json:
        print_json({
            "trials": len(study.trials), "complete": len(finished), "pruned": pruned, METRIC: best.value,
            "test_accuracy": measured.accuracy, "best": best.params, "trial": best.number + 1,
            "files": [str(search.out / name) for name in (MODEL, REPORT)],
        })  # fmt: skip
    return INTERRUPTED if search.interrupted else SUCCEEDED
