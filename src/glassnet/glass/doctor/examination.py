"""`diagnose`: everything that the doctor looks at, in one report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.case import Case, given_array
from glassnet.glass.doctor.data import beyond_last_class, examine_data, unshuffled
from glassnet.glass.doctor.finding import Finding, Report, as_language
from glassnet.glass.doctor.gradients import examine_gradients, first_not_finite
from glassnet.glass.doctor.structure import examine_structure
from glassnet.glass.doctor.training import examine_training
from glassnet.glass.doctor.units import examine_symmetry, examine_units
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, describe
from glassnet.network.backends import to_numpy
from glassnet.training.fit import as_scaling
from glassnet.training.history import History
from glassnet.training.optimizers import as_optimizer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.scaling import Scaling
    from glassnet.network.structure import Structure
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.run import Trainable

ENDS_OF_BATCH = 8
"""Samples that the last batch must have for its being of one class to be no chance."""


def diagnose(  # noqa: PLR0913  # all that one may know of a training
    network: Trainable,
    x: ArrayLike | None = None,
    t: ArrayLike | None = None,
    *,
    history: History | None = None,
    validation_data: tuple[ArrayLike, ...] | None = None,
    optimizer: Optimizer | str | None = None,
    shuffle: bool | None = None,
    scaling: Scaling | str | None = None,
    language: str = "en",
) -> Report:
    """Examine a network, and as far as they are given its data and its training; nothing is changed."""
    chosen = as_language(language)
    if not (shuffle is None or isinstance(shuffle, bool)):
        raise ArgumentTypeError(f"shuffle must be True or False, or left out, got {describe(shuffle)}.")
    home = network.on_numpy()
    case, refused = _as_case(home, to_numpy(x), to_numpy(t), history, validation_data, optimizer, scaling)
    return Report(
        [*refused, *examine(case, shuffle=shuffle)],
        examined=_examined(case),
        language=chosen,
    )


def examine(case: Case, *, shuffle: bool | None = None) -> list[Finding]:
    """Return all findings of a case."""
    network = case.network
    found = [*examine_data(case), *_order(case, shuffle)]
    sick = first_not_finite(network, _values(case), "in the rows given" if case.values else "at present")
    if any(finding.code == "data-not-finite" and finding.evidence["name"] in {"x", "t"} for finding in found):
        return [*found, *examine_symmetry(network)]
    if sick is not None:
        found.append(sick)
    else:
        found += [*examine_structure(case), *examine_symmetry(network), *examine_pass(network, case.values)]
    codes = {finding.code for finding in found}
    return [*found, *examine_training(case, codes)]


def examine_pass(network: Structure, values: Mapping[str, NDArray[Any]]) -> list[Finding]:
    """Return what is wrong with units and gradients in the values of one pass."""
    units = list(examine_units(network, values))
    # Where a whole layer is dead, that is why no gradient passes.
    dead = any(finding.code == "dead-units" and finding.severity == "error" for finding in units)
    return units if dead else [*units, *examine_gradients(network, values)]


def _values(case: Case) -> Mapping[str, Any]:
    return case.values or {**case.network.parameters, **case.network.state}


def _order(case: Case, shuffle: bool | None) -> list[Finding]:
    """Return a finding if the samples are, or were, trained on in the order of their labels."""
    if case.ordering is None or shuffle is True:
        return []
    batch = _last_batch(case)
    if batch is not None and len(batch["X"]) >= len(case.ordering):
        return []  # of samples that are all in one batch no order matters
    if shuffle is None and (batch is None or not (_of_one_class(case, batch["t"]) or _as_given(case, batch["X"]))):
        return []
    finding = unshuffled(case.ordering)
    return [finding] if finding else []


def _last_batch(case: Case) -> Mapping[str, NDArray[Any]] | None:
    """Return the batch that the network was trained on last, if it was in this process."""
    last = case.network.last_step
    return None if last is None else last.all_values()


def _as_given(case: Case, rows: NDArray[Any]) -> bool:
    """Say whether a batch's rows follow each other among the samples as well, as they do if nothing was shuffled."""
    x = case.x
    if x is None or len(rows) < 2 or (rows == rows[0]).all():
        return False
    places = np.flatnonzero((x[: len(x) - len(rows) + 1] == rows[0]).all(axis=1))
    return any(np.array_equal(x[place : place + len(rows)], rows) for place in places)


def _of_one_class(case: Case, t: NDArray[Any]) -> bool:
    """Say whether a batch, large enough for that to be no chance, has samples of one class alone."""
    if case.labels is None or len(t) < ENDS_OF_BATCH:
        return False
    labels = Case(case.network, targets=t).labels
    return labels is not None and len(np.unique(labels)) == 1 and len(np.unique(case.labels)) > 1


def _as_case(
    network: Trainable,
    x: Any,
    t: Any,
    history: Any,
    validation_data: Any,
    optimizer: Any,
    scaling: Any,
) -> tuple[Case, list[Finding]]:
    """Return the case, and what keeps the targets from being understood."""
    if t is not None and x is None:
        raise ArgumentError("t must come with x: the targets are those of its rows. Pass x too.")
    if history is not None and not isinstance(history, History):
        raise ArgumentTypeError(f"history must be what fit returned, got {describe(history)}. Pass it as it is.")
    scale = as_scaling(scaling)
    inputs = None if x is None else _inputs(network, x, scale, "x")
    targets = None if t is None else given_array(t)
    if inputs is not None and not len(inputs):
        raise DataError("x must have at least one row to be examined, got none. Pass a sample.")
    validation = None
    if validation_data is not None:
        if not isinstance(validation_data, tuple | list) or not len(validation_data):
            raise ArgumentTypeError(f"validation_data must be (x, t), got {describe(validation_data)}.")
        validation = _inputs(network, validation_data[0], scale, "validation x")
    trained = network.training_state
    rule = as_optimizer(optimizer) if optimizer is not None else (trained.optimizer if trained else None)
    case = Case(network, inputs, targets, None, validation, history, rule)
    if targets is None or inputs is None:
        return case, []
    shifted = beyond_last_class(case)
    if shifted is not None:
        return case, [shifted]
    try:
        rows = network.as_targets(targets, len(inputs))
    except DataError:
        reach = [finding for finding in examine_structure(case) if finding.code == "targets-out-of-reach"]
        if not reach:
            raise
        return case, []
    return Case(network, inputs, targets, rows, validation, history, rule), []


def _inputs(network: Trainable, x: Any, scale: Scaling | None, name: str) -> NDArray[Any]:
    """Return inputs as the network is fed them."""
    array = to_numpy(x)
    return network.as_input(array if scale is None else scale(array), name)


def _examined(case: Case) -> list[str]:
    """Return what was looked at."""
    names = {
        "structure": True,
        "data": case.x is not None,
        "units": bool(case.values),
        "gradients": bool(case.values) and case.targets is not None,
        "training": case.history is not None,
    }
    return [name for name, looked in names.items() if looked]
