"""From the steps of a tape to the lines of a program: what is joined, in which order, and how the work is shared.

The lines keep the names of the tape. What differs from the tape's order: a parameter's gradient comes after the last
step that reads the parameter, so that its update can follow at once; the mean of the losses comes before the first
update; and some steps are one line, a dropout's mask and product, softmax with its loss and the gradient of both, and,
where the optimizer's rule is a sum, the gradient of W, which is never stored, with the update of W (or its velocity).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glassnet.engine.codes import CODES, INTO_VELOCITY, INTO_WEIGHTS, PLAIN_PRODUCT, UPDATES
from glassnet.engine.lines import Line, means_of, slot_name
from glassnet.engine.rewriting import can_be_sparse, for_one_row, mean_as_late_as_can_be, softmax_joined, without_zeros
from glassnet.network.places import is_weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glassnet.engine.lines import Rule
    from glassnet.network.tape import Size, Step, Tape

    Shapes = Mapping[str, tuple[Size, ...]]

WIDE = 128
"""From how many columns on the work on an array is shared by columns: each thread then reads its own weights alone.
And from how many rows on gradients and updates of W are shared by rows. Shared by columns, those of two threads lie
side by side in each row, and what the processor fetches ahead for one is taken from the other (AVX2, by
rows: 784-512-512-10 took 0.98 of the time with SGD, 0.87 with Adam; 784-128-10 0.93 and 0.91)."""


def why_not(tape: Tape) -> list[str]:
    """Return what of a tape cannot be compiled, in words; nothing if all of it can."""
    reasons = []
    for step in tape:
        if step.operation.startswith("own_"):
            what = "loss" if "loss" in step.settings else "layer"
            reason = f"{type(step.settings[what]).__name__} is a {what} written in Python"
        elif _name_of(step) not in CODES:
            reason = f"the operation {step.operation} has no compiled form"
        else:
            continue
        if reason not in reasons:
            reasons.append(reason)
    return reasons


def _name_of(step: Step) -> str:
    """Return the operation's name in a program."""
    return {"identity": "same", "identity_backward": "same", "mask_like": "dropout"}.get(step.operation, step.operation)


def lines_of(  # noqa: PLR0913  # each says what of the tape is wanted, and how
    tape: Tape,
    shapes: Shapes,
    rule: Rule | None = None,
    *,
    counts: str = "",
    loss: bool = True,
    sparse: bool = False,
    fuse: bool = True,
    single: bool = False,
) -> list[Line]:
    """Return the lines of a tape: to predict (its forward steps alone), or to train.

    Parameters
    ----------
    tape : Tape
    shapes : mapping
        The shape of each name.
    rule : Rule, optional
        The optimizer's; None to leave out backward steps and updates.
    counts : str
        The output whose right answers are to be counted, if any are.
    loss : bool
        Whether the loss is wanted, where it is not trained.
    sparse : bool
        Whether most of X is 0, so that products with it may leave the zeros out.
    fuse : bool
        Whether gradients of weights may go straight into the weights.
    single : bool
        Whether batches have one row.
    """
    sparse = sparse and not single and can_be_sparse(tape)
    lines = list(_joined(tape.phase("forward"), shapes))
    if loss or rule is not None:
        lines += _joined(tape.phase("loss"), shapes)
    if counts:
        lines.append(Line("count_right", (counts, "t"), (), "rows"))
    if rule is not None:
        backward = list(_backward(tape, shapes, rule, fuse=fuse, together=not single))
        if not fuse:  # all gradients first, so that one can look at them
            backward.sort(key=lambda line: line.operation in UPDATES)
        state = list(_joined(tape.phase("state"), shapes))
        parameters = _gradients(shapes).values()
        changed = {slot_name(name, slot) for name in parameters for slot in rule.slots}.union(
            parameters, *(line.outputs for line in state)
        )
        lines = softmax_joined([*lines, *backward, *state])
        if single:
            lines = for_one_row(lines, fuse=fuse)
        lines = mean_as_late_as_can_be(lines, changed)
    elif single:
        lines = for_one_row(lines, fuse=False)
    if sparse:
        lines = list(without_zeros(lines, in_parts=rule is not None))
    return lines


def _joined(steps: tuple[Step, ...], shapes: Shapes) -> Iterator[Line]:
    """Yield the lines of some steps; a mask and the product with it are one."""
    mask: Step | None = None
    for step in steps:
        if step.operation == "mask_like":
            mask = step
        elif mask is not None:
            line = _line(step, shapes)
            integers = (int(mask.settings["layer"]),)
            settings = (float(mask.settings["rate"]),)
            outputs = (step.output, mask.output)
            yield replace(line, operation="dropout", inputs=step.inputs[:1], outputs=outputs, settings=settings,
                          integers=integers)  # fmt: skip
            mask = None
        else:
            yield _line(step, shapes)


def share_of(shape: tuple[Size, ...]) -> str:
    """Return how the work on an array of this shape is shared.

    >>> share_of(("N", 512)), share_of(("N", 10)), share_of((784, 512)), share_of((512,)), share_of(("N",))
    ('columns', 'rows', 'rows', 'columns', 'rows')
    """
    if len(shape) == 2 and isinstance(shape[0], int) and shape[0] >= WIDE:
        return "rows"
    if len(shape) == 1:
        return "rows" if shape[0] == "N" else "columns"
    return "columns" if shape and isinstance(shape[-1], int) and shape[-1] >= WIDE else "rows"


