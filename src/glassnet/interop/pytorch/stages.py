"""Which stages a PyTorch module has, in order: a Sequential's, those named, or those that a symbolic run shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.interop.named_groups import as_plain_layer
from glassnet.interop.parts import unrepresentable
from glassnet.interop.pytorch.arrays import torch_library
from glassnet.interop.pytorch.modules import Stage, check_no_code, check_no_hooks, check_softmax_axis
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, describe, with_article
from glassnet.network.layers import ELU, Dropout, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glassnet.network.layer import Layer

MEND = "Name its layers in order with layers=, such as ['fc1', 'relu', 'fc2']."


def stages_of(module: Any, layers: Sequence[Any] | None) -> list[Stage]:
    """Return the stages of a module, in the order in which it runs them."""
    if layers is not None:
        return [stage for entry in layers for stage in _named_stages(module, entry)]
    return _stages("", module)


def _stages(name: str, module: Any) -> list[Stage]:
    nn = torch_library().nn
    check_no_code(Stage(name, module).where, module)
    if type(module).forward is nn.Sequential.forward:
        everything = module.named_modules(remove_duplicate=False)  # named_children leaves out what stands there twice
        inside = [(child, own) for child, own in everything if child and "." not in child]
        return [stage for child, own in inside for stage in _stages(f"{name}.{child}".lstrip("."), own)]
    if type(module).__module__.startswith("torch.nn"):
        return [Stage(name, module)]
    if _is_subclass_of_a_layer(module):
        return [Stage(name, module)]
    return _symbolic_stages(name, module)


def _is_subclass_of_a_layer(module: Any) -> bool:
    """Say whether a class derives from one of PyTorch's and runs as that does, as parametrized modules do."""
    forward: Any = type(module).forward
    return str(getattr(forward, "__module__", "")).startswith("torch.nn.modules")


def _named_stages(module: Any, entry: Any) -> list[Stage]:
    nn = torch_library().nn
    if isinstance(entry, nn.Module):
        return _stages(type(entry).__name__, entry)
    if isinstance(entry, str):
        inside = dict(module.named_modules())
        if entry and entry in inside:
            return _stages(entry, inside[entry])
    layer = as_plain_layer(entry, "layers")
    if isinstance(layer, type) or layer.parameters(1, None):  # type: ignore[arg-type]  # none of ours draws for them
        raise ArgumentError(
            f"layers has {describe(entry)}, which has weights: give the name of the module that holds them, one of "
            f"{', '.join(repr(name) for name, _ in module.named_children())}."
        )
    return [Stage(repr(layer), layer)]


def _symbolic_stages(name: str, module: Any) -> list[Stage]:
    """Run a module's forward on a symbol, which shows the modules and functions that it calls, and in which order."""
    torch = torch_library()
    where = f"the module {name!r}" if name else f"the model, {with_article(type(module).__name__)},"
    try:
        graph = torch.fx.Tracer().trace(module)
    except Exception as error:  # noqa: BLE001  # a user's forward may raise anything when it is run on a symbol
        raise ArgumentError(
            f"{where} cannot be followed: its forward is no fixed row of layers ({describe(str(error))}). {MEND}"
        ) from None
    nodes = list(graph.nodes)
    inputs = [node for node in nodes if node.op == "placeholder"]
    current = nodes[-1].args[0]
    left_over = [node for node in nodes if node.op.startswith("call_") and not _asks_for_shape(node)]
    stages: list[Stage] = []
    while current not in inputs:
        if not isinstance(current, torch.fx.Node) or current.op not in {"call_module", "call_function", "call_method"}:
            raise ArgumentError(f"{where} does not give one array made by its layers in a row. {MEND}")
        stages = [*_stages_of_node(name, module, current), *stages]
        left_over = [node for node in left_over if node is not current]
        current = current.args[0] if current.args else current.kwargs.get("input")
    if left_over:  # it may change an array in place, as x.relu_() does
        raise ArgumentError(
            f"{where} calls {_function(left_over[0])!r} beside the row that leads to its output, which may change it "
            f"unseen. Use what each call returns, as in x = x.relu(). {MEND}"
        )
    return stages


