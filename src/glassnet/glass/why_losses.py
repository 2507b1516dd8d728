"""What a loss, and the losses of single samples, are sums of: one term for each output, or for each sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.why_terms import Index, Rule, Spot, Term, products
from glassnet.mathematics.functions import log_sum_exp
from glassnet.mathematics.fused_losses import FUSED_LOSSES
from glassnet.network.loss import LOSSES

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from glassnet.glass.trace import PassTrace as Trace
    from glassnet.network.tape import Step

AVERAGED = {LOSSES["mean_squared_error"].name, LOSSES["mean_absolute_error"].name}
"""The losses that average over the outputs; the others sum."""


def _loss(trace: Trace, _step: Step, _index: Index) -> list[Term]:
    losses, share = "losses", "dlosses"
    return list(products(trace, losses, share, (((n,), (n,)) for n in range(len(trace[losses])))))


def _sample_loss(trace: Trace, step: Step, index: Index) -> list[Term]:
    """Explain the loss of one sample: what each output adds to it."""
    y, sample = step.inputs[0], index[0]
    parts = _parts(step, trace[y][sample], trace["t"][sample])
    return [
        Term(f"what {Spot(y, (sample, k))} adds, its target being {Spot('t', (sample, k))}", float(part))
        for k, part in enumerate(parts)
    ]  # fmt: skip


def _parts(step: Step, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
    """Return what each output of one sample adds to its loss."""
    if step.operation == "softmax_categorical_cross_entropy":
        z = y.astype(np.float64)
        shifted = z - z.max()
        with np.errstate(invalid="ignore"):
            return t * (log_sum_exp.value(shifted) - shifted)
    # Every other loss is one of each output alone: of a column, one output a row.
    formula = FUSED_LOSSES.get(step.operation) or LOSSES[step.operation]
    settings = {name: np.broadcast_to(value, y.shape)[:, None] for name, value in step.settings.items()}
    with np.errstate(all="ignore"):
        parts: NDArray[Any] = formula.per_sample(y[:, None], t[:, None], **settings)
    return parts / len(y) if step.operation in AVERAGED else parts


LOSS_RULES: dict[str, Rule] = {"weighted_mean": _loss, **dict.fromkeys((*LOSSES, *FUSED_LOSSES), _sample_loss)}