_WHOLE_ROWS = {"softmax", "softmax_backward"}


def _line(step: Step, shapes: Shapes) -> Line:
    """Return the line of a step: its own form for those that have one, otherwise as the step stands."""
    name, inputs = _name_of(step), step.inputs
    share = share_of(shapes[step.output])
    settings = tuple(float(value) for value in step.settings.values() if isinstance(value, int | float))
    line = Line(name, inputs, step.outputs, share, settings=settings)
    if name == "multiply" and len(shapes[inputs[1]]) == 1:
        return replace(line, operation="multiply_by_row")
    if name.startswith(("affine", "maxout_")):
        share = "columns" if name == "maxout_db" else share
        line = replace(line, share=share, reads_all=frozenset(_read_whole(name, inputs, share)))
    if name.startswith(("max", "maxout_")):
        return replace(line, integers=(_pieces(step, shapes),))
    return replace(line, **_own_form(name, step))


def _own_form(name: str, step: Step) -> dict[str, Any]:
    """Return what of a step's line is unlike that of others."""
    inputs = step.inputs
    forms: dict[str, dict[str, Any]] = {
        "same": {"inputs": inputs[:1], "settings": ()},
        "normalize_backward": {"share": "columns", "inputs": (*inputs, *means_of(step.output))},
        "weighted_mean": {"share": "every", "reads_all": frozenset(inputs)},
        "weight_shares": {"share": "every", "reads_all": frozenset({"weights"}), "inputs": ("", *inputs[1:])},
        "running_variance": {"inputs": inputs[:2]},
    }
    if name in forms:
        return forms[name]
    if name.startswith("gaussian_nll"):
        return {"share": "rows", "inputs": (*inputs, "sigma"), "settings": ()}
    of_rows = name in _WHOLE_ROWS or step.phase == "loss" or name.endswith(("entropy_backward", "error_backward"))
    return {"share": "rows"} if of_rows else {}


def _pieces(step: Step, shapes: Shapes) -> int:
    """Return how many pieces a Maxout's step works on: the length of what has three axes."""
    return next(int(shapes[name][0]) for name in (step.output, *step.inputs) if len(shapes[name]) == 3)


def _read_whole(name: str, inputs: tuple[str, ...], share: str) -> set[str]:
    """Return which inputs of a product a thread reads more of than its share of the output."""
    if name in {"affine_dW", "maxout_dW"}:  # Xᵀ @ dZ: by columns, those of dZ are its own
        return {inputs[0]} if share == "columns" else set(inputs)
    if name in {"affine_dx", "maxout_dx"}:  # dZ @ Wᵀ: by rows, those of dZ are its own
        return set(inputs[1:]) if share == "rows" else set(inputs)
    if name == "maxout_db":
        return set()
    return set(inputs[1:]) if share == "rows" else {inputs[0]}  # X @ W + b


def _gradients(shapes: Shapes) -> dict[str, str]:
    """Return the parameter of each gradient."""
    return {f"d{name}": name for name in shapes if f"d{name}" in shapes and "N" not in shapes[name]}


def _backward(tape: Tape, shapes: Shapes, rule: Rule, *, fuse: bool, together: bool) -> Iterator[Line]:
    """Yield the backward lines, each parameter's gradient as late as its last reader, and its update after it.

    Before these all threads meet, since a gradient is a sum over all rows. So they may come together, once the chain
    rule goes on by other shares than by rows, or has come to its end; not for batches of one row, which nobody shares,
    and where `row_backward` needs an update right behind the chain rule.
    """
    steps = tape.phase("backward")
    parameters = _gradients(shapes)
    last_read = {name: index for index, step in enumerate(steps) for name in step.inputs}
    waiting: dict[int, list[Step]] = defaultdict(list)
    ready: list[Step] = []

    def updates() -> Iterator[Line]:
        for step in ready:
            yield from _with_update(_line(step, shapes), parameters[step.output], rule, fuse=fuse)
        ready.clear()

    for index, step in enumerate(steps):
        parameter = parameters.get(step.output)
        if parameter is not None:
            waiting[max(last_read.get(parameter, index), index)].append(step)
        else:
            line = _line(step, shapes)
            if line.share != "rows" or not together:
                yield from updates()
            yield line
        ready += waiting.pop(index, ())
    yield from updates()


def _with_update(line: Line, parameter: str, rule: Rule, *, fuse: bool) -> Iterator[Line]:
    """Yield a gradient's line and the update by it, in one where the rule is a sum."""
    decay = rule.decay if is_weight(parameter) else 0.0
    slots = tuple(slot_name(parameter, slot) for slot in rule.slots)
    settings = (decay, *rule.settings)
    if fuse and line.operation == "affine_dW" and rule.kernel == "sgd":
        yield replace(line, outputs=(parameter,), settings=settings, integers=(INTO_WEIGHTS,))
    elif fuse and line.operation == "affine_dW" and rule.kernel == "momentum" and not decay:
        yield replace(line, outputs=slots, settings=settings, integers=(INTO_VELOCITY,))
        yield Line("add", slots, (parameter,), line.share)
    else:
        yield replace(line, integers=line.integers or (PLAIN_PRODUCT,))
        yield Line(rule.kernel, (line.outputs[0], *slots), (parameter,), line.share, settings=settings)
