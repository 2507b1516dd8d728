"""From PyTorch's modules to parts: each kind of module with its settings, or why it cannot be taken over."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.interop.parts import ConversionWarning, Part, naming, unrepresentable
from glassnet.interop.pytorch.arrays import (
    batchnorm_part,
    linear_part,
    maxout_part,
    module_arrays,
    momentum_here,
    torch_library,
)
from glassnet.mathematics.checks import with_article
from glassnet.network.layer import Layer
from glassnet.network.layers import (
    ELU,
    BatchNorm,
    Dropout,
    Identity,
    LeakyReLU,
    PReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KINDS = "Linear, ReLU, LeakyReLU, PReLU, ELU, Sigmoid, Tanh, Softmax, Dropout, BatchNorm1d, Flatten and Identity"
"""What can be taken over, for messages."""


@dataclass(frozen=True)
class Stage:
    """One stage of a model: what it is called there, and the module, or the layer that stands for a function."""

    name: str
    module: Any

    @property
    def where(self) -> str:
        """Name it for a message."""
        return f"the module {self.name!r}" if self.name else "the model"


def parts_of_stages(stages: Sequence[Stage]) -> list[Part]:
    """Return the parts of a row of stages."""
    _say_what_is_shared(stages)
    parts: list[Part] = []
    index = 0
    while index < len(stages):
        pieces = _maxout_pieces(stages[index : index + 4])
        stage = stages[index]
        if pieces:
            with naming(stage.where):
                parts.append(maxout_part(_linear(stage), pieces))
            index += 4
            continue
        last = all(_does_nothing(later.module) for later in stages[index + 1 :])
        parts += _parts_of(stage, last=last)
        index += 1
    return parts


def _say_what_is_shared(stages: Sequence[Stage]) -> None:
    seen: set[int] = set()
    for stage in stages:
        has_arrays = not isinstance(stage.module, Layer) and any(True for _ in stage.module.parameters())
        if has_arrays and id(stage.module) in seen:
            warnings.warn(
                f"{stage.where} is used more than once: it predicts alike here, but has copies of its weights, which "
                "are trained apart.",
                ConversionWarning,
                stacklevel=2,
            )
        seen.add(id(stage.module))


def _maxout_pieces(stages: Sequence[Stage]) -> int:
    """Return how many pieces a Linear, Unflatten, max-pooling, Flatten take the largest of; 0 if they are no Maxout."""
    nn = torch_library().nn
    kinds = [type(stage.module) for stage in stages]
    if kinds not in ([nn.Linear, nn.Unflatten, pool, nn.Flatten] for pool in (nn.AdaptiveMaxPool1d, nn.MaxPool1d)):
        return 0
    linear, unflatten, pool, flatten = (stage.module for stage in stages)
    sizes = tuple(unflatten.unflattened_size)
    if (
        (flatten.start_dim, flatten.end_dim) not in {(1, -1), (1, 2)}
        or unflatten.dim not in {1, -1}
        or len(sizes) != 2
        or sizes[0] * sizes[1] != linear.out_features
        or pool.return_indices
    ):
        return 0
    if kinds[2] is nn.AdaptiveMaxPool1d:
        return int(sizes[1]) if pool.output_size == 1 else 0
    as_one_window = (pool.kernel_size, pool.padding, pool.dilation, pool.ceil_mode)
    return int(sizes[1]) if as_one_window == (sizes[1], 0, 1, False) else 0


def _does_nothing(module: Any) -> bool:
    return type(module).__name__ in {"Identity", "Dropout", "Flatten"}


def _parts_of(stage: Stage, *, last: bool) -> list[Part]:
    module = stage.module
    if isinstance(module, Layer):
        return [Part(module)]
    kind = _kind_of(stage)
    if kind == "Flatten":
        return _flattened(stage)
    if kind == "LogSoftmax":
        return _log_softmax(stage, last=last)
    with naming(stage.where):
        return [Part(_PLAIN[kind]) if kind in _PLAIN else _CONVERSIONS[kind](stage)]


def _kind_of(stage: Stage) -> str:
    """Return the kind of a module that is known, and does what that kind does."""
    nn = torch_library().nn
    module = stage.module
    for name in (*_PLAIN, *_CONVERSIONS, "Flatten", "LogSoftmax"):
        kind = getattr(nn, name)
        if isinstance(module, kind) and type(module).forward is kind.forward:
            break
    else:
        what = type(module).__name__
        raise unrepresentable(stage.where, what, f"Only {KINDS} can be taken over. Put one of them in its place.")
    return name


def check_no_code(where: str, module: Any) -> None:
    """Refuse a module that does not run as its class says: with hooks, or a forward of its own."""
    kind = type(module).__name__
    if getattr(module, "has_uninitialized_params", lambda: False)():
        raise unrepresentable(where, f"a {kind}, lazy, which has no size yet", "Run it once on a batch first.")
    check_no_hooks(where, module)
    if "forward" in vars(module):
        raise unrepresentable(where, f"a {kind} whose forward was replaced", "Write a class with that forward.")
    if type(module).__call__ is not torch_library().nn.Module.__call__:
        raise unrepresentable(where, f"a {kind} with a __call__ of its own", "Write that as its forward.")


def check_no_hooks(where: str, module: Any) -> None:
    """Refuse a module with hooks on what goes in or comes out."""
    if module._forward_hooks or module._forward_pre_hooks:  # noqa: SLF001  # PyTorch has no public way to ask
        what = f"{with_article(type(module).__name__)} with forward hooks, which are code"
        raise unrepresentable(where, what, "Remove the hooks first.")


def _linear(stage: Stage) -> Part:
    arrays = module_arrays(stage.where, stage.module, ("weight", "bias"))
    return linear_part(arrays["weight"], arrays.get("bias"))


def _batchnorm(stage: Stage) -> Part:
    module = stage.module
    if module.running_mean is None:
        raise unrepresentable(
            stage.where,
            "a BatchNorm1d without running statistics",
            "Train it with track_running_stats=True.",
        )
    if module.momentum is None or not 0 < module.momentum <= 1:
        raise unrepresentable(
            stage.where,
            f"a BatchNorm1d with momentum={module.momentum}",
            "Set its momentum to a number above 0, such as 0.1: predictions do not depend on it.",
        )
    arrays = module_arrays(stage.where, module, ("weight", "bias", "running_mean", "running_var"))
    return batchnorm_part(arrays, BatchNorm(momentum_here(module.momentum), float(module.eps)))


def _prelu(stage: Stage) -> Part:
    return Part(PReLU(), {"alpha": module_arrays(stage.where, stage.module, ("weight",))["weight"]})


def _softmax(stage: Stage) -> Part:
    check_softmax_axis(stage.where, stage.module.dim)
    return Part(Softmax())


def check_softmax_axis(where: str, dim: int | None) -> None:
    """Refuse a softmax over the samples; None means the classes, if the input is rows."""
    if dim not in {1, -1, None}:
        raise unrepresentable(where, f"a softmax over dimension {dim}", "Take it over the classes: dim=1.")


def _dropout(stage: Stage) -> Part:
    return Part(Dropout(stage.module.p))


def _log_softmax(stage: Stage, *, last: bool) -> list[Part]:
    check_softmax_axis(stage.where, stage.module.dim)
    return log_softmax_parts(stage.where, last=last)


def log_softmax_parts(where: str, *, last: bool) -> list[Part]:
    """Return the Softmax that stands for a LogSoftmax at the end, and say so."""
    if not last:
        raise unrepresentable(where, "a LogSoftmax before the end", "Leave it out, or use Softmax.")
    warnings.warn(
        f"{where}, a LogSoftmax, became Softmax: the network gives probabilities, PyTorch's model their logarithms. "
        "Its loss, categorical_cross_entropy, is what NLLLoss is of them.",
        ConversionWarning,
        stacklevel=2,
    )
    return [Part(Softmax())]


def _flattened(stage: Stage) -> list[Part]:
    module = stage.module
    if module.start_dim != 1 or module.end_dim != -1:
        raise unrepresentable(
            stage.where,
            f"a Flatten from {module.start_dim} to {module.end_dim}",
            "Flatten each sample as a whole: nn.Flatten().",
        )
    return []  # a network takes rows, which are flat


_PLAIN: dict[str, Layer] = {"ReLU": ReLU(), "Sigmoid": Sigmoid(), "Tanh": Tanh(), "Identity": Identity()}
_CONVERSIONS: dict[str, Callable[[Stage], Part]] = {
    "Linear": _linear,
    "LeakyReLU": lambda stage: Part(LeakyReLU(stage.module.negative_slope)),
    "PReLU": _prelu,
    "ELU": lambda stage: Part(ELU(stage.module.alpha)),
    "Softmax": _softmax,
    "Dropout": _dropout,
    "BatchNorm1d": _batchnorm,
}
