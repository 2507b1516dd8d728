"""The files that a network can be written to and read from, by the endings of their names: one table for both.

A further format is a further row. What writes and reads it is named, not imported, so that a format whose library is
missing costs nothing until it is asked for.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from glassnet.data.files import as_path
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, describe, did_you_mean
from glassnet.network.structure import Structure
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path

AnyNetwork = TypeVar("AnyNetwork", bound=Trainable)


@dataclass(frozen=True)
class Format:
    """A kind of file that holds a network.

    Attributes
    ----------
    name : str
        As people call it.
    suffixes : tuple of str
        The endings of its files' names, in small letters; of several that fit the longest counts.
    writer : str
        The function `write(network, path, **options) -> Path`, as `module:name` within `glassnet.interop`.
    reader : str
        The function `read(path, kind, **options) -> network of that class`, likewise; empty if it is only written.
    use : str
        How a file is used, as a command or a line of code with `{path}`, or `{name}`, in it; the command line shows it.
    """

    name: str
    suffixes: tuple[str, ...]
    writer: str
    reader: str = ""
    use: str = ""


FORMATS: tuple[Format, ...] = (
    Format("glassnet", (".safetensors",), "model_file:export_model", "model_file:read_model", "gn.load({path!r})"),
    Format(
        "ONNX",
        (".onnx",),
        "onnx.writing:export_onnx",
        "onnx.reading:read_onnx",
        'onnxruntime.InferenceSession({path!r}).run(None, {{"x": x}})',
    ),
    Format(
        "PyTorch",
        (".pt", ".pth"),
        "pytorch.conversion:write_torch",
        use="model.load_state_dict(torch.load({path!r}, weights_only=True))",
    ),
    Format(
        "Keras",
        (".keras",),
        "keras_models.writing:write_keras",
        "keras_models.conversion:network_from_keras",
        "keras.saving.load_model({path!r})",
    ),
    Format(
        "Keras weights",
        (".weights.h5",),
        "keras_models.writing:write_keras",
        use="model.load_weights({path!r})",
    ),
    Format("Python", (".py",), "standalone.python:export_python", use="python {path} input.csv"),
    Format(
        "C", (".c",), "standalone.c:export_c", use="cc -O2 -DGLASSNET_MAIN {path} -lm -o predict && ./predict < numbers"
    ),
    Format(
        "JavaScript",
        (".js", ".mjs"),
        "standalone.javascript:export_javascript",
        use='import {{ predict }} from "./{name}"',
    ),
)
"""Every format that glassnet writes."""


ONLY_FROM_PYTHON = {
    **dict.fromkeys(
        (".pt", ".pth"),
        "is a state dict of PyTorch's, which holds arrays alone. Read it in Python with gn.from_torch(path)",
    ),
    ".weights.h5": "holds weights of Keras's without their layers. Load them into the model; gn.from_keras(model)",
}
"""What is to be done with files that hold too little to be read by their ending."""


def format_of(path: str | os.PathLike[str], *, reading: bool = False) -> Format:
    """Return the format that the ending of a file's name stands for.

    Parameters
    ----------
    path : path
    reading : bool, default False
        Whether it must be one that can be read too.

    Raises
    ------
    ArgumentError
        If no format has that ending; the endings that there are are named.

    Examples
    --------
    >>> format_of("digits.onnx").name, format_of("DIGITS.MJS").name
    ('ONNX', 'JavaScript')
    >>> format_of("digits.onxn")
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: the file's name must end in ... Did you mean '.onnx'?
    """
    name = as_path(path).name.lower()
    known = {suffix: kind for kind in FORMATS if kind.reader or not reading for suffix in kind.suffixes}
    fitting = [suffix for suffix in known if name.endswith(suffix) and name != suffix]
    if fitting:
        return known[max(fitting, key=len)]
    ending = as_path(path).suffix
    for suffix, words in ONLY_FROM_PYTHON.items():
        if reading and name.endswith(suffix):
            raise ArgumentError(f"{describe(str(path))} {words}, then net.save a .safetensors file.")
    raise ArgumentError(
        f"the file's name must end in {', '.join(known)}, which says what is {'in it' if reading else 'written'}; "
        f"got {describe(str(path))}.{did_you_mean(ending, known) if ending else ''}"
    )


def function_of(place: str) -> Callable[..., Any]:
    """Return the function that a row of the table names.

    >>> function_of("model_file:read_model").__name__
    'read_model'
    """
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(import_module(f"glassnet.interop.{module}"), name)
    return function


def export(network: Trainable, path: str | os.PathLike[str], **options: Any) -> Path:
    """Write a network to a file of another kind, which the ending of the file's name says.

    `.onnx` is `export_onnx`, `.pt` and `.pth` are `save_torch`, `.keras` and `.weights.h5` `save_keras`, `.py` is
    `export_python`, `.c` `export_c`, `.js` and `.mjs` are `export_javascript`, and `.safetensors` is glassnet's own.

    Parameters
    ----------
    network : Network
    path : path
        Its folder must exist.
    **options
        What the function for that kind takes besides, such as `preprocessing=False`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If no kind has that ending, or there is no such option.
    DataError
        If the network cannot be written so: with a layer of your own, for example, which is code.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gn.export(net, pathlib.Path(folder) / "model.py").name
    'model.py'
    """
    check_network(network)
    kind = format_of(path)
    write = function_of(kind.writer)
    check_options(kind, write, options)
    written: Path = write(network, path, **options)
    return written


def read_network(path: str | os.PathLike[str], network_class: type[AnyNetwork], **options: Any) -> AnyNetwork:
    """Read a network from a file of any kind that can be read, which the ending of the file's name says."""
    kind = format_of(path, reading=True)
    read = function_of(kind.reader)
    check_options(kind, read, options)
    network: AnyNetwork = read(path, network_class, **options)
    return network


def check_network(network: object) -> None:
    """Raise `ArgumentTypeError` if something is no network."""
    if not isinstance(network, Structure):
        mend = "Give its network_." if isinstance(getattr(network, "network_", None), Structure) else "Give it first."
        raise ArgumentTypeError(f"the network must be a glassnet.Network, got {describe(network)}. {mend}")


def options_of(function: Callable[..., Any]) -> list[str]:
    """Return the names of what a format's function takes besides the network and the path."""
    parameters = inspect.signature(function).parameters.items()
    return [name for name, parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY]


def check_options(kind: Format, function: Callable[..., Any], options: dict[str, Any]) -> None:
    """Raise `ArgumentError` for an option that the function of a format does not take."""
    known = options_of(function)
    for name in options:
        if name not in known:
            there = f"It has {', '.join(known)}." if known else "It has none."
            raise ArgumentError(f"{kind.name} files have no option {name!r}. {there}{did_you_mean(name, known)}")
