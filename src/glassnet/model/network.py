"""`Network`, the public face, and the file that keeps one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.glass.summary import summary
from glassnet.interop.model_file import read_model, write_model
from glassnet.interop.onnx.reading import read_onnx
from glassnet.model.answering import Answering
from glassnet.model.explaining import Explaining
from glassnet.model.learning import Learning
from glassnet.model.traces import Tracing

if TYPE_CHECKING:
    import os
    from pathlib import Path
    from typing import Self


class Network(Answering, Learning, Tracing, Explaining):
    """A multilayer perceptron made of layers.

    Parameters
    ----------
    layers : list of Layer
        From input to output; each must take as many numbers as the one before gives.
    loss : str, loss function or Loss, optional
        `mean_squared_error`, `mean_absolute_error`, `binary_cross_entropy`, `categorical_cross_entropy`,
        `gaussian_nll`, or your own `gn.Loss`. By default what suits the last layer: categorical cross-entropy after
        Softmax, binary after Sigmoid, squares otherwise.
    seed : int, default 0
        What initial values, shuffling and dropout masks are a function of. The same seed gives the same bits.
    dtype : "float32" or "float64"
        Of parameters and of all that is computed.
    device : str, default "cpu"
        Where its arrays are: NumPy's on the CPU, or another library's on a GPU, say, as for `to`.

    Attributes
    ----------
    layers : tuple of Layer
    parameters : dict
        `W1`, `b1`, `W2`, …: live views, assignable in place. Dense and Maxout are numbered 1, 2, …; the parameters of
        other layers carry the number of the last of those before them: `gamma1`, `beta1`, `alpha1`.
    state : dict
        What is kept besides parameters: `running_mean1`, `running_variance1`.
    preprocessing : dict
        How an input is made from a picture or a table's row; saved with the model.
    metadata : dict
        How the network was trained; saved with the model.
    refusal : NotADigit or None
        What `judge` and `classify(x, refuse=True)` refuse by, once `fit_refusal` has made it; saved with the model.
        Without it they refuse by a detector that comes with glassnet.

    Raises
    ------
    ShapeError, ArgumentError, ArgumentTypeError
        If sizes do not agree, or something is no layer or no known name.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(784, 50), gn.Sigmoid(), gn.Dense(50, 10), gn.Softmax()], seed=0)
    >>> print(net)
    layer              output   parameters
    1  Dense(784, 50)  (N, 50)  W1 (784, 50), b1 (50,)  39,250
    2  Sigmoid()       (N, 50)                               0
    3  Dense(50, 10)   (N, 10)  W2 (50, 10), b2 (10,)      510
    4  Softmax()       (N, 10)                               0
    39,760 parameters, float32; loss: categorical_cross_entropy
    """

    def to(self, device: Any) -> Self:
        """Move the network to a device: its parameters, its state, and what `fit(resume=True)` goes on with.

        Parameters
        ----------
        device : str or torch.device
            - "cpu" or "numpy": NumPy, the home, where the compiled executor is.
            - "cuda", "cuda:1", "mps": PyTorch on that GPU; for "cuda" CuPy, where there is no PyTorch.
            - "torch", "torch:cuda:1", "cupy", "cupy:1", "array_api_strict": that library, by default on its first GPU
              for CuPy, on the CPU for the others.

        Returns
        -------
        Network
            The network itself.

        Raises
        ------
        ArgumentError
            If there is no such device here, or it knows no float64 and the network is of that.
        MissingLibraryError
            If the library, or array-api-compat, which speaks for it, is not installed.

        Notes
        -----
        No bit is changed, to and fro. Arrays of `parameters` that were taken before belong to the old place. Elsewhere
        than in NumPy the reference executor does the work, with the same formulas and the same dropout masks. What is
        for reading (traces, explanations, files, drawings) comes in NumPy whatever the device.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 3), gn.Softmax()])
        >>> net.to("cpu").device
        'cpu'
        """
        return super().to(device)

    def save(self, path: str | os.PathLike[str], *, training_state: bool = False) -> Path:
        """Save the network in one safetensors file, whole or not at all.

        Parameters
        ----------
        path : path
            Usually ends in .safetensors; its folder must exist.
        training_state : bool, default False
            Whether what `fit(resume=True)` needs is saved too.

        Returns
        -------
        Path

        Raises
        ------
        DataError
            If it cannot be written; what was there is untouched. Also for layers or losses of your own, which are code.
        """
        return write_model(self, path, training_state=training_state)

    def __str__(self) -> str:
        return summary(self)


def load(path: str | os.PathLike[str]) -> Network:
    """Load a network that `Network.save` wrote; nothing in the file is executed.

    Parameters
    ----------
    path : path

    Returns
    -------
    Network

    Raises
    ------
    DataError
        If the file is missing, damaged, cut short, not glassnet's, or from a newer version.

    Notes
    -----
    Arrays come back bit for bit, nan and inf among them, if a training went so far.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = gn.Network([gn.Dense(2, 1)]).save(pathlib.Path(folder) / "model.safetensors")
    ...     gn.load(path).layers
    (Dense(2, 1),)
    """
    return read_model(path, Network)


def import_onnx(path: str | os.PathLike[str], *, output: str | None = None) -> Network:
    """Make a network of an ONNX file that holds a multilayer perceptron, whichever library wrote it.

    Parameters
    ----------
    path : path
    output : str, optional
        The name of the array that the network is to end with, where the graph has several outputs, or ends with what
        no layer can say (a LogSoftmax, a choice of the class).

    Returns
    -------
    Network
        `net.predict` gives what the graph gives. Scalings before the first layer are worked into its weights; only in a
        file that glassnet wrote they become `net.preprocessing` again, which `net.predict` leaves to you.

    Raises
    ------
    DataError
        If the file is missing, damaged, no ONNX, or its graph no multilayer perceptron: the first node that cannot be
        represented is named, with its operation.
    MissingLibraryError
        If onnx is not installed.

    Notes
    -----
    Nothing in the file is executed, and nothing outside it is read. The batch must be the first axis.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = gn.export_onnx(gn.Network([gn.Dense(2, 3), gn.Softmax()]), pathlib.Path(folder) / "model.onnx")
    ...     gn.import_onnx(path).layers
    (Dense(2, 3), Softmax())
    """
    return read_onnx(path, Network, output=output)
