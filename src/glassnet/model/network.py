"""`Network`, the public face, and the file that keeps one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.glass.summary import summary
from glassnet.interop.model_file import read_model, write_model
from glassnet.model.answering import Answering
from glassnet.model.explaining import Explaining
from glassnet.model.learning import Learning
from glassnet.model.traces import Tracing

if TYPE_CHECKING:
    import os
    from pathlib import Path


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
