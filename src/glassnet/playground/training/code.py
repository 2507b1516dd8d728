"""The Python code that makes the same training: copyable, and it runs as it is."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Any

from glassnet.playground.training.data import DATA_STREAM, Data
from glassnet.playground.training.toy_data import CLASSES, VALUES, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.model import Network
    from glassnet.playground.training.experiment import Experiment


def python_code(experiment: Experiment, data: Data, network: Network, file_name: str = "") -> str:
    """Return a script that trains the same network on the same data, with the same bits.

    Parameters
    ----------
    experiment : Experiment
    data : Data
    network : Network
        Made for the data.
    file_name : str
        Of a table of one's own.

    Returns
    -------
    str
    """
    rows = len(data.x_train)
    tested = bool(len(data.x_test))
    layers = "\n".join(f"        {_layer(layer)}," for layer in network.layers)
    arguments = [
        f"optimizer=gn.{experiment.rule(experiment.rate)!r}",
        f"epochs={experiment.epochs}",
        f"batch_size={experiment.batch_of(rows)}",
        *(["validation_data=(x_test, t_test)"] if tested else []),
        *(['scaling="unit"'] if data.scaling is not None else []),
        f'executor="{experiment.executor(network, rows)}"',
        "threads=1",
        *(["verbose=0"] if experiment.epochs > MOST_LINES else []),
    ]
    fit = "\n".join(f"    {argument}," for argument in arguments)
    measured = "x_test, t_test" if tested else "x_train, t_train"
    scale = "" if data.scaling is None else _SCALED
    return (
        f"{_data_code(experiment, file_name)}\n"
        f"network = gn.Network(\n    [\n{layers}\n    ],\n"
        f'    loss="{experiment.loss}",\n    seed={experiment.seed},\n)\n'
        f"history = network.fit(\n    x_train,\n    t_train,\n{fit}\n)\n{scale}"
        f"print(history)\nprint(network.loss({measured}))\n"
    )


MOST_LINES = 50
"""Epochs up to which the script prints one after another."""
_SCALED = "x_train, x_test = x_train / 255, x_test / 255\n"
_SCALE_COLUMNS = """\
wide = x_train.astype(np.float64)
mean, std = wide.mean(axis=0), wide.std(axis=0)
std[(np.ptp(wide, axis=0) == 0) | (std == 0)] = 1
x_train, x_test = (((x - mean) / std).astype(np.float32) for x in (x_train, x_test))
"""


def _layer(layer: Any) -> str:
    return f"gn.{layer!r}"


def _data_code(experiment: Experiment, file_name: str) -> str:
    choice, seed = experiment.data, experiment.seed
    if choice.kind == "mnist":
        limit = f"x_train, t_train = x_train[:{choice.count}], t_train[:{choice.count}]\n"
        return (
            "import glassnet as gn\n\n"
            "(x_train, t_train), (x_test, t_test) = gn.load_mnist(normalize=False)\n"
            f"{limit if choice.count < 60_000 else ''}"
        )
    if choice.kind == "own":
        return _own_code(experiment, file_name)
    maker = CLASSES[choice.kind][0] if choice.kind in CLASSES else VALUES[choice.kind]
    targets = "t" if choice.kind in CLASSES else "t.astype(np.float32)"
    return (
        f"import numpy as np\n\nimport glassnet as gn\n\n\n{_source(maker)}\n\n\n{_source(split)}\n\n\n"
        f"x, t = {maker.__name__}(np.random.default_rng([{seed}, {DATA_STREAM}]), {choice.count}, {choice.noise!r})\n"
        f"x_train, t_train, x_test, t_test = split(x.astype(np.float32), {targets}, {choice.test!r}, seed={seed})\n"
    )


def _own_code(experiment: Experiment, file_name: str) -> str:
    choice, seed = experiment.data, experiment.seed
    scale = "" if not choice.scale else f"if table.image_shape is None:\n{_indented(_SCALE_COLUMNS)}"
    return (
        f"import numpy as np\n\nimport glassnet as gn\n\n\n{_source(split)}\n\n\n"
        f"table = gn.load_data({file_name!r}, label_column={choice.label})\n"
        f"x_train, t_train, x_test, t_test = split(table.x_train, table.t_train, {choice.test!r}, seed={seed})\n"
        f"{scale}"
    )


def _indented(code: str) -> str:
    return "".join(f"    {line}\n" for line in code.splitlines())


def _source(function: Callable[..., Any]) -> str:
    """Return a function as it stands in its module, without types and examples."""
    tree = ast.parse(inspect.getsource(function))
    (own,) = tree.body
    assert isinstance(own, ast.FunctionDef)  # noqa: S101  # for the type checker
    own.returns = None
    for argument in own.args.args:
        argument.annotation = None
    words = (ast.get_docstring(own) or "").splitlines()[0]
    own.body[0] = ast.Expr(ast.Constant(words))
    return ast.unparse(tree)
