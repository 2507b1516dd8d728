"""A network as an ONNX file: the tape of its prediction in ONNX's operators, run and compared before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from glassnet.data.files import as_path, write_atomically
from glassnet.interop.formats import check_network
from glassnet.interop.model_file import as_json
from glassnet.interop.onnx.comparing import check_outputs
from glassnet.interop.onnx.operators import GraphWriter, write_line
from glassnet.interop.portable import program_of
from glassnet.interop.specifications import loss_specification
from glassnet.mathematics.checks import DataError
from glassnet.mathematics.libraries import need
from glassnet.version import __version__

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from glassnet.interop.portable import Program
    from glassnet.training.run import Trainable

OPSET: Final = 17
"""The version of ONNX's operators that is written: onnxruntime reads it since 1.12 (2022)."""
IR_VERSION: Final = 8
"""The version of the format itself that goes with it."""
INPUT, OUTPUT = "x", "y"
"""What the graph's input and output are called."""
LARGEST: Final = 2**31 - 1
"""How many bytes an ONNX file of one piece can have."""


def export_onnx(network: Trainable, path: str | os.PathLike[str], *, preprocessing: bool = True) -> Path:
    """Write a network as an ONNX file, which is run and compared with the network before it is written.

    Its input is `x`, (N, n_in), its output `y`, (N, n_out), for any number of rows N: what `net.predict` gives.

    Parameters
    ----------
    network : Network
        Of float32 or float64, which the numbers in the file are too.
    path : path
        Usually ends in .onnx; its folder must exist.
    preprocessing : bool, default True
        Whether the preprocessing that the network records is a part of the graph: x is then uint8 pixels from 0 to 255,
        or a table's rows as float64. A network that records none takes what `net.predict` takes.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If a layer is your own, if what runs the graph gives other outputs than the network, or if the file cannot be
        written. What was there is untouched.
    ArgumentTypeError
        If the network is none, or `preprocessing` no bool.
    MissingLibraryError
        If onnx is not installed.

    Notes
    -----
    The file is of ONNX's opset 17. It is run with onnxruntime where that is installed, else with ONNX's own reference
    evaluator; outputs must agree to 1e-5 of the largest, or to ten times what float32 itself errs by. Names of classes,
    preprocessing, loss and metadata stand in the model's metadata_props, as JSON.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(784, 50), gn.ReLU(), gn.Dense(50, 10), gn.Softmax()])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gn.export_onnx(net, pathlib.Path(folder) / "digits.onnx").name
    'digits.onnx'
    """
    check_network(network)
    network = network.on_numpy()
    onnx = need("onnx", extra="onnx", what="writing ONNX files")
    place = as_path(path)
    program = program_of(network, "an ONNX file", preprocessing=preprocessing)
    if sum(array.nbytes for array in program.arrays.values()) > LARGEST - 2**20:
        raise DataError("the network is too large for an ONNX file of one piece, which holds 2 GiB. Save it with save.")
    model = onnx.helper.make_model(
        _graph(program),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="glassnet",
        producer_version=__version__,
        doc_string=f"Input: {program.input_words}. Output: {program.output_words}.",
    )
    onnx.helper.set_model_props(model, _properties(network, program))
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    check_outputs(content, network, program)
    return write_atomically(place, content)


def _graph(program: Program) -> Any:
    """Return the graph of a program."""
    from onnx import helper

    writer = GraphWriter(program, {"x": INPUT, program.output: OUTPUT})
    lines = iter(program.lines)
    for line in lines:
        # What the tape does in two steps, to normalize and to scale and shift, is one operator of ONNX's.
        write_line(writer, line, next(lines) if line.operation == "normalize" else None)
    kind = {"pixels": "uint8", "table": "float64"}.get(program.kind, program.dtype.name)
    return helper.make_graph(
        writer.nodes,
        "glassnet",
        [helper.make_tensor_value_info(INPUT, writer.type_of(kind), ["N", program.n_in])],
        [helper.make_tensor_value_info(OUTPUT, writer.type_of(program.dtype.name), ["N", program.n_out])],
        writer.constants,
    )


def _properties(network: Trainable, program: Program) -> dict[str, str]:
    """Return what is known of a network besides its graph, by key."""
    properties = {
        "class_names": as_json(program.class_names),
        "glassnet.preprocessing": as_json(network.preprocessing),
        "glassnet.preprocessing_inside": as_json(program.preprocessing is not None),
        "glassnet.metadata": as_json(network.metadata),
        "glassnet.seed": as_json(network.seed),
    }
    try:
        properties["glassnet.loss"] = as_json(loss_specification(network.loss_function))
    except DataError:  # a loss of the user's own is needed in training alone
        return properties
    return properties