def _asks_for_shape(node: Any) -> bool:
    """Say whether a node only asks, as forward does for x.view(x.size(0), -1) and x.shape[0]."""
    return node.op != "call_module" and _function(node) in {"size", "dim", "getattr", "getitem"}


def _function(node: Any) -> str:
    """Return the name of the module, function or method that a node calls."""
    return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))


def _stages_of_node(name: str, module: Any, node: Any) -> list[Stage]:
    torch = torch_library()
    others = [each for each in node.all_input_nodes if each is not (node.args or (None,))[0]]
    if node.op == "call_module":
        if others:
            raise ArgumentError(f"the module {node.target!r} takes several inputs, which no layer here does. {MEND}")
        return _stages(f"{name}.{node.target}".lstrip("."), module.get_submodule(node.target))
    function = _function(node)
    where = f"the call of {function} in {type(module).__name__}.forward"
    known = isinstance(node.target, str) or node.target in _functions(torch, function)
    if known and function in {"flatten", "view", "reshape"}:
        _check_flattening(where, function, node)
        return []
    if not known or function not in {*_PLAIN, *_WITH_SETTINGS} or others:
        raise unrepresentable(where, "a function", f"Write it with PyTorch's layers, or leave it out. {MEND}")
    if function == "softmax":
        check_softmax_axis(where, _argument(node, 1, "dim", None))
    return [Stage(where, _PLAIN[function] if function in _PLAIN else _WITH_SETTINGS[function](node))]


def _functions(torch: Any, name: str) -> list[Any]:
    return [getattr(home, name) for home in (torch, torch.nn.functional, torch.Tensor) if hasattr(home, name)]


def _check_flattening(where: str, function: str, node: Any) -> None:
    """Refuse what does not make each sample one row."""
    given = (*node.args[1:], *node.kwargs.values())
    sizes = tuple(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given
    if function == "flatten":
        whole = sizes in {(1,), (1, -1)}
    else:  # (x.size(0), -1), (-1, 784), …
        whole = len(sizes) == 2 and (sizes[0] == -1 or not isinstance(sizes[0], int))
    if not whole:
        raise unrepresentable(where, "a change of shape", "Flatten each sample as a whole: torch.flatten(x, 1).")


def _argument(node: Any, index: int, name: str, default: Any) -> Any:
    return node.args[index] if len(node.args) > index else node.kwargs.get(name, default)


_PLAIN: dict[str, Layer] = {
    "relu": ReLU(),
    "relu_": ReLU(),
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
    "softmax": Softmax(),
}
_WITH_SETTINGS: dict[str, Callable[[Any], Any]] = {
    "leaky_relu": lambda node: LeakyReLU(_argument(node, 1, "negative_slope", 0.01)),
    "elu": lambda node: ELU(_argument(node, 1, "alpha", 1.0)),
    "log_softmax": lambda node: torch_library().nn.LogSoftmax(_argument(node, 1, "dim", None)),
    "dropout": lambda node: Dropout(_argument(node, 1, "p", 0.5)),
}


def check_module(source: Any) -> None:
    """Refuse what is no module, and a module that was compiled or scripted, whose layers are hidden."""
    torch = torch_library()
    if isinstance(source, torch.jit.ScriptModule):
        raise ArgumentTypeError("a scripted module hides its layers. Give the module that it was made of.")
    if not isinstance(source, torch.nn.Module):
        raise ArgumentTypeError(
            f"source must be a torch.nn.Module, a state dict, or a file of one, got {describe(source)}."
        )


def original(module: Any) -> Any:
    """Return the module inside those that only run it: torch.compile's, and those of several devices."""
    while type(module).__name__ in {"OptimizedModule", "DataParallel", "DistributedDataParallel"}:
        check_no_hooks("the model", module)
        module = module._orig_mod if hasattr(module, "_orig_mod") else module.module  # noqa: SLF001  # its one name
    return module
